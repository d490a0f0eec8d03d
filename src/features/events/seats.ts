import { and, eq, sql } from 'drizzle-orm';
import type { Person } from '../../bot/context.ts';
import type { DbOrTx } from '../../db/connect.ts';
import { quota, registration } from '../../db/schema.ts';
import type { EventRow, Seats } from './store.ts';

/**
 * What is taken and what is kept, by country. Somebody may take a seat of their country's quota or, when that is full, of
 * the shared part: the seats that no quota holds. Counted from the registrations each time, never kept as a number.
 */
export type Room = {
  seats: number | null;
  taken: number;
  waiting: number;
  /** Of each country: seats it has taken. */
  takenBy: Map<string | null, number>;
  /** Of each country: seats kept for it. Empty when there are none, or none any more. */
  quotas: Map<string, number>;
};

/** A seat is taken by who has it, and by who may still take it. */
export const HELD = sql`${registration.status} in ('registered', 'offered')`;

/** Quotas hold until the event says that what is unused is for everybody. */
export function quotasHold({ quotasUntil }: Pick<EventRow, 'quotasUntil'>, now: Temporal.Instant): boolean {
  return quotasUntil === null || Temporal.Instant.compare(now, quotasUntil) < 0;
}

/** Country -> seats, as they were set, whether they still hold or not. */
export async function quotasOf(db: DbOrTx, eventId: number): Promise<Map<string, number>> {
  const rows = await db.select().from(quota).where(eq(quota.eventId, eventId)).orderBy(quota.country);
  return new Map(rows.map(({ country, seats }) => [country, seats]));
}

export async function roomOf(db: DbOrTx, event: EventRow, now: Temporal.Instant): Promise<Room> {
  const rows = await db
    .select({
      country: registration.country,
      taken: sql<number>`(count(*) filter (where ${HELD}))::int`,
      waiting: sql<number>`(count(*) filter (where ${registration.status} = 'waiting'))::int`,
    })
    .from(registration)
    .where(eq(registration.eventId, event.id))
    .groupBy(registration.country);
  const sum = (of: 'taken' | 'waiting') => rows.reduce((total, row) => total + row[of], 0);
  return {
    seats: event.seats,
    taken: sum('taken'),
    waiting: sum('waiting'),
    takenBy: new Map(rows.map(({ country, taken }) => [country, taken])),
    quotas: event.seats !== null && quotasHold(event, now) ? await quotasOf(db, event.id) : new Map(),
  };
}

/** Seats that somebody of this country may take; null: there is no limit. */
export function freeFor({ seats, taken, takenBy, quotas }: Room, country: string | null): number | null {
  if (seats === null) return null;
  const kept = [...quotas].reduce((sum, [of, quota]) => sum + Math.max(0, quota - (takenBy.get(of) ?? 0)), 0);
  const own = Math.max(0, (quotas.get(country ?? '') ?? 0) - (takenBy.get(country) ?? 0));
  const shared = Math.max(0, seats - taken - kept);
  // Where quotas were set after seats were taken, fewer may be left than are kept: these are for who comes first.
  return Math.max(0, Math.min(seats - taken, own + shared));
}

/** One more of this country has a seat. */
export function take(room: Room, country: string | null): void {
  room.taken += 1;
  room.takenBy.set(country, (room.takenBy.get(country) ?? 0) + 1);
}

/** As somebody sees it: `left` for their country. Who has not said theirs yet sees all that is left. */
export async function seatsFor(
  db: DbOrTx,
  event: EventRow,
  { country }: Pick<Person, 'country'>,
  now: Temporal.Instant,
): Promise<Seats> {
  const room = await roomOf(db, event, now);
  const { seats, taken, waiting } = room;
  const all = seats === null ? null : Math.max(0, seats - taken);
  const left = country === null ? all : freeFor(room, country);
  return { taken, waiting, left, ...(left === 0 && all !== 0 && { kept: true as const }) };
}

/** What is kept for each country, and what it has taken. */
export async function quotaFigures(db: DbOrTx, event: EventRow) {
  const quotas = await quotasOf(db, event.id);
  if (quotas.size === 0) return [];
  const taken = await db
    .select({ country: registration.country, n: sql<number>`count(*)::int` })
    .from(registration)
    .where(and(eq(registration.eventId, event.id), HELD))
    .groupBy(registration.country);
  return [...quotas].map(([country, seats]) => ({
    country,
    seats,
    taken: taken.find((row) => row.country === country)?.n ?? 0,
  }));
}

/** Events whose quotas have ended while people wait: seats may have become free for them. */
export async function released(db: DbOrTx, now: Temporal.Instant): Promise<number[]> {
  const at = now.toString();
  const rows = await db.execute<{ id: number }>(sql`
    select id from event
    where quotas_until <= ${at}::timestamptz and begins_at > ${at}::timestamptz and status = 'published'
      and exists (select from registration where event_id = event.id and status = 'waiting')
      and (seats is null or seats > (
        select count(*) from registration where event_id = event.id and status in ('registered', 'offered')))
    order by id`);
  return rows.map(({ id }) => id);
}
