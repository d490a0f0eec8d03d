import type { I18n, TextKey } from '../../bot/i18n.ts';
import { nameParts } from '../../names/parts.ts';
import type { Programme } from '../../programme.ts';
import type { Named } from '../people/named.ts';
import type { Table } from './table.ts';

/** The columns of a list, in the order of the template, with what a cell may hold at most, in characters. */
export const FIELDS = {
  fullName: { title: 'people:full_name', most: 150, required: true },
  country: { title: 'people:country', most: 100, required: true },
  agency: { title: 'people:agency', most: 200, required: false },
  position: { title: 'people:position', most: 150, required: false },
  email: { title: 'people:email', most: 254, required: false },
} as const satisfies Record<string, { title: TextKey; most: number; required: boolean }>;
export type Field = keyof typeof FIELDS;
const KEYS = Object.keys(FIELDS) as Field[];

export type Cells = Record<Field, string>;
/** What is wrong with a row by itself. */
export type Flaw =
  | { kind: 'no_name' | 'no_country' }
  | { kind: 'country'; country: string }
  | { kind: 'long'; most: number }
  | { kind: 'email'; email: string };
/** A row of the list. `number`: as Excel counts. */
export type Line = { number: number; cells: Cells } & ({ named: Named } | { flaw: Flaw });

/** `headers`: no table of the file has the ones that it must have. */
export type List = { kind: 'ok'; lines: Line[] } | { kind: 'no headers' } | { kind: 'nobody' };

/** Headers are understood in every language of the programme: the list may come from another organizer. */
export function readList(tables: Table[], i18n: I18n, programme: Programme): List {
  const known = headersOf(i18n);
  for (const [head = [], ...rows] of tables) {
    const columns = head.map((header) => known.get(plain(header.replaceAll('*', ''))));
    if (!columns.includes('fullName') || !columns.includes('country')) continue;
    const lines = rows.flatMap((row, i) => {
      const cells = Object.fromEntries(KEYS.map((key) => [key, row[columns.indexOf(key)] ?? ''])) as Cells;
      const empty = Object.values(cells).every((cell) => cell === '');
      return empty ? [] : [{ number: i + 2, cells, ...readCells(cells, programme) }];
    });
    return lines.length === 0 ? { kind: 'nobody' } : { kind: 'ok', lines };
  }
  return { kind: 'no headers' };
}

const plain = (text: string) => text.normalize('NFC').replace(/\s+/g, ' ').trim().toLowerCase();

/** Other words for them in lists that were not made from the template. */
const ALSO: Record<string, Field> = {
  name: 'fullName',
  фио: 'fullName',
  'ф.и.о.': 'fullName',
  organisation: 'agency',
  agency: 'agency',
  institution: 'agency',
  'job title': 'position',
  title: 'position',
  'e-mail': 'email',
  'email address': 'email',
};

function headersOf({ languages, t }: I18n): Map<string, Field> {
  const own = languages.flatMap((lang) => KEYS.map((key): [string, Field] => [plain(t(lang)(FIELDS[key].title)), key]));
  return new Map([...Object.entries(ALSO), ...own]);
}

const ADDRESS = /^[^\s@<>,;"]+@[^\s@<>,;".]+(\.[^\s@<>,;".]+)+$/u;

function readCells(cells: Cells, programme: Programme): { named: Named } | { flaw: Flaw } {
  const long = KEYS.find((key) => [...cells[key]].length > FIELDS[key].most);
  if (long) return { flaw: { kind: 'long', most: FIELDS[long].most } };
  if (nameParts(cells.fullName).length === 0) return { flaw: { kind: 'no_name' } };
  if (cells.country === '') return { flaw: { kind: 'no_country' } };
  const country = countryIn(programme, cells.country);
  if (!country) return { flaw: { kind: 'country', country: cells.country } };
  if (cells.email !== '' && !ADDRESS.test(cells.email)) return { flaw: { kind: 'email', email: cells.email } };
  const { fullName, agency, position, email } = cells;
  return { named: { fullName, country, agency: agency || null, position: position || null, email: email || null } };
}

/** By its code, or its name in any of the languages. */
function countryIn({ countries }: Programme, typed: string): string | undefined {
  const sought = plain(typed);
  const names = ({ code, names }: Programme['countries'][number]) => [code, ...Object.values(names)].map(plain);
  return countries.find((country) => names(country).includes(sought))?.code;
}
