import { parseWhen } from '../../bot/format/parse.ts';
import type { T } from '../../bot/i18n.ts';
import type { Json } from '../../db/schema.ts';
import type { Kind } from '../form.ts';
import { textOf } from './text.ts';

/** What the time must lie between, both exclusive. `show` words a limit as it words an answer. */
export type Limits = { after?: Temporal.Instant | undefined; before?: Temporal.Instant | undefined };

/**
 * A date and time of day in `zone`, not in the past. The answer is kept as it was meant, as the clock on the wall with its
 * zone (RFC 9557, "2027-03-15T14:00:00+05:00[Asia/Almaty]"): if another answer changes the zone, 14:00 stays 14:00.
 * `Temporal.Instant.from` reads it; `instantIn` reads it in the zone that counts now. `show` words it for the reader.
 */
export function when(
  t: T,
  zone: string,
  now: Temporal.Instant,
  show: (instant: Temporal.Instant) => string,
  limits: Limits = {},
): Kind {
  const { after, before } = limits;
  const problem = (instant: Temporal.Instant): string | null => {
    if (after && Temporal.Instant.compare(instant, after) <= 0) return t('forms:when_after', { limit: show(after) });
    if (before && Temporal.Instant.compare(instant, before) >= 0)
      return t('forms:when_before', { limit: show(before) });
    return Temporal.Instant.compare(instant, now) < 0 ? t('forms:expect_future') : null;
  };
  return {
    read({ text }) {
      const parsed = parseWhen(withDay(text ?? '', zone, after), zone, now);
      switch (parsed.kind) {
        case 'invalid':
          return { kind: 'invalid', say: t('forms:expect_when', { example: exampleWhen(zone, now, limits) }) };
        case 'impossible':
          return { kind: 'invalid', say: t('forms:when_impossible') };
        case 'gap':
          return { kind: 'invalid', say: t('forms:when_gap') };
        case 'past':
        case 'ok': {
          const say = problem(parsed.instant);
          if (say !== null) return { kind: 'invalid', say };
          return { kind: 'ok', value: parsed.instant.toZonedDateTimeISO(zone).toString() };
        }
      }
    },
    accepts: (value) => typeof value === 'string' && problem(instantIn(zone, value)) === null,
    show: (value) => show(instantIn(zone, value)),
  };
}

/** The instant of an answer; one that was kept as a bare instant ("…Z") is that instant in any zone. */
export function instantIn(zone: string, value: Json): Temporal.Instant {
  const text = textOf(value);
  if (text.endsWith('Z')) return Temporal.Instant.from(text);
  return Temporal.PlainDateTime.from(text).toZonedDateTime(zone).toInstant();
}

/** What ends on the day on which it begins is often given as "17:30" alone. */
function withDay(text: string, zone: string, after: Temporal.Instant | undefined): string {
  if (!after || !/^\d{1,2}[:.]\d{2}$/.test(text.trim())) return text;
  return `${after.toZonedDateTimeISO(zone).toPlainDate().toString()} ${text.trim()}`;
}

/** How to write it, with a time that is still ahead and within the limits: "2026-12-08 14:00". */
export function exampleWhen(zone: string, now: Temporal.Instant, { after, before }: Limits = {}): string {
  const wall = exampleIn(now, { after, before }).toZonedDateTimeISO(zone);
  const example = after || before ? wall : wall.with({ hour: 14, minute: 0 });
  return `${example.toPlainDate().toString()} ${example.toPlainTime().toString({ smallestUnit: 'minute' })}`;
}

function exampleIn(now: Temporal.Instant, { after, before }: Limits): Temporal.Instant {
  if (after) return later(after, now).add({ hours: 3 });
  if (!before) return now.add({ hours: 14 * 24 });
  const twoDaysBefore = before.subtract({ hours: 48 });
  if (Temporal.Instant.compare(twoDaysBefore, now) > 0) return twoDaysBefore;
  return now.add({ minutes: Math.floor(now.until(before).total('minutes') / 2) });
}

const later = (a: Temporal.Instant, b: Temporal.Instant) => (Temporal.Instant.compare(a, b) > 0 ? a : b);
