import { and, eq, lt, sql } from 'drizzle-orm';
import type { Update } from 'grammy/types';
import { isDatabaseAway } from '../db/away.ts';
import { instantToSql } from '../db/instant.ts';
import { inbox } from '../db/schema.ts';
import type { Deps } from './context.ts';

/** Any number, the same in every version of Bilim. */
const TURN_LOCK = 0x7475726e; // "turn"
/** Telegram has no more than so many on their way to a webhook (Bot API, setWebhook): of what a person has waiting, one in hand is among the first. */
const ON_THEIR_WAY = 100;
/** Less than any Telegram id: where a walk over all people begins. */
export const FIRST_PERSON = Number.MIN_SAFE_INTEGER;

/** An update that this process has in hand. `attempts`: how often it was taken up, this time included. */
export type Taken = { update: Update; userId: number; attempts: number; receivedAt: Temporal.Instant };

export type Turn = {
  /** Handled. */
  done: number[];
  /** Given back, and that try counts as none. */
  back: number[];
  /** All others that this process has in hand. */
  hands: number[];
  /** Who may have something waiting: Telegram ids. */
  people: number[];
  /** How many to take up. */
  most: number;
  /** How often that may have been tried before. */
  atMost: number;
};

export type Inbox = ReturnType<typeof createInbox>;

/**
 * Every update is a row before Telegram hears that it arrived, so kill -9 loses none; one that comes again is dropped.
 * The payload holds what a person wrote: it is removed as soon as the update is handled.
 *
 * A row is in hand while its `worker` is alive (workers.ts). It may only be written by that worker, whoever else thinks
 * that it has it in hand. `attempts` counts the tries that were begun: before each, so that one counts that kills.
 */
export function createInbox(
  { db, clock, programme, log }: Pick<Deps, 'db' | 'clock' | 'programme' | 'log'>,
  worker: string,
) {
  async function insert(updates: Update[]): Promise<number[]> {
    const receivedAt = clock.now();
    const rows = await db
      .insert(inbox)
      .values(
        updates.map((update) => ({
          updateId: update.update_id,
          userId: personOf(update),
          payload: update,
          receivedAt,
        })),
      )
      .onConflictDoNothing()
      .returning({ userId: inbox.userId });
    return rows.map(({ userId }) => userId!);
  }

  /** In the hands of a living process; what this one has let go is not. */
  const held = (hands: number[]) =>
    sql`(update_id = any(${array(hands)}) or worker <> ${worker} and exists (select from worker where id = inbox.worker))`;
  const mine = (updateId: number) => and(eq(inbox.updateId, updateId), eq(inbox.worker, worker));

  return {
    /** Writes updates down; returns the people who have a new one. */
    async store(received: Update[]): Promise<number[]> {
      const updates = received.filter(isUpdate).map(storable);
      if (updates.length < received.length) log.error('an update without a number is left out');
      if (updates.length === 0) return [];
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

    /**
     * One turn: this process says that it is alive, marks what it has finished, and takes up what is next, of each person
     * the earliest, and nothing of those of whom something is in hand, here or elsewhere. So the updates of one person
     * are handled one after the other, in the order of their ids, over all processes.
     *
     * One process at a time has its turn, by a lock, and sees all that the turns before it did: a later update can't be
     * taken up while another process takes up an earlier one that has just arrived. Both statements are one message to
     * the server, so no process that is stopped in the middle keeps the lock. Rejected: a lock per person, in a
     * transaction of four round trips; a unique index on the person of what is in hand, where one clash undoes the whole
     * batch.
     */
    async turn({ done, back, hands, people, most, atMost }: Turn): Promise<Taken[]> {
      const inHand = [...hands, ...back];
      const results = await db.execute(
        sql`
          select pg_advisory_xact_lock(${TURN_LOCK});
          with alive as (
            insert into worker (id, seen_at) values (${worker}, clock_timestamp())
            on conflict (id) do update set seen_at = excluded.seen_at
          ), finished as (
            update inbox set done_at = ${instantToSql(clock.now())}, payload = null, user_id = null, worker = null
            where update_id = any(${array(done)}) and worker = ${worker}
          ), given_back as (
            update inbox set attempts = attempts - 1, worker = null
            where update_id = any(${array(back)}) and worker = ${worker}
          ), next as (
            select first.update_id
            from unnest(${array(people)}) as person(id)
            cross join lateral (
              select min(update_id) as update_id, bool_or(held) as busy
              from (
                select update_id, ${held(inHand)} as held
                from inbox
                where user_id = person.id and done_at is null
                  and not (update_id = any(${array(done)}) and worker is not distinct from ${worker})
                order by update_id
                limit ${ON_THEIR_WAY}
              ) as waiting
            ) as first
            join inbox on inbox.update_id = first.update_id
            where not busy and attempts <= ${atMost}
            order by first.update_id
            limit ${most}
          )
          update inbox set worker = ${worker}, attempts = attempts + 1
          from next
          where inbox.update_id = next.update_id
          returning payload, user_id as "userId", attempts, received_at as "receivedAt"`.inlineParams(),
      );
      const rows = (results as unknown as (Omit<Taken, 'update'> & { payload: Update })[][]).at(-1)!;
      return rows.map(({ payload: update, ...row }) => ({ update, ...row }));
    },

    /** Another try by the same process. Null: the update is not in its hands any more. */
    async again(updateId: number): Promise<number | null> {
      const [row] = await db
        .update(inbox)
        .set({ attempts: sql`${inbox.attempts} + 1` })
        .where(mine(updateId))
        .returning({ attempts: inbox.attempts });
      return row?.attempts ?? null;
    },

    /** That try counts as none. */
    async excuse(updateId: number): Promise<void> {
      await db
        .update(inbox)
        .set({ attempts: sql`${inbox.attempts} - 1` })
        .where(mine(updateId));
    },

    /** Moves it to where it blocks nobody. False: it was not in the hands of this process any more. */
    async bury(updateId: number, letter: { error: string; attempts: number }): Promise<boolean> {
      const now = sql`${instantToSql(clock.now())}::timestamptz`;
      const rows = await db.execute(sql`
        with dead as (
          select * from inbox where update_id = ${updateId} and worker = ${worker} for update
        ), finished as (
          update inbox set done_at = ${now}, payload = null, user_id = null, worker = null
          from dead where inbox.update_id = dead.update_id
        )
        insert into dead_letter (update_id, payload, user_id, error, attempts, died_at)
        select update_id, payload, user_id, ${letter.error}, ${letter.attempts}::smallint, ${now} from dead
        on conflict (update_id) do update set
          payload = excluded.payload, user_id = excluded.user_id, error = excluded.error, died_at = excluded.died_at
        returning update_id`);
      return rows.length === 1;
    },

    /** People who have something waiting or in hand, in the order of their ids after `cursor`. A skip scan, since one may have thousands. */
    async people(cursor: number, most: number): Promise<number[]> {
      const next = (after: ReturnType<typeof sql>) =>
        sql`(select user_id from inbox where done_at is null and user_id > ${after} order by user_id limit 1)`;
      const rows = await db.execute<{ id: number }>(sql`
        with recursive someone(id) as (
          select ${next(sql`${cursor}::bigint`)}
          union all
          select ${next(sql`someone.id`)} from someone where someone.id is not null
        )
        select id from someone where id is not null limit ${most}`);
      return rows.map(({ id }) => id);
    },

    /** People of whom an update was in the hands of a process that died; it was tried at most so often. */
    async suspected(hands: number[], atMost: number): Promise<number[]> {
      const rows = await db.execute<{ id: number }>(sql`
        select distinct user_id as id from inbox
        where done_at is null and attempts between 1 and ${atMost} and not ${held(hands)} limit 100`);
      return rows.map(({ id }) => id);
    },

    /** Rows of a version that did not write down whom they come from: they come from nobody. */
    async adopt(): Promise<void> {
      await db.execute(sql`update inbox set user_id = -update_id where done_at is null and user_id is null`);
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

/** Ids as an array, written into the statement. */
const array = (ids: number[]) => sql`${`{${ids.join()}}`}::bigint[]`;

/**
 * Who an update comes from, by Telegram id; the chat, where nobody is named; otherwise nobody: such an update waits for no
 * other one, since what stands for its person is its own number, negated.
 */
function personOf(update: Update): number {
  const { message, callback_query: press, my_chat_member: member, poll_answer: answer } = update;
  const named = (message ?? press ?? member)?.from?.id ?? answer?.user?.id;
  const id = named ?? (message ?? member)?.chat?.id ?? answer?.voter_chat?.id;
  return Number.isSafeInteger(id) ? id! : -update.update_id;
}

function isUpdate(received: unknown): received is Update {
  return Number.isSafeInteger((received as Update | null)?.update_id);
}

/** PostgreSQL stores neither U+0000 nor half a surrogate pair; JSON writes both as escapes. */
function storable(update: Update): Update {
  const text = JSON.stringify(update);
  if (!/\\u(?:0000|d[89a-f])/i.test(text)) return update;
  return JSON.parse(text, (_, value: unknown) =>
    typeof value === 'string' ? value.toWellFormed().replaceAll('\0', '') : value,
  ) as Update;
}
