import { expect, test } from 'vitest';
import { underOutage } from './support/outage.ts';
import { BOT, NAIVE_SENDER } from './support/rig.ts';

const OUTAGE = { recipients: 300, simulatedMinutes: 30, realSeconds: 8 };
/**
 * Two processes, with so many calls on their way at most, at 30 messages a second, and three that must fail before it is
 * known that Telegram is away: see delivery/sender.ts.
 */
const ON_THEIR_WAY = 2 * (48 + 3);

test('half an hour without Telegram costs only what was on its way', async () => {
  const kinds = ['refuse', 'hang', 'cut', 502] as const;
  const figures = await Promise.all(kinds.map((kind) => underOutage({ ...OUTAGE, kind, entry: BOT })));
  console.table(figures);
  for (const one of figures) {
    const whole = { lost: 0, duplicates: 0, 'in other states': 0, 'update answered': true, exits: 0 };
    const again = { 'send again, each by itself': 2 };
    expect(one, `outage: ${one.outage}`).toMatchObject({ ...whole, ...again });
    expect(one.unknown).toBeLessThanOrEqual(ON_THEIR_WAY);
    expect(one['messages tried'] ?? 0).toBeLessThanOrEqual(ON_THEIR_WAY);
    expect(one['probes per s'] ?? 0).toBeLessThanOrEqual(1.1);
    expect(one['polls per s'] ?? 0).toBeLessThanOrEqual(1);
  }
});

test('control: who tries each message again and again is no help to a Telegram in trouble', async () => {
  const figures = await underOutage({ ...OUTAGE, kind: 502, realSeconds: 4, entry: NAIVE_SENDER });
  console.table([figures]);
  expect(figures['messages tried']).toBeGreaterThan(2 * ON_THEIR_WAY);
});
