import { isDeepStrictEqual } from 'node:util';
import { and, desc, eq, sql } from 'drizzle-orm';
import type { DbOrTx, Tx } from '../../db/connect.ts';
import { event, eventForm, form, formVersion, registration, response } from '../../db/schema.ts';
import type { FormSpec } from '../../forms/spec/spec.ts';

/** When an event asks what organizers made: see event_form. */
export type Purpose = (typeof eventForm.$inferSelect)['purpose'];
export type Use = { eventId: number; purpose: Purpose };

export type Version = Omit<typeof formVersion.$inferSelect, 'spec'> & { spec: FormSpec };

/** All that a form has ever asked, the latest first. */
export async function versionsOf(db: DbOrTx, { eventId, purpose }: Use): Promise<Version[]> {
  const rows = await db
    .select({ version: formVersion })
    .from(eventForm)
    .innerJoin(formVersion, eq(formVersion.formId, eventForm.formId))
    .where(and(eq(eventForm.eventId, eventId), eq(eventForm.purpose, purpose)))
    .orderBy(desc(formVersion.number));
  return rows.map(({ version }) => ({ ...version, spec: version.spec as unknown as FormSpec }));
}

/** What it asks now. Null: nothing was ever made. */
export async function currentVersion(db: DbOrTx, use: Use): Promise<Version | null> {
  return (await versionsOf(db, use))[0] ?? null;
}

export type Saving = { kind: 'saved'; version: Version } | { kind: 'changed meanwhile' } | { kind: 'nothing to save' };

/**
 * Makes this the form's version. `was`: the one that it was made from (null: there was none); when there is another one by
 * now, somebody else has changed the form, and nothing is overwritten.
 *
 * While the event is a draft and nobody has answered, the new version takes the place of the old one; afterwards it is the
 * next one, since somebody may be answering the old one at this moment.
 */
export async function saveVersion(
  tx: Tx,
  use: Use,
  spec: FormSpec,
  { was, by, now }: { was: number | null; by: number | null; now: Temporal.Instant },
): Promise<Saving> {
  // Editors of one form stand in line here.
  const [about] = await tx.select().from(event).where(eq(event.id, use.eventId)).for('no key update');
  const current = await currentVersion(tx, use);
  if (!about || (current?.id ?? null) !== was) return { kind: 'changed meanwhile' };
  if (current ? sameSpec(current.spec, spec) : spec.items.length === 0)
    return current ? { kind: 'saved', version: current } : { kind: 'nothing to save' };

  const made = { createdBy: by, createdAt: now };
  const formId = current?.formId ?? (await makeForm(tx, use, made));
  const replaced = current !== null && about.status === 'draft' && !(await isAnswered(tx, current.id));
  if (replaced) await tx.delete(formVersion).where(eq(formVersion.id, current.id));
  const number = replaced ? current.number : (current?.number ?? 0) + 1;
  const [written] = await tx
    .insert(formVersion)
    .values({ formId, number, spec, ...made })
    .returning();
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

async function isAnswered(tx: Tx, versionId: number): Promise<boolean> {
  const [found] = await tx.execute<{ answered: boolean }>(sql`
    select exists (select from ${registration} where ${registration.formVersionId} = ${versionId})
        or exists (select from ${response} where ${response.formVersionId} = ${versionId}) as answered`);
  return found!.answered;
}

/** As it is stored: what is undefined is not there. */
const sameSpec = (a: FormSpec, b: FormSpec) => isDeepStrictEqual(stored(a), stored(b));
const stored = (spec: FormSpec): unknown => JSON.parse(JSON.stringify(spec));
