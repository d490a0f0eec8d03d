import { formatOffset } from '../../bot/format/dates.ts';
import { languageName } from '../../bot/format/words.ts';
import { minuteIn, sheetFile, type Column } from '../../bot/sheet.ts';
import { cityOf, countryName } from '../../programme.ts';
import type { Reader } from './messages.ts';
import type { Member } from './store.ts';

/** Rows of a file. More are no list that somebody goes through: they are asked to narrow it down. */
export const LONGEST = 10_000;

type Dated = Reader & { zone: string; now: Temporal.Instant };

/** The people of a segment as an XLSX file, one row each. Without their sex: they gave it to be counted by, not listed. */
export function membersFile(members: Member[], reader: Dated): Promise<Buffer> {
  const { t } = reader;
  const announcements: Column<Member> = {
    title: t('segments:gets_announcements'),
    width: 28,
    value: ({ standing }) => (standing === 'reachable' ? t('common:yes') : t(`segments:left_out_${standing}`)),
  };
  return sheetFile(t('segments:title'), [...columnsOf(reader), announcements], members);
}

/** Those whom only a telephone or a letter reaches, and since when. */
export function unreachableFile(members: Member[], reader: Dated): Promise<Buffer> {
  const { t, lang, programme, zone, now } = reader;
  const since: Column<Member> = {
    title: `${t('segments:unreachable_since')} (${cityOf(programme, zone, lang)}, ${formatOffset(now, zone)})`,
    width: 28,
    value: ({ unreachableSince }) => unreachableSince && minuteIn(unreachableSince, zone),
  };
  return sheetFile(t('segments:unreachable'), [...columnsOf(reader), since], members);
}

function columnsOf({ t, lang, programme }: Reader): Column<Member>[] {
  return [
    { title: '№', width: 6, value: (_, i) => String(i + 1) },
    { title: t('people:full_name'), width: 30, value: ({ fullName }) => fullName },
    { title: t('people:latin_name'), width: 30, value: ({ latinName }) => latinName },
    { title: t('people:country'), width: 16, value: ({ country }) => country && countryName(programme, country, lang) },
    { title: t('people:agency'), width: 36, value: ({ agency }) => agency },
    { title: t('people:position'), width: 30, value: ({ position }) => position },
    { title: t('people:email'), width: 28, value: ({ email }) => email },
    { title: t('segments:condition_languages'), width: 14, value: ({ language }) => languageName(language) },
  ];
}
