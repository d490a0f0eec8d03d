import { formatDate, formatRange, formatWhenBoth } from '../../bot/format/dates.ts';
import { html, lines, type Html } from '../../bot/html.ts';
import type { T } from '../../bot/i18n.ts';
import { data, type Button, type View } from '../../bot/view.ts';
import { cityOf, type Programme } from '../../programme.ts';
import { registrability, wording, type Event, type Registration, type Seats } from './store.ts';

export type Reader = { t: T; lang: string; zone: string; programme: Programme; now: Temporal.Instant };

export function eventsView(events: Event[], { t, lang, zone }: Reader): View {
  if (events.length === 0) return { text: html`${t('events:none')}`, buttons: [[menu(t)]] };
  return {
    text: lines(
      html`<b>${t('events:coming')}</b>`,
      ...events.flatMap((event, i) => [
        '',
        html`${i + 1}. <b>${wording(event, lang).title}</b>`,
        html`${t(`events:kind_${event.kind}`)} · ${formatRange(lang, event.beginsAt, event.endsAt, zone)}`,
      ]),
    ),
    buttons: [
      ...events.map((event, i) => [
        { text: shorten(`${i + 1}. ${wording(event, lang).title}`), data: data('event', event.id) },
      ]),
      [menu(t)],
    ],
  };
}

type Standing = { registration: Registration | null; position: number | null; seats: Seats };

/** Everything somebody needs to know of an event, and what they can do about it now. */
export function eventView(event: Event, standing: Standing, reader: Reader): View {
  const { t, lang, now } = reader;
  const { title, description } = wording(event, lang);
  const { registration, position, seats } = standing;
  const open = registrability(event, now);
  const status = registration?.status ?? 'none';
  return {
    text: lines(
      html`<b>${title}</b>`,
      html`${t(`events:kind_${event.kind}`)}`,
      '',
      whenAndWhere(event, reader, status === 'registered'),
      description && html`\n${description}`,
      '',
      open === 'open' &&
        seats.left !== null &&
        seats.left > 0 &&
        html`${t('events:seats_left', { count: seats.left })}`,
      open === 'open' && seats.left === 0 && html`${t('events:full', { count: seats.waiting })}`,
      open === 'open' &&
        event.deadlineAt &&
        html`${t('events:deadline')} ${formatDate(lang, event.deadlineAt, reader.zone)}`,
      open === 'cancelled' && html`<b>${t('events:cancelled')}</b>`,
      open === 'deadline passed' && status === 'none' && html`${t('events:closed')}`,
      open === 'begun' && status === 'none' && html`${t('events:begun')}`,
      status === 'registered' && html`✅ ${t('events:you_are_registered')}`,
      status === 'waiting' && html`⏳ ${t('events:you_are_waiting', { position })}`,
    ),
    buttons: [...actions(event, standing, t, open), [{ text: t('events:all'), data: 'events' }]],
  };
}

function actions(event: Event, { registration, seats }: Standing, t: T, open: string): Button[][] {
  const status = registration?.status ?? 'cancelled';
  if (status === 'registered' && (open === 'open' || open === 'deadline passed'))
    return [[{ text: t('events:cant_come'), data: data('cant_come', event.id) }]];
  if (status === 'waiting') return [[{ text: t('events:leave_waiting'), data: data('cant_come', event.id) }]];
  if (open !== 'open' || status === 'registered') return [];
  return seats.left === 0
    ? [[{ text: t('events:join_waiting'), data: data('wait', event.id) }]]
    : [[{ text: t('events:register'), data: data('register', event.id) }]];
}

/** The joining link is for those who have a seat. */
export function whenAndWhere(event: Event, { lang, zone, programme, t }: Reader, withLink: boolean): Html {
  const city = (of: string) => cityOf(programme, of, lang);
  return lines(
    html`🗓 ${formatWhenBoth(lang, event.beginsAt, zone, event.zone, city)}`,
    event.place && html`📍 ${event.place}`,
    event.link && (withLink ? html`🔗 ${event.link}` : html`🔗 ${t('events:link_later')}`),
  );
}

export const menu = (t: T): Button => ({ text: t('common:main_menu'), data: 'home' });

/** Phones cut longer labels; the whole title stands in the text above the buttons. */
export function shorten(label: string): string {
  const characters = [...label];
  return characters.length <= 30 ? label : `${characters.slice(0, 29).join('').trimEnd()}…`;
}
