import { sql, type SQL } from 'drizzle-orm';
import type { DbOrTx } from '../../db/connect.ts';
import type { EventRow } from '../events/store.ts';

/** Somebody with a seat at an event, and how they stand with its certificates. */
export type Standing = {
  registrationId: number;
  personId: number;
  telegramId: number | null;
  fullName: string | null;
  latinName: string | null;
  country: string | null;
  language: string;
  /** Sessions that they attended, of how many that count for them; null: attendance was not taken by session. */
  attended: number | null;
  of: number | null;
  /** They attended the event: null until an organizer marks it. */
  present: boolean | null;
  feedback: boolean;
  /** The certificate that they have or may approve, if there is one. */
  current: number | null;
  /** There was one once, whatever became of it. */
  had: boolean;
};

export type Verdict = 'qualifies' | 'attendance' | 'feedback' | 'name';
export type Rule = Pick<EventRow, 'certificateShare' | 'certificateFeedback'>;

/**
 * Everybody with a seat. What counts is each session that was not called off, but for those they were excused from: where an
 * organizer took attendance in any session at all. Otherwise that of the event counts, as for an event without sessions.
 */
export async function standings(db: DbOrTx, eventId: number, which: SQL = sql`true`): Promise<Standing[]> {
  return db.execute<Standing>(sql`
    with held as (
      select id from session where event_id = ${eventId} and cancelled_at is null
    ), noted as (
      select registration_id, count(*) filter (where state = 'present')::int as present,
             count(*) filter (where state = 'excused')::int as excused
      from attendance where session_id in (select id from held) group by registration_id
    ), total as (
      select (select count(*)::int from held) as sessions, exists (select from noted) as taken
    )
    select registration.id as "registrationId", person.id as "personId", person.telegram_id as "telegramId",
           person.full_name as "fullName", person.latin_name as "latinName", person.country, person.language,
           case when taken then coalesce(noted.present, 0) end as attended,
           case when taken then sessions - coalesce(noted.excused, 0) end as of,
           registration.attended as present,
           exists (
             select from answered
             where form = 'feedback' and event_id = ${eventId} and month = 0 and person_id = person.id
           ) as feedback,
           (
             select id from certificate
             where event_id = ${eventId} and person_id = person.id and state in ('proposed', 'valid')
           ) as current,
           exists (select from certificate where event_id = ${eventId} and person_id = person.id) as had
    from registration
    join person on person.id = registration.person_id
    cross join total
    left join noted on noted.registration_id = registration.id
    where registration.event_id = ${eventId} and registration.status = 'registered' and ${which}
    order by coalesce(person.latin_name, person.full_name), registration.id`);
}

/** Whether the rule gives them one, or the first thing that they lack. Percent are compared as whole numbers: 2 of 3 is not 67 %. */
export function verdict({ certificateShare, certificateFeedback }: Rule, standing: Standing): Verdict {
  const { attended, of, present, feedback, fullName, latinName } = standing;
  const share = certificateShare ?? 100;
  const enough = attended === null || of === null ? present === true : of > 0 && attended * 100 >= share * of;
  if (present === false || !(enough || share === 0)) return 'attendance';
  if (certificateFeedback && !feedback) return 'feedback';
  return fullName === null && latinName === null ? 'name' : 'qualifies';
}
