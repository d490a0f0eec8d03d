import { formatDate, formatWhen } from '../../bot/format/dates.ts';
import { html, lines, type Html } from '../../bot/html.ts';
import type { T } from '../../bot/i18n.ts';
import { PAGE_SIZE, pageAt, pageButtons } from '../../bot/pages.ts';
import { data, menu, shorten, type View } from '../../bot/view.ts';
import { cityOf } from '../../programme.ts';
import { nameOf as announcementName, stateOf } from '../announcements/messages.ts';
import type { Announcement } from '../announcements/store.ts';
import { type Reader } from '../events/messages.ts';
import type { Organizer, Redemption } from './invites.ts';
import { toOrganize } from './messages.ts';

/** The message that an owner passes on to one person. */
export function inviteView(link: string, expiresAt: Temporal.Instant, { t, lang, zone, programme }: Reader): View {
  const until = formatWhen(lang, expiresAt, zone, cityOf(programme, zone, lang));
  return {
    text: lines(
      html`<b>${t('organize:invite')}</b>`,
      html`${t('organize:invite_explained')}`,
      '',
      html`${link}`,
      '',
      html`${t('organize:invite_until', { until })}`,
    ),
    buttons: [[{ text: t('organize:organizers'), data: 'organizers' }], [toOrganize(t)]],
  };
}

export function redeemedView(t: T, redemption: Redemption): View {
  switch (redemption) {
    case 'organizer':
      return { text: html`${t('organize:you_are_organizer')}`, buttons: [[toOrganize(t)], [menu(t)]] };
    case 'organizer already':
      return { text: html`${t('organize:organizer_already')}`, buttons: [[toOrganize(t)], [menu(t)]] };
    case 'no such invitation':
      return { text: html`${t('organize:invite_invalid')}`, buttons: [[menu(t)]] };
  }
}

/** To somebody whose role was taken away. */
export function removedView(t: T): View {
  return { text: html`${t('organize:you_are_removed')}`, buttons: [[menu(t)]] };
}

export function organizersView(all: Organizer[], wanted: string | undefined, { t, lang, zone }: Reader): View {
  const place = pageAt(all.length, wanted);
  const shown = all.slice(place.first, place.first + PAGE_SIZE);
  const number = (i: number) => place.first + i + 1;
  return {
    text: lines(
      html`<b>${t('organize:organizers')}</b>`,
      '',
      all.length === 0 && html`${t('organize:no_organizers')}`,
      ...shown.map((one, i) => html`${number(i)}. ${mention(one, t)} · ${formatDate(lang, one.since, zone)}`),
    ),
    buttons: [
      ...shown.map((one, i) => [
        { text: shorten(`✗ ${number(i)}. ${nameOf(one, t)}`), data: data('remove_organizer', one.person.id) },
      ]),
      pageButtons(t, place, (page) => data('organizers', page)),
      [{ text: t('organize:invite'), data: 'invite_organizer' }],
      [toOrganize(t)],
    ],
  };
}

export function removeView(one: Organizer, t: T): View {
  return {
    text: lines(html`${t('organize:really_remove')}`, html`${mention(one, t)}`),
    buttons: [
      [{ text: t('organize:remove'), data: data('drop_organizer', one.person.id) }],
      [{ text: t('common:back'), data: 'organizers' }],
    ],
  };
}

/** What goes on of somebody whose role was taken away: owners decide on it now. */
export function leftView(left: Announcement[], t: T): View {
  const shown = left.slice(0, PAGE_SIZE).map((one, i) => ({ one, title: `${i + 1}. ${announcementName(one, t)}` }));
  return {
    text: lines(
      html`${t('organize:removed_left')}`,
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

/** Organizers need not have given a name; the link opens their Telegram profile, so that owners know whom they see. */
function mention(one: Organizer, t: T): Html {
  const { telegramId } = one.person;
  return telegramId === null
    ? html`${nameOf(one, t)}`
    : html`<a href="tg://user?id=${telegramId}">${nameOf(one, t)}</a>`;
}

const nameOf = ({ person }: Organizer, t: T): string => person.fullName ?? t('organize:no_name');
