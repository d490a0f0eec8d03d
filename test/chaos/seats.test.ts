import { expect, test } from 'vitest';
import { contended } from './support/contended.ts';

test('200 contend for 5 seats, 50 times, while 20 processes are killed: never one too many, none left free, all told', async () => {
  const figures = await contended({ rounds: 50, kills: 20 });
  console.table([figures]);
  expect(figures).toMatchObject({ rounds: 50, kills: 20 });
  expect(figures).toMatchObject({ oversold: 0, 'waits in vain': 0, 'not told': 0, 'other wrongs': 0 });
  expect(figures.registrations).toBeGreaterThan(50 * 100);
});

test('control: who looks first, writes then, and tells it afterwards oversells, and forgets to tell', async () => {
  const figures = await contended({ rounds: 20, kills: 20, way: 'naive' });
  console.table([figures]);
  expect(figures.oversold).toBeGreaterThan(0);
  expect(figures['not told']).toBeGreaterThan(0);
});
