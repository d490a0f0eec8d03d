import { and, asc, eq, inArray, max } from 'drizzle-orm';
import type { DbOrTx, Tx } from '../../db/connect.ts';
import { registration, shortlist } from '../../db/schema.ts';
import { freeFor, roomOf, take, type Room } from '../events/seats.ts';
import type { EventRow } from '../events/store.ts';
import { lockEvent } from '../registration/seats.ts';
import { rankingOf, type Ranked } from './ranking.ts';

/*
 * Whom the organizers want to take along. Every change takes the event's lock, as who offers the seats does: who is offered
 * one was on the list, at that place, at that moment.
 */

type By = { actorId: number; now: Temporal.Instant };

/** The event of a registration, locked, and the registration as it stands under the lock. */
async function locked(tx: Tx, registrationId: number) {
  const which = eq(registration.id, registrationId);
  const [found] = await tx.select({ eventId: registration.eventId }).from(registration).where(which);
  const event = found ? await lockEvent(tx, found.eventId) : null;
  const [known] = await tx.select().from(registration).where(which);
  return event?.selective && known ? { event, known } : null;
}

const ofEvent = (eventId: number) => eq(registration.eventId, eventId);

async function last(tx: Tx, eventId: number): Promise<number> {
  const [found] = await tx
    .select({ last: max(shortlist.position) })
    .from(shortlist)
    .innerJoin(registration, eq(registration.id, shortlist.registrationId))
    .where(ofEvent(eventId));
  return found?.last ?? 0;
}

/** At the end. False: their application is decided on already. */
export async function putOn(tx: Tx, registrationId: number, { actorId, now }: By): Promise<boolean> {
  const it = await locked(tx, registrationId);
  if (it?.known.status !== 'pending') return false;
  const position = (await last(tx, it.event.id)) + 1;
  await tx.insert(shortlist).values({ registrationId, position, byId: actorId, at: now }).onConflictDoNothing();
  return true;
}

/** Only as long as no seat was offered: then they are declined, and told so. */
export async function takeOff(tx: Tx, registrationId: number): Promise<boolean> {
  const it = await locked(tx, registrationId);
  if (it?.known.status !== 'pending') return false;
  await tx.delete(shortlist).where(eq(shortlist.registrationId, registrationId));
  return true;
}

const IN_LINE = ['pending', 'waiting'] as const;

/** One place up (-1) or down (1), among those whose turn is still to come. */
export async function move(tx: Tx, registrationId: number, by: -1 | 1): Promise<boolean> {
  const it = await locked(tx, registrationId);
  if (!it) return false;
  const line = await tx
    .select({ id: shortlist.registrationId, position: shortlist.position })
    .from(shortlist)
    .innerJoin(registration, eq(registration.id, shortlist.registrationId))
    .where(and(ofEvent(it.event.id), inArray(registration.status, [...IN_LINE])))
    .orderBy(asc(shortlist.position));
  const at = line.findIndex(({ id }) => id === registrationId);
  const [one, other] = [line[at], line[at + by]];
  if (!one || !other) return false;
  await tx.update(shortlist).set({ position: other.position }).where(eq(shortlist.registrationId, one.id));
  await tx.update(shortlist).set({ position: one.position }).where(eq(shortlist.registrationId, other.id));
  return true;
}

/** In the order of the list: whom the seats and the quotas leave one. Takes them in `room`. */
function fitting(room: Room, line: Ranked[]): Ranked[] {
  return line.filter(({ registration: { country } }) => {
    if (freeFor(room, country) === 0) return false;
    take(room, country);
    return true;
  });
}

const isPending = ({ registration }: Ranked) => registration.status === 'pending';
const byPlace = (a: Ranked, b: Ranked) => a.listed! - b.listed!;

/** Those in line, in their order. */
export const lineOf = (ranking: Ranked[]): Ranked[] =>
  ranking
    .filter(({ listed, registration: { status } }) => listed !== null && IN_LINE.some((one) => one === status))
    .toSorted(byPlace);

/** The best of those that somebody has scored, as many as have a seat beside those who were offered one, or wait. */
export async function proposal(db: DbOrTx, event: EventRow, now: Temporal.Instant): Promise<Ranked[]> {
  const ranking = await rankingOf(db, event.id);
  const room = await roomOf(db, event, now);
  fitting(
    room,
    lineOf(ranking).filter((one) => !isPending(one)),
  );
  return fitting(
    room,
    ranking.filter((one) => isPending(one) && one.score !== null),
  );
}

/** The proposal takes the place of all who were not offered a seat yet. */
export async function useProposal(tx: Tx, eventId: number, { actorId, now }: By): Promise<boolean> {
  const event = await lockEvent(tx, eventId);
  if (!event?.selective) return false;
  const proposed = await proposal(tx, event, now);
  const pending = tx
    .select({ id: registration.id })
    .from(registration)
    .where(and(ofEvent(eventId), eq(registration.status, 'pending')));
  await tx.delete(shortlist).where(inArray(shortlist.registrationId, pending));
  const first = (await last(tx, eventId)) + 1;
  const rows = proposed.map(({ registration: { id } }, i) => ({
    registrationId: id,
    position: first + i,
    byId: actorId,
    at: now,
  }));
  if (rows.length > 0) await tx.insert(shortlist).values(rows);
  return true;
}

/** What offering the seats would do now. */
export async function forecast(
  db: DbOrTx,
  event: EventRow,
  now: Temporal.Instant,
): Promise<{ offered: Ranked[]; waiting: Ranked[] }> {
  const line = lineOf(await rankingOf(db, event.id));
  const offered = fitting(await roomOf(db, event, now), line);
  return { offered, waiting: line.filter((one) => !offered.includes(one)) };
}
