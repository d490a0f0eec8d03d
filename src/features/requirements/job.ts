import { sql } from 'drizzle-orm';
import type { Tx } from '../../db/connect.ts';
import { instantToSql } from '../../db/instant.ts';
import type { Occasion } from '../../delivery/agenda.ts';

/** Days before a document is due. */
const DAYS = [7, 1];
/** Minutes after the first document was asked for, or somebody got a seat: organizers write down all that they ask for first. */
const PAUSE = 30;

const sqlOf = (now: Temporal.Instant) => sql`${instantToSql(now)}::timestamptz`;
const EACH_DAY = sql`unnest(array[${sql.join(DAYS, sql`, `)}]::int[]) as days`;
/** What somebody has not said to be ready, or has to correct. */
const LACKING = sql`not exists (
  select from requirement_state
  where requirement_id = requirement.id and registration_id = registration.id and state <> 'refused')`;

export const documentsAreDue: Occasion = {
  name: 'documents',
  async owe(tx, events, now) {
    await ask(tx, events, now);
    await remind(tx, events, now);
  },
  moments: () => sql`
    select requirement.due_at - days * interval '1 day' from requirement cross join ${EACH_DAY}
    where requirement.event_id = event.id and event.status = 'published'`,
};

/** Everybody who has a seat, once. */
async function ask(tx: Tx, events: number[], now: Temporal.Instant): Promise<void> {
  const at = sqlOf(now);
  await tx.execute(sql`
    insert into message (person_id, kind, key, data, event_id, bulk, due_at, expires_at, created_at)
    select person_id, 'documents_asked', asked.key, '{}', event.id, true,
      ${at} + ${PAUSE} * interval '1 minute', event.begins_at, ${at}
    from event
    join registration on registration.event_id = event.id and registration.status = 'registered'
    cross join lateral (select format('documents_asked:%s:%s', event.id, person_id) as key) as asked
    where event.id = any(${sql.param(events)}::bigint[])
      and event.status = 'published' and event.begins_at > ${at} + ${PAUSE} * interval '1 minute'
      and exists (select from requirement where requirement.event_id = event.id)
      and not exists (select from message where message.key = asked.key)
    on conflict (key) do nothing`);
}

/** Those who lack what is due then, one message for all of it. Not who got their seat since: they were asked just now. */
async function remind(tx: Tx, events: number[], now: Temporal.Instant): Promise<void> {
  const at = sqlOf(now);
  await tx.execute(sql`
    insert into message (person_id, kind, key, data, event_id, bulk, due_at, expires_at, created_at)
    select distinct on (registration.person_id, requirement.due_at) registration.person_id, 'documents_reminder',
      concat_ws(':', 'documents_reminder', event.id, extract(epoch from requirement.due_at)::bigint, reminder.days,
        registration.person_id),
      jsonb_build_object('due', extract(epoch from requirement.due_at)::bigint), event.id, true,
      reminder.due_at, requirement.due_at, ${at}
    from event
    join requirement on requirement.event_id = event.id
    cross join lateral (
      select days, due_at, lead(due_at, 1, requirement.due_at) over (order by due_at) as useful_until
      from ${EACH_DAY}, lateral (select requirement.due_at - days * interval '1 day' as due_at) as due
    ) as reminder
    join registration on registration.event_id = event.id and registration.status = 'registered'
      and registration.changed_at < reminder.due_at
    where event.id = any(${sql.param(events)}::bigint[])
      and event.status = 'published'
      and reminder.due_at <= ${at} and reminder.useful_until > ${at}
      and ${LACKING}
    on conflict (key) do nothing`);
}
