import { formatDuration } from '../../bot/format/quantities.ts';
import { html, lines, type Html } from '../../bot/html.ts';
import { clip, data, type Button, type View } from '../../bot/view.ts';
import { countryName } from '../../programme.ts';
import { whenAndWhere, type Reader } from '../events/messages.ts';
import { registrability, wording, type Event, type Registration } from '../events/store.ts';
import { listId } from './list.ts';
import { namedOf, toNominations, whenItEnds } from './messages.ts';
import { endOf, type Figures } from './store.ts';

/** How the list of one country stands. */
export type Stand = { country: string; figures: Figures };

const titleOf = (event: Event, { t }: Reader): Html => html`<b>${clip(wording(event, t).title, 200)}</b>`;

function listButtons(event: Event, stands: Stand[], { t, lang, programme }: Reader): Button[][] {
  const name = (country: string) =>
    stands.length > 1 ? countryName(programme, country, lang) : t('nominations:to_list');
  return stands.map(({ country }) => [
    { text: name(country), data: data('nominees', listId({ eventId: event.id, country })) },
  ]);
}

const untilLine = (event: Event, reader: Reader) =>
  html`${reader.t('nominations:until', { until: whenItEnds(endOf(event)!, reader) })}`;

/** To a focal point: their country may nominate. */
export function openView(event: Event, stands: Stand[], reader: Reader): View {
  const { t } = reader;
  return {
    text: lines(
      html`📋 <b>${t('nominations:are_open')}</b>`,
      titleOf(event, reader),
      '',
      whenAndWhere({ ...event, link: null }, reader, false),
      '',
      html`${t('nominations:you_may_nominate')}`,
      untilLine(event, reader),
      event.nominees !== null && html`${t('nominations:most', { most: event.nominees })}`,
    ),
    buttons: listButtons(event, stands, reader),
  };
}

/** Before the deadline, to a focal point who has room on a list. `stands`: the lists with room. */
export function dueView(event: Event, stands: Stand[], reader: Reader): View {
  const { t, lang, programme, now } = reader;
  const left = now.until(endOf(event)!);
  const smallestUnit = left.total('hours') > 24 ? 'hours' : 'minutes';
  const duration = left.round({ largestUnit: 'days', smallestUnit, roundingMode: 'ceil' });
  return {
    text: lines(
      html`⏰ <b>${t('nominations:end_soon')}</b>`,
      titleOf(event, reader),
      html`${t('reminders:time_left', { duration: formatDuration(lang, duration) })}`,
      untilLine(event, reader),
      '',
      ...stands.map(
        ({ country, figures }) => html`${countryName(programme, country, lang)} · ${namedOf(event, figures, t)}`,
      ),
    ),
    buttons: listButtons(event, stands, reader),
  };
}

/** `was` null: nominations were not asked for in between, so that it begins anew. */
export function movedView(event: Event, was: Temporal.Instant | null, stands: Stand[], reader: Reader): View {
  const { t } = reader;
  if (event.nominationsUntil === null)
    return {
      text: lines(
        html`🔔 <b>${t('nominations:not_asked_any_more')}</b>`,
        titleOf(event, reader),
        t('nominations:are_kept'),
      ),
      buttons: [[toNominations(t)]],
    };
  if (was === null) return openView(event, stands, reader);
  return {
    text: lines(
      html`🔔 <b>${t('nominations:deadline_moved')}</b>`,
      titleOf(event, reader),
      untilLine(event, reader),
      html`<s>${whenItEnds(was, reader)}</s>`,
    ),
    buttons: listButtons(event, stands, reader),
  };
}

/** After the deadline, what came of it. */
export function summaryView(event: Event, stands: Stand[], reader: Reader): View {
  const { t, lang, programme } = reader;
  return {
    text: lines(
      html`📋 <b>${t('nominations:have_ended')}</b>`,
      titleOf(event, reader),
      ...stands.flatMap(({ country, figures }) => [
        '',
        html`${t('nominations:country', { country: countryName(programme, country, lang) })}`,
        html`${namedOf(event, figures, t)}`,
        html`${t('nominations:of_them_stand', { number: figures.stand })}`,
      ]),
    ),
    buttons: listButtons(event, stands, reader),
  };
}

/** To the nominee. Who has not registered is told that this is left to do. */
export function nominatedView(event: Event, registration: Registration | null, reader: Reader): View {
  const { t, now } = reader;
  const toDo = registration === null && registrability(event, now) === 'open';
  return {
    text: lines(
      html`🎉 <b>${t(registration ? 'nominations:you_are_endorsed' : 'nominations:you_are_nominated')}</b>`,
      titleOf(event, reader),
      '',
      whenAndWhere({ ...event, link: null }, reader, false),
      toDo && ['', t('nominations:register_yourself')],
    ),
    buttons: [[{ text: t('registration:show'), data: data('event', event.id) }]],
  };
}

export function withdrawnView(event: Event, registration: Registration | null, reader: Reader): View {
  const { t, programme } = reader;
  return {
    text: lines(
      html`<b>${t('nominations:was_withdrawn_from_you')}</b>`,
      titleOf(event, reader),
      '',
      registration && html`${t('nominations:registration_stays')}`,
      html`${t('common:help_contact', { contact: programme.contact.email })}`,
    ),
    buttons: [[{ text: t('registration:show'), data: data('event', event.id) }]],
  };
}
