import { and, asc, count, countDistinct, eq, inArray, isNull, sql } from 'drizzle-orm';
import type { EventOf } from '../../bot/routes.ts';
import { idOf } from '../../bot/view.ts';
import type { DbOrTx } from '../../db/connect.ts';
import { attendance, event, registration, session, sessionText } from '../../db/schema.ts';
import type { Wording } from '../events/store.ts';

export { thanksAt } from './attended.ts';
export { cancelWithEvent, moveAlong } from './write.ts';

export type SessionRow = typeof session.$inferSelect;
/** A session with its texts in every language they were written in. */
export type Session = SessionRow & { texts: Record<string, Wording> };
export type AttendanceRow = typeof attendance.$inferSelect;
export type Mark = AttendanceRow['state'];

/** Of these events, in their order; those that were cancelled too. */
export async function sessionsOf(db: DbOrTx, events: number[]): Promise<Session[]> {
  if (events.length === 0) return [];
  const which = inArray(session.eventId, events);
  return withTexts(db, await db.select().from(session).where(which).orderBy(asc(session.beginsAt), asc(session.id)));
}

export async function findSession(db: DbOrTx, id: number): Promise<Session | null> {
  const [found] = await withTexts(db, await db.select().from(session).where(eq(session.id, id)));
  return found ?? null;
}

async function withTexts(db: DbOrTx, rows: SessionRow[]): Promise<Session[]> {
  if (rows.length === 0) return [];
  const ids = rows.map(({ id }) => id);
  const texts = await db.select().from(sessionText).where(inArray(sessionText.sessionId, ids));
  return rows.map((one) => ({
    ...one,
    texts: Object.fromEntries(texts.filter(({ sessionId }) => sessionId === one.id).map((row) => [row.language, row])),
  }));
}

const held = (eventId: number) => and(eq(session.eventId, eventId), isNull(session.cancelledAt));

/** Those that are not cancelled. An event that has some is attended session by session. */
export async function countSessions(db: DbOrTx, eventId: number): Promise<number> {
  return db.$count(session, held(eventId));
}

/** Whether there is an agenda to look at, if only one of which everything was cancelled. */
export async function hasAgenda(db: DbOrTx, eventId: number): Promise<boolean> {
  return (await db.$count(session, eq(session.eventId, eventId))) > 0;
}

/** The event of a session, by its id. */
export const eventOfSession: EventOf = async (db, [id]) => {
  const [found] = await db
    .select({ eventId: session.eventId })
    .from(session)
    .where(eq(session.id, idOf(id)));
  return found?.eventId ?? null;
};

/** The event of somebody's mark at a session, by its id. */
export const eventOfMark: EventOf = async (db, [id]) => {
  const [found] = await db
    .select({ eventId: session.eventId })
    .from(attendance)
    .innerJoin(session, eq(session.id, attendance.sessionId))
    .where(eq(attendance.id, idOf(id)));
  return found?.eventId ?? null;
};

/** Marks of one session by registration. */
export async function marksOf(db: DbOrTx, sessionId: number): Promise<Map<number, AttendanceRow>> {
  const rows = await db.select().from(attendance).where(eq(attendance.sessionId, sessionId));
  return new Map(rows.map((row) => [row.registrationId, row]));
}

/** Somebody's own marks, by session. */
export async function ownMarks(db: DbOrTx, personId: number, events: number[]): Promise<Map<number, Mark>> {
  if (events.length === 0) return new Map();
  const rows = await db
    .select({ sessionId: attendance.sessionId, state: attendance.state })
    .from(attendance)
    .innerJoin(registration, eq(registration.id, attendance.registrationId))
    .where(and(eq(registration.personId, personId), inArray(registration.eventId, events)));
  return new Map(rows.map(({ sessionId, state }) => [sessionId, state]));
}

/** How many have a seat. */
export async function countSeated(db: DbOrTx, eventId: number): Promise<number> {
  return db.$count(registration, and(eq(registration.eventId, eventId), seated));
}

const seated = eq(registration.status, 'registered');
const present = eq(attendance.state, 'present');

/** How many of those who have a seat were present at each session. */
export async function countPresent(db: DbOrTx, eventId: number): Promise<Map<number, number>> {
  const rows = await db
    .select({ id: session.id, n: count() })
    .from(attendance)
    .innerJoin(session, eq(session.id, attendance.sessionId))
    .innerJoin(registration, eq(registration.id, attendance.registrationId))
    .where(and(eq(session.eventId, eventId), seated, present))
    .groupBy(session.id);
  return new Map(rows.map(({ id, n }) => [id, n]));
}

/** How many were present on each day (2026-12-08, by the event's clock): in at least one of its sessions. */
export async function countDays(db: DbOrTx, eventId: number): Promise<Map<string, number>> {
  const day = sql<string>`to_char(${session.beginsAt} at time zone ${event.zone}, 'YYYY-MM-DD')`;
  const rows = await db
    .select({ day, n: countDistinct(attendance.registrationId) })
    .from(attendance)
    .innerJoin(session, eq(session.id, attendance.sessionId))
    .innerJoin(event, eq(event.id, session.eventId))
    .innerJoin(registration, eq(registration.id, attendance.registrationId))
    .where(and(eq(session.eventId, eventId), seated, present))
    .groupBy(sql`1`);
  return new Map(rows.map((row) => [row.day, row.n]));
}

/** `of`: sessions that count for them, which those are not that they were excused from. */
export type Share = { attended: number; excused: number; of: number };

/**
 * What each of those who have a seat attended, by registration: over sessions that were not cancelled. Without a mark
 * somebody was not there. `of` is 0 for who was excused from everything, and where there are no sessions.
 */
export async function attendedShare(db: DbOrTx, eventId: number): Promise<Map<number, Share>> {
  const counted = (state: Mark) => sql<number>`count(*) filter (where ${attendance.state} = ${state})::int`;
  const rows = await db
    .select({
      id: registration.id,
      attended: counted('present'),
      excused: counted('excused'),
      all: sql<number>`count(${session.id})::int`,
    })
    .from(registration)
    .leftJoin(session, and(eq(session.eventId, registration.eventId), isNull(session.cancelledAt)))
    .leftJoin(attendance, and(eq(attendance.sessionId, session.id), eq(attendance.registrationId, registration.id)))
    .where(and(eq(registration.eventId, eventId), seated))
    .groupBy(registration.id);
  return new Map(rows.map(({ id, attended, excused, all }) => [id, { attended, excused, of: all - excused }]));
}
