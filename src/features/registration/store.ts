import { and, asc, desc, eq, gt, inArray, lte, or, type SQL } from 'drizzle-orm';
import type { Person } from '../../bot/context.ts';
import { pageOf, type Page } from '../../bot/pages.ts';
import type { DbOrTx } from '../../db/connect.ts';
import { event, person as people, registration, registrationChange } from '../../db/schema.ts';
import {
  findEvent,
  STANDING,
  waitingPosition,
  withTexts,
  type Event,
  type EventRow,
  type Registration,
} from '../events/store.ts';

export { offerHours } from './offers.ts';

/** A registration with its event. */
export type Row = { event: EventRow; registration: Registration };
/** The same as it is shown. `position`: on the waiting list; null when not waiting. */
export type Mine = { event: Event; registration: Registration; position: number | null };

/** The state of things when a message is sent counts, not when it was owed. Null: the event does not take place. */
export async function findMine(db: DbOrTx, registrationId: number): Promise<Mine | null> {
  const [found] = await db.select().from(registration).where(eq(registration.id, registrationId));
  const about = found && (await findEvent(db, found.eventId));
  if (!found || about?.status !== 'published') return null;
  return { event: about, registration: found, position: await waitingPosition(db, found) };
}

/** What somebody has a seat at or waits for, the next first. One person has not so many that they need pages in SQL. */
export function findComing(db: DbOrTx, person: Person, now: Temporal.Instant): Promise<Row[]> {
  const stands = inArray(registration.status, STANDING);
  return findRows(db, person, and(stands, gt(event.endsAt, now)), asc(event.beginsAt));
}

/** Where somebody had a seat, or was all the same, the latest first. */
export function findPast(db: DbOrTx, person: Person, now: Temporal.Instant): Promise<Row[]> {
  const there = or(eq(registration.status, 'registered'), registration.attended);
  return findRows(db, person, and(there, lte(event.endsAt, now)), desc(event.beginsAt));
}

async function findRows(db: DbOrTx, person: Person, which: SQL | undefined, order: SQL): Promise<Row[]> {
  return db
    .select({ event, registration })
    .from(registration)
    .innerJoin(event, eq(event.id, registration.eventId))
    .where(and(eq(registration.personId, person.id), eq(event.status, 'published'), which))
    .orderBy(order, asc(event.id));
}

export async function pastPage(
  db: DbOrTx,
  person: Person,
  now: Temporal.Instant,
  wanted: string | undefined,
): Promise<Page<Event>> {
  const page = pageOf(await findPast(db, person, now), wanted);
  const items = await withTexts(
    db,
    page.items.map((row) => row.event),
  );
  return { ...page, items };
}

/** With the texts of the events and the positions on waiting lists. */
export async function describe(db: DbOrTx, rows: Row[]): Promise<Mine[]> {
  const events = await withTexts(
    db,
    rows.map((row) => row.event),
  );
  const positions = await Promise.all(rows.map((row) => waitingPosition(db, row.registration)));
  return rows.map(({ registration }, i) => ({ event: events[i]!, registration, position: positions[i]! }));
}

/** One change of a registration. `actor`: the organizer who made it, as long as they are known. */
export type HistoryLine = typeof registrationChange.$inferSelect & { actor: string | null };

/** The first change first. */
export async function historyOf(db: DbOrTx, registrationId: number): Promise<HistoryLine[]> {
  const rows = await db
    .select({ change: registrationChange, actor: people.fullName })
    .from(registrationChange)
    .leftJoin(people, eq(people.id, registrationChange.actorId))
    .where(eq(registrationChange.registrationId, registrationId))
    .orderBy(asc(registrationChange.id));
  return rows.map(({ change, actor }) => ({ ...change, actor }));
}

/** The event of a registration that is the person's own; null: it is not, or there is none. */
export async function findOwn(db: DbOrTx, person: Person, registrationId: number): Promise<Event | null> {
  const own = and(eq(registration.id, registrationId), eq(registration.personId, person.id));
  const [found] = await db.select({ eventId: registration.eventId }).from(registration).where(own);
  return found ? findEvent(db, found.eventId) : null;
}

/** What the organizers said last, when they said no. */
export async function reasonOf(db: DbOrTx, registrationId: number): Promise<string | null> {
  return (await historyOf(db, registrationId)).at(-1)?.reason ?? null;
}
