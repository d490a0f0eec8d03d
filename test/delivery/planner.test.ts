import { expect, test } from 'vitest';
import { createLog } from '../../src/bot/log.ts';
import { createPlanner, type Job } from '../../src/delivery/planner.ts';
import { createClock } from '../support/world.ts';

const setUp = (jobs: Job[]) => {
  const clock = createClock();
  return { clock, planner: createPlanner({ clock, log: createLog('silent') }, jobs) };
};

test('a job of each hour runs at the first tick and then once an hour, also when the clock was set back', async () => {
  const ran: string[] = [];
  const { clock, planner } = setUp([
    { name: 'tidy', every: 'hour', run: async (now) => void ran.push(now.toString()) },
  ]);
  for (const [minutes, runs] of [
    [0, 1],
    [59, 1],
    [1, 2],
    [30, 2],
    [-89, 2],
    [-1, 3],
    [59, 3],
    [1, 4],
  ] as const) {
    clock.advance({ minutes });
    await planner.tick();
    expect(ran, `after ${minutes} more minutes`).toHaveLength(runs);
  }
});

test('a job that fails keeps no other from running, and runs again at the next tick', async () => {
  const ran: string[] = [];
  const fails = (name: string, every?: 'hour'): Job => ({
    name,
    ...(every && { every }),
    run: async () => {
      ran.push(name);
      if (ran.filter((one) => one === name).length === 1) throw new Error('away');
    },
  });
  const { clock, planner } = setUp([fails('one'), fails('two', 'hour')]);
  for (let i = 0; i < 3; i++) {
    await planner.tick();
    clock.advance({ minutes: 1 });
  }
  expect(ran).toEqual(['one', 'two', 'one', 'two', 'one']);
});
