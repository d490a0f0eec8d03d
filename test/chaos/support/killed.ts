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
  /** Until when people go on asking: what was to be shown has happened. */
  enough?: (so: SoFar) => boolean;
  /** How long that may take, and how long it may take until all is handled. */
  seconds: { asking: number; patience: number };
};

/** `killed`: by us. `ended`: by the poison. */
export type SoFar = { killed: number; ended: number; deadLetters: { ofIt: number; ofTheInnocent: number } };

/** People ask, each again when they were answered, while processes die with their questions in hand, and others come. */
export async function killed({
  kills,
  poison = false,
  processes = 3,
  entry = BOT,
  env = {},
  enough = ({ killed }) => killed >= kills,
  seconds,
}: Options) {
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
  const deadLetters = async () => {
    const dead = await db.select().from(deadLetter);
    const ofIt = dead.filter(({ userId }) => userId === poisoner!.id).length;
    return { ofIt, ofTheInnocent: dead.length - ofIt };
  };
  const over = async () =>
    performance.now() - began > seconds.asking * 1000 ||
    enough({ killed: killings, ended: deaths, deadLetters: await deadLetters() });
  for (let before = rig.counts.accepted; !(await over());) {
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
  const apologised = () => !poison || poisoner!.texts().length > 0;
  while (((await open()) > 0 || !apologised()) && performance.now() < deadline) {
    revive();
    await sleep(100);
  }
  const dead = await deadLetters();
  const figures = {
    asked,
    'never answered': people.filter((one) => one.texts().length === 0).length,
    'left open': await open(),
    kills: killings,
    'ended by the poison': deaths,
    'dead letters of it': dead.ofIt,
    'of the innocent': dead.ofTheInnocent,
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
