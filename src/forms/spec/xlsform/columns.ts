import type { Place } from '../problems.ts';
import type { FormSpec, Texts } from '../spec.ts';
import { textIn, type Row, type Sheet } from './cells.ts';
import type { LanguageOf } from './languages.ts';
import type { Reading } from './reading.ts';

/** Of a sheet: where its cells stand, what they say (in the standard's word), and what the file calls it. */
export type Column = {
  /** From 0. */
  at: number;
  /** "label", "relevant"; null: it means nothing here. */
  base: string | null;
  /** The code of the language of its texts; "" without one. */
  language: string;
  header: string;
};

export type Languages = FormSpec['languages'];

const TRANSLATED = ['label', 'hint', 'constraint_message', 'required_message'];
const SURVEY = (
  'type name label hint required required_message relevant constraint constraint_message calculation choice_filter ' +
  'default appearance parameters read_only trigger repeat_count disabled'
).split(' ');
const CHOICES = ['list_name', 'name', 'label'];

/** Older and looser spellings that pyxform takes too (pyxform/aliases.py), small letters and underscores. */
const ALIASES: Record<string, string> = {
  relevance: 'relevant',
  calculate: 'calculation',
  constraining_message: 'constraint_message',
  requiredmsg: 'required_message',
  readonly: 'read_only',
  caption: 'label',
  command: 'type',
  tag: 'name',
  value: 'name',
  count: 'repeat_count',
  'jr:count': 'repeat_count',
  'bind::relevant': 'relevant',
  'bind::constraint': 'constraint',
  'bind::jr:constraintmsg': 'constraint_message',
  'bind::required': 'required',
  'bind::jr:requiredmsg': 'required_message',
  'bind::calculate': 'calculation',
  'bind::readonly': 'read_only',
  'control::appearance': 'appearance',
  'body::appearance': 'appearance',
  'control::jr:count': 'repeat_count',
};

/** The columns of a sheet, from its first row. */
export function readColumns(sheet: Sheet, { languages, languageOf, problems, warnings }: Reading): Column[] {
  const known = sheet.name === 'choices' ? CHOICES : SURVEY;
  const columns = (sheet.rows[0] ?? []).flatMap((cell, at): Column[] => {
    const header = textIn(cell);
    return header === '' ? [] : [readHeader(header, at, known, languageOf)];
  });
  for (const column of columns) {
    const same = (other: Column) =>
      column.base === null
        ? other.header === column.header
        : other.base === column.base && other.language === column.language;
    const where = { sheet: sheet.name, row: 1, column: column.header };
    if (columns.find(same) !== column) problems.push({ kind: 'duplicate column', name: column.header, where });
    if (column.base === null || column.language === '' || languages.some(({ code }) => code === column.language))
      continue;
    const header = column.header.replace(/^.*?::?\s*/s, '');
    languages.push({ code: column.language, header });
    if (!languageOf(header).known) warnings.push({ kind: 'unknown language', language: header, where });
  }
  return columns;
}

function readHeader(header: string, at: number, known: string[], languageOf: LanguageOf): Column {
  const plain = standard(header);
  if (known.includes(plain)) return { at, base: plain, language: '', header };
  const [, first = '', language = ''] = /^([^:]+?)\s*::?\s*(?!jr:)(.+)$/s.exec(header) ?? [];
  const base = standard(first);
  if (TRANSLATED.includes(base) && known.includes(base))
    return { at, base, language: languageOf(language).code, header };
  return { at, base: null, language: '', header };
}

function standard(header: string): string {
  const plain = header
    .toLowerCase()
    .replace(/\s*::\s*|(?<!jr):(?!:)\s*/g, '::')
    .replaceAll(/\s+/g, '_');
  return Object.hasOwn(ALIASES, plain) ? ALIASES[plain]! : plain;
}

/** The other way round: what the column of a text is called in a file. */
export function columnOf(base: string, code: string, languages: Languages): string {
  if (code === '') return base;
  return `${base}::${languages.find((language) => language.code === code)?.header ?? code}`;
}

/** What a row says in a column without a language. */
export function valueOf(columns: Column[], row: Row, base: string): string {
  const column = columns.find((column) => column.base === base && column.language === '');
  return column ? textIn(row.cells[column.at]) : '';
}

/** What it says in all languages. */
export function textsOf(columns: Column[], row: Row, base: string): Texts {
  const found = columns.filter((column) => column.base === base);
  const texts = found.map(({ at, language }) => [language, textIn(row.cells[at])]);
  return Object.fromEntries(texts.filter(([, text]) => text !== ''));
}

/** The place of a cell, in the words of the file. `base`: in those of the standard. */
export function placeOf({ name: sheet }: Sheet, { number }: Row, columns: Column[], base: string): Place {
  const found = columns.find((column) => column.base === base && column.language === '');
  return { sheet, row: number, column: found?.header ?? base };
}
