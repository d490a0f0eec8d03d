import { setImmediate } from 'node:timers/promises';
import { and, eq, gt, notInArray, sql } from 'drizzle-orm';
import type { DbOrTx, Tx } from '../../db/connect.ts';
import { person } from '../../db/schema.ts';
import { indexNames } from '../../names/same.ts';
import type { Programme } from '../../programme.ts';
import { namePerson, type Named } from '../people/named.ts';

/** Somebody whom the programme knows, as far as organizers need it to tell one from another. */
export type Known = Pick<
  typeof person.$inferSelect,
  'id' | 'telegramId' | 'fullName' | 'latinName' | 'country' | 'agency' | 'email'
>;

/** Everybody who is known, at one moment. `last`: who comes after has a higher id. */
export type People = { last: number; like(fullName: string): Known[] };

const columns = {
  id: person.id,
  telegramId: person.telegramId,
  fullName: person.fullName,
  latinName: person.latinName,
  country: person.country,
  agency: person.agency,
  email: person.email,
};

const folded = (email: string | null | undefined) => email?.trim().toLowerCase() ?? '';

/**
 * Names are compared in memory, as no index of the database knows that Айгерим is Aigerim: ten thousand take some tenths of a
 * second, in pieces. Rejected: the directory's search keys, which only alumni have who chose to be found.
 */
export async function knownPeople(db: DbOrTx, since = 0, but: number[] = []): Promise<People> {
  const which = and(gt(person.id, since), notInArray(person.id, but));
  const all = await db.select(columns).from(person).where(which).orderBy(person.id);
  const like = await indexNames(
    all.map((item) => ({ names: [item.fullName, item.latinName].filter((name) => name !== null), item })),
    () => setImmediate(),
  );
  return {
    last: all.at(-1)?.id ?? since,
    like,
  };
}

/** As above, of nobody but who comes from now on. */
export async function lastPerson(db: DbOrTx): Promise<number> {
  const [found] = await db.select({ last: sql<number>`coalesce(max(${person.id}), 0)::int` }).from(person);
  return found!.last;
}

export async function findKnown(db: DbOrTx, id: number): Promise<Known | null> {
  const [found] = await db.select(columns).from(person).where(eq(person.id, id));
  return found ?? null;
}

/**
 * Who somebody on a list is. Two addresses are two people of one name; a name counts within a country. Rejected: an address alone,
 * which a whole office may share: somebody else would be registered.
 */
export type Sameness = { kind: 'nobody' } | { kind: 'one'; known: Known } | { kind: 'several'; known: Known[] };

export function whoIs(people: People, { fullName, country, email }: Named): Sameness {
  const like = people.like(fullName);
  const byEmail = email ? like.filter((known) => folded(known.email) === folded(email)) : [];
  const other = (known: Known) => Boolean(email && known.email && folded(email) !== folded(known.email));
  const alike = like.filter((known) => (known.country === null || known.country === country) && !other(known));
  const [known, ...more] = byEmail.length > 0 ? byEmail : alike;
  if (!known) return { kind: 'nobody' };
  return more.length === 0 ? { kind: 'one', known } : { kind: 'several', known: [known, ...more] };
}

/**
 * A new person, unless the same was named since people were looked at, by somebody else or by the same press on another device: who
 * names waits for who names. The lock ends with the transaction; take it before that of the event.
 */
export async function nameOnce(
  tx: Tx,
  programme: Programme,
  { named, last, ours, now }: { named: Named; last: number; ours?: number[]; now: Temporal.Instant },
): Promise<{ id: number; made: boolean }> {
  await tx.execute(sql`select pg_advisory_xact_lock(hashtext('bilim names people'))`);
  const since = whoIs(await knownPeople(tx, last, ours), named);
  if (since.kind === 'one') return { id: since.known.id, made: false };
  return { id: await namePerson(tx, programme, named, now), made: true };
}
