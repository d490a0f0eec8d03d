import { html, lines } from '../../bot/html.ts';
import type { T } from '../../bot/i18n.ts';
import { data, menu, type Button, type View } from '../../bot/view.ts';
import { wording, type Event } from '../events/store.ts';

/** The caption of the .ics file. `follows`: there is an address that a calendar can follow, too. */
export function fileView(event: Event, follows: boolean, t: T): View {
  return {
    text: lines(html`<b>${wording(event, t).title}</b>`, t('sessions:open_file'), follows && t('sessions:file_stays')),
    buttons: [follows ? [follow(t)] : [], [{ text: t('registration:show'), data: data('event', event.id) }]],
  };
}

const follow = (t: T): Button => ({ text: t('sessions:follow'), data: 'calendar_feed' });

/** Where somebody's calendar is. `page`: for people, `address`: for their app. */
export function feedView({ page, address }: { page: string; address: string }, t: T): View {
  return {
    text: lines(
      html`<b>${t('sessions:your_calendar')}</b>`,
      t('sessions:calendar_explained'),
      '',
      html`<code>${address}</code>`,
      '',
      html`⚠️ ${t('sessions:keep_secret')}`,
    ),
    buttons: [
      [{ text: t('sessions:subscribe'), url: page }],
      [{ text: t('sessions:new_address'), data: 'new_calendar' }],
      [{ text: t('sessions:my_agenda'), data: 'agenda' }],
      [menu(t)],
    ],
  };
}

export function reallyNewView(t: T): View {
  return {
    text: lines(html`<b>${t('sessions:new_address')}</b>`, t('sessions:new_address_explained')),
    buttons: [
      [{ text: t('sessions:new_address'), data: data('new_calendar', 'yes') }],
      [{ text: t('common:back'), data: 'calendar_feed' }],
    ],
  };
}

/** Without pages there is the file alone. */
export function noFeedView(t: T): View {
  return {
    text: html`${t('sessions:no_feed')}`,
    buttons: [[{ text: t('sessions:my_agenda'), data: 'agenda' }], [menu(t)]],
  };
}

/** The file is for those who have a seat. */
export function noSeatView(eventId: number, t: T): View {
  return {
    text: html`${t('sessions:calendar_needs_seat')}`,
    buttons: [[{ text: t('registration:show'), data: data('event', eventId) }], [menu(t)]],
  };
}
