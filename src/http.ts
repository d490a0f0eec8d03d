import { timingSafeEqual } from 'node:crypto';
import { sql } from 'drizzle-orm';
import type { Update } from 'grammy/types';
import { Hono } from 'hono';
import type { Deps } from './bot/context.ts';

type Parts = {
  /** Resolves when the updates are stored. */
  accept(updates: Update[]): Promise<void>;
  /** Telegram answers. */
  ready(): boolean;
};

/** What the outside sees: the health of the process and, in webhook mode, the address that Telegram posts to. */
export function createHttp({ config, db, log }: Pick<Deps, 'config' | 'db' | 'log'>, { accept, ready }: Parts): Hono {
  const http = new Hono();

  http.get('/healthz', async (c) => {
    const database = await db.execute(sql`select 1`).then(
      () => true,
      () => false,
    );
    const telegram = ready();
    return c.json({ ok: database && telegram, database, telegram }, database && telegram ? 200 : 503);
  });

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
  return http;
}

/** In constant time, so that the secret can't be guessed letter by letter. */
function equal(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}
