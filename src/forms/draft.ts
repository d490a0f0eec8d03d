import { and, desc, eq, inArray, lt, ne, sql } from 'drizzle-orm';
import type { Person } from '../bot/context.ts';
import type { Db, DbOrTx } from '../db/connect.ts';
import { draft, type Answers } from '../db/schema.ts';

/** Its answers are those given in it; what is known from elsewhere is looked up anew at each step. */
export type Draft = typeof draft.$inferSelect;

/** A step of the dialog: what changes in the draft. */
export type Step = Pick<Draft, 'answers' | 'current' | 'editing'> & Partial<Pick<Draft, 'promptMessageId'>>;

/** The person's draft of this form about this subject, made `fresh` if there is none; it becomes the active one. */
export async function openDraft(
  db: Db,
  person: Person,
  fresh: Pick<Draft, 'form' | 'subject' | 'answers' | 'current' | 'lastUpdate'>,
  now: Temporal.Instant,
): Promise<Draft> {
  return db.transaction(async (tx) => {
    await deactivate(tx, person.id);
    const rows = await tx
      .insert(draft)
      .values({ ...fresh, personId: person.id, active: true, createdAt: now, updatedAt: now })
      .onConflictDoUpdate({ target: [draft.personId, draft.form, draft.subject], set: { active: true } })
      .returning();
    return rows[0]!;
  });
}

/** What the person left of this form about this subject. */
export async function draftAbout(db: DbOrTx, person: Person, form: string, subject: number): Promise<Draft | null> {
  const rows = await db
    .select()
    .from(draft)
    .where(and(eq(draft.personId, person.id), eq(draft.form, form), eq(draft.subject, subject)));
  return rows[0] ?? null;
}

/** Leaves answers for a form that the person may open later; all of them given, so it opens with its summary. */
export async function keepDraft(
  tx: DbOrTx,
  person: Person,
  kept: { form: string; subject: number; answers: Answers },
  now: Temporal.Instant,
): Promise<void> {
  await tx
    .insert(draft)
    .values({ ...kept, personId: person.id, current: null, active: false, createdAt: now, updatedAt: now })
    .onConflictDoUpdate({
      target: [draft.personId, draft.form, draft.subject],
      set: { answers: kept.answers, current: null, updatedAt: now, revision: sql`${draft.revision} + 1` },
    });
}

/** Something was answered in it, so that it is worth keeping. */
export const hasAnswers = ({ answers }: Draft): boolean => Object.keys(answers).length > 0;

export async function findDraft(db: DbOrTx, person: Person, id: number): Promise<Draft | null> {
  const rows = await db
    .select()
    .from(draft)
    .where(and(eq(draft.id, id), eq(draft.personId, person.id)));
  return rows[0] ?? null;
}

export async function activeDraft(db: DbOrTx, person: Person): Promise<Draft | null> {
  const rows = await db
    .select()
    .from(draft)
    .where(and(eq(draft.personId, person.id), draft.active));
  return rows[0] ?? null;
}

/** The person's unfinished forms, the latest first. */
export async function openDrafts(db: DbOrTx, person: Person): Promise<Draft[]> {
  return db.select().from(draft).where(eq(draft.personId, person.id)).orderBy(desc(draft.updatedAt));
}

/** The person left the dialog; the answers stay. */
export async function deactivate(db: DbOrTx, personId: number): Promise<void> {
  await db
    .update(draft)
    .set({ active: false })
    .where(and(eq(draft.personId, personId), draft.active));
}

export async function activate(db: Db, was: Draft): Promise<void> {
  await db.transaction(async (tx) => {
    await tx
      .update(draft)
      .set({ active: false })
      .where(and(eq(draft.personId, was.personId), draft.active, ne(draft.id, was.id)));
    await tx.update(draft).set({ active: true }).where(eq(draft.id, was.id));
  });
}

/**
 * Takes a step, once: a second tap carries an old revision, and an update that was handled before a crash and comes
 * again carries an id that the draft has already seen. Null in both cases.
 */
export async function takeStep(
  db: DbOrTx,
  was: Draft,
  step: Step,
  updateId: number,
  now: Temporal.Instant,
): Promise<Draft | null> {
  const rows = await db
    .update(draft)
    .set({ ...step, revision: sql`${draft.revision} + 1`, lastUpdate: updateId, updatedAt: now })
    .where(and(eq(draft.id, was.id), eq(draft.revision, was.revision), ne(draft.lastUpdate, updateId)))
    .returning();
  return rows[0] ?? null;
}

/** Which question stands in the chat, and in which message: its buttons go when it is answered. */
export async function rememberPrompt(
  db: DbOrTx,
  was: Draft,
  prompt: Pick<Draft, 'promptMessageId' | 'current'>,
): Promise<void> {
  if (was.promptMessageId === prompt.promptMessageId && was.current === prompt.current) return;
  await db.update(draft).set(prompt).where(eq(draft.id, was.id));
}

/** True for the one caller whose submission counts. */
export async function closeDraft(tx: DbOrTx, was: Draft): Promise<boolean> {
  const rows = await tx
    .delete(draft)
    .where(and(eq(draft.id, was.id), eq(draft.revision, was.revision)))
    .returning({ id: draft.id });
  return rows.length === 1;
}

/** Drops it as it was seen. False: it is gone, or more was answered since. */
export async function dropDraft(db: DbOrTx, person: Person, id: number, revision: number): Promise<boolean> {
  const rows = await db
    .delete(draft)
    .where(and(eq(draft.id, id), eq(draft.personId, person.id), eq(draft.revision, revision)))
    .returning({ id: draft.id });
  return rows.length === 1;
}

/** The person's drafts of these forms about this subject. */
export async function dropDrafts(tx: DbOrTx, person: Person, forms: string[], subject: number): Promise<void> {
  await tx
    .delete(draft)
    .where(and(eq(draft.personId, person.id), inArray(draft.form, forms), eq(draft.subject, subject)));
}

/** Retention: unfinished forms that nobody touched since `before`. */
export async function forgetDrafts(db: DbOrTx, before: Temporal.Instant): Promise<void> {
  await db.delete(draft).where(lt(draft.updatedAt, before));
}
