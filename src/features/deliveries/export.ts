import { formatOffset } from '../../bot/format/dates.ts';
import type { T } from '../../bot/i18n.ts';
import { minuteIn, sheetFile } from '../../bot/sheet.ts';
import { cityOf, countryName } from '../../programme.ts';
import type { Reader } from '../events/messages.ts';
import type { Event } from '../events/store.ts';
import { kindName } from './messages.ts';
import type { Undelivered } from './store.ts';

/** Who did not get which message of an event, and why, as an XLSX file; times by the clock of the event. */
export function undeliveredFile(event: Event, rows: Undelivered[], reader: Reader): Promise<Buffer> {
  const { t, lang, programme, now } = reader;
  const clock = `${cityOf(programme, event.zone, lang)}, ${formatOffset(now, event.zone)}`;
  return sheetFile<Undelivered>(
    t('deliveries:sheet'),
    [
      { title: '№', width: 5, value: (_, i) => String(i + 1) },
      { title: t('people:full_name'), width: 30, value: ({ name }) => name },
      {
        title: t('people:country'),
        width: 16,
        value: ({ country }) => country && countryName(programme, country, lang),
      },
      { title: t('people:agency'), width: 36, value: ({ agency }) => agency },
      { title: t('deliveries:message'), width: 34, value: (row) => kindName(row, reader) },
      { title: t('organize:status'), width: 34, value: ({ fate }) => t(`deliveries:fate_${fate}`) },
      { title: t('deliveries:reason'), width: 40, value: (row) => reasonOf(row, t) },
      { title: `${t('deliveries:due')} (${clock})`, width: 28, value: ({ dueAt }) => minuteIn(dueAt, event.zone) },
    ],
    rows,
  );
}

/** Telegram's own words, or why it was let go, where that says more than the status. */
function reasonOf({ fate, reason }: Undelivered, t: T): string | null {
  if (fate === 'failed' || reason?.startsWith('Forbidden')) return reason;
  switch (reason) {
    case 'participation cancelled':
    case 'not registered':
      return t('deliveries:reason_cancelled');
    case 'event cancelled':
      return t('events:cancelled');
    case 'event moved':
    case 'moved again':
      return t('changes:changed');
    case 'event has begun':
      return t('events:begun');
    case 'reminder withdrawn':
      return t('deliveries:reason_withdrawn');
    case 'answered':
      return t('deliveries:reason_answered');
    default:
      return null;
  }
}
