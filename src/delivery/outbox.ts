import { and, eq, inArray, sql, type SQL } from 'drizzle-orm';
import type { DbOrTx } from '../db/connect.ts';
import { message } from '../db/schema.ts';
import type { Message } from './messages.ts';

type Owed = Pick<typeof message.$inferInsert, 'kind' | 'key' | 'data' | 'dueAt'> &
  Partial<Pick<Message, 'expiresAt' | 'bulk' | 'eventId' | 'announcementId'>> & { personId: number };

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

/** Takes back what is not on its way yet. */
export async function cancelOwed(db: DbOrTx, which: SQL | undefined, reason: string): Promise<number> {
  const rows = await db
    .update(message)
    .set({ state: 'cancelled', error: reason, worker: null, leaseUntil: null })
    .where(and(inArray(message.state, ['queued', 'claimed']), which))
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
