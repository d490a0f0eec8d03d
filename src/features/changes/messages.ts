import { formatDuration } from '../../bot/format/quantities.ts';
import { html, lines, type Html } from '../../bot/html.ts';
import type { T } from '../../bot/i18n.ts';
import { data, type Button, type View } from '../../bot/view.ts';
import { menu, shorten, whenAndWhere, type Reader } from '../events/messages.ts';
import { wording, type Event } from '../events/store.ts';
import type { Details, Moved, Seated } from './store.ts';

type Standing = 'registered' | 'waiting';
type Told = Pick<Reader, 't' | 'lang'>;

/** To those concerned: how it is now, and, struck through, what of it was otherwise. */
export function eventMovedView(event: Event, before: Details, standing: Standing, reader: Reader): View {
  const { t, lang } = reader;
  const moved = !event.beginsAt.equals(before.beginsAt);
  const withLink = standing === 'registered';
  const longer = duration(before, reader) !== duration(event, reader);
  return {
    text: lines(
      html`🔔 <b>${t(moved ? 'changes:moved' : 'changes:changed')}</b>`,
      html`<b>${wording(event, lang).title}</b>`,
      '',
      html`<b>${t('changes:now')}</b>`,
      whenAndWhere(event, reader, withLink),
      longer && duration(event, reader),
      '',
      html`<b>${t('changes:before')}</b>`,
      moved && struck(whenAndWhere({ ...event, ...before, place: null, link: null }, reader, false)),
      longer && struck(html`${duration(before, reader)}`),
      event.place !== before.place && struck(html`📍 ${before.place ?? '—'}`),
      event.link !== before.link && withLink && struck(html`🔗 ${before.link ?? '—'}`),
    ),
    buttons: [
      [{ text: t('registration:show'), data: data('event', event.id) }],
      [{ text: t(withLink ? 'events:cant_come' : 'events:leave_waiting'), data: data('cant_come', event.id) }],
    ],
  };
}

const struck = (text: Html) => html`<s>${text}</s>`;

function duration({ beginsAt, endsAt }: Pick<Details, 'beginsAt' | 'endsAt'>, { t, lang }: Told): string {
  const length = beginsAt.until(endsAt).round({ largestUnit: 'days', smallestUnit: 'minutes' });
  return t('changes:duration', { duration: formatDuration(lang, length) });
}

export function eventCancelledView(event: Event, reader: Reader): View {
  const { t, lang } = reader;
  return {
    text: lines(
      html`❌ <b>${t('events:cancelled')}</b>`,
      html`<b>${wording(event, lang).title}</b>`,
      '',
      struck(whenAndWhere({ ...event, link: null }, reader, false)),
      '',
      html`${t('changes:sorry')}`,
    ),
    buttons: [[{ text: t('events:all'), data: 'events' }], [menu(t)]],
  };
}

/** Asks for the event's own name as the button: no organizer cancels the wrong one by habit. */
export function reallyView(event: Event, people: number, reader: Reader): View {
  const { t, lang } = reader;
  const { title } = wording(event, lang);
  return {
    text: lines(
      html`<b>${title}</b>`,
      whenAndWhere(event, reader, true),
      '',
      html`${t('changes:really')}`,
      html`${t('changes:will_be_told', { count: people })}`,
    ),
    buttons: [[{ text: shorten(`❌ ${title}`), data: data('call_off_now', event.id) }], [back(t, event)]],
  };
}

export function calledOffView(event: Event, told: number, { t, lang }: Told): View {
  return {
    text: lines(
      html`<b>${wording(event, lang).title}</b>`,
      html`${t('events:cancelled')}`,
      html`${t('changes:told', { count: told })}`,
    ),
    buttons: [[back(t, event)]],
  };
}

export function moveOutcomeView(event: Event, outcome: Moved, { t, lang }: Told): View {
  switch (outcome.kind) {
    case 'moved':
      return {
        text: lines(
          html`<b>${wording(event, lang).title}</b>`,
          html`${t('changes:saved')}`,
          html`${t('changes:told', { count: outcome.told })}`,
        ),
        buttons: [[back(t, event)]],
      };
    case 'unchanged':
      return { text: html`${t('changes:unchanged')}`, buttons: [[back(t, event)]] };
    case 'unchangeable':
      return unchangeableView(t, event);
  }
}

export function seatsOutcomeView(event: Event, seats: number | null, outcome: Seated, { t, lang }: Told): View {
  switch (outcome.kind) {
    case 'changed':
      return {
        text: lines(
          html`<b>${wording(event, lang).title}</b>`,
          html`${t('changes:seats_now', { value: seats ?? t('changes:no_limit') })}`,
          html`${t('changes:promoted', { count: outcome.promoted })}`,
        ),
        buttons: [[back(t, event)]],
      };
    case 'taken':
      return { text: html`${t('changes:seats_are_taken', { count: outcome.taken })}`, buttons: [[back(t, event)]] };
    case 'unchangeable':
      return unchangeableView(t, event);
  }
}

export function unchangeableView(t: T, event: Pick<Event, 'id'> | null): View {
  return { text: html`${t('changes:unchangeable')}`, buttons: [[event ? back(t, event) : menu(t)]] };
}

const back = (t: T, { id }: Pick<Event, 'id'>): Button => ({ text: t('common:back'), data: data('manage', id) });
