import { sql } from 'drizzle-orm';
import { customType } from 'drizzle-orm/pg-core';

/**
 * A set of search keys, kept as a `tsvector`: a GIN index finds its rows by whole keys and by beginnings of keys, with
 * nothing but what every PostgreSQL has.
 *
 * Rejected: text with LIKE and a pg_trgm index. With 30,000 people a name took up to 3.7 s (here 1-10 ms), the index was
 * six times the size, and pg_trgm is an extension that the first migration would have to create.
 */
export const keys = customType<{ data: string[]; driverData: string }>({
  dataType: () => 'tsvector',
  toDriver: (keys) => sql`array_to_tsvector(${sql.param(keys)}::text[])`,
  // `'c:KZ' 'f:anna'`: keys hold neither quotes nor spaces.
  fromDriver: (text) =>
    text
      .split(' ')
      .map((key) => key.slice(1, -1))
      .filter(Boolean),
});

/** A `tsquery` for one key, or for all keys that begin so. Anything but letters, digits, `:` and `_` finds nothing. */
export function keyQuery(key: string, how: 'whole' | 'beginning' = 'whole'): string {
  const safe = /^[A-Za-z0-9:_]+$/.test(key) ? key : '-';
  return how === 'whole' ? `'${safe}'` : `'${safe}':*`;
}
