import { and, asc, count, desc, eq, gt, inArray, lte, sql, type SQL } from 'drizzle-orm';
import type { Person } from '../../bot/context.ts';
import type { T } from '../../bot/i18n.ts';
import { pageAt, PAGE_SIZE, type Page } from '../../bot/pages.ts';
import type { EventOf } from '../../bot/routes.ts';
import { idOf } from '../../bot/view.ts';
import type { DbOrTx } from '../../db/connect.ts';
import { event, eventText, registration } from '../../db/schema.ts';
import type { Message } from '../../delivery/messages.ts';
import { pick } from '../../programme.ts';

export type EventRow = typeof event.$inferSelect;
export type Registration = typeof registration.$inferSelect;
export type Wording = { title: string; description: string };
/** An event with its texts in every language they were written in. */
export type Event = EventRow & { texts: Record<string, Wording> };

/** The text in the first language its reader understands that has one: an organizer may give only some. */
export function wording({ texts }: Pick<Event, 'texts'>, { reads }: Pick<T, 'reads'>): Wording {
  return pick(texts, reads) ?? { title: '—', description: '' };
}

export async function findEvent(db: DbOrTx, id: number): Promise<Event | null> {
  const [found] = await withTexts(db, await db.select().from(event).where(eq(event.id, id)));
  return found ?? null;
}

export async function findEventByCode(db: DbOrTx, code: string): Promise<Event | null> {
  const [found] = await withTexts(db, await db.select().from(event).where(eq(event.code, code)));
  return found ?? null;
}

/** Those of them that are there. */
export async function findEvents(db: DbOrTx, ids: number[]): Promise<Event[]> {
  return ids.length === 0 ? [] : withTexts(db, await db.select().from(event).where(inArray(event.id, ids)));
}

const coming = (now: Temporal.Instant) => and(eq(event.status, 'published'), gt(event.endsAt, now));

/** Published and not over, the next one first. */
export async function comingEvents(db: DbOrTx, now: Temporal.Instant): Promise<Event[]> {
  return withTexts(db, await db.select().from(event).where(coming(now)).orderBy(asc(event.beginsAt)));
}

/** A page of them. */
export async function comingPage(db: DbOrTx, now: Temporal.Instant, wanted?: string): Promise<Page<Event>> {
  const at = pageAt(await db.$count(event, coming(now)), wanted);
  const rows = await db
    .select()
    .from(event)
    .where(coming(now))
    .orderBy(asc(event.beginsAt), asc(event.id))
    .limit(PAGE_SIZE)
    .offset(at.first);
  return { ...at, items: await withTexts(db, rows) };
}

export async function pastEvents(db: DbOrTx, now: Temporal.Instant): Promise<Event[]> {
  const past = and(eq(event.status, 'published'), lte(event.endsAt, now));
  return withTexts(db, await db.select().from(event).where(past).orderBy(desc(event.beginsAt)));
}

export async function withTexts(db: DbOrTx, events: EventRow[]): Promise<Event[]> {
  if (events.length === 0) return [];
  const ids = events.map(({ id }) => id);
  const rows = await db.select().from(eventText).where(inArray(eventText.eventId, ids)).orderBy(eventText.language);
  return events.map((one) => ({
    ...one,
    texts: Object.fromEntries(rows.filter(({ eventId }) => eventId === one.id).map((row) => [row.language, row])),
  }));
}

export async function findRegistration(db: DbOrTx, eventId: number, person: Person): Promise<Registration | null> {
  const rows = await db
    .select()
    .from(registration)
    .where(and(eq(registration.eventId, eventId), eq(registration.personId, person.id)));
  return rows[0] ?? null;
}

/** Has a seat, or may take one, waits for one, or has asked for one. */
export const STANDING = ['registered', 'offered', 'waiting', 'pending'] as const;
export type Standing = (typeof STANDING)[number];

export function stands(status: Registration['status']): status is Standing {
  return STANDING.some((one) => one === status);
}

/** Left by themselves, and may come again. */
export function mayReturn(status: Registration['status']): boolean {
  return status === 'cancelled' || status === 'missed';
}

export type Seats = {
  taken: number;
  waiting: number;
  left: number | null;
  /** None is left for the country of who looks, but some are, for others. */
  kept?: true;
};

/** `left` null: the event has no limit. */
export async function countSeats(db: DbOrTx, one: EventRow): Promise<Seats> {
  const rows = await db
    .select({ status: registration.status, n: count() })
    .from(registration)
    .where(eq(registration.eventId, one.id))
    .groupBy(registration.status);
  const having = (status: Registration['status']) => rows.find((row) => row.status === status)?.n ?? 0;
  const [taken, waiting] = [having('registered') + having('offered'), having('waiting')];
  return { taken, waiting, left: one.seats === null ? null : Math.max(0, one.seats - taken) };
}

/** What says in which order people wait. */
export type Line = Pick<EventRow, 'moderated' | 'selective' | 'waitingOrder' | 'lotterySeed'>;

/**
 * The order of the waiting list. By lot: a hash of the event's seed and the person, so that leaving and coming again changes
 * nothing, and everybody can check it once the seed is shown.
 */
export function inLine({ moderated, selective, waitingOrder, lotterySeed }: Line): SQL {
  const since = sql`${registration.waitingSince}, ${registration.id}`;
  const byLot = sql`md5(${lotterySeed}::text || ':' || ${registration.personId}), ${since}`;
  const order = selective || waitingOrder === 'fifo' ? since : byLot;
  // Where organizers choose, their shortlist is the line; it stays so for who was in line when the selection was turned off.
  return moderated ? sql`(select position from shortlist where registration_id = ${registration.id}), ${order}` : order;
}

/** From 1; null when not waiting. */
export async function waitingPosition(db: DbOrTx, one: Registration): Promise<number | null> {
  if (one.status !== 'waiting') return null;
  const [of] = await db.select().from(event).where(eq(event.id, one.eventId));
  const line = db
    .select({
      id: registration.id,
      position: sql<number>`(row_number() over (order by ${inLine(of!)}))::int`.as('position'),
    })
    .from(registration)
    .where(and(eq(registration.eventId, one.eventId), eq(registration.status, 'waiting')))
    .as('line');
  const [own] = await db.select({ position: line.position }).from(line).where(eq(line.id, one.id));
  return own?.position ?? null;
}

export type Registrability = 'open' | 'not published' | 'cancelled' | 'deadline passed' | 'begun';

/** Without a deadline, registration is open until the event begins. */
export function registrability(one: EventRow, now: Temporal.Instant): Registrability {
  const passed = (at: Temporal.Instant) => Temporal.Instant.compare(at, now) <= 0;
  if (one.status === 'draft') return 'not published';
  if (one.status === 'cancelled') return 'cancelled';
  if (passed(one.beginsAt)) return 'begun';
  return one.deadlineAt && passed(one.deadlineAt) ? 'deadline passed' : 'open';
}

/** News of an event that is days ahead can wait for the morning; `data.beginsAt` says when it begins. */
export function isFarAhead({ data }: Pick<Message, 'data'>, now: Temporal.Instant): boolean {
  return typeof data.beginsAt === 'string' && now.until(data.beginsAt).total('hours') > 48;
}

/** The event of a registration, by its id. */
export const eventOfRegistration: EventOf = async (db, [id]) => {
  const [found] = await db
    .select({ eventId: registration.eventId })
    .from(registration)
    .where(eq(registration.id, idOf(id)));
  return found?.eventId ?? null;
};
