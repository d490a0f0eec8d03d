import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import writeExcel from 'write-excel-file/node';
import { textCell } from '../../../bot/sheet-cell.ts';
import type { Place, Problem } from '../problems.ts';
import type { Sheet } from './cells.ts';
import { unpackedSize } from './zip.ts';

export type ReadFile = { kind: 'ok'; sheets: Sheet[] } | { kind: 'refused'; problems: Problem[] };

/** Bytes: real forms have 10 to 200 KB, and with much formatting some MB once they are unpacked. */
export const BIGGEST_FILE = 2_000_000;
const BIGGEST_UNPACKED = 20_000_000;
/** Cells may stand anywhere: one in XFD1048576 makes a table of 17 billion. */
export const MOST_ROWS = 3000;
export const MOST_COLUMNS = 200;

/** Megabytes of memory, and milliseconds, for reading a file. */
const MEMORY = 256;
const PATIENCE = 15_000;

const WHOLE: Place = { sheet: null, row: null, column: null };

/**
 * The sheets of an XLSX file. Whoever may send one may send a broken or a hostile one: it is measured before it is opened,
 * and opened by a thread of its own, which has its own memory and time to lose.
 */
export async function readFile(bytes: Uint8Array): Promise<ReadFile> {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const refused = (problem: Problem): ReadFile => ({ kind: 'refused', problems: [problem] });
  if (file.length > BIGGEST_FILE) return refused({ kind: 'file too big', most: BIGGEST_FILE, where: WHOLE });
  const size = unpackedSize(file, BIGGEST_UNPACKED);
  if (size === 'more') return refused({ kind: 'file too big', most: BIGGEST_UNPACKED, where: WHOLE });
  const sheets = size === null ? null : await opened(file);
  if (!sheets) return refused({ kind: 'not a workbook', where: WHOLE });
  const problems = sheets.flatMap(({ name: sheet, rows }): Problem[] => [
    ...(rows.length > MOST_ROWS
      ? [{ kind: 'too many' as const, of: 'rows' as const, most: MOST_ROWS, where: { ...WHOLE, sheet } }]
      : []),
    ...(rows.some(({ length }) => length > MOST_COLUMNS)
      ? [{ kind: 'too many' as const, of: 'columns' as const, most: MOST_COLUMNS, where: { ...WHOLE, sheet } }]
      : []),
  ]);
  return problems.length > 0 ? { kind: 'refused', problems } : { kind: 'ok', sheets };
}

/** Null: it could not be read, in the time and memory there is. */
async function opened(file: Buffer): Promise<Sheet[] | null> {
  const worker = new Worker(new URL('file-worker.ts', import.meta.url), {
    workerData: { file, rows: MOST_ROWS, columns: MOST_COLUMNS },
    resourceLimits: { maxOldGenerationSizeMb: MEMORY },
  });
  try {
    const [sheets] = (await once(worker, 'message', { signal: AbortSignal.timeout(PATIENCE) })) as [Sheet[] | null];
    return sheets;
  } catch {
    return null;
  } finally {
    await worker.terminate();
  }
}

/** The other way round: all cells are texts, as XLSForm's tools read them anyway, under a head that stays in view. */
export async function writeFile(sheets: Sheet[]): Promise<Buffer> {
  const written = sheets.map(({ name, rows }) => ({
    sheet: name,
    stickyRowsCount: 1,
    columns: (rows[0] ?? []).map(() => ({ width: 24 })),
    data: rows.map((row, i) =>
      row.map((cell) => {
        const text = textCell(String(cell ?? ''));
        return text && i === 0 ? { ...text, fontWeight: 'bold' as const } : text;
      }),
    ),
  }));
  return writeExcel(written).toBuffer();
}
