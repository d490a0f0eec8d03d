import { eq, sql } from 'drizzle-orm';
import type { Deps } from '../../bot/context.ts';
import { instantToSql } from '../../db/instant.ts';
import { deadLetter } from '../../db/schema.ts';
import { outgoing, type MessageKind } from '../../delivery/messages.ts';
import type { Job } from '../../delivery/planner.ts';
import type { Feature } from '../feature.ts';
import { failedView } from './messages.ts';

/** Tells the owners of updates that were set aside (bot/tries.ts): once an hour at the most, however many there are. */
export function failures(deps: Pick<Deps, 'db' | 'config'>): Feature {
  const { db, config } = deps;

  const alert: Job = {
    name: 'tell of failed updates',
    async run(now) {
      const at = sql`${instantToSql(now)}::timestamptz`;
      await db.execute(sql`
        insert into message (person_id, kind, key, data, due_at, expires_at, created_at)
        select person.id, 'update_failed', concat_ws(':', 'update_failed', extract(epoch from hour)::bigint, person.id),
               jsonb_build_object('update', update_id), ${at}, ${at} + interval '1 day', ${at}
        from (
          select distinct on (hour) update_id, date_trunc('hour', died_at) as hour from dead_letter
          where died_at > ${at} - interval '1 hour'
          order by hour, died_at
        ) as first
        join person on telegram_id = any(${sql.param(config.OWNER_IDS)}::bigint[])
        on conflict (key) do nothing`);
    },
  };

  const failed: MessageKind = {
    async render({ data }, { t }) {
      const [letter] = await db
        .select()
        .from(deadLetter)
        .where(eq(deadLetter.updateId, Number(data.update)));
      return letter ? outgoing(failedView(letter, t)) : { drop: 'erased' };
    },
  };

  return { name: 'failures', messages: { update_failed: failed }, jobs: [alert] };
}
