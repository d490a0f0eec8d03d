import { cpus, totalmem } from 'node:os';
import { benchBroadcast } from './broadcast.ts';
import { benchDialogs } from './dialogs.ts';
import { benchEnqueue } from './enqueue.ts';
import { benchMemory } from './memory.ts';
import { benchPlanner } from './planner.ts';
import { benchStart } from './start.ts';
import { benchUpdates } from './updates.ts';

/*
 * `npm run bench [name …]`: what README.md states, measured on this machine, with the emulator in the same run. Compare
 * ratios; the absolute figures belong to the machine.
 */
const all: Record<string, () => Promise<Record<string, number | Record<string, number>>>> = {
  start: benchStart,
  updates: benchUpdates,
  dialogs: benchDialogs,
  broadcast: benchBroadcast,
  memory: benchMemory,
  enqueue: benchEnqueue,
  planner: benchPlanner,
};

const asked = process.argv.slice(2);
const unknown = asked.find((name) => !(name in all));
if (unknown) throw new Error(`There is no benchmark "${unknown}": choose from ${Object.keys(all).join(', ')}.`);

console.log(`${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}`);
for (const [name, measure] of Object.entries(all)) {
  if (asked.length > 0 && !asked.includes(name)) continue;
  console.log(`\n${name}`);
  console.table(await measure());
}
