import { setImmediate } from 'node:timers/promises';
import { and, asc, eq, inArray, isNotNull, isNull, sql } from 'drizzle-orm';
import type { Person } from '../../bot/context.ts';
import type { CountryOf, EventOf } from '../../bot/routes.ts';
import { idOf } from '../../bot/view.ts';
import type { Db, DbOrTx } from '../../db/connect.ts';
import { event, nomination, person, registration, role } from '../../db/schema.ts';
import { sameName } from '../../names/same.ts';
import { STANDING, withTexts, type Event, type EventRow, type Registration } from '../events/store.ts';
import type { List } from './list.ts';

export type Nomination = typeof nomination.$inferSelect;
/** Somebody on a list. `registration`: theirs at the event, whatever became of it. */
export type Nominee = { nomination: Nomination; person: Person; registration: Registration | null };
/** Somebody who came without having been nominated. */
export type Applicant = { registration: Registration; person: Person };

/** Who changes a list: focal points until the deadline, organizers until the event begins. */
export type Actor = 'focal point' | 'organizer';

/** When focal points can nominate no more; null: they are not asked to. */
export function endOf({ nominationsUntil, beginsAt }: EventRow): Temporal.Instant | null {
  const early = nominationsUntil && Temporal.Instant.compare(nominationsUntil, beginsAt) < 0;
  return early ? nominationsUntil : nominationsUntil && beginsAt;
}

/** Whether the list of a country can be changed now. */
export function mayChange(one: EventRow, actor: Actor, now: Temporal.Instant): boolean {
  const end = actor === 'organizer' ? one.nominationsUntil && one.beginsAt : endOf(one);
  return one.status === 'published' && end !== null && Temporal.Instant.compare(end, now) > 0;
}

export const onList = ({ eventId, country }: List) =>
  and(eq(nomination.eventId, eventId), eq(nomination.country, country), isNull(nomination.withdrawnAt));

const IN_ORDER = [sql`${nomination.rank} nulls last`, asc(nomination.id)];

const select = (db: DbOrTx) =>
  db
    .select({ nomination, person, registration })
    .from(nomination)
    .innerJoin(person, eq(person.id, nomination.personId))
    .leftJoin(
      registration,
      and(eq(registration.eventId, nomination.eventId), eq(registration.personId, nomination.personId)),
    );

/** In the country's order of preference. */
export async function nominees(db: DbOrTx, list: List): Promise<Nominee[]> {
  return select(db)
    .where(onList(list))
    .orderBy(...IN_ORDER);
}

/** Null: it was withdrawn, or its person is gone. */
export async function findNominee(db: DbOrTx, id: number): Promise<Nominee | null> {
  const [found] = await select(db).where(and(eq(nomination.id, id), isNull(nomination.withdrawnAt)));
  return found ?? null;
}

export const eventOfNomination: EventOf = async (db, [id]) => (await rowOf(db, id))?.eventId ?? null;
export const countryOfNomination: CountryOf = async (db, [id]) => (await rowOf(db, id))?.country ?? null;

async function rowOf(db: Db, id: string | undefined): Promise<Nomination | null> {
  const [found] = await db
    .select()
    .from(nomination)
    .where(eq(nomination.id, idOf(id)));
  return found ?? null;
}

/** Whose quota somebody is in: who came by themselves is that country's to endorse. */
export const countryOfRegistration: CountryOf = async (db, [id]) => {
  const [found] = await db
    .select({ country: registration.country })
    .from(registration)
    .where(eq(registration.id, idOf(id)));
  return found?.country ?? null;
};

const selectApplicants = (db: DbOrTx) =>
  db
    .select({ registration, person })
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

/** People who registered or applied for a country, and whom no country nominates. The first registration first. */
export async function cameByThemselves(db: DbOrTx, { eventId, country }: List): Promise<Applicant[]> {
  const came = and(
    eq(registration.eventId, eventId),
    eq(registration.country, country),
    inArray(registration.status, STANDING),
  );
  return selectApplicants(db)
    .where(and(came, isNull(nomination.id)))
    .orderBy(asc(registration.createdAt), asc(registration.id));
}

export async function findApplicant(db: DbOrTx, registrationId: number): Promise<Applicant | null> {
  const which = and(eq(registration.id, registrationId), inArray(registration.status, STANDING), isNull(nomination.id));
  const [found] = await selectApplicants(db).where(which);
  return found ?? null;
}

/** People whose names are compared in one go, for some 5 ms: then others have their turn. */
const AT_ONCE = 50;

/**
 * People of a country who bear this name, in whatever script; `most` of them. It takes two parts of a name, so that nobody can leaf
 * through a country. A comparison takes 0.07 ms, so a country's 1,000 people 0.1 s. Rejected: keys of names in a column, as
 * alumni have, for something that few do a few times a year.
 */
export async function namesakes(db: DbOrTx, country: string, name: string, most: number): Promise<Person[]> {
  const people = await db
    .select()
    .from(person)
    .where(and(eq(person.country, country), isNotNull(person.fullName)))
    .orderBy(asc(person.id));
  const found: Person[] = [];
  for (const [i, one] of people.entries()) {
    if (i % AT_ONCE === AT_ONCE - 1) await setImmediate();
    if ([one.fullName, one.latinName].some((known) => known !== null && sameName(known, name))) found.push(one);
    if (found.length === most) break;
  }
  return found;
}

/** The countries that somebody is the focal point of. */
export async function countriesOf(db: DbOrTx, { id }: Pick<Person, 'id'>): Promise<string[]> {
  const rows = await db
    .select({ country: role.country })
    .from(role)
    .where(and(eq(role.personId, id), eq(role.kind, 'focal_point')))
    .orderBy(asc(role.country));
  return rows.flatMap(({ country }) => country ?? []);
}

export type FocalPoint = { country: string; person: Person };

export async function focalPoints(db: DbOrTx): Promise<FocalPoint[]> {
  const rows = await db
    .select({ country: role.country, person })
    .from(role)
    .innerJoin(person, eq(person.id, role.personId))
    .where(eq(role.kind, 'focal_point'))
    .orderBy(asc(role.since), asc(role.id));
  return rows.map((row) => ({ ...row, country: row.country! }));
}

/** `endorsed`: of those on the list, who had come by themselves. `stand`: who has registered or applied, and not left again. */
export type Figures = { named: number; endorsed: number; stand: number };
export const NOBODY: Figures = { named: 0, endorsed: 0, stand: 0 };
export type ListFigures = List & Figures;

export async function listFigures(db: DbOrTx, eventIds: number[]): Promise<ListFigures[]> {
  if (eventIds.length === 0) return [];
  const stand = sql`${registration.status} in ${STANDING}`;
  return db
    .select({
      eventId: nomination.eventId,
      country: nomination.country,
      named: sql<number>`count(*)::int`,
      endorsed: sql<number>`(count(*) filter (where ${registration.createdAt} < ${nomination.createdAt}))::int`,
      stand: sql<number>`(count(*) filter (where ${stand}))::int`,
    })
    .from(nomination)
    .leftJoin(
      registration,
      and(eq(registration.eventId, nomination.eventId), eq(registration.personId, nomination.personId)),
    )
    .where(and(inArray(nomination.eventId, eventIds), isNull(nomination.withdrawnAt)))
    .groupBy(nomination.eventId, nomination.country);
}

/** Whether somebody had come by themselves before their country stood behind them. */
export const wasEndorsed = ({ nomination: { createdAt }, registration: known }: Omit<Nominee, 'person'>): boolean =>
  known !== null && Temporal.Instant.compare(known.createdAt, createdAt) < 0;

/** A list with its event, as a focal point finds it. */
export type Listed = { event: Event; country: string; figures: Figures };

/** What these countries are, or were, asked to nominate for: what is open first, by the deadline; then what was, the latest first. */
export async function listsOf(db: DbOrTx, countries: string[], now: Temporal.Instant): Promise<Listed[]> {
  const asked = await db
    .select()
    .from(event)
    .where(and(eq(event.status, 'published'), isNotNull(event.nominationsUntil)));
  const events = await withTexts(db, asked);
  const figures = await listFigures(
    db,
    events.map(({ id }) => id),
  );
  const distance = (one: Event) => now.until(endOf(one)!).total('seconds');
  const order = (one: Event) => (distance(one) > 0 ? distance(one) : 1e12 - distance(one));
  return events
    .toSorted((a, b) => order(a) - order(b) || a.id - b.id)
    .flatMap((one) =>
      countries.map((country) => ({
        event: one,
        country,
        figures: figures.find((row) => row.eventId === one.id && row.country === country) ?? NOBODY,
      })),
    );
}
