import { expect, test } from 'vitest';
import { underKills } from './support/delivery.ts';
import { BOT, MAIN, NAIVE_SENDER } from './support/rig.ts';

test('an announcement arrives at most once, whoever dies meanwhile', async () => {
  const figures = await underKills({ recipients: 30_000, kills: 100, entries: [MAIN, BOT, BOT], seconds: 400 });
  console.table([figures]);
  expect(figures).toMatchObject({ duplicates: 0, 'lost outside unknown': 0, 'in other states': 0 });
  expect(figures.unknown).toBeLessThanOrEqual(figures['on their way when killed'] + figures.cut);
});

test('control: who sends again after a lease sends twice', async () => {
  const entries = [NAIVE_SENDER, NAIVE_SENDER, NAIVE_SENDER];
  const figures = await underKills({ recipients: 1000, kills: 4, entries, seconds: 120 });
  console.table([figures]);
  expect(figures.duplicates).toBeGreaterThan(0);
});
