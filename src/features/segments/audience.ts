import { and, eq, inArray, sql, type SQL } from 'drizzle-orm';
import type { DbOrTx } from '../../db/connect.ts';
import { alumniProfile, consent, person, registration, type Audience } from '../../db/schema.ts';
import { FEEDBACK, TOOK_PART } from '../feedback/store.ts';
import { ATTENDED, FOLLOW_UP } from '../surveys/store.ts';

/** Whether a person can get an announcement, and if not, why. */
export type Standing = 'reachable' | 'muted' | 'unreachable' | 'no_chat';

/** The people whom an audience means, as rows of (id, country, language, standing). */
export function audienceQuery(audience: Audience): SQL {
  const { event, countries, agencies, languages, sex, alumni, response, reachable } = audience;
  const conditions = and(
    event && registered(ofEvent(event)),
    countries && inArray(person.country, countries),
    // Folded by one function on both sides: JavaScript and Postgres part over some letters, the Azerbaijani İ is one.
    agencies && sql`lower(${person.agency}) in (select lower(agency) from unnest(${texts(agencies)}) as agency)`,
    languages && inArray(person.language, languages),
    sex && inArray(person.sex, sex),
    alumni && amongAlumni(alumni),
    response && responding(response),
    reachable === undefined ? undefined : reachable ? WITHIN_REACH : OUT_OF_REACH,
  );
  return sql`
    select ${person.id}, ${person.country}, ${person.language}, ${standing} as standing
    from ${person}
    where ${conditions ?? sql`true`}`;
}

const texts = (list: string[]) => sql`${sql.param(list)}::text[]`;

const registered = (which: SQL | undefined): SQL =>
  sql`exists (select from ${registration} where ${registration.personId} = ${person.id} and ${which})`;

function ofEvent({ id, status }: NonNullable<Audience['event']>): SQL | undefined {
  const people = {
    registered: eq(registration.status, 'registered'),
    // Who may still take a seat has none yet.
    waiting: inArray(registration.status, ['waiting', 'offered']),
    pending: eq(registration.status, 'pending'),
    attended: and(eq(registration.status, 'registered'), sql`${registration.attended}`),
    absent: and(eq(registration.status, 'registered'), sql`not ${registration.attended}`),
    cancelled: inArray(registration.status, ['cancelled', 'missed']),
  };
  return and(eq(registration.eventId, id), people[status]);
}

/** Rows from before there were kinds and years hold `true` here, and it has neither: all alumni, as then. */
function amongAlumni({ kinds, years }: NonNullable<Audience['alumni']>): SQL {
  if (!kinds && !years)
    return sql`exists (select from ${alumniProfile} where ${alumniProfile.personId} = ${person.id})`;
  const year = sql`extract(year from event.ends_at at time zone event.zone)`;
  const events = and(
    kinds && sql`event.kind = any(${texts(kinds)})`,
    years && sql`${year} = any(${sql.param(years)}::int[])`,
  );
  return registered(
    and(
      eq(registration.status, 'registered'),
      ATTENDED,
      sql`${registration.eventId} in (select id from event where ${events})`,
    ),
  );
}

/** Who has answered is in the ledger, whatever became of their registration since; the others are those who are asked. */
function responding({ eventId, month, answered }: NonNullable<Audience['response']>): SQL | undefined {
  const [form, asked] = month === 0 ? [FEEDBACK, TOOK_PART] : [FOLLOW_UP, ATTENDED];
  const entered = sql`exists (
    select from answered
    where answered.form = ${form} and answered.event_id = ${eventId} and answered.month = ${month}
      and answered.person_id = ${person.id})`;
  return answered ? entered : and(registered(and(eq(registration.eventId, eventId), asked)), sql`not ${entered}`);
}

/** They have started the bot and agreed: it may write to them. */
const HAS_CHAT = sql`(${person.telegramId} is not null
  and exists (select from ${consent} where ${consent.personId} = ${person.id}))`;
/** By the bot: who switched announcements off is within its reach. */
const WITHIN_REACH = sql`${person.unreachableSince} is null and ${HAS_CHAT}`;
const OUT_OF_REACH = sql`${person.unreachableSince} is not null and ${HAS_CHAT}`;

const standing = sql`
  case
    when not ${HAS_CHAT} then 'no_chat'
    when ${person.unreachableSince} is not null then 'unreachable'
    when 'announcements' = any(${person.muted}) then 'muted'
    else 'reachable'
  end`;

/** How many people of an audience have the same country, language and standing. */
export type Group = { country: string | null; language: string; standing: Standing; count: number };

export async function countAudience(db: DbOrTx, audience: Audience): Promise<Group[]> {
  return [
    ...(await db.execute<Group>(sql`
      select country, language, standing, count(*)::int as count
      from (${audienceQuery(audience)}) as audience
      group by country, language, standing
      order by country, language, standing`)),
  ];
}

/** Somebody of an audience, for a list. */
export type Member = Pick<
  typeof person.$inferSelect,
  'fullName' | 'latinName' | 'country' | 'agency' | 'position' | 'email' | 'language' | 'unreachableSince'
> & { standing: Standing };

/** By country and name, `most` of them at most. */
export async function audienceMembers(db: DbOrTx, audience: Audience, most: number): Promise<Member[]> {
  return [
    ...(await db.execute<Member>(sql`
      select full_name as "fullName", latin_name as "latinName", country, agency, position, email, language,
             unreachable_since as "unreachableSince", standing
      from (${audienceQuery(audience)}) as audience (id, of_country, of_language, standing)
      join person using (id)
      order by country, full_name, id
      limit ${most}`)),
  ];
}
