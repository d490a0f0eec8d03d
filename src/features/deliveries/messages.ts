import { formatDuration, formatNumber } from '../../bot/format/quantities.ts';
import { html, lines, type Html } from '../../bot/html.ts';
import type { T } from '../../bot/i18n.ts';
import { pageButtons, pageOf } from '../../bot/pages.ts';
import { clip, data, type Button, type View } from '../../bot/view.ts';
import type { Reader } from '../events/messages.ts';
import { wording, type Event } from '../events/store.ts';
import { noEventView, toManage } from '../organize/messages.ts';
import { FATES, type Again, type Tallies, type Tally, type What } from './store.ts';

type Words = Pick<Reader, 't' | 'lang'>;

/** Of one page: with all that may stand under each of them, more would not fit into a message. */
const KINDS_SHOWN = 6;
/** Of one kind, in Telegram's words; all are in the file. */
const REASONS = 2;

/** What became of an event's messages, kind by kind: of each kind the numbers add up. `sentAgain`: how many just now. */
export function deliveriesView(
  event: Event,
  { kinds, again }: Tallies,
  { page, sentAgain }: { page?: string | undefined; sentAgain?: number },
  words: Words,
): View {
  const { t, lang } = words;
  const shown = pageOf(kinds, page, KINDS_SHOWN);
  const missing = kinds.some(({ total, fates }) => total > (fates.sent ?? 0));
  const anew = (state: Again, name: string): Button[] => {
    const label = `${t(`deliveries:again_${state}`)} · ${formatNumber(lang, again[state])}`;
    return again[state] > 0 ? [{ text: label, data: data(name, event.id, state) }] : [];
  };
  return {
    text: lines(
      html`<b>${clip(wording(event, t).title, 200)}</b>`,
      html`${t('deliveries:title')}`,
      sentAgain !== undefined && ['', t('deliveries:sent_again', { number: formatNumber(lang, sentAgain) })],
      kinds.length === 0 && ['', t('deliveries:none')],
      ...shown.items.flatMap((tally) => ['', ...tallyLines(tally, words)]),
    ),
    buttons: [
      anew('failed', 'send_again'),
      anew('unknown', 'really_again'),
      missing ? [{ text: t('deliveries:who'), data: data('undelivered', event.id) }] : [],
      pageButtons(t, shown, (to) => data('deliveries', event.id, to)),
      [toManage(t, event.id)],
    ],
  };
}

/** What is zero is left out: a short list is read. */
function tallyLines({ fates, total, reasons, ...what }: Tally, { t, lang }: Words): Html[] {
  const number = (count: number) => formatNumber(lang, count);
  return [
    html`<b>${kindName(what, { t, lang })}</b> · ${number(total)}`,
    ...FATES.flatMap((fate) => {
      const count = fates[fate] ?? 0;
      const line = html`${t(`deliveries:fate_${fate}`)} · ${number(count)}`;
      if (count === 0) return [];
      return fate === 'failed' ? [line, ...reasons.slice(0, REASONS).map(said)] : [line];
    }),
  ];

  function said({ reason, count }: Tally['reasons'][number]): Html {
    return html`<code>${clip(reason, 80)}</code> · ${number(count)}`;
  }
}

/** "Event reminder (7 days)" */
export function kindName({ kind, minutes, month }: What, { t, lang }: Words): string {
  const after = month === null ? null : t('surveys:after', { count: month });
  const named = (name: string, which: string | null) => (which === null ? name : `${name} (${which})`);
  switch (kind) {
    case 'confirmation':
    case 'promoted':
    case 'decision':
    case 'offer':
      return t(`deliveries:kind_${kind}`);
    case 'nominations_open':
      return t('nominations:kind_open');
    case 'nominations_moved':
      return t('nominations:kind_moved');
    case 'nominations_due':
      return t('nominations:kind_due');
    case 'nominations_closed':
      return t('nominations:kind_closed');
    case 'nominated':
      return t('nominations:kind_nominated');
    case 'nomination_withdrawn':
      return t('nominations:kind_withdrawn');
    case 'entered':
    case 'invitation':
      return t(`places:kind_${kind}`);
    case 'invitation_withdrawn':
      return t('places:invitation_withdrawn');
    case 'offer_ends':
      return t('seats:offer_ends');
    case 'offer_missed':
      return t('organize:state_missed');
    case 'review_reminder':
      return t('selection:reminder');
    case 'documents_asked':
      return t('requirements:asked');
    case 'documents_reminder':
      return t('requirements:reminder');
    case 'document_refused':
      return t('requirements:refused');
    case 'plan_invitation':
      return t('plans:invitation');
    case 'plan_reminder':
      return t('plans:reminder');
    case 'event_moved':
      return t('changes:changed');
    case 'agenda_changed':
      return t('sessions:agenda_changed');
    case 'reminder': {
      const before = Temporal.Duration.from({ minutes: minutes ?? 0 }).round({ largestUnit: 'day' });
      return named(t('reminders:title'), formatDuration(lang, before));
    }
    case 'event_cancelled':
      return t('events:cancelled');
    case 'material':
      return t('common:menu_materials');
    case 'poll':
      return t('polls:polls');
    case 'poll_results':
      return named(t('polls:polls'), t('polls:results'));
    case 'feedback_invitation':
      return t('feedback:title');
    case 'certificate_ready':
      return t('certificates:title');
    case 'certificate_revoked':
      return named(t('certificates:title'), t('certificates:state_revoked'));
    case 'survey_invitation':
      return named(t('surveys:title'), after);
    case 'survey_reminder':
      return named(t('deliveries:kind_survey_reminder'), after);
  }
}

/** Before a second copy may reach people. */
export function reallyView(event: Event, unknown: number, { t, lang }: Words): View {
  return {
    text: lines(
      html`<b>${clip(wording(event, t).title, 200)}</b>`,
      '',
      t('deliveries:really', { number: formatNumber(lang, unknown) }),
    ),
    buttons: [
      [{ text: t('deliveries:again'), data: data('send_again', event.id, 'unknown') }],
      [{ text: t('common:back'), data: data('deliveries', event.id) }],
    ],
  };
}

/** The caption of the XLSX file. */
export function undeliveredView(event: Event, missing: number, { t, lang }: Words): View {
  return {
    text: lines(
      html`<b>${clip(wording(event, t).title, 200)}</b>`,
      html`${t('deliveries:sheet')} · ${formatNumber(lang, missing)}`,
    ),
    buttons: [[{ text: t('deliveries:title'), data: data('deliveries', event.id) }], [toManage(t, event.id)]],
  };
}

/** To the organizers, when an event has begun. */
export function lateView(event: Event, late: number, { t, lang }: Words): View {
  return {
    text: lines(html`⚠️ <b>${wording(event, t).title}</b>`, t('deliveries:late', { number: formatNumber(lang, late) })),
    buttons: [[{ text: t('deliveries:title'), data: data('deliveries', event.id) }], [toManage(t, event.id)]],
  };
}

export function notFoundView(t: T): View {
  return noEventView(t);
}
