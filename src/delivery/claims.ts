import { and, eq, isNull, sql } from 'drizzle-orm';
import type { Person } from '../bot/context.ts';
import type { Db, DbOrTx, Tx } from '../db/connect.ts';
import { instantToSql } from '../db/instant.ts';
import { message, person } from '../db/schema.ts';
import type { Message } from './messages.ts';

/**
 * Seconds. Longer than a message can be in one hand: it waits for its turn for a moment only, bot/telegram.ts gives a call
 * up after 20 seconds, and what came of it is written as soon as the database answers.
 */
export const LEASE = 30;
const lease = sql`clock_timestamp() + ${LEASE} * interval '1 second'`;

/** `today`: how many messages that are not urgent the person has got today, by their own clock, or is about to get. */
export type Claimed = { message: Message; person: Person; today: number };

/** One claim of one message. */
export type Claim = Pick<Message, 'id' | 'fence'>;

/** What becomes of a claimed message. */
export type Settlement = Claim & {
  from: 'claimed' | 'sending';
  state: Message['state'];
  telegramMessageId?: number | undefined;
  sentAt?: Temporal.Instant;
  /** Telegram's words, or why it is not sent. */
  error?: string;
  /** Seconds until it may be tried again. */
  retryIn?: number;
  /** Put off until then. */
  heldUntil?: Temporal.Instant;
  repeats?: number;
};

export type Claims = ReturnType<typeof createClaims>;

/**
 * The states of a message: queued -> claimed -> sending -> what came of it. Each claim has a number of its own, the fencing
 * token: who writes names it, and it counts only while the lease runs. So a worker that was stopped and wakes up late
 * changes nothing, even if the message is in its own hands again by a newer claim. `silent`: the kinds that make no sound.
 */
export function createClaims(db: Db, worker: string, silent: string[]) {
  return {
    /**
     * Takes what is due, the urgent first; nothing while Telegram has asked everybody to wait. `probing`: one, to see
     * whether Telegram is back. The rows of the people are locked as well, and only then their day is looked at, by a
     * statement of its own: so two processes can't both think that there is room for one more in it. Key shares of new
     * messages don't wait for that.
     */
    async take(now: Temporal.Instant, most: number, { probing = false } = {}): Promise<Claimed[]> {
      const at = sql`${instantToSql(now)}::timestamptz`;
      const shut = probing ? sql`held_since is not null` : sql`held_since is not null or outage_since is not null`;
      return db.transaction(async (tx) => {
        const due = await tx
          .select({ message, person })
          .from(message)
          .innerJoin(person, eq(person.id, message.personId))
          .where(
            and(
              eq(message.state, 'queued'),
              isNull(message.digestId),
              sql`${message.dueAt} <= ${at}`,
              sql`(${message.retryAt} is null or ${message.retryAt} <= clock_timestamp())`,
              sql`not exists (select from pace where blocked_until > clock_timestamp() or ${shut})`,
            ),
          )
          .orderBy(message.bulk, message.dueAt, message.id)
          .limit(most)
          .for('no key update', { of: [message, person], skipLocked: true });
        if (due.length === 0) return [];
        const bulk = due.flatMap((one) => (one.message.bulk ? [one.person.id] : []));
        const today = bulk.length > 0 ? await todayOf(tx, [...new Set(bulk)], at, silent) : new Map<number, number>();
        await tx.execute(sql`
          update message set state = 'claimed', fence = fence + 1, worker = ${worker}, lease_until = ${lease}
          where id = any(${sql.param(due.map((one) => one.message.id))}::bigint[])`);
        return due.map(({ message: { fence, ...taken }, person: to }) => ({
          message: { ...taken, fence: fence + 1 },
          person: to,
          today: today.get(to.id) ?? 0,
        }));
      });
    },

    /** Those that may be sent now: from here on Telegram may have them. */
    async begin(claims: Claim[]): Promise<Set<number>> {
      const rows = await db.execute<{ id: number }>(sql`
        update message set state = 'sending', attempts = attempts + 1, lease_until = ${lease}
        from ${records(claims)} as mine(id bigint, fence int)
        where message.id = mine.id and message.fence = mine.fence and state = 'claimed' and lease_until > clock_timestamp()
        returning message.id`);
      return new Set(rows.map(({ id }) => id));
    },

    /**
     * Writes what came of messages, and of those that arrive as parts of them; returns the ids of those for which it
     * counted.
     */
    async settle(settlements: Settlement[], tx: DbOrTx = db): Promise<Set<number>> {
      const rows = await tx.execute<{ id: number }>(sql`
        with settled as (
          update message set
            state = done.state,
            telegram_message_id = coalesce(done."telegramMessageId", message.telegram_message_id),
            sent_at = done."sentAt",
            error = done.error,
            due_at = coalesce(done."heldUntil", due_at),
            held = held or done."heldUntil" is not null,
            retry_at = clock_timestamp() + done."retryIn" * interval '1 second',
            repeats = coalesce(done.repeats, message.repeats),
            worker = null,
            lease_until = null
          from ${records(settlements)} as done(
            id bigint, fence int, "from" text, state text, "telegramMessageId" int, "sentAt" timestamptz, error text,
            "heldUntil" timestamptz, "retryIn" float8, repeats smallint)
          where message.id = done.id and message.fence = done.fence and message.state = done."from"
            and lease_until > clock_timestamp()
          returning message.id, message.state, message.sent_at, message.error
        ), parts as (
          update message set state = settled.state, sent_at = settled.sent_at, error = settled.error
          from settled
          where message.digest_id = settled.id and message.state = 'queued' and settled.state <> 'queued'
        )
        select id from settled`);
      return new Set(rows.map(({ id }) => id));
    },

    /**
     * What a worker held that died: a `claimed` one returns to the queue; one in `sending` may have reached the person,
     * and Telegram has no idempotency key, so it becomes `unknown` and is not sent again by itself, unless it was owed as
     * one that may be repeated.
     */
    async recover(): Promise<void> {
      await db.execute(sql`
        with left_behind as (
          update message set
            state = case when state = 'claimed' or repeats > 0 then 'queued' else 'unknown' end,
            repeats = case when state = 'sending' then greatest(0, repeats - 1) else repeats end,
            error = case when state = 'sending' then 'no answer' else error end,
            worker = null,
            lease_until = null
          where state in ('claimed', 'sending') and lease_until < clock_timestamp()
          returning id, state
        )
        update message set state = 'unknown', error = 'no answer'
        from left_behind
        where message.digest_id = left_behind.id and message.state = 'queued' and left_behind.state = 'unknown'`);
    },
  };
}

/** What is not urgent, of the day that each of them has now. Parts of a digest are one message to their person. */
async function todayOf(
  tx: Tx,
  people: number[],
  at: ReturnType<typeof sql>,
  silent: string[],
): Promise<Map<number, number>> {
  const rows = await tx.execute<{ id: number; today: number }>(sql`
    select person.id, today.count as today
    from person, lateral (
      select count(*)::int as count from message
      where message.person_id = person.id and bulk and digest_id is null
        and kind <> all(${sql.param(silent)}::text[])
        and (state in ('claimed', 'sending')
          or sent_at >= date_trunc('day', ${at} at time zone zone) at time zone zone)
    ) as today
    where person.id = any(${sql.param(people)}::bigint[])`);
  return new Map(rows.map(({ id, today }) => [id, today]));
}

/** As one parameter, whatever the number of rows. */
const records = (rows: object[]) => sql`jsonb_to_recordset(${JSON.stringify(rows)}::text::jsonb)`;
