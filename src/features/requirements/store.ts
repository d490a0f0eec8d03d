import { and, asc, eq, sql } from 'drizzle-orm';
import type { Person } from '../../bot/context.ts';
import type { EventOf } from '../../bot/routes.ts';
import { idOf } from '../../bot/view.ts';
import type { DbOrTx, Tx } from '../../db/connect.ts';
import { instantToSql } from '../../db/instant.ts';
import { event, person, registration, requirement, requirementState } from '../../db/schema.ts';
import { owe } from '../../delivery/outbox.ts';
import type { EventRow } from '../events/store.ts';

export type Requirement = typeof requirement.$inferSelect;
export type State = typeof requirementState.$inferSelect;
export type StateName = State['state'];

/** Of an event: their states stand in one line of the list of who lacks what. */
export const MOST_REQUIREMENTS = 12;
/** Days after the event for which a value may be kept at most: a visa and a hotel have been settled long before. */
export const KEPT_DAYS = 180;

export async function requirementsOf(db: DbOrTx, eventId: number): Promise<Requirement[]> {
  return db
    .select()
    .from(requirement)
    .where(eq(requirement.eventId, eventId))
    .orderBy(asc(requirement.position), asc(requirement.id));
}

export async function findRequirement(db: DbOrTx, id: number): Promise<Requirement | null> {
  const [found] = await db.select().from(requirement).where(eq(requirement.id, id));
  return found ?? null;
}

/** The event of a requirement, by its id. */
export const eventOfRequirement: EventOf = async (db, [id]) => (await findRequirement(db, idOf(id)))?.eventId ?? null;

export type Input = Pick<Requirement, 'title' | 'dueAt' | 'asksValue' | 'keptUntil'>;
export type Saved = 'saved' | 'full' | 'gone';

export async function addRequirement(tx: Tx, eventId: number, input: Input): Promise<Saved> {
  const [locked] = await tx.select().from(event).where(eq(event.id, eventId)).for('no key update');
  if (!locked) return 'gone';
  const all = await requirementsOf(tx, eventId);
  if (all.length >= MOST_REQUIREMENTS) return 'full';
  await tx.insert(requirement).values({ ...input, eventId, position: (all.at(-1)?.position ?? 0) + 1 });
  return 'saved';
}

/** What is not asked for any more is not kept either. */
export async function changeRequirement(tx: Tx, id: number, input: Input): Promise<Saved> {
  const rows = await tx.update(requirement).set(input).where(eq(requirement.id, id)).returning({ id: requirement.id });
  if (rows.length === 0) return 'gone';
  if (!input.asksValue)
    await tx.update(requirementState).set({ value: null }).where(eq(requirementState.requirementId, id));
  return 'saved';
}

export async function dropRequirement(tx: Tx, id: number): Promise<void> {
  await tx.delete(requirement).where(eq(requirement.id, id));
}

/** A requirement as it stands for somebody; null: not begun. */
export type Item = { requirement: Requirement; state: State | null };

export const isOpen = ({ state }: Item): boolean => state === null || state.state === 'refused';

export async function itemsOf(db: DbOrTx, eventId: number, registrationId: number): Promise<Item[]> {
  const own = and(
    eq(requirementState.requirementId, requirement.id),
    eq(requirementState.registrationId, registrationId),
  );
  return db
    .select({ requirement, state: requirementState })
    .from(requirement)
    .leftJoin(requirementState, own)
    .where(eq(requirement.eventId, eventId))
    .orderBy(asc(requirement.position), asc(requirement.id));
}

/** Somebody who has a seat, with all that is required of them. */
export type Row = { registrationId: number; person: Person; items: Item[] };

export async function checklist(db: DbOrTx, eventId: number): Promise<Row[]> {
  const seated = and(eq(registration.eventId, eventId), eq(registration.status, 'registered'));
  const people = await db
    .select({ registrationId: registration.id, person })
    .from(registration)
    .innerJoin(person, eq(person.id, registration.personId))
    .where(seated)
    .orderBy(asc(registration.id));
  const requirements = await requirementsOf(db, eventId);
  const states = await db
    .select({ state: requirementState })
    .from(requirementState)
    .innerJoin(registration, eq(registration.id, requirementState.registrationId))
    .where(seated);
  return people.map((one) => ({
    ...one,
    items: requirements.map((requirement) => ({
      requirement,
      state:
        states.find(
          ({ state }) => state.requirementId === requirement.id && state.registrationId === one.registrationId,
        )?.state ?? null,
    })),
  }));
}

/** The registration of somebody who has a seat at the event, as long as it is not over. */
export async function findSeat(
  db: DbOrTx,
  eventId: number,
  personId: number,
  now: Temporal.Instant,
): Promise<{ registrationId: number; event: EventRow } | null> {
  const [found] = await db
    .select({ registrationId: registration.id, event })
    .from(registration)
    .innerJoin(event, eq(event.id, registration.eventId))
    .where(
      and(
        eq(event.id, eventId),
        eq(event.status, 'published'),
        eq(registration.personId, personId),
        eq(registration.status, 'registered'),
        sql`${event.endsAt} > ${instantToSql(now)}::timestamptz`,
      ),
    );
  return found ?? null;
}

export async function hasRequirements(db: DbOrTx, eventId: number): Promise<boolean> {
  return (await db.$count(requirement, eq(requirement.eventId, eventId))) > 0;
}

/** Somebody has a seat at an event that asks for documents: a file of theirs is likely to be one. */
export async function isAskedForAny(db: DbOrTx, { id }: Person, now: Temporal.Instant): Promise<boolean> {
  const [found] = await db.execute<{ asked: boolean }>(sql`
    select exists (
      select from registration join event on event.id = event_id
      where person_id = ${id} and registration.status = 'registered' and event.status = 'published'
        and ends_at > ${instantToSql(now)}::timestamptz
        and exists (select from requirement where requirement.event_id = event.id)) as asked`);
  return found!.asked;
}

type Own = { requirementId: number; personId: number; now: Temporal.Instant };

/**
 * They say that it is ready, with the value where one is asked for. What an organizer has checked, or said to be not needed,
 * stays so.
 */
export async function markReady(tx: Tx, { requirementId, personId, now }: Own, value: string | null): Promise<boolean> {
  const found = await findRequirement(tx, requirementId);
  const seat = found && (await findSeat(tx, found.eventId, personId, now));
  if (!found || !seat || found.asksValue !== (value !== null)) return false;
  const ready = { state: 'ready' as const, value, note: null, at: now };
  const rows = await tx
    .insert(requirementState)
    .values({ requirementId, registrationId: seat.registrationId, ...ready })
    .onConflictDoUpdate({
      target: [requirementState.requirementId, requirementState.registrationId],
      set: ready,
      setWhere: sql`${requirementState.state} in ('ready', 'refused')`,
    })
    .returning({ id: requirementState.requirementId });
  return rows.length === 1;
}

/** They pressed it by mistake. */
export async function markNotReady(tx: Tx, { requirementId, personId, now }: Own): Promise<void> {
  const found = await findRequirement(tx, requirementId);
  const seat = found && (await findSeat(tx, found.eventId, personId, now));
  if (!seat) return;
  const own = and(
    eq(requirementState.requirementId, requirementId),
    eq(requirementState.registrationId, seat.registrationId),
    eq(requirementState.state, 'ready'),
  );
  await tx.delete(requirementState).where(own);
}

/** What an organizer says of it. `note`: what is to be corrected, in their words; the person is told. */
export async function decide(
  tx: Tx,
  { requirementId, registrationId }: { requirementId: number; registrationId: number },
  { state, note }: { state: 'checked' | 'waived'; note: null } | { state: 'refused'; note: string },
  now: Temporal.Instant,
): Promise<boolean> {
  const [found] = await tx
    .select({ eventId: event.id, personId: registration.personId, endsAt: event.endsAt })
    .from(requirement)
    .innerJoin(event, eq(event.id, requirement.eventId))
    .innerJoin(registration, eq(registration.eventId, event.id))
    .where(
      and(
        eq(requirement.id, requirementId),
        eq(registration.id, registrationId),
        eq(registration.status, 'registered'),
      ),
    );
  if (!found) return false;
  const set = { state, note, at: now };
  await tx
    .insert(requirementState)
    .values({ requirementId, registrationId, ...set })
    .onConflictDoUpdate({ target: [requirementState.requirementId, requirementState.registrationId], set });
  if (state !== 'refused') return true;
  const { personId, eventId, endsAt } = found;
  const key = `document_refused:${requirementId}:${registrationId}:${now.epochMilliseconds}`;
  const data = { requirement: requirementId, registration: registrationId };
  await owe(tx, [{ personId, eventId, kind: 'document_refused', key, data, dueAt: now, expiresAt: endsAt }], now);
  return true;
}

/** Retention: what people wrote goes at the time that they were told. */
export async function forgetValues(db: DbOrTx, now: Temporal.Instant): Promise<void> {
  await db.execute(sql`
    update requirement_state set value = null
    from requirement
    where requirement.id = requirement_id and value is not null and kept_until <= ${instantToSql(now)}::timestamptz`);
}
