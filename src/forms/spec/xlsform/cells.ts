/** As read-excel-file gives them: a date is at midnight UTC. */
export type Cell = string | number | boolean | Date | null | undefined;

/** A table of cells. `name`: in small letters, since "Survey" means "survey". */
export type Sheet = { name: string; rows: Cell[][] };

/** A row that has something to say. `number`: as Excel counts, from 1. */
export type Row = { number: number; cells: Cell[] };

/**
 * What a cell says, as XLSForm's tools read it: 18 also where a sheet made it 18.0, TRUE for a tick, 2026-11-24 for a date.
 * The spaces around are nobody's intention.
 */
export function textIn(cell: Cell): string {
  if (cell === null || cell === undefined) return '';
  if (typeof cell === 'boolean') return cell ? 'TRUE' : 'FALSE';
  if (!(cell instanceof Date)) return String(cell).replaceAll('\r\n', '\n').trim();
  if (Number.isNaN(cell.getTime())) return '';
  const [day = '', time = ''] = cell.toISOString().split('T');
  return time.startsWith('00:00:00') ? day : `${day}T${time}`;
}

/** All rows but the first, which has the headers, and those in which nothing stands. */
export function rowsOf({ rows }: Sheet): Row[] {
  return rows
    .map((cells, i) => ({ number: i + 1, cells }))
    .slice(1)
    .filter(({ cells }) => cells.some((cell) => textIn(cell) !== ''));
}

/** Excel makes quotes round while one types; in an expression none is meant to be. */
export const expressionIn = (text: string): string => text.replaceAll(/[“”„]/g, '"').replaceAll(/[‘’]/g, "'");
