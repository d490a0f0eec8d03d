import { sql } from 'drizzle-orm';
import type { Db, DbOrTx } from '../db/connect.ts';

/** Messages per second. */
export type PaceLimits = { from: number; upTo: number };

/**
 * The governor that all senders share, as one row: a GCRA bucket by the database's clock. Telegram allows a bot about 30
 * messages a second over all chats (Bot FAQ, "My bot is hitting limits"). The outbox stays below it, so that what is
 * left belongs to answers, which never wait here.
 */
export async function reserve(tx: DbOrTx, slots: number, limits: PaceLimits): Promise<number[]> {
  await tx.execute(sql`
    insert into pace (key, next_at, blocked_until, rate)
    values ('bulk', clock_timestamp(), clock_timestamp(), ${limits.from})
    on conflict do nothing`);
  const rows = await tx.execute<{ first: number; rate: number }>(sql`
    update pace set
      rate = least(${limits.upTo}, greatest(rate, ${limits.from} * 0.5) + ${slots} * 0.01),
      next_at = greatest(next_at, clock_timestamp(), blocked_until) + ${slots} * interval '1 second' / rate
    where key = 'bulk'
    returning rate, extract(epoch from next_at - clock_timestamp())::float8 * 1000 - ${slots} * 1000 / rate as first`);
  const { first, rate } = rows[0]!;
  return Array.from({ length: slots }, (_, i) => Math.max(0, first + (i * 1000) / rate));
}

/** Telegram said 429: nobody sends from the outbox for `seconds`, and then more slowly. */
export async function block(db: Db, seconds: number): Promise<void> {
  await db.execute(sql`
    update pace set
      rate = rate * 0.8,
      blocked_until = greatest(blocked_until, clock_timestamp() + ${seconds} * interval '1 second')
    where key = 'bulk'`);
}
