import { formatBytes } from '../../bot/format/quantities.ts';
import { languageName } from '../../bot/format/words.ts';
import { html, lines, type Html } from '../../bot/html.ts';
import type { T } from '../../bot/i18n.ts';
import { pageButtons, type Page } from '../../bot/pages.ts';
import { data, menu, oneLine, shorten, type Button, type View } from '../../bot/view.ts';
import { wording, type Event } from '../events/store.ts';
import { file, type Attachment } from '../../forms/kinds/file.ts';
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

export const placeName = (event: Event | null, { t }: Reader): string =>
  event ? wording(event, t).title : t('materials:library');

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
    buttons: [[getButton(one, t)], [{ text: t('materials:all'), data: 'materials' }]],
  };
}

export const materialLine = ({ title }: MaterialRow, { t }: Reader) => oneLine(t('materials:adding', { about: title }));

const getButton = ({ id, url }: Material, t: T): Button =>
  url === null ? { text: t('materials:download'), data: data('material', id) } : linkButton(url, t);

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
        { text: shorten(`${first + i + 1}. ${icon(one)} ${one.title}`), data: data('manage_material', one.id) },
      ]),
      pageButtons(t, found, (page) => data('event_materials', id, page)),
      [{ text: t('organize:to_add_material'), data: data('add_material', id) }],
      [back(event, t)],
    ],
  };
}

/** For organizers: one material, and what they can do with it. */
export function ofOneView(one: Material, reader: Reader): View {
  const { t } = reader;
  return {
    text: lines(
      html`<b>${placeName(one.event, reader)}</b>`,
      '',
      html`${icon(one)} <b>${one.title}</b>`,
      html`${details(one, reader)}`,
      one.event && html`${t('materials:available')} · ${t(`materials:phase_${one.phase}`)}`,
    ),
    buttons: [
      [getButton(one, t)],
      [{ text: t('materials:remove'), data: data('remove_material', one.id) }],
      [{ text: t('common:back'), data: data('event_materials', one.eventId ?? 0) }],
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
      [{ text: t('common:back'), data: data('manage_material', one.id) }],
    ],
  };
}

type Outcome = {
  /** How many have a seat at the event. */
  participants: number;
  /** The library's: everyone gets a message about it. */
  toEveryone: boolean;
  /** A file that came meanwhile and waits for its turn. */
  following: { draft: number; file: string } | null;
};

export function addedView(
  added: MaterialRow,
  event: Event | null,
  { participants, toEveryone, following }: Outcome,
  { t, now }: Reader & { now: Temporal.Instant },
): View {
  const id = event?.id ?? 0;
  return {
    text: lines(
      html`✅ <b>${t('materials:added')}</b>`,
      html`${icon(added)} ${added.title}`,
      '',
      event ? whenTold(added, event, now, t) : t(toEveryone ? 'materials:told_everyone' : 'materials:told_nobody'),
      event && t('materials:participants', { count: participants }),
    ),
    buttons: [
      following
        ? [
            {
              text: shorten(`▶ ${t('materials:next', { file: following.file })}`),
              data: data('resume', following.draft),
            },
          ]
        : [],
      [{ text: t('materials:add_another'), data: data('add_material', id) }],
      [{ text: t('materials:list'), data: data('event_materials', id) }],
      [back(event, t)],
    ],
  };
}

function whenTold({ toldAt, phase }: MaterialRow, event: Event, now: Temporal.Instant, t: T): string {
  const isAhead = (at: Temporal.Instant) => Temporal.Instant.compare(at, now) > 0;
  if (toldAt !== null) return t('materials:told_now');
  if (phase === 'during' && isAhead(event.beginsAt)) return t('materials:told_during');
  if (phase === 'after' && isAhead(event.endsAt)) return t('materials:told_after');
  // It could be seen already, were the event no draft.
  return t('materials:told_published');
}

/** "a.pdf (2.4 MB)" */
export function fileLabel(attachment: Attachment, { t, lang }: Reader): string {
  const name = file(t).show(attachment);
  const size = attachment.kind === 'link' ? null : attachment.fileSize;
  return size === null ? name : `${name} (${formatBytes(lang, size)})`;
}

/** About a file that came while another one is being described. */
export function keptView(next: Attachment, reader: Reader): View {
  const { t } = reader;
  return { text: lines(t('materials:received', { file: fileLabel(next, reader) }), t('materials:is_next')) };
}

const back = (event: Event | null, t: T): Button => ({
  text: t('common:back'),
  data: event ? data('manage', event.id) : 'organize',
});
