import { parseWhen } from '../../bot/format/parse.ts';
import type { T } from '../../bot/i18n.ts';
import type { Json } from '../../db/schema.ts';
import type { Kind } from '../form.ts';
import { textOf } from './text.ts';

/** What the time must lie between, both exclusive. `show` words a limit as it words an answer. */
type Limits = { after?: Temporal.Instant | undefined; before?: Temporal.Instant | undefined };

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
  { after, before }: Limits = {},
): Kind {
  const problem = (instant: Temporal.Instant): string | null => {
    if (after && Temporal.Instant.compare(instant, after) <= 0) return t('forms:when_after', { limit: show(after) });
    if (before && Temporal.Instant.compare(instant, before) >= 0)
      return t('forms:when_before', { limit: show(before) });
    return Temporal.Instant.compare(instant, now) < 0 ? t('forms:expect_future') : null;
  };
  return {
    read({ text }) {
      const parsed = parseWhen(text ?? '', zone, now);
      switch (parsed.kind) {
        case 'invalid':
          return { kind: 'invalid', say: t('forms:expect_when', { example: exampleWhen(zone, now) }) };
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
    accepts: (value) => problem(instantIn(zone, value)) === null,
    show: (value) => show(instantIn(zone, value)),
  };
}

/** The instant of an answer; one that was kept as a bare instant ("…Z") is that instant in any zone. */
export function instantIn(zone: string, value: Json): Temporal.Instant {
  const text = textOf(value);
  if (text.endsWith('Z')) return Temporal.Instant.from(text);
  return Temporal.PlainDateTime.from(text).toZonedDateTime(zone).toInstant();
}

/** How to write it, with a day that is still ahead: "2026-12-08 14:00". */
export function exampleWhen(zone: string, now: Temporal.Instant): string {
  return `${now.toZonedDateTimeISO(zone).add({ days: 14 }).toPlainDate().toString()} 14:00`;
}
