import { randomBytes } from 'node:crypto';
import { and, asc, eq, gt, ne, or, sql } from 'drizzle-orm';
import type { DbOrTx } from '../../db/connect.ts';
import { instantToSql } from '../../db/instant.ts';
import { calendarFeed, event, person, registration } from '../../db/schema.ts';
import type { Person } from '../../bot/context.ts';
import { findEvent, withTexts, type Event } from '../events/store.ts';
import type { Entry } from './calendar.ts';
import { sessionsOf } from './store.ts';

/** Days back that a calendar goes, and for which a seat that was given up still shows as cancelled, so that apps take it out. */
const PAST = 366;
const GONE = 30;

/** 192 bits, in letters that an address holds. */
const newToken = () => randomBytes(24).toString('base64url');

/** The secret part of the address of somebody's calendar, made when it is first asked for. */
export async function feedOf(db: DbOrTx, { id }: Person, now: Temporal.Instant): Promise<string> {
  await db.insert(calendarFeed).values({ personId: id, token: newToken(), createdAt: now }).onConflictDoNothing();
  const [feed] = await db.select().from(calendarFeed).where(eq(calendarFeed.personId, id));
  return feed!.token;
}

/** Another address; whoever has the old one sees nothing any more. */
export async function renewFeed(db: DbOrTx, { id }: Person, now: Temporal.Instant): Promise<string> {
  const fresh = { token: newToken(), createdAt: now };
  const [feed] = await db
    .insert(calendarFeed)
    .values({ personId: id, ...fresh })
    .onConflictDoUpdate({ target: calendarFeed.personId, set: fresh })
    .returning();
  return feed!.token;
}

/** Whose calendar it is; null: nobody's (any more). */
export async function ownerOf(db: DbOrTx, token: string): Promise<Person | null> {
  const [found] = await db
    .select({ person })
    .from(calendarFeed)
    .innerJoin(person, eq(person.id, calendarFeed.personId))
    .where(eq(calendarFeed.token, token));
  return found?.person ?? null;
}

const own = (person: Person) => and(eq(registration.personId, person.id), ne(event.status, 'draft'));
const before = (now: Temporal.Instant, days: number) => now.subtract({ hours: 24 * days });

/** What is in somebody's calendar: what they have a seat at, and for a while what they had one at. */
export async function calendarEntries(db: DbOrTx, person: Person, now: Temporal.Instant): Promise<Entry[]> {
  const since = sql`${instantToSql(before(now, GONE))}::timestamptz`;
  const gone = sql`exists (select from registration_change as change
    where change.registration_id = ${registration.id} and change.from = 'registered' and change.at > ${since})`;
  const shown = or(eq(registration.status, 'registered'), gone);
  return entries(db, and(own(person), gt(event.endsAt, before(now, PAST)), shown));
}

/** What somebody has a seat at and is not over: their agenda. */
export async function comingEntries(db: DbOrTx, person: Person, now: Temporal.Instant): Promise<Entry[]> {
  const coming = and(own(person), eq(event.status, 'published'), eq(registration.status, 'registered'));
  return entries(db, and(coming, gt(event.endsAt, now)));
}

/** Their entry of one event; null: they have no seat. */
export async function entryOf(db: DbOrTx, person: Person, eventId: number): Promise<Entry | null> {
  const [found] = await entries(db, and(own(person), eq(event.id, eventId), eq(registration.status, 'registered')));
  return found ?? null;
}

async function entries(db: DbOrTx, which: ReturnType<typeof and>): Promise<Entry[]> {
  const rows = await db
    .select({ event, registration })
    .from(registration)
    .innerJoin(event, eq(event.id, registration.eventId))
    .where(which)
    .orderBy(asc(event.beginsAt), asc(event.id));
  const events = await withTexts(
    db,
    rows.map((row) => row.event),
  );
  const sessions = await sessionsOf(
    db,
    events.map(({ id }) => id),
  );
  return rows.map(({ registration: own }) => ({
    event: events.find(({ id }) => id === own.eventId)!,
    sessions: sessions.filter(({ eventId }) => eventId === own.eventId),
    registration: own,
  }));
}

/** An event that people may see. */
export async function shownEvent(db: DbOrTx, id: number): Promise<Event | null> {
  const found = await findEvent(db, id);
  return found && found.status !== 'draft' ? found : null;
}
