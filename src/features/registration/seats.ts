import { and, asc, eq, inArray, sql } from 'drizzle-orm';
import type { Tx } from '../../db/connect.ts';
import { event, person, registration, shortlist } from '../../db/schema.ts';
import { about, cancelOwed } from '../../delivery/outbox.ts';
import { freeFor, roomOf, take } from '../events/seats.ts';
import {
  inLine,
  mayReturn,
  registrability,
  stands,
  type EventRow,
  type Registration,
  type Standing,
} from '../events/store.ts';
import { offerHours, offerOf } from './offers.ts';
import { BILIM, countryOf, note, offer, PERSON, put, tell, type Author, type Given, type Request } from './write.ts';

/*
 * Every change of seats takes the row lock of its event first, so contenders for the last seat stand in line in
 * Postgres. A counter in the event's row would be as safe and save a count, but it could drift from the registrations;
 * the count can't. The lock is the weaker one, so that messages which refer to the event may be written meanwhile.
 */

export type Outcome =
  | { kind: 'registered'; registration: Registration }
  | { kind: 'waiting'; registration: Registration }
  /** Organizers decide. */
  | { kind: 'pending'; registration: Registration }
  /** Nothing happens until the person joins the waiting list. */
  | { kind: 'full' }
  | { kind: 'closed' }
  /** Registered, waiting or declined since before: nothing was changed. */
  | { kind: 'already'; registration: Registration };

export async function lockEvent(tx: Tx, eventId: number): Promise<EventRow | null> {
  const rows = await tx.select().from(event).where(eq(event.id, eventId)).for('no key update');
  return rows[0] ?? null;
}

export const ofPerson = ({ eventId, personId }: Request) =>
  and(eq(registration.eventId, eventId), eq(registration.personId, personId));

/**
 * Takes a seat, or, for those who `wait`, a place on the waiting list; where organizers decide, asks them for one. A free seat
 * goes to those who wait first.
 */
export async function register(tx: Tx, request: Request, given: Given, wait = false): Promise<Outcome> {
  const { eventId, now } = request;
  const locked = await lockEvent(tx, eventId);
  if (!locked || registrability(locked, now) !== 'open') return { kind: 'closed' };
  const [known] = await tx.select().from(registration).where(ofPerson(request));
  if (known && !mayReturn(known.status)) return { kind: 'already', registration: known };

  const enter = async (kind: Exclude<Standing, 'offered'>) => ({
    kind,
    registration: await put(tx, locked, request, { from: known, to: kind, given, author: PERSON }),
  });
  if (locked.moderated) {
    // Who left comes anew: whether they are on the shortlist again is for the organizers to say.
    if (known) await tx.delete(shortlist).where(eq(shortlist.registrationId, known.id));
    return enter('pending');
  }
  if (await hasSeat(tx, locked, await countryOf(tx, request.personId), now)) return enter('registered');
  return wait ? enter('waiting') : { kind: 'full' };
}

export type Cancelled =
  /** `was`: what was given up, e.g. a seat. */
  | { kind: 'cancelled'; was: Standing }
  | { kind: 'not registered' }
  /** Who has a seat when the event begins was expected there: attendance and feedback count on it. */
  | { kind: 'begun' };

/** Gives the seat back, and to the next in line. Cancelling twice is once. */
export async function cancel(tx: Tx, request: Request): Promise<Cancelled> {
  const { eventId, now } = request;
  const locked = await lockEvent(tx, eventId);
  const [known] = await tx.select().from(registration).where(ofPerson(request));
  if (!locked || !known || !stands(known.status)) return { kind: 'not registered' };
  if (Temporal.Instant.compare(locked.beginsAt, now) <= 0) return { kind: 'begun' };
  await end(tx, locked, known, 'cancelled', PERSON, now);
  return { kind: 'cancelled', was: known.status };
}

/** What an organizer decides about somebody. `reason`: what they say to the person. */
type Decision = { registrationId: number; actorId: number; reason?: string | null; now: Temporal.Instant };

export type Declined = { kind: 'declined' } | { kind: 'not possible' };

/** Takes the seat, or the place on the waiting list, away; the seat goes to the next in line. The person is told why. */
export async function decline(tx: Tx, { registrationId, actorId, reason, now }: Decision): Promise<Declined> {
  const { locked, known } = await lockRegistration(tx, registrationId);
  if (!locked || !known || !stands(known.status) || !isAhead(locked, now)) return { kind: 'not possible' };
  const author: Author = { by: 'organizer', actorId, reason: reason ?? null };
  const declined = await end(tx, locked, known, 'declined', author, now);
  await tell(tx, locked, declined, 'decision', now);
  return { kind: 'declined' };
}

export type Approved = { kind: 'registered' | 'waiting' } | { kind: 'not possible' };

/** Lets somebody in who asked, or was declined: to a seat, or, when none is left for them, to the end of the waiting list. */
export async function approve(tx: Tx, { registrationId, actorId, now }: Decision): Promise<Approved> {
  const { locked, known } = await lockRegistration(tx, registrationId);
  const open = known?.status === 'pending' || known?.status === 'declined';
  if (!locked || !open || !isAhead(locked, now)) return { kind: 'not possible' };
  const { personId } = known;
  const country = known.status === 'pending' ? known.country : await countryOf(tx, personId);
  const to = (await hasSeat(tx, locked, country, now)) ? 'registered' : 'waiting';
  const author: Author = { by: 'organizer', actorId };
  await put(tx, locked, { personId, now }, { from: known, to, given: known, author, message: 'decision' });
  return { kind: to };
}

/** Whether there is one for somebody of this country, now that those who wait have had their turn. */
export async function hasSeat(
  tx: Tx,
  locked: EventRow,
  country: string | null,
  now: Temporal.Instant,
): Promise<boolean> {
  await promote(tx, locked, now);
  return freeFor(await roomOf(tx, locked, now), country) !== 0;
}

export const isAhead = ({ status, beginsAt }: EventRow, now: Temporal.Instant) =>
  status === 'published' && Temporal.Instant.compare(beginsAt, now) > 0;

/** The event first: its lock decides who comes next, and the registration is read under it. */
export async function lockRegistration(tx: Tx, registrationId: number) {
  const which = eq(registration.id, registrationId);
  const [found] = await tx.select({ eventId: registration.eventId }).from(registration).where(which);
  const locked = found ? await lockEvent(tx, found.eventId) : null;
  const [known] = await tx.select().from(registration).where(which);
  return { locked, known };
}

/** Somebody stands no more: what was owed to them is taken back, and their seat goes on. */
export async function end(
  tx: Tx,
  locked: EventRow,
  known: Registration,
  to: 'cancelled' | 'declined' | 'missed',
  author: Author,
  now: Temporal.Instant,
): Promise<Registration> {
  const [ended] = await tx
    .update(registration)
    .set({
      status: to,
      waitingSince: null,
      offeredUntil: null,
      changedAt: now,
      revision: sql`${registration.revision} + 1`,
    })
    .where(eq(registration.id, known.id))
    .returning();
  await note(tx, known.id, known.status, to, author, now);
  await cancelOwed(tx, about.eventFor(known.eventId, known.personId), 'participation cancelled');
  await promote(tx, locked, now);
  return ended!;
}

/**
 * Fills free seats from the waiting list: in its order, the next one whom the quotas leave a seat. Call it under the event's
 * lock, or after changing its seats.
 */
export async function promote(tx: Tx, locked: EventRow, now: Temporal.Instant): Promise<void> {
  if (!isAhead(locked, now)) return;
  const room = await roomOf(tx, locked, now);
  const free = room.seats === null ? room.waiting : Math.min(room.seats - room.taken, room.waiting);
  if (free <= 0) return;
  const next = await tx
    .select({ one: registration, person })
    .from(registration)
    .innerJoin(person, eq(person.id, registration.personId))
    .where(and(eq(registration.eventId, locked.id), eq(registration.status, 'waiting')))
    .orderBy(inLine(locked))
    .limit(room.quotas.size > 0 ? room.waiting : free);
  for (const { one, person: who } of next) {
    const { personId, country } = one;
    if (freeFor(room, country) === 0) continue;
    take(room, country);
    const hours = offerHours(locked);
    if (hours !== null) await offer(tx, locked, one, offerOf(locked, who, hours, now), now);
    else {
      const to = { from: one, to: 'registered', given: one, author: BILIM, message: 'promoted' } as const;
      await put(tx, locked, { personId, now }, to);
    }
  }
}

/** Another status for somebody who stands, and the line of the timeline. Who changes it tells them. */
async function shift(
  tx: Tx,
  { id, status }: Registration,
  to: 'waiting' | 'pending',
  { actorId, now }: { actorId: number; now: Temporal.Instant },
): Promise<Registration> {
  const waitingSince = to === 'waiting' ? now : null;
  const [shifted] = await tx
    .update(registration)
    .set({ status: to, waitingSince, changedAt: now, revision: sql`${registration.revision} + 1` })
    .where(eq(registration.id, id))
    .returning();
  await note(tx, id, status, to, { by: 'organizer', actorId }, now);
  return shifted!;
}

/**
 * Offers the seats to the shortlist: who is on it joins the line, whose order it is, and the line is served as always. So who
 * declines, or does not answer in time, makes room for the next by the same rules. Who is left in line is told that.
 */
export async function offerToShortlist(
  tx: Tx,
  { eventId, actorId, now }: { eventId: number; actorId: number; now: Temporal.Instant },
): Promise<{ kind: 'offered'; offered: number; waiting: number } | { kind: 'not possible' }> {
  const locked = await lockEvent(tx, eventId);
  if (!locked?.selective || !isAhead(locked, now)) return { kind: 'not possible' };
  const chosen = await tx
    .select({ one: registration })
    .from(shortlist)
    .innerJoin(registration, eq(registration.id, shortlist.registrationId))
    .where(and(eq(registration.eventId, eventId), eq(registration.status, 'pending')))
    .orderBy(asc(shortlist.position));
  for (const { one } of chosen) await shift(tx, one, 'waiting', { actorId, now });
  await promote(tx, locked, now);
  const ids = chosen.map(({ one }) => one.id);
  const left = await tx
    .select()
    .from(registration)
    .where(and(inArray(registration.id, ids), eq(registration.status, 'waiting')));
  for (const one of left) await tell(tx, locked, one, 'decision', now);
  return { kind: 'offered', offered: ids.length - left.length, waiting: left.length };
}

/** Who waits for a seat becomes an applicant: from now on organizers choose. They are told. */
export async function reconsider(
  tx: Tx,
  locked: EventRow,
  by: { actorId: number; now: Temporal.Instant },
): Promise<void> {
  const those = and(eq(registration.eventId, locked.id), eq(registration.status, 'waiting'));
  const waiting = await tx.select().from(registration).where(those).orderBy(asc(registration.id));
  for (const one of waiting) await tell(tx, locked, await shift(tx, one, 'pending', by), 'decision', by.now);
}
