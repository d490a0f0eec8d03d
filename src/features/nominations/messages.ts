import { formatDate, formatRange, formatWhen } from '../../bot/format/dates.ts';
import { html, lines, type Html } from '../../bot/html.ts';
import type { T } from '../../bot/i18n.ts';
import { pageButtons, pageOf } from '../../bot/pages.ts';
import { clip, data, grid, menu, oneLine, shorten, type Button, type View } from '../../bot/view.ts';
import type { Person } from '../../bot/context.ts';
import { cityOf, countryName } from '../../programme.ts';
import type { Reader } from '../events/messages.ts';
import { wording, type Event, type Registration } from '../events/store.ts';
import { listId } from './list.ts';
import { endOf, mayChange, wasEndorsed, type Actor, type Figures, type Listed, type Nominee } from './store.ts';

export const toNominations = (t: T): Button => ({ text: t('nominations:title'), data: 'nominations' });

/** Characters of a title, of which an organizer may type 150: eight of them fit a message. */
export const TITLE = 200;

/** By the clock of the reader: a focal point has a day of their own in which to be in time. */
export const whenItEnds = (at: Temporal.Instant, { lang, zone, programme }: Reader): string =>
  formatWhen(lang, at, zone, cityOf(programme, zone, lang));

/** What the countries of a focal point are, or were, asked to nominate for. */
export function listsView(all: Listed[], wanted: string | undefined, reader: Reader): View {
  const { t, lang, zone, programme } = reader;
  const { items, ...place } = pageOf(all, wanted);
  const several = new Set(all.map(({ country }) => country)).size > 1;
  const number = (i: number) => place.first + i + 1;
  return {
    text: lines(
      html`<b>${t('nominations:title')}</b>`,
      all.length === 0 && html`${t('nominations:none')}`,
      ...items.flatMap(({ event, country, figures }, i) => [
        '',
        html`${number(i)}. <b>${clip(wording(event, t).title, TITLE)}</b>`,
        html`${t(`events:kind_${event.kind}`)} · ${formatRange(lang, event.beginsAt, event.endsAt, zone)}`,
        several && html`${t('nominations:country', { country: countryName(programme, country, lang) })}`,
        untilLine(event, reader),
        html`${namedOf(event, figures, t)}`,
      ]),
    ),
    buttons: [
      ...items.map(({ event, country }, i) => [
        {
          text: shorten(`${number(i)}. ${wording(event, t).title}`),
          data: data('nominees', listId({ eventId: event.id, country })),
        },
      ]),
      pageButtons(t, place, (to) => data('nominations', to)),
      [menu(t)],
    ],
  };
}

function untilLine(event: Event, reader: Reader): Html | false {
  const end = endOf(event);
  if (end === null) return false;
  const open = mayChange(event, 'focal point', reader.now);
  return html`${reader.t(open ? 'nominations:until' : 'nominations:ended', { until: whenItEnds(end, reader) })}`;
}

/** "Nominated: 2 of 3" */
export function namedOf({ nominees: most }: Event, { named }: Pick<Figures, 'named'>, t: T): string {
  return most === null ? t('nominations:named', { named }) : t('nominations:named_of', { named, most });
}

export type About = { event: Event; country: string; actor: Actor };

/** The list of a country, in its order. `came`: how many came without it; `quota`: the seats kept for it, if any are. */
export function nomineesView(
  { event, country, actor }: About,
  { all, came, quota }: { all: Nominee[]; came: number; quota: { seats: number; taken: number } | undefined },
  wanted: string | undefined,
  reader: Reader,
  note?: string,
): View {
  const { t, lang, zone, programme, now } = reader;
  const id = listId({ eventId: event.id, country });
  const { items, ...place } = pageOf(all, wanted);
  const changeable = mayChange(event, actor, now);
  const full = event.nominees !== null && all.length >= event.nominees;
  const over = event.nominationsUntil !== null && !mayChange(event, 'focal point', now);
  return {
    text: lines(
      ...(note === undefined ? [] : [note, '']),
      html`<b>${clip(wording(event, t).title, TITLE)}</b>`,
      html`${t(`events:kind_${event.kind}`)} · ${formatRange(lang, event.beginsAt, event.endsAt, zone)}`,
      html`${t('nominations:country', { country: countryName(programme, country, lang) })}`,
      untilLine(event, reader),
      html`${namedOf(event, { named: all.length }, t)}`,
      quota && html`${t('nominations:kept', { seats: quota.seats, taken: quota.taken })}`,
      '',
      all.length === 0 && html`${t('nominations:nobody')}`,
      ...items.flatMap((one, i) => [
        html`${place.first + i + 1}. ${described(one.person)}`,
        html`<i>${standing(one, t)}</i>`,
      ]),
      ...(all.length === 0 ? [] : ['', t('seats:press_number')]),
      changeable && full && ['', t('nominations:full')],
      over && ['', closedNote(actor, changeable, reader)],
    ),
    buttons: [
      ...grid(
        items.map(({ nomination }, i) => ({ text: String(place.first + i + 1), data: data('nominee', nomination.id) })),
        4,
      ),
      pageButtons(t, place, (to) => data('nominees', id, to)),
      changeable && !full ? [{ text: t('nominations:nominate'), data: data('nominate', id) }] : [],
      came > 0 ? [{ text: `${t('nominations:came')} · ${came}`, data: data('came', id) }] : [],
      [backFrom(event, actor, t)],
    ],
  };
}

/** Whom to ask when it is too late for focal points. */
export function closedNote(actor: Actor, changeable: boolean, { t, programme }: Reader): string {
  if (actor === 'focal point') return t('nominations:over', { contact: programme.contact.email });
  return t(changeable ? 'nominations:over_for_others' : 'changes:unchangeable');
}

const backFrom = ({ id }: Event, actor: Actor, t: T): Button =>
  actor === 'organizer' ? { text: t('common:back'), data: data('event_nominations', id) } : toNominations(t);

export const toList = (t: T, list: Parameters<typeof listId>[0]): Button => ({
  text: t('nominations:to_list'),
  data: data('nominees', listId(list)),
});

/** What whoever decides needs, and no more: no e-mail, no answers. Eight of the longest fit a message. */
export function described({ fullName, latinName, agency, position }: Person): string {
  return [fullName ?? latinName ?? '—', agency, position].flatMap((part) => (part ? [oneLine(part)] : [])).join(' · ');
}

/** How far a nominee is. */
function standing({ nomination, person, registration }: Nominee, t: T): string {
  const endorsed = wasEndorsed({ nomination, registration }) && t('nominations:endorsed');
  return [endorsed, progress(person, registration, t)].filter(Boolean).join(' · ');
}

function progress({ telegramId }: Person, registration: Registration | null, t: T): string {
  if (registration) return t(`organize:state_${registration.status}`);
  return t(telegramId === null ? 'nominations:unopened' : 'nominations:not_registered');
}

/** Somebody on a list. `place`: from 1, of `total`. */
export function nomineeView(
  { event, actor }: Pick<About, 'event' | 'actor'>,
  one: Nominee,
  { place, total }: { place: number; total: number },
  reader: Reader,
  note?: string,
): View {
  const { t, lang, zone, programme, now } = reader;
  const { nomination, person, registration } = one;
  const changeable = mayChange(event, actor, now);
  const elsewhere = registration?.country != null && registration.country !== nomination.country;
  const to = (text: string, name: string, ...args: number[]): Button => ({
    text,
    data: data(name, nomination.id, ...args),
  });
  return {
    text: lines(
      ...(note === undefined ? [] : [note, '']),
      ...card(person),
      '',
      html`<b>${clip(wording(event, t).title, TITLE)}</b>`,
      html`${t('nominations:country', { country: countryName(programme, nomination.country, lang) })}`,
      html`${standing(one, t)}`,
      elsewhere &&
        html`⚠️ ${t('nominations:registered_for', { country: countryName(programme, registration.country!, lang) })}`,
      total > 1 && html`${t('nominations:place', { place, total })}`,
      html`${t('nominations:since', { date: formatDate(lang, nomination.createdAt, zone) })}`,
    ),
    buttons: [
      [to(t('nominations:link'), 'nominee_link')],
      changeable
        ? [
            ...(place > 1 ? [to(`⬆️ ${t('nominations:higher')}`, 'prefer', place - 1)] : []),
            ...(place < total ? [to(`⬇️ ${t('nominations:lower')}`, 'prefer', place + 1)] : []),
          ]
        : [],
      changeable ? [to(t('nominations:withdraw'), 'withdraw_nominee')] : [],
      [toList(t, { eventId: event.id, country: nomination.country })],
    ],
  };
}

export const card = ({ fullName, latinName, agency, position }: Person): (Html | string | null)[] => [
  html`<b>${clip(fullName ?? latinName ?? '—', TITLE)}</b>`,
  latinName !== fullName && fullName !== null ? latinName : null,
  agency && clip(agency, TITLE),
  position && clip(position, TITLE),
];

/** The question before somebody leaves the list. */
export function reallyWithdrawView({ nomination, person }: Nominee, t: T): View {
  return {
    text: lines(html`<b>${described(person)}</b>`, '', t('nominations:really_withdraw')),
    buttons: [
      [{ text: t('nominations:withdraw'), data: data('drop_nominee', nomination.id) }],
      [{ text: t('common:back'), data: data('nominee', nomination.id) }],
    ],
  };
}

/** For whom a list, or somebody on it, is not there any more. */
export function goneView(t: T): View {
  return { text: html`${t('nominations:gone')}`, buttons: [[toNominations(t)], [menu(t)]] };
}
