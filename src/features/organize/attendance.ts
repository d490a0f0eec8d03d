import { and, asc, eq, inArray, isNull, sql } from 'drizzle-orm';
import type { Db } from '../../db/connect.ts';
import { person, registration } from '../../db/schema.ts';
import { becomeAlumni, leaveAlumni } from '../alumni/store.ts';
import { findEvent, type EventRow } from '../events/store.ts';
import { countSessions, thanksAt } from '../sessions/store.ts';

/*
 * Who attended decides who is an alumna, so both change together, under the lock of the person's row: two organizers who
 * mark the same person at two events at once would otherwise each see the other's mark as not there yet. The lock is the
 * weaker one, so that messages to the person may be written meanwhile.
 *
 * An event with sessions is attended session by session, and this mark follows from those: see sessions/attended.ts. A button
 * from before it had some does nothing any more.
 */

/** From the beginning on: nobody has attended what has not begun. */
export function canMark(event: EventRow, now: Temporal.Instant): boolean {
  return event.status === 'published' && Temporal.Instant.compare(event.beginsAt, now) <= 0;
}

/** `eventId` null: there is no such registration. */
export type Marking = { kind: 'marked' | 'not possible'; eventId: number | null };

/** Says whether somebody attended. Saying it twice is saying it once. */
export async function markAttendance(
  db: Db,
  registrationId: number,
  attended: boolean,
  now: Temporal.Instant,
): Promise<Marking> {
  const [found] = await db.select().from(registration).where(eq(registration.id, registrationId));
  const event = found && (await findEvent(db, found.eventId));
  if (!found || !event) return { kind: 'not possible', eventId: null };
  if (!canMark(event, now) || (await countSessions(db, event.id)) > 0)
    return { kind: 'not possible', eventId: event.id };
  return db.transaction(async (tx) => {
    await tx.select({ id: person.id }).from(person).where(eq(person.id, found.personId)).for('no key update');
    const rows = await tx
      .update(registration)
      .set({ attended })
      .where(and(eq(registration.id, registrationId), eq(registration.status, 'registered')))
      .returning({ personId: registration.personId });
    if (rows.length === 0) return { kind: 'not possible', eventId: event.id };
    await (attended ? becomeAlumni(tx, found.personId, now, thanksAt(event, now)) : leaveAlumni(tx, found.personId));
    return { kind: 'marked', eventId: event.id };
  });
}

/**
 * Marks everybody who is not marked yet. Those marked as absent stay so: a press that comes late or twice must not bring
 * back what an organizer has corrected since.
 */
export async function markEveryone(db: Db, event: EventRow, now: Temporal.Instant): Promise<void> {
  if (!canMark(event, now) || (await countSessions(db, event.id)) > 0) return;
  await db.transaction(async (tx) => {
    const unmarked = and(
      eq(registration.eventId, event.id),
      eq(registration.status, 'registered'),
      isNull(registration.attended),
    );
    const people = tx.select({ id: registration.personId }).from(registration).where(unmarked);
    // In the order of their ids, so that two organizers who do this at once wait for each other and not in a circle.
    await tx
      .select({ id: person.id })
      .from(person)
      .where(inArray(person.id, people))
      .orderBy(asc(person.id))
      .for('no key update');
    const marked = await tx
      .update(registration)
      .set({ attended: sql`true` })
      .where(unmarked)
      .returning({ personId: registration.personId });
    for (const { personId } of marked) await becomeAlumni(tx, personId, now, thanksAt(event, now));
  });
}
