import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import { onTestFinished } from 'vitest';
import { connect } from '../../../src/db/connect.ts';
import { inbox } from '../../../src/db/schema.ts';
import type { TelegramUser } from '../../../src/playground/telegram/index.ts';
import { arrive } from './people.ts';
import { createRig, MAIN, type Rig } from './rig.ts';

const ASKERS = 20;
/** Between two questions of one person: below the limit of a chat, and all of them below that of the bot. */
const PAUSE_MS = 2000;
/** As over the internet. */
const ROUND_TRIP_MS = 150;

type Options = {
  perSecond: number;
  seconds: number;
  idleSeconds: number;
  /** Seconds after which who waits gives up. */
  patience?: number;
  entry?: string;
  env?: Record<string, string>;
};

/** One person sends a hundred messages a second. How long do the others wait for their answers, against before? */
export async function flooded({ perSecond, seconds, idleSeconds, patience = 15, entry = MAIN, env = {} }: Options) {
  const rig = await createRig();
  const { db, close } = connect(rig.url, { max: 2, applicationName: 'chaos' });
  onTestFinished(close);
  const [flood, ...askers] = await arrive(db, rig.telegram, ASKERS + 1);
  rig.telegram.fail({ method: 'sendMessage', hang: ROUND_TRIP_MS, times: Number.POSITIVE_INFINITY });
  const bot = rig.start(entry, { ALLOW_PAID_BROADCAST: 'false', ...env });
  await rig.atWork([bot]);

  const asking = (until: number) => ask(rig, askers, { until, patience });
  await asking(performance.now() + 3000); // to warm up
  const idle = await asking(performance.now() + idleSeconds * 1000);
  const end = performance.now() + seconds * 1000;
  const sent = flooding(flood!, perSecond, end);
  const busy = await asking(end);
  const inHand = await db.$count(inbox, sql`worker is not null and done_at is null`);
  const figures = {
    'messages of one': await sent,
    'answered of them': flood!.texts().length,
    'in hand': inHand,
    'p95 idle, ms': percentile(idle),
    'p95 meanwhile, ms': percentile(busy),
    'gave up': busy.filter((ms) => ms >= patience * 1000).length,
    exits: rig.exits.length,
  };
  bot.kill();
  return figures;
}

/** Each asks, and asks again some time after the answer; returns how long they waited, in ms. */
async function ask(
  rig: Rig,
  askers: TelegramUser[],
  { until, patience }: { until: number; patience: number },
): Promise<number[]> {
  const waits = await Promise.all(
    askers.map(async (one, i) => {
      const mine: number[] = [];
      await sleep((i * PAUSE_MS) / askers.length);
      while (performance.now() < until) {
        const before = one.texts().length;
        const asked = performance.now();
        await one.send('/help');
        await rig.telegram.until(() => one.texts().length > before, patience * 1000).catch(() => undefined);
        mine.push(performance.now() - asked);
        await sleep(PAUSE_MS);
      }
      return mine;
    }),
  );
  return waits.flat();
}

async function flooding(one: TelegramUser, perSecond: number, end: number): Promise<number> {
  const began = performance.now();
  let sent = 0;
  while (performance.now() < end) {
    for (; sent < ((performance.now() - began) / 1000) * perSecond; sent += 1) await one.send(`message ${sent}`);
    await sleep(10);
  }
  return sent;
}

const percentile = (values: number[], p = 0.95) =>
  Math.round(values.toSorted((a, b) => a - b)[Math.floor(values.length * p)]!);
