import { sql, type SQL } from 'drizzle-orm';
import { instantToSql } from '../../db/instant.ts';
import type { Occasion } from '../../delivery/agenda.ts';

const ASKED = sql`event.status = 'published' and event.nominations_until is not null`;
/** When focal points nominate no more; see `endOf` in store.ts. Postgres' `least` leaves nulls out. */
const END = sql`least(event.nominations_until, event.begins_at)`;
/** Before it, in days: then a reminder falls due, for those whose list has room. */
const REMINDERS = sql`unnest(array[7, 1])`;
/** A summary is of no use later. */
const LATE = sql`interval '3 days'`;

/** What focal points hear of an event by itself: that they may nominate, that the end comes near, and what came of it. */
export const nominationsFallDue: Occasion = {
  name: 'nominations',
  async owe(tx, events, now) {
    const at = sql`${instantToSql(now)}::timestamptz`;
    const these = sql`event.id = any(${sql.param(events)}::bigint[]) and ${ASKED}`;
    await tx.execute(opened(these, at));
    await tx.execute(due(these, at));
    await tx.execute(closed(these, at));
  },
  moments: () => sql`
    select ${END} - days * interval '24 hours' from (values (7), (1), (0)) as moment(days)
    where ${ASKED}`,
};

const COLUMNS = sql`(person_id, kind, key, data, event_id, bulk, due_at, expires_at, created_at)`;

/** Once, whatever becomes of the deadline: of another one they are told by who sets it. Who becomes a focal point later hears it then. */
const opened = (these: SQL, at: SQL): SQL => sql`
  insert into message ${COLUMNS}
  select distinct role.person_id, 'nominations_open', told.key, '{}'::jsonb, event.id, false, ${at}, ${END}, ${at}
  from event
  join role on role.kind = 'focal_point'
  cross join lateral (select format('nominations_open:%s:%s', event.id, role.person_id) as key) as told
  where ${these} and ${END} > ${at} and not exists (select from message where message.key = told.key)
  on conflict (key) do nothing`;

/**
 * To those who have room on their list, or nobody where there is no limit. As with reminders of events, only the latest that is
 * due, and only what fell due after they were told of the deadline, or became a focal point.
 */
const due = (these: SQL, at: SQL): SQL => sql`
  insert into message ${COLUMNS}
  select distinct role.person_id, 'nominations_due',
    format('nominations_due:%s:%s:%s:%s', event.id, extract(epoch from ${END})::bigint, days, role.person_id),
    jsonb_build_object('until', extract(epoch from ${END})::bigint),
    event.id, true, due_at, useful_until, ${at}
  from event
  cross join lateral (
    select days, due_at, lead(due_at, 1, ${END}) over (order by due_at) as useful_until
    from ${REMINDERS} as days, lateral (select ${END} - days * interval '24 hours' as due_at) as moment
  ) as reminder
  join role on role.kind = 'focal_point' and role.since < due_at
  cross join lateral (
    select count(*) as named from nomination
    where nomination.event_id = event.id and nomination.country = role.country and withdrawn_at is null
  ) as list
  cross join lateral (
    select max(created_at) as at from message
    where message.event_id = event.id and message.person_id = role.person_id
      and message.kind in ('nominations_open', 'nominations_moved')
  ) as told
  where ${these} and ${END} > ${at} and due_at <= ${at} and useful_until > ${at}
    and due_at > coalesce(told.at, event.published_at, '-infinity')
    and (named = 0 or named < event.nominees)
  on conflict (key) do nothing`;

const closed = (these: SQL, at: SQL): SQL => sql`
  insert into message ${COLUMNS}
  select distinct role.person_id, 'nominations_closed',
    format('nominations_closed:%s:%s:%s', event.id, extract(epoch from ${END})::bigint, role.person_id),
    '{}'::jsonb, event.id, true, ${END}, ${END} + ${LATE}, ${at}
  from event
  join role on role.kind = 'focal_point' and role.since < ${END}
  where ${these} and ${END} <= ${at} and ${END} + ${LATE} > ${at}
  on conflict (key) do nothing`;
