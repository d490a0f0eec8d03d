import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { eq, isNull, sql } from 'drizzle-orm';
import type { Update } from 'grammy/types';
import { onTestFinished } from 'vitest';
import { createApp, type App } from '../../src/app.ts';
import { createLog } from '../../src/bot/log.ts';
import { parseConfig } from '../../src/config.ts';
import { connect } from '../../src/db/connect.ts';
import { deadLetter, inbox, worker } from '../../src/db/schema.ts';
import type { TelegramUser } from '../../src/playground/telegram/index.ts';
import { loadProgramme } from '../../src/programme.ts';
import { eventually } from './process.ts';
import { OWNER_ID, ROOT, TOKEN, type World } from './world.ts';

/** Another process of the same bot, but for the process: with connections, hands and a name of its own. */
export async function another(
  world: World,
  { settledMs = 0 } = {},
): Promise<App & { /** As kill -9 would, and as if the others had found out. */ die(): Promise<void> }> {
  const server = await world.telegram.listen();
  const connection = connect(world.database.url, { max: 5 });
  onTestFinished(async () => {
    await connection.close();
    await server.close();
  });
  const app = createApp({
    config: parseConfig({ OWNER_IDS: String(OWNER_ID), TELEGRAM_API_ROOT: server.url }),
    token: TOKEN,
    programme: loadProgramme(join(ROOT, 'programme.json')),
    locales: join(ROOT, 'locales'),
    connection,
    clock: world.clock,
    log: createLog('silent'),
    updates: { pause: (ms) => sleep(ms / 100), settledMs },
  });
  await app.init();
  return {
    ...app,
    async die() {
      await connection.close();
      void app.stop();
      await world.db.delete(worker);
    },
  };
}

type Sender = Pick<TelegramUser, 'id' | 'user'>;

/** As Telegram sends it, with a number that the test chooses. */
export function said({ id, user }: Sender, update_id: number, text: string): Update {
  const chat = { id, type: 'private' as const, first_name: user.first_name };
  const entities = text.startsWith('/') ? [{ type: 'bot_command' as const, offset: 0, length: text.length }] : [];
  return { update_id, message: { message_id: update_id, date: 1, from: user, chat, text, entities } };
}

/** A press on a button; its query is called after the update. */
export function pressed({ id, user }: Sender, update_id: number, data: string): Update {
  const message = { message_id: 1, date: 0 as const, chat: { id, type: 'private' as const, first_name: 'Aida' } };
  return { update_id, callback_query: { id: String(update_id), from: user, chat_instance: '1', message, data } };
}

/** A row that some process left in the inbox. `tried`: how often it was taken up; `seen`: seconds since that process was seen. */
export async function leave(
  { db, clock }: World,
  update: Update,
  { tried, seen, by = 'another process' }: { tried: number; seen: number; by?: string },
): Promise<void> {
  const userId = (update.message ?? update.callback_query!).from.id;
  const held = tried > 0 ? { attempts: tried, worker: by } : {};
  await db
    .insert(inbox)
    .values({ updateId: update.update_id, payload: update, userId, receivedAt: clock.now(), ...held });
  const seenAt = sql`clock_timestamp() - ${seen} * interval '1 second'`;
  await db.insert(worker).values({ id: by, seenAt }).onConflictDoUpdate({ target: worker.id, set: { seenAt } });
}

export async function rowOf({ db }: World, { update_id }: Update): Promise<typeof inbox.$inferSelect> {
  const [row] = await db.select().from(inbox).where(eq(inbox.updateId, update_id));
  return row!;
}

/**
 * Processes die one after the other, in turn with the update of somebody new in hand, and with one that was in hand when an
 * earlier one died. `tried`: how often one of those that were left had been taken up by then.
 */
export async function dieInHand(world: World, deaths: number, { settledMs = 10_000 } = {}) {
  const people = Array.from({ length: deaths / 2 }, () => world.telegram.user({ started: true }));
  for (let death = 0; death < deaths; death++) {
    const app = await another(world, { settledMs });
    const before = world.telegram.calls.length;
    world.telegram.fail({ method: 'sendMessage', hang: 60_000, times: Number.POSITIVE_INFINITY });
    if (death % 2 === 0) void app.receive([said(people[death / 2]!, 700 + death, '/start')]);
    else void app.tick();
    const inHand = () => world.telegram.calls.slice(before).some(({ method }) => method === 'sendMessage');
    await eventually(inHand, 'something to be in hand');
    await app.die();
    world.telegram.heal();
  }
  const left = await world.db.select().from(inbox).where(isNull(inbox.doneAt));
  await world.tick();
  return {
    tried: Math.max(...left.map(({ attempts }) => attempts)),
    unanswered: people.filter((one) => one.texts().length === 0).length,
    deadLetters: await world.db.$count(deadLetter),
  };
}
