import { expect, test } from 'vitest';
import { createLog } from '../../src/bot/log.ts';
import { dieInHand } from '../support/updates.ts';
import { createWorld } from '../support/world.ts';
import { fuzzed } from './support/fuzzed.ts';
import { flooded } from './support/flooded.ts';
import { killed } from './support/killed.ts';
import { shuffled } from './support/shuffled.ts';
import { pollersStopped } from './support/stopped-updates.ts';
import { NAIVE_UPDATES, POISONED } from './support/rig.ts';

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

test('one person sends a hundred messages a second, and the others do not notice', async () => {
  const figures = await flooded({ perSecond: 100, seconds: 60, idleSeconds: 15 });
  console.table([figures]);
  expect(figures).toMatchObject({ 'gave up': 0, exits: 0 });
  expect(figures['p95 meanwhile, ms']).toBeLessThanOrEqual(figures['p95 idle, ms'] * 1.2);
});

test('control: one person takes all places of a runner, and nobody else is answered', async () => {
  const figures = await flooded({
    perSecond: 100,
    seconds: 5,
    idleSeconds: 5,
    entry: NAIVE_UPDATES,
    env: { WAY: 'places' },
  });
  console.table([figures]);
  expect(figures['gave up']).toBeGreaterThan(0);
});

const seconds = { asking: 30, patience: 45 };

test('processes die with updates in hand: all are answered, and none is given up', async () => {
  const figures = await killed({ kills: 30, seconds });
  console.table([figures]);
  expect(figures).toMatchObject({ kills: 30, 'never answered': 0, 'left open': 0, 'of the innocent': 0 });
});

test('a hundred die at the worst of moments: whatever they have in hand is not given up', async () => {
  const world = await createWorld({}, createLog('silent'));
  const figures = await dieInHand(world, 100);
  console.table([figures]);
  expect(figures).toEqual({ tried: 2, unanswered: 0, deadLetters: 0 });
});

test('an update that ends each process that tries it is set aside after three, and takes nobody with it', async () => {
  const env = { PROGRAM: './bot.ts' };
  const figures = await killed({ kills: 0, poison: true, processes: 2, entry: POISONED, env, seconds });
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
  const short = { asking: 10, patience: 1 };
  const figures = await killed({ kills: 0, poison: true, processes: 1, entry: POISONED, env, seconds: short });
  console.table([figures]);
  expect(figures['ended by the poison']).toBeGreaterThan(3);
  expect(figures['dead letters of it']).toBe(0);
});

test('control: where a try is counted for all in hand, the innocent go with the poison', async () => {
  const env = { PROGRAM: './naive-updates.ts', WAY: 'counted in a crowd' };
  const short = { asking: 15, patience: 1 };
  const figures = await killed({ kills: 0, poison: true, processes: 1, entry: POISONED, env, seconds: short });
  console.table([figures]);
  expect(figures['of the innocent']).toBeGreaterThan(0);
});

test('a process that is stopped with updates in hand, and wakes up after another took over, marks nothing', async () => {
  const figures = await pollersStopped({ stops: 12 });
  console.table([figures]);
  expect(figures).toMatchObject({ 'late marks accepted': 0, 'never answered': 0, 'dead letters': 0, exits: 0 });
  expect(figures.answers).toBeGreaterThanOrEqual(figures.asked);
  expect(figures['in hand when stopped']).toBeGreaterThan(0);
});
