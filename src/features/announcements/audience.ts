import { and, eq, inArray, sql, type SQL } from 'drizzle-orm';
import { alumniProfile, consent, person, registration, type Audience } from '../../db/schema.ts';
import type { DbOrTx } from '../../db/connect.ts';

/** Whether a person can get an announcement, and if not, why. */
export type Standing = 'reachable' | 'muted' | 'unreachable' | 'no_chat';

/** The people whom an audience means, as rows of (id, country, language, standing). */
export function audienceQuery({ event, countries, languages, alumni }: Audience): SQL {
  const conditions = and(
    event &&
      sql`exists (select from ${registration} where ${registration.personId} = ${person.id} and ${ofEvent(event)})`,
    countries && inArray(person.country, countries),
    languages && inArray(person.language, languages),
    alumni ? sql`exists (select from ${alumniProfile} where ${alumniProfile.personId} = ${person.id})` : undefined,
  );
  return sql`
    select ${person.id}, ${person.country}, ${person.language}, ${standing} as standing
    from ${person}
    where ${conditions ?? sql`true`}`;
}

function ofEvent({ id, status }: NonNullable<Audience['event']>): SQL | undefined {
  const people = {
    registered: eq(registration.status, 'registered'),
    waiting: eq(registration.status, 'waiting'),
    attended: and(eq(registration.status, 'registered'), sql`${registration.attended}`),
    absent: and(eq(registration.status, 'registered'), sql`not ${registration.attended}`),
    cancelled: eq(registration.status, 'cancelled'),
  };
  return and(eq(registration.eventId, id), people[status]);
}

const standing = sql`
  case
    when ${person.telegramId} is null
      or not exists (select from ${consent} where ${consent.personId} = ${person.id}) then 'no_chat'
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

/** In which of the languages of an announcement somebody reads it best. `reads`: see `readingOrder` in programme.ts. */
export function languageFor(reads: readonly string[], given: string[]): string {
  return reads.find((language) => given.includes(language)) ?? given[0]!;
}
