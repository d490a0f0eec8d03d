import { isDeepStrictEqual } from 'node:util';
import { and, count, desc, eq, sql } from 'drizzle-orm';
import type { EventOf } from '../../bot/routes.ts';
import { idOf } from '../../bot/view.ts';
import type { DbOrTx, Tx } from '../../db/connect.ts';
import { event, eventForm, form, formVersion, registration, response } from '../../db/schema.ts';
import { countQuestions, type FormSpec } from '../../forms/spec/spec.ts';

/** When an event asks what organizers made: see event_form. */
export type Purpose = (typeof eventForm.$inferSelect)['purpose'];
export type Use = { eventId: number; purpose: Purpose };

/** Among the answers to Bilim's own questions, those to made ones have this before their names. */
export const MADE = 'own_';

export type Version = Omit<typeof formVersion.$inferSelect, 'spec'> & { spec: FormSpec };

const ofUse = ({ eventId, purpose }: Use) => and(eq(eventForm.eventId, eventId), eq(eventForm.purpose, purpose));
const asVersion = (row: typeof formVersion.$inferSelect): Version => ({
  ...row,
  spec: row.spec as unknown as FormSpec,
});

/** What a form asks now. Null: nothing was ever made. */
export async function currentVersion(db: DbOrTx, use: Use): Promise<Version | null> {
  const [found] = await db
    .select({ version: formVersion })
    .from(eventForm)
    .innerJoin(formVersion, eq(formVersion.formId, eventForm.formId))
    .where(ofUse(use))
    .orderBy(desc(formVersion.number))
    .limit(1);
  return found ? asVersion(found.version) : null;
}

/** The same, as long as there is something to ask. */
export async function askedVersion(db: DbOrTx, use: Use): Promise<Version | null> {
  const current = await currentVersion(db, use);
  return current && countQuestions(current.spec) > 0 ? current : null;
}

/** What somebody was asked, and what is asked now, the latest first; with how many answered to each. */
export async function versionsOf(db: DbOrTx, use: Use): Promise<(Version & { answers: number })[]> {
  const answered = (table: typeof registration | typeof response) =>
    db
      .select({ versionId: table.formVersionId, answers: count() })
      .from(table)
      .where(eq(table.eventId, use.eventId))
      .groupBy(table.formVersionId);
  const counted = [...(await answered(registration)), ...(await answered(response))];
  const rows = await db
    .select({ version: formVersion })
    .from(eventForm)
    .innerJoin(formVersion, eq(formVersion.formId, eventForm.formId))
    .where(ofUse(use))
    .orderBy(desc(formVersion.number));
  return rows
    .map(({ version }) => ({
      ...asVersion(version),
      answers: counted.find(({ versionId }) => versionId === version.id)?.answers ?? 0,
    }))
    .filter(({ answers }, i) => i === 0 || answers > 0);
}

/** A version with its use; `current`: it is the one that is asked now. */
export async function findVersion(
  db: DbOrTx,
  id: number,
): Promise<{ version: Version; use: Use; current: boolean } | null> {
  const [found] = await db
    .select({ version: formVersion, use: eventForm })
    .from(formVersion)
    .innerJoin(eventForm, eq(eventForm.formId, formVersion.formId))
    .where(eq(formVersion.id, id));
  if (!found) return null;
  const { eventId, purpose } = found.use;
  const use = { eventId, purpose };
  return { version: asVersion(found.version), use, current: (await currentVersion(db, use))?.id === id };
}

/** The event of a version, by its id. */
export const eventOfVersion: EventOf = async (db, [id]) => (await findVersion(db, idOf(id)))?.use.eventId ?? null;

/** A form with what it asks now. */
export async function findForm(db: DbOrTx, id: number): Promise<{ use: Use; version: Version } | null> {
  const [found] = await db.select().from(eventForm).where(eq(eventForm.formId, id));
  if (!found) return null;
  const use = { eventId: found.eventId, purpose: found.purpose };
  const version = await currentVersion(db, use);
  return version && { use, version };
}

/** The event of a form, by its id. */
export const eventOfForm: EventOf = async (db, [id]) => (await findForm(db, idOf(id)))?.use.eventId ?? null;

/** The version that nobody else changes before this transaction ends: editors of an event's forms stand in line here. */
export async function lockedVersion(tx: Tx, use: Use): Promise<Version | null> {
  await tx.select({ id: event.id }).from(event).where(eq(event.id, use.eventId)).for('no key update');
  return currentVersion(tx, use);
}

export type Saving = { kind: 'saved'; version: Version } | { kind: 'changed meanwhile' };
type By = { by: number | null; now: Temporal.Instant };

/** Versions that nobody has answered are kept for buttons and dialogs that are open. */
const KEPT = 20;

/**
 * Makes this what the form asks. `was`: the version that it was made from (null: there was none); when there is another one
 * by now, somebody else has changed the form, and nothing is overwritten.
 *
 * Every change makes a version, so a version is never changed and its id says exactly what was asked. Those that nobody
 * has answered are shown nowhere, and are forgotten. Rejected: changing a version as long as nobody has answered it, since
 * somebody may be answering it at this moment.
 */
export async function saveVersion(
  tx: Tx,
  use: Use,
  spec: FormSpec,
  { was, by, now }: By & { was: number | null },
): Promise<Saving> {
  const current = await lockedVersion(tx, use);
  if ((current?.id ?? null) !== was) return { kind: 'changed meanwhile' };
  if (current && sameSpec(current.spec, spec)) return { kind: 'saved', version: current };
  const made = { createdBy: by, createdAt: now };
  const formId = current?.formId ?? (await makeForm(tx, use, made));
  const number = (current?.number ?? 0) + 1;
  const [written] = await tx
    .insert(formVersion)
    .values({ formId, number, spec, ...made })
    .returning();
  await tx.execute(sql`
    delete from form_version where form_id = ${formId} and number < ${number - KEPT}
      and not exists (select from registration where form_version_id = form_version.id)
      and not exists (select from response where form_version_id = form_version.id)`);
  return { kind: 'saved', version: { ...written!, spec } };
}

async function makeForm(
  tx: Tx,
  use: Use,
  made: { createdBy: number | null; createdAt: Temporal.Instant },
): Promise<number> {
  const [written] = await tx.insert(form).values(made).returning({ id: form.id });
  await tx.insert(eventForm).values({ ...use, formId: written!.id });
  return written!.id;
}

/** As it is stored: what is undefined is not there. */
const sameSpec = (a: FormSpec, b: FormSpec) => isDeepStrictEqual(stored(a), stored(b));
const stored = (spec: FormSpec): unknown => JSON.parse(JSON.stringify(spec));
