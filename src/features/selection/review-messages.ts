import { html, lines, type Html } from '../../bot/html.ts';
import type { T } from '../../bot/i18n.ts';
import { pageAt, pageButtons } from '../../bot/pages.ts';
import { clip, data, grid, menu, oneLine, shorten, type Button, type View } from '../../bot/view.ts';
import type { Answers } from '../../db/schema.ts';
import { answeredQuestions } from '../../forms/spec/answers.ts';
import type { AskedItem } from '../../forms/spec/spec.ts';
import { countryName } from '../../programme.ts';
import type { Reader } from '../events/messages.ts';
import { wording, type Event } from '../events/store.ts';
import type { Version } from '../forms/store.ts';
import { head, whenOf, worded } from './messages.ts';
import { scoreOf, type Application, type Review, type Task } from './reviews.ts';
import { scoredUntil, type Criterion } from './store.ts';

/** Done tasks that are on a page, to be looked at again. */
const LIST = 20;

const toTasks = (t: T, eventId: number): Button => ({ text: t('seats:back_to_list'), data: data('reviews', eventId) });

/** The events whose applications somebody scores. */
export function reviewsView(events: { event: Event; tasks: Task[] }[], { t }: Pick<Reader, 't'>): View {
  return {
    text: lines(
      html`<b>${t('selection:review')}</b>`,
      '',
      events.length === 0 && t('selection:nothing_to_score'),
      ...events.map(
        ({ event, tasks }, i) => html`${i + 1}. ${clip(wording(event, t).title, 200)} · ${progress(tasks, t)}`,
      ),
    ),
    buttons: [
      ...events.map(({ event }, i) => [
        { text: shorten(`${i + 1}. ${wording(event, t).title}`), data: data('reviews', event.id) },
      ]),
      [menu(t)],
    ],
  };
}

const progress = (tasks: Task[], t: T): string =>
  t('forms:progress', { position: tasks.filter(({ done }) => done).length, total: tasks.length });

/** What one event asks of a reviewer. `open`: scores can still be given. */
export function tasksView(
  event: Event,
  tasks: Task[],
  { open, page }: { open: boolean; page: string | undefined },
  reader: Reader,
  note?: string,
): View {
  const { t } = reader;
  const [next, done] = [tasks.find((one) => !one.done), tasks.filter((one) => one.done)];
  const place = pageAt(done.length, page, LIST);
  const state = () => {
    if (!open) return t('selection:over');
    if (tasks.length === 0) return t('selection:nothing_to_score');
    return next ? t('selection:blind') : t('selection:all_scored');
  };
  return {
    text: lines(
      ...(note === undefined ? [] : [note, '']),
      head(event, t, t('selection:review')),
      '',
      html`${t('selection:scored')}: ${progress(tasks, t)}`,
      html`${t('selection:scores_until')}: ${whenOf(event, scoredUntil(event), reader)}`,
      '',
      state(),
      open && done.length > 0 && html`\n${t('selection:look_again')}`,
    ),
    buttons: [
      open && next ? [{ text: t('selection:next'), data: data('to_score', next.id) }] : [],
      ...(open
        ? grid(
            done
              .slice(place.first, place.first + LIST)
              .map(({ id }) => ({ text: `№ ${id}`, data: data('to_score', id) })),
            4,
          )
        : []),
      open ? pageButtons(t, place, (to) => data('reviews', event.id, to)) : [],
      [menu(t)],
    ],
  };
}

/** What would say who somebody is, or how to reach them. A file says it by its name or by what is in it. */
function isTelling(item: AskedItem): boolean {
  const contact = item.type === 'text' && (item.as === 'email' || item.as === 'phone');
  return contact || item.type === 'file' || item.type === 'image' || item.type === 'geopoint';
}

/** UTF-16 units on a page of a message of 4096. */
const PAGE = 2800;
const PIECE = 1400;
/** The same of the last one with the reader's own opinion. */
const WITH_OWN = 3400;

/** As Telegram counts: without tags, and a character that is escaped once. */
const sizeOf = ({ html }: Html): number => html.replace(/<[^>]*>/g, '').replace(/&\w+;/g, '.').length;

/** What they answered, in as many pages as it needs: who scores an application has to read all of it. */
function answerPages(given: Answers, versions: Version[], t: T): Html[][] {
  const questions = answeredQuestions(
    versions.map(({ spec }) => spec),
    t,
  ).filter(({ item }) => !isTelling(item));
  const pieces = questions.flatMap(({ label, inWords }) => {
    const answer = inWords(given);
    if (answer === null) return [];
    const parts = answer.match(new RegExp(`[^]{1,${PIECE}}`, 'gu')) ?? [];
    return parts.map((part, i) => ({
      size: part.length + (i === 0 ? label.length : 0),
      shown: i === 0 ? lines('', html`<b>${label}</b>`, html`${part}`) : html`${part}`,
    }));
  });
  const pages: Html[][] = [[]];
  let room = PAGE;
  for (const { size, shown } of pieces) {
    if (size > room && pages.at(-1)!.length > 0) {
      pages.push([]);
      room = PAGE;
    }
    pages.at(-1)!.push(shown);
    room -= size;
  }
  return pages;
}

type Shown = {
  application: Application;
  versions: Version[];
  criteria: Criterion[];
  review: Review | null;
  tasks: Task[];
  page: string | undefined;
};

/** One application as a reviewer sees it. */
export function applicationView(event: Event, shown: Shown, reader: Reader, note?: string): View {
  const { t, lang, programme } = reader;
  const { application, versions, criteria, review, tasks, page } = shown;
  const { registration, person } = application;
  const pages = answerPages(registration.answers, versions, t);
  const own = review ? ['', ...said(review, criteria, t)] : [];
  // With a long comment it has a page of its own.
  if (sizeOf(lines(...pages.at(-1)!, ...own)) > WITH_OWN) pages.push([]);
  const place = pageAt(pages.length, page, 1);
  const next = tasks.find(({ id, done }) => !done && id !== registration.id);
  const { country } = registration;
  const last = place.page === place.pages - 1;
  return {
    text: lines(
      ...(note === undefined ? [] : [note, '']),
      html`<b>${t('selection:application', { number: registration.id })}</b> · ${progress(tasks, t)}`,
      html`${clip(wording(event, t).title, 200)}`,
      '',
      html`${[country && countryName(programme, country, lang), person.agency && oneLine(person.agency)].filter(Boolean).join(' · ')}`,
      person.position && html`${oneLine(person.position)}`,
      ...pages[place.page]!,
      ...(last ? own : []),
    ),
    buttons: [
      pageButtons(t, place, (to) => data('to_score', registration.id, to)),
      [
        {
          text: t(review && !review.conflict ? 'selection:change_score' : 'selection:score'),
          data: data('score', registration.id),
        },
      ],
      review?.conflict ? [] : [{ text: t('selection:conflict'), data: data('knows_them', registration.id) }],
      next ? [{ text: t('selection:next'), data: data('to_score', next.id) }] : [],
      [toTasks(t, event.id)],
    ],
  };
}

/** What a reviewer said, to themselves. */
function said(review: Review, criteria: Criterion[], t: T): Html[] {
  if (review.conflict) return [html`<i>${t('selection:conflict_noted')}</i>`];
  return [
    html`<b>${t('selection:your_score')}: ${Math.round(scoreOf(criteria, review) ?? 0)} / 100</b>`,
    ...criteria.map(({ id, title, most }) => html`${worded(title, t)}: ${review.points[id] ?? '—'} / ${most}`),
    ...(review.comment === null ? [] : [html`<blockquote>${review.comment}</blockquote>`]),
  ];
}

/** `tasks`: all that they are asked about. */
export function reminderView(event: Event, tasks: Task[], reader: Reader): View {
  const { t } = reader;
  return {
    text: lines(
      html`✍️ <b>${t('selection:reminder')}</b>`,
      html`${clip(wording(event, t).title, 200)}`,
      '',
      html`${t('selection:scored')}: ${progress(tasks, t)}`,
      html`${t('selection:scores_until')}: ${whenOf(event, scoredUntil(event), reader)}`,
    ),
    buttons: [[{ text: t('selection:review'), data: data('reviews', event.id) }], [menu(t)]],
  };
}
