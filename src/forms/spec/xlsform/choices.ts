import type { Choice } from '../spec.ts';
import { rowsOf, textIn, type Sheet } from './cells.ts';
import { placeOf, readColumns, textsOf, valueOf, type Column } from './columns.ts';
import { checkLabel, notUsed, type Reading } from './reading.ts';

export type Choices = { lists: Record<string, Choice[]>; columns: Column[]; rows: Map<Choice, number> };

/** The rows of the sheet "choices", by their lists. */
export function readChoices(sheet: Sheet, reading: Reading): Choices {
  const columns = readColumns(sheet, reading);
  const rows = new Map<Choice, number>();
  const lists = new Map<string, Choice[]>();
  if (sheet.rows.length === 0) return { lists: {}, columns, rows };
  for (const name of ['list_name', 'name'])
    if (!columns.some(({ base }) => base === name)) {
      reading.problems.push({ kind: 'no such column', name, where: { sheet: sheet.name, row: 1, column: null } });
      return { lists: {}, columns, rows };
    }
  for (const row of rowsOf(sheet)) {
    const [list, name] = [valueOf(columns, row, 'list_name'), valueOf(columns, row, 'name')];
    const where = placeOf(sheet, row, columns, 'list_name');
    if (list === '') {
      if (name === '') reading.warnings.push({ kind: 'row left out', where });
      else reading.problems.push({ kind: 'no list', where });
      continue;
    }
    const others = columns.flatMap(({ at, base, header }): [string, string][] => {
      const text = textIn(row.cells[at]);
      if (base !== null || text === '') return [];
      if (/^(?:media|image|big-image|audio|video)\b/i.test(header)) notUsed(sheet, header, reading);
      return [[header, text]];
    });
    const label = textsOf(columns, row, 'label');
    const choice: Choice = { name, label, ...(others.length > 0 && { columns: Object.fromEntries(others) }) };
    checkLabel(sheet, row, columns, choice, reading);
    rows.set(choice, row.number);
    lists.set(list, [...(lists.get(list) ?? []), choice]);
  }
  return { lists: Object.fromEntries(lists), columns, rows };
}
