import { sql } from 'drizzle-orm';
import type { Db } from '../../db/connect.ts';
import { ATTENDED, FOLLOW_UP, SURVEYS } from './store.ts';

/*
 * Both jobs look at surveys that have come due lately. There are few of them: events are hundreds, and only the
 * attendees of those within the window are joined; who has been written to is skipped without a write.
 */

/** Days after the invitation. */
const REMIND_AFTER = 7;
/** Days after which what was missed, because the bot was off or its clock jumped, is of no use any more. */
const LATE = 30;

const days = (count: number) => sql`${count} * interval '1 day'`;

/** Invites those who attended. */
export async function inviteToSurveys(db: Db, now: Temporal.Instant): Promise<void> {
  const at = sql`${now.toString()}::timestamptz`;
  await db.execute(sql`
    insert into message (person_id, kind, key, data, event_id, bulk, due_at, expires_at, created_at)
    select person_id, 'survey_invitation', invited.key, jsonb_build_object('month', month), event_id, true,
           due_at, due_at + ${days(LATE)}, ${at}
    from ${SURVEYS} join registration using (event_id)
    cross join lateral (select format('survey:%s:%s:%s', event_id, month, person_id) as key) as invited
    where due_at <= ${at} and due_at > ${at} - ${days(LATE)}
      and ${ATTENDED}
      and not exists (select from message where message.key = invited.key)
    on conflict (key) do nothing`);
}

/** Reminds, once, those whose invitation has arrived and who have not answered. */
export async function remindOfSurveys(db: Db, now: Temporal.Instant): Promise<void> {
  const at = sql`${now.toString()}::timestamptz`;
  await db.execute(sql`
    insert into message (person_id, kind, key, data, event_id, bulk, due_at, expires_at, created_at)
    select registration.person_id, 'survey_reminder', reminded.key, invitation.data, survey.event_id, true,
           invitation.sent_at + ${days(REMIND_AFTER)}, invitation.sent_at + ${days(REMIND_AFTER + LATE)}, ${at}
    from ${SURVEYS} join registration using (event_id)
    cross join lateral (select format('%s:%s:%s', event_id, month, person_id) as whose) as survey_of
    cross join lateral (select 'survey_reminder:' || whose as key) as reminded
    join message as invitation on invitation.key = 'survey:' || whose
    where survey.due_at <= ${at} and survey.due_at > ${at} - ${days(LATE + REMIND_AFTER + LATE)}
      and ${ATTENDED}
      and invitation.sent_at <= ${at} - ${days(REMIND_AFTER)}
      and invitation.sent_at > ${at} - ${days(REMIND_AFTER + LATE)}
      and not exists (
        select from answered
        where form = ${FOLLOW_UP} and answered.event_id = survey.event_id and answered.month = survey.month
          and answered.person_id = registration.person_id)
      and not exists (select from message where message.key = reminded.key)
    on conflict (key) do nothing`);
}
