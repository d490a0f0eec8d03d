import type { World } from './world.ts';

/** Unix time in seconds by the emulated clock, as in all dates of the Bot API. */
export const unixTime = (world: Pick<World, 'now'>) => Math.floor(world.now().epochMilliseconds / 1000);
