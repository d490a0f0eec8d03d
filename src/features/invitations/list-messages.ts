import { html, lines, type Html } from '../../bot/html.ts';
import type { T } from '../../bot/i18n.ts';
import { clip, data, oneLine, type View } from '../../bot/view.ts';
import type { Answers } from '../../db/schema.ts';
import { countryName } from '../../programme.ts';
import type { Reader } from '../events/messages.ts';
import { wording, type Event } from '../events/store.ts';
import { toManage } from '../organize/messages.ts';
import type { ReadPlan } from './import-form.ts';
import type { Known } from './known.ts';
import type { Done, Plan, PlannedLine, Problem } from './plan.ts';
import { shownEntry } from './questions.ts';

/** Rows that the summary names: all are in the file that comes with it. */
const MOST = 12;

/** Headers. Some hold an "and" themselves, so no other one joins them. */
const required = (t: T): string => [t('people:full_name'), t('people:country')].join(', ');

/** Why nothing can be done with a file. */
export function unreadableView({ kind }: Exclude<ReadPlan, { kind: 'ok' }>, t: T): View {
  switch (kind) {
    case 'unreadable':
      return { text: html`${t('places:unreadable')}` };
    case 'no headers':
      return { text: html`${t('places:list_headers', { list: required(t) })}` };
    case 'nobody':
      return { text: html`${t('places:list_empty')}` };
  }
}

const noteworthy = ({ plan }: PlannedLine) => plan.kind === 'wrong' || plan.kind === 'known';
export const cutShort = ({ lines }: Plan): boolean => lines.filter(noteworthy).length > MOST;

/** What would become of the list, in place of a summary. */
export function planReport(event: Event, read: ReadPlan | null, answers: Answers, reader: Reader): Html {
  const { t, lang, programme } = reader;
  if (read?.kind !== 'ok') return read ? unreadableView(read, t).text : html``;
  const { lines: rows, left } = read.plan;
  const count = (kind: PlannedLine['plan']['kind']) => rows.filter(({ plan }) => plan.kind === kind).length;
  const number = (label: string, n: number) => n > 0 && html`${label}: ${n}`;
  const coming = rows.flatMap(({ plan }) => (plan.kind === 'new' || plan.kind === 'known' ? [plan] : []));
  const without = Map.groupBy(
    coming.filter(({ seat }) => !seat),
    (plan) => (plan.kind === 'new' ? plan.named.country : plan.known.country) ?? '',
  );
  const shown = rows.filter(noteworthy).slice(0, MOST);
  return lines(
    html`${t('places:rows')}: ${rows.length}`,
    number(t('places:rows_new'), count('new')),
    number(t('places:rows_known'), count('known')),
    number(t('places:already'), count('listed')),
    number(t('places:rows_wrong'), count('wrong')),
    '',
    html`${t('places:seats_needed')}: ${coming.length}`,
    html`${t('organize:seats_left', { seats: left ?? t('organize:no_limit') })}`,
    without.size > 0 && html`⚠️ ${t('places:no_seat')}: ${coming.filter(({ seat }) => !seat).length}`,
    ...[...without].map(
      ([country, some]) => html`${country ? countryName(programme, country, lang) : '—'} · ${some.length}`,
    ),
    shown.length > 0 && '',
    ...shown.map((line) => rowLine(line, reader)),
    cutShort(read.plan) && html`… ${t('places:all_in_file')}`,
    ...(answers.how ? ['', ...shownEntry(programme, event, answers, reader)] : []),
  );
}

function rowLine(line: PlannedLine, reader: Reader): Html {
  const { t } = reader;
  const name = clip(oneLine(line.cells.fullName), 60);
  return html`${t('places:row_number')} ${line.number}${name && ` · ${name}`}: ${clip(outlook(line, reader), 200)}`;
}

/** What is to become of a row, in words. */
export function outlook({ plan }: PlannedLine, reader: Reader): string {
  const { t } = reader;
  switch (plan.kind) {
    case 'wrong':
      return problemText(plan.problem, t);
    case 'listed':
      return `${t('places:already')}: ${t(`organize:state_${plan.status}`)}`;
    case 'new':
      return plan.seat ? t('places:rows_new') : t('places:no_seat');
    case 'known':
      return `${plan.seat ? '' : `${t('places:no_seat')}. `}${t('places:same_as')} ${describe(plan.known, reader)}`;
  }
}

function describe({ fullName, latinName, country, agency }: Known, { lang, programme }: Reader): string {
  return [fullName ?? latinName, country && countryName(programme, country, lang), agency].filter(Boolean).join(' · ');
}

function problemText(problem: Problem, t: T): string {
  const { kind, ...values } = problem;
  return t(`places:problem_${kind}`, values);
}

/** What became of it, by numbers; the rest is in the file that stands above. */
export function resultView(event: Event, done: Done[], t: T): View {
  const count = (outcome: Done['outcome']) => done.filter((one) => one.outcome === outcome).length;
  const label = {
    registered: t('places:registered'),
    offered: t('places:invited'),
    already: t('places:already'),
    full: t('places:no_seat'),
    closed: t('places:closed'),
    wrong: t('places:rows_wrong'),
  };
  return {
    text: lines(
      html`<b>${clip(wording(event, t).title, 200)}</b>`,
      ...(Object.keys(label) as Done['outcome'][]).map(
        (outcome) => count(outcome) > 0 && html`${label[outcome]}: ${count(outcome)}`,
      ),
      '',
      t('places:links_in_file'),
    ),
    buttons: [
      [{ text: t('places:unanswered'), data: data('unanswered', event.id) }],
      [{ text: t('organize:to_participants'), data: data('participants', event.id) }],
      [toManage(t, event.id)],
    ],
  };
}

/** Under the template. */
export function templateView(t: T): View {
  return { text: html`${t('places:template', { list: required(t) })}` };
}
