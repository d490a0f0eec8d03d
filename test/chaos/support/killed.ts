import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import { onTestFinished } from 'vitest';
import { connect } from '../../../src/db/connect.ts';
import { deadLetter, inbox } from '../../../src/db/schema.ts';
import type { TelegramUser } from '../../../src/playground/telegram/index.ts';
import { arrive } from './people.ts';
import { BOT, createRig } from './rig.ts';

const PEOPLE = 40;
/** Between an answer and the next question. */
const PAUSE_MS = 200;
/** Long enough for something to be in hand at any moment. */
const ROUND_TRIP_MS = 60;

type Options = {
  /** Processes that are killed, each when something was answered since the one before. */
  kills: number;
  /** One person's message ends each process that answers it. */
  poison?: boolean;
  processes?: number;
  entry?: string;
  env?: Record<string, string>;
  /** How long people go on asking at least, and how long may pass until all is handled. */
  seconds: { asking: number; patience: number };
};

/** People ask, each again when they were answered, while processes die with their questions in hand, and others come. */
export async function killed({ kills, poison = false, processes = 3, entry = BOT, env = {}, seconds }: Options) {
  const rig = await createRig({ floodLimits: false });
  const { telegram, random } = rig;
  const { db, close } = connect(rig.url, { max: 2, applicationName: 'chaos' });
  onTestFinished(close);
  const [poisoner, ...people] = await arrive(db, telegram, PEOPLE + 1);
  telegram.fail({ method: 'sendMessage', hang: ROUND_TRIP_MS, times: Number.POSITIVE_INFINITY });

  let deaths = 0;
  const settings = { ...env, POISON: String(poisoner!.id) };
  const bots = Array.from({ length: processes }, () => rig.start(entry, settings));
  const again = (i: number) => (bots[i] = rig.start(entry, settings));
  const revive = () => {
    for (const [i, bot] of bots.entries()) {
      if (!bot.isGone()) continue;
      deaths += 1;
      again(i);
    }
  };
  await rig.atWork(bots);

  const began = performance.now();
  let asked = 0;
  let going = true;
  const asking = people.map(async (one) => {
    for (; going; await sleep(PAUSE_MS)) if (await ask(one, () => going)) asked += 1;
  });
  if (poison) await poisoner!.send('/help');
  let killings = 0;
  const over = () => killings >= kills && performance.now() - began > seconds.asking * 1000;
  for (let before = rig.counts.accepted; !over();) {
    await sleep(10 + random() * 50);
    revive();
    if (killings >= kills || rig.counts.accepted < before + 5) continue;
    const alive = bots.flatMap((bot, i) => (bot.isAtWork() ? [i] : []));
    if (alive.length === 0) continue;
    before = rig.counts.accepted;
    const victim = alive[Math.floor(random() * alive.length)]!;
    bots[victim]!.kill();
    again(victim);
    killings += 1;
  }
  going = false;
  await Promise.all(asking);
  const open = () => db.$count(inbox, sql`done_at is null`);
  const deadline = performance.now() + seconds.patience * 1000;
  while ((await open()) > 0 && performance.now() < deadline) {
    revive();
    await sleep(100);
  }
  const dead = await db.select().from(deadLetter);
  const figures = {
    asked,
    'never answered': people.filter((one) => one.texts().length === 0).length,
    'left open': await open(),
    kills: killings,
    'ended by the poison': deaths,
    'dead letters of it': dead.filter(({ userId }) => userId === poisoner!.id).length,
    'of the innocent': dead.filter(({ userId }) => userId !== poisoner!.id).length,
    apologies: poisoner!.texts().length,
    seconds: Math.round((performance.now() - began) / 1000),
  };
  for (const bot of bots) bot.kill();
  return figures;
}

/** Asks and waits for the answer; false if it did not come. */
async function ask(one: TelegramUser, goOn: () => boolean): Promise<boolean> {
  const before = one.texts().length;
  await one.send('/help');
  while (one.texts().length === before) {
    if (!goOn()) return false;
    await sleep(50);
  }
  return true;
}
