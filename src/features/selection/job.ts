import { sql } from 'drizzle-orm';
import { instantToSql } from '../../db/instant.ts';
import type { Occasion } from '../../delivery/agenda.ts';

/** Days before the end of the scoring. */
const DAYS = [7, 1];

const UNTIL = sql`least(event.scores_until, event.begins_at)`;
const DUE = sql`unnest(array[${sql.join(DAYS, sql`, `)}]::int[]) as days`;

/**
 * Reminds reviewers who have applications left. Only of the latest that is due; and not who was invited since, who has just
 * read of it. When the end is moved, they are reminded of the new one.
 */
export const beforeScoresEnd: Occasion = {
  name: 'scores',
  async owe(tx, events, now) {
    const at = sql`${instantToSql(now)}::timestamptz`;
    await tx.execute(sql`
      insert into message (person_id, kind, key, data, event_id, bulk, due_at, expires_at, created_at)
      select role.person_id, 'review_reminder',
        concat_ws(':', 'review_reminder', event.id, extract(epoch from ${UNTIL})::bigint, reminder.days, role.person_id),
        '{}', event.id, true, reminder.due_at, reminder.useful_until, ${at}
      from event
      cross join lateral (
        select days, due_at, lead(due_at, 1, ${UNTIL}) over (order by due_at) as useful_until
        from ${DUE}, lateral (select ${UNTIL} - days * interval '1 day' as due_at) as due
      ) as reminder
      join role on role.event_id = event.id and role.kind = 'reviewer' and role.since < reminder.due_at
      where event.id = any(${sql.param(events)}::bigint[])
        and event.status = 'published' and event.selective and event.scores_until is not null
        and reminder.due_at <= ${at} and reminder.useful_until > ${at}
        and exists (
          select from registration where event_id = event.id and status = 'pending' and person_id <> role.person_id
            and not exists (select from review where registration_id = registration.id and reviewer_id = role.person_id))
      on conflict (key) do nothing`);
  },
  moments: () => sql`
    select ${UNTIL} - days * interval '1 day' from ${DUE}
    where event.status = 'published' and event.selective and event.scores_until is not null`,
};
