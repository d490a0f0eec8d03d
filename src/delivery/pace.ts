import { sql } from 'drizzle-orm';
import type { Db } from '../db/connect.ts';

/**
 * What all senders share, as one row: a GCRA bucket by the database's clock, and whether anything may be sent at all.
 * Telegram allows a bot about 30 messages a second over all chats, and 1,000 paid ones (Bot FAQ, "My bot is hitting
 * limits"). The outbox stays a little below, because an answer or a slow packet may share a second with it: at 1,000 a
 * second those that arrive 60 ms late are sixty.
 */
export const FREE = 29;
export const PAID = 930;

/**
 * Takes `turns` at `limit` messages a second; returns how long each waits, in ms. Answers to people never wait here, but
 * count with Telegram: the `answered` since the last time are turns that are over already. They put the outbox off by no
 * more than a second, since Telegram counts by the second: without that, a thousand people who register within two minutes
 * would get their confirmations eight minutes later.
 */
export async function reserve(db: Db, turns: number, limit: number, answered = 0): Promise<number[]> {
  const all = turns + answered;
  const free = sql`greatest(p.next_at, clock_timestamp(), p.blocked_until)`;
  const [row] = await db.execute<{ first: number; rate: number }>(sql`
    insert into pace as p (key, next_at, blocked_until, rate)
    values ('outbox',
      clock_timestamp() + least(1, ${answered} / ${limit}::real) * interval '1 second'
        + ${turns} * interval '1 second' / ${limit}::real,
      clock_timestamp(), ${limit})
    on conflict (key) do update set
      rate = least(${limit}::real, greatest(p.rate, ${limit}::real * 0.5) + ${all} * 0.02),
      next_at = greatest(${free}, least(${free} + ${answered} * interval '1 second' / p.rate, clock_timestamp() + interval '1 second'))
        + ${turns} * interval '1 second' / p.rate
    returning p.rate, extract(epoch from p.next_at - clock_timestamp())::float8 * 1000 - ${turns} * 1000 / p.rate as first`);
  const { first, rate } = row!;
  return Array.from({ length: turns }, (_, i) => Math.max(0, first + (i * 1000) / rate));
}

/**
 * Nobody sends from the outbox for `seconds`, and then more slowly: Telegram said 429 to the bot. It says so to each of the
 * calls that were on their way together, but that is one reason to slow down, not many.
 */
export async function block(db: Db, seconds: number): Promise<void> {
  await db.execute(sql`
    update pace set
      rate = case when blocked_until > clock_timestamp() then rate else rate * 0.9 end,
      blocked_until = greatest(blocked_until, clock_timestamp() + ${seconds} * interval '1 second')
    where key = 'outbox'`);
}

export type Gate =
  | { kind: 'open' }
  /** Until Telegram's last 429 is over. */
  | { kind: 'blocked'; ms: number }
  /** Telegram does not answer. */
  | { kind: 'outage' }
  /** An owner has to release the outbox first. */
  | { kind: 'held' };

export async function gate(db: Db): Promise<Gate> {
  const [row] = await db.execute<{ held: boolean; outage: boolean; ms: number }>(sql`
    select held_since is not null as held, outage_since is not null as outage,
           extract(epoch from blocked_until - clock_timestamp())::float8 * 1000 as ms
    from pace where key = 'outbox'`);
  if (row?.held) return { kind: 'held' };
  if (row?.outage) return { kind: 'outage' };
  return row && row.ms > 0 ? { kind: 'blocked', ms: row.ms } : { kind: 'open' };
}

/** From here on all processes stop sending, until one of them has found Telegram back. */
export async function declareOutage(db: Db): Promise<void> {
  await db.execute(sql`
    update pace set outage_since = coalesce(outage_since, clock_timestamp()), probe_at = clock_timestamp() + interval '1 second'
    where key = 'outbox'`);
}

export async function endOutage(db: Db): Promise<void> {
  await db.execute(sql`update pace set outage_since = null, probe_at = null where outage_since is not null`);
}

/** True for the one process that may ask Telegram now whether it is back: once a second over all of them. */
export async function takeProbe(db: Db): Promise<boolean> {
  const rows = await db.execute(sql`
    update pace set probe_at = clock_timestamp() + interval '1 second'
    where outage_since is not null and probe_at <= clock_timestamp()
    returning key`);
  return rows.length === 1;
}

/** Telegram answers, but did not take a message: the outage goes on, and is asked again after a fifth of its time so far. */
export async function putOffProbe(db: Db): Promise<void> {
  await db.execute(sql`
    update pace set probe_at = clock_timestamp()
      + greatest(interval '1 second', least(interval '1 minute', (clock_timestamp() - outage_since) / 5))
    where outage_since is not null`);
}

/** Nothing is sent any more until an owner releases it (features/operation): after a backup was restored, what it owes may have been sent since. */
export async function hold(db: Db, now: Temporal.Instant): Promise<void> {
  await db.execute(sql`
    insert into pace (key, next_at, blocked_until, rate, held_since)
    values ('outbox', clock_timestamp(), clock_timestamp(), ${FREE}, ${now.toString()}::timestamptz)
    on conflict (key) do update set held_since = excluded.held_since`);
}
