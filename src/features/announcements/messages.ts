import { formatDate, formatTime } from '../../bot/format/dates.ts';
import { formatNumber, formatPercent } from '../../bot/format/quantities.ts';
import { languageName } from '../../bot/format/words.ts';
import { html, lines, type Html } from '../../bot/html.ts';
import type { T } from '../../bot/i18n.ts';
import { pageButtons, type Page } from '../../bot/pages.ts';
import { apart, data, shorten, type Button, type View } from '../../bot/view.ts';
import type { Audience } from '../../db/schema.ts';
import { countryName, type Programme } from '../../programme.ts';
import { languageFor } from './audience.ts';
import { ERASED, type Breakdown, type Progress, type Share } from './report.ts';
import type { Announcement } from './store.ts';

export type Reader = { t: T; lang: string; zone: string; programme: Programme };
export type Words = Pick<Reader, 't' | 'lang'>;

/** What its readers can do with it. The buttons leave the message as it is: it is the author's. */
export function announcementButtons({ event }: Audience, t: T): Button[][] {
  return [
    event ? [{ text: t('announcements:show_event'), data: apart(data('event', event.id)) }] : [],
    [{ text: t('common:menu_settings'), data: apart('settings') }],
  ];
}

const CELLS = 10;

/** While it goes out, and the last word in the same message when it is out. */
export function progressView({ t, lang }: Words, announcement: Announcement, progress: Progress): View {
  const { id, state } = announcement;
  const { total, waiting } = progress;
  // Downwards: all is said to be done when all is done.
  const done = total === 0 ? 1 : Math.floor(((total - waiting) / total) * 100) / 100;
  const cells = Math.floor(done * CELLS);
  const finished = state === 'finished';
  return {
    text: lines(
      html`<b>${t('announcements:title')} · ${t(`announcements:state_${state}`)}</b>`,
      excerpt(announcement, t),
      '',
      html`${'▓'.repeat(cells)}${'░'.repeat(CELLS - cells)} ${formatPercent(lang, done)}`,
      ...counts({ t, lang }, progress),
      !finished && ['', html`${t('announcements:fixed', { number: formatNumber(lang, total) })}`],
    ),
    buttons: [
      [{ text: t(finished ? 'announcements:report' : 'announcements:refresh'), data: data('announcement', id) }],
      back(t),
    ],
  };
}

export function reportView(reader: Reader, announcement: Announcement, progress: Progress, breakdown: Breakdown): View {
  const { t, lang, zone } = reader;
  const { finishedAt } = announcement;
  const number = (count: number) => formatNumber(lang, count);
  const shares = <Key>(of: Share<Key>[], name: (key: Key) => string) =>
    of.map(({ key, sent, total }) => html`${name(key)} · ${number(sent)} / ${number(total)}`);
  return {
    text: lines(
      html`<b>${t('announcements:report_title')}</b>`,
      excerpt(announcement, t),
      finishedAt && html`${formatDate(lang, finishedAt, zone)}, ${formatTime(lang, finishedAt, zone)}`,
      '',
      ...counts(reader, progress),
      ...breakdown.reasons.map(({ reason, count }) => html`<code>${reason}</code> · ${number(count)}`),
      progress.total > 0 && [
        '',
        html`<b>${t('announcements:by_country')}</b>`,
        ...shares(breakdown.countries, (key) => countryLabel(key, reader)),
        '',
        html`<b>${t('announcements:by_text')}</b>`,
        ...shares(breakdown.languages, languageName),
      ],
    ),
    buttons: [[{ text: t('announcements:all'), data: 'announcements' }], back(t)],
  };
}

/** What is zero is left out, but for what was sent: a short list is read. */
function counts({ t, lang }: Words, progress: Progress): Html[] {
  const number = (count: number) => formatNumber(lang, count);
  const others = ['blocked', 'failed', 'unknown', 'cancelled', 'waiting', 'held'] as const;
  return [
    html`${t('announcements:count_sent')} · ${number(progress.sent)} / ${number(progress.total)}`,
    ...others
      .filter((key) => progress[key] > 0)
      .map((key) => html`${t(`announcements:count_${key}`)} · ${number(progress[key])}`),
  ];
}

export function listView({ t, lang, zone }: Reader, page: Page<Announcement>): View {
  const { items, first } = page;
  const title = (one: Announcement, i: number) => `${first + i + 1}. ${firstLine(one, t)}`;
  return {
    text: lines(
      html`<b>${t('announcements:all')}</b>`,
      items.length === 0 && html`\n${t('announcements:none')}`,
      ...items.flatMap((one, i) => [
        '',
        html`${title(one, i)}`,
        html`${t(`announcements:state_${one.state}`)} · ${formatDate(lang, one.confirmedAt ?? one.createdAt, zone)}`,
      ]),
    ),
    buttons: [
      ...items.map((one, i) => [{ text: shorten(title(one, i)), data: data('announcement', one.id) }]),
      pageButtons(t, page, (to) => data('announcements', to)),
      [{ text: t('announcements:new'), data: 'announce' }],
      back(t),
    ],
  };
}

export function discardedView({ t }: Pick<Words, 't'>, announcement: Announcement): View {
  return {
    text: lines(
      html`<b>${t('announcements:title')} · ${t('announcements:state_cancelled')}</b>`,
      excerpt(announcement, t),
    ),
    buttons: [[{ text: t('announcements:all'), data: 'announcements' }], back(t)],
  };
}

export function goneView(t: T): View {
  return {
    text: html`${t('announcements:gone')}`,
    buttons: [[{ text: t('announcements:all'), data: 'announcements' }], back(t)],
  };
}

export const back = (t: T): Button[] => [{ text: t('common:menu_organize'), data: 'organize' }];

/** Enough of the text to recognise it by, in the language that its reader would get it in. */
function firstLine({ texts }: Announcement, { reads }: T): string {
  const language = languageFor(
    reads,
    texts.map((text) => text.language),
  );
  const [line = ''] = (texts.find((text) => text.language === language)?.body ?? '').split('\n');
  const characters = [...line];
  return characters.length <= 60 ? line : `${characters.slice(0, 59).join('').trimEnd()}…`;
}

const excerpt = (announcement: Announcement, t: T): Html => html`<i>${firstLine(announcement, t)}</i>`;

export function countryLabel(key: string | null, { t, lang, programme }: Reader): string {
  if (key === null) return t('announcements:no_country');
  return key === ERASED ? t('announcements:erased') : countryName(programme, key, lang);
}
