import { and, eq, inArray, sql, type SQL } from 'drizzle-orm';
import type { DbOrTx } from '../../db/connect.ts';
import { announcement } from '../../db/schema.ts';
import { mayDecide, type Organizer, type Row } from './store.ts';

/*
 * draft -> (approval ->) scheduled -> sending <-> paused -> finished | stopped; or cancelled, before anything was sent; or
 * from scheduled to approval, when the audience has grown too large for one organizer's decision.
 * Each step is ONE conditional update: of two presses, of two processes, one takes it, and the other sees how it stands.
 */
export type State = Row['state'];

/** `too late`: somebody was quicker, or it is not there. */
export type Decision = 'done' | 'not yours' | 'too late';

type Values = Parameters<ReturnType<DbOrTx['update']>['set']>[0];

/** Null: the step was not taken. */
export async function take(
  tx: DbOrTx,
  id: number,
  { from, only }: { from: State[]; only?: SQL | undefined },
  to: Values,
): Promise<Row | null> {
  const [taken] = await tx
    .update(announcement)
    .set(to)
    .where(and(eq(announcement.id, id), inArray(announcement.state, from), only))
    .returning();
  return taken ?? null;
}

/** Why a step was not taken. */
export async function refusal(
  db: DbOrTx,
  id: number,
  from: State[],
  by: Organizer,
): Promise<Exclude<Decision, 'done'>> {
  const [found] = await db.select().from(announcement).where(eq(announcement.id, id));
  return found && from.includes(found.state) && !mayDecide(found, by) ? 'not yours' : 'too late';
}

/**
 * Grows whenever a step leads back, or what was sent is changed. It is a part of the keys of what tells it, so that it can
 * be told again, and of the buttons that approve it, so that an old one approves nothing.
 */
export const again = sql`${announcement.revision} + 1`;

/** A draft again: nothing is left of the way it went. */
export const DRAFT = {
  state: 'draft',
  schedule: null,
  confirmedBy: null,
  confirmedAt: null,
  approvedBy: null,
  approvedAt: null,
  startsAt: null,
  progressMessageId: null,
  revision: again,
} as const;
