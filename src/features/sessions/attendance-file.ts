import { and, eq } from 'drizzle-orm';
import { sheetFile, minuteIn, type Column } from '../../bot/sheet.ts';
import type { DbOrTx } from '../../db/connect.ts';
import { attendance, session } from '../../db/schema.ts';
import { countryName } from '../../programme.ts';
import type { Reader } from '../events/messages.ts';
import { wording, type Event } from '../events/store.ts';
import type { Participant } from '../organize/store.ts';
import { dayOf } from './messages.ts';
import type { AttendanceRow, Session } from './store.ts';

/** Registration -> session -> mark. */
export type Marks = Map<number, Map<number, AttendanceRow>>;

export async function allMarks(db: DbOrTx, eventId: number): Promise<Marks> {
  const rows = await db
    .select({ attendance })
    .from(attendance)
    .innerJoin(session, and(eq(session.id, attendance.sessionId), eq(session.eventId, eventId)));
  const of = Map.groupBy(rows, (row) => row.attendance.registrationId);
  return new Map(
    [...of].map(([id, some]) => [id, new Map(some.map((row) => [row.attendance.sessionId, row.attendance]))]),
  );
}

/** Who has a seat, a row each, with a column for each session, and what it adds up to. */
export async function attendanceFile(
  event: Event,
  { sessions, people, marks }: { sessions: Session[]; people: Participant[]; marks: Marks },
  reader: Reader,
): Promise<Buffer> {
  const { t, lang, programme } = reader;
  const held = sessions.filter(({ cancelledAt }) => !cancelledAt);
  const of = ({ registration }: Participant) => marks.get(registration.id) ?? new Map<number, AttendanceRow>();
  const there = (one: Participant) => held.filter(({ id }) => of(one).get(id)?.state === 'present');
  const columns: Column<Participant>[] = [
    { title: '№', width: 5, value: (_, i) => String(i + 1) },
    { title: t('people:full_name'), width: 30, value: ({ person }) => person.fullName },
    { title: t('people:latin_name'), width: 30, value: ({ person }) => person.latinName },
    {
      title: t('people:country'),
      width: 16,
      value: ({ person }) => person.country && countryName(programme, person.country, lang),
    },
    { title: t('people:agency'), width: 36, value: ({ person }) => person.agency },
    ...held.map((one): Column<Participant> => ({
      title: `${minuteIn(one.beginsAt, event.zone)} ${wording(one, t).title}`,
      width: 24,
      value: (who) => inWords(of(who).get(one.id), reader),
    })),
    { title: t('sessions:sessions_attended'), width: 14, value: (one) => String(there(one).length) },
    {
      title: t('sessions:days_attended'),
      width: 14,
      value: (one) => String(new Set(there(one).map((each) => dayOf(event, each))).size),
    },
  ];
  return sheetFile(t('sessions:attendance'), columns, people);
}

function inWords(mark: AttendanceRow | undefined, { t }: Reader): string | null {
  if (!mark) return null;
  const state = t(`sessions:mark_${mark.state}`);
  return mark.reason ? `${state}: ${mark.reason}` : state;
}
