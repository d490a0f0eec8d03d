import { isYes } from '../check.ts';
import { isAsked, type Item } from '../spec.ts';
import { expressionIn, rowsOf, textIn, type Row, type Sheet } from './cells.ts';
import { columnOf, placeOf, readColumns, textsOf, valueOf, type Column } from './columns.ts';
import { readItem, type RowCells } from './item.ts';
import { checkLabel, notUsed, type Reading } from './reading.ts';
import { readType } from './types.ts';

/** The rows of the sheet "survey" as items; what can't be one is among the problems. */
export type Survey = {
  items: Item[];
  columns: Column[];
  /** Where each item stands. */
  rows: Map<Item, number>;
  /** Names of rows that could not be read, of which expressions may speak all the same. */
  lost: Set<string>;
};

/** The groups that a row stands in, the whole form first. */
type Open = { items: Item[]; row: Row | null; name: string }[];

export function readSurvey(sheet: Sheet, reading: Reading): Survey {
  const columns = readColumns(sheet, reading);
  const survey: Survey = { items: [], columns, rows: new Map(), lost: new Set() };
  for (const name of ['type', 'name'])
    if (!columns.some(({ base }) => base === name)) {
      reading.problems.push({ kind: 'no such column', name, where: { sheet: sheet.name, row: 1, column: null } });
      return survey;
    }
  const open: Open = [{ items: survey.items, row: null, name: '' }];
  for (const row of rowsOf(sheet)) readRow(sheet, row, open, survey, reading);
  for (const { row, name } of open.slice(1))
    reading.problems.push({ kind: 'group not closed', name, where: placeOf(sheet, row!, columns, 'type') });
  return survey;
}

function readRow(sheet: Sheet, row: Row, open: Open, survey: Survey, reading: Reading): void {
  const { columns, rows, lost } = survey;
  const value = (base: string) => valueOf(columns, row, base);
  const where = (base: string) => placeOf(sheet, row, columns, base);
  const [typed, name] = [value('type'), value('name')];
  if (isYes(value('disabled')) || (typed === '' && name === '')) {
    reading.warnings.push({ kind: 'row left out', where: where('type') });
    return;
  }
  const type = readType(typed);
  const { items } = open.at(-1)!;
  if (type.kind === 'end') {
    if (open.length > 1) open.pop();
    else reading.problems.push({ kind: 'group not opened', where: where('type') });
    return;
  }
  if (typed === '') reading.problems.push({ kind: 'no type', where: where('type') });
  else if (type.kind === 'unknown') reading.problems.push({ kind: 'unknown type', type: typed, where: where('type') });
  else if (type.kind === 'not supported' || (type.kind === 'begin' && type.repeats))
    reading.problems.push({ kind: 'type not supported', type: typed, where: where('type') });
  // What is in a repeat is read like what is in a group, so that its problems are told as well.
  if (type.kind === 'unknown' || type.kind === 'not supported') return void lost.add(name);

  const { item, refused, unused } = readItem(type, name, {
    text: value,
    expression: (base) => expressionIn(value(base)),
    texts: (base) => textsOf(columns, row, base),
    all: allOf(columns, row, reading.languages),
  });
  for (const base of refused) reading.problems.push({ kind: 'column not supported', name: base, where: where(base) });
  for (const name of unused) notUsed(sheet, name, reading);
  if (isAsked(item)) checkLabel(sheet, row, columns, item, reading);
  items.push(item);
  rows.set(item, row.number);
  if (item.type === 'group') open.push({ items: item.items, row, name });
}

/** All cells of a row, by what their columns are called when they are written again. */
function allOf(columns: Column[], row: Row, languages: Reading['languages']): RowCells['all'] {
  return columns.flatMap(({ at, base, language, header }) => {
    const text = textIn(row.cells[at]);
    return text === '' ? [] : [{ base, name: base === null ? header : columnOf(base, language, languages), text }];
  });
}
