import { sql, type SQL } from 'drizzle-orm';
import { instantToSql } from '../../db/instant.ts';
import type { Occasion } from '../../delivery/agenda.ts';

/** Owes the reminders that are due; what was owed before, or by another process, has its key in the outbox already. */
export const beforeTheBeginning: Occasion = {
  name: 'reminders',
  async owe(tx, events, now) {
    await tx.execute(dueReminders(events, now));
  },
  moments: () => sql`
    select event.begins_at - minutes * interval '1 minute'
    from unnest(event.reminder_offsets) as minutes
    where event.status = 'published'`,
};

/**
 * Events × their offsets × the people who have a seat, as far as a reminder is due and still of use:
 *  - only the latest: when the next one is due as well (the clock jumped, the bot was away), the earlier says nothing;
 *  - only what fell due after the person registered and after the event was moved: they were told then.
 * A reminder of a day or more ahead is bulk: it is not urgent, so quiet hours hold it until the morning.
 * The last one before the beginning may be repeated once: see `mayBeThere` in store.ts.
 * An offset is elapsed minutes: "1 day before" is 1440 minutes before, also over a change of the clocks, when the wall
 * clock then shows another hour. Rejected: the same wall clock time a day before (RFC 5545, P1D instead of PT24H),
 * since then "Time left: 1 day" would be wrong, and so would the order of offsets within an hour of each other.
 */
export function dueReminders(events: number[], now: Temporal.Instant): SQL {
  const at = sql`${instantToSql(now)}::timestamptz`;
  return sql`
    insert into message (person_id, kind, key, data, event_id, bulk, repeats, due_at, expires_at, created_at)
    select
      seated.person_id,
      'reminder',
      concat_ws(':', 'reminder', event.id, event.revision, reminder.minutes, seated.person_id),
      jsonb_build_object('revision', event.revision, 'minutes', reminder.minutes),
      event.id,
      reminder.minutes >= 1440,
      (reminder.useful_until = event.begins_at)::int,
      reminder.due_at,
      reminder.useful_until,
      ${at}
    from event
    cross join lateral (
      select minutes, due_at, lead(due_at, 1, event.begins_at) over (order by due_at) as useful_until
      from unnest(event.reminder_offsets) as minutes,
        lateral (select event.begins_at - minutes * interval '1 minute' as due_at) as due
    ) as reminder
    join registration as seated on seated.event_id = event.id and seated.status = 'registered'
      and seated.changed_at < reminder.due_at
    where event.id = any(${sql.param(events)}::bigint[])
      and event.status = 'published'
      and event.begins_at > ${at}
      and reminder.due_at <= ${at}
      and reminder.useful_until > ${at}
      and reminder.due_at > coalesce(event.moved_at, '-infinity')
    on conflict (key) do nothing`;
}
