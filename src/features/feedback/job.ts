import { sql } from 'drizzle-orm';
import { instantToSql } from '../../db/instant.ts';
import type { Occasion } from '../../delivery/agenda.ts';
import { TOOK_PART } from './store.ts';

/** Half an hour after the end people have left the room and still know what they thought. */
const AFTER = sql`interval '30 minutes'`;
/** Then it is of no use any more. */
const LATE = sql`interval '14 days'`;

/**
 * Invites everyone who had a seat and was not marked absent. For two weeks, so that somebody whose absence was a slip gets
 * it too. Who was invited is skipped without a write.
 */
export const afterTheEnd: Occasion = {
  name: 'feedback',
  async owe(tx, events, now) {
    const at = sql`${instantToSql(now)}::timestamptz`;
    await tx.execute(sql`
      insert into message (person_id, kind, key, data, event_id, bulk, due_at, expires_at, created_at)
      select person_id, 'feedback_invitation', invited.key, '{}', event.id, true, due_at, due_at + ${LATE}, ${at}
      from event
      cross join lateral (select event.ends_at + ${AFTER} as due_at) as due
      join registration on registration.event_id = event.id and ${TOOK_PART}
      cross join lateral (select format('feedback:%s:%s', event.id, person_id) as key) as invited
      where event.id = any(${sql.param(events)}::bigint[])
        and event.status = 'published'
        and due_at <= ${at} and due_at + ${LATE} > ${at}
        and not exists (select from message where message.key = invited.key)
      on conflict (key) do nothing`);
  },
  moments: () => sql`select event.ends_at + ${AFTER} where event.status = 'published'`,
};
