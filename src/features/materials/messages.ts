import { formatBytes } from '../../bot/format/quantities.ts';
import { languageName } from '../../bot/format/words.ts';
import { html, lines, type Html } from '../../bot/html.ts';
import type { T } from '../../bot/i18n.ts';
import { pageButtons, type Page } from '../../bot/pages.ts';
import { data, type Button, type View } from '../../bot/view.ts';
import { menu, shorten } from '../events/messages.ts';
import { wording, type Event } from '../events/store.ts';
import type { Material, MaterialRow } from './store.ts';

type Reader = { t: T; lang: string };

const ICONS = { document: '📄', photo: '🖼', video: '🎬', audio: '🎧', link: '🔗' };
/** Documents that people tell apart at a glance, by their MIME type (IANA, "Media Types"). */
const DOCUMENT_ICONS: [RegExp, string][] = [
  [/presentation|powerpoint/, '📊'],
  [/spreadsheet|excel|csv/, '📈'],
  [/zip|compressed/, '🗜'],
];

export function icon({ kind, mimeType }: Pick<MaterialRow, 'kind' | 'mimeType'>): string {
  const special = kind === 'document' && DOCUMENT_ICONS.find(([type]) => type.test(mimeType ?? ''));
  return special ? special[1] : ICONS[kind];
}

/** What people on a weak network need to know before they download: "2.4 MB · Русский". */
function details({ fileSize, language }: MaterialRow, { t, lang }: Reader): string {
  const size = fileSize === null ? [] : [formatBytes(lang, fileSize)];
  return [...size, language === null ? t('forms:other_language') : languageName(language)].join(' · ');
}

export const placeName = (event: Event | null, { t, lang }: Reader): string =>
  event ? wording(event, lang).title : t('materials:library');

const numbered = (one: Material, number: number, reader: Reader): Html =>
  html`${number}. ${icon(one)} ${one.title} · ${details(one, reader)}`;

/** /materials: what somebody may see, event by event. */
export function materialsView(found: Page<Material>, reader: Reader): View {
  const { t } = reader;
  const { items, first } = found;
  return {
    text: lines(
      html`<b>${t('common:menu_materials')}</b>`,
      items.length === 0 && html`\n${t('materials:none')}`,
      ...items.flatMap((one, i) => [
        items[i - 1]?.eventId !== one.eventId || i === 0 ? html`\n<b>${placeName(one.event, reader)}</b>` : null,
        numbered(one, first + i + 1, reader),
      ]),
    ),
    buttons: [
      ...items.map((one, i) => [openButton(one, `${first + i + 1}. ${icon(one)} ${one.title}`)]),
      pageButtons(t, found, (page) => data('materials', page)),
      [menu(t)],
    ],
  };
}

const openButton = ({ id }: Material, label: string): Button => ({ text: shorten(label), data: data('material', id) });

/** What is sent about a material that somebody may see from now on. A link opens at once: nothing of it lies with us. */
export function materialView(one: Material, reader: Reader): View {
  const { t } = reader;
  return {
    text: lines(
      html`<b>${placeName(one.event, reader)}</b>`,
      html`${t(one.event ? 'materials:new_of_event' : 'materials:new_in_library')}`,
      '',
      html`${icon(one)} <b>${one.title}</b>`,
      html`${details(one, reader)}`,
    ),
    buttons: [
      [one.url === null ? { text: t('materials:download'), data: data('material', one.id) } : linkButton(one.url, t)],
      [{ text: t('materials:all'), data: 'materials' }],
    ],
  };
}

export function linkView({ url, title }: MaterialRow, { t }: Reader): View {
  return { text: html`${ICONS.link} <b>${title}</b>`, buttons: [[linkButton(url!, t)]] };
}

const linkButton = (url: string, t: T): Button => ({ text: t('materials:open_link'), url });

/** For organizers: everything that an event has, or the library, and from when people see it. */
export function ofEventView(event: Event | null, found: Page<Material>, reader: Reader): View {
  const { t } = reader;
  const { items, first } = found;
  const id = event?.id ?? 0;
  return {
    text: lines(
      html`<b>${placeName(event, reader)}</b>`,
      html`${t('common:menu_materials')}`,
      items.length === 0 && html`\n${t('materials:none_added')}`,
      ...items.flatMap((one, i) => [
        '',
        numbered(one, first + i + 1, reader),
        event && html`${t('materials:available')} · ${t(`materials:phase_${one.phase}`)}`,
      ]),
    ),
    buttons: [
      ...items.map((one, i) => [
        openButton(one, `${first + i + 1}. ${one.title}`),
        { text: t('materials:remove'), data: data('remove_material', one.id) },
      ]),
      pageButtons(t, found, (page) => data('event_materials', id, page)),
      [{ text: t('materials:add'), data: data('add_material', id) }],
      [back(event, t)],
    ],
  };
}

export function reallyRemoveView(one: Material, reader: Reader): View {
  const { t } = reader;
  return {
    text: lines(
      html`<b>${placeName(one.event, reader)}</b>`,
      html`${icon(one)} ${one.title}`,
      '',
      html`${t('materials:really_remove')}`,
    ),
    buttons: [
      [{ text: t('materials:remove'), data: data('delete_material', one.id) }],
      [{ text: t('common:back'), data: data('event_materials', one.eventId ?? 0) }],
    ],
  };
}

/** `participants`: how many have a seat at the event. */
export function addedView(added: MaterialRow, event: Event | null, participants: number, reader: Reader): View {
  const { t } = reader;
  const id = event?.id ?? 0;
  const when =
    added.toldAt === null ? t(`materials:told_${added.phase as 'during' | 'after'}`) : t('materials:told_now');
  return {
    text: lines(
      html`✅ <b>${t('materials:added')}</b>`,
      html`${icon(added)} ${added.title}`,
      event && html`\n${when}\n${t('materials:participants', { count: participants })}`,
    ),
    buttons: [
      [{ text: t('materials:add_another'), data: data('add_material', id) }],
      [{ text: t('materials:list'), data: data('event_materials', id) }],
      [back(event, t)],
    ],
  };
}

const back = (event: Event | null, t: T): Button => ({
  text: t('common:back'),
  data: event ? data('manage', event.id) : 'organize',
});
