import { and, eq, inArray, isNotNull, isNull, lte, sql } from 'drizzle-orm';
import type { Db, DbOrTx } from '../../db/connect.ts';
import { instantToSql } from '../../db/instant.ts';
import { alert, message } from '../../db/schema.ts';
import { cancelOwed } from '../../delivery/outbox.ts';

/**
 * `late`: the owners were told that messages are late; `late_seen`: when they were first seen to be. `held`: they were told
 * that the outbox is held; `restored`: why, and since is the time of the backup, see restore.ts.
 */
export type AlertKind = 'late' | 'late_seen' | 'held' | 'restored';

const at = (instant: Temporal.Instant) => sql`${instantToSql(instant)}::timestamptz`;

/**
 * When the oldest message was due that nobody sends; null: none. What is urgent should never wait. A large announcement
 * waits for its pace and takes its hours: bulk counts only when nothing at all has left the outbox for `still`.
 */
export async function oldestWaiting(
  db: DbOrTx,
  now: Temporal.Instant,
  still: Temporal.Duration,
): Promise<Temporal.Instant | null> {
  const oldest = (bulk: boolean) => sql`
    select due_at from message
    where state = 'queued' and digest_id is null and bulk = ${bulk} and due_at <= ${at(now)}
      and (expires_at is null or expires_at > ${at(now)})
    order by due_at, id limit 1`;
  const [row] = await db.execute<{ due: string | null }>(sql`
    select least(
      (${oldest(false)}),
      case when coalesce((select max(next_at) from pace) < clock_timestamp() - ${still.total('seconds')} * interval '1 second', true)
        then (${oldest(true)}) end) as due`);
  return row?.due ? Temporal.Instant.from(row.due) : null;
}

/** True for the one caller that has to tell it. */
export async function raise(db: DbOrTx, kind: AlertKind, since: Temporal.Instant): Promise<boolean> {
  const rows = await db.insert(alert).values({ kind, since }).onConflictDoNothing().returning();
  return rows.length === 1;
}

/** Those that were raised; each is returned to one caller alone. */
export async function settle(db: DbOrTx, ...kinds: AlertKind[]): Promise<string[]> {
  const rows = await db.delete(alert).where(inArray(alert.kind, kinds)).returning();
  return rows.map(({ kind }) => kind);
}

/** Since when messages that were due then are late, over any number of looks, processes and restarts. */
export async function lateSeen(db: DbOrTx, due: Temporal.Instant, now: Temporal.Instant): Promise<Temporal.Instant> {
  const [row] = await db
    .insert(alert)
    .values({ kind: 'late_seen', since: now })
    // The last time it was another one that was late.
    .onConflictDoUpdate({ target: alert.kind, set: { since: now }, setWhere: lte(alert.since, due) })
    .returning();
  return row?.since ?? (await sinceOf(db, 'late_seen')) ?? now;
}

export async function sinceOf(db: DbOrTx, kind: AlertKind): Promise<Temporal.Instant | null> {
  const [row] = await db.select().from(alert).where(eq(alert.kind, kind));
  return row?.since ?? null;
}

/** What an owner has to know of a held outbox. */
export type Held = {
  since: Temporal.Instant;
  /** The time of the backup that was restored. */
  backup: Temporal.Instant | null;
  /** What was due until then may have been sent by the bot that was lost, or was owed anew because it forgot that. */
  told: Temporal.Instant;
  /** How many messages would go out at once, and when the oldest of them was due. */
  waiting: number;
  oldest: Temporal.Instant | null;
};

export async function heldOutbox(db: DbOrTx, now: Temporal.Instant): Promise<Held | null> {
  const [row] = await db.execute<{ since: string }>(
    sql`select held_since as since from pace where held_since is not null`,
  );
  if (!row) return null;
  return {
    since: Temporal.Instant.from(row.since),
    backup: await sinceOf(db, 'restored'),
    told: (await sinceOf(db, 'held')) ?? now,
    ...(await waiting(db, now)),
  };
}

export async function waiting(
  db: DbOrTx,
  now: Temporal.Instant,
): Promise<{ waiting: number; oldest: Temporal.Instant | null }> {
  const [row] = await db
    .select({ waiting: sql<number>`count(*)::int`, oldest: sql<string | null>`min(${message.dueAt})` })
    .from(message)
    .where(
      and(
        eq(message.state, 'queued'),
        isNull(message.digestId),
        isNotNull(message.personId),
        lte(message.dueAt, now),
        sql`(${message.expiresAt} is null or ${message.expiresAt} > ${at(now)})`,
      ),
    );
  return { waiting: row!.waiting, oldest: row!.oldest === null ? null : Temporal.Instant.from(row!.oldest) };
}

export type Release = { kind: 'released'; cancelled: number } | { kind: 'not held' };

/**
 * Lets the outbox go on, if it is still held by the same hold as when the button was made. `dropDue`: what was due until
 * then is cancelled first.
 */
export async function releaseOutbox(
  db: Db,
  { since, dropDue }: { since: number; dropDue: number | null },
): Promise<Release> {
  return db.transaction(async (tx) => {
    const rows = await tx.execute(sql`
      update pace set held_since = null where held_since is not null and ${seconds(sql`held_since`)} = ${since}
      returning key`);
    if (rows.length === 0) return { kind: 'not held' };
    await settle(tx, 'held', 'restored');
    const old = dropDue === null ? null : sql`${seconds(sql`${message.dueAt}`)} <= ${dropDue}`;
    return { kind: 'released', cancelled: old ? await cancelOwed(tx, old, 'left out after a backup was restored') : 0 };
  });
}

/** As a button carries an instant: a fraction counts as a whole second. */
export const toSeconds = (instant: Temporal.Instant) => Math.ceil(instant.epochMilliseconds / 1000);
const seconds = (instant: ReturnType<typeof sql>) =>
  sql`ceil(extract(epoch from date_trunc('milliseconds', ${instant})))::bigint`;
