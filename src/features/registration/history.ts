import { formatDate, formatTime } from '../../bot/format/dates.ts';
import type { Person } from '../../bot/context.ts';
import { html, lines, type Html } from '../../bot/html.ts';
import type { TextKey } from '../../bot/i18n.ts';
import { data, lastOf, menu, type View } from '../../bot/view.ts';
import type { Reader } from '../events/messages.ts';
import { wording, type Event } from '../events/store.ts';
import type { HistoryLine } from './store.ts';

/** What became of somebody's registration, told to themselves: the last change at the end. */
export function historyView(event: Event, person: Person, history: HistoryLine[], reader: Reader): View {
  const { t, now } = reader;
  const drawn =
    event.waitingOrder === 'lottery' && !event.selective && Temporal.Instant.compare(event.beginsAt, now) <= 0;
  const seed = drawn && [
    '',
    t('seats:seed', { seed: event.lotterySeed }),
    t('seats:seed_explained', { formula: 'md5(seed:number)', number: person.id }),
  ];
  const head = lines(html`<b>${t('seats:history')}</b>`, html`<b>${wording(event, t).title}</b>`, '');
  return {
    text: lines(
      head,
      ...(history.length === 0 ? [t('seats:no_history')] : lastOf(history.map(told), head)),
      ...(seed || []),
    ),
    buttons: [[{ text: t('common:back'), data: data('event', event.id) }], [menu(t)]],
  };

  function told(line: HistoryLine): Html {
    const { lang, zone } = reader;
    const when = `${formatDate(lang, line.at, zone)}, ${formatTime(lang, line.at, zone)}`;
    return lines(
      html`${when} · ${t(whatHappened(line, event.selective))}`,
      line.reason !== null && html`<blockquote>${line.reason}</blockquote>`,
    );
  }
}

function whatHappened({ by, from, to }: HistoryLine, selective: boolean): TextKey {
  switch (to) {
    case 'registered':
      return from === 'offered' ? 'seats:you_accepted' : SEATED[by];
    case 'offered':
      return by === 'organizer' ? 'places:you_were_invited' : 'seats:was_offered';
    case 'missed':
      return 'seats:offer_missed';
    case 'waiting':
      if (by === 'organizer' && selective) return 'selection:you_are_listed';
      return by === 'organizer' ? 'seats:organizers_put' : 'seats:you_joined';
    case 'pending':
      return by === 'organizer' ? 'seats:under_review' : 'seats:you_applied';
    case 'cancelled':
      return by === 'organizer' ? 'places:invitation_withdrawn' : 'events:you_cancelled';
    case 'declined':
      return 'seats:organizers_declined';
  }
}

const SEATED = {
  person: 'seats:you_registered',
  organizer: 'seats:organizers_gave',
  bilim: 'seats:seat_came',
} as const;
