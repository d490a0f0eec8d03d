import { expect, test } from 'vitest';
import { fuzzed } from './support/fuzzed.ts';
import { NAIVE_UPDATES } from './support/rig.ts';
import { shuffled } from './support/shuffled.ts';

test('updates that come twice and in any order count once each', async () => {
  const figures = await shuffled({ updates: 10_000, processes: 3 });
  console.table([figures]);
  const { updates } = figures;
  expect(figures).toMatchObject({ 'answered once': updates / 2, 'more than once': 0, exits: 0 });
  expect(figures).toMatchObject({
    votes: updates / 2,
    'given up': updates / 8,
    'taken by the next': updates / 8,
    'told so': updates / 8,
  });
});

test('control: without an inbox what comes twice is done twice', async () => {
  const figures = await shuffled({ updates: 600, processes: 3, entry: NAIVE_UPDATES });
  console.table([figures]);
  expect(figures['more than once']).toBeGreaterThan(0);
});

test('updates like no other end no process, and keep nobody waiting', async () => {
  const figures = await fuzzed({ updates: 5000 });
  console.table([figures]);
  expect(figures).toMatchObject({ answered: figures['people who ask'], exits: 0 });
});

test('control: without a boundary around each update the first strange one ends the process', async () => {
  const figures = await fuzzed({ updates: 500, entry: NAIVE_UPDATES });
  console.table([figures]);
  expect(figures.exits).toBe(1);
});
