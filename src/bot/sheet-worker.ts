import { parentPort, workerData } from 'node:worker_threads';
import writeExcel, { type CellObject } from 'write-excel-file/node';
import type { Cells, Sheet } from './sheet.ts';

/*
 * Makes the XLSX file of a table, beside the thread that answers people: a second of work for 10,000 rows. See sheet.ts.
 */

const port = parentPort!;
const rows: Cells = [];
port.on('message', (more: Cells | null) => {
  if (more) return void rows.push(...more);
  // An error ends this thread, and is the error of who waits for the file.
  void fileOf(workerData as Sheet).then((file) => port.postMessage(file));
});

async function fileOf({ name, head, widths }: Sheet): Promise<Buffer> {
  const bold = head.map((title) => ({ ...cell(title), fontWeight: 'bold' as const }));
  const body = rows.map((row) => row.map(cell));
  const options = { sheet: sheetName(name), stickyRowsCount: 1, columns: widths.map((width) => ({ width })) };
  return writeExcel([bold, ...body], options).toBuffer();
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
