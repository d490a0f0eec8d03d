import { formatNumber, formatPercent } from '../../bot/format/quantities.ts';
import { html, lines, type Html } from '../../bot/html.ts';
import { pageAt, pageButtons } from '../../bot/pages.ts';
import { clip, data, type View } from '../../bot/view.ts';
import type { Result } from '../../forms/spec/results.ts';
import type { Reader } from '../events/messages.ts';
import { wording, type Event } from '../events/store.ts';
import { bar, commentsButton, ENOUGH, tooFew } from './results.ts';

/** Questions on a page, and lines of one of them: all of it is one message (Bot API, sendMessage: 4096). */
const PAGE = 4;
const LINES = 8;

/**
 * What people answered to the questions that organizers made. A condition may ask a question of few, so that each question
 * is shown only from as many answers on as the whole.
 */
export function madeResultsView(
  event: Event,
  month: number,
  results: Result[],
  wanted: string | undefined,
  reader: Reader,
): View {
  const { t } = reader;
  const place = pageAt(results.length, wanted, PAGE);
  const shown = results.slice(place.first, place.first + PAGE);
  return {
    text: lines(
      html`<b>${t('feedback:additional')}</b>`,
      html`${wording(event, t).title}`,
      ...(month > 0 ? [html`${t('surveys:after', { count: month })}`] : []),
      ...shown.flatMap((result) => ['', resultLines(result, reader)]),
    ),
    buttons: [
      ...shown.flatMap((result, i) =>
        result.kind === 'texts' && result.answers >= ENOUGH
          ? [
              [
                commentsButton(
                  clip(result.label, 24),
                  result.answers,
                  data('made_texts', event.id, month, place.first + i),
                ),
              ],
            ]
          : [],
      ),
      pageButtons(t, place, (page) => data('made_results', event.id, month, page)),
      [
        {
          text: t('feedback:back_to_results'),
          data: month === 0 ? data('results', event.id) : data('survey_results', event.id, month),
        },
      ],
    ],
  };
}

function resultLines(result: Result, reader: Reader): Html {
  const { t, lang } = reader;
  const number = (value: number) => formatNumber(lang, Math.round(value * 10) / 10);
  const heading = html`<b>${clip(result.label, 120)}</b>`;
  if (result.answers < ENOUGH) return lines(heading, tooFew(reader));
  const counted = (counts: { label: string; count: number }[]) => [
    ...counts
      .slice(0, LINES)
      .map(
        ({ label, count }) =>
          html`${bar(count / result.answers)} ${clip(label, 50)} · <b>${formatNumber(lang, count)}</b> (${formatPercent(lang, count / result.answers)})`,
      ),
    ...(counts.length > LINES ? ['…'] : []),
  ];
  const answers = html`${t('feedback:answers_are', { answers: formatNumber(lang, result.answers) })}`;
  switch (result.kind) {
    case 'numbers': {
      const { average, least, most, counts } = result;
      return lines(
        heading,
        answers,
        html`${t('feedback:average_is', { average: number(average) })}`,
        ...(counts.length > LINES
          ? [html`${t('feedback:up_to', { least: number(least), most: number(most) })}`]
          : counted(counts)),
      );
    }
    case 'choices':
      return lines(heading, answers, ...counted(result.counts));
    case 'texts':
      return lines(heading, answers);
  }
}
