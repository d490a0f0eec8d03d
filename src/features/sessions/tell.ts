import { sql } from 'drizzle-orm';
import type { Tx } from '../../db/connect.ts';
import { instantToSql } from '../../db/instant.ts';
import type { Json } from '../../db/schema.ts';
import type { Message } from '../../delivery/messages.ts';
import type { EventRow } from '../events/store.ts';
import type { SessionRow } from './store.ts';

/** What people are told of when it changes. */
export type Details = Pick<SessionRow, 'beginsAt' | 'endsAt' | 'place' | 'speakers'>;

export function detailsOf({ beginsAt, endsAt, place, speakers }: SessionRow): Details {
  return { beginsAt, endsAt, place, speakers };
}

/** How sessions were before, by their ids; null: there was none. */
export type Before = Map<number, Details | null>;

/** Minutes for which a message waits for the next change, and the most that it waits so. */
const QUIET = 5;
const PATIENCE = 20;

/**
 * Owes everybody who has a seat one message about what changed, however many changes follow each other: one that is not on its
 * way yet waits for some more minutes, and takes this change in. It keeps how each session was when the person last heard
 * of it, so what was changed and changed back is not told at all. Returns how many are concerned.
 *
 * Rejected: taking the old message back and owing a new one, as for the event itself: it would need to look through what
 * was taken back for what each person still believes.
 */
export async function tellAgenda(
  tx: Tx,
  { id, status, endsAt }: EventRow,
  before: Before,
  until: Temporal.Instant,
  now: Temporal.Instant,
): Promise<number> {
  const over = Temporal.Instant.compare(endsAt, now) <= 0 || Temporal.Instant.compare(until, now) <= 0;
  if (status !== 'published' || over || before.size === 0) return 0;
  const at = (instant: Temporal.Instant) => sql`${instantToSql(instant)}::timestamptz`;
  const dueAt = at(now.add({ minutes: QUIET }));
  const first = sql`${firstOf(before, until).toString()}::text`;
  const was = JSON.stringify(Object.fromEntries(before));
  const rows = await tx.execute<{ told: number }>(sql`
    with waiting as (
      update message set
        -- What they knew before an earlier change is what they still know.
        data = data || jsonb_build_object('before', ${was}::text::jsonb || (data -> 'before'),
          'beginsAt', least(data ->> 'beginsAt', ${first})),
        due_at = greatest(due_at, least(${dueAt}, created_at + ${PATIENCE} * interval '1 minute')),
        expires_at = greatest(expires_at, ${at(until)})
      where event_id = ${id} and kind = 'agenda_changed' and state = 'queued'
      returning person_id
    ), owed as (
      insert into message (person_id, kind, key, data, event_id, due_at, expires_at, created_at)
      select person_id, 'agenda_changed', concat_ws(':', 'agenda', event_id, person_id, gen_random_uuid()),
        jsonb_build_object('before', ${was}::text::jsonb, 'beginsAt', ${first}),
        event_id, ${dueAt}, ${at(until)}, ${at(now)}
      from registration
      where event_id = ${id} and status = 'registered' and person_id not in (select person_id from waiting)
      returning 1
    )
    select (select count(*) from waiting)::int + (select count(*) from owed)::int as told`);
  return rows[0]!.told;
}

/** When the first of what changed was to begin: how soon somebody must know. */
function firstOf(before: Before, until: Temporal.Instant): Temporal.Instant {
  const times = [...before.values()].flatMap((one) => (one ? [one.beginsAt] : []));
  return [...times, until].toSorted((a, b) => Temporal.Instant.compare(a, b))[0]!;
}

/** What `tellAgenda` wrote into its messages. */
export function beforeIn({ data }: Pick<Message, 'data'>): Before {
  const entries = Object.entries((data.before ?? {}) as Record<string, Json>);
  return new Map(
    entries.map(([id, was]) => {
      if (was === null) return [Number(id), null];
      const { beginsAt, endsAt, place, speakers } = was as Record<keyof Details, string | null>;
      const details = {
        beginsAt: Temporal.Instant.from(beginsAt!),
        endsAt: Temporal.Instant.from(endsAt!),
        place,
        speakers,
      };
      return [Number(id), details];
    }),
  );
}
