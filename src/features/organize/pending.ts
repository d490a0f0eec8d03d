import { and, asc, count, eq, gte, lte, type SQL } from 'drizzle-orm';
import type { Db, DbOrTx } from '../../db/connect.ts';
import { PAGE_SIZE, pageAt, type Page } from '../../bot/pages.ts';
import { idOf } from '../../bot/view.ts';
import { registration } from '../../db/schema.ts';
import { approve } from '../registration/seats.ts';
import { ANY_COUNTRY, countryIn, selectParticipants, type Participant } from './store.ts';

/**
 * Applications that an organizer has seen, as a button can carry them: of a country, or of all, from one registration to
 * another in the order of the list. Who applies while they look at it is not in it.
 */
export type Scope = { country: string | null; from: number; to: number };

export const scopeArgs = ({ country, from, to }: Scope) => [country ?? ANY_COUNTRY, from, to] as const;

export function scopeIn([country, from, to]: (string | undefined)[]): Scope {
  return { country: countryIn(country), from: idOf(from), to: idOf(to) };
}

const pending = (eventId: number, country: string | null, more?: SQL) =>
  and(
    eq(registration.eventId, eventId),
    eq(registration.status, 'pending'),
    country === null ? undefined : eq(registration.country, country),
    more,
  );

const within = (eventId: number, { country, from, to }: Scope) =>
  pending(eventId, country, and(gte(registration.id, from), lte(registration.id, to)));

export type Applications = {
  page: Page<Participant>;
  /** Of which country they are; null: of all. */
  country: string | null;
  countries: { country: string | null; n: number }[];
  /** Of the list, whatever its length; null: it is empty. */
  all: Scope | null;
};

/** Those that nobody has decided on, the first registration first. */
export async function applications(
  db: Db,
  eventId: number,
  wanted: { country: string | null; page: string | undefined },
): Promise<Applications> {
  const countries = await db
    .select({ country: registration.country, n: count() })
    .from(registration)
    .where(pending(eventId, null))
    .groupBy(registration.country)
    .orderBy(registration.country);
  // The last one of the country was decided on: the list of all goes on.
  const country = countries.some((one) => one.country === wanted.country) ? wanted.country : null;
  const ids = await db
    .select({ id: registration.id })
    .from(registration)
    .where(pending(eventId, country))
    .orderBy(asc(registration.id));
  const at = pageAt(ids.length, wanted.page);
  const items = await selectParticipants(db)
    .where(pending(eventId, country))
    .orderBy(asc(registration.id))
    .limit(PAGE_SIZE)
    .offset(at.first);
  const all = ids.length === 0 ? null : { country, from: ids[0]!.id, to: ids.at(-1)!.id };
  return { page: { ...at, items }, country, countries, all };
}

export async function countPending(db: DbOrTx, eventId: number, scope?: Scope): Promise<number> {
  return db.$count(registration, scope ? within(eventId, scope) : pending(eventId, null));
}

export async function pendingIds(db: DbOrTx, eventId: number, scope: Scope): Promise<number[]> {
  const rows = await db
    .select({ id: registration.id })
    .from(registration)
    .where(within(eventId, scope))
    .orderBy(asc(registration.id));
  return rows.map(({ id }) => id);
}

/**
 * One after the other, each in a transaction of its own: who registers elsewhere in the event does not wait for all of them.
 * What a crash leaves over is still pending, and a second press goes on with it.
 */
export async function approveMany(
  db: Db,
  eventId: number,
  scope: Scope,
  { actorId, now }: { actorId: number; now: Temporal.Instant },
): Promise<{ registered: number; waiting: number }> {
  const counts = { registered: 0, waiting: 0 };
  for (const registrationId of await pendingIds(db, eventId, scope)) {
    const { kind } = await db.transaction((tx) => approve(tx, { registrationId, actorId, now }));
    if (kind !== 'not possible') counts[kind] += 1;
  }
  return counts;
}
