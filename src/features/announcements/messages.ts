import { formatDate, formatTime, formatWhen } from '../../bot/format/dates.ts';
import { html, lines, type Html } from '../../bot/html.ts';
import type { T } from '../../bot/i18n.ts';
import { pageButtons, type Page } from '../../bot/pages.ts';
import { apart, data, oneLine, shorten, type Button, type View } from '../../bot/view.ts';
import type { Schedule } from '../../db/schema.ts';
import { cityOf, countryName, type Programme } from '../../programme.ts';
import { languageFor } from './languages.ts';
import { ERASED } from './report.ts';
import type { Announcement, Text } from './store.ts';

export type Reader = { t: T; lang: string; zone: string; programme: Programme };

export function listView(reader: Reader, page: Page<Announcement>): View {
  const { t } = reader;
  const { items, first } = page;
  const title = (one: Announcement, i: number) => `${first + i + 1}. ${nameOf(one, t)}`;
  return {
    text: lines(
      html`<b>${t('announcements:all')}</b>`,
      items.length === 0 && html`\n${t('announcements:none')}`,
      ...items.flatMap((one, i) => ['', html`${title(one, i)}`, html`${stateOf(one, t)} · ${momentOf(one, reader)}`]),
    ),
    buttons: [
      ...items.map((one, i) => [{ text: shorten(title(one, i)), data: data('announcement', one.id) }]),
      pageButtons(t, page, (to) => data('announcements', to)),
      [{ text: t('announcements:new'), data: 'announce' }],
      back(t),
    ],
  };
}

/** What was scheduled with its hour, the rest with its day. */
function momentOf({ state, startsAt, confirmedAt, createdAt }: Announcement, { lang, zone }: Reader): string {
  if (state === 'scheduled' && startsAt)
    return `${formatDate(lang, startsAt, zone)}, ${formatTime(lang, startsAt, zone)}`;
  return formatDate(lang, confirmedAt ?? createdAt, zone);
}

export const stateOf = ({ state, recalledAt }: Pick<Announcement, 'state' | 'recalledAt'>, t: T): string =>
  recalledAt ? t('announcements:state_recalled') : t(`announcements:state_${state}`);

/** How it stands, and what it is about. */
export const heading = (announcement: Announcement, t: T): Html =>
  lines(html`<b>${t('announcements:title')} · ${stateOf(announcement, t)}</b>`, excerpt(announcement, t));

export const excerpt = (announcement: Announcement, t: T): Html => html`<i>${nameOf(announcement, t)}</i>`;

/** Enough of the text to recognise it by, in the language that its reader would get it in. */
export function nameOf(announcement: Announcement, t: T): string {
  return titleOf(textFor(announcement, t), t);
}

export function textFor({ texts }: Announcement, { reads }: Pick<T, 'reads'>): Text {
  const language = languageFor(
    reads,
    texts.map((text) => text.language),
  );
  return texts.find((text) => text.language === language)!;
}

/** The first line of a text; a photo may have none. */
export function titleOf({ body, media }: Pick<Text, 'body' | 'media'>, t: T): string {
  const line = oneLine(body.split('\n').find((one) => one.trim() !== '') ?? '');
  return line || t(media ? `forms:file_${media.kind}` : 'announcements:title');
}

/** When it goes out, as long as that is ahead. */
export function whenLines({ schedule, startsAt, state }: Announcement, reader: Reader): Html[] {
  const { t, zone } = reader;
  if (state === 'approval') return planLines(schedule, reader);
  if (state !== 'scheduled' || !startsAt) return [];
  const time = startsAt.toZonedDateTimeISO(zone).toPlainTime().toString({ smallestUnit: 'second' });
  switch (schedule?.kind) {
    case undefined:
      return [html`<b>${t('announcements:begins_at', { time })}</b>`, html`${t('announcements:undo_hint')}`];
    case 'at':
      return [begins(startsAt, reader)];
    case 'own time':
      return [begins(startsAt, reader), ...planLines(schedule, reader)];
  }
}

/** What was planned; nothing: at once. */
export function planLines(schedule: Schedule | null, reader: Reader): Html[] {
  const { t, lang } = reader;
  switch (schedule?.kind) {
    case undefined:
      return [];
    case 'at':
      return [begins(Temporal.Instant.from(schedule.at), reader)];
    case 'own time':
      return [
        html`${t('announcements:own_time', { when: wallClock(lang, schedule) })}`,
        html`${t('announcements:own_time_passed')}`,
      ];
  }
}

function begins(at: Temporal.Instant, { t, lang, zone, programme }: Reader): Html {
  return html`${t('announcements:begins', { when: formatWhen(lang, at, zone, cityOf(programme, zone, lang)) })}`;
}

/** A date and an hour that belong to no zone. */
export function wallClock(lang: string, { date, time }: { date: string; time: string }): string {
  const at = Temporal.PlainDate.from(date).toZonedDateTime({ timeZone: 'UTC', plainTime: time }).toInstant();
  return `${formatDate(lang, at, 'UTC')}, ${formatTime(lang, at, 'UTC')}`;
}

export function discardedView(t: T, announcement: Announcement): View {
  return { text: heading(announcement, t), buttons: [toAll(t), back(t)] };
}

/** A draft again; its preview is a message of its own. */
export function takenBackView(t: T, { id }: Pick<Announcement, 'id'>): View {
  return {
    text: html`${t('announcements:taken_back')}`,
    buttons: [[{ text: t('announcements:open'), data: data('announcement', id) }], toAll(t), back(t)],
  };
}

export function goneView(t: T): View {
  return { text: html`${t('announcements:gone')}`, buttons: [toAll(t), back(t)] };
}

export const back = (t: T): Button[] => [{ text: t('common:menu_organize'), data: 'organize' }];
export const toAll = (t: T): Button[] => [{ text: t('announcements:all'), data: 'announcements' }];

/** The ways out of a message that goes on to change by itself: what they open would not stay in it. */
export const away = (t: T): Button[] => [
  { text: t('announcements:all'), data: apart('announcements') },
  { text: t('common:menu_organize'), data: apart('organize') },
];

export function countryLabel(key: string | null, { t, lang, programme }: Reader): string {
  if (key === null) return t('announcements:no_country');
  return key === ERASED ? t('announcements:erased') : countryName(programme, key, lang);
}
