import { formatNumber, formatPercent } from '../../bot/format/quantities.ts';
import { html, lines, type Html } from '../../bot/html.ts';
import { data, type View } from '../../bot/view.ts';
import { countryName } from '../../programme.ts';
import type { Reader } from '../events/messages.ts';
import { wording, type Event } from '../events/store.ts';
import {
  APPLIED,
  hasApplied,
  OBSTACLES,
  OPEN_QUESTIONS,
  type SurveyAnswer,
  type SurveyStand,
} from '../surveys/store.ts';
import { bar, commentsButton, ENOUGH, participationLine, tooFew } from './results.ts';

/** What came of an event after `month` months, in numbers that a report to a donor needs: by country and by sex too. */
export function surveyResultsView(
  event: Event,
  { month, participation }: SurveyStand,
  answers: SurveyAnswer[],
  made: boolean,
  reader: Reader,
): View {
  const { t } = reader;
  const enough = answers.length >= ENOUGH;
  const written = (key: string) => answers.filter(({ answers }) => typeof answers[key] === 'string').length;
  // Who asks for support must be heard, be they the only one; they were told that their name is shown.
  const questions = OPEN_QUESTIONS.filter((key) => enough || (key === 'support' && written(key) > 0));
  return {
    text: lines(
      html`<b>${t('feedback:follow_up')} · ${t('surveys:after', { count: month })}</b>`,
      html`${wording(event, t).title}`,
      '',
      html`${participationLine(participation, reader)}`,
      enough ? numbers(answers, reader) : tooFew(reader),
    ),
    buttons: [
      ...questions.map((key) => [
        commentsButton(t(`surveys:${key}`), written(key), data('comments', event.id, month, key, 0)),
      ]),
      enough && made ? [{ text: t('feedback:additional'), data: data('made_results', event.id, month) }] : [],
      [{ text: t('feedback:back_to_results'), data: data('results', event.id) }],
    ],
  };
}

function numbers(answers: SurveyAnswer[], reader: Reader): Html {
  const { t, lang, programme } = reader;
  const line = (label: string, count: number, of: number) =>
    html`${bar(count / of)} ${label} · <b>${formatNumber(lang, count)}</b> (${formatPercent(lang, count / of)})`;
  const chosen = (key: string, option: string) =>
    answers.filter(({ answers }) => [answers[key]].flat().includes(option)).length;
  const stayed = chosen('same_job', 'yes');
  const moved = chosen('same_job', 'no');
  const sexes = { female: t('people:female'), male: t('people:male') };
  const countries = groups(answers, ({ country }) => country && countryName(programme, country, lang));
  const bySex = groups(answers, ({ sex }) => (sex === 'female' || sex === 'male' ? sexes[sex] : null));
  return lines(
    line(t('feedback:applied'), answers.filter(hasApplied).length, answers.length),
    html`\n<b>${t('surveys:applied')}</b>`,
    ...APPLIED.map((key) => line(t(`surveys:applied_${key}`), chosen('applied', key), answers.length)),
    html`\n<b>${t('surveys:obstacles')}</b>`,
    ...OBSTACLES.map((key) => line(t(`surveys:obstacle_${key}`), chosen('obstacles', key), answers.length)),
    stayed + moved > 0 && html`\n<b>${t('surveys:same_job')}</b>`,
    stayed + moved > 0 && line(t('common:yes'), stayed, stayed + moved),
    stayed + moved > 0 && line(t('common:no'), moved, stayed + moved),
    ...breakdown(t('feedback:by_country'), countries, reader),
    ...breakdown(t('feedback:by_sex'), bySex, reader),
  );
}

type Group = { label: string | null; members: SurveyAnswer[] };

function breakdown(title: string, shown: Group[], { t, lang }: Reader): (Html | false)[] {
  if (shown.length === 0) return [];
  return [
    html`\n<b>${title}</b>`,
    ...shown.map(
      ({ label, members }) =>
        html`${label ?? t('feedback:others')} · ${t('feedback:group', {
          answered: formatNumber(lang, members.length),
          share: formatPercent(lang, members.filter(hasApplied).length / members.length),
        })}`,
    ),
  ];
}

/**
 * Groups of at least ENOUGH people, the largest first; `label` null: all others together. When the others would be too
 * few, the smallest group that could be shown joins them, because what the total has over the shown groups would tell
 * of them all the same.
 */
export function groups(answers: SurveyAnswer[], labelOf: (answer: SurveyAnswer) => string | null): Group[] {
  const byLabel = [...Map.groupBy(answers, labelOf)].map(([label, members]) => ({ label, members }));
  const shown = byLabel
    .filter(({ label, members }) => label !== null && members.length >= ENOUGH)
    .toSorted((a, b) => b.members.length - a.members.length);
  const others = byLabel.filter((group) => !shown.includes(group)).flatMap(({ members }) => members);
  while (others.length > 0 && others.length < ENOUGH && shown.length > 0) others.push(...shown.pop()!.members);
  if (shown.length === 0) return [];
  return others.length > 0 ? [...shown, { label: null, members: others }] : shown;
}
