import type { Problem, Warning } from '../problems.ts';
import type { Texts } from '../spec.ts';
import type { Row, Sheet } from './cells.ts';
import { placeOf, type Column, type Languages } from './columns.ts';
import type { LanguageOf } from './languages.ts';

/** What is gathered while a file is read. */
export type Reading = { languages: Languages; languageOf: LanguageOf; problems: Problem[]; warnings: Warning[] };

/** Said once for a column, however many rows it has. */
export function notUsed({ name: sheet }: Sheet, column: string, { warnings }: Reading): void {
  const said = warnings.some(
    ({ kind, where }) => kind === 'column not used' && where.sheet === sheet && where.column === column,
  );
  if (!said) warnings.push({ kind: 'column not used', name: column, where: { sheet, row: 1, column } });
}

/** A wording that some will miss: they read another language, or only the name. */
export function checkLabel(
  sheet: Sheet,
  row: Row,
  columns: Column[],
  { name, label }: { name: string; label: Texts },
  { languages, warnings }: Reading,
): void {
  const where = placeOf(sheet, row, columns, 'label');
  if (Object.keys(label).length === 0) return void warnings.push({ kind: 'no label', name, where });
  for (const { base, language, header } of columns)
    if (base === 'label' && label[language] === undefined) {
      const missing = languages.find(({ code }) => code === language)?.header ?? '';
      warnings.push({ kind: 'not translated', name, language: missing, where: { ...where, column: header } });
    }
}
