import { collator } from '../../bot/format/words.ts';
import { html, lines, type Html } from '../../bot/html.ts';
import type { T } from '../../bot/i18n.ts';
import { pageAt, pageButtons } from '../../bot/pages.ts';
import { data, grid, menu, shorten, type Button, type View } from '../../bot/view.ts';
import { countryName, text, type Programme } from '../../programme.ts';
import { PAGE, type Found } from './search.ts';
import type { Entry } from './store.ts';

export type Reader = { t: T; lang: string; programme: Programme };

export const directory = (t: T): Button => ({ text: t('common:menu_directory'), data: 'directory' });

/** To somebody whose attendance was marked. */
export function welcomeView(t: T): View {
  return {
    text: lines(html`🎓 <b>${t('alumni:welcome')}</b>`, '', html`${t('alumni:welcome_directory')}`),
    buttons: [
      [{ text: t('alumni:show_me'), data: 'list_me' }],
      [{ text: t('alumni:open_directory'), data: 'directory' }],
    ],
  };
}

export function closedView(t: T): View {
  return { text: html`${t('alumni:closed')}`, buttons: [[{ text: t('events:all'), data: 'events' }], [menu(t)]] };
}

/** `own`: one's own entry, null while hidden; undefined for an organizer who has not attended and has none. */
export function directoryView(own: Entry | null | undefined, reader: Reader): View {
  const { t } = reader;
  const mine: Button[][] = own
    ? [[{ text: t('alumni:change_me'), data: 'list_me' }], [{ text: t('alumni:hide_me'), data: 'hide_me' }]]
    : [[{ text: t('alumni:show_me'), data: 'list_me' }]];
  return {
    text: lines(
      html`<b>${t('common:menu_directory')}</b>`,
      html`${t('alumni:explained')}`,
      own === null && html`\n${t('alumni:you_are_hidden')}`,
      own && lines(html`\n${t('alumni:you_are_visible')}`, '', entryText(own, reader)),
    ),
    buttons: [
      [{ text: t('alumni:search'), data: 'find_alumni' }],
      [
        { text: t('alumni:by_country'), data: 'directory_countries' },
        { text: t('alumni:by_expertise'), data: 'directory_expertise' },
      ],
      ...(own === undefined ? [] : mine),
      [menu(t)],
    ],
  };
}

/** An entry as everybody sees it: in a preview, in one's own page, and in the page that others open. */
export function entryText(entry: Entry, reader: Reader): Html {
  const { t, lang, programme } = reader;
  const tags = expertiseNames(entry, reader);
  return lines(
    names(entry),
    entry.country !== null && html`${t('people:country')} · ${countryName(programme, entry.country, lang)}`,
    entry.agency !== null && html`${t('people:agency')} · ${entry.agency}`,
    entry.position !== null && html`${t('people:position')} · ${entry.position}`,
    tags !== '' && html`${t('alumni:expertise')} · ${tags}`,
    entry.about !== null && html`\n${entry.about}`,
  );
}

/** What a list is of, and the callback data that its pages share: `found:12`, `alumni_from:KZ`. */
export type List = { title: string; pages: string; again: Button };

export function listView({ entries, total, page }: Found, { title, pages, again }: List, reader: Reader): View {
  const { t } = reader;
  const at = pageAt(total, page, PAGE);
  return {
    text: lines(
      html`<b>${title}</b>`,
      html`${total === 0 ? t('alumni:nothing_found') : t('alumni:found', { total })}`,
      ...entries.map((entry, i) => html`\n${at.first + i + 1}. ${lines(names(entry), inBrief(entry, reader))}`),
    ),
    buttons: [
      ...entries.map(({ name, personId }, i) => [
        { text: shorten(`${at.first + i + 1}. ${name}`), data: data('alumna', personId, pages, page) },
      ]),
      pageButtons(t, at, (to) => data(pages, to)),
      [again],
      [directory(t)],
    ],
  };
}

/** Countries or tags that somebody is listed under, with how many. */
export function choicesView(
  title: string,
  choices: { label: string; n: number; data: string }[],
  { t, lang }: Reader,
): View {
  const sorted = choices.toSorted((a, b) => collator(lang).compare(a.label, b.label));
  return {
    text: lines(html`<b>${title}</b>`, choices.length === 0 && html`${t('alumni:nobody_listed')}`),
    buttons: [
      ...grid(
        sorted.map(({ label, n, data }) => ({ text: `${cut(label, 25)} · ${n}`, data })),
        1,
      ),
      [directory(t)],
    ],
  };
}

export function goneView(t: T, what: 'list_gone' | 'entry_gone' | 'request_gone'): View {
  return { text: html`${t(`alumni:${what}`)}`, buttons: [[directory(t)], [menu(t)]] };
}

export function profileFirstView(t: T): View {
  return {
    text: html`${t('alumni:profile_first')}`,
    buttons: [[{ text: t('common:menu_profile'), data: 'profile' }], [menu(t)]],
  };
}

/** The name as they write it; the passport's only where it tells a reader of another script more. */
export function names({ name, latinName }: Entry): Html {
  const same = latinName === null || latinName.toLowerCase() === name.toLowerCase();
  return same ? html`<b>${name}</b>` : html`<b>${name}</b> (${latinName})`;
}

function inBrief(entry: Entry, reader: Reader): Html {
  const country = entry.country && countryName(reader.programme, entry.country, reader.lang);
  const work = [country, entry.agency, entry.position].filter(Boolean);
  // Five entries have to fit into the 4096 characters of a message.
  return lines(html`${cut(work.join(' · '), 160)}`, expertiseNames(entry, reader) || null);
}

/** A tag that the programme has dropped is not shown any more. */
function expertiseNames({ expertise }: Entry, { lang, programme }: Reader): string {
  return programme.expertise
    .filter(({ key }) => expertise.includes(key))
    .map(({ names }) => text(programme, names, lang))
    .join(', ');
}

function cut(text: string, length: number): string {
  const characters = [...text];
  return characters.length <= length
    ? text
    : `${characters
        .slice(0, length - 1)
        .join('')
        .trimEnd()}…`;
}
