import { and, eq, exists, isNotNull, isNull, or, sql } from 'drizzle-orm';
import type { Db, DbOrTx, Tx } from '../../db/connect.ts';
import { announcement, message, type Schedule } from '../../db/schema.ts';
import { about, cancelOwed, oweAgain, pauseOwed, resumeOwed } from '../../delivery/outbox.ts';
import type { Programme } from '../../programme.ts';
import { isConfidential } from '../segments/store.ts';
import { approversOf, countReachable, oweRequests, type Owners } from './approvals.ts';
import { oweNotices } from './notices.ts';
import { startOf } from './schedule.ts';
import { again, DRAFT, refusal, take, type Decision, type State } from './steps.ts';
import { decidedBy, findAnnouncement, mayDecide, type Organizer } from './store.ts';

/** When it goes out, and in which message that is followed; null: in none yet. */
type Sending = { now: Temporal.Instant; schedule: Schedule | null; messageId: number | null };

/**
 * Lets a draft go: after the time to undo, at its hour, or, where it goes to many, once a second organizer approves.
 * `nobody`: nobody of the audience can be written to. `nobody else`: there is no second organizer.
 */
export async function send(
  tx: Tx,
  id: number,
  by: Organizer,
  { programme, config }: { programme: Programme; config: Owners },
  { now, schedule, messageId }: Sending,
): Promise<Decision | 'nobody' | 'nobody else'> {
  const from: State[] = ['draft'];
  const draft = await findAnnouncement(tx, id);
  if (draft?.state !== 'draft' || !mayDecide(draft, by)) return refusal(tx, id, from, by);
  const recipients = await countReachable(tx, draft.audience);
  if (recipients === 0 && !isConfidential(draft.audience)) return 'nobody';
  const many = recipients > programme.announcements.approvalAbove;
  const approvers = many ? await approversOf(tx, config, [draft.authorId, by.id]) : [];
  if (many && approvers.length === 0) return 'nobody else';
  const confirmed = await take(
    tx,
    id,
    { from, only: decidedBy(by) },
    {
      state: many ? 'approval' : 'scheduled',
      startsAt: many ? null : startOf(schedule, programme, now),
      schedule,
      confirmedBy: by.id,
      confirmedAt: now,
      progressMessageId: messageId,
    },
  );
  if (!confirmed) return refusal(tx, id, from, by);
  await oweRequests(tx, confirmed, approvers, now);
  return 'done';
}

/** The message in which who pressed Send follows it. */
export async function follow(db: Db, id: number, by: Organizer, messageId: number): Promise<void> {
  await db
    .update(announcement)
    .set({ progressMessageId: messageId })
    .where(and(eq(announcement.id, id), eq(announcement.confirmedBy, by.id)));
}

/** Before anything is sent: it is a draft again, with all its texts. */
export async function takeBack(db: Db, id: number, by: Organizer, now: Temporal.Instant): Promise<Decision> {
  const from: State[] = ['approval', 'scheduled'];
  return db.transaction(async (tx) => {
    const was = await findAnnouncement(tx, id);
    const only = by.owner ? undefined : or(decidedBy(by), eq(announcement.approvedBy, by.id));
    const back = await take(tx, id, { from, only }, DRAFT);
    if (!was || !back) return refusal(tx, id, from, by);
    await oweNotices(tx, { ...was, revision: back.revision }, 'taken_back', by.id, now);
    return 'done';
  });
}

export async function discard(db: Db, id: number, by: Organizer): Promise<Decision> {
  const from: State[] = ['draft'];
  const discarded = await take(db, id, { from, only: decidedBy(by) }, { state: 'cancelled' });
  return discarded ? 'done' : refusal(db, id, from, by);
}

type Steering = { from: State[]; to: 'sending' | 'paused' | 'stopped'; notice: 'paused' | 'resumed' | 'stopped' };

const STEERING = {
  /** What is on its way arrives; the rest keeps its place. */
  pause: { from: ['sending'], to: 'paused', notice: 'paused' },
  resume: { from: ['paused'], to: 'sending', notice: 'resumed' },
  /** For good: what is on its way arrives, the rest is cancelled. */
  stop: { from: ['sending', 'paused'], to: 'stopped', notice: 'stopped' },
} satisfies Record<string, Steering>;

export async function steer(
  db: Db,
  id: number,
  by: Organizer,
  how: keyof typeof STEERING,
  now: Temporal.Instant,
): Promise<Decision> {
  const { from, to, notice }: Steering = STEERING[how];
  return db.transaction(async (tx) => {
    const taken = await take(tx, id, { from, only: decidedBy(by) }, { state: to });
    if (!taken) return refusal(tx, id, from, by);
    await align(tx, id, to);
    await oweNotices(tx, taken, notice, by.id, now);
    return 'done';
  });
}

/**
 * The outbox does what the announcement says. Done with each step, and again by a job: Telegram may refuse for now what was
 * on its way at that moment, and then it lies in the queue of an announcement that was paused or stopped meanwhile.
 */
export async function align(tx: DbOrTx, id: number, state: Steering['to']): Promise<void> {
  switch (state) {
    case 'sending':
      return resumeOwed(tx, about.announcement(id));
    case 'paused':
      return pauseOwed(tx, about.announcement(id));
    case 'stopped':
      await cancelOwed(tx, about.announcement(id), 'stopped');
  }
}

/** Sends what did not arrive once more; `messageId`: the message that shows the progress from now on. */
export async function sendAgain(
  db: Db,
  id: number,
  by: Organizer,
  what: 'failed' | 'unknown',
  { now, messageId }: { now: Temporal.Instant; messageId: number },
): Promise<Decision> {
  const from: State[] = ['finished', 'stopped'];
  return db.transaction(async (tx) => {
    const such = and(about.announcement(id), eq(message.state, what), isNotNull(message.personId));
    const only = and(
      decidedBy(by),
      isNull(announcement.recalledAt),
      exists(tx.select({ id: message.id }).from(message).where(such)),
    );
    // The message that is followed lies in the chat of who pressed Send.
    const { confirmedBy, progressMessageId } = announcement;
    const followed = sql`case when ${confirmedBy} = ${by.id} then ${messageId}::int else ${progressMessageId} end`;
    const to = { state: 'sending', finishedAt: null, revision: again, progressMessageId: followed };
    if (!(await take(tx, id, { from, only }, to))) return refusal(tx, id, from, by);
    await oweAgain(tx, [what], about.announcement(id), now);
    return 'done';
  });
}
