import { and, asc, eq, sql } from 'drizzle-orm';
import type { Tx } from '../../db/connect.ts';
import { event, registration, type Answers } from '../../db/schema.ts';
import { owe, cancelOwed, about } from '../../delivery/outbox.ts';
import { countSeats, registrability, type EventRow, type Registration } from '../events/store.ts';

/*
 * Every change of seats takes the row lock of its event first, so contenders for the last seat stand in line in
 * Postgres. A counter in the event's row would be as safe and save a count, but it could drift from the registrations;
 * the count can't. The lock is the weaker one, so that messages which refer to the event may be written meanwhile.
 */

export type Outcome =
  | { kind: 'registered'; registration: Registration }
  | { kind: 'waiting'; registration: Registration }
  /** Nothing happens until the person joins the waiting list. */
  | { kind: 'full' }
  | { kind: 'closed' }
  /** Registered or waiting since before: nothing was changed. */
  | { kind: 'already'; registration: Registration };

type Request = { eventId: number; personId: number; now: Temporal.Instant };

export async function lockEvent(tx: Tx, eventId: number): Promise<EventRow | null> {
  const rows = await tx.select().from(event).where(eq(event.id, eventId)).for('no key update');
  return rows[0] ?? null;
}

const ofPerson = ({ eventId, personId }: Request) =>
  and(eq(registration.eventId, eventId), eq(registration.personId, personId));

/** Takes a seat, or, for those who `wait`, a place on the waiting list. A free seat goes to those who wait first. */
export async function register(tx: Tx, request: Request, answers: Answers, wait = false): Promise<Outcome> {
  const { eventId, now } = request;
  const locked = await lockEvent(tx, eventId);
  if (!locked || registrability(locked, now) !== 'open') return { kind: 'closed' };
  const [known] = await tx.select().from(registration).where(ofPerson(request));
  if (known && known.status !== 'cancelled') return { kind: 'already', registration: known };

  const { left, waiting } = await countSeats(tx, locked);
  const seat = left === null || left > waiting;
  if (seat) return { kind: 'registered', registration: await put(tx, locked, request, answers, 'registered') };
  if (wait) return { kind: 'waiting', registration: await put(tx, locked, request, answers, 'waiting') };
  return { kind: 'full' };
}

export type Cancelled =
  /** `was`: what was given up, a seat or a place on the waiting list. */
  | { kind: 'cancelled'; was: 'registered' | 'waiting' }
  | { kind: 'not registered' }
  /** Who has a seat when the event begins was expected there: attendance and feedback count on it. */
  | { kind: 'begun' };

/** Gives the seat back, and to the next in line. Cancelling twice is once. */
export async function cancel(tx: Tx, request: Request): Promise<Cancelled> {
  const { eventId, personId, now } = request;
  const locked = await lockEvent(tx, eventId);
  const [known] = await tx.select().from(registration).where(ofPerson(request));
  if (!locked || !known || known.status === 'cancelled') return { kind: 'not registered' };
  if (Temporal.Instant.compare(locked.beginsAt, now) <= 0) return { kind: 'begun' };
  await tx
    .update(registration)
    .set({ status: 'cancelled', waitingSince: null, changedAt: now })
    .where(eq(registration.id, known.id));
  await cancelOwed(tx, about.eventFor(eventId, personId), 'participation cancelled');
  await promote(tx, locked, now);
  return { kind: 'cancelled', was: known.status };
}

/** Fills free seats from the waiting list, in its order. Call it under the event's lock, or after changing its seats. */
export async function promote(tx: Tx, locked: EventRow, now: Temporal.Instant): Promise<void> {
  const begun = Temporal.Instant.compare(locked.beginsAt, now) <= 0;
  if (locked.status !== 'published' || begun) return;
  const { left, waiting } = await countSeats(tx, locked);
  const free = left === null ? waiting : Math.min(left, waiting);
  if (free === 0) return;
  const next = await tx
    .select()
    .from(registration)
    .where(and(eq(registration.eventId, locked.id), eq(registration.status, 'waiting')))
    .orderBy(asc(registration.waitingSince), asc(registration.id))
    .limit(free);
  for (const one of next) await put(tx, locked, { personId: one.personId, now }, one.answers, 'registered', 'promoted');
}

/** Writes the status and owes the message that tells it: of use as long as the event lasts, or as one may wait for a seat. */
async function put(
  tx: Tx,
  { id: eventId, beginsAt, endsAt }: EventRow,
  { personId, now }: Omit<Request, 'eventId'>,
  answers: Answers,
  status: 'registered' | 'waiting',
  kind = 'confirmation',
): Promise<Registration> {
  const set = { status, answers, waitingSince: status === 'waiting' ? now : null, changedAt: now };
  const [written] = await tx
    .insert(registration)
    .values({ eventId, personId, createdAt: now, ...set })
    .onConflictDoUpdate({
      target: [registration.eventId, registration.personId],
      set: { ...set, revision: sql`${registration.revision} + 1` },
    })
    .returning();
  const key = `${kind}:${written!.id}:${written!.revision}`;
  const expiresAt = status === 'registered' ? endsAt : beginsAt;
  const data = { registration: written!.id, beginsAt: beginsAt.toString() };
  await owe(tx, [{ personId, kind, key, data, dueAt: now, expiresAt, eventId }], now);
  return written!;
}
