import { expect, test } from 'vitest';
import { flooded } from './support/flooded.ts';

test('one person sends a hundred messages a second, and the others do not notice', async () => {
  const figures = await flooded({ perSecond: 100, seconds: 60, idleSeconds: 10 });
  console.table([figures]);
  expect(figures).toMatchObject({ 'gave up': 0, exits: 0 });
  expect(figures['p95 meanwhile, ms']).toBeLessThanOrEqual(figures['p95 idle, ms'] * 1.2);
});
