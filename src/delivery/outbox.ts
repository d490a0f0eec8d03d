import { and, eq, inArray, isNotNull, sql, type SQL } from 'drizzle-orm';
import type { DbOrTx } from '../db/connect.ts';
import { message } from '../db/schema.ts';
import type { Message } from './messages.ts';

type Owed = Pick<typeof message.$inferInsert, 'kind' | 'key' | 'data' | 'dueAt'> &
  Partial<Pick<Message, 'expiresAt' | 'bulk' | 'eventId' | 'announcementId' | 'repeats'>> & { personId: number };

/**
 * Puts messages in the outbox. What is owed has a key of its own (`confirmation:<registration>:<change>`), so owing it
 * again, after a crash or by a second tick, adds nothing.
 */
export async function owe(db: DbOrTx, owed: Owed[], now: Temporal.Instant): Promise<void> {
  if (owed.length === 0) return;
  await db
    .insert(message)
    .values(owed.map((one) => ({ ...one, createdAt: now })))
    .onConflictDoNothing({ target: message.key });
}

/** In the hands of nobody: nothing that a worker still does to it counts. */
const RELEASED = { worker: null, leaseUntil: null } as const;

/** Takes back what is not on its way yet. */
export async function cancelOwed(db: DbOrTx, which: SQL | undefined, reason: string): Promise<number> {
  return withdraw(db, ['queued', 'paused', 'claimed'], which, sql`state = 'cancelled', error = ${reason}`);
}

/** What a worker holds, but has not let go yet, goes back to its place: it is rendered anew. */
export async function releaseOwed(db: DbOrTx, which: SQL | undefined): Promise<void> {
  await db
    .update(message)
    .set({ ...RELEASED, state: 'queued' })
    .where(and(eq(message.state, 'claimed'), which));
}

/** What is not on its way yet waits until `resumeOwed`; it keeps its place in the queue, but for one in a digest. */
export async function pauseOwed(db: DbOrTx, which: SQL): Promise<void> {
  await withdraw(db, ['queued', 'claimed'], which, sql`state = 'paused', digest_id = null`);
}

/**
 * A digest that a worker holds may have been rendered with these parts: it goes back to the queue, and is rendered anew. One
 * that is on its way brings them: they stay in it, and become what it becomes. Digests that could still go are locked, before
 * their parts are, as by who settles them (claims.ts); what becomes a part while this waits for it stays one, and is looked at
 * again when it is rendered.
 */
async function withdraw(db: DbOrTx, from: Message['state'][], which: SQL | undefined, to: SQL): Promise<number> {
  const parts = and(which, eq(message.state, 'queued'), isNotNull(message.digestId));
  const these = and(inArray(message.state, from), which);
  const rows = await db.execute(sql`
    with digests as (
      select id, state from message as digest
      where id in (select digest_id from message where ${parts}) and state in ('queued', 'claimed')
      order by id
      for no key update
    ), released as (
      update message set state = 'queued', worker = null, lease_until = null
      where id in (select id from digests where state = 'claimed') and (${these}) is not true
    )
    update message set worker = null, lease_until = null, ${to}
    where ${these} and (digest_id is null or digest_id in (select id from digests))
    returning id`);
  return rows.length;
}

export async function resumeOwed(db: DbOrTx, which: SQL): Promise<void> {
  await db
    .update(message)
    .set({ state: 'queued' })
    .where(and(eq(message.state, 'paused'), which));
}

/** Owes once more what did not arrive. `unknown` may have arrived: only a person can want that one again. */
export async function oweAgain(
  db: DbOrTx,
  states: ('failed' | 'unknown' | 'blocked' | 'deactivated')[],
  which: SQL,
  now: Temporal.Instant,
): Promise<number> {
  const rows = await db
    .update(message)
    .set({ state: 'queued', dueAt: now, attempts: 0, retryAt: null, error: null, digestId: null })
    .where(and(inArray(message.state, states), isNotNull(message.personId), which))
    .returning({ id: message.id });
  return rows.length;
}

export const about = {
  event: (eventId: number, ...kinds: string[]) =>
    and(eq(message.eventId, eventId), kinds.length > 0 ? inArray(message.kind, kinds) : undefined),
  eventFor: (eventId: number, personId: number) => and(eq(message.eventId, eventId), eq(message.personId, personId)),
  announcement: (announcementId: number) => eq(message.announcementId, announcementId),
};

/** How many messages are in each state. */
export async function countStates(db: DbOrTx, which: SQL): Promise<Partial<Record<Message['state'], number>>> {
  const rows = await db
    .select({ state: message.state, count: sql<number>`count(*)::int` })
    .from(message)
    .where(which)
    .groupBy(message.state);
  return Object.fromEntries(rows.map(({ state, count }) => [state, count]));
}
