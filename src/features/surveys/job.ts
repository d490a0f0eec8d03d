import { sql, type SQL } from 'drizzle-orm';
import type { Tx } from '../../db/connect.ts';
import { instantToSql } from '../../db/instant.ts';
import type { Occasion } from '../../delivery/agenda.ts';
import { ATTENDED, FOLLOW_UP, SURVEYS } from './store.ts';

/** Days after the invitation. */
const REMIND_AFTER = 7;
/** Days after which what was missed, because the bot was off or its clock jumped, is of no use any more. */
const LATE = 30;

const days = (count: number) => sql`${count} * interval '1 day'`;
const sqlOf = (now: Temporal.Instant) => sql`${instantToSql(now)}::timestamptz`;

/**
 * Invites those who attended when a survey falls due, and reminds those who do not answer. When a reminder is due follows
 * from when the invitation was sent; one that has not been can't ask for a reminder sooner than in a week, so it is soon
 * enough to look again then. Rejected: owing the reminder as the invitation is sent; what arrives as a part of a digest is
 * sent without its kind hearing of it.
 */
export const monthsAfter: Occasion = {
  name: 'surveys',
  async owe(tx, events, now) {
    await invite(tx, events, now);
    await remind(tx, events, now);
  },
  moments: (now) => sql`
    select due_at from ${SURVEYS} where survey.event_id = event.id
    union all
    select coalesce(invitation.sent_at, ${sqlOf(now)}) + ${days(REMIND_AFTER)}
    from ${invitations(now)}
    where survey.event_id = event.id and (invitation.sent_at is not null or invitation.expires_at > ${sqlOf(now)})`,
};

/** Who has been invited is skipped without a write. */
async function invite(tx: Tx, events: number[], now: Temporal.Instant): Promise<void> {
  const at = sqlOf(now);
  await tx.execute(sql`
    insert into message (person_id, kind, key, data, event_id, bulk, due_at, expires_at, created_at)
    select person_id, 'survey_invitation', invited.key, jsonb_build_object('month', month), event_id, true,
           due_at, due_at + ${days(LATE)}, ${at}
    from ${SURVEYS} join registration using (event_id)
    cross join lateral (select format('survey:%s:%s:%s', event_id, month, person_id) as key) as invited
    where event_id = any(${sql.param(events)}::bigint[])
      and due_at <= ${at} and due_at > ${at} - ${days(LATE)}
      and ${ATTENDED}
      and not exists (select from message where message.key = invited.key)
    on conflict (key) do nothing`);
}

/** Once, those whose invitation has arrived and who have not answered. */
async function remind(tx: Tx, events: number[], now: Temporal.Instant): Promise<void> {
  const at = sqlOf(now);
  await tx.execute(sql`
    insert into message (person_id, kind, key, data, event_id, bulk, due_at, expires_at, created_at)
    select registration.person_id, 'survey_reminder', reminded.key, invitation.data, survey.event_id, true,
           invitation.sent_at + ${days(REMIND_AFTER)}, invitation.sent_at + ${days(REMIND_AFTER + LATE)}, ${at}
    from ${invitations(now)}
    cross join lateral (select 'survey_reminder:' || whose as key) as reminded
    where survey.event_id = any(${sql.param(events)}::bigint[])
      and invitation.sent_at <= ${at} - ${days(REMIND_AFTER)}
      and invitation.sent_at > ${at} - ${days(REMIND_AFTER + LATE)}
      and not exists (
        select from answered
        where form = ${FOLLOW_UP} and answered.event_id = survey.event_id and answered.month = survey.month
          and answered.person_id = registration.person_id)
      and not exists (select from message where message.key = reminded.key)
    on conflict (key) do nothing`);
}

/** Those that may still ask for a reminder, with their surveys and the registrations of their people. */
const invitations = (now: Temporal.Instant): SQL => sql`
  ${SURVEYS}
  join registration on registration.event_id = survey.event_id and ${ATTENDED}
    and survey.due_at <= ${sqlOf(now)} and survey.due_at > ${sqlOf(now)} - ${days(LATE + REMIND_AFTER + LATE)}
  cross join lateral (select format('%s:%s:%s', survey.event_id, survey.month, registration.person_id) as whose) as survey_of
  join message as invitation on invitation.key = 'survey:' || whose`;
