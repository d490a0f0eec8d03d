import { asc, eq } from 'drizzle-orm';
import type { Db } from '../../src/db/connect.ts';
import { event, message, registration, registrationChange } from '../../src/db/schema.ts';
import { freeFor, roomOf } from '../../src/features/events/seats.ts';

/**
 * What is wrong with the seats of an event: more are taken than there are, one is free while somebody waits who may have it, a
 * status is not the last of its timeline, or nobody was told of it.
 */
export async function wrongs(db: Db, eventId: number, now: Temporal.Instant): Promise<string[]> {
  const [one] = await db.select().from(event).where(eq(event.id, eventId));
  const room = await roomOf(db, one!, now);
  const kept = await db.select().from(registration).where(eq(registration.eventId, eventId)).orderBy(registration.id);
  const lines = await db
    .select({ of: registrationChange.registrationId, to: registrationChange.to })
    .from(registrationChange)
    .innerJoin(registration, eq(registration.id, registrationChange.registrationId))
    .where(eq(registration.eventId, eventId))
    .orderBy(asc(registrationChange.id));
  const last = new Map(lines.map(({ of, to }) => [of, to]));
  const keys = await db.select({ key: message.key }).from(message).where(eq(message.eventId, eventId));
  const told = new Set(keys.map(({ key }) => key.split(':').slice(1).join(':')));
  return [
    ...(room.taken > one!.seats! ? [`${room.taken} of ${one!.seats} seats`] : []),
    ...kept.flatMap(({ id, status, country, revision }) => [
      ...(status === 'waiting' && freeFor(room, country) !== 0 ? [`${id} waits in vain`] : []),
      ...(last.get(id) === status ? [] : [`${id} is ${status}, its timeline says ${last.get(id)}`]),
      ...(status === 'cancelled' || told.has(`${id}:${revision}`) ? [] : [`${id} was not told`]),
    ]),
  ];
}
