import { formatWeekday } from '../../bot/format/dates.ts';
import { languageName } from '../../bot/format/words.ts';
import type { T } from '../../bot/i18n.ts';
import type { Answers, Json } from '../../db/schema.ts';
import type { Asking, Kind, Question } from '../../forms/form.ts';
import { choice, yesNo } from '../../forms/kinds/choice.ts';
import { text, textOf } from '../../forms/kinds/text.ts';
import type { Event, Wording } from '../events/store.ts';
import type { Session } from './store.ts';
import { isWithin, type SessionInput } from './write.ts';

/**
 * What is asked of a session: its title in the organizer's language, when, who speaks, where. The other languages and the
 * descriptions are asked only of who wants them: a day of six sessions is entered on a phone, standing.
 */
export function askSession({ t, lang, answers, subject }: Asking<{ event: Event }>): Question[] {
  const { event } = subject;
  const [first, ...others] = languagesOf(event, lang);
  const day = textOf(answers.day) || daysOf(event)[0]!;
  const more = answers.more === 'yes';
  return [
    title(t, first!, false),
    {
      key: 'day',
      label: t('sessions:day'),
      ask: t('sessions:ask_day'),
      kind: choice(
        t,
        daysOf(event).map((key) => ({ key, label: formatWeekday(lang, instantOn(event, key, '12:00'), event.zone) })),
      ),
    },
    {
      key: 'time',
      label: t('sessions:time'),
      ask: t('sessions:ask_time', { day: formatWeekday(lang, instantOn(event, day, '12:00'), event.zone) }),
      follows: 'day',
      kind: times(t, event, day),
    },
    {
      key: 'speakers',
      label: t('sessions:speakers'),
      ask: t('sessions:ask_speakers'),
      optional: true,
      kind: text(t, { max: 500 }),
    },
    {
      key: 'place',
      label: t('sessions:room'),
      ask: t('sessions:ask_room'),
      optional: true,
      kind: text(t, { max: 200 }),
    },
    { key: 'more', label: t('sessions:more'), ask: t('sessions:ask_more'), kind: yesNo(t) },
    ...(more ? [description(t, first!), ...others.flatMap((one) => [title(t, one, true), description(t, one)])] : []),
  ];
}

function title(t: T, language: string, optional: boolean): Question {
  const name = { language: languageName(language) };
  const key = `title_${language}`;
  return {
    key,
    label: t('sessions:title', name),
    ask: t('sessions:ask_title', name),
    optional,
    kind: text(t, { min: 2, max: 150 }),
  };
}

function description(t: T, language: string): Question {
  const name = { language: languageName(language) };
  const key = `description_${language}`;
  return {
    key,
    label: t('organize:description', name),
    ask: t('sessions:ask_description', name),
    optional: true,
    kind: text(t, { max: 1000 }),
  };
}

/** Those of the event; first the one that the organizer reads, if it is among them. */
function languagesOf({ texts }: Event, lang: string): string[] {
  const all = Object.keys(texts);
  return [...all.filter((one) => one === lang), ...all.filter((one) => one !== lang)];
}

/** The days of an event by its own clock: 2026-12-08 … A month of them at most. */
function daysOf({ beginsAt, endsAt, zone }: Event): string[] {
  const [from, to] = [beginsAt, endsAt].map((at) => at.toZonedDateTimeISO(zone).toPlainDate());
  const count = Math.min(from!.until(to!, { largestUnit: 'day' }).days, 30) + 1;
  return Array.from({ length: count }, (_, i) => from!.add({ days: i }).toString());
}

function instantOn({ zone }: Pick<Event, 'zone'>, day: string, time: string): Temporal.Instant {
  return Temporal.PlainDateTime.from(`${day}T${time.padStart(5, '0')}`)
    .toZonedDateTime(zone)
    .toInstant();
}

/** With the Armenian colon as well, which Armenian keyboards write. */
const TIMES = /^\s*(\d{1,2})[:.։](\d{2})\s*[-–—~\s]\s*(\d{1,2})[:.։](\d{2})\s*$/;

/** "10:00–11:30", kept as "10:00/11:30": on whichever day the other answer says. What is past may be entered as well, to count. */
function times(t: T, event: Event, day: string): Kind {
  const problem = (value: string): string | null => {
    const [from, to] = timesOn(event, day, value);
    if (Temporal.Instant.compare(from, to) >= 0) return t('sessions:ends_first');
    return isWithin(event, { beginsAt: from, endsAt: to })
      ? null
      : t('sessions:outside', { times: limits(event, day) });
  };
  return {
    read({ text: typed = '' }) {
      const found = TIMES.exec(typed);
      const numbers = found?.slice(1).map(Number) ?? [];
      const [h1 = 24, m1 = 60, h2 = 24, m2 = 60] = numbers;
      if (h1 > 23 || h2 > 23 || m1 > 59 || m2 > 59) return { kind: 'invalid', say: t('sessions:expect_times') };
      const two = (n: number) => String(n).padStart(2, '0');
      const value = `${two(h1)}:${two(m1)}/${two(h2)}:${two(m2)}`;
      const say = problem(value);
      return say === null ? { kind: 'ok', value } : { kind: 'invalid', say };
    },
    accepts: (value) => typeof value === 'string' && problem(value) === null,
    show: (value) => textOf(value).replace('/', '–'),
  };
}

/** What of that day belongs to the event, in the same words: "10:00–17:00". */
function limits({ beginsAt, endsAt, zone }: Event, day: string): string {
  const [from, to] = [beginsAt, endsAt].map((at) => at.toZonedDateTimeISO(zone));
  const clock = (at: Temporal.ZonedDateTime) => at.toPlainTime().toString({ smallestUnit: 'minute' });
  const first = from!.toPlainDate().toString() === day ? clock(from!) : '00:00';
  const last = to!.toPlainDate().toString() === day ? clock(to!) : '23:59';
  return `${first}–${last}`;
}

function timesOn(event: Event, day: string, value: string): [Temporal.Instant, Temporal.Instant] {
  const [from = '', to = ''] = value.split('/');
  return [instantOn(event, day, from), instantOn(event, day, to)];
}

export function readSession(event: Event, answers: Answers): SessionInput {
  const [beginsAt, endsAt] = timesOn(event, textOf(answers.day), textOf(answers.time));
  const of = (key: string) => textOf(answers[key]) || null;
  const entries = Object.keys(event.texts).flatMap((language): [string, Wording][] => {
    const written = of(`title_${language}`);
    return written ? [[language, { title: written, description: of(`description_${language}`) ?? '' }]] : [];
  });
  return { beginsAt, endsAt, place: of('place'), speakers: of('speakers'), texts: Object.fromEntries(entries) };
}

/** The other way round. */
export function answersOf(event: Event, { beginsAt, endsAt, place, speakers, texts }: Session): Answers {
  const wall = (at: Temporal.Instant) => at.toZonedDateTimeISO(event.zone);
  const clock = (at: Temporal.Instant) => wall(at).toPlainTime().toString({ smallestUnit: 'minute' });
  const entries = Object.keys(event.texts).flatMap((language): [string, Json][] => [
    [`title_${language}`, texts[language]?.title ?? null],
    [`description_${language}`, texts[language]?.description || null],
  ]);
  return {
    ...Object.fromEntries(entries),
    day: wall(beginsAt).toPlainDate().toString(),
    time: `${clock(beginsAt)}/${clock(endsAt)}`,
    place,
    speakers,
    more: 'yes',
  };
}

/** What the next session most likely has in common with the one before: it need not be asked, and can be changed. */
export function answersLike(event: Event, before: Session | undefined): Answers {
  if (!before) return { ...(daysOf(event).length === 1 && { day: daysOf(event)[0]! }), place: null, more: 'no' };
  const { day, place } = answersOf(event, before);
  return { day: day!, place: place!, more: 'no' };
}
