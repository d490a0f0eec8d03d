import { expect, test } from 'vitest';
import { flooded } from './support/flooded.ts';
import { NAIVE_UPDATES } from './support/rig.ts';

// Apart from flood.test.ts, since it does not need the machine for itself.
test('control: one person takes all places of a runner, and nobody else is answered', async () => {
  const figures = await flooded({
    perSecond: 100,
    seconds: 5,
    idleSeconds: 3,
    patience: 5,
    entry: NAIVE_UPDATES,
    env: { WAY: 'places' },
  });
  console.table([figures]);
  expect(figures['gave up']).toBeGreaterThan(0);
});
