import { sql, type SQL } from 'drizzle-orm';
import type { Deps } from '../../bot/context.ts';
import type { Job } from '../../delivery/planner.ts';
import { instantToSql } from '../../db/instant.ts';

/** How far a tick looks behind the one before: a registration may have been committed while that one was reading. */
const OVERLAP = { minutes: 5 };

/**
 * Owes the reminders that are due. What was owed by an earlier tick, or by another process, has its key in the outbox
 * already. `last` only saves this process from looking at every person again, each minute for six days between two
 * reminders; the first tick after a start looks at all that is still useful.
 */
export function remindersJob({ db }: Pick<Deps, 'db'>): Job {
  let last: Temporal.Instant | null = null;
  return {
    name: 'reminders',
    async run(now) {
      const since = last && (Temporal.Instant.compare(last, now) < 0 ? last : now).subtract(OVERLAP);
      await db.execute(dueReminders(now, since ?? Temporal.Instant.fromEpochMilliseconds(0)));
      last = now;
    },
  };
}

/**
 * Events × their offsets × the people who have a seat, as far as a reminder fell due after `since` and is of use now:
 *  - only the latest: when the next one is due as well (the clock jumped, the bot was away), the earlier says nothing;
 *  - only what fell due after the person registered and after the event was moved: they were told then.
 * A reminder of a day or more ahead is bulk: it is not urgent, so quiet hours hold it until the morning.
 * An offset is elapsed minutes: "1 day before" is 1440 minutes before, also over a change of the clocks, when the wall
 * clock then shows another hour. Rejected: the same wall clock time a day before (RFC 5545, P1D instead of PT24H),
 * since then "Time left: 1 day" would be wrong, and so would the order of offsets within an hour of each other.
 *
 * The cost follows what is due. Coming events come first, by the index on begins_at, with a handful of offsets each;
 * people are looked up by event and status only for an offset that passed the conditions. `offset 0` keeps Postgres from
 * turning that around: as a plain join it read all registrations first when its guess was poor. See EXPLAIN in the test.
 */
export function dueReminders(now: Temporal.Instant, since: Temporal.Instant): SQL {
  const at = sql`${instantToSql(now)}::timestamptz`;
  return sql`
    insert into message (person_id, kind, key, data, event_id, bulk, due_at, expires_at, created_at)
    select
      seated.person_id,
      'reminder',
      concat_ws(':', 'reminder', event.id, event.revision, reminder.minutes, seated.person_id),
      jsonb_build_object('revision', event.revision, 'minutes', reminder.minutes),
      event.id,
      reminder.minutes >= 1440,
      reminder.due_at,
      reminder.useful_until,
      ${at}
    from event
    cross join lateral (
      select minutes, due_at, lead(due_at, 1, event.begins_at) over (order by due_at) as useful_until
      from unnest(event.reminder_offsets) as minutes,
        lateral (select event.begins_at - minutes * interval '1 minute' as due_at) as due
    ) as reminder
    cross join lateral (
      select person_id from registration
      where event_id = event.id and status = 'registered' and changed_at < reminder.due_at
      offset 0
    ) as seated
    where event.status = 'published'
      and event.begins_at > ${at}
      and reminder.due_at <= ${at}
      and reminder.due_at > ${instantToSql(since)}::timestamptz
      and reminder.useful_until > ${at}
      and reminder.due_at > coalesce(event.moved_at, '-infinity')
    on conflict (key) do nothing`;
}
