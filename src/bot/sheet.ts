import { once } from 'node:events';
import { setImmediate } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';

/** A column of a table. `width`: in characters. `value`: what it says of a row, in the reader's words; null: an empty cell. */
export type Column<Row> = { title: string; width: number; value(row: Row, i: number): string | null };

/** What the thread that makes the file knows before the rows. `widths`: in characters. */
export type Sheet = { name: string; head: string[]; widths: number[] };
export type Cells = (string | null)[][];

/** Rows that are looked at in one go: some 10 ms, after which others are answered. */
const AT_ONCE = 500;

/**
 * A table as an XLSX file: all of it texts, under a head that stays in view. It is made by a thread of its own: 30,000 rows
 * take seconds, in which this one goes on to answer. Rejected: files of 10,000 rows each, which stop everybody for a
 * second each, and have to be put together by the reader.
 */
export async function sheetFile<Row>(name: string, columns: Column<Row>[], rows: Row[]): Promise<Buffer> {
  const sheet: Sheet = { name, head: columns.map(({ title }) => title), widths: columns.map(({ width }) => width) };
  const worker = new Worker(new URL('sheet-worker.ts', import.meta.url), { workerData: sheet });
  try {
    const made = once(worker, 'message') as Promise<[Uint8Array]>;
    const [[file]] = await Promise.all([made, send(worker, columns, rows)]);
    return Buffer.from(file.buffer, file.byteOffset, file.byteLength);
  } finally {
    await worker.terminate();
  }
}

/** The rows, and null when these were all. */
async function send<Row>(worker: Worker, columns: Column<Row>[], rows: Row[]): Promise<void> {
  for (let first = 0; first < rows.length; first += AT_ONCE) {
    const some = rows.slice(first, first + AT_ONCE);
    const cells: Cells = some.map((row, i) => columns.map((column) => column.value(row, first + i)));
    worker.postMessage(cells);
    await setImmediate();
  }
  worker.postMessage(null);
}

/** "2026-11-24 11:00": sorts as text, and every spreadsheet shows it alike. */
export function minuteIn(instant: Temporal.Instant, zone: string): string {
  return instant.toZonedDateTimeISO(zone).toPlainDateTime().toString({ smallestUnit: 'minute' }).replace('T', ' ');
}
