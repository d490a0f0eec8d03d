import writeExcel, { type CellObject } from 'write-excel-file/node';
import { formatOffset } from '../../bot/format/dates.ts';
import { languageName } from '../../bot/format/words.ts';
import type { T } from '../../bot/i18n.ts';
import type { Json, OwnQuestion } from '../../db/schema.ts';
import { cityOf, countryName, pick } from '../../programme.ts';
import type { Reader } from '../events/messages.ts';
import type { Event } from '../events/store.ts';
import type { Participant } from './store.ts';

/** The people of an event as an XLSX file, one row each; words and times as the organizer reads them. */
export async function registrationsFile(event: Event, people: Participant[], reader: Reader): Promise<Buffer> {
  const columns = columnsOf(event, reader);
  const head = columns.map(({ title }) => ({ ...cell(title), fontWeight: 'bold' as const }));
  const rows = people.map((one, i) => columns.map((column) => cell(column.value(one, i))));
  const options = { sheet: sheetName(reader), stickyRowsCount: 1, columns: columns.map(({ width }) => ({ width })) };
  return writeExcel([head, ...rows], options).toBuffer();
}

type Column = { title: string; width: number; value(one: Participant, i: number): string | null };

function columnsOf(event: Event, { t, lang, programme, now }: Reader): Column[] {
  const clock = `${cityOf(programme, event.zone, lang)}, ${formatOffset(now, event.zone)}`;
  const yesNo = (value: boolean | null) => (value === null ? null : t(value ? 'common:yes' : 'common:no'));
  return [
    { title: '№', width: 5, value: (_, i) => String(i + 1) },
    { title: t('people:full_name'), width: 30, value: ({ person }) => person.fullName },
    { title: t('people:latin_name'), width: 30, value: ({ person }) => person.latinName },
    {
      title: t('people:country'),
      width: 16,
      value: ({ person }) => person.country && countryName(programme, person.country, lang),
    },
    { title: t('people:agency'), width: 36, value: ({ person }) => person.agency },
    { title: t('people:position'), width: 30, value: ({ person }) => person.position },
    { title: t('people:sex'), width: 14, value: ({ person }) => person.sex && t(`people:${person.sex}`) },
    { title: t('people:email'), width: 28, value: ({ person }) => person.email },
    { title: t('organize:language'), width: 14, value: ({ person }) => languageName(person.language) },
    { title: t('organize:status'), width: 16, value: ({ registration }) => t(`organize:state_${registration.status}`) },
    { title: t('organize:attended_column'), width: 12, value: ({ registration }) => yesNo(registration.attended) },
    {
      title: `${t('organize:registered_at')} (${clock})`,
      width: 28,
      value: ({ registration }) => minuteIn(registration.createdAt, event.zone),
    },
    ...event.questions.map((question) => ({
      title: worded(question.label, t),
      width: 24,
      value: ({ registration }: Participant) => answerIn(question, registration.answers[question.key], yesNo, t),
    })),
  ];
}

/** "2026-11-24 11:00": sorts as text, and every spreadsheet shows it alike. */
function minuteIn(instant: Temporal.Instant, zone: string): string {
  return instant.toZonedDateTimeISO(zone).toPlainDateTime().toString({ smallestUnit: 'minute' }).replace('T', ' ');
}

function answerIn(
  { kind, options = [] }: OwnQuestion,
  answer: Json | undefined,
  yesNo: (value: boolean) => string | null,
  t: T,
): string | null {
  if (typeof answer !== 'string' && typeof answer !== 'number') return null;
  switch (kind) {
    case 'yes_no':
      return yesNo(answer === 'yes');
    case 'choice': {
      const option = options.find(({ key }) => key === answer);
      return option ? worded(option.label, t) : String(answer);
    }
    case 'text':
    case 'number':
      return String(answer);
  }
}

const worded = (texts: Record<string, string>, { reads }: T) => pick(texts, reads) ?? '';

/** Excel takes 31 characters and none of these. */
function sheetName({ t }: Reader): string {
  return t('organize:sheet')
    .replace(/[[\]/\\:*?]/g, ' ')
    .slice(0, 31);
}

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
