import { formatNumber } from '../../bot/format/quantities.ts';
import { html, lines, type Html } from '../../bot/html.ts';
import type { T } from '../../bot/i18n.ts';
import { pageButtons, type Page } from '../../bot/pages.ts';
import { clip, data, shorten, type Button, type View } from '../../bot/view.ts';
import type { Audience } from '../../db/schema.ts';
import { countryName, type Programme } from '../../programme.ts';
import type { Event } from '../events/store.ts';
import { conditionsOf } from './conditions.ts';
import { isConfidential, type Group, type Segment } from './store.ts';

export type Reader = { t: T; lang: string; programme: Programme };

/** Characters of the description of an audience in a list, and of one condition elsewhere. */
const [IN_LIST, OF_ONE] = [150, 600];

/** An audience in one line. `events`: see eventsOf. */
export function audienceWords(reader: Reader, audience: Audience, events: Event[]): string {
  const conditions = conditionsOf(reader, audience, events);
  return conditions.length > 0
    ? conditions.map(({ words }) => clip(words, OF_ONE)).join(' · ')
    : reader.t('segments:condition_everyone');
}

/** What has to be said of an audience that nobody of can be written to, whatever the count; null: nothing. */
export function audienceNote({ reachable }: Audience, t: T): string | null {
  return reachable === false ? t('segments:nobody_reached') : null;
}

/** With fewer, who knows the people could tell from the number who answered the feedback. */
const ENOUGH = 3;

/** Whether it may be said how many people there are, also that there are none: see isConfidential. */
export const isTold = (audience: Audience, number: number): boolean => !isConfidential(audience) || number >= ENOUGH;

/** How many people, as far as it may be said. */
export function audienceNumber(lang: string, audience: Audience, number: number): string {
  return isTold(audience, number) ? formatNumber(lang, number) : `< ${formatNumber(lang, ENOUGH)}`;
}

/** Why people of the audience can't be written to, a line each, the most frequent reason first. */
export function leftOutLines({ t, lang }: Pick<Reader, 't' | 'lang'>, groups: Group[]): Html[] {
  return countBy(groups, ({ standing }) => standing).flatMap(({ key, count }) =>
    key === 'reachable' ? [] : [html`${t(`segments:left_out_${key}`)} · ${formatNumber(lang, count)}`],
  );
}

export const sum = (groups: Group[]): number => groups.reduce((total, { count }) => total + count, 0);

/** The largest first. */
export function countBy<Key>(groups: Group[], keyOf: (group: Group) => Key): { key: Key; count: number }[] {
  return [...Map.groupBy(groups, keyOf)]
    .map(([key, some]) => ({ key, count: sum(some) }))
    .toSorted((a, b) => b.count - a.count);
}

/** `unreachable`: how many there are; they are the last in the list, whatever the page. `note`: what has just happened. */
export function segmentsView(
  page: Page<Segment>,
  { events, unreachable, note }: { events: Event[]; unreachable: number; note?: string | undefined },
  reader: Reader,
): View {
  const { t, lang } = reader;
  const { items, first } = page;
  const title = ({ name }: Segment, i: number) => `${first + i + 1}. ${name}`;
  const standing = `${t('segments:unreachable')} · ${formatNumber(lang, unreachable)}`;
  return {
    text: lines(
      note && [note, ''],
      html`<b>${t('segments:title')}</b>`,
      html`${t('segments:explained')}`,
      ...items.flatMap((one, i) => [
        '',
        html`${first + i + 1}. <b>${one.name}</b>`,
        html`${clip(audienceWords(reader, one.audience, events), IN_LIST)}`,
      ]),
      items.length === 0 && ['', t('segments:none')],
    ),
    buttons: [
      ...items.map((one, i) => [{ text: shorten(title(one, i)), data: data('segment', one.id) }]),
      pageButtons(t, page, (to) => data('segments', to)),
      [{ text: standing, data: 'unreachable' }],
      [{ text: t('segments:new'), data: 'segment_new' }],
      [{ text: t('common:menu_organize'), data: 'organize' }],
    ],
  };
}

/** Who is meant, and how many they are at this moment. */
export function segmentView(
  { id, name, audience }: Segment,
  { events, groups }: { events: Event[]; groups: Group[] },
  reader: Reader,
): View {
  const { t, lang } = reader;
  const [total, reached] = [sum(groups), sum(groups.filter(({ standing }) => standing === 'reachable'))];
  const confidential = isConfidential(audience);
  const number = (count: number) => audienceNumber(lang, audience, count);
  const note = audienceNote(audience, t);
  return {
    text: lines(
      html`<b>${name}</b>`,
      ...conditionsOf(reader, audience, events).map(({ label, value }) => html`${label} · ${clip(value, OF_ONE)}`),
      '',
      html`<b>${t('segments:people_now', { number: number(total) })}</b>`,
      html`${note ?? t('segments:recipients_now', { number: number(reached) })}`,
      confidential ? ['', t('segments:confidential')] : breakdown(groups, reader),
    ),
    buttons: [
      confidential || reached > 0 ? [{ text: t('segments:announce'), data: data('announce_segment', id) }] : [],
      confidential || total === 0 ? [] : [{ text: t('segments:list'), data: data('segment_list', id) }],
      [
        { text: t('segments:change'), data: data('segment_change', id) },
        { text: t('segments:delete'), data: data('segment_delete', id) },
      ],
      ...toSegments(t),
    ],
  };
}

export function unreachableView(groups: Group[], reader: Reader): View {
  const { t, lang } = reader;
  const total = sum(groups);
  return {
    text: lines(
      html`<b>${t('segments:unreachable')}</b>`,
      html`${t('segments:unreachable_explained')}`,
      '',
      html`<b>${t('segments:people_now', { number: formatNumber(lang, total) })}</b>`,
      byCountry(groups, reader),
    ),
    buttons: [total > 0 ? [{ text: t('segments:list'), data: 'unreachable_list' }] : [], ...toSegments(t)],
  };
}

function breakdown(groups: Group[], reader: Reader): Html | false {
  const leftOut = leftOutLines(reader, groups);
  return (
    groups.length > 0 &&
    lines(
      leftOut.length > 0 && ['', html`<b>${reader.t('segments:left_out')}</b>`, ...leftOut],
      byCountry(groups, reader),
    )
  );
}

function byCountry(groups: Group[], { t, lang, programme }: Reader): Html | false {
  const named = (code: string | null) =>
    code === null ? t('segments:no_country') : countryName(programme, code, lang);
  const rows = countBy(groups, ({ country }) => country).map(
    ({ key, count }) => html`${named(key)} · ${formatNumber(lang, count)}`,
  );
  return rows.length > 0 && lines('', html`<b>${t('segments:by_country')}</b>`, ...rows);
}

export function reallyDeleteView({ id, name }: Segment, t: T): View {
  return {
    text: lines(html`<b>${name}</b>`, html`${t('segments:really_delete')}`),
    buttons: [
      [
        { text: t('segments:delete'), data: data('segment_delete_now', id) },
        { text: t('common:back'), data: data('segment', id) },
      ],
    ],
  };
}

/** Somebody saved the same name a moment before. `own`: the one that was to be changed; null: a new one. */
export function takenView(t: T, own: Segment | null): View {
  const again = own ? data('segment_change', own.id) : 'segment_new';
  return {
    text: html`${t('segments:name_taken')}`,
    buttons: [[{ text: t('common:continue'), data: again }], ...toSegments(t)],
  };
}

export const goneView = (t: T): View => ({ text: html`${t('segments:gone')}`, buttons: toSegments(t) });

export const toSegments = (t: T): Button[][] => [
  [{ text: t('segments:all'), data: 'segments' }],
  [{ text: t('common:menu_organize'), data: 'organize' }],
];
