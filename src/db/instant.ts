import { customType } from 'drizzle-orm/pg-core';

/**
 * A `timestamp with time zone` column read and written as `Temporal.Instant`.
 *
 * Postgres keeps microseconds. Finer digits are cut off, not rounded, so that a stored "now" is never later than the
 * clock it came from. `infinity` and years above 9999 are not used and throw a RangeError when read.
 *
 * Rejected: `timestamp({ mode: 'date' })` is a Date and drops the microseconds, so a row read back is not equal to
 * itself in a `where`; `mode: 'string'` leaves the parsing to every caller.
 */
export const instant = customType<{ data: Temporal.Instant; driverData: string }>({
  dataType: () => 'timestamp with time zone',
  toDriver: instantToSql,
  // Plain rows say `2026-09-03 14:05:00.123456+00`, rows inside JSON (relational queries) say
  // `2026-09-03T14:05:00.123456+00:00`: Temporal reads both, and any session TimeZone.
  fromDriver: (text) => Temporal.Instant.from(text),
});

/** The text Postgres reads as this instant, in UTC, with at most six decimals of a second. */
export function instantToSql(value: Temporal.Instant): string {
  return value.round({ smallestUnit: 'microsecond', roundingMode: 'floor' }).toString();
}
