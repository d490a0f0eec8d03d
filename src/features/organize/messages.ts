import { formatDate, formatWhen } from '../../bot/format/dates.ts';
import { collator, formatList, languageName } from '../../bot/format/words.ts';
import { html, lines, type Html } from '../../bot/html.ts';
import type { T } from '../../bot/i18n.ts';
import { pageButtons, type Page } from '../../bot/pages.ts';
import { data, menu, shorten, type Button, type View } from '../../bot/view.ts';
import { showOffsets } from '../../forms/kinds/reminder-offsets.ts';
import { cityOf, countryName } from '../../programme.ts';
import { whenAndWhere, type Reader } from '../events/messages.ts';
import { wording, type Event, type Seats } from '../events/store.ts';
import type { Counts, EventInput } from './store.ts';

export const toOrganize = (t: T): Button => ({ text: t('common:menu_organize'), data: 'organize' });
export const toManage = (t: T, eventId: number): Button => ({
  text: t('organize:back_to_event'),
  data: data('manage', eventId),
});

/** To an organizer, of an event that is not there any more. */
export const noEventView = (t: T): View => ({ text: html`${t('events:not_found')}`, buttons: [[toOrganize(t)]] });

/** What an organizer starts from: their events, and what is about none of them. */
export function organizeView(
  page: Page<Event>,
  { owner, all, unfinished }: { owner: boolean; all: boolean; unfinished: { id: number; title: string }[] },
  { t, lang, zone, now }: Reader,
): View {
  const number = (i: number) => page.first + i + 1;
  return {
    text: lines(
      html`<b>${t('common:menu_organize')}</b>`,
      ...(page.items.length === 0 ? ['', t('organize:no_events')] : []),
      ...page.items.flatMap((event, i) => [
        '',
        html`${number(i)}. <b>${wording(event, t).title}</b>`,
        html`${standing(event, t, now)} · ${formatDate(lang, event.beginsAt, zone)}`,
      ]),
      ...(unfinished.length > 0 ? ['', t('registration:unfinished')] : []),
      ...unfinished.map(({ title }) => html`▶ ${title}`),
    ),
    buttons: [
      ...unfinished.map(({ id, title }) => [{ text: shorten(`▶ ${title}`), data: data('resume', id) }]),
      ...page.items.map((event, i) => [
        { text: shorten(`${number(i)}. ${wording(event, t).title}`), data: data('manage', event.id) },
      ]),
      pageButtons(t, page, (to) => data('organize', to)),
      all ? [{ text: t('organize:new_event'), data: 'new_event' }] : [],
      [
        { text: t('organize:announcements'), data: 'announcements' },
        ...(all ? [{ text: t('organize:library'), data: data('event_materials', 0) }] : []),
      ],
      all ? [{ text: t('segments:title'), data: 'segments' }] : [],
      owner ? [{ text: t('roles:title'), data: 'roles' }] : [],
      [menu(t)],
    ],
  };
}

function standing({ status, endsAt }: Event, t: T, now: Temporal.Instant): string {
  const over = status === 'published' && Temporal.Instant.compare(endsAt, now) <= 0;
  return over ? t('organize:status_over') : t(`organize:status_${status}`);
}

/** `questions`: what it asks beyond the profile of those who register. */
type Figures = { seats: Seats; counts: Counts; quotas: Quotas; applications: number; questions: number };
/** Of each country, in the order of the codes. */
type Quotas = { country: string; seats: number; taken: number }[];

/** The organizer's page of an event. `buttons`: see actions.ts; `note`: what has just happened to it. */
export function manageView(
  event: Event,
  buttons: Button[][],
  { seats, counts, quotas, applications, questions }: Figures,
  reader: Reader,
  note?: string,
): View {
  const { t, lang, now } = reader;
  const begun = Temporal.Instant.compare(event.beginsAt, now) <= 0;
  const byLot = event.waitingOrder === 'lottery' && !event.selective;
  return {
    text: lines(
      ...(note === undefined ? [] : [note, '']),
      html`<b>${wording(event, t).title}</b>`,
      html`${t(`events:kind_${event.kind}`)} · ${standing(event, t, now)}`,
      '',
      facts(event, reader),
      html`${t('organize:languages_are', { list: formatList(lang, Object.keys(event.texts).map(languageName), 'and') })}`,
      event.moderated && html`${t('seats:approved_by_organizers')}`,
      event.offerHours !== null && html`${t('seats:offer_time')} · ${t('seats:hours', { count: event.offerHours })}`,
      byLot && html`${t('seats:order')}: ${t('seats:order_lottery')}`,
      byLot && begun && html`${t('seats:seed', { seed: event.lotterySeed })}`,
      questions > 0 && html`${t('organize:own_questions_are', { count: questions })}`,
      '',
      html`${t('organize:seats_taken', { count: seats.taken })}`,
      html`${t('organize:seats_left', { seats: seats.left ?? t('organize:no_limit') })}`,
      html`${t('organize:waiting', { count: seats.waiting })}`,
      begun && html`${t('organize:attended', { count: counts.attended })}`,
      applications > 0 && html`${t('seats:applications')}: ${applications}`,
      ...quotaLines(event, quotas, reader),
      ...table(t('organize:by_country'), countryRows(counts, reader)),
      ...table(t('organize:by_sex'), sexRows(counts, t)),
    ),
    buttons: [
      applications > 0 ? [{ text: t('seats:applications'), data: data('applications', event.id) }] : [],
      ...buttons,
    ],
  };
}

/** When, where, and what goes by the clock. */
export function facts(event: EventInput, reader: Reader): Html {
  const { t, lang, programme } = reader;
  const when = (at: Temporal.Instant) => formatWhen(lang, at, event.zone, cityOf(programme, event.zone, lang));
  return lines(
    whenAndWhere(event, reader, true),
    event.deadlineAt && html`${t('events:deadline')} ${when(event.deadlineAt)}`,
    html`${t('organize:reminders_are', { list: showOffsets(t, lang, event.reminderOffsets) })}`,
  );
}

type Row = { label: string; count: number };

function table(title: string, rows: Row[]): (Html | string)[] {
  if (rows.length === 0) return [];
  return ['', html`<b>${title}</b>`, ...rows.map(({ label, count }) => html`${label} · ${count}`)];
}

/** What is kept for countries, and how much of it is taken. */
function quotaLines(
  { seats, quotasUntil, zone }: Event,
  quotas: Quotas,
  { t, lang, programme }: Reader,
): (Html | string | false)[] {
  if (quotas.length === 0) return [];
  const kept = quotas.reduce((sum, one) => sum + one.seats, 0);
  const until = quotasUntil
    ? formatWhen(lang, quotasUntil, zone, cityOf(programme, zone, lang))
    : t('changes:until_it_begins');
  return [
    '',
    html`<b>${t('seats:quotas')}</b>`,
    ...quotas.map(({ country, seats, taken }) => html`${countryName(programme, country, lang)} · ${taken} / ${seats}`),
    html`${t('seats:quotas_until')}: ${until}`,
    // The seats were changed since, in the form of the draft.
    seats === null && html`⚠️ ${t('seats:quotas_need_seats')}`,
    seats !== null && kept > seats && html`⚠️ ${t('seats:quotas_exceed', { kept, seats })}`,
  ];
}

function countryRows({ countries }: Counts, { t, lang, programme }: Reader): Row[] {
  return countries
    .map(({ key, count }) => ({
      label: key === null ? t('organize:unknown') : countryName(programme, key, lang),
      count,
    }))
    .toSorted((a, b) => collator(lang).compare(a.label, b.label));
}

/** In the order of the question. */
function sexRows({ sexes }: Counts, t: T): Row[] {
  const rows = [
    ...(['female', 'male', 'undisclosed'] as const).map((key) => ({ key, label: t(`people:${key}`) })),
    { key: null, label: t('organize:unknown') },
  ];
  return rows.flatMap(({ key, label }) => {
    const found = sexes.find((sex) => sex.key === key);
    return found ? [{ label, count: found.count }] : [];
  });
}

/** The caption of the QR picture. */
export function shareView(event: Event, link: string, { t }: Reader): View {
  return {
    text: lines(html`<b>${wording(event, t).title}</b>`, html`${link}`, '', html`${t('organize:share_explained')}`),
    buttons: [[toManage(t, event.id)]],
  };
}

/** The caption of the XLSX file. */
export function exportView(event: Event, { taken, waiting }: Seats, t: T): View {
  return {
    text: lines(
      html`<b>${wording(event, t).title}</b>`,
      html`${t('organize:seats_taken', { count: taken })}`,
      html`${t('organize:waiting', { count: waiting })}`,
    ),
    buttons: [[toManage(t, event.id)]],
  };
}
