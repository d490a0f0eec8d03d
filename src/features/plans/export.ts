import { formatOffset } from '../../bot/format/dates.ts';
import { minuteIn, sheetFile, type Column } from '../../bot/sheet.ts';
import { answeredQuestions } from '../../forms/spec/answers.ts';
import { cityOf, countryName } from '../../programme.ts';
import type { Reader } from '../events/messages.ts';
import type { Event } from '../events/store.ts';
import type { Version } from '../forms/store.ts';
import type { Planner } from './store.ts';

/** The plans of an event as an XLSX file, one row for each who took part; empty where none was handed in. */
export function plansFile(event: Event, all: Planner[], versions: Version[], reader: Reader): Promise<Buffer> {
  const { t, lang, programme, now } = reader;
  const clock = `${cityOf(programme, event.zone, lang)}, ${formatOffset(now, event.zone)}`;
  const specs = versions.map(({ spec }) => spec);
  const columns: Column<Planner>[] = [
    { title: t('people:full_name'), width: 30, value: ({ person }) => person.fullName },
    { title: t('people:latin_name'), width: 30, value: ({ person }) => person.latinName },
    { title: t('people:country'), width: 16, value: ({ country }) => country && countryName(programme, country, lang) },
    { title: t('people:agency'), width: 36, value: ({ person }) => person.agency },
    {
      title: `${t('plans:handed_in_at')} (${clock})`,
      width: 28,
      value: ({ handedInAt }) => handedInAt && minuteIn(handedInAt, event.zone),
    },
    ...answeredQuestions(specs, t).map(({ label, inWords }) => ({
      title: label,
      width: 40,
      value: ({ plan }: Planner) => plan && inWords(plan),
    })),
  ];
  return sheetFile(t('plans:title'), columns, all);
}
