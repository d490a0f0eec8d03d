import { expect, test } from 'vitest';
import { createLog } from '../../src/bot/log.ts';
import { dieInHand } from '../support/updates.ts';
import { createWorld } from '../support/world.ts';
import { killed, type SoFar } from './support/killed.ts';
import { POISONED } from './support/rig.ts';
import { pollersStopped } from './support/stopped-updates.ts';

const seconds = { asking: 90, patience: 60 };
/** Of controls, which are never done. */
const short = { asking: 90, patience: 1 };

test('processes die with updates in hand: all are answered, and none is given up', async () => {
  const figures = await killed({ kills: 8, seconds });
  console.table([figures]);
  expect(figures).toMatchObject({ kills: 8, 'never answered': 0, 'left open': 0, 'of the innocent': 0 });
});

test('forty die at the worst of moments: whatever they have in hand is not given up', async () => {
  const world = await createWorld({}, createLog('silent'));
  const figures = await dieInHand(world, 40);
  console.table([figures]);
  expect(figures).toEqual({ tried: 2, unanswered: 0, deadLetters: 0 });
});

test('an update that ends each process that tries it is set aside after three, and takes nobody with it', async () => {
  const env = { PROGRAM: './bot.ts' };
  const enough = ({ deadLetters }: SoFar) => deadLetters.ofIt > 0;
  const figures = await killed({ kills: 0, poison: true, processes: 2, entry: POISONED, env, enough, seconds });
  console.table([figures]);
  expect(figures).toMatchObject({
    'ended by the poison': 3,
    'dead letters of it': 1,
    'of the innocent': 0,
    apologies: 1,
  });
  expect(figures).toMatchObject({ 'never answered': 0, 'left open': 0 });
});

test('control: where a try is counted when it is over, the poison ends processes for ever', async () => {
  const env = { PROGRAM: './naive-updates.ts', WAY: 'counted after' };
  const enough = ({ ended }: SoFar) => ended > 3;
  const figures = await killed({ kills: 0, poison: true, processes: 1, entry: POISONED, env, enough, seconds: short });
  console.table([figures]);
  expect(figures['ended by the poison']).toBeGreaterThan(3);
  expect(figures['dead letters of it']).toBe(0);
});

test('control: where a try is counted for all in hand, the innocent go with the poison', async () => {
  const env = { PROGRAM: './naive-updates.ts', WAY: 'counted in a crowd' };
  const enough = ({ deadLetters }: SoFar) => deadLetters.ofTheInnocent > 0;
  const figures = await killed({ kills: 0, poison: true, processes: 1, entry: POISONED, env, enough, seconds: short });
  console.table([figures]);
  expect(figures['of the innocent']).toBeGreaterThan(0);
});

test('a process that is stopped with updates in hand, and wakes up after another took over, marks nothing', async () => {
  const figures = await pollersStopped({ stops: 4 });
  console.table([figures]);
  expect(figures).toMatchObject({ 'late marks accepted': 0, 'never answered': 0, 'dead letters': 0, exits: 0 });
  expect(figures.answers).toBeGreaterThanOrEqual(figures.asked);
  expect(figures['in hand when stopped']).toBeGreaterThan(0);
});
