import { and, eq, sql } from 'drizzle-orm';
import type { Tx } from '../../db/connect.ts';
import { person, registration, registrationChange } from '../../db/schema.ts';
import { about, cancelOwed } from '../../delivery/outbox.ts';
import type { EventRow, Registration } from '../events/store.ts';
import { lockEvent, promote } from './seats.ts';
import { note } from './write.ts';

/*
 * Registrations of people whom others named turn out to be somebody else's: who had the link has written to the bot.
 */

export type Moved = { kind: 'moved'; events: number[] } | { kind: 'changed meanwhile' } | { kind: 'nobody' };

/**
 * Locks the events first, as whoever changes seats does, then both people: who races for the same link waits, and finds nobody.
 * `changed meanwhile`: another registration was made between the two; nothing was written, and it is to be done again.
 */
export async function moveRegistrations(
  tx: Tx,
  { from, to, now }: { from: number; to: number; now: Temporal.Instant },
): Promise<Moved> {
  const of = (personId: number) =>
    tx.select().from(registration).where(eq(registration.personId, personId)).orderBy(registration.eventId);
  const events = new Map<number, EventRow>();
  for (const { eventId } of await of(from)) {
    const locked = await lockEvent(tx, eventId);
    if (locked) events.set(eventId, locked);
  }
  const [named] = await tx.select().from(person).where(eq(person.id, from)).for('update');
  if (!named || named.telegramId !== null) return { kind: 'nobody' };
  const rows = await of(from);
  if (rows.some(({ eventId }) => !events.has(eventId))) return { kind: 'changed meanwhile' };
  for (const one of rows) await move(tx, events.get(one.eventId)!, one, to, now);
  return { kind: 'moved', events: rows.map(({ eventId }) => eventId) };
}

/** What somebody would rather keep of two. */
const RANK = { registered: 3, offered: 2, waiting: 1, pending: 1, cancelled: 0, missed: 0, declined: 0 } as const;

/**
 * It stays in the quota it is in, with its timeline. `changedAt`: what fell due before they came is not sent to them any more,
 * as after a registration. Who has registered for the event themselves keeps that, and gets the seat of the other if they
 * have none: the organizers meant them.
 */
async function move(
  tx: Tx,
  locked: EventRow,
  named: Registration,
  personId: number,
  now: Temporal.Instant,
): Promise<void> {
  const theirs = and(eq(registration.eventId, locked.id), eq(registration.personId, personId));
  const [own] = await tx.select().from(registration).where(theirs);
  if (!own) {
    await tx.update(registration).set({ personId, changedAt: now }).where(eq(registration.id, named.id));
    return;
  }
  if (RANK[named.status] > RANK[own.status]) await promoteBy(tx, own, named, now);
  if (named.attended !== null && own.attended === null)
    await tx.update(registration).set({ attended: named.attended }).where(eq(registration.id, own.id));
  await moveParts(tx, named.id, own.id);
  await cancelOwed(tx, about.eventFor(locked.id, named.personId), 'participation cancelled');
  await tx.delete(registration).where(eq(registration.id, named.id));
  // Two seats became one.
  await promote(tx, locked, now);
}

async function promoteBy(tx: Tx, own: Registration, named: Registration, now: Temporal.Instant): Promise<void> {
  const { status, country, waitingSince, offeredUntil } = named;
  await tx
    .update(registration)
    .set({
      status,
      country,
      waitingSince,
      offeredUntil,
      changedAt: now,
      revision: sql`greatest(${own.revision}::int, ${named.revision}::int) + 1`,
    })
    .where(eq(registration.id, own.id));
  const by = and(eq(registrationChange.registrationId, named.id), eq(registrationChange.by, 'organizer'));
  const [last] = await tx
    .select()
    .from(registrationChange)
    .where(by)
    .orderBy(sql`id desc`)
    .limit(1);
  await note(tx, own.id, own.status, status, { by: 'organizer', actorId: last?.actorId ?? null }, now);
}

/** What hangs on a registration, and what makes it one of a kind there. */
const PARTS = { attendance: 'session_id', requirement_state: 'requirement_id', review: 'reviewer_id' } as const;

/** What they have already stays theirs. */
async function moveParts(tx: Tx, from: number, to: number): Promise<void> {
  for (const [table, key] of Object.entries(PARTS))
    await tx.execute(sql`
      update ${sql.identifier(table)} as part set registration_id = ${to}
      where registration_id = ${from} and not exists (
        select from ${sql.identifier(table)} as own
        where own.registration_id = ${to}
          and own.${sql.identifier(key)} is not distinct from part.${sql.identifier(key)})`);
  await tx.execute(sql`
    update shortlist set registration_id = ${to}
    where registration_id = ${from} and not exists (select from shortlist where registration_id = ${to})`);
}
