import { eq } from 'drizzle-orm';
import type { Tx } from '../../db/connect.ts';
import { event, quota } from '../../db/schema.ts';
import { roomOf, type Room } from '../events/seats.ts';
import type { EventRow } from '../events/store.ts';
import { lockEvent, promote } from '../registration/seats.ts';

/** Country -> seats kept for it until then; null: until the event begins. */
export type Quotas = { seats: Map<string, number>; until: Temporal.Instant | null };

export type Divided =
  | { kind: 'changed'; promoted: number; room: Room }
  | { kind: 'no limit' }
  | { kind: 'too many'; kept: number; seats: number }
  | { kind: 'unchangeable' };

/** Drafts as well: who registers first should find the quotas there. */
export function divisible({ status, beginsAt }: EventRow, now: Temporal.Instant): boolean {
  return status !== 'cancelled' && Temporal.Instant.compare(beginsAt, now) > 0;
}

export const sumOf = (seats: Map<string, number>): number => [...seats.values()].reduce((sum, one) => sum + one, 0);

/** Keeps seats for countries. Nobody loses a seat by it, also where more are taken than are kept. */
export async function setQuotas(
  tx: Tx,
  eventId: number,
  { seats, until }: Quotas,
  now: Temporal.Instant,
): Promise<Divided> {
  const locked = await lockEvent(tx, eventId);
  if (!locked || !divisible(locked, now)) return { kind: 'unchangeable' };
  if (locked.seats === null) return { kind: 'no limit' };
  const kept = sumOf(seats);
  if (kept > locked.seats) return { kind: 'too many', kept, seats: locked.seats };
  const quotasUntil = until && Temporal.Instant.compare(until, locked.beginsAt) < 0 ? until : null;
  await tx.delete(quota).where(eq(quota.eventId, eventId));
  if (seats.size > 0) await tx.insert(quota).values([...seats].map(([country, n]) => ({ eventId, country, seats: n })));
  await tx.update(event).set({ quotasUntil }).where(eq(event.id, eventId));
  const changed = { ...locked, quotasUntil };
  const { waiting } = await roomOf(tx, changed, now);
  await promote(tx, changed, now);
  const room = await roomOf(tx, changed, now);
  return { kind: 'changed', promoted: waiting - room.waiting, room };
}
