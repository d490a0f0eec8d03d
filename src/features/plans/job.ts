import { sql } from 'drizzle-orm';
import type { Tx } from '../../db/connect.ts';
import { instantToSql } from '../../db/instant.ts';
import type { Occasion } from '../../delivery/agenda.ts';
import { ACTION_PLAN, TOOK_PART } from './store.ts';

/** Days before the end. */
const DAYS = [7, 1];
/** After the feedback, which asks for what is fresh. */
const AFTER = sql`interval '3 hours'`;

const sqlOf = (now: Temporal.Instant) => sql`${instantToSql(now)}::timestamptz`;
const EACH_DAY = sql`unnest(array[${sql.join(DAYS, sql`, `)}]::int[]) as days`;
const ASKED = sql`event.status = 'published' and event.plans_until is not null`;
const MISSING = sql`not exists (
  select from response
  where form = ${ACTION_PLAN} and response.event_id = event.id and response.person_id = registration.person_id)`;

/** Asks who took part for a plan, and reminds those who have not handed one in. */
export const plansAreDue: Occasion = {
  name: 'plans',
  async owe(tx, events, now) {
    await invite(tx, events, now);
    await remind(tx, events, now);
  },
  moments: () => sql`
    select event.ends_at + ${AFTER} where ${ASKED}
    union all
    select event.plans_until - days * interval '1 day' from ${EACH_DAY} where ${ASKED}`,
};

/** Also who was marked as present later on, as long as there is time. */
async function invite(tx: Tx, events: number[], now: Temporal.Instant): Promise<void> {
  const at = sqlOf(now);
  await tx.execute(sql`
    insert into message (person_id, kind, key, data, event_id, bulk, due_at, expires_at, created_at)
    select person_id, 'plan_invitation', invited.key, '{}', event.id, true, event.ends_at + ${AFTER}, event.plans_until, ${at}
    from event
    join registration on registration.event_id = event.id and ${TOOK_PART}
    cross join lateral (select format('plan:%s:%s', event.id, person_id) as key) as invited
    where event.id = any(${sql.param(events)}::bigint[]) and ${ASKED}
      and event.ends_at + ${AFTER} <= ${at} and event.plans_until > ${at}
      and ${MISSING}
      and not exists (select from message where message.key = invited.key)
    on conflict (key) do nothing`);
}

/** Not within two days of the end of the event: they were asked just now. When the date is moved, of the new one. */
async function remind(tx: Tx, events: number[], now: Temporal.Instant): Promise<void> {
  const at = sqlOf(now);
  await tx.execute(sql`
    insert into message (person_id, kind, key, data, event_id, bulk, due_at, expires_at, created_at)
    select registration.person_id, 'plan_reminder',
      concat_ws(':', 'plan_reminder', event.id, extract(epoch from event.plans_until)::bigint, reminder.days,
        registration.person_id),
      '{}', event.id, true, reminder.due_at, event.plans_until, ${at}
    from event
    cross join lateral (
      select days, due_at, lead(due_at, 1, event.plans_until) over (order by due_at) as useful_until
      from ${EACH_DAY}, lateral (select event.plans_until - days * interval '1 day' as due_at) as due
    ) as reminder
    join registration on registration.event_id = event.id and ${TOOK_PART}
    where event.id = any(${sql.param(events)}::bigint[]) and ${ASKED}
      and reminder.due_at <= ${at} and reminder.useful_until > ${at}
      and reminder.due_at > event.ends_at + interval '2 days'
      and ${MISSING}
    on conflict (key) do nothing`);
}
