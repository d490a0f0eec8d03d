import { asc, eq, inArray, lt, sql } from 'drizzle-orm';
import type { Update } from 'grammy/types';
import { isDatabaseAway } from '../db/away.ts';
import { inbox } from '../db/schema.ts';
import type { Deps } from './context.ts';

/** Renewed each minute by the process that handles the update; a process that died lets it run out. */
const LEASE = sql`clock_timestamp() + interval '3 minutes'`;
/** Updates that are taken up again at once. */
const BATCH = 100;

export type Inbox = ReturnType<typeof createInbox>;

/**
 * Every update is a row before Telegram hears that it arrived, so kill -9 loses none; one that comes again is dropped.
 * The payload holds what a person wrote: it is removed as soon as the update is handled.
 */
export function createInbox(
  { db, clock, programme, log }: Pick<Deps, 'db' | 'clock' | 'programme' | 'log'>,
  worker: string,
) {
  const lease = { worker, leaseUntil: LEASE };

  async function insert(updates: Update[]): Promise<Update[]> {
    const receivedAt = clock.now();
    const rows = await db
      .insert(inbox)
      .values(updates.map((update) => ({ updateId: update.update_id, payload: update, receivedAt, ...lease })))
      .onConflictDoNothing()
      .returning({ id: inbox.updateId });
    const fresh = new Set(rows.map(({ id }) => id));
    return updates.filter(({ update_id }) => fresh.has(update_id));
  }

  return {
    /** Writes updates down; returns those that are new. */
    async store(received: Update[]): Promise<Update[]> {
      if (received.length === 0) return [];
      const updates = received.map(storable);
      try {
        return await insert(updates);
      } catch (error) {
        if (isDatabaseAway(error)) throw error;
      }
      // One that can't be written must not keep the others from coming, for ever.
      const stored = await Promise.all(
        updates.map((update) =>
          insert([update]).catch((error: unknown) => {
            if (isDatabaseAway(error)) throw error;
            log.error({ update: update.update_id, error }, 'update can not be stored, it is left out');
            return [];
          }),
        ),
      );
      return stored.flat();
    },

    async done(update: Update): Promise<void> {
      const set = { doneAt: clock.now(), payload: null, worker: null, leaseUntil: null };
      await db
        .update(inbox)
        .set({ ...set, attempts: sql`${inbox.attempts} + 1` })
        .where(eq(inbox.updateId, update.update_id));
    },

    /** The process still works at these. */
    async renew(updateIds: number[]): Promise<void> {
      if (updateIds.length > 0) await db.update(inbox).set(lease).where(inArray(inbox.updateId, updateIds));
    },

    /**
     * Takes up what was written down and never finished, in order. `abandoned`: all of it, because nobody else can be at
     * work (polling, under the lock); otherwise what another process has let run out.
     */
    async takeUp(except: number[], { abandoned }: { abandoned: boolean }): Promise<Update[]> {
      const free = abandoned
        ? sql`true`
        : sql`(${inbox.leaseUntil} is null or ${inbox.leaseUntil} < clock_timestamp())`;
      const open = db
        .select({ id: inbox.updateId })
        .from(inbox)
        .where(sql`${inbox.doneAt} is null and ${free} and ${inbox.updateId} <> all(${sql.param(except)}::bigint[])`)
        .orderBy(asc(inbox.updateId))
        .limit(BATCH)
        .for('update', { skipLocked: true });
      const rows = await db.update(inbox).set(lease).where(inArray(inbox.updateId, open)).returning();
      return rows.toSorted((a, b) => a.updateId - b.updateId).map(({ payload }) => payload as Update);
    },

    /**
     * Telegram keeps unconfirmed updates for a day, and after a week without any it numbers anew: the programme's period
     * lies between the two.
     */
    async forget(now: Temporal.Instant): Promise<void> {
      const before = now.toZonedDateTimeISO('UTC').subtract(Temporal.Duration.from(programme.retention.inbox));
      await db.delete(inbox).where(lt(inbox.doneAt, before.toInstant()));
    },
  };
}

/** PostgreSQL stores neither U+0000 nor half a surrogate pair; JSON writes both as escapes. */
function storable(update: Update): Update {
  const text = JSON.stringify(update);
  if (!/\\u(?:0000|d[89a-f])/i.test(text)) return update;
  return JSON.parse(text, (_, value: unknown) =>
    typeof value === 'string' ? value.toWellFormed().replaceAll('\0', '') : value,
  ) as Update;
}
