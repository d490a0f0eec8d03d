import { eq, sql } from 'drizzle-orm';
import { formatOffset } from '../../bot/format/dates.ts';
import { languageName } from '../../bot/format/words.ts';
import { minuteIn, sheetFile, type Column } from '../../bot/sheet.ts';
import type { DbOrTx } from '../../db/connect.ts';
import { message, person } from '../../db/schema.ts';
import { cityOf, countryName } from '../../programme.ts';
import type { Reader } from './messages.ts';

/** `personId` null: they have deleted their data. */
type Recipient = Pick<typeof message.$inferSelect, 'personId' | 'state' | 'error' | 'sentAt'> &
  Pick<typeof person.$inferSelect, 'fullName' | 'country' | 'agency'> & { language: string };

/** Who it was owed to: those who did not get it first, then by country and name. No more of each than is listed: they are many. */
export async function recipientsOf(db: DbOrTx, announcementId: number): Promise<Recipient[]> {
  return db
    .select({
      personId: message.personId,
      state: message.state,
      error: message.error,
      sentAt: message.sentAt,
      language: sql<string>`${message.data} ->> 'language'`,
      fullName: person.fullName,
      country: person.country,
      agency: person.agency,
    })
    .from(message)
    .leftJoin(person, eq(person.id, message.personId))
    .where(eq(message.announcementId, announcementId))
    .orderBy(sql`${message.state} = 'sent'`, message.state, person.country, person.fullName, message.id);
}

/** One row each; words and times as the organizer reads them. */
export async function recipientsFile(recipients: Recipient[], reader: Reader, now: Temporal.Instant): Promise<Buffer> {
  return sheetFile(reader.t('announcements:recipients_sheet'), columnsOf(reader, now), recipients);
}

function columnsOf({ t, lang, zone, programme }: Reader, now: Temporal.Instant): Column<Recipient>[] {
  const clock = `${cityOf(programme, zone, lang)}, ${formatOffset(now, zone)}`;
  return [
    { title: '№', width: 5, value: (_, i) => String(i + 1) },
    {
      title: t('people:full_name'),
      width: 30,
      value: ({ personId, fullName }) => (personId === null ? t('announcements:erased') : fullName),
    },
    {
      title: t('people:country'),
      width: 16,
      value: ({ country }) => country && countryName(programme, country, lang),
    },
    { title: t('people:agency'), width: 36, value: ({ agency }) => agency },
    { title: t('organize:language'), width: 14, value: ({ language }) => languageName(language) },
    { title: t('organize:status'), width: 30, value: ({ state }) => stateIn(state, t) },
    { title: t('announcements:reason'), width: 40, value: (one) => reasonIn(one, t) },
    {
      title: `${t('announcements:sent_at')} (${clock})`,
      width: 24,
      value: ({ sentAt }) => sentAt && minuteIn(sentAt, zone),
    },
  ];
}

/** The same words as in the report. */
function stateIn(state: Recipient['state'], t: Reader['t']): string {
  switch (state) {
    case 'queued':
    case 'paused':
    case 'claimed':
    case 'sending':
      return t('announcements:count_waiting');
    default:
      return t(`announcements:count_${state}`);
  }
}

/** Our own reasons in the reader's words, Telegram's in its own. */
function reasonIn({ error, state }: Pick<Recipient, 'error' | 'state'>, t: Reader['t']): string | null {
  if (state === 'sent' || state === 'recalled') return null;
  switch (error) {
    case 'not wanted':
      return t('segments:left_out_muted');
    case 'erased':
      return t('announcements:erased');
    case 'stopped':
      return t('announcements:state_stopped');
    case 'recalled':
      return t('announcements:state_recalled');
    case 'has blocked the bot before':
      return t('announcements:count_blocked');
    default:
      return error;
  }
}
