import { formatWhenBoth } from '../../bot/format/dates.ts';
import { html, lines } from '../../bot/html.ts';
import { data, menu, type View } from '../../bot/view.ts';
import { cities, wayIn, whenAndWhere, type Reader } from '../events/messages.ts';
import { registrability, wording, type Event, type Registration, type Seats } from '../events/store.ts';
import { showButton } from './messages.ts';

/** Why they are asked: it became free, they were selected, organizers invite them, or the time is nearly over. */
const ASKED = {
  free: { mark: '🪑', text: 'seats:seat_offered' },
  selected: { mark: '🎉', text: 'selection:selected' },
  invited: { mark: '✉️', text: 'places:you_were_invited' },
  soon: { mark: '⏳', text: 'seats:offer_ends' },
} as const;

/** Asks whether they take the seat that is held for them. */
export function offerView(
  event: Event,
  { offeredUntil }: Registration,
  reader: Reader,
  why: keyof typeof ASKED = event.selective ? 'selected' : 'free',
): View {
  const { t, lang, zone } = reader;
  const until = offeredUntil && formatWhenBoth(lang, offeredUntil, zone, event.zone, cities(reader));
  return {
    text: lines(
      html`${ASKED[why].mark} <b>${t(ASKED[why].text)}</b>`,
      html`<b>${wording(event, t).title}</b>`,
      '',
      whenAndWhere(event, reader, false),
      '',
      html`${t('seats:held_until')} ${until}`,
      html`${t('seats:then_next')}`,
    ),
    buttons: [
      [{ text: t('seats:accept'), data: data('accept_seat', event.id) }],
      [{ text: t('seats:decline_offer'), data: data('cant_come', event.id) }],
      [showButton(t, event.id)],
      [menu(t)],
    ],
  };
}

/** They did not answer in time. As long as registration is open, the way back is one press. */
export function missedView(event: Event, seats: Seats, reader: Reader): View {
  const { t, now } = reader;
  return {
    text: lines(html`<b>${wording(event, t).title}</b>`, t('seats:offer_missed')),
    buttons: [
      registrability(event, now) === 'open' ? [wayIn(event, seats, t, true)] : [],
      [showButton(t, event.id)],
      [menu(t)],
    ],
  };
}
