import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Problem } from '../../../src/forms/spec/problems.ts';
import type { Cell, Sheet } from '../../../src/forms/spec/xlsform/cells.ts';
import { readFile } from '../../../src/forms/spec/xlsform/file.ts';
import { readForm } from '../../../src/forms/spec/xlsform/read.ts';

/** The files of this folder that are forms, but for those that say that they are refused; "~$" is a lock of Excel's. */
export const FORMS = readdirSync(import.meta.dirname).filter((file) =>
  /^(?!README|refused-|~).*\.(?:md|xlsx)$/.test(file),
);

/** A form from this folder: see README.md for the notation. */
export const formNamed = (name: string): Sheet[] => tables(textNamed(name));
export const textNamed = (name: string): string => readFileSync(pathOf(`${name}.md`), 'utf8');
export const formIn = async (file: string): Promise<Sheet[]> =>
  file.endsWith('.xlsx') ? opened(readFileSync(pathOf(file))) : tables(readFileSync(pathOf(file), 'utf8'));

const pathOf = (file: string) => join(import.meta.dirname, file);

/** The sheets of an XLSX file of which we know that it can be opened. */
export async function opened(bytes: Uint8Array): Promise<Sheet[]> {
  const file = await readFile(bytes);
  if (file.kind === 'refused') throw new Error(JSON.stringify(file.problems));
  return file.sheets;
}

/** The sheets in a text: "| survey | type | name |", and under it "| | text | age |". */
export function tables(text: string): Sheet[] {
  const sheets: Sheet[] = [];
  for (const line of text.split('\n').filter((line) => line.trim() !== '')) {
    const [name = '', ...cells] = line
      .trim()
      .split(/(?<!\\)\|/)
      .slice(1, -1)
      .map((cell) => cell.trim().replaceAll('\\|', '|').replaceAll('\\n', '\n'));
    if (name !== '') sheets.push({ name, rows: [] });
    sheets.at(-1)!.rows.push(cells);
  }
  return sheets;
}

/** The rows of a sheet as what they say by column, without order and without empty cells, rows and columns. */
export function linesOf(sheets: Sheet[], name: string): Record<string, Cell>[] {
  const [headers = [], ...rows] = sheets.find((sheet) => sheet.name === name)?.rows ?? [];
  return rows
    .map((row) => Object.fromEntries(row.flatMap((cell, i) => (cell ? [[String(headers[i]), cell]] : []))))
    .filter((line) => Object.keys(line).length > 0);
}

/** A form of which we know that it can be read. */
export function read(sheets: Sheet[]) {
  const form = readForm(sheets);
  if (form.kind === 'refused') throw new Error(JSON.stringify(form.problems));
  return form;
}

/** Why it is refused: row, column, and what. */
export function problemsOf(sheets: Sheet[]) {
  const form = readForm(sheets);
  return form.kind === 'ok' ? [] : form.problems.map(brief);
}
const brief = ({ where: { sheet, row, column }, ...problem }: Problem) =>
  [`${sheet} ${row} ${column}`, problem] as const;

/** A form of these rows: type, name, label. */
export const survey = (...rows: string[]) =>
  tables(['| survey | type | name | label |', ...rows.map((row) => `| | ${row} |`)].join('\n'));
