import { join } from 'node:path';
import { isNotNull } from 'drizzle-orm';
import { createApp, type App } from '../app.ts';
import type { Deps } from '../bot/context.ts';
import type { Connection, Db } from '../db/connect.ts';
import { description, draft, inbox, material } from '../db/schema.ts';
import { createCast, FIRST_VIEW, type Cast } from './cast.ts';
import type { MovableClock } from './clock.ts';
import { demoPdf } from './demo/materials.ts';
import { createTelegram, type Telegram } from './telegram/index.ts';

export const LOCALES = join(import.meta.dirname, '../../locales');

/** Nobody checks it: it only has to look like one. */
export const TOKEN = '7000000999:playground-of-bilim-without-a-secret';

/** One life of the playground: a Telegram in memory, its people, and the real bot. "Start over" opens another one. */
export type Stage = { telegram: Telegram; cast: Cast; app: App; close(): Promise<void> };

type Options = Pick<Deps, 'config' | 'programme' | 'log'> & {
  connection: Connection;
  clock: MovableClock;
  /** Serves this Telegram at TELEGRAM_API_ROOT, from before the bot is started. */
  serve(telegram: Telegram): void;
};

export async function openStage({ config, programme, log, connection, clock, serve }: Options): Promise<Stage> {
  const { db } = connection;
  await forgetTelegram(db);
  const bot = { first_name: programme.name.short[programme.defaultLanguage]!, username: 'bilim_bot' };
  const telegram = createTelegram({ token: TOKEN, bot, now: clock.now, firstId: firstId() });
  await knowFiles(telegram, db);
  const cast = await createCast({ db, programme, config, telegram });
  serve(telegram);
  const app = createApp({ config, token: TOKEN, programme, locales: LOCALES, connection, clock, log });
  await app.init();
  await app.start();
  // What is owed first, so that the menus they open are the last that they see.
  await app.drain();
  for (const id of FIRST_VIEW) await cast.greet(id);
  return {
    telegram,
    cast,
    app,
    async close() {
      await app.stop();
      telegram.close();
    },
  };
}

/** Ids of messages must not come twice while the database stays. Five a second: they fit their 31 bits until 2039. */
function firstId(): number {
  const since = Temporal.Instant.from('2026-01-01T00:00:00Z');
  return Math.max(1, Math.floor(Temporal.Now.instant().since(since).total('seconds') * 5));
}

/** Another Telegram numbers its updates anew, none of which may be taken for one that was handled, and knows no commands. */
async function forgetTelegram(db: Db): Promise<void> {
  await db.delete(description);
  await db.delete(inbox).where(isNotNull(inbox.doneAt));
  await db.update(draft).set({ lastUpdate: 0, promptMessageId: null });
}

/** Telegram forgets files when the playground ends; the materials that refer to them stay. */
async function knowFiles(telegram: Telegram, db: Db): Promise<void> {
  for (const { kind, fileId, fileName, fileSize } of await db
    .select()
    .from(material)
    .where(isNotNull(material.fileId))) {
    if (kind === 'link' || fileId === null) continue;
    const size = fileSize ?? 0;
    const content = fileId.startsWith('demo-') ? { bytes: demoPdf(size) } : { size };
    telegram.file({ kind, file_id: fileId, ...(fileName !== null && { file_name: fileName }), ...content });
  }
}
