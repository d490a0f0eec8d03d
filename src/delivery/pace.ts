import { sql } from 'drizzle-orm';
import type { Db } from '../db/connect.ts';

/** Messages per second. */
export type PaceLimits = { from: number; upTo: number };

/**
 * The governor that all senders share, as one row: a GCRA bucket by the database's clock. Telegram allows a bot about 30
 * messages a second over all chats (Bot FAQ, "My bot is hitting limits"). The outbox stays below it, so that what is
 * left belongs to direct answers, which don't ask here. Returns how long each of the messages waits, in ms.
 */
export async function reserve(db: Db, turns: number, limits: PaceLimits): Promise<number[]> {
  const [row] = await db.execute<{ first: number; rate: number }>(sql`
    insert into pace as p (key, next_at, blocked_until, rate)
    values ('outbox', clock_timestamp() + ${turns} * interval '1 second' / ${limits.from}::real, clock_timestamp(), ${limits.from})
    on conflict (key) do update set
      rate = least(
        ${limits.upTo}::real,
        greatest(p.rate, ${limits.from}::real * 0.5) + ${turns} * case when p.rate < ${limits.from}::real then 0.1 else 0.01 end),
      next_at = greatest(p.next_at, clock_timestamp(), p.blocked_until) + ${turns} * interval '1 second' / p.rate
    returning p.rate, extract(epoch from p.next_at - clock_timestamp())::float8 * 1000 - ${turns} * 1000 / p.rate as first`);
  const { first, rate } = row!;
  return Array.from({ length: turns }, (_, i) => Math.max(0, first + (i * 1000) / rate));
}

/** ms until Telegram's last 429 is over. */
export async function blockedFor(db: Db): Promise<number> {
  const rows = await db.execute<{ ms: number }>(sql`
    select extract(epoch from blocked_until - clock_timestamp())::float8 * 1000 as ms from pace
    where blocked_until > clock_timestamp()`);
  return rows[0]?.ms ?? 0;
}

/**
 * Nobody sends from the outbox for `seconds`, and then more slowly: Telegram said 429. It says so to each of the calls that
 * were on their way together, but that is one reason to slow down, not many.
 */
export async function block(db: Db, seconds: number): Promise<void> {
  await db.execute(sql`
    update pace set
      rate = case when blocked_until > clock_timestamp() then rate else rate * 0.8 end,
      blocked_until = greatest(blocked_until, clock_timestamp() + ${seconds} * interval '1 second')
    where key = 'outbox'`);
}
