import { asc, eq, isNull, lt, sql } from 'drizzle-orm';
import type { Update } from 'grammy/types';
import type { Deps } from './context.ts';
import { inbox } from '../db/schema.ts';

export type Inbox = ReturnType<typeof createInbox>;

/**
 * Every update is a row before Telegram hears that it arrived, so kill -9 loses none; one that comes again is dropped.
 * The payload holds what a person wrote: it is removed as soon as the update is handled.
 */
export function createInbox({ db, clock, programme }: Pick<Deps, 'db' | 'clock' | 'programme'>) {
  return {
    /** Writes updates down; returns those that are new. */
    async store(updates: Update[]): Promise<Update[]> {
      if (updates.length === 0) return [];
      const now = clock.now();
      const rows = await db
        .insert(inbox)
        .values(updates.map((update) => ({ updateId: update.update_id, payload: update, receivedAt: now })))
        .onConflictDoNothing()
        .returning({ id: inbox.updateId });
      const fresh = new Set(rows.map(({ id }) => id));
      return updates.filter(({ update_id }) => fresh.has(update_id));
    },

    async done(update: Update): Promise<void> {
      const set = { doneAt: clock.now(), payload: null, attempts: sql`${inbox.attempts} + 1` };
      await db.update(inbox).set(set).where(eq(inbox.updateId, update.update_id));
    },

    /** What was written down and never finished, in order: left over by a process that died. */
    async unfinished(): Promise<Update[]> {
      const rows = await db
        .select({ payload: inbox.payload })
        .from(inbox)
        .where(isNull(inbox.doneAt))
        .orderBy(asc(inbox.updateId));
      return rows.map(({ payload }) => payload as Update);
    },

    /** Telegram keeps unconfirmed updates for a day: after the programme's period a handled one can't come again. */
    async forget(now: Temporal.Instant): Promise<void> {
      const before = now.toZonedDateTimeISO('UTC').subtract(Temporal.Duration.from(programme.retention.inbox));
      await db.delete(inbox).where(lt(inbox.doneAt, before.toInstant()));
    },
  };
}
