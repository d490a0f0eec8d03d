import { parentPort, workerData } from 'node:worker_threads';
import readExcel from 'read-excel-file/universal';
import type { Cell, Sheet } from './cells.ts';

/*
 * Opens an XLSX file, beside the thread that answers people. See file.ts.
 *
 * By the library's "universal" way in, not that for Node: this one reads what the directory of the ZIP file lists, which
 * was measured, and that one what else there is in it, too.
 */

const { file, rows: most, columns } = workerData as { file: Uint8Array; rows: number; columns: number };

readExcel(new Blob([Uint8Array.from(file)])).then(
  (sheets) => parentPort!.postMessage(sheets.map(({ sheet, data }) => cut(sheet, data as Cell[][]))),
  () => parentPort!.postMessage(null),
);

/** Only so much that the other side sees that it is too much. */
const cut = (name: string, rows: Cell[][]): Sheet => ({
  name,
  rows: rows.slice(0, most + 1).map((row) => row.slice(0, columns + 1)),
});
