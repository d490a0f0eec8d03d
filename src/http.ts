import { sql } from 'drizzle-orm';
import type { Update } from 'grammy/types';
import { Hono } from 'hono';
import type { Deps } from './bot/context.ts';
import { equal } from './bot/sign.ts';

/** Of Prometheus' text format. */
const METRICS_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

type Parts = {
  /** Resolves when the updates are stored. */
  accept(updates: Update[]): Promise<void>;
  /** Telegram answers. */
  ready(): boolean;
  /** What a program that watches the bot gets, in Prometheus' text format. */
  scrape(): Promise<string>;
  /** Those of the features. */
  pages: ((http: Hono) => void)[];
};

/**
 * What the outside sees: the health of the process, its figures for those who have METRICS_TOKEN, the pages of features, and,
 * in webhook mode, the address that Telegram posts to.
 */
export function createHttp({ config, db, log }: Pick<Deps, 'config' | 'db' | 'log'>, parts: Parts): Hono {
  const { accept, ready, scrape, pages } = parts;
  const http = new Hono();

  http.get('/healthz', async (c) => {
    const database = await db.execute(sql`select 1`).then(
      () => true,
      () => false,
    );
    const telegram = ready();
    return c.json({ ok: database && telegram, database, telegram }, database && telegram ? 200 : 503);
  });

  // Without a token there is no such address: the port may be the one that the whole internet posts to. Rejected: a port
  // of its own, one more to open, to keep closed, and to find free for each process.
  if (config.METRICS_TOKEN) {
    const wanted = `Bearer ${config.METRICS_TOKEN}`;
    http.get('/metrics', async (c) => {
      if (!equal(c.req.header('Authorization') ?? '', wanted))
        return c.text('wrong token', 401, { 'WWW-Authenticate': 'Bearer' });
      return c.body(await scrape(), 200, { 'Content-Type': METRICS_TYPE });
    });
  }

  if (config.WEBHOOK_URL) {
    http.post(new URL(config.WEBHOOK_URL).pathname, async (c) => {
      const secret = c.req.header('X-Telegram-Bot-Api-Secret-Token') ?? '';
      if (!equal(secret, config.WEBHOOK_SECRET!)) return c.text('wrong secret', 401);
      try {
        await accept([await c.req.json<Update>()]);
        return c.body(null, 200);
      } catch (error) {
        // Telegram posts it again later, so a database that is away loses nothing.
        log.error({ error }, 'webhook: update not stored');
        return c.text('try again', 503);
      }
    });
  }
  for (const add of pages) add(http);
  return http;
}
