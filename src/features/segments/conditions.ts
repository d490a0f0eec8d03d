import { formatList, languageName } from '../../bot/format/words.ts';
import type { T } from '../../bot/i18n.ts';
import type { Audience } from '../../db/schema.ts';
import { countryName, type Programme } from '../../programme.ts';
import { wording, type Event } from '../events/store.ts';
import { agencyWords } from './agencies.ts';
import type { KINDS } from './answers.ts';

/** `value` beside its label; `words` without it. */
export type ConditionWords = { label: string; value: string; words: string };

/** What an audience asks for, in the order of the questions. */
export function conditionsOf(
  { t, lang, programme }: { t: T; lang: string; programme: Programme },
  { event, countries, agencies, languages, sex, alumni, response, reachable }: Audience,
  events: Event[],
): ConditionWords[] {
  const or = (items: string[]) => formatList(lang, items, 'or');
  const title = (eventId: number) => {
    const found = events.find(({ id }) => id === eventId);
    return found ? wording(found, t).title : '—';
  };
  const named = (label: string, value: string | undefined): ConditionWords[] =>
    value === undefined ? [] : [{ label, value, words: value }];
  const yesNo = (value: boolean) => (value ? 'yes' : 'no');
  const form = (month: number) =>
    month === 0 ? t('feedback:title') : `${t('surveys:title')}, ${t('surveys:after', { count: month })}`;
  const of = alumni && [
    ...(alumni.kinds ? [or(alumni.kinds.map((kind) => t(`events:kind_${kind as (typeof KINDS)[number]}`)))] : []),
    ...(alumni.years ? [or(alumni.years.map(String))] : []),
  ];
  const network = t('segments:condition_alumni');
  return [
    ...named(t('segments:condition_event'), event && `${title(event.id)} (${t(`segments:status_${event.status}`)})`),
    ...named(
      t('segments:condition_countries'),
      countries && or(countries.map((code) => countryName(programme, code, lang))),
    ),
    ...named(t('segments:condition_agencies'), agencies && or(agencyWords(programme, agencies, lang))),
    ...named(t('segments:condition_languages'), languages && or(languages.map(languageName))),
    ...named(t('segments:condition_sex'), sex && or(sex.map((one) => t(`people:${one}`)))),
    ...(of
      ? [
          {
            label: network,
            value: of.length > 0 ? of.join('; ') : t('segments:any_event'),
            words: of.length > 0 ? `${network} (${of.join('; ')})` : network,
          },
        ]
      : []),
    ...named(
      t('segments:condition_response'),
      response &&
        `${title(response.eventId)} (${form(response.month)}: ${t(`segments:response_${yesNo(response.answered)}`)})`,
    ),
    ...named(
      t('segments:condition_reachable'),
      reachable === undefined ? undefined : t(`segments:reachable_${yesNo(reachable)}`),
    ),
  ];
}
