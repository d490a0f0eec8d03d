import { and, desc, eq, sql } from 'drizzle-orm';
import type { Person } from '../../bot/context.ts';
import type { Db, DbOrTx } from '../../db/connect.ts';
import { consent, consentText, person, type Answers } from '../../db/schema.ts';
import type { Programme } from '../../programme.ts';
import { refreshDirectory } from '../alumni/store.ts';

/** The first thing that is stored about somebody, together with the words they agreed to. Agreeing twice is once. */
export async function agree(
  db: Db,
  programme: Programme,
  { telegramId, language, now }: { telegramId: number; language: string; now: Temporal.Instant },
): Promise<Person> {
  const { version, text } = programme.consent;
  return db.transaction(async (tx) => {
    await tx.insert(consentText).values({ version, language, body: text[language]! }).onConflictDoNothing();
    const zone = programme.defaultZone;
    const [who] = await tx
      .insert(person)
      .values({ telegramId, language, zone, createdAt: now, seenAt: now })
      .onConflictDoUpdate({ target: person.telegramId, set: { language } })
      .returning();
    await tx.insert(consent).values({ personId: who!.id, version, language, givenAt: now }).onConflictDoNothing();
    return who!;
  });
}

/**
 * The words that people have agreed to under the programme's version must still be its words. Returns the language in which
 * they are not.
 */
export async function changedConsent(db: DbOrTx, { consent: { version, text } }: Programme): Promise<string | null> {
  const agreed = await db.select().from(consentText).where(eq(consentText.version, version));
  return agreed.find(({ language, body }) => text[language] !== undefined && text[language] !== body)?.language ?? null;
}

export type GivenConsent = { version: string; text: string; givenAt: Temporal.Instant };

/** The words that somebody agreed to last, in the language in which they read them. */
export async function givenConsent(db: DbOrTx, who: Person): Promise<GivenConsent | null> {
  const rows = await db
    .select({ version: consent.version, text: consentText.body, givenAt: consent.givenAt })
    .from(consent)
    .innerJoin(consentText, and(eq(consentText.version, consent.version), eq(consentText.language, consent.language)))
    .where(eq(consent.personId, who.id))
    .orderBy(desc(consent.givenAt))
    .limit(1);
  return rows[0] ?? null;
}

export async function findPerson(db: DbOrTx, id: number): Promise<Person | null> {
  const rows = await db.select().from(person).where(eq(person.id, id));
  return rows[0] ?? null;
}

export async function setLanguage(db: DbOrTx, who: Person, language: string): Promise<Person> {
  const [changed] = await db.update(person).set({ language }).where(eq(person.id, who.id)).returning();
  return changed ?? who;
}

/** They blocked the bot: nothing is sent to them until they write again. */
export async function markUnreachable(db: DbOrTx, who: Person, now: Temporal.Instant): Promise<void> {
  await db.update(person).set({ unreachableSince: now }).where(eq(person.id, who.id));
}

export const PROFILE_KEYS = ['fullName', 'latinName', 'country', 'agency', 'position', 'sex', 'email'] as const;

/** Answers of the profile's questions, from whichever form asked them. The zone follows the country until it is chosen. */
export async function saveProfile(db: DbOrTx, programme: Programme, who: Person, answers: Answers): Promise<void> {
  const given = Object.fromEntries(PROFILE_KEYS.filter((key) => key in answers).map((key) => [key, answers[key]]));
  const zone = programme.countries.find(({ code }) => code === given.country)?.zone;
  await db
    .update(person)
    .set({
      ...(given as Partial<Person>),
      ...(zone && { zone: sql`case when ${person.zoneChosen} then ${person.zone} else ${zone} end` as never }),
    })
    .where(eq(person.id, who.id));
  await refreshDirectory(db, who.id);
}
