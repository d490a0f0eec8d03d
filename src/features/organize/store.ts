import { randomInt } from 'node:crypto';
import { and, asc, count, eq, gt, inArray, isNull, notInArray, sql, sum } from 'drizzle-orm';
import { PAGE_SIZE, pageAt, type Page } from '../../bot/pages.ts';
import type { Person } from '../../bot/context.ts';
import type { Db, DbOrTx, Tx } from '../../db/connect.ts';
import { erasedRegistration, event, eventText, nomination, person, registration } from '../../db/schema.ts';
import {
  findEvent,
  inLine,
  withTexts,
  type Event,
  type EventRow,
  type Line,
  type Registration,
  type Wording,
} from '../events/store.ts';

/** What an organizer says about an event. */
export type EventInput = Pick<
  EventRow,
  'kind' | 'zone' | 'beginsAt' | 'endsAt' | 'place' | 'link' | 'seats' | 'deadlineAt' | 'reminderOffsets'
> & { texts: Record<string, Wording> };

/** Without 0 and o, 1, i and l: people read codes out to each other. */
const LETTERS = 'abcdefghjkmnpqrstuvwxyz23456789';

/** Eight of 31 letters: the odds that two of ten thousand events meet are 1 in 17,000, and then the button is pressed again. */
function newCode(): string {
  return Array.from({ length: 8 }, () => LETTERS[randomInt(LETTERS.length)]).join('');
}

export async function createDraft(
  tx: Tx,
  by: Person,
  { texts, ...input }: EventInput,
  now: Temporal.Instant,
): Promise<number> {
  const [made] = await tx
    .insert(event)
    .values({ ...input, code: newCode(), createdBy: by.id, createdAt: now })
    .returning({ id: event.id });
  await saveTexts(tx, made!.id, texts);
  return made!.id;
}

/** False when it is no draft any more: a published event is moved or called off, which its people are told of. */
export async function changeDraft(tx: Tx, id: number, { texts, ...input }: EventInput): Promise<boolean> {
  const changed = await tx
    .update(event)
    .set(input)
    .where(and(eq(event.id, id), eq(event.status, 'draft')))
    .returning({ id: event.id });
  if (changed.length === 0) return false;
  await saveTexts(tx, id, texts);
  return true;
}

/** The event's texts become these: a language that is not among them goes. */
export async function saveTexts(tx: Tx, eventId: number, texts: Record<string, Wording>): Promise<void> {
  const languages = Object.keys(texts);
  await tx.delete(eventText).where(and(eq(eventText.eventId, eventId), notInArray(eventText.language, languages)));
  const rows = Object.entries(texts).map(([language, { title, description }]) => ({
    eventId,
    language,
    title,
    description,
  }));
  await tx
    .insert(eventText)
    .values(rows)
    .onConflictDoUpdate({
      target: [eventText.eventId, eventText.language],
      set: { title: sql`excluded.title`, description: sql`excluded.description` },
    });
}

export type Publishing = 'published' | Hindrance;
type Hindrance = 'published already' | 'cancelled' | 'begun';

/** Why an event can't be published; null: it can. */
export function hindrance({ status, beginsAt }: EventRow, now: Temporal.Instant): Hindrance | null {
  switch (status) {
    case 'published':
      return 'published already';
    case 'cancelled':
      return 'cancelled';
    case 'draft':
      return Temporal.Instant.compare(beginsAt, now) <= 0 ? 'begun' : null;
  }
}

/** A draft becomes public, once. */
export async function publish(db: DbOrTx, id: number, now: Temporal.Instant): Promise<Publishing> {
  const rows = await db
    .update(event)
    .set({ status: 'published', publishedAt: now })
    .where(and(eq(event.id, id), eq(event.status, 'draft'), gt(event.beginsAt, now)))
    .returning({ id: event.id });
  if (rows.length === 1) return 'published';
  const found = await findEvent(db, id);
  return (found && hindrance(found, now)) ?? 'begun';
}

/**
 * Drafts and called-off ones too: what is coming first, the nearest at the top, then what is past, the latest at the
 * top, and last what was called off.
 */
export async function eventsPage(
  db: Db,
  theirs: 'all' | number[],
  page: string | undefined,
  now: Temporal.Instant,
): Promise<Page<Event>> {
  const which = theirs === 'all' ? undefined : inArray(event.id, theirs);
  const place = pageAt(await db.$count(event, which), page);
  const at = sql`${now.toString()}::timestamptz`;
  const rows = await db
    .select()
    .from(event)
    .where(which)
    .orderBy(
      sql`${event.status} = 'cancelled'`,
      sql`${event.endsAt} <= ${at}`,
      sql`abs(extract(epoch from ${event.beginsAt} - ${at}))`,
      asc(event.id),
    )
    .limit(PAGE_SIZE)
    .offset(place.first);
  return { ...place, items: await withTexts(db, rows) };
}

/** A country as a button carries it: its code, or that it does not matter. */
export const ANY_COUNTRY = '-';
export const countryIn = (argument: string | undefined) => (/^[A-Z]{2}$/.test(argument ?? '') ? argument! : null);

/** `endorsedBy`: the country that nominated them, or endorsed them once they had come. */
export type Participant = { registration: Registration; person: Person; endorsedBy: string | null };

export const selectParticipants = (db: DbOrTx) =>
  db
    .select({ registration, person, endorsedBy: nomination.country })
    .from(registration)
    .innerJoin(person, eq(person.id, registration.personId))
    .leftJoin(
      nomination,
      and(
        eq(nomination.eventId, registration.eventId),
        eq(nomination.personId, registration.personId),
        isNull(nomination.withdrawnAt),
      ),
    );

export async function findParticipant(db: DbOrTx, registrationId: number): Promise<Participant | null> {
  const [found] = await selectParticipants(db).where(eq(registration.id, registrationId));
  return found ?? null;
}

/** People of an event in these states: those with a seat as they registered, the waiting list in its order, the rest. */
export async function participants(
  db: DbOrTx,
  event: Pick<EventRow, 'id'> & Line,
  ...states: Registration['status'][]
): Promise<Participant[]> {
  return selectParticipants(db)
    .where(and(eq(registration.eventId, event.id), inArray(registration.status, states)))
    .orderBy(
      sql`array_position(array['pending', 'registered', 'offered', 'waiting', 'cancelled', 'missed', 'declined'], ${registration.status})`,
      sql`case when ${registration.status} = 'waiting' then row_number() over (order by ${inLine(event)}) end`,
      asc(registration.createdAt),
      asc(registration.id),
    );
}

export type Counts = { countries: Count<string | null>[]; sexes: Count<Person['sex']>[]; attended: number };
type Count<Key> = { key: Key; count: number };

/** Those who have a seat, by country and by sex, and how many of them attended. */
export async function countParticipants(db: DbOrTx, eventId: number): Promise<Counts> {
  const seated = and(eq(registration.eventId, eventId), eq(registration.status, 'registered'));
  const people = eq(person.id, registration.personId);
  const countries = await db
    .select({ key: person.country, count: count() })
    .from(registration)
    .innerJoin(person, people)
    .where(seated)
    .groupBy(person.country);
  const sexes = await db
    .select({ key: person.sex, count: count() })
    .from(registration)
    .innerJoin(person, people)
    .where(seated)
    .groupBy(person.sex);
  const [present] = await db.select({ attended: count() }).from(registration).where(and(seated, registration.attended));
  // Who had their data deleted was there all the same.
  const [erased] = await db
    .select({ attended: sum(erasedRegistration.count).mapWith(Number) })
    .from(erasedRegistration)
    .where(and(eq(erasedRegistration.eventId, eventId), erasedRegistration.attended));
  return { countries, sexes, attended: present!.attended + (erased!.attended ?? 0) };
}
