import { and, asc, eq, inArray, isNotNull, isNull, ne, sql } from 'drizzle-orm';
import type { Person } from '../../bot/context.ts';
import type { Db, Tx } from '../../db/connect.ts';
import { conversation, erasedRegistration, event, message, person, registration } from '../../db/schema.ts';
import { cancel } from '../registration/seats.ts';

/**
 * Deletes everything about somebody; what is left are numbers: how many registered and attended, and how many an
 * announcement reached. Their seats go to the next in line. What hangs on the person goes by the foreign keys.
 */
export async function erase(db: Db, who: Person, now: Temporal.Instant): Promise<void> {
  await db.transaction(async (tx) => {
    await giveSeatsBack(tx, who, now);
    await keepCounts(tx, who);
    await tx
      .update(message)
      .set({ state: 'cancelled', error: 'erased' })
      .where(
        and(
          eq(message.personId, who.id),
          isNotNull(message.announcementId),
          inArray(message.state, ['queued', 'claimed']),
        ),
      );
    await tx
      .update(message)
      .set({ personId: null, telegramMessageId: null, key: sql`'erased:' || ${message.id}` })
      .where(and(eq(message.personId, who.id), isNotNull(message.announcementId)));
    await tx.delete(message).where(and(eq(message.personId, who.id), isNull(message.announcementId)));
    await tx.delete(conversation).where(eq(conversation.key, String(who.telegramId)));
    await tx.delete(person).where(eq(person.id, who.id));
  });
}

async function giveSeatsBack(tx: Tx, who: Person, now: Temporal.Instant): Promise<void> {
  const coming = await tx
    .select({ eventId: event.id })
    .from(registration)
    .innerJoin(event, eq(event.id, registration.eventId))
    .where(
      and(
        eq(registration.personId, who.id),
        ne(registration.status, 'cancelled'),
        sql`${event.beginsAt} > ${now.toString()}`,
      ),
    )
    // Each locks its event: always in the same order, so that two erasures can't wait for each other.
    .orderBy(asc(event.id));
  for (const { eventId } of coming) await cancel(tx, { eventId, personId: who.id, now });
}

async function keepCounts(tx: Tx, who: Person): Promise<void> {
  const held = await tx
    .select()
    .from(registration)
    .where(eq(registration.personId, who.id))
    .orderBy(asc(registration.eventId));
  for (const { eventId, status, attended } of held)
    await tx
      .insert(erasedRegistration)
      .values({ eventId, status, attended: attended === true, count: 1 })
      .onConflictDoUpdate({
        target: [erasedRegistration.eventId, erasedRegistration.status, erasedRegistration.attended],
        set: { count: sql`${erasedRegistration.count} + 1` },
      });
}
