import { formatDate } from '../../bot/format/dates.ts';
import { collator, languageName } from '../../bot/format/words.ts';
import type { T } from '../../bot/i18n.ts';
import type { Asking, Kind, Question } from '../../forms/form.ts';
import { choice, chosen, several, type Option } from '../../forms/kinds/choice.ts';
import { pagedChoice } from '../../forms/kinds/paged-choice.ts';
import { pagedSeveral } from '../../forms/kinds/paged-several.ts';
import type { Programme } from '../../programme.ts';
import { wording, type Event } from '../events/store.ts';
import { countryOptions } from '../people/questions.ts';
import { agencyLabel } from './agencies.ts';
import { ANY, KINDS, SAVED, SEXES, STATUSES, type Condition } from './answers.ts';
import type { Offers } from './store.ts';

/** What can be asked about: a key of the texts `segments:condition_…` and `segments:ask_…`. */
type About =
  | Exclude<Condition, 'alumni' | 'response'>
  | 'status'
  | 'alumni_kinds'
  | 'alumni_years'
  | 'response_event'
  | 'response_month'
  | 'response_answered'
  | typeof SAVED;

function question(t: T, about: About, kind: Kind, key: string = about): Question {
  return { key, label: t(`segments:condition_${about}`), ask: t(`segments:ask_${about}`), kind };
}

/** Which people of an event; the event is known or asked before. */
export function statusQuestion(t: T): Question {
  const statuses = options(STATUSES, (key) => t(`segments:status_${key}`));
  return question(t, 'status', choice(t, statuses));
}

/** What a condition needs to know. */
export function questionsAbout(
  condition: Condition | typeof SAVED,
  programme: Programme,
  { t, lang, answers }: Pick<Asking<unknown>, 't' | 'lang' | 'answers'>,
  offers: Offers,
): Question[] {
  const yesNo = (what: 'response' | 'reachable') => {
    const both = options(['yes', 'no'] as const, (key) => t(`segments:${what}_${key}`));
    return choice(t, both);
  };
  switch (condition) {
    case 'event':
      return [question(t, 'event', eventChoice(t, lang, offers.events)), statusQuestion(t)];
    case 'countries':
      return [question(t, 'countries', several(t, countryOptions(programme, lang), { min: 1, columns: 2 }))];
    case 'agencies': {
      const say = { nothing: t('segments:agency_not_found'), all: t('segments:all_agencies') };
      const kind = pagedSeveral(t, agencyOptions(offers, lang), { current: answers.agencies, say });
      return [{ ...question(t, 'agencies', kind), follows: 'countries' }];
    }
    case 'languages': {
      const kind = several(t, options(programme.languages, languageName), { min: 1, columns: 2 });
      // An announcement asks for the languages of its texts as well.
      return [question(t, 'languages', kind, 'audience_languages')];
    }
    case 'sex': {
      const sexes = options(SEXES, (sex) => t(`people:${sex}`));
      return [question(t, 'sex', several(t, sexes, { min: 1 }))];
    }
    case 'alumni': {
      const kinds = options(KINDS, (kind) => t(`events:kind_${kind}`));
      const years = options(yearsOf(offers), String);
      return [
        question(t, 'alumni_kinds', severalOr(t, kinds, [{ key: ANY, label: t('segments:any_kind') }])),
        question(t, 'alumni_years', severalOr(t, years, [{ key: ANY, label: t('segments:any_year') }])),
      ];
    }
    case 'response': {
      const feedback = { key: '0', label: t('feedback:title') };
      const surveys = options(offers.months, (month) => t('surveys:after', { count: month }));
      return [
        question(t, 'response_event', eventChoice(t, lang, offers.past)),
        { ...question(t, 'response_month', choice(t, [feedback, ...surveys])), follows: 'response_event' },
        question(t, 'response_answered', yesNo('response')),
      ];
    }
    case 'reachable':
      return [question(t, 'reachable', yesNo('reachable'))];
    case SAVED: {
      const segments = offers.segments.map(({ id, name }) => ({ key: String(id), label: name }));
      return [question(t, SAVED, pagedChoice(t, segments))];
    }
  }
}

export const options = <Key extends string | number>(keys: readonly Key[], label: (key: Key) => string): Option[] =>
  keys.map((key) => ({ key: String(key), label: label(key) }));

/** With the day: a series of events has one title. */
function eventChoice(t: T, lang: string, events: Event[]): Kind {
  const dated = (event: Event) => `${wording(event, t).title} · ${formatDate(lang, event.beginsAt, event.zone)}`;
  return pagedChoice(
    t,
    events.map((event) => ({ key: String(event.id), label: dated(event) })),
  );
}

function agencyOptions({ agencies }: Offers, lang: string): Option[] {
  return agencies
    .map((agency) => ({ key: agency.key, label: agencyLabel(agency, lang), aliases: agency.spellings }))
    .toSorted((a, b) => collator(lang).compare(a.label, b.label));
}

/** In which events ended, the latest first. */
function yearsOf({ past }: Offers): number[] {
  const years = past.map(({ endsAt, zone }) => endsAt.toZonedDateTimeISO(zone).year);
  return [...new Set(years)].toSorted((a, b) => b - a);
}

/** Characters that half a row of buttons shows on a phone. */
const HALF = 17;

/** Several, or one that says all by itself: that one needs no "Done". */
export function severalOr(t: T, some: Option[], alone: Option[]): Kind {
  const all = [...some, ...alone];
  const columns = all.every(({ label }) => label.length <= HALF) ? 2 : 1;
  const kind = several(t, all, { min: 1, columns });
  const isAlone = (token: string) => alone.some(({ key }) => key === token);
  return {
    ...kind,
    press(token, current) {
      if (isAlone(token)) return { kind: 'ok', value: [token] };
      const read = kind.press!(token, current);
      return read.kind === 'again' ? { kind: 'again', value: chosen(read.value).filter((key) => !isAlone(key)) } : read;
    },
  };
}
