import { expect, test } from 'vitest';
import { naiveUnderJumps, underJumps } from './support/reminders.ts';
import { BOT } from './support/rig.ts';

test('a reminder comes once, wherever the clocks jump and whoever dies', async () => {
  const figures = await underJumps({ people: 3334, entries: [BOT, BOT, BOT, BOT, BOT], kills: 50, seconds: 400 });
  console.table([figures]);
  expect(figures).toMatchObject({ kills: 50, missed: 0, twice: 0 });
});

test('control: with a timer and a memory some never come, and others twice', async () => {
  const figures = await naiveUnderJumps(60);
  console.table([figures]);
  expect(figures.missed + figures.twice).toBeGreaterThan(0);
});
