import { expect, test } from 'vitest';
import { naiveUnderKills, underRestarts } from './support/postgres.ts';

test('connections die and the database restarts: nothing is done by halves, and nobody gives up', async () => {
  const figures = await underRestarts({ people: 20, restarts: 20, kills: 200 });
  console.table([figures]);
  expect(figures).toMatchObject({ 'half-committed': 0, exits: 0 });
  expect(figures['answers again after s, at most']).toBeLessThan(10);
  expect(figures['sends again after s, at most']).toBeLessThan(10);
});

test('control: bare postgres.js does things by halves, or dies', async () => {
  const figures = await naiveUnderKills(8);
  console.table([figures]);
  expect(figures['half-committed'] + figures.exits).toBeGreaterThan(0);
});
