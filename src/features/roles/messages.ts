import { formatDate, formatWhen } from '../../bot/format/dates.ts';
import { html, lines, type Html } from '../../bot/html.ts';
import type { T } from '../../bot/i18n.ts';
import { pageButtons, pageOf, type Page } from '../../bot/pages.ts';
import { data, grid, menu, shorten, type Button, type View } from '../../bot/view.ts';
import type { Person } from '../../bot/context.ts';
import { cityOf, countryName } from '../../programme.ts';
import { nameOf as announcementName, stateOf } from '../announcements/messages.ts';
import type { Announcement } from '../announcements/store.ts';
import { type Reader } from '../events/messages.ts';
import { wording, type Event } from '../events/store.ts';
import { toNominations } from '../nominations/messages.ts';
import { toOrganize } from '../organize/messages.ts';
import { represented } from '../people/questions.ts';
import type { About, Entry, Holder, Redemption } from './store.ts';

/** Titles of the events that roles are about, by id. */
export type Titles = Map<number, Event>;

const toRoles = (t: T): Button => ({ text: t('roles:title'), data: 'roles' });

/** A role in words: "Organizer: Digital services workshop". */
export function roleName(
  { kind, country, eventId }: About,
  titles: Titles,
  { t, lang, programme }: Pick<Reader, 't' | 'lang' | 'programme'>,
): string {
  const found = eventId === null ? undefined : titles.get(eventId);
  const event = found ? wording(found, t).title : '—';
  switch (kind) {
    case 'organizer':
      return eventId === null ? t('roles:organizer') : t('roles:organizer_of', { event });
    case 'focal_point':
      return t('roles:focal_point', { country: countryName(programme, country!, lang) });
    case 'reviewer':
      return t('roles:reviewer', { event });
    case 'translator':
      return t('roles:translator');
  }
}

export function rolesView(all: Holder[], titles: Titles, wanted: string | undefined, reader: Reader): View {
  const { t, lang, zone } = reader;
  const { items, ...place } = pageOf(all, wanted);
  const number = (i: number) => place.first + i + 1;
  return {
    text: lines(
      html`<b>${t('roles:title')}</b>`,
      '',
      all.length === 0 && html`${t('roles:none')}`,
      ...items.map(
        ({ person, role }, i) =>
          html`${number(i)}. ${mention(person, t)} · ${roleName(role, titles, reader)} · ${formatDate(lang, role.since, zone)}`,
      ),
    ),
    buttons: [
      ...items.map(({ person, role }, i) => [
        { text: shorten(`✗ ${number(i)}. ${nameOf(person, t)}`), data: data('remove_role', role.id) },
      ]),
      pageButtons(t, place, (page) => data('roles', page)),
      [{ text: t('roles:invite'), data: 'invite_role' }],
      [{ text: t('roles:log'), data: 'role_log' }],
      [toOrganize(t)],
    ],
  };
}

export function whichRoleView(t: T): View {
  return {
    text: html`${t('roles:which_role')}`,
    buttons: [
      [{ text: t('roles:kind_organizer'), data: data('invite_for', 'organizer') }],
      [{ text: t('roles:kind_organizer_of'), data: 'invite_event' }],
      [{ text: t('roles:kind_focal_point'), data: 'invite_country' }],
      [{ text: t('roles:kind_translator'), data: data('invite_for', 'translator') }],
      [toRoles(t)],
    ],
  };
}

export function whichEventView(page: Page<Event>, { t, lang, zone }: Reader): View {
  const number = (i: number) => page.first + i + 1;
  return {
    text: lines(
      html`${t('roles:which_event')}`,
      ...page.items.map(
        (event, i) => html`${number(i)}. ${wording(event, t).title} · ${formatDate(lang, event.beginsAt, zone)}`,
      ),
    ),
    buttons: [
      ...page.items.map((event, i) => [
        { text: shorten(`${number(i)}. ${wording(event, t).title}`), data: data('invite_for', 'organizer', event.id) },
      ]),
      pageButtons(t, page, (to) => data('invite_event', to)),
      [{ text: t('common:back'), data: 'invite_role' }],
    ],
  };
}

export function whichCountryView({ t, lang, programme }: Reader): View {
  return {
    text: html`${t('roles:which_country')}`,
    buttons: [
      ...grid(
        represented(programme, lang).map(({ key, label }) => ({
          text: shorten(label),
          data: data('invite_for', 'focal_point', key),
        })),
        2,
      ),
      [{ text: t('common:back'), data: 'invite_role' }],
    ],
  };
}

/** The message that an owner passes on to one person. */
export function inviteView(
  about: About,
  titles: Titles,
  { link, expiresAt }: { link: string; expiresAt: Temporal.Instant },
  reader: Reader,
): View {
  const { t, lang, zone, programme } = reader;
  const until = formatWhen(lang, expiresAt, zone, cityOf(programme, zone, lang));
  return {
    text: lines(
      html`<b>${roleName(about, titles, reader)}</b>`,
      html`${explained(about, t)}`,
      '',
      html`${t('roles:send_link')}`,
      html`${link}`,
      '',
      html`${t('roles:until', { until })}`,
    ),
    buttons: [[toRoles(t)], [toOrganize(t)]],
  };
}

function explained({ kind, eventId }: About, t: T): string {
  if (kind === 'organizer' && eventId !== null) return t('roles:explained_organizer_of');
  return t(`roles:explained_${kind}`);
}

export function redeemedView(redemption: Redemption, titles: Titles, reader: Reader): View {
  const { t } = reader;
  switch (redemption.kind) {
    case 'granted':
    case 'already': {
      const { about } = redemption;
      return {
        text: lines(
          html`${t(redemption.kind === 'granted' ? 'roles:yours' : 'roles:yours_already')}`,
          html`<b>${roleName(about, titles, reader)}</b>`,
          html`${explained(about, t)}`,
        ),
        buttons: [
          about.kind === 'organizer' ? [toOrganize(t)] : [],
          about.kind === 'focal_point' ? [toNominations(t)] : [],
          about.kind === 'reviewer' ? [{ text: t('selection:review'), data: 'review' }] : [],
          [menu(t)],
        ],
      };
    }
    case 'no such invitation':
      return { text: html`${t('roles:invalid')}`, buttons: [[menu(t)]] };
  }
}

/** To somebody whose role was taken away. */
export function takenView(about: About, titles: Titles, reader: Reader): View {
  return {
    text: lines(html`${reader.t('roles:taken')}`, html`<b>${roleName(about, titles, reader)}</b>`),
    buttons: [[menu(reader.t)]],
  };
}

export function removeView({ person, role }: Holder, titles: Titles, reader: Reader): View {
  const { t } = reader;
  return {
    text: lines(html`${t('roles:really_remove')}`, html`${mention(person, t)} · ${roleName(role, titles, reader)}`),
    buttons: [
      [{ text: t('roles:remove'), data: data('drop_role', role.id) }],
      [{ text: t('common:back'), data: 'roles' }],
    ],
  };
}

/** What goes on of somebody whose role was taken away: owners decide on it now. */
export function leftView(left: Announcement[], t: T): View {
  const { items } = pageOf(left, undefined);
  const shown = items.map((one, i) => ({ one, title: `${i + 1}. ${announcementName(one, t)}` }));
  return {
    text: lines(
      html`${t('roles:left')}`,
      '',
      ...shown.map(({ one, title }) => html`${title} · ${stateOf(one, t)}`),
      left.length > shown.length && '…',
    ),
    buttons: [
      ...shown.map(({ one, title }) => [{ text: shorten(title), data: data('announcement', one.id) }]),
      [{ text: t('announcements:all'), data: 'announcements' }],
      [toOrganize(t)],
    ],
  };
}

/** Who got or lost a role, and who tried what they may not. The way in is told as it is called in the code. */
export function logView(page: Page<Entry>, titles: Titles, reader: Reader): View {
  const { t, lang, zone, programme } = reader;
  const city = cityOf(programme, zone, lang);
  const line = ({ entry, person }: Entry): Html => {
    const event = entry.eventId === null ? undefined : titles.get(entry.eventId);
    const what =
      entry.what === 'refused'
        ? [entry.way, event && wording(event, t).title].filter(Boolean).join(' · ')
        : roleName({ ...entry, kind: entry.way as About['kind'] }, titles, reader);
    const times = entry.times > 1 ? ` · ${t('roles:log_times', { times: entry.times })}` : '';
    const when = formatWhen(lang, entry.at, zone, city);
    return html`${when} · ${mention(person, t)} · ${t(`roles:log_${entry.what}`)} · ${what}${times}`;
  };
  return {
    text: lines(
      html`<b>${t('roles:log_title')}</b>`,
      '',
      page.items.length === 0 && html`${t('roles:log_empty')}`,
      ...page.items.map(line),
    ),
    buttons: [pageButtons(t, page, (to) => data('role_log', to)), [toRoles(t)]],
  };
}

/** Who has a role need not have given a name; the link opens their Telegram profile, so that owners know whom they see. */
function mention(person: Person, t: T): Html {
  return person.telegramId === null
    ? html`${nameOf(person, t)}`
    : html`<a href="tg://user?id=${person.telegramId}">${nameOf(person, t)}</a>`;
}

const nameOf = ({ fullName }: Person, t: T): string => fullName ?? t('organize:no_name');
