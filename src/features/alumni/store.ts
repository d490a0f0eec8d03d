import { and, eq, inArray, isNull, sql } from 'drizzle-orm';
import type { Deps, Person } from '../../bot/context.ts';
import { organizes } from '../../bot/roles.ts';
import type { DbOrTx } from '../../db/connect.ts';
import { alumniProfile, message, person } from '../../db/schema.ts';
import { owe } from '../../delivery/outbox.ts';
import { searchKeys, wordKeys } from '../../names/search.ts';

/** What somebody has chosen to show beside name and country, which are always shown. */
export type Shown = Pick<typeof alumniProfile.$inferSelect, 'showAgency' | 'showPosition' | 'expertise' | 'about'>;
export type Profile = Shown & { visible: boolean };

/** Somebody as others see them in the directory: what is not shown is not in it. */
export type Entry = {
  personId: number;
  name: string;
  latinName: string | null;
  country: string | null;
  agency: string | null;
  position: string | null;
  expertise: string[];
  about: string | null;
};

const welcomeKey = (personId: number) => `alumni:${personId}`;

/**
 * Somebody attended: they enter the network, hidden, and at `dueAt` are told of the directory. Attending again changes
 * nothing.
 */
export async function becomeAlumni(
  tx: DbOrTx,
  personId: number,
  now: Temporal.Instant,
  dueAt: Temporal.Instant = now,
): Promise<void> {
  const created = await tx
    .insert(alumniProfile)
    .values({ personId, since: now })
    .onConflictDoNothing()
    .returning({ personId: alumniProfile.personId });
  if (created.length === 0) return;
  const welcome = { personId, kind: 'alumni_welcome', key: welcomeKey(personId), data: {}, dueAt, bulk: true };
  await owe(tx, [welcome], now);
}

/**
 * An attendance was marked by mistake: without another one they leave the network. An entry that the person has made
 * stays: a slip of the organizer's finger must not delete what somebody wrote.
 */
export async function leaveAlumni(tx: DbOrTx, personId: number): Promise<void> {
  const left = await tx
    .delete(alumniProfile)
    .where(
      and(
        eq(alumniProfile.personId, personId),
        eq(alumniProfile.visible, false),
        isNull(alumniProfile.about),
        eq(alumniProfile.expertise, []),
        sql`not exists (select from registration where person_id = ${personId} and attended)`,
      ),
    )
    .returning({ personId: alumniProfile.personId });
  if (left.length === 0) return;
  // Removed, not cancelled: a cancelled one would keep the key, and a mark that was right after all would go unannounced.
  await tx
    .delete(message)
    .where(and(eq(message.key, welcomeKey(personId)), inArray(message.state, ['queued', 'claimed', 'cancelled'])));
}

/** Only these columns: the search keys are large, and nobody reads them. */
export const profileColumns = {
  visible: alumniProfile.visible,
  showAgency: alumniProfile.showAgency,
  showPosition: alumniProfile.showPosition,
  expertise: alumniProfile.expertise,
  about: alumniProfile.about,
};

/** Null for somebody who has not attended. */
export async function findProfile(db: DbOrTx, personId: number): Promise<Profile | null> {
  const rows = await db.select(profileColumns).from(alumniProfile).where(eq(alumniProfile.personId, personId));
  return rows[0] ?? null;
}

/** The directory is open to those who are in the network, visible or not, and to organizers of all events. */
export async function mayLook(deps: Pick<Deps, 'config' | 'db'>, who: Person): Promise<boolean> {
  return (await findProfile(deps.db, who.id)) !== null || organizes(deps, who, 'all');
}

/** Whether there is enough of a profile to be shown to others. */
export const isNamed = (who: Person) => who.fullName !== null && who.country !== null;

/** The one place that decides what of somebody is shown, and so what they are found by. `shown` null: the least, as for the hidden. */
export function entryOf(who: Person, shown: Shown | null): Entry {
  return {
    personId: who.id,
    name: who.fullName ?? who.latinName ?? '—',
    latinName: who.latinName,
    country: who.country,
    agency: shown?.showAgency ? who.agency : null,
    position: shown?.showPosition ? who.position : null,
    expertise: shown?.expertise ?? [],
    about: shown?.about ?? null,
  };
}

/** Null for everybody who is not there to be seen. */
export async function findEntry(db: DbOrTx, personId: number): Promise<Entry | null> {
  const found = await findListed(db, personId);
  return found && entryOf(found.person, found.profile);
}

export async function findListed(db: DbOrTx, personId: number): Promise<{ person: Person; profile: Profile } | null> {
  const rows = await db
    .select({ person, profile: profileColumns })
    .from(alumniProfile)
    .innerJoin(person, eq(person.id, alumniProfile.personId))
    .where(and(eq(alumniProfile.personId, personId), alumniProfile.visible));
  return rows[0] ?? null;
}

/** Puts somebody into the directory, or changes what it shows of them. */
export async function showInDirectory(tx: DbOrTx, personId: number, shown: Shown): Promise<void> {
  await tx
    .update(alumniProfile)
    .set({ ...shown, visible: true })
    .where(eq(alumniProfile.personId, personId));
  await refreshDirectory(tx, personId);
}

/** Nobody sees or finds them from now on. What they had chosen stays, for the day they want to be seen again. */
export async function hideFromDirectory(db: DbOrTx, personId: number): Promise<void> {
  await db.update(alumniProfile).set({ visible: false, searchKeys: [] }).where(eq(alumniProfile.personId, personId));
}

/** Call it when a person's profile has changed: they are found by what is shown now. Does nothing for the hidden. */
export async function refreshDirectory(tx: DbOrTx, personId: number): Promise<void> {
  const entry = await findEntry(tx, personId);
  if (!entry) return;
  await tx
    .update(alumniProfile)
    .set({ searchKeys: keysOf(entry) })
    .where(and(eq(alumniProfile.personId, personId), alumniProfile.visible));
}

export const countryKey = (code: string) => `c:${code}`;
export const expertiseKey = (tag: string) => `e:${tag}`;

/** Country and expertise are kept by their codes: search.ts knows their names in every language. */
function keysOf({ name, latinName, country, expertise, agency, position, about }: Entry): string[] {
  const names = [name, latinName].filter((form) => form !== null);
  const texts = [agency, position, about].filter((text) => text !== null);
  return [
    ...split(searchKeys(...names)),
    ...texts.flatMap((text) => split(wordKeys(text))),
    ...(country === null ? [] : [countryKey(country)]),
    ...expertise.map(expertiseKey),
  ];
}

const split = (spaced: string) => spaced.split(' ').filter(Boolean);
