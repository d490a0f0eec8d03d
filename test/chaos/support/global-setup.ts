import { join } from 'node:path';
import { rolldown } from 'rolldown';
import type { TestProject } from 'vitest/node';
import startServer from '../../support/global-setup.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** The folder of programs as one file each, where they are started hundreds of times. */
    bundles?: string;
  }
}

const ROOT = join(import.meta.dirname, '../../..');
const PROGRAMS = ['src/main.ts', 'test/chaos/support/bot.ts', 'test/chaos/support/contenders.ts'];

/**
 * The suite starts a bot some 250 times, and is bound by that. Half of a start is spent on finding and linking its 700
 * modules: as one file it takes 0.8 s of the processor instead of 1.25.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  // As far from the root as src/, since main.ts finds the locales from where it lies.
  const dir = join(ROOT, '.chaos');
  const build = await rolldown({ input: PROGRAMS.map((program) => join(ROOT, program)), platform: 'node' });
  await build.write({ dir, entryFileNames: '[name].js', chunkFileNames: '[name].js' });
  await build.close();
  project.provide('bundles', dir);
  return startServer(project);
}
