import { sql, type SQL } from 'drizzle-orm';
import type { Person } from '../../bot/context.ts';
import type { DbOrTx } from '../../db/connect.ts';
import { instantToSql } from '../../db/instant.ts';
import type { Message } from '../../delivery/messages.ts';
import { findEvent, findRegistration, type Event } from '../events/store.ts';

export type Reminded = { event: Event } | { drop: string };

/** Whether a reminder still holds at the moment of sending: between the planner and the sender anything may change. */
export async function reminded(
  db: DbOrTx,
  { eventId, data }: Pick<Message, 'eventId' | 'data'>,
  person: Person,
  now: Temporal.Instant,
): Promise<Reminded> {
  const event = eventId === null ? null : await findEvent(db, eventId);
  if (event?.status !== 'published') return { drop: 'event cancelled' };
  if (event.revision !== data.revision) return { drop: 'event moved' };
  if (!event.reminderOffsets.includes(Number(data.minutes))) return { drop: 'reminder withdrawn' };
  if (Temporal.Instant.compare(event.beginsAt, now) <= 0) return { drop: 'event has begun' };
  const registration = await findRegistration(db, event.id, person);
  if (registration?.status !== 'registered') return { drop: 'not registered' };
  return { event };
}

/**
 * Whether the person may have this reminder already. Telegram's answer to it was lost: the last one before the beginning,
 * which the planner owes with a repetition, then goes out again by itself, others when an organizer wants it (`again`).
 */
export function mayBeThere(
  { data, attempts, repeats, expiresAt }: Pick<Message, 'data' | 'attempts' | 'repeats' | 'expiresAt'>,
  { beginsAt }: Event,
): boolean {
  const last = expiresAt?.equals(beginsAt) ?? false;
  return data.again === true || (last && attempts > 0 && repeats === 0);
}

/**
 * The last reminder of an event that has begun, for those to whom it was not even owed, because the bot was off while it was
 * of use. Of an earlier one nothing is missed: the one after it says more. They are read, never written: a clock that is
 * set back makes them due again, and the outbox must not hold their keys then.
 * `since`: what was owed before that is not in the outbox any more.
 */
export function missedReminders(
  eventId: number,
  { now, since }: { now: Temporal.Instant; since: Temporal.Instant },
): SQL {
  return sql`
    select registration.person_id, last.minutes, event.begins_at - last.minutes * interval '1 minute' as due_at
    from event
    cross join lateral (select min(minutes) as minutes from unnest(event.reminder_offsets) as minutes) as last
    join registration on registration.event_id = event.id and registration.status = 'registered'
    join person on person.id = registration.person_id and person.telegram_id is not null
      and not 'reminders' = any(person.muted)
    where event.id = ${eventId} and event.status = 'published'
      and event.begins_at <= ${instantToSql(now)}::timestamptz
      and event.begins_at - last.minutes * interval '1 minute' > greatest(
        registration.changed_at, coalesce(event.moved_at, '-infinity'), ${instantToSql(since)}::timestamptz)
      and not exists (
        select from message
        where key = concat_ws(':', 'reminder', event.id, event.revision, last.minutes, registration.person_id))`;
}
