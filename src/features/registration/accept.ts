import { and, asc, eq, gt, lte } from 'drizzle-orm';
import type { DbOrTx, Tx } from '../../db/connect.ts';
import { event, registration } from '../../db/schema.ts';
import type { EventRow, Registration } from '../events/store.ts';
import { end, isAhead, lockEvent, ofPerson } from './seats.ts';
import { BILIM, PERSON, put, tell, type Request } from './write.ts';

export type Accepted =
  | { kind: 'registered' }
  /** Nothing is offered to them, or not any more. */
  | { kind: 'not offered' };

/**
 * Takes the seat that is offered. Whether it is in time is decided under the event's lock, where the end of an offer is
 * decided too: of the two one comes first, and the other finds nothing left to do.
 */
export async function accept(tx: Tx, request: Request): Promise<Accepted> {
  const { eventId, now } = request;
  const locked = await lockEvent(tx, eventId);
  const open = and(ofPerson(request), eq(registration.status, 'offered'), gt(registration.offeredUntil, now));
  const [known] = await tx.select().from(registration).where(open);
  if (!locked || !known || !isAhead(locked, now)) return { kind: 'not offered' };
  const to = { from: known, to: 'registered', given: known, author: PERSON } as const;
  await put(tx, locked, request, to);
  return { kind: 'registered' };
}

/**
 * Events in which an offer has run out. Not those that were called off: there is no seat to hand on, and who ends an offer takes
 * back what was owed, which is the news of just that.
 */
export async function withEndedOffers(db: DbOrTx, now: Temporal.Instant): Promise<number[]> {
  const rows = await db
    .selectDistinct({ id: registration.eventId })
    .from(registration)
    .innerJoin(event, and(eq(event.id, registration.eventId), eq(event.status, 'published')))
    .where(lte(registration.offeredUntil, now))
    .orderBy(asc(registration.eventId));
  return rows.map(({ id }) => id);
}

/**
 * Ends the offers that nobody answered in time; their seats go to the next in line. Who missed one leaves the list, is told,
 * and can come back by one press. Rejected: a place at its end. When few wait, the seat would come round to the same silent
 * people again and again, and stay empty for as many hours each time.
 */
export async function endOffers(tx: Tx, locked: EventRow, now: Temporal.Instant): Promise<void> {
  if (locked.status !== 'published') return;
  const ended = await tx
    .select()
    .from(registration)
    .where(and(eq(registration.eventId, locked.id), lte(registration.offeredUntil, now)))
    .orderBy(asc(registration.offeredUntil), asc(registration.id));
  for (const one of ended) {
    const missed: Registration = await end(tx, locked, one, 'missed', BILIM, now);
    await tell(tx, locked, missed, 'offer_missed', now);
  }
}
