import { eq, sql } from 'drizzle-orm';
import type { Tx } from '../../db/connect.ts';
import { person, registration, registrationChange } from '../../db/schema.ts';
import { owe } from '../../delivery/outbox.ts';
import { stands, type EventRow, type Registration, type Standing } from '../events/store.ts';
import type { Offer } from './offers.ts';

/*
 * What a change of a status writes, under the event's lock: the status, a line of the timeline, and the message that tells it.
 * Who may change what is decided in seats.ts and accept.ts.
 */

export type Request = { eventId: number; personId: number; now: Temporal.Instant };

type Status = Registration['status'];
type Change = typeof registrationChange.$inferSelect;
/** Who changes a status. `reason`: the organizer's own words to the person. */
export type Author = Pick<Change, 'by'> & Partial<Pick<Change, 'actorId' | 'reason'>>;

export const PERSON: Author = { by: 'person' };
export const BILIM: Author = { by: 'bilim' };

export async function countryOf(tx: Tx, personId: number): Promise<string | null> {
  const [found] = await tx.select({ country: person.country }).from(person).where(eq(person.id, personId));
  return found?.country ?? null;
}

/** A line of the timeline, in the transaction of the change that it tells of. */
export async function note(
  tx: Tx,
  registrationId: number,
  from: Status | null,
  to: Status,
  author: Author,
  at: Temporal.Instant,
): Promise<void> {
  await tx.insert(registrationChange).values({ registrationId, from, to, at, ...author });
}

/** Answers, and the version of the event's form that asked them. */
export type Given = Pick<Registration, 'answers' | 'formVersionId'>;
export const NO_ANSWERS: Given = { answers: {}, formVersionId: null };

type Put = {
  /** Undefined: they come for the first time. */
  from: Registration | undefined;
  to: Exclude<Standing, 'offered'>;
  given: Given;
  author: Author;
  message?: 'confirmation' | 'promoted' | 'decision' | 'entered';
};

/** Writes the status, and owes the message that tells it. */
export async function put(
  tx: Tx,
  locked: EventRow,
  { personId, now }: Omit<Request, 'eventId'>,
  { from, to, given, author, message = 'confirmation' }: Put,
): Promise<Registration> {
  // Who comes to a seat from the waiting list has it in the quota in which they waited.
  const kept = from && stands(from.status);
  const country = kept ? from.country : await countryOf(tx, personId);
  const waitingSince = to === 'waiting' ? now : null;
  const { answers, formVersionId } = given;
  const set = { status: to, answers, formVersionId, country, waitingSince, offeredUntil: null, changedAt: now };
  const [written] = await tx
    .insert(registration)
    .values({ eventId: locked.id, personId, createdAt: now, ...set })
    .onConflictDoUpdate({
      target: [registration.eventId, registration.personId],
      set: { ...set, revision: sql`${registration.revision} + 1` },
    })
    .returning();
  await note(tx, written!.id, from?.status ?? null, to, author, now);
  await tell(tx, locked, written!, message, now);
  return written!;
}

/** Each change is told once. Of use as long as the event lasts, or as one may wait for a seat. */
export async function tell(
  tx: Tx,
  { beginsAt, endsAt }: EventRow,
  { id, eventId, personId, status, revision }: Registration,
  kind: string,
  now: Temporal.Instant,
): Promise<void> {
  const key = `${kind}:${id}:${revision}`;
  const expiresAt = status === 'registered' ? endsAt : beginsAt;
  const data = { registration: id, beginsAt: beginsAt.toString() };
  await owe(tx, [{ personId, kind, key, data, dueAt: now, expiresAt, eventId }], now);
}

/** Holds a seat for the next in line, and owes the message that asks, and one before it runs out. */
export async function offer(
  tx: Tx,
  { id: eventId }: EventRow,
  { id, personId, status }: Registration,
  { from, until, remindAt }: Offer,
  now: Temporal.Instant,
): Promise<void> {
  const [offered] = await tx
    .update(registration)
    .set({
      status: 'offered',
      waitingSince: null,
      offeredUntil: until,
      changedAt: now,
      revision: sql`${registration.revision} + 1`,
    })
    .where(eq(registration.id, id))
    .returning();
  await note(tx, id, status, 'offered', BILIM, now);
  const { revision } = offered!;
  const about = { personId, eventId, data: { registration: id, revision }, expiresAt: until };
  await owe(
    tx,
    [
      { ...about, kind: 'offer', key: `offer:${id}:${revision}`, dueAt: from },
      ...(remindAt ? [{ ...about, kind: 'offer_ends', key: `offer_ends:${id}:${revision}`, dueAt: remindAt }] : []),
    ],
    now,
  );
}
