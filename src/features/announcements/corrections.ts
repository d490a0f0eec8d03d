import { and, eq, isNull, sql } from 'drizzle-orm';
import type { Deps } from '../../bot/context.ts';
import type { Db, DbOrTx, Tx } from '../../db/connect.ts';
import { announcement, message, type Json } from '../../db/schema.ts';
import { about } from '../../delivery/outbox.ts';
import { another, approversOf, mayApprove, oweRequests, type Owners, type Verdict } from './approvals.ts';
import { correct, SENT } from './copies.ts';
import { oweNotices } from './notices.ts';
import { again, take, type Decision } from './steps.ts';
import { findAnnouncement, type Organizer, type Row, type Text } from './store.ts';

/*
 * Another text in the place of what was sent is a second announcement to the same people. So where an announcement needs a
 * second organizer, its correction needs one as well, and nobody gets it before: it lies with the announcement until then.
 * Several texts that were corrected meanwhile are approved as one. `revision` names what the approver has seen.
 */

/** Those that wait for an approval; null: none does. */
export function pendingTexts({ correction, recalledAt }: Pick<Row, 'correction' | 'recalledAt'>): Text[] | null {
  return recalledAt === null && correction ? (correction.texts as unknown as Text[]) : null;
}

/** Whether it went to so many that one organizer does not decide alone. */
export async function wentToMany(db: DbOrTx, id: number, { announcements }: Deps['programme']): Promise<boolean> {
  return (await db.$count(message, about.announcement(id))) > announcements.approvalAbove;
}

/** The author corrects a text: at once, or, `asked`, when a second organizer approves. */
export async function propose(
  tx: Tx,
  id: number,
  by: Organizer,
  text: Text,
  { programme, config }: Pick<Deps, 'programme'> & { config: Owners },
  now: Temporal.Instant,
): Promise<Decision | 'asked' | 'nobody else'> {
  const only = and(eq(announcement.authorId, by.id), isNull(announcement.recalledAt));
  if (!(await wentToMany(tx, id, programme))) {
    const changed = await take(tx, id, { from: SENT, only }, { revision: again, finishedAt: null });
    if (!changed) return 'too late';
    await correct(tx, changed, text, now);
    return 'done';
  }
  const proposed = await take(tx, id, { from: SENT, only }, { revision: again });
  if (!proposed) return 'too late';
  const approvers = await approversOf(tx, config, [proposed.authorId, proposed.confirmedBy]);
  if (approvers.length === 0) return 'nobody else';
  const others = (pendingTexts(proposed) ?? []).filter(({ language }) => language !== text.language);
  const texts = [...others, text].map(({ entities, ...rest }) => ({
    ...rest,
    entities: entities as unknown as Json[],
  }));
  await tx
    .update(announcement)
    .set({ correction: { revision: proposed.revision, texts } })
    .where(eq(announcement.id, id));
  await oweRequests(tx, proposed, approvers, now, 'announcement_correction');
  return 'asked';
}

const pending = (revision: number) =>
  and(isNull(announcement.recalledAt), sql`(${announcement.correction} ->> 'revision')::int = ${revision}`);

/** It takes the place of what was sent. */
export async function approveCorrection(
  db: Db,
  id: number,
  revision: number,
  by: Organizer,
  now: Temporal.Instant,
): Promise<Verdict> {
  return db.transaction(async (tx) => {
    // The texts of a revision are never changed: it is enough that the step finds the same one.
    const asked = await findAnnouncement(tx, id);
    if (!asked || !isAsked(asked, revision)) return 'too late';
    const to = { correction: null, revision: again, finishedAt: null };
    const approved = await take(tx, id, { from: SENT, only: and(pending(revision), another(by)) }, to);
    if (!approved) return mayApprove(asked, by) ? 'too late' : 'own';
    for (const text of pendingTexts(asked) ?? []) await correct(tx, approved, text, now);
    await oweNotices(tx, approved, 'correction_approved', by.id, now);
    return 'done';
  });
}

/** A second organizer declines it, or its author changes their mind. What was sent stays. */
export async function dropCorrection(
  db: Db,
  id: number,
  revision: number,
  by: Organizer,
  now: Temporal.Instant,
): Promise<Verdict> {
  return db.transaction(async (tx) => {
    const dropped = await take(tx, id, { from: SENT, only: pending(revision) }, { correction: null });
    if (!dropped) return 'too late';
    await oweNotices(tx, dropped, 'correction_dropped', by.id, now);
    return 'done';
  });
}

/** Whether this is what waits for an approval. */
export function isAsked({ correction, recalledAt }: Pick<Row, 'correction' | 'recalledAt'>, revision: number): boolean {
  return recalledAt === null && correction?.revision === revision;
}
