import writeExcel, { type CellObject } from 'write-excel-file/node';

/** A column of a table. `width`: in characters. `value`: what it says of a row, in the reader's words; null: an empty cell. */
export type Column<Row> = { title: string; width: number; value(row: Row, i: number): string | null };

/** A table as an XLSX file: all of it texts, under a head that stays in view. */
export async function sheetFile<Row>(name: string, columns: Column<Row>[], rows: Row[]): Promise<Buffer> {
  const head = columns.map(({ title }) => ({ ...cell(title), fontWeight: 'bold' as const }));
  const body = rows.map((row, i) => columns.map((column) => cell(column.value(row, i))));
  const options = { sheet: sheetName(name), stickyRowsCount: 1, columns: columns.map(({ width }) => ({ width })) };
  return writeExcel([head, ...body], options).toBuffer();
}

/** "2026-11-24 11:00": sorts as text, and every spreadsheet shows it alike. */
export function minuteIn(instant: Temporal.Instant, zone: string): string {
  return instant.toZonedDateTimeISO(zone).toPlainDateTime().toString({ smallestUnit: 'minute' }).replace('T', ' ');
}

/** Excel takes 31 characters and none of these. */
const sheetName = (name: string) => name.replace(/[[\]/\\:*?]/g, ' ').slice(0, 31);

/**
 * Always a text: "=HYPERLINK(…)", "+1" and "@x" that somebody typed as their name stay what they typed. Nothing is no cell.
 */
function cell(value: string | null): CellObject | null {
  return value ? { value: asTyped(value), type: String } : null;
}

/**
 * Two traps on the way to "as typed". Excel reads `_x0041_` in a text as "A", so that underscore is written as `_x005F_`
 * (ECMA-376 part 1, 22.9.2.19). And write-excel-file 4.1.1 looks texts up in a plain object, where "constructor" is found
 * before anybody wrote it, and makes a broken file: such a word gets its first letter written as a code.
 */
function asTyped(value: string): string {
  const text = value.toWellFormed().replaceAll(/_(?=x[\dA-F]{4}_)/gi, '_x005F_');
  if (!(text in {})) return text;
  return `_x${text.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}_${text.slice(1)}`;
}
