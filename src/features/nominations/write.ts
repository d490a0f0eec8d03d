import { and, eq, isNull, sql } from 'drizzle-orm';
import type { Tx } from '../../db/connect.ts';
import { event, message, nomination, person, registration } from '../../db/schema.ts';
import { about, cancelOwed, owe } from '../../delivery/outbox.ts';
import type { Programme } from '../../programme.ts';
import type { EventRow } from '../events/store.ts';
import { namePerson, type Named } from '../people/named.ts';
import { lockEvent } from '../registration/seats.ts';
import type { List } from './list.ts';
import { mayChange, nominees, onList, type Actor, type Nomination } from './store.ts';

/*
 * Every change of a list takes the row lock of its event first, as changes of seats do: two focal points of a country who nominate
 * at the same moment stand in line, and the second finds no place left.
 */

type By = { personId: number; actor: Actor; now: Temporal.Instant };

export type Nominated =
  | { kind: 'nominated' | 'already'; nominationId: number }
  /** By another country. */
  | { kind: 'elsewhere' }
  | { kind: 'full' }
  /** The deadline has passed, the event is not there any more, or it takes no nominations. */
  | { kind: 'closed' }
  /** Not there any more, or neither of this country nor registered for it. */
  | { kind: 'not theirs' };

/** Puts somebody known on the list: who came by themselves is endorsed by it. Doing it twice is once. */
export async function nominate(tx: Tx, list: List, personId: number, by: By): Promise<Nominated> {
  const locked = await lockEvent(tx, list.eventId);
  if (!locked || !mayChange(locked, by.actor, by.now)) return { kind: 'closed' };
  return (await isTheirs(tx, list, personId)) ? enter(tx, locked, list, personId, by) : { kind: 'not theirs' };
}

/** The same with somebody whom nobody knows yet. */
export async function nominateNew(
  tx: Tx,
  programme: Programme,
  list: List,
  named: Omit<Named, 'country'>,
  by: By,
): Promise<Nominated> {
  const locked = await lockEvent(tx, list.eventId);
  if (!locked || !mayChange(locked, by.actor, by.now)) return { kind: 'closed' };
  const listed = await nominees(tx, list);
  if (isFull(locked, listed.length)) return { kind: 'full' };
  // Two focal points of a country may name one person at the same moment, each as somebody new.
  const twin = listed.find((one) => one.person.fullName === named.fullName && one.person.agency === named.agency);
  if (twin) return { kind: 'already', nominationId: twin.nomination.id };
  const personId = await namePerson(tx, programme, { ...named, country: list.country }, by.now);
  return enter(tx, locked, list, personId, by);
}

async function isTheirs(tx: Tx, { eventId, country }: List, personId: number): Promise<boolean> {
  const [found] = await tx
    .select({ country: person.country, registeredFor: registration.country })
    .from(person)
    .leftJoin(registration, and(eq(registration.personId, person.id), eq(registration.eventId, eventId)))
    .where(eq(person.id, personId));
  return found?.country === country || found?.registeredFor === country;
}

const isFull = ({ nominees: most }: EventRow, named: number) => most !== null && named >= most;

/** Under the event's lock. Who was on the list of a country before, and was withdrawn, comes to its end. */
async function enter(tx: Tx, locked: EventRow, list: List, personId: number, by: By): Promise<Nominated> {
  const { eventId, country } = list;
  const [known] = await tx
    .select()
    .from(nomination)
    .where(and(eq(nomination.eventId, eventId), eq(nomination.personId, personId)));
  if (known && known.withdrawnAt === null)
    return known.country === country ? { kind: 'already', nominationId: known.id } : { kind: 'elsewhere' };
  const named = await tx.$count(nomination, onList(list));
  if (isFull(locked, named)) return { kind: 'full' };
  const set = { country, byId: by.personId, rank: named + 1, createdAt: by.now, withdrawnAt: null };
  const [entered] = await tx
    .insert(nomination)
    .values({ eventId, personId, ...set })
    .onConflictDoUpdate({ target: [nomination.eventId, nomination.personId], set })
    .returning();
  await tell(tx, locked, entered!, 'nominated', by.now);
  return { kind: 'nominated', nominationId: entered!.id };
}

export type Withdrawn = { kind: 'withdrawn' } | { kind: 'closed' } | { kind: 'not there' };

/** Takes somebody off the list. A registration of theirs stays: it is theirs, and the organizers'. */
export async function withdraw(tx: Tx, id: number, by: By): Promise<Withdrawn> {
  const found = await lockNomination(tx, id);
  if (!found) return { kind: 'not there' };
  const { locked, known } = found;
  if (!mayChange(locked, by.actor, by.now)) return { kind: 'closed' };
  await tx.update(nomination).set({ withdrawnAt: by.now, rank: null }).where(eq(nomination.id, id));
  await number(
    tx,
    (await nominees(tx, known)).map((one) => one.nomination),
  );
  const unheard = await cancelOwed(tx, told(known), 'withdrawn');
  if (unheard === 0) await tell(tx, locked, known, 'nomination_withdrawn', by.now);
  return { kind: 'withdrawn' };
}

const told = ({ eventId, personId }: Nomination) =>
  and(about.eventFor(eventId, personId), eq(message.kind, 'nominated'));

export type Preferred = { kind: 'preferred' } | { kind: 'closed' } | { kind: 'not there' };

/** Gives somebody this place in the country's order, from 1. Pressing twice is once. */
export async function prefer(tx: Tx, id: number, place: number, by: By): Promise<Preferred> {
  const found = await lockNomination(tx, id);
  if (!found) return { kind: 'not there' };
  if (!mayChange(found.locked, by.actor, by.now)) return { kind: 'closed' };
  const others = (await nominees(tx, found.known)).map((one) => one.nomination).filter((one) => one.id !== id);
  await number(tx, others.toSpliced(Math.max(0, place - 1), 0, found.known));
  return { kind: 'preferred' };
}

async function number(tx: Tx, inOrder: Nomination[]): Promise<void> {
  for (const [i, { id, rank }] of inOrder.entries())
    if (rank !== i + 1)
      await tx
        .update(nomination)
        .set({ rank: i + 1 })
        .where(eq(nomination.id, id));
}

/** The event first: under its lock the nomination is read. */
async function lockNomination(tx: Tx, id: number): Promise<{ locked: EventRow; known: Nomination } | null> {
  const which = and(eq(nomination.id, id), isNull(nomination.withdrawnAt));
  const [found] = await tx.select({ eventId: nomination.eventId }).from(nomination).where(which);
  const locked = found ? await lockEvent(tx, found.eventId) : null;
  const [known] = await tx.select().from(nomination).where(which);
  return locked && known ? { locked, known } : null;
}

/** To the nominee, if they have a chat: who has none finds the event behind their link. */
async function tell(
  tx: Tx,
  { beginsAt }: EventRow,
  { id, eventId, personId }: Nomination,
  kind: 'nominated' | 'nomination_withdrawn',
  now: Temporal.Instant,
): Promise<void> {
  const [who] = await tx.select({ telegramId: person.telegramId }).from(person).where(eq(person.id, personId));
  if (who?.telegramId == null) return;
  const key = `${kind}:${id}:${now.epochMilliseconds}`;
  const data = { nomination: id, beginsAt: beginsAt.toString() };
  await owe(tx, [{ personId, kind, key, data, dueAt: now, expiresAt: beginsAt, eventId }], now);
}

export type Terms = { until: Temporal.Instant | null; most: number | null };
export type Asked = { kind: 'asked'; told: boolean } | { kind: 'unchangeable' };

/**
 * Until when focal points nominate, and how many each; nobody who is on a list already leaves it. Of another deadline they are
 * told, as far as what told them of the first one is not still to come: that will tell the one that holds then. They are told
 * of the first one by the planner.
 */
export async function askForNominations(
  tx: Tx,
  eventId: number,
  { until, most }: Terms,
  now: Temporal.Instant,
): Promise<Asked> {
  const locked = await lockEvent(tx, eventId);
  if (!locked || locked.status === 'cancelled' || Temporal.Instant.compare(locked.beginsAt, now) <= 0)
    return { kind: 'unchangeable' };
  await tx.update(event).set({ nominationsUntil: until, nominees: most }).where(eq(event.id, eventId));
  const was = locked.nominationsUntil;
  const moved = until === null || was === null ? until !== was : !until.equals(was);
  if (!moved) return { kind: 'asked', told: false };
  await cancelOwed(tx, about.event(eventId, 'nominations_due', 'nominations_moved'), 'deadline moved');
  const data = { until: until?.toString() ?? null, was: was?.toString() ?? null };
  await tx.execute(sql`
    insert into message (person_id, kind, key, data, event_id, due_at, expires_at, created_at)
    select heard.person_id, 'nominations_moved',
      format('nominations_moved:%s:%s:%s', ${eventId}::bigint, ${now.epochMilliseconds}::bigint, heard.person_id),
      ${JSON.stringify(data)}::text::jsonb, ${eventId}, ${now.toString()}::timestamptz,
      ${locked.beginsAt.toString()}::timestamptz, ${now.toString()}::timestamptz
    from message as heard
    where heard.event_id = ${eventId} and heard.kind = 'nominations_open'
      and heard.state not in ('queued', 'paused', 'claimed')
      and exists (select from role where role.person_id = heard.person_id and role.kind = 'focal_point')
    on conflict (key) do nothing`);
  return { kind: 'asked', told: locked.status === 'published' };
}
