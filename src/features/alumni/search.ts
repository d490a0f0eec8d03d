import { and, desc, eq, lt, sql, type SQL } from 'drizzle-orm';
import type { Person } from '../../bot/context.ts';
import type { DbOrTx } from '../../db/connect.ts';
import { keyQuery } from '../../db/keys.ts';
import { alumniProfile, directorySearch, person } from '../../db/schema.ts';
import { spellings } from '../../names/fold.ts';
import { FAMILY_NAMES } from '../../names/korean.ts';
import { searchPatterns, wordKeys, type Alternative } from '../../names/search.ts';
import type { Programme } from '../../programme.ts';
import { countryKey, entryOf, expertiseKey, profileColumns, type Entry } from './store.ts';

export const PAGE = 5;

/** Whom to list: a tsquery over the search keys, and what puts some of them before others. */
export type Criteria = { match: string; rank: SQL };

export type Found = { entries: Entry[]; total: number; page: number };

const keys = alumniProfile.searchKeys;

/** Beyond the last page the first one is shown: people have left since the button was drawn. */
export async function listEntries(db: DbOrTx, criteria: Criteria | null, page: number): Promise<Found> {
  if (!criteria) return { entries: [], total: 0, page: 0 };
  const rows = await db
    .select({ person, profile: profileColumns, total: sql<number>`count(*) over ()::int` })
    .from(alumniProfile)
    .innerJoin(person, eq(person.id, alumniProfile.personId))
    .where(and(alumniProfile.visible, sql`${keys} @@ ${criteria.match}::tsquery`))
    // By the passport's name, which puts all scripts into one order.
    .orderBy(desc(criteria.rank), sql`coalesce(${person.latinName}, ${person.fullName})`, person.id)
    .limit(PAGE)
    .offset(page * PAGE);
  if (rows.length === 0 && page > 0) return listEntries(db, criteria, 0);
  return { entries: rows.map((row) => entryOf(row.person, row.profile)), total: rows[0]?.total ?? 0, page };
}

/** What can be asked of the directory of this programme. */
export function createDirectory({ countries, expertise }: Pick<Programme, 'countries' | 'expertise'>) {
  // In all languages: an Armenian's entry says "Digital identity" to one reader and «Цифровая идентификация» to another.
  const topics = [
    ...countries.map(({ code, names }) => ({ key: countryKey(code), words: keysOfAll(names) })),
    ...expertise.map(({ key, names }) => ({ key: expertiseKey(key), words: keysOfAll(names) })),
  ];

  /** The countries and tags that one of the alternatives names, by the first that does. */
  function meant(alternatives: Alternative[]): Weighted[] {
    const naming = alternatives.filter((one) => mayNameTopic(one, alternatives));
    return topics.flatMap(({ key, words }) => {
      const named = naming.find(({ like }) => words.includes(like.slice(1, -1)));
      return named ? [{ query: keyQuery(key), weight: named.weight }] : [];
    });
  }

  return {
    /** Each word has to be found, in a name, a country, a tag or a text. Null when there is no word to look for. */
    words(text: string): Criteria | null {
      const words = searchPatterns(text).map((found) => [...found.map(weighted), ...meant(found)]);
      if (words.length === 0) return null;
      return {
        match: words.map((word) => `(${anyOf(word)})`).join(' & '),
        rank: sql.join(words.map(rankOf), sql` + `),
      };
    },
    country: (code: string): Criteria => only(countryKey(code)),
    expertise: (tag: string): Criteria => only(expertiseKey(tag)),
  };
}

const FAMILIES = new Set([...FAMILY_NAMES].flatMap(([hangul, others]) => [hangul, ...others]).flatMap(spellings));

/**
 * A whole word, or five letters at least of its beginning; six when an ending was cut off what was typed. Topics are
 * compared in all languages at once, and whoever looks for Kim does not mean digital identity, which has "kimlik" in
 * Azerbaijani. Nor does a Korean family name mean a topic, though many a Korean word has its syllable.
 */
function mayNameTopic({ like }: Alternative, all: Alternative[]): boolean {
  const [, word = '', end] = /^% w:(\w+)( ?)%$/.exec(like) ?? [];
  if (word === '' || FAMILIES.has(word)) return false;
  if (end === ' ') return true;
  const isCut = all.some((other) => other.like.startsWith(`% w:${word}`) && other.like.length === like.length + 2);
  return word.length >= (isCut ? 6 : 5);
}

type Weighted = { query: string; weight: number };

const only = (key: string): Criteria => ({ match: keyQuery(key), rank: sql`0::real` });

const keysOfAll = (names: Record<string, string>) => Object.values(names).map(wordKeys).join('');

/** '% f:anna %' is a whole key, '% f:ann%' the beginning of one. */
function weighted({ like, weight }: Alternative): Weighted {
  const whole = like.endsWith(' %');
  return { query: keyQuery(like.slice(2, whole ? -2 : -1), whole ? 'whole' : 'beginning'), weight };
}

const anyOf = (word: Weighted[]) => word.map(({ query }) => query).join(' | ');

/** The weight of the best alternative that a row has. */
function rankOf(word: Weighted[]): SQL {
  const weights = [...new Set(word.map(({ weight }) => weight))].toSorted((a, b) => b - a);
  const cases = weights.map((weight) => {
    const equals = anyOf(word.filter((one) => one.weight === weight));
    return sql`when ${keys} @@ ${equals}::tsquery then ${weight}::real`;
  });
  return sql`case ${sql.join(cases, sql` `)} else 0 end`;
}

export type Count = { key: string; n: number };

/** How many are listed, by country and by expertise. */
export async function countByCountry(db: DbOrTx): Promise<Count[]> {
  return db.execute<Count>(sql`
    select country as key, count(*)::int as n
    from alumni_profile join person on person.id = person_id
    where visible and country is not null
    group by country`);
}

export async function countByExpertise(db: DbOrTx): Promise<Count[]> {
  return db.execute<Count>(sql`
    select tag as key, count(*)::int as n
    from alumni_profile, unnest(expertise) as tag
    where visible
    group by tag`);
}

/** The pages of what was found need the words again, and a button's 64 bytes can't hold them. */
export async function rememberSearch(
  tx: DbOrTx,
  personId: number,
  query: string,
  now: Temporal.Instant,
): Promise<number> {
  const rows = await tx
    .insert(directorySearch)
    .values({ personId, query, createdAt: now })
    .returning({ id: directorySearch.id });
  return rows[0]!.id;
}

/** Null when it is forgotten, or somebody else's. */
export async function findSearch(db: DbOrTx, id: number, who: Person): Promise<string | null> {
  const rows = await db
    .select({ query: directorySearch.query })
    .from(directorySearch)
    .where(and(eq(directorySearch.id, id), eq(directorySearch.personId, who.id)));
  return rows[0]?.query ?? null;
}

/** Whom somebody looked for is nobody's business: a day is enough to leaf through a list. */
export async function forgetSearches(db: DbOrTx, now: Temporal.Instant): Promise<void> {
  await db.delete(directorySearch).where(lt(directorySearch.createdAt, now.subtract({ hours: 24 })));
}
