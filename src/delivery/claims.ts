import { and, eq, inArray, sql } from 'drizzle-orm';
import type { Person } from '../bot/context.ts';
import type { Db, DbOrTx } from '../db/connect.ts';
import { instantToSql } from '../db/instant.ts';
import { message, person } from '../db/schema.ts';
import type { Message } from './messages.ts';

/**
 * Longer than a message can be in one hand: it waits for its turn for a moment only, and bot/telegram.ts gives a call up
 * after 20 seconds.
 */
const LEASE = sql`interval '60 seconds'`;

export type Claimed = { message: Message; person: Person };
export type Claims = ReturnType<typeof createClaims>;

/**
 * The states of a message, changed only by the worker that holds it: queued -> claimed -> sending -> what came of it.
 * A worker that lost its lease changes nothing, since each statement asks for its name.
 */
export function createClaims(db: Db, worker: string) {
  const lease = { worker, leaseUntil: sql`clock_timestamp() + ${LEASE}` };
  const mine = (id: number, state: Message['state']) =>
    and(eq(message.id, id), eq(message.worker, worker), eq(message.state, state));

  return {
    /** Takes what is due, the urgent first; nothing while Telegram has asked everybody to wait. */
    async take(now: Temporal.Instant, most: number): Promise<Claimed[]> {
      return db.transaction(async (tx) => {
        const due = await tx
          .select({ message, person })
          .from(message)
          .innerJoin(person, eq(person.id, message.personId))
          .where(
            and(
              eq(message.state, 'queued'),
              sql`${message.dueAt} <= ${instantToSql(now)}::timestamptz`,
              sql`(${message.retryAt} is null or ${message.retryAt} <= clock_timestamp())`,
              sql`not exists (select from pace where blocked_until > clock_timestamp())`,
            ),
          )
          .orderBy(message.bulk, message.dueAt, message.id)
          .limit(most)
          .for('update', { of: message, skipLocked: true });
        if (due.length === 0) return [];
        const ids = due.map((row) => row.message.id);
        await tx
          .update(message)
          .set({ state: 'claimed', ...lease })
          .where(inArray(message.id, ids));
        return due;
      });
    },

    /** True when it may be sent now: from here on Telegram may have it. */
    async begin(id: number): Promise<boolean> {
      const rows = await db
        .update(message)
        .set({ state: 'sending', attempts: sql`${message.attempts} + 1`, ...lease })
        .where(mine(id, 'claimed'))
        .returning({ id: message.id });
      return rows.length === 1;
    },

    async settle(
      id: number,
      from: 'claimed' | 'sending',
      to: Partial<typeof message.$inferInsert>,
      tx: DbOrTx = db,
    ): Promise<void> {
      await tx
        .update(message)
        .set({ worker: null, leaseUntil: null, ...to })
        .where(mine(id, from));
    },

    /** Telegram refused for now: again after 2, 4 … 60 seconds. */
    async later(id: number, reason: string): Promise<void> {
      await db
        .update(message)
        .set({
          state: 'queued',
          worker: null,
          leaseUntil: null,
          error: reason,
          retryAt: sql`clock_timestamp() + least(60, 2 ^ least(6, ${message.attempts})) * interval '1 second'`,
        })
        .where(mine(id, 'sending'));
    },

    /**
     * What a worker held that died: a `claimed` one returns to the queue; one in `sending` may have reached the person,
     * and Telegram has no idempotency key, so it becomes `unknown` and is not sent again by itself.
     */
    async recover(): Promise<void> {
      await db
        .update(message)
        .set({
          state: sql`case ${message.state} when 'claimed' then 'queued' else 'unknown' end`,
          worker: null,
          leaseUntil: null,
        })
        .where(and(inArray(message.state, ['claimed', 'sending']), sql`${message.leaseUntil} < clock_timestamp()`));
    },
  };
}
