import type { EventOf } from '../../bot/routes.ts';
import { idOf } from '../../bot/view.ts';
import { and, asc, eq, gt, inArray, isNull, ne, sql, type SQL } from 'drizzle-orm';
import type { Person } from '../../bot/context.ts';
import { pageAt, PAGE_SIZE, type Page } from '../../bot/pages.ts';
import type { DbOrTx, Tx } from '../../db/connect.ts';
import { instantToSql } from '../../db/instant.ts';
import { event, material, registration } from '../../db/schema.ts';
import type { Occasion } from '../../delivery/agenda.ts';
import { withTexts, type Event } from '../events/store.ts';

export type MaterialRow = typeof material.$inferSelect;
/** `event` null: it belongs to the programme's public library. */
export type Material = MaterialRow & { event: Event | null };
export type NewMaterial = Omit<typeof material.$inferInsert, 'id'>;

/*
 * Who may see what, from when. It is decided here alone, for the list, for a pressed button and for what is sent.
 * A place on the waiting list or a cancelled one shows nothing of the event, unless they were there all the same; an
 * event that is called off shows nothing to anyone.
 */
const takesPart = sql`(${registration.status} = 'registered' or ${registration.attended})`;

const hasBegun = (now: Temporal.Instant) => sql`(${event.status} = 'published' and case ${material.phase}
  when 'before' then true
  when 'during' then ${event.beginsAt} <= ${instantToSql(now)}::timestamptz
  else ${event.endsAt} <= ${instantToSql(now)}::timestamptz end)`;

const maySee = (person: Person, now: Temporal.Instant) => sql`(${material.eventId} is null or exists (
  select from ${event} join ${registration} on ${registration.eventId} = ${event.id}
  where ${event.id} = ${material.eventId} and ${registration.personId} = ${person.id} and ${takesPart} and ${hasBegun(now)}))`;

/** A page of all that the person may see now: the latest event's first, the library last. */
export function findReadable(
  db: DbOrTx,
  person: Person,
  now: Temporal.Instant,
  page?: string,
): Promise<Page<Material>> {
  return findPage(db, maySee(person, now), page);
}

/** Whether the person may see anything of this event now. */
export async function hasReadable(
  db: DbOrTx,
  eventId: number,
  person: Person,
  now: Temporal.Instant,
): Promise<boolean> {
  return (await db.$count(material, and(eq(material.eventId, eventId), maySee(person, now)))) > 0;
}

/** One material, if the person may see it now. */
export async function findReadableOne(
  db: DbOrTx,
  id: number,
  person: Person,
  now: Temporal.Instant,
): Promise<Material | null> {
  const { items } = await findPage(db, and(eq(material.id, id), maySee(person, now)));
  return items[0] ?? null;
}

/** For organizers: whoever may see it. */
export async function findMaterial(db: DbOrTx, id: number): Promise<Material | null> {
  const { items } = await findPage(db, eq(material.id, id));
  return items[0] ?? null;
}

/** For organizers: all materials of an event, or of the library (null). */
export function findOfEvent(db: DbOrTx, eventId: number | null, page?: string): Promise<Page<Material>> {
  return findPage(db, eventId === null ? isNull(material.eventId) : eq(material.eventId, eventId), page);
}

/** What may be pointed out to many: the library, and what everybody sees now who took part in its event. */
export async function findShared(db: DbOrTx, now: Temporal.Instant): Promise<MaterialRow[]> {
  const rows = await db
    .select({ material })
    .from(material)
    .leftJoin(event, eq(event.id, material.eventId))
    .where(sql`(${material.eventId} is null or ${hasBegun(now)})`)
    .orderBy(sql`${event.beginsAt} desc nulls first`, asc(material.id));
  return rows.map((row) => row.material);
}

async function findPage(db: DbOrTx, which: SQL | undefined, wanted?: string): Promise<Page<Material>> {
  const at = pageAt(await db.$count(material, which), wanted);
  const rows = await db
    .select({ material, event })
    .from(material)
    .leftJoin(event, eq(event.id, material.eventId))
    .where(which)
    .orderBy(sql`${event.beginsAt} desc nulls last`, asc(material.eventId), asc(material.id))
    .limit(PAGE_SIZE)
    .offset(at.first);
  const events = new Map(rows.flatMap((row) => (row.event ? [[row.event.id, row.event]] : [])));
  const worded = await withTexts(db, [...events.values()]);
  const items = rows.map((row) => ({
    ...row.material,
    event: worded.find(({ id }) => id === row.material.eventId) ?? null,
  }));
  return { ...at, items };
}

/** Days after its end that an event is still offered when a file was simply sent; older ones have their own page. */
const RECENT = 90;

/** The events that a file may be meant for, the next one first, then the past ones. */
export async function findLikelyEvents(db: DbOrTx, now: Temporal.Instant, theirs: 'all' | number[]): Promise<Event[]> {
  const since = now.subtract({ hours: 24 * RECENT });
  const rows = await db
    .select()
    .from(event)
    .where(
      and(
        ne(event.status, 'cancelled'),
        gt(event.endsAt, since),
        theirs === 'all' ? undefined : inArray(event.id, theirs),
      ),
    )
    .orderBy(sql`abs(extract(epoch from ${event.beginsAt} - ${instantToSql(now)}::timestamptz))`);
  return withTexts(db, rows);
}

/** Adds it, and owes the message about it to everyone who may see it already. */
export async function addMaterial(tx: Tx, given: NewMaterial, now: Temporal.Instant): Promise<MaterialRow> {
  const [added] = await tx.insert(material).values(given).returning();
  await tellReaders(tx, sql`material.id = ${added!.id}`, now);
  const [told] = await tx.select().from(material).where(eq(material.id, added!.id));
  return told!;
}

/** False: somebody else was quicker. What is owed about it falls away when it is sent. */
export async function removeMaterial(db: DbOrTx, id: number): Promise<boolean> {
  const rows = await db.delete(material).where(eq(material.id, id)).returning({ id: material.id });
  return rows.length === 1;
}

/** A material waits until its phase begins; then its readers are told. */
export const phases: Occasion = {
  name: 'materials',
  owe: (tx, events, now) => tellReaders(tx, sql`material.event_id = any(${sql.param(events)}::bigint[])`, now),
  moments: () => sql`
    select case phase when 'during' then event.begins_at else event.ends_at end
    from material where material.event_id = event.id and told_at is null`,
};

/**
 * Owes a message to everyone who may see these materials from now on. `told_at` is taken and the messages are written in
 * one statement, so a second tick, or another process, finds nothing to do.
 *
 * Who registers later finds it under /materials and gets no message. Rejected: comparing all registrations with the
 * outbox, which would cost every tick a walk over both.
 */
async function tellReaders(tx: Tx, which: SQL, now: Temporal.Instant): Promise<void> {
  const at = sql`${instantToSql(now)}::timestamptz`;
  await tx.execute(sql`
    with due as (
      update material set told_at = ${at}
      where told_at is null and ${which}
        and (event_id is null or exists (select from event where event.id = material.event_id and ${hasBegun(now)}))
      returning material.id, material.event_id
    )
    insert into message (person_id, kind, key, data, event_id, bulk, due_at, created_at)
    select reader.id, 'material', concat_ws(':', 'material', due.id, reader.id), jsonb_build_object('material', due.id),
           due.event_id, true, ${at}, ${at}
    from due
    cross join lateral (
      select person_id as id from registration where event_id = due.event_id and ${takesPart}
      union all
      select id from person where due.event_id is null
    ) as reader
    on conflict (key) do nothing`);
}

/** The event that a material belongs to, by its id; `all`: the library. */
export const eventOfMaterial: EventOf = async (db, [id]) => {
  const [found] = await db
    .select({ eventId: material.eventId })
    .from(material)
    .where(eq(material.id, idOf(id)));
  return found ? (found.eventId ?? 'all') : null;
};
