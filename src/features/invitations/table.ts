import { readFile } from '../../forms/spec/xlsform/file.ts';
import { textIn } from '../../forms/spec/xlsform/cells.ts';

/** What was sent as a list, as rows of texts, the headers first; null: it is none, or too big a one. */
export type Table = string[][];

/** Bytes of a CSV file; XLSX has limits of its own, see forms/spec/xlsform/file.ts. */
const BIGGEST = 2_000_000;
export const MOST_ROWS = 1000;
const MOST_COLUMNS = 200;

/** Sheets of an XLSX file, or the one of a CSV file. Who sends it may be hostile, or have sent something else. */
export async function readTables(bytes: Buffer): Promise<Table[] | null> {
  const tables = isZip(bytes) ? await sheetsOf(bytes) : csvOf(bytes);
  if (tables?.some((rows) => rows.length > MOST_ROWS + 1 || rows.some((row) => row.length > MOST_COLUMNS))) return null;
  return tables;
}

/** XLSX is a ZIP file: these begin with the signature of their first entry (PKWARE APPNOTE, 4.3.7). */
const isZip = (bytes: Buffer) => bytes.subarray(0, 4).equals(Buffer.from('PK\x03\x04', 'latin1'));

async function sheetsOf(bytes: Buffer): Promise<Table[] | null> {
  const file = await readFile(bytes);
  return file.kind === 'ok' ? file.sheets.map(({ rows }) => rows.map((row) => row.map(tidy))) : null;
}

const tidy = (cell: Parameters<typeof textIn>[0]) => textIn(cell).normalize('NFC').replace(/\s+/g, ' ').trim();

function csvOf(bytes: Buffer): Table[] | null {
  if (bytes.length > BIGGEST) return null;
  const text = decoded(bytes);
  // A file of another kind: no list has control characters in it.
  if (/(?![\t\n\v\f\r])\p{Cc}/u.test(text)) return null;
  const rows = parsed(text, separatorOf(text));
  return [rows.map((row) => row.map(tidy))];
}

/**
 * Excel writes UTF-8 only if asked to, and UTF-16 as "Unicode text"; otherwise what Windows is set to, which is 1251 where
 * Cyrillic is written.
 */
function decoded(bytes: Buffer): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('windows-1251').decode(bytes);
  }
}

/** The one of which there are most in the first line: Excel writes semicolons where the comma parts decimals. */
function separatorOf(text: string): string {
  const [head = ''] = text.split(/\r?\n/, 1);
  const count = (separator: string) => head.split(separator).length;
  return [',', ';', '\t'].reduce((best, one) => (count(one) > count(best) ? one : best));
}

/** RFC 4180: a field in quotes may hold separators, line breaks and doubled quotes. */
function parsed(text: string, separator: string): Table {
  const rows: Table = [];
  let row: string[] = [];
  let field = '';
  let quoted = false;
  const endField = () => {
    row.push(field);
    field = '';
  };
  const endRow = () => {
    endField();
    rows.push(row);
    row = [];
  };
  for (let at = 0; at < text.length; at++) {
    const char = text[at]!;
    if (quoted) {
      if (char !== '"') field += char;
      else if (text[at + 1] === '"') field += text[at++];
      else quoted = false;
    } else if (char === '"' && field === '') quoted = true;
    else if (char === separator) endField();
    else if (char === '\n') endRow();
    else if (char !== '\r') field += char;
    // Enough to see that it is too much.
    if (rows.length > MOST_ROWS + 1 || row.length > MOST_COLUMNS) break;
  }
  if (field !== '' || row.length > 0) endRow();
  return rows;
}
