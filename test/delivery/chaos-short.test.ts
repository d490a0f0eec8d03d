import { expect, test } from 'vitest';
import { underKills } from '../chaos/support/delivery.ts';
import { underOutage } from '../chaos/support/outage.ts';
import { underRestarts } from '../chaos/support/postgres.ts';
import { underJumps } from '../chaos/support/reminders.ts';
import { BOT } from '../chaos/support/rig.ts';
import { underStops } from '../chaos/support/stopped.ts';

/*
 * Some seconds each of what `npm run test:chaos` does for minutes, with the figures that it must reach and the controls that
 * show that it bites. Patience is for a machine that does other things, too.
 */
const PATIENCE = 90_000;

test(
  'kill -9 in the middle of an announcement: nobody has it twice, nobody is forgotten',
  { timeout: PATIENCE },
  async () => {
    const figures = await underKills({ recipients: 60, kills: 1, entries: [BOT, BOT], paid: false, seconds: 80 });
    expect(figures).toMatchObject({ duplicates: 0, 'lost outside unknown': 0, 'in other states': 0 });
  },
);

test(
  'a process is stopped, and wakes up when its lease is over: it writes nothing',
  { timeout: PATIENCE },
  async () => {
    const figures = await underStops({ stops: 4, entry: BOT, seconds: 80 });
    expect(figures['in its hands when stopped']).toBeGreaterThan(0);
    expect(figures).toMatchObject({ 'late writes accepted': 0, duplicates: 0 });
  },
);

test(
  'Telegram goes away for half an hour: nothing is lost, and it is not asked for more than a sign',
  { timeout: PATIENCE },
  async () => {
    const outage = { kind: 502, recipients: 300, simulatedMinutes: 30, realSeconds: 4, paid: true } as const;
    const figures = await underOutage({ ...outage, entry: BOT });
    expect(figures).toMatchObject({
      lost: 0,
      duplicates: 0,
      'in other states': 0,
      exits: 0,
    });
    expect(figures['messages tried'], 'each once at most, until it is noticed').toBeLessThanOrEqual(300);
    expect(figures['probes per s']).toBeLessThan(2);
  },
);

test('the database crashes while people register: nothing is done by halves', { timeout: PATIENCE }, async () => {
  const figures = await underRestarts({ people: 4, restarts: 1, kills: 4 });
  expect(figures).toMatchObject({ 'half-committed': 0, exits: 0 });
});

test('clocks jump while reminders fall due: each comes once', { timeout: PATIENCE }, async () => {
  const figures = await underJumps({ people: 60, entries: [BOT, BOT], kills: 1, seconds: 80 });
  expect(figures).toMatchObject({ missed: 0, twice: 0 });
});
