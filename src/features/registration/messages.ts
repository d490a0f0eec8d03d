import { formatRange, formatWhenBoth } from '../../bot/format/dates.ts';
import { html, lines } from '../../bot/html.ts';
import type { T } from '../../bot/i18n.ts';
import { pageButtons, type Page } from '../../bot/pages.ts';
import { clip, data, menu, shorten, type Button, type View } from '../../bot/view.ts';
import { begunNote, cities, listed, openButton, wayIn, whenAndWhere, type Reader } from '../events/messages.ts';
import { registrability, wording, type Event, type Seats, type Standing } from '../events/store.ts';
import { calendarButton } from '../sessions/messages.ts';
import type { Mine } from './store.ts';

export const showButton = (t: T, eventId: number): Button => ({
  text: t('registration:show'),
  data: data('event', eventId),
});

/** How somebody came to their seat; `promoted`: from the waiting list; `entered`: organizers registered them. */
export type Way = 'confirmation' | 'promoted' | 'decision' | 'entered';
const SEATED = {
  confirmation: 'events:you_are_registered',
  promoted: 'registration:promoted',
  decision: 'seats:approved',
  entered: 'seats:organizers_gave',
} as const;

/** What follows the confirmation of a seat. `muted`: they switched reminders off. */
type Ahead = { way: Way; muted: boolean; materials: boolean };

/** Tells somebody that they have a seat. */
export function seatView(event: Event, reader: Reader, { way, muted, materials }: Ahead): View {
  const { t, now } = reader;
  const reminded = event.reminderOffsets.some(
    (minutes) => Temporal.Instant.compare(event.beginsAt.subtract({ minutes }), now) > 0,
  );
  return {
    text: lines(
      html`✅ <b>${t(SEATED[way])}</b>`,
      html`<b>${wording(event, t).title}</b>`,
      '',
      whenAndWhere(event, reader, true),
      reminded && ['', t(muted ? 'registration:reminders_off' : 'registration:will_remind')],
    ),
    buttons: [
      [calendarButton(t, event.id)],
      materials ? [{ text: t('common:menu_materials'), data: 'materials' }] : [],
      [{ text: t('events:cant_come'), data: data('cant_come', event.id) }],
      [showButton(t, event.id)],
      [menu(t)],
    ],
  };
}

export function waitingView(event: Event, reader: Reader, position: number, way: Way): View {
  const { t } = reader;
  return {
    text: lines(
      way === 'decision' && html`${t(event.selective ? 'selection:shortlisted' : 'seats:approved_full')}`,
      html`⏳ <b>${t('events:you_are_waiting', { position })}</b>`,
      html`<b>${wording(event, t).title}</b>`,
      '',
      whenAndWhere(event, reader, false),
      '',
      html`${t('registration:waiting_explained')}`,
      event.waitingOrder === 'lottery' && !event.selective && html`${t('seats:by_lot')}`,
    ),
    buttons: [
      [{ text: t('events:leave_waiting'), data: data('cant_come', event.id) }],
      [showButton(t, event.id)],
      [menu(t)],
    ],
  };
}

/** The organizers said no. `reason`: their own words, which nobody translates. */
export function declinedView(event: Event, reason: string | null, { t }: Pick<Reader, 't'>): View {
  return {
    text: lines(
      html`❌ <b>${t('seats:organizers_declined')}</b>`,
      html`<b>${wording(event, t).title}</b>`,
      ...(reason === null ? [] : ['', t('changes:organizers_say'), html`<blockquote>${reason}</blockquote>`]),
    ),
    buttons: [[showButton(t, event.id)], [menu(t)]],
  };
}

/** The organizers took the seat back that they kept for them. */
export function withdrawnView(event: Event, { t }: Pick<Reader, 't'>): View {
  return {
    text: lines(html`<b>${wording(event, t).title}</b>`, t('places:invitation_withdrawn')),
    buttons: [[showButton(t, event.id)], [menu(t)]],
  };
}

/** Organizers decide. */
export function pendingView(event: Event, reader: Reader): View {
  const { t } = reader;
  return {
    text: lines(
      html`⏳ <b>${t('seats:under_review')}</b>`,
      html`<b>${wording(event, t).title}</b>`,
      '',
      whenAndWhere(event, reader, false),
      '',
      html`${t('seats:will_decide')}`,
    ),
    buttons: [[{ text: t('seats:withdraw'), data: data('cant_come', event.id) }], [showButton(t, event.id)], [menu(t)]],
  };
}

/** What giving up is called, by what is given up. */
const GIVEN_UP = {
  registered: {
    ask: 'registration:really',
    button: 'events:cancel_registration',
    done: 'registration:given_up',
  },
  offered: { ask: 'seats:really_decline', button: 'seats:decline_offer', done: 'seats:offer_declined' },
  waiting: { ask: 'registration:really_leave', button: 'events:leave_waiting', done: 'registration:left_waiting' },
  pending: { ask: 'seats:really_withdraw', button: 'seats:withdraw', done: 'seats:withdrawn' },
} as const;

/** `status`: what they would give up; `position`: on the waiting list. */
export function reallyView(event: Event, status: Standing, position: number | null, { t }: Reader): View {
  const { ask, button } = GIVEN_UP[status];
  return {
    text: lines(html`<b>${wording(event, t).title}</b>`, t(ask, { position })),
    buttons: [
      [{ text: t(button), data: data('give_up', event.id) }],
      [{ text: t('common:back'), data: data('event', event.id) }],
    ],
  };
}

/** `was`: what they gave up. As long as registration is open, the way back is one press. */
export function givenUpView(event: Event, was: Standing, seats: Seats, { t, now }: Reader): View {
  return {
    text: lines(html`<b>${wording(event, t).title}</b>`, t(GIVEN_UP[was].done)),
    buttons: [
      registrability(event, now) === 'open' ? [wayIn(event, seats, t, true)] : [],
      [{ text: t('events:all'), data: 'events' }],
      [menu(t)],
    ],
  };
}

/** Says why nobody can register for the event now; null when it has gone, or is not published yet. */
export function closedView(event: Event | null, reader: Reader): View {
  const { t, lang, zone, now } = reader;
  const deadline = event?.deadlineAt;
  const why = () => {
    switch (event && registrability(event, now)) {
      case 'cancelled':
        return t('events:cancelled');
      case 'begun':
        return begunNote(event!, reader);
      case 'deadline passed':
        return lines(
          t('registration:closed'),
          html`${t('events:deadline')} ${formatWhenBoth(lang, deadline!, zone, event!.zone, cities(reader))}`,
        );
      case 'open':
        return t('registration:closed');
      case 'not published':
      case null:
        return t('events:not_found');
    }
  };
  const shown = event !== null && event.status !== 'draft';
  return {
    text: lines(shown && html`<b>${wording(event, t).title}</b>`, why()),
    buttons: [shown ? [showButton(t, event.id)] : [], [menu(t)]],
  };
}

export type Unfinished = { id: number; title: string };
/** A page of /my. `past`: there are events that are over. `certificates`: they have one. */
export type MyPage = {
  mine: Mine[];
  unfinished: Unfinished[];
  page: Omit<Page<unknown>, 'items'>;
  past: boolean;
  certificates: boolean;
};

/** /my: what somebody has registered for, and the forms they have not finished. Where and how is on an event's page. */
export function myView({ mine, unfinished, page, past, certificates }: MyPage, { t, lang, zone }: Reader): View {
  const number = (i: number) => page.first + i + 1;
  return {
    text: lines(
      html`<b>${t('common:menu_my')}</b>`,
      page.first === 0 && mine.length === 0 && ['', t('registration:none')],
      ...mine.flatMap(({ event, registration, position }, i) => [
        '',
        html`${number(i)}. <b>${clip(wording(event, t).title, 200)}</b>`,
        standingLine(registration.status, position, t),
        formatRange(lang, event.beginsAt, event.endsAt, zone),
      ]),
      unfinished.length > 0 && ['', html`<b>${t('registration:unfinished')}</b>`],
      ...unfinished.map(({ title }) => html`• ${clip(title, 200)}`),
    ),
    buttons: [
      ...mine.map(({ event }, i) => [openButton(event, number(i), t)]),
      ...unfinished.map(({ id, title }) => [{ text: shorten(`▶ ${title}`), data: data('resume', id) }]),
      pageButtons(t, page, (to) => data('my', to)),
      mine.length > 0 ? [{ text: t('sessions:my_agenda'), data: 'agenda' }] : [],
      past ? [{ text: t('registration:past'), data: 'past_events' }] : [],
      certificates ? [{ text: t('certificates:mine'), data: 'my_certificates' }] : [],
      [menu(t)],
    ],
  };
}

function standingLine(status: Mine['registration']['status'], position: number | null, t: T): string {
  if (position !== null) return t('events:you_are_waiting', { position });
  if (status === 'offered') return t('seats:was_offered');
  return t(status === 'pending' ? 'seats:under_review' : 'events:you_are_registered');
}

/** Where somebody has been. */
export function pastView(page: Page<Event>, reader: Reader): View {
  const { t } = reader;
  return {
    text: lines(
      html`<b>${t('registration:past')}</b>`,
      page.items.length === 0 && ['', t('registration:no_past')],
      ...page.items.flatMap((event, i) => ['', listed(event, page.first + i + 1, reader)]),
    ),
    buttons: [
      ...page.items.map((event, i) => [openButton(event, page.first + i + 1, t)]),
      pageButtons(t, page, (to) => data('past_events', to)),
      [{ text: t('common:menu_my'), data: 'my' }],
      [menu(t)],
    ],
  };
}
