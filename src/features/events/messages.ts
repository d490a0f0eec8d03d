import type { Deps, PersonCtx } from '../../bot/context.ts';
import { formatRange, formatWhenBoth, onOneDay } from '../../bot/format/dates.ts';
import { html, lines, type Html } from '../../bot/html.ts';
import type { T } from '../../bot/i18n.ts';
import { pageButtons, type Page } from '../../bot/pages.ts';
import { clip, data, menu, MESSAGE_LENGTH, shorten, type Button, type View } from '../../bot/view.ts';
import { cityOf, type Programme } from '../../programme.ts';
import { agendaButton, calendarButton } from '../sessions/messages.ts';
import { mayReturn, registrability, wording, type Event, type Registration, type Seats } from './store.ts';

export type Reader = { t: T; lang: string; zone: string; programme: Programme; now: Temporal.Instant };

/** Of an update or a message: whom it comes from, or goes to. */
export function readerOf(
  { programme, clock }: Pick<Deps, 'programme' | 'clock'>,
  { t, lang, person }: Pick<PersonCtx, 't' | 'lang' | 'person'>,
): Reader {
  return { t, lang, zone: person.zone, programme, now: clock.now() };
}

/** Characters of a title, of which an organizer may type 150: a list and the page of an event have room for it. */
const TITLE = 200;

export function eventsView(page: Page<Event>, reader: Reader): View {
  const { t } = reader;
  if (page.items.length === 0) return { text: html`${t('events:none')}`, buttons: [[menu(t)]] };
  return {
    text: lines(
      html`<b>${t('events:coming')}</b>`,
      ...page.items.flatMap((event, i) => ['', listed(event, page.first + i + 1, reader)]),
    ),
    buttons: [
      ...page.items.map((event, i) => [openButton(event, page.first + i + 1, t)]),
      pageButtons(t, page, (to) => data('events', to)),
      [menu(t)],
    ],
  };
}

/** An event in a list: its number, its title, what and when it is. The rest stands on its page. */
export function listed(event: Event, number: number, { t, lang, zone }: Reader): Html {
  return lines(
    html`${number}. <b>${clip(wording(event, t).title, TITLE)}</b>`,
    html`${t(`events:kind_${event.kind}`)} · ${formatRange(lang, event.beginsAt, event.endsAt, zone)}`,
  );
}

export const openButton = (event: Event, number: number, t: T): Button => ({
  text: shorten(`${number}. ${wording(event, t).title}`),
  data: data('event', event.id),
});

/**
 * How somebody stands with an event. `feedback`: theirs is awaited. `materials`: there are some they may see now. `agenda`: it has
 * sessions. `certificate`: they have one, or may approve theirs. `details`: organizers took them in, and they have not said what
 * others say as they register. `documents`: some are asked for. `plan`: an action plan is.
 */
export type Standing = {
  registration: Registration | null;
  position: number | null;
  seats: Seats;
  feedback: boolean;
  materials: boolean;
  agenda: boolean;
  details: boolean;
  certificate: boolean;
  documents?: boolean;
  plan?: boolean;
};

/** Everything somebody needs to know of an event, and what they can do about it now. */
export function eventView(event: Event, standing: Standing, reader: Reader): View {
  const { t } = reader;
  const { title, description } = wording(event, t);
  const head = lines(
    html`<b>${clip(title, TITLE)}</b>`,
    html`${t(`events:kind_${event.kind}`)}`,
    '',
    whenAndWhere({ ...event, link: linkFor(event, standing, reader) }, reader, hasSeat(standing)),
  );
  const notes = notesOf(event, standing, reader);
  // A longer message is refused, and the buttons with it. Tags and line breaks are counted, so some room is left.
  const room = MESSAGE_LENGTH - head.html.length - lines(...notes).html.length - 4;
  return {
    text: lines(head, description !== '' && ['', clip(description, room)], notes.length > 0 && ['', ...notes]),
    buttons: [...actions(event, standing, reader), [{ text: t('events:all'), data: 'events' }]],
  };
}

const hasSeat = ({ registration }: Standing) => registration?.status === 'registered';
const isOver = ({ endsAt }: Event, { now }: Reader) => Temporal.Instant.compare(endsAt, now) <= 0;

/** The link, or the promise of it, is for those who have a seat or can still get one. */
function linkFor(event: Event, standing: Standing, reader: Reader): string | null {
  const open = registrability(event, reader.now);
  const { registration } = standing;
  const waits =
    (registration?.status === 'waiting' || registration?.status === 'pending') && open === 'deadline passed';
  const seat = hasSeat(standing) && open !== 'cancelled' && !isOver(event, reader);
  return seat || waits || (open === 'open' && registration?.status !== 'declined') ? event.link : null;
}

/** Has no seat yet, and may get one. */
const isOpenStill = (status: Registration['status'] | 'none') =>
  status === 'waiting' || status === 'offered' || status === 'pending';

function notesOf(event: Event, standing: Standing, reader: Reader): Html[] {
  const { t, lang, now } = reader;
  const { registration, position, seats } = standing;
  const status = registration?.status ?? 'none';
  const open = registrability(event, now);
  if (open === 'cancelled') return [html`<b>${t('events:cancelled')}</b>`];
  const over = isOver(event, reader);
  const away = status === 'none' || mayReturn(status);
  return [
    open === 'open' && seats.left !== null && seats.left > 0 && html`${t('events:seats_left', { count: seats.left })}`,
    // Who may take one need not hear that none is left.
    open === 'open' &&
      seats.left === 0 &&
      status !== 'offered' &&
      html`${t(seats.kept ? 'seats:full_for_country' : 'events:full', { count: seats.waiting })}`,
    open === 'open' &&
      event.deadlineAt &&
      html`${t('events:deadline')} ${formatWhenBoth(lang, event.deadlineAt, reader.zone, event.zone, cities(reader))}`,
    open === 'open' && away && event.moderated && html`${t('seats:approved_by_organizers')}`,
    open === 'deadline passed' && away && html`${t('events:closed')}`,
    open === 'begun' && begunNote(event, reader),
    status === 'registered' && !over && html`✅ ${t('events:you_are_registered')}`,
    isOpenStill(status) && open === 'begun' && html`${t('events:no_seat')}`,
    status === 'waiting' && open !== 'begun' && html`⏳ ${t('events:you_are_waiting', { position })}`,
    status === 'waiting' &&
      open !== 'begun' &&
      event.waitingOrder === 'lottery' &&
      !event.selective &&
      html`${t('seats:by_lot')}`,
    status === 'offered' && open !== 'begun' && html`🪑 ${t('seats:seat_offered')}`,
    status === 'offered' &&
      open !== 'begun' &&
      registration?.offeredUntil &&
      html`${t('seats:held_until')} ${formatWhenBoth(lang, registration.offeredUntil, reader.zone, event.zone, cities(reader))}`,
    status === 'missed' && html`${t('seats:offer_missed')}`,
    status === 'pending' && open !== 'begun' && html`⏳ ${t('seats:under_review')}`,
    status === 'cancelled' && html`${t('events:you_cancelled')}`,
    status === 'declined' && html`${t('seats:organizers_declined')}`,
  ].filter((note) => typeof note === 'object' && note !== null);
}

/** Why nothing can be changed any more. */
export function begunNote(event: Event, reader: Reader): Html {
  return html`${reader.t(isOver(event, reader) ? 'events:over' : 'events:begun')}`;
}

function actions(event: Event, standing: Standing, { t, now }: Reader): Button[][] {
  const { registration, seats, feedback, materials, agenda, certificate, details, documents, plan } = standing;
  const status = registration?.status ?? 'none';
  const open = registrability(event, now);
  const ahead = open === 'open' || open === 'deadline passed';
  const away = status === 'none' || mayReturn(status);
  const over = Temporal.Instant.compare(event.endsAt, now) <= 0;
  return [
    open === 'open' && away ? [wayIn(event, seats, t, status !== 'none')] : [],
    status === 'offered' && ahead ? [{ text: t('seats:accept'), data: data('accept_seat', event.id) }] : [],
    status === 'offered' && ahead ? [{ text: t('seats:decline_offer'), data: data('cant_come', event.id) }] : [],
    details && ahead && status !== 'offered' ? [{ text: t('places:details'), data: data('details', event.id) }] : [],
    status === 'registered' && ahead ? [{ text: t('events:cant_come'), data: data('cant_come', event.id) }] : [],
    status === 'waiting' && ahead ? [{ text: t('events:leave_waiting'), data: data('cant_come', event.id) }] : [],
    status === 'pending' && ahead ? [{ text: t('seats:withdraw'), data: data('cant_come', event.id) }] : [],
    agenda ? [agendaButton(t, event.id)] : [],
    status === 'registered' && open !== 'cancelled' && !over ? [calendarButton(t, event.id)] : [],
    certificate ? [{ text: t('certificates:title'), data: data('certificate_of', event.id) }] : [],
    documents ? [{ text: t('requirements:title'), data: data('documents', event.id) }] : [],
    plan ? [{ text: t('plans:one'), data: data('action_plan', event.id) }] : [],
    feedback ? [{ text: t('feedback:give'), data: data('feedback', event.id) }] : [],
    materials ? [{ text: t('common:menu_materials'), data: 'materials' }] : [],
    registration ? [{ text: t('seats:history'), data: data('history', registration.id) }] : [],
  ];
}

/** To a seat, or, when all are taken, to the waiting list. `again`: they had given theirs up. */
export function wayIn({ id, moderated }: Event, { left }: Seats, t: T, again: boolean): Button {
  if (moderated) return { text: t('seats:apply'), data: data('register', id) };
  if (left === 0) return { text: t('events:join_waiting'), data: data('wait', id) };
  return { text: t(again ? 'events:register_again' : 'events:register'), data: data('register', id) };
}

/**
 * By the clock of the reader and by that of the event: within a day as "14:00–17:00", else the beginning and the end.
 * The joining link is for those who have a seat.
 */
export function whenAndWhere(
  event: Pick<Event, 'beginsAt' | 'endsAt' | 'zone' | 'place' | 'link'>,
  reader: Reader,
  withLink: boolean,
): Html {
  const { lang, zone, t } = reader;
  const { beginsAt, endsAt } = event;
  const oneDay = [zone, event.zone].every((one) => onOneDay(beginsAt, endsAt, one));
  const when = (at: Temporal.Instant, until?: Temporal.Instant) =>
    formatWhenBoth(lang, at, zone, event.zone, cities(reader), until);
  return lines(
    html`🗓 ${when(beginsAt, oneDay ? endsAt : undefined)}`,
    !oneDay && html`${t('events:ends')} ${when(endsAt)}`,
    event.place && html`📍 ${event.place}`,
    event.link && (withLink ? html`🔗 ${event.link}` : html`🔗 ${t('events:link_later')}`),
  );
}

/** The city of a zone, for formatWhenBoth. */
export const cities =
  ({ programme, lang }: Reader) =>
  (zone: string): string =>
    cityOf(programme, zone, lang);
