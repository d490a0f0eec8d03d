import { formatOffset } from '../../bot/format/dates.ts';
import { languageName } from '../../bot/format/words.ts';
import { minuteIn, sheetFile, type Column } from '../../bot/sheet.ts';
import { answeredQuestions } from '../../forms/spec/answers.ts';
import { cityOf, countryName } from '../../programme.ts';
import type { Reader } from '../events/messages.ts';
import type { Event } from '../events/store.ts';
import type { Version } from '../forms/store.ts';
import type { Participant } from './store.ts';

/** The people of an event as an XLSX file, one row each; words and times as the organizer reads them. `versions`: of its form. */
export async function registrationsFile(
  event: Event,
  people: Participant[],
  versions: Version[],
  reader: Reader,
): Promise<Buffer> {
  return sheetFile(reader.t('organize:sheet'), columnsOf(event, versions, reader), people);
}

function columnsOf(event: Event, versions: Version[], { t, lang, programme, now }: Reader): Column<Participant>[] {
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
    {
      title: t('nominations:endorsed_column'),
      width: 16,
      value: ({ endorsedBy }) => endorsedBy && countryName(programme, endorsedBy, lang),
    },
    { title: t('organize:attended_column'), width: 12, value: ({ registration }) => yesNo(registration.attended) },
    {
      title: `${t('organize:registered_at')} (${clock})`,
      width: 28,
      value: ({ registration }) => minuteIn(registration.createdAt, event.zone),
    },
    ...answeredQuestions(
      versions.map(({ spec }) => spec),
      t,
    ).map(({ label, inWords }) => ({
      title: label,
      width: 24,
      value: ({ registration }: Participant) => inWords(registration.answers),
    })),
  ];
}
