import { parentPort, workerData } from 'node:worker_threads';
import writeExcel from 'write-excel-file/node';
import { textCell } from './sheet-cell.ts';
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
  const bold = head.map((title) => ({ ...textCell(title), fontWeight: 'bold' as const }));
  const body = rows.map((row) => row.map(textCell));
  const options = { sheet: sheetName(name), stickyRowsCount: 1, columns: widths.map((width) => ({ width })) };
  return writeExcel([bold, ...body], options).toBuffer();
}

/** Excel takes 31 characters and none of these. */
const sheetName = (name: string) => name.replace(/[[\]/\\:*?]/g, ' ').slice(0, 31);
