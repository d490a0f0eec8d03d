import { formatTime } from '../../bot/format/dates.ts';
import { formatNumber, formatPercent } from '../../bot/format/quantities.ts';
import { html, lines, type Html } from '../../bot/html.ts';
import type { T } from '../../bot/i18n.ts';
import { pageButtons, type Page } from '../../bot/pages.ts';
import { data, shorten, type Button, type View } from '../../bot/view.ts';
import type { Outgoing } from '../../delivery/messages.ts';
import { type Reader } from '../events/messages.ts';
import { wording, type Event } from '../events/store.ts';
import type { Poll, Results } from './store.ts';

/** Longest texts that Telegram takes, in characters (Bot API 10.3, sendPoll and InputPollOption). */
export const LIMITS = { question: 300, option: 100, options: 12 };

/**
 * The native poll in one person's chat. Not anonymous, because only then Telegram tells us the votes. The description,
 * which stands above the question, says which event it belongs to and who sees what.
 */
export function nativePoll({ question, options }: Poll, event: Event, t: T): Outgoing {
  return {
    method: 'sendPoll',
    payload: {
      question,
      options: options.map((text) => ({ text })),
      is_anonymous: false,
      description: `${wording(event, t).title}\n\n${t('polls:totals_only')}`,
    },
  };
}

/** All polls of an event, for organizers. */
export function pollsView(event: Event, found: Page<Poll>, { t }: Reader): View {
  const { items, first } = found;
  return {
    text: lines(
      html`<b>${wording(event, t).title}</b>`,
      html`${t('polls:polls')}`,
      items.length === 0 && html`\n${t('polls:none')}`,
      ...items.flatMap((poll, i) => ['', html`${first + i + 1}. ${poll.question}`, stateOf(poll, t)]),
    ),
    buttons: [
      ...items.map((poll, i) => [{ text: shorten(`${first + i + 1}. ${poll.question}`), data: data('poll', poll.id) }]),
      pageButtons(t, found, (page) => data('polls', event.id, page)),
      [{ text: t('polls:new'), data: data('new_poll', event.id) }],
      [{ text: t('common:back'), data: data('manage', event.id) }],
    ],
  };
}

/** The votes of all copies in one picture of numbers. */
export function resultsView(event: Event, results: Results, reader: Reader): View {
  const { poll } = results;
  const { t, lang, zone, now } = reader;
  return {
    text: lines(
      ...picture(event, results, reader),
      html`${stateOf(poll, t)} · ${t('polls:updated', { time: formatTime(lang, now, zone) })}`,
    ),
    buttons: [
      ...(poll.closedAt === null
        ? [
            [{ text: t('polls:refresh'), data: data('poll', poll.id) }],
            [{ text: t('polls:close'), data: data('close_poll', poll.id) }],
          ]
        : []),
      [{ text: t('common:back'), data: data('polls', event.id) }],
    ],
  };
}

/** To somebody who voted, when the poll is closed: the native poll in their chat shows them only their own vote. */
export function outcomeView(event: Event, results: Results, reader: Pick<Reader, 't' | 'lang'>): View {
  return { text: lines(html`📊 <b>${reader.t('polls:results')}</b>`, '', ...picture(event, results, reader)) };
}

function picture(event: Event, { poll, sent, answered, votes }: Results, { t, lang }: Pick<Reader, 't' | 'lang'>) {
  const n = (value: number) => formatNumber(lang, value);
  return [
    html`<b>${poll.question}</b>`,
    html`${wording(event, t).title}`,
    ...poll.options.flatMap((option, i) => ['', html`${option}`, bar(votes[i] ?? 0, answered, lang)]),
    '',
    html`${t('polls:answered', { answered: n(answered), sent: n(sent) })}`,
  ];
}

const BAR = 10;

/** "██████░░░░ 12 · 60%", of those who answered. */
function bar(votes: number, answered: number, lang: string): Html {
  const ratio = answered === 0 ? 0 : votes / answered;
  const filled = Math.round(ratio * BAR);
  const blocks = '█'.repeat(filled) + '░'.repeat(BAR - filled);
  return html`${blocks} <b>${formatNumber(lang, votes)}</b> · ${formatPercent(lang, ratio)}`;
}

const stateOf = ({ closedAt }: Poll, t: T): string => (closedAt === null ? t('polls:open') : t('polls:closed'));

export function startedView(
  event: Event,
  poll: Poll,
  recipients: number,
  { t, lang }: Pick<Reader, 't' | 'lang'>,
): View {
  return {
    text: lines(
      html`✅ <b>${t('polls:started')}</b>`,
      html`${poll.question}`,
      html`${t('polls:recipients', { number: formatNumber(lang, recipients) })}`,
    ),
    buttons: [
      [{ text: t('polls:results'), data: data('poll', poll.id) }],
      [{ text: t('common:back'), data: data('manage', event.id) }],
    ],
  };
}

export function reallyCloseView(event: Event, poll: Poll, t: T): View {
  return {
    text: lines(html`<b>${poll.question}</b>`, html`${wording(event, t).title}`, '', html`${t('polls:really_close')}`),
    buttons: [
      [{ text: t('polls:close'), data: data('end_poll', poll.id) }],
      [{ text: t('common:back'), data: data('poll', poll.id) }],
    ],
  };
}

/** Why there can be no poll for this event now. */
export function noPollView(event: Event, t: T): View {
  const why = {
    draft: 'polls:not_published',
    published: 'polls:nobody_registered',
    cancelled: 'events:cancelled',
  } as const;
  return {
    text: lines(html`<b>${wording(event, t).title}</b>`, html`${t(why[event.status])}`),
    buttons: [[{ text: t('common:back'), data: data('manage', event.id) }]],
  };
}

export function notFoundView(t: T): View {
  return { text: html`${t('polls:not_found')}`, buttons: [[organize(t)]] };
}

const organize = (t: T): Button => ({ text: t('common:menu_organize'), data: 'organize' });
