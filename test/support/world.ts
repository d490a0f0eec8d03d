import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { eq } from 'drizzle-orm';
import { Api } from 'grammy';
import type { Logger } from 'pino';
import { onTestFinished } from 'vitest';
import { createApp, type App } from '../../src/app.ts';
import { createLog } from '../../src/bot/log.ts';
import { parseConfig } from '../../src/config.ts';
import { person } from '../../src/db/schema.ts';
import { createTelegram, type Telegram, type TelegramUser } from '../../src/playground/telegram/index.ts';
import { loadProgramme } from '../../src/programme.ts';
import { createDatabase, type TestDatabase } from './database.ts';

export const ROOT = join(import.meta.dirname, '../..');
export const TOKEN = '123456:test-token-of-the-emulator-0123456789';
export const OWNER_ID = 900_001;

/** A time that tests move. It stands still otherwise. */
export function createClock(start = '2026-11-24T06:00:00Z') {
  let now = Temporal.Instant.from(start);
  return {
    now: () => now,
    set(to: string | Temporal.Instant) {
      now = Temporal.Instant.from(to);
    },
    advance(by: Temporal.DurationLike) {
      // By the UTC clock, where a day is 24 hours.
      now = now.toZonedDateTimeISO('UTC').add(by).toInstant();
    },
  };
}

export type World = {
  app: App;
  telegram: Telegram;
  database: TestDatabase;
  db: TestDatabase['db'];
  clock: ReturnType<typeof createClock>;
  /** Runs the planner at the clock's time and sends all that is due. */
  tick(): Promise<void>;
  /** Somebody who has started the bot, chosen a language and agreed. */
  arrive(language: string, user?: Parameters<Telegram['user']>[0]): Promise<TelegramUser>;
  /** An owner who has arrived. */
  owner(language?: string): Promise<TelegramUser>;
  /** The bytes of a file that the bot sent. */
  download(fileId: string): Promise<Buffer>;
  /** The row of somebody who has arrived. */
  row(user: TelegramUser): Promise<typeof person.$inferSelect>;
};

/**
 * The whole bot on a database of its own and the emulated Telegram. An update is handled, and what it owes is sent,
 * before `send` or `press` of a user resolves.
 */
export async function createWorld(
  env: Record<string, string> = {},
  log?: Logger,
  { dataDir, ...given }: { database?: TestDatabase; dataDir?: string } = {},
): Promise<World> {
  const database = given.database ?? (await createDatabase());
  const clock = createClock();
  const telegram = createTelegram({ token: TOKEN, now: clock.now });
  const server = await telegram.listen();
  onTestFinished(() => server.close());
  const config = parseConfig({ OWNER_IDS: String(OWNER_ID), TELEGRAM_API_ROOT: server.url, LOG_LEVEL: 'warn', ...env });
  const app = createApp({
    config,
    token: TOKEN,
    programme: loadProgramme(join(ROOT, 'programme.json')),
    locales: join(ROOT, 'locales'),
    connection: database,
    clock,
    log: log ?? createLog(config.LOG_LEVEL),
    perSecond: 1000,
    updates: { pause: (ms) => sleep(ms / 100), settledMs: 0 },
    ...(dataDir && { dataDir }),
  });
  await app.init();
  telegram.onUpdate = async (update) => {
    await app.receive([update]);
    await app.drain();
  };

  async function arrive(language: string, user: Parameters<Telegram['user']>[0] = {}): Promise<TelegramUser> {
    const someone = telegram.user({ language_code: language, ...user });
    await someone.send('/start');
    await someone.press({ data: `lang:${language}` });
    await someone.press({ data: `agree:${language}` });
    return someone;
  }

  return {
    app,
    telegram,
    database,
    db: database.db,
    clock,
    async tick() {
      await app.tick();
      await app.drain();
    },
    arrive,
    owner: (language = 'en') => arrive(language, { id: OWNER_ID, first_name: 'Owner' }),
    async download(fileId) {
      const { file_path } = await new Api(TOKEN, { apiRoot: server.url }).getFile(fileId);
      const response = await fetch(`${server.url}/file/bot${TOKEN}/${file_path}`);
      return Buffer.from(await response.arrayBuffer());
    },
    async row(user) {
      const [found] = await database.db.select().from(person).where(eq(person.telegramId, user.id));
      return found!;
    },
  };
}
