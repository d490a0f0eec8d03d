import { parentPort, workerData } from 'node:worker_threads';
import { draw } from './draw.ts';
import type { Paper } from './paper.ts';

/* Sets certificates beside the thread that answers people. An error ends this thread, and is the error of who waits. */
void draw(workerData as Paper[]).then((file) => parentPort!.postMessage(file));
