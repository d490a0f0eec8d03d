import { html, lines, type Html } from '../../bot/html.ts';
import { data, type Button, type View } from '../../bot/view.ts';
import { audienceNumber, isTold } from '../segments/messages.ts';
import type { Copies } from './copies.ts';
import { excerpt, type Reader } from './messages.ts';
import type { Announcement } from './store.ts';

type Key = Parameters<Reader['t']>[0];

/** Before sending is stopped for good. */
export function reallyStopView(reader: Reader, one: Announcement, { waiting }: Copies): View {
  const { t } = reader;
  return {
    text: lines(
      html`<b>${t('announcements:really_stop')}</b>`,
      excerpt(one, t),
      '',
      row(reader, one, 'announcements:stop_waiting', waiting),
      html`${t('announcements:stop_explained')}`,
    ),
    buttons: decide(reader, one, { text: t('announcements:stop_now'), data: data('announce_stop_now', one.id) }),
  };
}

/** Before a recall: what it does, and what it can't. */
export function reallyRecallView(reader: Reader, one: Announcement, copies: Copies): View {
  const { t } = reader;
  const rows: [Key, number][] = [
    ['announcements:recall_fresh', copies.fresh],
    ['announcements:recall_unsent', copies.waiting],
    ['announcements:recall_late', copies.late],
    ['announcements:recall_erased', copies.erased],
    ['announcements:recall_unknown', copies.unknown],
  ];
  return {
    text: lines(
      html`<b>${t('announcements:really_recall')}</b>`,
      excerpt(one, t),
      '',
      ...rows
        .filter(([, count]) => count > 0 && isTold(one.audience, count))
        .map(([key, count]) => row(reader, one, key, count)),
      '',
      html`${t('announcements:recall_explained')}`,
    ),
    buttons: decide(reader, one, { text: t('announcements:recall_now'), data: data('announce_recall_now', one.id) }),
  };
}

/** Before what may have arrived is sent once more. */
export function reallyAgainView(reader: Reader, one: Announcement, { unknown }: Copies): View {
  const { t } = reader;
  return {
    text: lines(
      html`<b>${t('announcements:really_again')}</b>`,
      excerpt(one, t),
      '',
      row(reader, one, 'announcements:count_unknown', unknown),
      html`${t('announcements:again_explained')}`,
    ),
    buttons: decide(reader, one, { text: t('announcements:again_now'), data: data('announce_unknown_now', one.id) }),
  };
}

const row = ({ t, lang }: Reader, { audience }: Announcement, key: Key, count: number): Html =>
  html`${t(key)} · ${audienceNumber(lang, audience, count)}`;

const decide = ({ t }: Reader, { id }: Announcement, yes: Button): Button[][] => [
  [yes],
  [{ text: t('common:back'), data: data('announcement', id) }],
];
