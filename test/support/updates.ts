import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { eq, sql } from 'drizzle-orm';
import type { Update } from 'grammy/types';
import { onTestFinished } from 'vitest';
import { createApp, type App } from '../../src/app.ts';
import { createLog } from '../../src/bot/log.ts';
import { parseConfig } from '../../src/config.ts';
import { connect } from '../../src/db/connect.ts';
import { inbox, worker } from '../../src/db/schema.ts';
import type { TelegramUser } from '../../src/playground/telegram/index.ts';
import { loadProgramme } from '../../src/programme.ts';
import { OWNER_ID, ROOT, TOKEN, type World } from './world.ts';

/** Another process of the same bot, but for the process: with connections, hands and a name of its own. */
export async function another(world: World): Promise<App> {
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
    updates: { pause: (ms) => sleep(ms / 100), settledMs: 0 },
  });
  await app.init();
  return app;
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
