import { and, eq, sql } from 'drizzle-orm';
import type { DbOrTx, Tx } from '../../db/connect.ts';
import { person, registration, review } from '../../db/schema.ts';
import type { Person } from '../../bot/context.ts';
import type { Registration } from '../events/store.ts';
import { lockEvent } from '../registration/seats.ts';
import { criteriaOf, isScored, type Criterion } from './store.ts';

export type Review = typeof review.$inferSelect;

/** An application that a reviewer is asked about. `done`: they have given their opinion, or said that they can't. */
export type Task = { id: number; done: boolean };

/**
 * All that a reviewer is asked about: what they have not scored first, and of that what the fewest have scored, so that each
 * application gets its two scores also where a reviewer stops half-way. Among equals each reviewer has an order of their
 * own, for the same reason. Nobody is asked about themselves.
 */
export async function tasksOf(db: DbOrTx, eventId: number, reviewerId: number): Promise<Task[]> {
  return db.execute<Task>(sql`
    select registration.id, own.id is not null as done
    from registration
    left join review as own on own.registration_id = registration.id and own.reviewer_id = ${reviewerId}
    where event_id = ${eventId} and status = 'pending' and person_id <> ${reviewerId}
    order by done, case when own.id is null then
      (select count(*) from review where review.registration_id = registration.id and not conflict) end,
      case when own.id is null then md5(${reviewerId} || ':' || registration.id) end, registration.id`);
}

/** What a reviewer sees of an applicant: neither name nor sex nor how to reach them. */
export type Application = {
  registration: Registration;
  person: Pick<Person, 'id' | 'country' | 'agency' | 'position'>;
};

export async function findApplication(db: DbOrTx, registrationId: number): Promise<Application | null> {
  const { id, country, agency, position } = person;
  const [found] = await db
    .select({ registration, person: { id, country, agency, position } })
    .from(registration)
    .innerJoin(person, eq(person.id, registration.personId))
    .where(eq(registration.id, registrationId));
  return found ?? null;
}

/** What this reviewer said about it. */
export async function ownReview(db: DbOrTx, registrationId: number, reviewerId: number): Promise<Review | null> {
  const own = and(eq(review.registrationId, registrationId), eq(review.reviewerId, reviewerId));
  const [found] = await db.select().from(review).where(own);
  return found ?? null;
}

export type Opinion =
  | { kind: 'score'; points: Record<string, number>; comment: string | null }
  /** They know the person too well. */
  | { kind: 'conflict' };

export type Reviewed = 'saved' | 'over' | 'criteria changed';

/** An opinion can be changed until the time is over. */
export async function saveReview(
  tx: Tx,
  {
    registrationId,
    reviewerId,
    opinion,
    now,
  }: {
    registrationId: number;
    reviewerId: number;
    opinion: Opinion;
    now: Temporal.Instant;
  },
): Promise<Reviewed> {
  const which = eq(registration.id, registrationId);
  const [found] = await tx.select({ eventId: registration.eventId }).from(registration).where(which);
  const locked = found ? await lockEvent(tx, found.eventId) : null;
  const [known] = await tx.select().from(registration).where(which);
  const open = locked && isScored(locked, now) && known?.status === 'pending' && known.personId !== reviewerId;
  if (!open) return 'over';
  const isComplete = ({ id, most }: Criterion, points: Record<string, number>) =>
    Number.isInteger(points[id]) && points[id]! >= 0 && points[id]! <= most;
  if (opinion.kind === 'score') {
    const criteria = await criteriaOf(tx, locked.id);
    if (!criteria.every((one) => isComplete(one, opinion.points))) return 'criteria changed';
  }
  const said =
    opinion.kind === 'score'
      ? { points: opinion.points, comment: opinion.comment, conflict: false, at: now }
      : { points: {}, comment: null, conflict: true, at: now };
  await tx
    .insert(review)
    .values({ registrationId, reviewerId, ...said })
    .onConflictDoUpdate({ target: [review.registrationId, review.reviewerId], set: said });
  return 'saved';
}

/** From 0 to 100: the share of the points that could be given, weighted. Null: there is nothing to go by. */
export function scoreOf(criteria: Criterion[], { points, conflict }: Review): number | null {
  const counted = criteria.filter(({ id }) => points[id] !== undefined);
  const weights = counted.reduce((sum, { weight }) => sum + weight, 0);
  if (conflict || weights === 0) return null;
  return (100 * counted.reduce((sum, { id, most, weight }) => sum + (weight * points[id]!) / most, 0)) / weights;
}
