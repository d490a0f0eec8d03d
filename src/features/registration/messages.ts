import { html, lines } from '../../bot/html.ts';
import { data, type View } from '../../bot/view.ts';
import { menu, whenAndWhere, type Reader } from '../events/messages.ts';
import { wording, type Event, type Registration } from '../events/store.ts';

/** Tells somebody that they have a seat. `promoted`: it came to them from the waiting list. */
export function seatView(event: Event, reader: Reader, promoted: boolean): View {
  const { t, lang } = reader;
  return {
    text: lines(
      html`✅ <b>${t(promoted ? 'registration:promoted' : 'events:you_are_registered')}</b>`,
      html`<b>${wording(event, lang).title}</b>`,
      '',
      whenAndWhere(event, reader, true),
      '',
      html`${t('registration:will_remind')}`,
    ),
    buttons: [
      [{ text: t('events:cant_come'), data: data('cant_come', event.id) }],
      [{ text: t('registration:show'), data: data('event', event.id) }],
      [menu(t)],
    ],
  };
}

export function waitingView(event: Event, { t, lang }: Reader, position: number): View {
  return {
    text: lines(
      html`⏳ <b>${t('events:you_are_waiting', { position })}</b>`,
      html`${wording(event, lang).title}`,
      '',
      html`${t('registration:waiting_explained')}`,
    ),
    buttons: [[{ text: t('events:leave_waiting'), data: data('cant_come', event.id) }], [menu(t)]],
  };
}

export function reallyView(event: Event, { t, lang }: Reader): View {
  return {
    text: lines(html`<b>${wording(event, lang).title}</b>`, html`${t('registration:really')}`),
    buttons: [
      [{ text: t('events:cancel_registration'), data: data('give_up', event.id) }],
      [{ text: t('common:back'), data: data('event', event.id) }],
    ],
  };
}

export function givenUpView(event: Event, { t, lang }: Reader): View {
  return {
    text: lines(html`<b>${wording(event, lang).title}</b>`, html`${t('registration:given_up')}`),
    buttons: [[{ text: t('events:all'), data: 'events' }], [menu(t)]],
  };
}

type Mine = { event: Event; registration: Registration };
type Unfinished = { id: number; title: string };

/** /my: what somebody has registered for, and the forms they have not finished. */
export function myView(mine: Mine[], unfinished: Unfinished[], reader: Reader): View {
  const { t, lang } = reader;
  return {
    text: lines(
      html`<b>${t('common:menu_my')}</b>`,
      mine.length === 0 && html`\n${t('registration:none')}`,
      ...mine.flatMap(({ event, registration }) => [
        '',
        html`<b>${wording(event, lang).title}</b>`,
        html`${t(`registration:status_${registration.status as 'registered' | 'waiting'}`)}`,
        whenAndWhere(event, reader, registration.status === 'registered'),
      ]),
      unfinished.length > 0 && html`\n<b>${t('registration:unfinished')}</b>`,
      ...unfinished.map(({ title }) => html`• ${title}`),
    ),
    buttons: [
      ...mine.map(({ event }) => [{ text: cut(wording(event, lang).title), data: data('event', event.id) }]),
      ...unfinished.map(({ id, title }) => [{ text: cut(`▶ ${title}`), data: data('resume', id) }]),
      [menu(t)],
    ],
  };
}

const cut = (label: string) => ([...label].length > 30 ? `${[...label].slice(0, 29).join('')}…` : label);
