import { check, type Finding } from '../check.ts';
import type { Place, Problem, Warning } from '../problems.ts';
import type { FormSpec } from '../spec.ts';
import { rowsOf, textIn, type Sheet } from './cells.ts';
import { readChoices, type Choices } from './choices.ts';
import { columnOf } from './columns.ts';
import { languagesByName } from './languages.ts';
import type { Reading } from './reading.ts';
import { readSurvey, type Survey } from './survey.ts';

/** Nothing is half read: with any problem there is no form, and all of them are told at once. */
export type ReadForm =
  | { kind: 'ok'; spec: FormSpec; warnings: Warning[] }
  | { kind: 'refused'; problems: Problem[]; warnings: Warning[] };

const SHEETS = ['survey', 'choices', 'settings'];

/** The sheets of an XLSForm (xlsform.org) as a form that can be asked in a chat. */
export function readForm(sheets: Sheet[]): ReadForm {
  const named = sheets.map((sheet) => ({ ...sheet, name: sheet.name.trim().toLowerCase() }));
  const sheet = (name: string): Sheet => named.find((one) => one.name === name) ?? { name, rows: [] };
  const reading: Reading = { languages: [], languageOf: languagesByName(), problems: [], warnings: [] };
  const { problems, warnings } = reading;
  for (const { name, rows } of named)
    if (!SHEETS.includes(name) && rows.length > 0)
      warnings.push({ kind: 'sheet not used', name, where: { sheet: name, row: null, column: null } });
  if (!named.some(({ name }) => name === 'survey')) {
    const where = { sheet: 'survey', row: null, column: null };
    return { kind: 'refused', problems: [{ kind: 'no such sheet', name: 'survey', where }], warnings };
  }

  const survey = readSurvey(sheet('survey'), reading);
  const choices = readChoices(sheet('choices'), reading);
  const settings = readSettings(sheet('settings'), reading);
  const spec: FormSpec = { languages: reading.languages, items: survey.items, choices: choices.lists, settings };
  // Without its columns nothing of a sheet is read, and all that refers to it would be told to be missing.
  if (!problems.some(({ kind }) => kind === 'no such column'))
    problems.push(
      ...check(spec)
        .filter((finding) => !isLost(finding, survey))
        .map(({ about, column, ...problem }) => ({
          ...problem,
          where: placed({ about, column }, spec, survey, choices),
        })),
    );
  if (problems.length === 0) return { kind: 'ok', spec, warnings };
  return { kind: 'refused', problems: inOrder(problems), warnings };
}

/** The row that it speaks of is refused already. */
function isLost(finding: Finding, { lost }: Survey): boolean {
  if (finding.kind === 'no questions') return lost.size > 0;
  return finding.kind === 'no such question' && lost.has(finding.name);
}

/** Where in the file something is, in the file's words. */
function placed(
  { about, column }: Pick<Finding, 'about' | 'column'>,
  spec: FormSpec,
  survey: Survey,
  choices: Choices,
): Place {
  if (about === null)
    return { sheet: column === null ? 'survey' : 'settings', row: column === null ? null : 2, column };
  const isItem = 'type' in about;
  const { columns } = isItem ? survey : choices;
  const row = isItem ? survey.rows.get(about) : choices.rows.get(about);
  const found = columns.find(
    ({ base, language }) => base !== null && columnOf(base, language, spec.languages) === column,
  );
  return { sheet: isItem ? 'survey' : 'choices', row: row ?? null, column: found?.header ?? column };
}

/** As one goes through the file. */
function inOrder(problems: Problem[]): Problem[] {
  const sheet = ({ where }: Problem) => SHEETS.indexOf(where.sheet ?? '');
  return problems.toSorted((a, b) => sheet(a) - sheet(b) || (a.where.row ?? 0) - (b.where.row ?? 0));
}

/** The one row under the headers. */
function readSettings(sheet: Sheet, { warnings }: Reading): Record<string, string> {
  const [first, ...more] = rowsOf(sheet);
  for (const { number } of more)
    warnings.push({ kind: 'row left out', where: { sheet: sheet.name, row: number, column: null } });
  const cells = (sheet.rows[0] ?? []).map((cell, at) => [
    textIn(cell).toLowerCase().replaceAll(/\s+/g, '_').replace(/^set_/, ''),
    textIn(first?.cells[at]),
  ]);
  return Object.fromEntries(cells.filter(([header, text]) => header !== '' && text !== ''));
}
