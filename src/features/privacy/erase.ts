import { appendFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { and, asc, eq, isNotNull, isNull, lte, ne, sql } from 'drizzle-orm';
import type { Deps, Person } from '../../bot/context.ts';
import type { Db, Tx } from '../../db/connect.ts';
import {
  conversation,
  deadLetter,
  erasedRegistration,
  erasure,
  event,
  message,
  person,
  registration,
} from '../../db/schema.ts';
import { cancelOwed } from '../../delivery/outbox.ts';
import { cancel } from '../registration/seats.ts';

/**
 * Deletes everything about somebody; what is left are numbers: how many registered and attended, and how many an
 * announcement reached. Their seats go to the next in line. What hangs on the person goes by the foreign keys.
 */
export async function erase(db: Db, who: Person, now: Temporal.Instant): Promise<void> {
  await db.transaction(async (tx) => {
    await giveSeatsBack(tx, who, now);
    await keepCounts(tx, who);
    await clearOutbox(tx, who);
    // From here on nothing can be owed to them: a message refers to its person, and whoever writes one waits and finds nobody.
    // Only now, and what came meanwhile once more: the planner and the sender may hold their events and messages while they
    // wait for the person.
    await tx.select({ id: person.id }).from(person).where(eq(person.id, who.id)).for('update');
    await clearOutbox(tx, who);
    await tx.delete(conversation).where(eq(conversation.key, String(who.telegramId)));
    if (who.telegramId !== null) await tx.delete(deadLetter).where(eq(deadLetter.userId, who.telegramId));
    await tx.delete(person).where(eq(person.id, who.id));
    // After a restore the number may be given to somebody else, who may be erased as well.
    await tx
      .insert(erasure)
      .values({ personId: who.id, erasedAt: now })
      .onConflictDoUpdate({ target: erasure.personId, set: { erasedAt: now } });
  });
}

/** Announcements keep their copies, as numbers. */
async function clearOutbox(tx: Tx, who: Person): Promise<void> {
  const ofAnnouncements = and(eq(message.personId, who.id), isNotNull(message.announcementId));
  await cancelOwed(tx, ofAnnouncements, 'erased');
  await tx.delete(message).where(and(eq(message.personId, who.id), isNull(message.announcementId)));
  // What could not be cancelled is a part of a digest on its way: nobody hears any more what became of that.
  const lost = sql`${message.state} = 'queued'`;
  await tx
    .update(message)
    .set({
      personId: null,
      telegramMessageId: null,
      key: sql`'erased:' || ${message.id}`,
      state: sql`case when ${lost} then 'unknown' else ${message.state} end`,
      error: sql`case when ${lost} then 'erased' else ${message.error} end`,
    })
    .where(ofAnnouncements);
}

/** In DATA_DIR: who was erased, for when the database is lost and an old backup of it is restored. */
export const ERASURES = 'erasures';

/**
 * Erases and notes it outside of the database, a line each: `<id> <when they came> <when they were erased>`. The second
 * tells one person from another who was given the same number. At best: the database has the same on record.
 */
export async function eraseAndNote(
  { db, dataDir, log }: Pick<Deps, 'db' | 'dataDir' | 'log'>,
  who: Person,
  now: Temporal.Instant,
): Promise<void> {
  await erase(db, who, now);
  if (dataDir === null) return;
  try {
    await mkdir(dataDir, { recursive: true });
    await appendFile(join(dataDir, ERASURES), `${who.id} ${who.createdAt.toString()} ${now.toString()}\n`, {
      mode: 0o600,
    });
  } catch (error) {
    log.error({ error }, 'an erasure could not be noted in DATA_DIR: make it a folder that the bot may write to');
  }
}

/** Erases once more who came back with a backup that was restored; returns how many. Who came later is somebody else. */
export async function eraseAgain(db: Db, now: Temporal.Instant): Promise<number> {
  const back = await db
    .select({ person })
    .from(erasure)
    .innerJoin(person, and(eq(person.id, erasure.personId), lte(person.createdAt, erasure.erasedAt)));
  for (const one of back) await erase(db, one.person, now);
  return back.length;
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
