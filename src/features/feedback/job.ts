import { sql } from 'drizzle-orm';
import type { Db } from '../../db/connect.ts';
import { TOOK_PART } from './store.ts';

/**
 * Invites everyone who had a seat and was not marked absent, half an hour after the end: people have left the room and
 * still know what they thought. For two weeks, so that somebody whose absence was a slip gets it too; only events that
 * ended within them are looked at, by the index on their end, and who was invited is skipped without a write.
 */
export async function inviteToFeedback(db: Db, now: Temporal.Instant): Promise<void> {
  const at = sql`${now.toString()}::timestamptz`;
  await db.execute(sql`
    insert into message (person_id, kind, key, data, event_id, bulk, due_at, expires_at, created_at)
    select person_id, 'feedback_invitation', invited.key, '{}', event.id, true,
           event.ends_at + interval '30 minutes', event.ends_at + interval '30 minutes 14 days', ${at}
    from event
    join registration on registration.event_id = event.id and ${TOOK_PART}
    cross join lateral (select format('feedback:%s:%s', event.id, person_id) as key) as invited
    where event.status = 'published'
      and event.ends_at <= ${at} - interval '30 minutes'
      and event.ends_at > ${at} - interval '30 minutes 14 days'
      and not exists (select from message where message.key = invited.key)
    on conflict (key) do nothing`);
}
