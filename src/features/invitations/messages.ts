import { formatWhen, formatWhenBoth } from '../../bot/format/dates.ts';
import { html, lines } from '../../bot/html.ts';
import type { T } from '../../bot/i18n.ts';
import { pageButtons, pageOf } from '../../bot/pages.ts';
import { clip, data, oneLine, shorten, type View } from '../../bot/view.ts';
import { cityOf, countryName } from '../../programme.ts';
import { cities, whenAndWhere, type Reader } from '../events/messages.ts';
import { wording, type Event } from '../events/store.ts';
import { toManage } from '../organize/messages.ts';
import type { Entered } from '../registration/named.ts';
import type { Invited } from './store.ts';

/** Where people are added. `open`: how many were invited and have not answered. */
export function addView(event: Event, open: number, t: T): View {
  return {
    text: lines(
      html`<b>${t('organize:to_add_people')}</b>`,
      html`<b>${clip(wording(event, t).title, 200)}</b>`,
      '',
      t('places:explained'),
      '',
      html`${t('places:unanswered')}: ${open}`,
    ),
    buttons: [
      [{ text: t('places:add_person'), data: data('add_person', event.id) }],
      [{ text: t('places:import'), data: data('import_people', event.id) }],
      open > 0 ? [{ text: t('places:unanswered'), data: data('unanswered', event.id) }] : [],
      [toManage(t, event.id)],
    ],
  };
}

/** Who has not answered yet, each with a button to their page. */
export function unansweredView(event: Event, all: Invited[], wanted: string | undefined, reader: Reader): View {
  const { t, lang, programme } = reader;
  const { items, ...page } = pageOf(all, wanted);
  const until = (at: Temporal.Instant | null) =>
    at && formatWhen(lang, at, event.zone, cityOf(programme, event.zone, lang));
  return {
    text: lines(
      html`<b>${t('places:unanswered')}</b>`,
      html`<b>${clip(wording(event, t).title, 200)}</b>`,
      all.length === 0 && ['', t('places:all_answered')],
      ...items.flatMap(({ registration, person }, i) => [
        '',
        html`${page.first + i + 1}. ${[oneLine(person.fullName ?? '—'), person.country && countryName(programme, person.country, lang)].filter(Boolean).join(' · ')}`,
        html`${t('places:until')}: ${until(registration.offeredUntil)}`,
        person.telegramId === null && t('places:no_chat'),
      ]),
    ),
    buttons: [
      ...items.map(({ registration, person }, i) => [
        {
          text: shorten(`${page.first + i + 1}. ${person.fullName ?? '—'}`),
          data: data('participant', registration.id, 0),
        },
      ]),
      pageButtons(t, page, (to) => data('unanswered', event.id, to)),
      [{ text: t('common:back'), data: data('add_people', event.id) }],
    ],
  };
}

/** What came of adding somebody. */
export function enteredView(
  { kind }: Extract<Entered, { registration: unknown }>,
  { registration, person }: Invited,
  t: T,
): View {
  const state = { registered: 'places:registered', offered: 'places:invited', already: 'places:already' } as const;
  return {
    text: lines(
      html`${t(state[kind])}: <b>${person.fullName ?? person.latinName ?? '—'}</b>`,
      kind === 'already' && html`${t('organize:status')}: ${t(`organize:state_${registration.status}`)}`,
      '',
      person.telegramId !== null && kind !== 'already' && t('places:told'),
      person.telegramId === null && t('places:pass_letter'),
    ),
    buttons: [
      [{ text: t('places:add_person'), data: data('add_person', registration.eventId) }],
      [{ text: t('seats:back_to_list'), data: data('participants', registration.eventId, 0) }],
      [toManage(t, registration.eventId)],
    ],
  };
}

/** To be passed on to who has no chat with the bot yet, in their own language and by their own clock. */
export function letterView(event: Event, { registration, person }: Invited, link: string, reader: Reader): View {
  const { t, lang, zone } = reader;
  const { offeredUntil } = registration;
  const invited = registration.status === 'offered';
  return {
    text: lines(
      html`${t(invited ? 'places:letter_invited' : 'places:letter_registered', { name: person.fullName })}`,
      '',
      html`<b>${clip(wording(event, t).title, 200)}</b>`,
      whenAndWhere(event, reader, false),
      '',
      offeredUntil &&
        html`${t('seats:held_until')} ${formatWhenBoth(lang, offeredUntil, zone, event.zone, cities(reader))}`,
      html`${t(invited ? 'places:letter_answer' : 'places:letter_open')}`,
      html`${link}`,
    ),
  };
}

export function fullView(eventId: number, country: string, t: T): View {
  return { text: html`${t('places:full', { country })}`, buttons: [[toManage(t, eventId)]] };
}

export function closedView(eventId: number, t: T): View {
  return { text: html`${t('places:closed')}`, buttons: [[toManage(t, eventId)]] };
}
