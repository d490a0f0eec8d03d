import { formatWeekday } from '../../bot/format/dates.ts';
import { html, lines } from '../../bot/html.ts';
import { pageAt, pageButtons } from '../../bot/pages.ts';
import { clip, data, grid, type View } from '../../bot/view.ts';
import type { DbOrTx } from '../../db/connect.ts';
import type { Reader } from '../events/messages.ts';
import { wording, type Event } from '../events/store.ts';
import { dayOf, span } from '../sessions/messages.ts';
import { countDays, countPresent, countSeated, sessionsOf, type Session } from '../sessions/store.ts';
import { toManage } from './messages.ts';

const SESSIONS = 20;

/** `present` by session, `days` by day. */
type Counted = { sessions: Session[]; present: Map<number, number>; days: Map<string, number>; seated: number };

/** How many were present, session by session and day by day; a number opens the list of one. */
export function sessionAttendanceView(
  event: Event,
  { sessions, present, days, seated }: Counted,
  wanted: string | undefined,
  reader: Reader,
): View {
  const { t, lang } = reader;
  const held = sessions.filter(({ cancelledAt }) => !cancelledAt).map((one, i) => ({ one, number: i + 1 }));
  const place = pageAt(held.length, wanted, SESSIONS);
  const shown = held.slice(place.first, place.first + SESSIONS);
  return {
    text: lines(
      html`<b>${wording(event, t).title}</b>`,
      html`${t('sessions:attendance')} · ${t('sessions:with_seat', { count: seated })}`,
      ...shown.flatMap(({ one, number }, i) => {
        const day = dayOf(event, one);
        const newDay = i === 0 || dayOf(event, shown[i - 1]!.one) !== day;
        return [
          newDay && ['', html`<b>${formatWeekday(lang, one.beginsAt, event.zone)} · ✓ ${days.get(day) ?? 0}</b>`],
          html`${number}. ${span(lang, one, event.zone)} ${clip(wording(one, t).title, 80)} · ✓ ${present.get(one.id) ?? 0}`,
        ];
      }),
      '',
      t('sessions:attendance_explained'),
    ),
    buttons: [
      ...grid(
        shown.map(({ one, number }) => ({ text: String(number), data: data('session_people', one.id) })),
        6,
      ),
      pageButtons(t, place, (page) => data('attendance', event.id, page)),
      [{ text: t('sessions:attendance_file'), data: data('attendance_file', event.id) }],
      [toManage(t, event.id)],
    ],
  };
}

export async function countAttendance(db: DbOrTx, eventId: number): Promise<Counted> {
  return {
    sessions: await sessionsOf(db, [eventId]),
    present: await countPresent(db, eventId),
    days: await countDays(db, eventId),
    seated: await countSeated(db, eventId),
  };
}
