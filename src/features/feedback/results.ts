import { formatDate } from '../../bot/format/dates.ts';
import { formatNumber, formatPercent } from '../../bot/format/quantities.ts';
import { html, lines, type Html } from '../../bot/html.ts';
import { data, type Button, type View } from '../../bot/view.ts';
import type { Participation } from '../../forms/responses.ts';
import type { Reader } from '../events/messages.ts';
import { wording, type Event } from '../events/store.ts';
import type { SurveyStand } from '../surveys/store.ts';
import { OPEN_QUESTIONS, RATINGS, type FeedbackResults } from './store.ts';

/** With fewer answers, an organizer who knows the people could tell who said what. */
export const ENOUGH = 3;

/**
 * The organizer's page of what people said about an event: the feedback, and how the follow-up surveys stand. `made`: there
 * are answers to questions that organizers made.
 */
export function resultsView(
  event: Event,
  feedback: { participation: Participation; results: FeedbackResults | null },
  surveys: SurveyStand[],
  made: boolean,
  reader: Reader,
): View {
  const { t, lang, now } = reader;
  const shown = feedback.participation.answered >= ENOUGH ? feedback.results : null;
  const due = surveys.filter(({ dueAt }) => Temporal.Instant.compare(dueAt, now) <= 0);
  return {
    text: lines(
      html`<b>${t('feedback:results')}</b>`,
      html`${wording(event, t).title}`,
      '',
      html`<b>${t('feedback:title')}</b>`,
      participationLine(feedback.participation, reader),
      shown ? numbers(shown, reader) : tooFew(reader),
      surveys.length > 0 && html`\n<b>${t('feedback:follow_up')}</b>`,
      ...surveys.map((one) => {
        const stand = due.includes(one)
          ? participationLine(one.participation, reader)
          : formatDate(lang, one.dueAt, event.zone);
        return html`${t('surveys:after', { count: one.month })} · ${stand}`;
      }),
    ),
    buttons: [
      ...(shown ? OPEN_QUESTIONS : []).map((key) => [
        commentsButton(t(`feedback:${key}`), shown!.comments[key].length, data('comments', event.id, 0, key, 0)),
      ]),
      shown && made ? [{ text: t('feedback:additional'), data: data('made_results', event.id, 0) }] : [],
      ...due.map(({ month }) => [
        { text: t('surveys:after', { count: month }), data: data('survey_results', event.id, month) },
      ]),
      [{ text: t('feedback:back_to_event'), data: data('manage', event.id) }],
    ],
  };
}

function numbers({ ratings, recommendation }: FeedbackResults, { t, lang }: Reader): Html {
  const mean = (value: number, max: number) =>
    t('feedback:average', { average: oneDecimal(lang, value), max: formatNumber(lang, max) });
  const { average, net } = recommendation;
  return lines(
    ...RATINGS.map((key) => html`${bar(ratings[key] / 5)} ${t(`feedback:${key}`)} · <b>${mean(ratings[key], 5)}</b>`),
    html`${bar(average / 10)} ${t('feedback:recommendation')} · <b>${mean(average, 10)}</b>`,
    html`${t('feedback:net_recommendation')} · <b>${signed(lang, net)}</b>`,
    html`<i>${t('feedback:net_explained')}</i>`,
  );
}

export function participationLine({ asked, answered }: Participation, { t, lang }: Reader): string {
  return t('feedback:participation', {
    asked: formatNumber(lang, asked),
    answered: formatNumber(lang, answered),
    share: formatPercent(lang, asked === 0 ? 0 : answered / asked),
  });
}

export const tooFew = ({ t, lang }: Reader): Html =>
  html`<i>${t('feedback:from_min', { min: formatNumber(lang, ENOUGH) })}</i>`;

export const commentsButton = (label: string, count: number, press: string): Button => ({
  text: `${label} (${count})`,
  data: press,
});

/** Five squares: of all such signs, the fonts of old phones have these two. `ratio` from 0 to 1. */
export function bar(ratio: number): string {
  const full = Math.round(5 * ratio);
  return '■'.repeat(full) + '□'.repeat(5 - full);
}

const oneDecimal = (lang: string, value: number) => formatNumber(lang, Math.round(value * 10) / 10);
const signed = (lang: string, value: number) => (value > 0 ? '+' : '') + formatNumber(lang, Math.round(value));
