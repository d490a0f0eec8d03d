import { formatDate } from '../../bot/format/dates.ts';
import { languageName } from '../../bot/format/words.ts';
import type { T } from '../../bot/i18n.ts';
import type { Answers, Audience, Json } from '../../db/schema.ts';
import type { Asking, Kind, Question } from '../../forms/form.ts';
import { choice, several } from '../../forms/kinds/choice.ts';
import { pagedChoice } from '../../forms/kinds/paged-choice.ts';
import { richText, richTextOf } from '../../forms/kinds/rich-text.ts';
import type { Programme } from '../../programme.ts';
import { wording, type Event } from '../events/store.ts';
import { countryOptions } from '../people/questions.ts';
import type { Announcement, Input } from './store.ts';

/** `preset`: the announcement goes to people of this event; null: `events` are offered, among other audiences. */
export type Subject = { preset: Event | null; events: Event[] };

const CONDITIONS = ['event', 'countries', 'languages', 'alumni'] as const;
const STATUSES = ['registered', 'waiting', 'attended', 'absent', 'cancelled'] as const;
const EVERYONE = 'everyone' as const;

/** The texts first, in the languages the author chooses, then who gets them. */
export function announcementQuestions(programme: Programme, at: Asking<Subject>): Question[] {
  const { t, answers, subject } = at;
  return [
    {
      key: 'languages',
      label: t('announcements:languages'),
      ask: t('announcements:ask_languages'),
      kind: languages(t, programme),
    },
    ...keysIn(answers.languages).map((key) => ({
      key: textKey(key),
      label: t('announcements:text', { language: languageName(key) }),
      ask: t('announcements:ask_text', { language: languageName(key) }),
      kind: richText(t),
    })),
    ...(subject.preset ? [statusQuestion(t)] : audienceQuestions(programme, at)),
  ];
}

function audienceQuestions(programme: Programme, { t, lang, answers, subject }: Asking<Subject>): Question[] {
  const conditions = keysIn(answers.conditions);
  // With the day: a series of events has one title.
  const dated = (event: Event) => `${wording(event, t).title} · ${formatDate(lang, event.beginsAt, event.zone)}`;
  const events = subject.events.map((event) => ({ key: String(event.id), label: dated(event) }));
  const questions: Record<string, Question[]> = {
    event: [
      {
        key: 'event',
        label: t('announcements:event'),
        ask: t('announcements:ask_event'),
        kind: pagedChoice(t, events),
      },
      statusQuestion(t),
    ],
    countries: [
      {
        key: 'countries',
        label: t('announcements:condition_countries'),
        ask: t('announcements:ask_countries'),
        kind: several(t, countryOptions(programme, lang), { min: 1, columns: 2 }),
      },
    ],
    languages: [
      {
        key: 'audience_languages',
        label: t('announcements:condition_languages'),
        ask: t('announcements:ask_audience_languages'),
        kind: languages(t, programme),
      },
    ],
  };
  return [
    {
      key: 'conditions',
      label: t('announcements:conditions'),
      ask: t('announcements:ask_conditions'),
      kind: conditionsKind(t, events.length > 0),
    },
    ...conditions.flatMap((condition) => questions[condition] ?? []),
  ];
}

function statusQuestion(t: T): Question {
  const options = STATUSES.map((key) => ({ key, label: t(`announcements:status_${key}`) }));
  return {
    key: 'status',
    label: t('announcements:status'),
    ask: t('announcements:ask_status'),
    kind: choice(t, options),
  };
}

function languages(t: T, programme: Programme): Kind {
  const options = programme.languages.map((key) => ({ key, label: languageName(key) }));
  return several(t, options, { min: 1, columns: 2 });
}

/** Everyone needs no further condition, so it needs no "Done" either. */
function conditionsKind(t: T, hasEvents: boolean): Kind {
  const options = [...CONDITIONS, EVERYONE].filter((key) => key !== 'event' || hasEvents);
  const kind = several(
    t,
    options.map((key) => ({ key, label: t(`announcements:condition_${key}`) })),
    { min: 1 },
  );
  return {
    ...kind,
    press(token, current) {
      if (token === EVERYONE) return { kind: 'ok', value: [EVERYONE] };
      const read = kind.press!(token, current);
      if (read.kind !== 'again') return read;
      return { kind: 'again', value: keysIn(read.value).filter((key) => key !== EVERYONE) };
    },
  };
}

export function inputOf(answers: Answers, preset: Event | null): Input {
  const texts = keysIn(answers.languages).map((language) => {
    const { text, entities } = richTextOf(answers[textKey(language)]);
    return { language, body: text, entities };
  });
  return { texts, audience: audienceOf(answers, preset) };
}

function audienceOf(answers: Answers, preset: Event | null): Audience {
  const status = answers.status as (typeof STATUSES)[number];
  if (preset) return { event: { id: preset.id, status } };
  const conditions = new Set(keysIn(answers.conditions));
  return {
    ...(conditions.has('event') && { event: { id: Number(answers.event), status } }),
    ...(conditions.has('countries') && { countries: keysIn(answers.countries) }),
    ...(conditions.has('languages') && { languages: keysIn(answers.audience_languages) }),
    ...(conditions.has('alumni') && { alumni: true }),
  };
}

/** The answers that an announcement was made of, to change them. */
export function answersOf({ texts, audience }: Announcement): Answers {
  const { event, countries, languages, alumni } = audience;
  const conditions = CONDITIONS.filter((key) => ({ event, countries, languages, alumni })[key]);
  return {
    languages: texts.map(({ language }) => language),
    ...Object.fromEntries(
      texts.map(({ language, body, entities }) => [textKey(language), { text: body, entities } as unknown as Json]),
    ),
    conditions: conditions.length > 0 ? conditions : [EVERYONE],
    ...(event && { event: String(event.id), status: event.status }),
    ...(countries && { countries }),
    ...(languages && { audience_languages: languages }),
  };
}

const textKey = (language: string): string => `text_${language}`;
const keysIn = (value: Json | undefined): string[] => (Array.isArray(value) ? value.map(String) : []);
