import { expect, test } from 'vitest';
import { flooded } from './support/flooded.ts';
import { NAIVE_UPDATES } from './support/rig.ts';

test('one person sends a hundred messages a second, and the others do not notice', async () => {
  const figures = await flooded({ perSecond: 100, seconds: 60, idleSeconds: 10 });
  console.table([figures]);
  expect(figures).toMatchObject({ 'gave up': 0, exits: 0 });
  expect(figures['p95 meanwhile, ms']).toBeLessThanOrEqual(figures['p95 idle, ms'] * 1.2);
});

test('control: one person takes all places of a runner, and nobody else is answered', async () => {
  const figures = await flooded({
    perSecond: 100,
    seconds: 5,
    idleSeconds: 3,
    entry: NAIVE_UPDATES,
    env: { WAY: 'places' },
  });
  console.table([figures]);
  expect(figures['gave up']).toBeGreaterThan(0);
});
