import { formatWhenBoth } from '../../bot/format/dates.ts';
import { collator } from '../../bot/format/words.ts';
import { html, lines, type Html } from '../../bot/html.ts';
import type { T } from '../../bot/i18n.ts';
import { pageButtons, pageOf } from '../../bot/pages.ts';
import { clip, data, grid, menu, oneLine, shorten, type Button, type View } from '../../bot/view.ts';
import { pick } from '../../programme.ts';
import { cities, type Reader } from '../events/messages.ts';
import { wording, type Event } from '../events/store.ts';
import { toManage } from '../organize/messages.ts';
import { isOpen, MOST_REQUIREMENTS, type Item, type Requirement, type Row } from './store.ts';

/** People on a page of who lacks what. */
const LIST = 15;

const MARKS = { missing: '⬜', ready: '☑️', checked: '✅', refused: '⚠️', waived: '➖' } as const;
const stateOf = ({ state }: Item) => state?.state ?? 'missing';

export const nameOf = ({ title }: Requirement, { reads }: Pick<T, 'reads'>): string => pick(title, reads) ?? '—';

const when = ({ zone }: Event, at: Temporal.Instant, reader: Reader) =>
  formatWhenBoth(reader.lang, at, reader.zone, zone, cities(reader));

const head = (event: Event, t: T) =>
  lines(html`<b>${t('requirements:title')}</b>`, html`${clip(wording(event, t).title, 200)}`);

export const toRequirements = (t: T, eventId: number): Button => ({
  text: t('requirements:title'),
  data: data('requirements', eventId),
});

/** The organizer's list. */
export function requirementsView(event: Event, rows: Row[], all: Requirement[], reader: Reader, note?: string): View {
  const { t } = reader;
  const complete = rows.filter(({ items }) => !items.some(isOpen)).length;
  return {
    text: lines(
      ...(note === undefined ? [] : [note, '']),
      head(event, t),
      '',
      all.length === 0 && t('requirements:none'),
      ...all.map((one, i) =>
        lines(html`${i + 1}. ${fitting(nameOf(one, t), all.length, SHORT.name)}`, ...details(event, one, reader)),
      ),
      '',
      all.length > 0 && html`${t('requirements:complete', { done: complete, total: rows.length })}`,
      t('requirements:explained'),
    ),
    buttons: [
      ...grid(
        all.map(({ id }, i) => ({ text: String(i + 1), data: data('requirement', id) })),
        5,
      ),
      all.length < MOST_REQUIREMENTS ? [{ text: t('requirements:add'), data: data('add_requirement', event.id) }] : [],
      all.length > 0 ? [{ text: t('requirements:checklist'), data: data('checklist', event.id) }] : [],
      [toManage(t, event.id)],
    ],
  };
}

function details(event: Event, { dueAt, asksValue, keptUntil }: Requirement, reader: Reader): Html[] {
  const { t } = reader;
  return [
    ...(dueAt ? [html`    ${t('requirements:due')}: ${when(event, dueAt, reader)}`] : []),
    ...(asksValue && keptUntil
      ? [html`    ${t('requirements:value_until', { when: when(event, keptUntil, reader) })}`]
      : []),
  ];
}

export function requirementView(event: Event, one: Requirement, reader: Reader): View {
  const { t } = reader;
  return {
    text: lines(head(event, t), '', html`<b>${nameOf(one, t)}</b>`, ...details(event, one, reader)),
    buttons: [
      [{ text: t('common:edit'), data: data('edit_requirement', one.id) }],
      [{ text: t('requirements:drop'), data: data('really_drop_requirement', one.id) }],
      [toRequirements(t, event.id)],
    ],
  };
}

export function reallyDropView(one: Requirement, t: T): View {
  return {
    text: lines(html`<b>${nameOf(one, t)}</b>`, t('requirements:really_drop')),
    buttons: [
      [{ text: t('requirements:drop'), data: data('drop_requirement', one.id) }],
      [{ text: t('common:back'), data: data('requirement', one.id) }],
    ],
  };
}

const personName = ({ person }: Row, t: T): string =>
  clip((person.latinName ?? person.fullName ?? t('organize:no_name')).replace(/\s+/g, ' '), 50);

/** Who lacks what: those who lack something first, then by name. */
export function checklistView(event: Event, rows: Row[], wanted: string | undefined, reader: Reader): View {
  const { t, lang } = reader;
  const open = ({ items }: Row) => items.filter(isOpen).length;
  const { compare } = collator(lang);
  const sorted = rows.toSorted(
    (a, b) => Number(open(a) === 0) - Number(open(b) === 0) || compare(personName(a, t), personName(b, t)),
  );
  const place = pageOf(sorted, wanted, LIST);
  const requirements = rows[0]?.items ?? [];
  return {
    text: lines(
      head(event, t),
      html`${t('requirements:complete', { done: rows.filter((row) => open(row) === 0).length, total: rows.length })}`,
      '',
      ...(rows.length === 0 ? [t('organize:nobody')] : []),
      ...place.items.map(
        (row, i) =>
          html`${place.first + i + 1}. ${personName(row, t)}\n    ${row.items.map((item) => MARKS[stateOf(item)]).join('')}`,
      ),
      '',
      ...requirements.map(({ requirement }, i) => html`<i>${i + 1}: ${clip(nameOf(requirement, t), 60)}</i>`),
      html`<i>${legend(t)}</i>`,
    ),
    buttons: [
      ...grid(
        place.items.map(({ registrationId }, i) => ({
          text: String(place.first + i + 1),
          data: data('documents_of', registrationId),
        })),
        5,
      ),
      pageButtons(t, place, (page) => data('checklist', event.id, page)),
      [toRequirements(t, event.id)],
    ],
  };
}

const legend = (t: T): string =>
  Object.entries(MARKS)
    .map(([state, mark]) => `${mark} ${t(`requirements:state_${state as keyof typeof MARKS}`)}`)
    .join(' · ');

/** As many stand in a list in full; of more, the beginnings fit a message, and each has a page or a message of its own. */
const FEW = 3;
/** UTF-16 units. */
const SHORT = { name: 60, words: 60, value: 30 };

/** What somebody typed, as a list of so many has room for it. */
const fitting = (text: string, of: number, short: number): string => (of > FEW ? clip(text, short) : text);

function itemLines(event: Event, items: Item[], reader: Reader): Html[] {
  const { t } = reader;
  return items.map((item, i) => {
    const { requirement, state } = item;
    const name = fitting(nameOf(requirement, t), items.length, SHORT.name);
    return lines(
      html`${MARKS[stateOf(item)]} ${i + 1}. ${name} · ${t(`requirements:state_${stateOf(item)}`)}`,
      isOpen(item) &&
        requirement.dueAt &&
        html`    ${t('requirements:due')}: ${when(event, requirement.dueAt, reader)}`,
      state?.note && html`<blockquote>${fitting(state.note, items.length, SHORT.words)}</blockquote>`,
    );
  });
}

/** All that is required of one person, for organizers. */
export function documentsOfView(event: Event, row: Row, reader: Reader, note?: string): View {
  const { t } = reader;
  return {
    text: lines(
      ...(note === undefined ? [] : [note, '']),
      html`<b>${personName(row, t)}</b>`,
      html`${clip(wording(event, t).title, 200)}`,
      '',
      ...itemLines(event, row.items, reader),
    ),
    buttons: [
      ...row.items.map((item, i) => [
        {
          text: shorten(`${MARKS[stateOf(item)]} ${i + 1}. ${nameOf(item.requirement, t)}`),
          data: data('document', item.requirement.id, row.registrationId),
        },
      ]),
      [{ text: t('requirements:checklist'), data: data('checklist', event.id) }],
    ],
  };
}

/** One document of one person, and what an organizer says of it. */
export function documentView(event: Event, row: Row, item: Item, reader: Reader): View {
  const { t } = reader;
  const { requirement, state } = item;
  const to = (text: string, name: string): Button[] => [{ text, data: data(name, requirement.id, row.registrationId) }];
  return {
    text: lines(
      html`<b>${personName(row, t)}</b>`,
      '',
      ...itemLines(event, [item], reader),
      state?.value && html`${t('requirements:value')}: <code>${state.value}</code>`,
      ...details(event, requirement, reader),
    ),
    buttons: [
      state?.state === 'checked' ? [] : to(t('requirements:check'), 'check_document'),
      to(t('requirements:refuse'), 'refuse_document'),
      state?.state === 'waived' ? [] : to(t('requirements:waive'), 'waive_document'),
      [{ text: t('common:back'), data: data('documents_of', row.registrationId) }],
    ],
  };
}

/** The participant's own page: a press says that a document is ready, or asks for the value. */
export function myDocumentsView(event: Event, items: Item[], reader: Reader, note?: string): View {
  const { t } = reader;
  return {
    text: lines(
      ...(note === undefined ? [] : [note, '']),
      head(event, t),
      '',
      ...itemLines(event, items, reader),
      ...items.flatMap(({ state }, i) =>
        state?.value
          ? [html`${i + 1}: ${t('requirements:value')}: ${fitting(state.value, items.length, SHORT.value)}`]
          : [],
      ),
      '',
      items.some(isOpen) ? t('requirements:my_explained') : t('requirements:all_done'),
    ),
    buttons: [
      ...items.flatMap((item, i) => {
        const { requirement, state } = item;
        const label = `${i + 1}. ${nameOf(requirement, t)}`;
        if (isOpen(item) || (state?.state === 'ready' && requirement.asksValue))
          return [
            [{ text: shorten(`${requirement.asksValue ? '✍️' : '☑️'} ${label}`), data: data('ready', requirement.id) }],
          ];
        return state?.state === 'ready'
          ? [[{ text: shorten(`↩ ${label}`), data: data('not_ready', requirement.id) }]]
          : [];
      }),
      [{ text: t('common:back'), data: data('event', event.id) }],
      [menu(t)],
    ],
  };
}

export type Told = 'asked' | 'reminder' | 'refused';

/** What Bilim writes by itself: what is asked for, what is still missing, what is to be corrected. */
export function toldView(event: Event, items: Item[], told: Told, reader: Reader): View {
  const { t } = reader;
  return {
    text: lines(
      html`📄 <b>${t(`requirements:${told}`)}</b>`,
      html`${clip(wording(event, t).title, 200)}`,
      '',
      ...itemLines(event, items, reader),
      '',
      t('requirements:no_scans'),
    ),
    buttons: [[{ text: t('requirements:title'), data: data('documents', event.id) }], [menu(t)]],
  };
}

export const toldLine = (event: Event, told: Told, t: T): string =>
  oneLine(`${t(`requirements:${told}`)} · ${wording(event, t).title}`);
