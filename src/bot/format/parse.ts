/** Dates and times as an organizer types them. */

export type ParsedDate =
  | { kind: 'ok'; date: Temporal.PlainDate }
  /** Not one of the forms below. */
  | { kind: 'invalid' }
  /** Readable, but there is no such day: 31 November. */
  | { kind: 'impossible' };

export type ParsedWhen =
  | { kind: 'ok'; instant: Temporal.Instant }
  | { kind: 'invalid' }
  /** Readable, but there is no such day or time of day. */
  | { kind: 'impossible' }
  /** The clocks of the zone are set forward over this time. */
  | { kind: 'gap' }
  /** Before `now`. */
  | { kind: 'past'; instant: Temporal.Instant };

const YEAR_FIRST = /^(?<year>\d{4})([-./])(?<month>\d{1,2})\2(?<day>\d{1,2})$/;
/** Never the month first: of the ten languages none writes it so, and 3/12 must not mean two days. */
const DAY_FIRST = /^(?<day>\d{1,2})([-./])(?<month>\d{1,2})\2(?<year>\d{4})$/;
const TIME = /^(?<hour>\d{1,2})[:.](?<minute>\d{2})$/;

/** Reads `2026-12-03`, `03.12.2026`, `3/12/2026`. The year has four digits, all digits are ASCII. */
export function parseDate(text: string): ParsedDate {
  const found = (YEAR_FIRST.exec(text.trim()) ?? DAY_FIRST.exec(text.trim()))?.groups;
  if (!found) return { kind: 'invalid' };
  const { year, month, day } = found;
  // "12/25/2026": the month stood first after all. How to write it says more than that there is no such day.
  if (Number(month) > 12) return { kind: 'invalid' };
  const date = orUndefined(() =>
    Temporal.PlainDate.from({ year: Number(year), month: Number(month), day: Number(day) }, { overflow: 'reject' }),
  );
  return date ? { kind: 'ok', date } : { kind: 'impossible' };
}

/**
 * Reads a date as above and a time of day, `14:00` or `14.00`, after a space, a comma or a T: `3.12.2026 14.00`.
 * The time is that of `zone` (IANA). Of an hour that the clocks show twice, the first is meant (RFC 5545, 3.3.5).
 */
export function parseWhen(text: string, zone: string, now: Temporal.Instant): ParsedWhen {
  const [dateText = '', timeText = '', ...rest] = text.trim().split(/[\s,]+|(?<=\d)T(?=\d)/);
  const found = TIME.exec(timeText)?.groups;
  const parsed = parseDate(dateText);
  if (!found || rest.length > 0 || parsed.kind === 'invalid') return { kind: 'invalid' };
  if (parsed.kind === 'impossible') return parsed;

  const { hour, minute } = found;
  const time = orUndefined(() =>
    Temporal.PlainTime.from({ hour: Number(hour), minute: Number(minute) }, { overflow: 'reject' }),
  );
  if (!time) return { kind: 'impossible' };

  const wall = parsed.date.toPlainDateTime(time);
  const zoned = wall.toZonedDateTime(zone, { disambiguation: 'compatible' });
  if (!zoned.toPlainDateTime().equals(wall)) return { kind: 'gap' };
  const instant = zoned.toInstant();
  return Temporal.Instant.compare(instant, now) < 0 ? { kind: 'past', instant } : { kind: 'ok', instant };
}

/** Temporal says "no such day" with a RangeError only. */
function orUndefined<Value>(read: () => Value): Value | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
