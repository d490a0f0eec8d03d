import { html, lines, type Html } from '../../bot/html.ts';
import type { T } from '../../bot/i18n.ts';
import { clip, type View } from '../../bot/view.ts';
import type { Finding } from '../../forms/spec/check.ts';
import type { Place, Problem, Warning } from '../../forms/spec/problems.ts';
import { askedItems } from '../../forms/spec/spec.ts';
import type { ReadForm } from '../../forms/spec/xlsform/read.ts';
import { questionLine, worded } from './messages.ts';

/** UTF-16 units that a message leaves for what was found: it holds 4096 in all (Bot API, sendMessage). */
const ROOM = 3000;
/** Of one line: names and texts in it are a stranger's. */
const LINE = 300;
/** Questions and remarks that the summary shows. */
const MOST = 15;

/** `found not` -> `found_not`: the end of its key among the texts. */
type Key<Kind extends string> = Kind extends `${infer First} ${infer Rest}` ? `${First}_${Key<Rest>}` : Kind;
const keyOf = <Kind extends string>(kind: Kind) => kind.replaceAll(' ', '_') as Key<Kind>;

/** Why a file can't be used. `file`: all of it as a text, where the message can't hold it. */
export function refusedReport(
  { problems, warnings }: Extract<ReadForm, { kind: 'refused' }>,
  t: T,
): { view: View; file: string | null } {
  const all = [
    t('questionnaires:problems_are', { n: problems.length }),
    ...problems.map((problem) => `• ${problemText(problem, t)}`),
    ...(warnings.length > 0 ? ['', t('questionnaires:remarks_are', { n: warnings.length })] : []),
    ...warnings.map((warning) => `• ${remarkText(warning, t)}`),
  ];
  const shown = fitting(all);
  const cut = shown.length < all.length;
  return {
    view: {
      text: lines(
        html`<b>${t('questionnaires:refused')}</b>`,
        '',
        ...shown,
        ...(cut ? ['', t('questionnaires:all_in_file')] : []),
      ),
    },
    file: cut ? `\uFEFF${all.join('\n')}\n` : null,
  };
}

/** What is in a file that can be used, in place of a summary. */
export function usableReport(read: ReadForm, t: T): Html {
  if (read.kind !== 'ok') return lines(refusedReport(read, t).view.text);
  const { spec, warnings } = read;
  const questions = askedItems(spec);
  const all = [
    t('organize:own_questions_are', { count: questions.length }),
    ...questions.slice(0, MOST).map((item, i) => `${i + 1}. ${questionLine(item, spec, t)}`),
    ...(questions.length > MOST ? ['…'] : []),
    ...(warnings.length > 0 ? ['', t('questionnaires:remarks_are', { n: warnings.length })] : []),
    ...warnings.slice(0, MOST).map((warning) => `• ${remarkText(warning, t)}`),
    ...(warnings.length > MOST ? ['…'] : []),
  ];
  return lines(html`${t('questionnaires:usable')}`, '', ...fitting(all));
}

/** As many of the lines as a message holds. */
function fitting(all: string[]): string[] {
  let left = ROOM;
  const clipped = all.map((line) => clip(line, LINE));
  const end = clipped.findIndex((line) => (left -= line.length + 1) < 0);
  return end < 0 ? clipped : clipped.slice(0, end);
}

export function problemText(problem: Problem, t: T): string {
  return at(problem.where, t(`questionnaires:problem_${keyOf(problem.kind)}`, valuesOf(problem, t)), t);
}

function remarkText(warning: Warning, t: T): string {
  return at(warning.where, t(`questionnaires:remark_${keyOf(warning.kind)}`, valuesOf(warning, t)), t);
}

/** What a problem names, in words. */
export function valuesOf(problem: object, t: T): Record<string, string | number> {
  const { where: _where, kind: _kind, ...named } = problem as Record<string, unknown>;
  return Object.fromEntries(
    Object.entries(named).flatMap(([key, value]): [string, string | number][] => {
      if (key === 'of') return [[key, t(`questionnaires:many_${keyOf(value as 'rows' | 'nested groups')}`)]];
      if (key === 'at') return [[key, Number(value) + 1]];
      if (Array.isArray(value)) return [[key, value.join(' → ')]];
      return typeof value === 'string' || typeof value === 'number' ? [[key, value]] : [];
    }),
  );
}

/** "Sheet survey, row 5, column relevant: …" */
function at({ sheet, row, column }: Place, text: string, t: T): string {
  const where = [
    ...(sheet === null ? [] : [t('questionnaires:sheet', { sheet })]),
    ...(row === null ? [] : [t('questionnaires:row', { row })]),
    ...(column === null ? [] : [t('questionnaires:column', { column })]),
  ].join(', ');
  return where === '' ? text : `${where} – ${text}`;
}

/** What is wrong with a change, and with which question. */
export function sentences(problems: Finding[], t: T): string {
  return fitting([
    ...new Set(
      problems.map(({ about, column: _column, ...problem }) => {
        const sentence = t(`questionnaires:problem_${keyOf(problem.kind)}`, valuesOf(problem, t));
        return about && 'type' in about ? `${worded(about.label, t) || about.name}: ${sentence}` : sentence;
      }),
    ),
  ]).join('\n');
}
