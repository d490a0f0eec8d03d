import { expect, test } from 'vitest';
import { BOT, NAIVE_SENDER } from './support/rig.ts';
import { underStops } from './support/stopped.ts';

test('a process that wakes up after its lease writes nothing', async () => {
  const figures = await underStops({ stops: 50, entry: BOT, seconds: 300 });
  console.table(figures);
  expect(figures['in its hands when stopped']).toBeGreaterThan(50);
  expect(figures).toMatchObject({ 'late writes accepted': 0, duplicates: 0 });
});

test('control: one that writes by id does', async () => {
  const figures = await underStops({ stops: 10, entry: NAIVE_SENDER, seconds: 60 });
  console.table(figures);
  expect(figures['late writes accepted']).toBeGreaterThan(0);
});
