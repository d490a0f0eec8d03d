import { formatOffset } from '../../bot/format/dates.ts';
import { languageName } from '../../bot/format/words.ts';
import type { T } from '../../bot/i18n.ts';
import { minuteIn, sheetFile, type Column } from '../../bot/sheet.ts';
import type { Json, OwnQuestion } from '../../db/schema.ts';
import { cityOf, countryName, pick } from '../../programme.ts';
import type { Reader } from '../events/messages.ts';
import type { Event } from '../events/store.ts';
import type { Participant } from './store.ts';

/** The people of an event as an XLSX file, one row each; words and times as the organizer reads them. */
export async function registrationsFile(event: Event, people: Participant[], reader: Reader): Promise<Buffer> {
  return sheetFile(reader.t('organize:sheet'), columnsOf(event, reader), people);
}

function columnsOf(event: Event, { t, lang, programme, now }: Reader): Column<Participant>[] {
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

export function answerIn(
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

export const worded = (texts: Record<string, string>, { reads }: T) => pick(texts, reads) ?? '';
