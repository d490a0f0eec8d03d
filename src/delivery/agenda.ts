import { sql, type SQL } from 'drizzle-orm';
import type { Deps } from '../bot/context.ts';
import { isDatabaseAway } from '../db/away.ts';
import type { DbOrTx, Tx } from '../db/connect.ts';
import { instantToSql } from '../db/instant.ts';
import type { Job } from './planner.ts';

/** What an event owes its people at moments of its own, such as an hour before it begins. */
export type Occasion = {
  name: string;
  /** Owes what is due at these events. Doing it twice must do no more than doing it once. */
  owe(tx: Tx, events: number[], now: Temporal.Instant): Promise<void>;
  /** A query for the moments, past and coming, of the row `event`: only at these does something new fall due by itself. */
  moments(now: Temporal.Instant): SQL;
};

/** Events that are looked at in one transaction: who registers for one of them waits as long. */
const BATCH = 25;

/**
 * Looks at events, and only at those for which something may have fallen due: each has a row in `agenda` that says from when
 * to when there is nothing to do. An event is looked at
 *  - when its next moment has come: `until`, the first of all occasions;
 *  - when it changed, or one of its registrations or materials did: triggers set `until` back (drizzle/…_agenda_triggers);
 *  - when the clock was set back to before `since`, the last look: moments that had passed lie ahead again.
 * What is due is still decided by the rows and the clock alone, and owed under a key; this only spares the looking. A tick
 * costs one look into two small indexes, whatever the number of events, registrations and messages.
 *
 * Nothing is missed, because who changes an event and who looks at it take the lock of the same row. A look that comes first
 * is followed by another, since the change opens the row again after it. One that comes second skips the row while the
 * change is not committed, and what it reads once it has the lock, it reads with statements that see the change. The two
 * must not wait for each other at any other row: whoever changes an event and locks people for it does so with
 * `no key update`, which does not keep messages from referring to them.
 *
 * Rejected: looking at all people of the events within the period in which something is of use (feedback: two weeks), each
 * minute. With 1,000,000 registrations and 2,000,000 messages that took 0.3 s for feedback, 0.5 s for surveys and 3.7 s for
 * their reminders. Rejected: to look at what fell due, or changed, since the last tick. It needs an overlap for what was
 * committed late, a rule for every column that may move something into the past, and goes wrong when a clock jumps back,
 * somebody changes something, and it jumps ahead before the next tick.
 */
export function lookAtEvents({ db, log }: Pick<Deps, 'db' | 'log'>, occasions: Occasion[]): Job {
  /** Owes what is due; false: not all of it. */
  type Owing = (tx: Tx, events: number[], now: Temporal.Instant) => Promise<boolean>;

  const together: Owing = async (tx, events, now) => {
    for (const { owe } of occasions) await owe(tx, events, now);
    return true;
  };

  /** One that fails does not keep the others from their turn. */
  const apart: Owing = async (tx, events, now) => {
    let all = true;
    for (const { name, owe } of occasions) {
      try {
        await tx.transaction((inner) => owe(inner, events, now));
      } catch (error) {
        if (isDatabaseAway(error)) throw error;
        log.error({ occasion: name, events, error }, 'occasion failed, it will be tried again at the next tick');
        all = false;
      }
    }
    return all;
  };

  async function lookBy(owing: Owing, now: Temporal.Instant): Promise<number> {
    return db.transaction(async (tx) => {
      const events = await take(tx, now);
      if (events.length === 0) return 0;
      const all = await owing(tx, events, now);
      // Where something failed, the next events have their turn first.
      const next = all ? firstAfter(now, occasions) : sql`${at(now)} + interval '30 seconds'`;
      await tx.execute(sql`
        update agenda set since = ${at(now)}, until = ${next}
        from event where event.id = event_id and event_id = any(${sql.param(events)}::bigint[])`);
      return events.length;
    });
  }

  /** Returns how many events it looked at. Savepoints are half of the round trips: they are for when something failed. */
  async function look(now: Temporal.Instant): Promise<number> {
    try {
      return await lookBy(together, now);
    } catch (error) {
      if (isDatabaseAway(error)) throw error;
      return lookBy(apart, now);
    }
  }

  return {
    name: 'look at events',
    async run(now) {
      // Not the transaction at once: mostly there is nothing.
      if ((await db.execute(openEvents(now, 1))).length === 0) return;
      while ((await look(now)) === BATCH);
    },
  };
}

/** Locks events that nobody else looks at now. */
async function take(tx: DbOrTx, now: Temporal.Instant): Promise<number[]> {
  const rows = await tx.execute<{ id: number }>(sql`
    select event_id as id from agenda
    where event_id in (${openEvents(now, BATCH)})
      -- Once more, for a row that another process has looked at meanwhile.
      and (until <= ${at(now)} or since > ${at(now)})
    limit ${BATCH}
    for no key update skip locked`);
  return rows.map(({ id }) => id);
}

/**
 * Ordered, so that Postgres takes the indexes also where it has no statistics yet, and by halves, because it takes none for
 * an `or`.
 */
function openEvents(now: Temporal.Instant, most: number): SQL {
  return sql`
    (select event_id from agenda where until <= ${at(now)} order by until limit ${most})
    union all
    (select event_id from agenda where since > ${at(now)} order by since desc limit ${most})`;
}

function firstAfter(now: Temporal.Instant, occasions: Occasion[]): SQL {
  const moments = occasions.map((occasion) => sql`(${occasion.moments(now)})`);
  return sql`(select min(at) from (${sql.join(moments, sql` union all `)}) as moment(at) where at > ${at(now)})`;
}

const at = (instant: Temporal.Instant) => sql`${instantToSql(instant)}::timestamptz`;
