import { formatWhen } from '../../bot/format/dates.ts';
import type { Person } from '../../bot/context.ts';
import { html, lines, type Html } from '../../bot/html.ts';
import type { T } from '../../bot/i18n.ts';
import { clip, data, grid, oneLine, shorten, type Button, type View } from '../../bot/view.ts';
import type { Wordings } from '../../db/schema.ts';
import { cityOf, pick } from '../../programme.ts';
import type { Reader } from '../events/messages.ts';
import { wording, type Event } from '../events/store.ts';
import { toManage } from '../organize/messages.ts';
import { MOST_CRITERIA, scoredUntil, type Criterion, type Figures, type Reviewer } from './store.ts';

export const toSelection = (t: T, eventId: number): Button => ({
  text: t('selection:title'),
  data: data('selection', eventId),
});

/** What organizers wrote, for its reader. */
export const worded = (texts: Wordings, { reads }: Pick<T, 'reads'>): string => pick(texts, reads) ?? '—';

export const head = (event: Event, t: T, title: string) =>
  lines(html`<b>${title}</b>`, html`${clip(wording(event, t).title, 200)}`);

/** By the clock of the event, which all of its organizers and reviewers share. */
export function whenOf({ zone }: Event, at: Temporal.Instant, { lang, programme }: Reader): string {
  return formatWhen(lang, at, zone, cityOf(programme, zone, lang));
}

/** Before it is a selection: what would become of those who are there. */
export function offView(event: Event, people: { seated: number; open: number }, { t }: Reader, note?: string): View {
  return {
    text: lines(
      ...(note === undefined ? [] : [note, '']),
      head(event, t, t('selection:title')),
      '',
      t('selection:off_explained'),
      people.seated > 0 && html`\n${t('selection:seated_keep', { count: people.seated })}`,
      people.open > 0 && html`\n${t('selection:open_become', { count: people.open })}`,
    ),
    buttons: [[{ text: t('selection:turn_on'), data: data('selection_on', event.id) }], [toManage(t, event.id)]],
  };
}

type About = { figures: Figures; criteria: Criterion[]; reviewers: Reviewer[]; begun: boolean };

export function selectionView(event: Event, about: About, reader: Reader, note?: string): View {
  const { t } = reader;
  const { figures, criteria, reviewers, begun } = about;
  const { applications, twice, listed, ready } = figures;
  const to = (text: string, name: string): Button[] => [{ text, data: data(name, event.id) }];
  return {
    text: lines(
      ...(note === undefined ? [] : [note, '']),
      head(event, t, t('selection:title')),
      '',
      html`${t('seats:applications')}: ${applications}`,
      html`${t('selection:scored_twice', { count: twice })}`,
      html`${t('selection:shortlist')}: ${listed}`,
      event.seats !== null && html`${t('changes:seats_now', { value: event.seats })}`,
      '',
      html`${t('selection:criteria')}: ${criteria.length}`,
      html`${t('selection:reviewers')}: ${reviewers.length}`,
      html`${t('selection:scores_until')}: ${whenOf(event, scoredUntil(event), reader)}`,
      reviewers.length < 2 && html`\n⚠️ ${t('selection:two_reviewers')}`,
    ),
    buttons: [
      to(t('selection:ranking'), 'ranking'),
      to(t('selection:shortlist'), 'shortlist'),
      begun || ready === 0 ? [] : to(t('selection:offer'), 'offer_seats'),
      begun || applications === 0 || ready > 0 ? [] : to(t('selection:decline_others'), 'applications'),
      [...to(t('selection:criteria'), 'criteria'), ...to(t('selection:reviewers'), 'reviewers')],
      begun ? [] : [...to(t('selection:scores_until'), 'scores_until'), ...to(t('organize:to_questions'), 'questions')],
      begun ? [] : to(t('selection:turn_off'), 'selection_off'),
      [toManage(t, event.id)],
    ],
  };
}

export function reallyOffView(event: Event, { t }: Reader): View {
  return {
    text: lines(head(event, t, t('selection:title')), '', t('selection:really_off')),
    buttons: [
      [{ text: t('selection:turn_off'), data: data('selection_off_now', event.id) }],
      [{ text: t('common:back'), data: data('selection', event.id) }],
    ],
  };
}

export function criteriaView(event: Event, criteria: Criterion[], fixed: boolean, { t }: Reader, note?: string): View {
  return {
    text: lines(
      ...(note === undefined ? [] : [note, '']),
      head(event, t, t('selection:criteria')),
      '',
      ...criteria.map((one, i) => html`${i + 1}. ${worded(one.title, t)} · ${rule(one, t)}`),
      fixed && html`\n${t('selection:fixed')}`,
    ),
    buttons: [
      ...grid(
        criteria.map(({ id }, i) => ({ text: String(i + 1), data: data('criterion', id) })),
        5,
      ),
      fixed || criteria.length >= MOST_CRITERIA
        ? []
        : [{ text: t('selection:add_criterion'), data: data('add_criterion', event.id) }],
      [toSelection(t, event.id)],
    ],
  };
}

const rule = ({ most, weight }: Criterion, t: T) => t('selection:rule', { most, weight });

export function criterionView(one: Criterion, languages: string[], fixed: boolean, { t }: Reader): View {
  const others = languages
    .flatMap((language) => one.title[language] ?? [])
    .filter((text) => text !== worded(one.title, t));
  return {
    text: lines(
      html`<b>${worded(one.title, t)}</b>`,
      ...others.map((text) => html`${text}`),
      rule(one, t),
      fixed && html`\n${t('selection:fixed')}`,
    ),
    buttons: [
      [{ text: t('common:edit'), data: data('edit_criterion', one.id) }],
      fixed ? [] : [{ text: t('selection:drop_criterion'), data: data('drop_criterion', one.id) }],
      [{ text: t('selection:criteria'), data: data('criteria', one.eventId) }],
    ],
  };
}

const nameOf = ({ person }: Reviewer, t: T): string => oneLine(person.fullName ?? t('organize:no_name'));

/** Reviewers need not have given a name; the link opens their Telegram profile. */
export function mention({ fullName, telegramId }: Person, t: T): Html {
  const name = oneLine(fullName ?? t('organize:no_name'));
  return telegramId === null ? html`${name}` : html`<a href="tg://user?id=${telegramId}">${name}</a>`;
}

export function reviewersView(event: Event, reviewers: Reviewer[], { t }: Reader, note?: string): View {
  return {
    text: lines(
      ...(note === undefined ? [] : [note, '']),
      head(event, t, t('selection:reviewers')),
      '',
      ...reviewers.map(
        (one, i) =>
          html`${i + 1}. ${mention(one.person, t)} · ${t('forms:progress', { position: one.done, total: one.of })}`,
      ),
      reviewers.length < 2 && html`⚠️ ${t('selection:two_reviewers')}`,
      '',
      t('selection:blind'),
    ),
    buttons: [
      [{ text: t('selection:invite_reviewer'), data: data('invite_reviewer', event.id) }],
      ...reviewers.map((one, i) => [
        { text: shorten(`✗ ${i + 1}. ${nameOf(one, t)}`), data: data('remove_reviewer', one.roleId) },
      ]),
      [toSelection(t, event.id)],
    ],
  };
}

export function reallyRemoveView(event: Event, one: Reviewer, { t }: Reader): View {
  return {
    text: lines(html`${t('roles:really_remove')}`, mention(one.person, t), '', t('selection:scores_stay')),
    buttons: [
      [{ text: t('roles:remove'), data: data('drop_reviewer', one.roleId) }],
      [{ text: t('common:back'), data: data('reviewers', event.id) }],
    ],
  };
}
