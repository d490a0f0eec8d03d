/**
 * Dates and times.
 *
 * Intl gives the names of months and weekdays; the order is ours. CLDR's own dates were tried and needed a correction in
 * six of ten languages: Tajik ranges in English order with capital months, Armenian in two orders, stray dots in
 * Georgian ranges, the Kyrgyz year now before and now after. The table below is shorter than those corrections, and a
 * translator can read it.
 */
import type { Language } from '../i18n.ts';
import { locale, perLanguage } from './intl.ts';

/** How a language writes dates. `days` is a day or a range of days, with the month but without the year. */
interface DateStyle {
  day: (day: string | number, month: string) => string;
  year: (days: string, year: number) => string;
  weekday: (date: string, weekday: string) => string;
  /** Days of one month: the 3–5 of "3–5 September". */
  days: (first: number, last: number) => string;
  /** Between two times, between two longer things, and before a time. */
  dash: string;
  wideDash: string;
  comma: string;
}

const english: DateStyle = {
  day: (day, month) => `${day} ${month}`,
  year: (days, year) => `${days} ${year}`,
  weekday: (date, weekday) => `${weekday}, ${date}`,
  days: (first, last) => `${first}–${last}`,
  dash: '–',
  wideDash: ' – ',
  comma: ', ',
};
const weekdayLast = (date: string, weekday: string) => `${date}, ${weekday}`;

/** Only what differs from English. A language without a row has the English order, with its own words. */
const STYLES: Record<Language, Partial<DateStyle>> = {
  ru: { year: (days, y) => `${days} ${y} г.` },
  kk: { year: (days, y) => `${y} ж. ${days}`, weekday: weekdayLast },
  ky: { day: (d, month) => `${d}-${month}`, year: (days, y) => `${y}-ж., ${days}`, weekday: weekdayLast },
  tg: {
    // CLDR has capitals. The izofat -и is safe: the twelve months are all there is, and each takes it.
    day: (d, month) => `${d} ${month.toLowerCase()}и`,
    year: (days, y) => `${days} соли ${y}`,
    weekday: (date, weekday) => `${weekday.toLowerCase()}, ${date}`,
  },
  uz: { day: (d, month) => `${d}-${month}`, year: (days, y) => `${y}-yil ${days}`, weekday: weekdayLast },
  az: { weekday: weekdayLast },
  hy: { day: (d, month) => `${month} ${d}`, year: (days, y) => `${y} թ. ${days}`, weekday: weekdayLast },
  ka: { year: (days, y) => `${days}, ${y}` },
  ko: {
    day: (d, month) => `${month} ${d}일`,
    year: (days, y) => `${y}년 ${days}`,
    weekday: (date, weekday) => `${date} ${weekday}`,
    days: (first, last) => `${first}일~${last}`,
    dash: '~',
    wideDash: '~',
    comma: ' ',
  },
};

/** "3 September 2026": the day that `instant` falls on in `zone` (IANA). */
export function formatDate(lang: Language, instant: Temporal.Instant, zone: string): string {
  return formatDay(lang, dateIn(instant, zone));
}

/** "Thursday, 3 September 2026". */
export function formatWeekday(lang: Language, instant: Temporal.Instant, zone: string): string {
  const date = dateIn(instant, zone);
  return styleOf(lang).weekday(formatDay(lang, date), namesOf(lang, date).weekday);
}

/** "14:05", of 24 hours. */
export function formatTime(lang: Language, instant: Temporal.Instant, zone: string): string {
  return clockOf(lang).format(utc(instant.toZonedDateTimeISO(zone).toPlainDateTime()));
}

/** "UTC+5", "UTC+5:30", "UTC": what holds in `zone` at this instant, not today. Almaty was at +6 until February 2024. */
export function formatOffset(instant: Temporal.Instant, zone: string): string {
  const minutes = offsetOf(instant, zone) / 60_000_000_000;
  if (minutes === 0) return 'UTC';
  const hours = Math.trunc(Math.abs(minutes) / 60);
  const rest = Math.abs(minutes) % 60;
  return `UTC${minutes < 0 ? '−' : '+'}${hours}${rest === 0 ? '' : `:${String(rest).padStart(2, '0')}`}`;
}

/**
 * "Thursday, 3 September 2026, 14:05 · Astana (UTC+5)"; with `until`, an instant of the same day, "…, 14:05–17:00 · …".
 * `city` is the zone's in this language: cityOf in programme.ts.
 */
export function formatWhen(
  lang: Language,
  instant: Temporal.Instant,
  zone: string,
  city: string,
  until?: Temporal.Instant,
): string {
  const day = formatWeekday(lang, instant, zone);
  return `${day}${styleOf(lang).comma}${clockAndCity(lang, instant, zone, city, until)}`;
}

/**
 * The same for someone whose zone may not be the event's: their own time first, on the next line the event's, with its
 * date only if that is another day. One line, theirs, when both clocks show the same at that instant.
 */
export function formatWhenBoth(
  lang: Language,
  instant: Temporal.Instant,
  personZone: string,
  eventZone: string,
  cityOf: (zone: string) => string,
  until?: Temporal.Instant,
): string {
  const own = formatWhen(lang, instant, personZone, cityOf(personZone), until);
  if (offsetOf(instant, personZone) === offsetOf(instant, eventZone)) return own;
  const sameDay = dateIn(instant, personZone).equals(dateIn(instant, eventZone));
  const write = sameDay ? clockAndCity : formatWhen;
  return `${own}\n${write(lang, instant, eventZone, cityOf(eventZone), until)}`;
}

/** Whether both instants fall on one day of the calendar in `zone`. */
export function onOneDay(from: Temporal.Instant, to: Temporal.Instant, zone: string): boolean {
  return dateIn(from, zone).equals(dateIn(to, zone));
}

/** "3 September 2026, 14:00–16:30" within a day; over several days the days alone: "3–5 September 2026". */
export function formatRange(lang: Language, from: Temporal.Instant, to: Temporal.Instant, zone: string): string {
  const [first, last] = [dateIn(from, zone), dateIn(to, zone)];
  if (!first.equals(last)) return formatDays(lang, first, last);
  const { dash, comma } = styleOf(lang);
  const times = [from, to].map((instant) => formatTime(lang, instant, zone)).join(dash);
  return `${formatDay(lang, first)}${comma}${times}`;
}

/** "3 September 2026", "3–5 September 2026": days in the calendar. */
export function formatDays(lang: Language, first: Temporal.PlainDate, last: Temporal.PlainDate): string {
  const style = styleOf(lang);
  if (first.equals(last)) return formatDay(lang, first);
  if (first.year !== last.year) return `${formatDay(lang, first)}${style.wideDash}${formatDay(lang, last)}`;
  if (first.month !== last.month)
    return style.year(`${writeDay(lang, first)}${style.wideDash}${writeDay(lang, last)}`, last.year);
  return style.year(style.day(style.days(first.day, last.day), namesOf(lang, last).month), last.year);
}

const styleOf = perLanguage((lang): DateStyle => ({ ...english, ...STYLES[lang] }));

const namesFormat = perLanguage(
  (lang) =>
    new Intl.DateTimeFormat(locale(lang), {
      timeZone: 'UTC',
      weekday: 'long',
      day: 'numeric',
      month: 'long',
      year: 'numeric',
    }),
);

/** h23: Korean has 12 hours otherwise. */
const clockOf = perLanguage(
  (lang) =>
    new Intl.DateTimeFormat(locale(lang), { timeZone: 'UTC', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }),
);

/** Month and weekday as they stand within a date: "сентября", not "сентябрь". */
function namesOf(lang: Language, date: Temporal.PlainDate): { month: string; weekday: string } {
  const parts = namesFormat(lang).formatToParts(utc(date.toPlainDateTime()));
  const value = (type: string) => parts.find((part) => part.type === type)?.value ?? '';
  return { month: value('month'), weekday: value('weekday') };
}

function writeDay(lang: Language, date: Temporal.PlainDate): string {
  return styleOf(lang).day(date.day, namesOf(lang, date).month);
}

/** "3 September 2026" of a day in the calendar. */
export function formatDay(lang: Language, date: Temporal.PlainDate): string {
  return styleOf(lang).year(writeDay(lang, date), date.year);
}

function clockAndCity(
  lang: Language,
  instant: Temporal.Instant,
  zone: string,
  city: string,
  until?: Temporal.Instant,
): string {
  const times = (until ? [instant, until] : [instant]).map((time) => formatTime(lang, time, zone));
  return `${times.join(styleOf(lang).dash)} · ${city} (${formatOffset(instant, zone)})`;
}

function dateIn(instant: Temporal.Instant, zone: string): Temporal.PlainDate {
  return instant.toZonedDateTimeISO(zone).toPlainDate();
}

/** Nanoseconds ahead of UTC. */
function offsetOf(instant: Temporal.Instant, zone: string): number {
  return instant.toZonedDateTimeISO(zone).offsetNanoseconds;
}

/** The milliseconds at which a clock in UTC shows this, so that one formatter per language serves every zone. */
function utc(wall: Temporal.PlainDateTime): number {
  return wall.toZonedDateTime('UTC').epochMilliseconds;
}
