import { and, asc, eq, gt, inArray, notInArray, sql, type SQL } from 'drizzle-orm';
import { instantToSql } from '../../db/instant.ts';
import type { DbOrTx, Tx } from '../../db/connect.ts';
import { event, message, registration, type Json } from '../../db/schema.ts';
import type { Message } from '../../delivery/messages.ts';
import { about, cancelOwed } from '../../delivery/outbox.ts';
import { quotasHold, quotasOf } from '../events/seats.ts';
import { countSeats, STANDING, type EventRow } from '../events/store.ts';
import { lockEvent, promote } from '../registration/seats.ts';
import { cancelWithEvent, moveAlong } from '../sessions/store.ts';
import { sumOf } from './set-quotas.ts';

/** What people are told of when it changes. */
export type Details = Pick<EventRow, 'beginsAt' | 'endsAt' | 'place' | 'link'>;

/** What an organizer makes of an event. `note`: their own words to those who are told. `sessions`: they move along with it. */
export type Move = Details & { deadlineAt: Temporal.Instant | null; note: string | null; sessions?: boolean };

/** What organizers decide about a published event that nobody needs to be told of. */
export type Rules = Pick<EventRow, 'deadlineAt' | 'reminderOffsets'>;

/** Drafts have nobody to tell: they are edited by whoever makes them. */
export function changeable({ status, endsAt }: EventRow, now: Temporal.Instant): boolean {
  return status === 'published' && Temporal.Instant.compare(endsAt, now) > 0;
}

type Status = (typeof registration.$inferSelect)['status'];
const CONCERNED: Status[] = [...STANDING];

const standing = (eventId: number, statuses: Status[]) =>
  and(eq(registration.eventId, eventId), inArray(registration.status, statuses));

/**
 * Who is told that it does not take place: who has a seat or wants one, who was told that their country nominates them and has
 * not registered, and the focal points who were asked to nominate.
 */
const concernedByTheEnd = (eventId: number) => sql`
  select person_id from registration where ${standing(eventId, CONCERNED)}
  union
  select person_id from nomination join person on person.id = person_id
  where event_id = ${eventId} and withdrawn_at is null and telegram_id is not null
    and not exists (
      select from registration
      where registration.event_id = nomination.event_id and registration.person_id = nomination.person_id)
  union
  select message.person_id from message join role on role.person_id = message.person_id and role.kind = 'focal_point'
  where message.event_id = ${eventId} and message.kind = 'nominations_open' and message.state = 'sent'`;

/** How many people are told when it is called off. */
export async function concerned(db: DbOrTx, { id }: Pick<EventRow, 'id'>): Promise<number> {
  const [found] = await db.execute<{ n: number }>(
    sql`select count(*)::int as n from (${concernedByTheEnd(id)}) as one`,
  );
  return found!.n;
}

export type Moved = { kind: 'moved'; told: number } | { kind: 'unchanged' } | { kind: 'unchangeable' };

const earlier = (a: Temporal.Instant, b: Temporal.Instant) => (Temporal.Instant.compare(a, b) < 0 ? a : b);

/** A deadline that is not before the beginning is none: people register until it begins. */
function deadlineOf(at: Temporal.Instant | null, beginsAt: Temporal.Instant): Temporal.Instant | null {
  return at && Temporal.Instant.compare(at, beginsAt) < 0 ? at : null;
}

/**
 * Gives the event another time, place or link. The revision grows with it: queued reminders of the old one are taken
 * back, the planner owes those of the new one by itself, and what is on its way at this moment is dropped when it is rendered.
 */
export async function move(
  tx: Tx,
  eventId: number,
  { note, sessions, ...to }: Move,
  now: Temporal.Instant,
): Promise<Moved> {
  const locked = await lockEvent(tx, eventId);
  if (!locked || !changeable(locked, now)) return { kind: 'unchangeable' };
  const { beginsAt, endsAt, place, link } = locked;
  const otherTimeOrPlace = !(beginsAt.equals(to.beginsAt) && endsAt.equals(to.endsAt) && place === to.place);
  if (!otherTimeOrPlace && link === to.link) return { kind: 'unchanged' };
  const revision = locked.revision + 1;
  await tx
    .update(event)
    .set({ ...to, deadlineAt: deadlineOf(to.deadlineAt, to.beginsAt), revision, movedAt: now, changeNote: note })
    .where(eq(event.id, eventId));
  const along = sessions === true && !beginsAt.equals(to.beginsAt);
  if (along) await moveAlong(tx, eventId, beginsAt.until(to.beginsAt), now);
  await shortenOffers(tx, eventId, to.beginsAt);
  await cancelOwed(tx, about.event(eventId, 'reminder', 'event_moved'), 'event moved');
  const before = { beginsAt: beginsAt.toString(), endsAt: endsAt.toString(), place, link };
  const told = await tell(
    tx,
    {
      kind: 'event_moved',
      key: `moved:${eventId}:${revision}`,
      eventId,
      data: { revision, before, along, beginsAt: earlier(beginsAt, to.beginsAt).toString() },
      expiresAt: to.endsAt,
    },
    // The joining link is not shown to those who wait: another one is no news to them.
    sql`select person_id from registration where ${standing(eventId, otherTimeOrPlace ? CONCERNED : ['registered'])}`,
    now,
  );
  return { kind: 'moved', told };
}

/** No seat is held beyond the beginning; whoever is asked for an answer is asked for it in time. */
async function shortenOffers(tx: Tx, eventId: number, beginsAt: Temporal.Instant): Promise<void> {
  const late = and(eq(registration.eventId, eventId), gt(registration.offeredUntil, beginsAt));
  await tx.update(registration).set({ offeredUntil: beginsAt }).where(late);
  const asking = about.event(eventId, 'offer', 'offer_ends', 'invitation');
  await tx
    .update(message)
    .set({ expiresAt: beginsAt, dueAt: sql`least(due_at, ${instantToSql(beginsAt)}::timestamptz - interval '1 hour')` })
    .where(and(asking, eq(message.state, 'queued'), gt(message.expiresAt, beginsAt)));
}

/**
 * What the person knew of the event before this notice: when it was moved again before an earlier notice had left, that one
 * was taken back, and what it would have called "before" is what the person still believes.
 */
export async function knownBefore(db: DbOrTx, notice: Message): Promise<Details> {
  const own = and(
    eq(message.kind, notice.kind),
    eq(message.eventId, notice.eventId!),
    eq(message.personId, notice.personId!),
  );
  const notices = await db.select().from(message).where(own).orderBy(asc(message.id));
  const unheard = notices.slice(notices.findLastIndex(({ state }) => state === 'sent') + 1);
  return detailsIn((unheard[0] ?? notice).data);
}

/** The details that `move` wrote into its messages. */
function detailsIn({ before }: Record<string, Json>): Details {
  const { beginsAt, endsAt, place, link } = before as Record<keyof Details, string | null>;
  return { beginsAt: Temporal.Instant.from(beginsAt!), endsAt: Temporal.Instant.from(endsAt!), place, link };
}

export type CalledOff = { kind: 'cancelled'; told: number } | { kind: 'unchangeable' };

/** Cancels the event, once: of two organizers who press at the same time one finds nothing left to do. */
export async function callOff(tx: Tx, eventId: number, note: string | null, now: Temporal.Instant): Promise<CalledOff> {
  const [cancelled] = await tx
    .update(event)
    .set({ status: 'cancelled', cancelledAt: now, changeNote: note })
    .where(and(eq(event.id, eventId), eq(event.status, 'published'), gt(event.endsAt, now)))
    .returning();
  if (!cancelled) return { kind: 'unchangeable' };
  await cancelWithEvent(tx, eventId, now);
  await cancelOwed(tx, about.event(eventId), 'event cancelled');
  const told = await tell(
    tx,
    {
      kind: 'event_cancelled',
      key: `called_off:${eventId}`,
      eventId,
      data: { beginsAt: cancelled.beginsAt.toString() },
      expiresAt: cancelled.endsAt,
    },
    concernedByTheEnd(eventId),
    now,
  );
  return { kind: 'cancelled', told };
}

export type Seated =
  | { kind: 'changed'; promoted: number }
  | { kind: 'taken'; taken: number }
  /** More are kept for countries. */
  | { kind: 'kept'; kept: number }
  | { kind: 'unchangeable' };

/** Sets the number of seats, null for no limit; new ones go to the waiting list. Nobody loses a seat by it. */
export async function setSeats(tx: Tx, eventId: number, seats: number | null, now: Temporal.Instant): Promise<Seated> {
  const locked = await lockEvent(tx, eventId);
  if (!locked || !changeable(locked, now)) return { kind: 'unchangeable' };
  const { taken, waiting } = await countSeats(tx, locked);
  if (seats !== null && seats < taken) return { kind: 'taken', taken };
  const kept = sumOf(quotasHold(locked, now) ? await quotasOf(tx, eventId) : new Map());
  if (seats !== null && seats < kept) return { kind: 'kept', kept };
  await tx.update(event).set({ seats }).where(eq(event.id, eventId));
  await promote(tx, { ...locked, seats }, now);
  const after = await countSeats(tx, { ...locked, seats });
  return { kind: 'changed', promoted: waiting - after.waiting };
}

export type Ruled = { kind: 'changed'; rules: Rules } | { kind: 'unchangeable' };

/**
 * Sets the deadline and the reminders. A new reminder whose time has passed is left out: the planner would owe it at
 * once, when nobody wanted one. Owed ones that are not wanted any more are taken back.
 */
export async function setRules(tx: Tx, eventId: number, to: Rules, now: Temporal.Instant): Promise<Ruled> {
  const locked = await lockEvent(tx, eventId);
  if (!locked || !changeable(locked, now)) return { kind: 'unchangeable' };
  const { beginsAt } = locked;
  const ahead = (minutes: number) => Temporal.Instant.compare(beginsAt.subtract({ minutes }), now) > 0;
  const reminderOffsets = to.reminderOffsets.filter((one) => locked.reminderOffsets.includes(one) || ahead(one));
  const rules = { deadlineAt: deadlineOf(to.deadlineAt, beginsAt), reminderOffsets };
  await tx.update(event).set(rules).where(eq(event.id, eventId));
  const minutes = sql<number>`(${message.data} ->> 'minutes')::int`;
  const unwanted = and(about.event(eventId, 'reminder'), notInArray(minutes, reminderOffsets));
  await cancelOwed(tx, unwanted, 'reminder withdrawn');
  return { kind: 'changed', rules };
}

type Notice = { kind: string; key: string; eventId: number; data: Record<string, Json>; expiresAt: Temporal.Instant };

/** Owes a message to everybody in `whom`, a query for `person_id`, by one statement, however many they are. How many? */
async function tell(
  tx: Tx,
  { kind, key, eventId, data, expiresAt }: Notice,
  whom: SQL,
  now: Temporal.Instant,
): Promise<number> {
  const at = sql`${instantToSql(now)}::timestamptz`;
  const rows = await tx.execute<{ told: number }>(sql`
    with told as (
      insert into message (person_id, kind, key, data, event_id, due_at, expires_at, created_at)
      select person_id, ${kind}::text, ${key}::text || ':' || person_id, ${JSON.stringify(data)}::text::jsonb,
        ${eventId}::bigint, ${at}, ${instantToSql(expiresAt)}::timestamptz, ${at}
      from (${whom}) as concerned
      on conflict (key) do nothing
      returning 1
    )
    select count(*)::int as told from told`);
  return rows[0]!.told;
}
