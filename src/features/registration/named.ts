import { and, eq, inArray, sql } from 'drizzle-orm';
import type { Tx } from '../../db/connect.ts';
import { agenda, person, registration, registrationChange } from '../../db/schema.ts';
import { about, cancelOwed, owe } from '../../delivery/outbox.ts';
import { stands, type EventRow, type Registration } from '../events/store.ts';
import { offerOf } from './offers.ts';
import { end, hasSeat, isAhead, lockEvent, lockRegistration, ofPerson, promote } from './seats.ts';
import { countryOf, NO_ANSWERS, note, put, tell, type Author, type Request } from './write.ts';

/*
 * Registrations that others make for somebody. An invitation is an offered seat by an organizer: it holds one by the rules
 * that there are, ends by the same job, and is answered by the same buttons.
 */

/** `until`: how long the seat is held for an answer; not beyond the beginning of the event. */
export type Entry = { kind: 'register' } | { kind: 'invite'; until: Temporal.Instant };

export type Entered =
  | { kind: 'registered' | 'offered'; registration: Registration }
  /** Has it already, or, unless they are to come `again`, had it once. */
  | { kind: 'already'; registration: Registration }
  /** No seat is left for their country. */
  | { kind: 'full' }
  | { kind: 'closed' };

/**
 * An organizer takes somebody in, whatever the deadline: registered also later than the beginning, for who just came; invited
 * only before. Quotas hold for them too. `again`: also who gave it up, or was declined.
 */
export async function enter(
  tx: Tx,
  request: Request,
  entry: Entry,
  { actorId, again }: { actorId: number; again: boolean },
): Promise<Entered> {
  const { eventId, personId, now } = request;
  const locked = await lockEvent(tx, eventId);
  if (locked?.status !== 'published') return { kind: 'closed' };
  if (entry.kind === 'invite' && !(isAhead(locked, now) && Temporal.Instant.compare(entry.until, now) > 0))
    return { kind: 'closed' };
  const [known] = await tx.select().from(registration).where(ofPerson(request));
  const has = known?.status === 'registered' || (known?.status === 'offered' && entry.kind === 'invite');
  if (known && (has || !again)) return { kind: 'already', registration: known };
  const country = known && stands(known.status) ? known.country : await countryOf(tx, personId);
  const held = known?.status === 'offered';
  if (!held && !(await hasSeat(tx, locked, country, now))) return { kind: 'full' };
  const author: Author = { by: 'organizer', actorId };
  if (entry.kind === 'invite')
    return { kind: 'offered', registration: await invite(tx, locked, request, known, { country, author, ...entry }) };
  const to = { from: known, to: 'registered', given: known ?? NO_ANSWERS, author, message: 'entered' } as const;
  return { kind: 'registered', registration: await put(tx, locked, request, to) };
}

type Invitation = { country: string | null; author: Author; until: Temporal.Instant };

async function invite(
  tx: Tx,
  locked: EventRow,
  { eventId, personId, now }: Request,
  known: Registration | undefined,
  { country, author, until: wanted }: Invitation,
): Promise<Registration> {
  const until = Temporal.Instant.compare(wanted, locked.beginsAt) < 0 ? wanted : locked.beginsAt;
  const set = { status: 'offered', country, waitingSince: null, offeredUntil: until, changedAt: now } as const;
  const [invited] = await tx
    .insert(registration)
    .values({ eventId, personId, createdAt: now, ...set })
    .onConflictDoUpdate({
      target: [registration.eventId, registration.personId],
      set: { ...set, revision: sql`${registration.revision} + 1` },
    })
    .returning();
  const { id, revision } = invited!;
  await note(tx, id, known?.status ?? null, 'offered', author, now);
  const [who] = await tx.select().from(person).where(eq(person.id, personId));
  const { from, remindAt } = offerOf({ ...locked, beginsAt: until }, who!, now.until(until).total('hours'), now);
  const message = { personId, eventId, data: { registration: id, revision }, expiresAt: until };
  await owe(
    tx,
    [
      { ...message, kind: 'invitation', key: `invitation:${id}:${revision}`, dueAt: from },
      ...(remindAt ? [{ ...message, kind: 'offer_ends', key: `offer_ends:${id}:${revision}`, dueAt: remindAt }] : []),
    ],
    now,
  );
  return invited!;
}

/** Takes an offered seat back; it goes to the next in line. They may still register by themselves. */
export async function withdrawInvitation(
  tx: Tx,
  { registrationId, actorId, now }: { registrationId: number; actorId: number; now: Temporal.Instant },
): Promise<'withdrawn' | 'not possible'> {
  const { locked, known } = await lockRegistration(tx, registrationId);
  if (!locked || known?.status !== 'offered' || !isAhead(locked, now)) return 'not possible';
  const ended = await end(tx, locked, known, 'cancelled', { by: 'organizer', actorId }, now);
  await tell(tx, locked, ended, 'invitation_withdrawn', now);
  return 'withdrawn';
}

/*
 * And what becomes of them when who was named has written to the bot: they are somebody else's.
 */

export type Moved = { kind: 'moved'; events: number[] } | { kind: 'changed meanwhile' } | { kind: 'nobody' };

/**
 * Locks the events first, as whoever changes seats does, then the person who was named: who races for the same link waits, and
 * finds nobody. Against new messages and registrations the person is locked last, when nobody who writes these can wait for the
 * agenda of the events any more, which is opened by what this writes; see delivery/agenda.ts.
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
  await tx.select({ id: person.id }).from(person).where(eq(person.id, from)).for('no key update');
  await tx
    .select({ id: agenda.eventId })
    .from(agenda)
    .where(inArray(agenda.eventId, [...events.keys()]))
    .orderBy(agenda.eventId)
    .for('no key update');
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
  // Who was ticked off under one name was there; what organizers noted is about the same person.
  const attended = own.attended === true || named.attended === true ? true : (own.attended ?? named.attended);
  const noted = [own.note, named.note].filter((one) => one !== null).join('\n') || null;
  await tx.update(registration).set({ attended, note: noted }).where(eq(registration.id, own.id));
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
