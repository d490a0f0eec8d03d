import { and, asc, count, eq, isNull, or, sql } from 'drizzle-orm';
import type { Person } from '../../bot/context.ts';
import type { EventOf } from '../../bot/routes.ts';
import { idOf } from '../../bot/view.ts';
import type { DbOrTx, Tx } from '../../db/connect.ts';
import { criterion, person, registration, review, role, type Wordings } from '../../db/schema.ts';
import type { EventRow } from '../events/store.ts';
import { lockEvent } from '../registration/seats.ts';

export type Criterion = typeof criterion.$inferSelect;

/** Points are given with buttons: eleven of them at most. */
export const MOST_POINTS = 10;
export const MOST_WEIGHT = 10;
/** Of an event; a reviewer gives as many answers for each application. */
export const MOST_CRITERIA = 10;

/** Until when reviewers score: not longer than there is something to decide. */
export function scoredUntil({ scoresUntil, beginsAt }: EventRow): Temporal.Instant {
  return scoresUntil && Temporal.Instant.compare(scoresUntil, beginsAt) < 0 ? scoresUntil : beginsAt;
}

export function isScored(event: EventRow, now: Temporal.Instant): boolean {
  return event.selective && event.status === 'published' && Temporal.Instant.compare(now, scoredUntil(event)) < 0;
}

/** In their order. */
export async function criteriaOf(db: DbOrTx, eventId: number): Promise<Criterion[]> {
  return db
    .select()
    .from(criterion)
    .where(eq(criterion.eventId, eventId))
    .orderBy(asc(criterion.position), asc(criterion.id));
}

export async function findCriterion(db: DbOrTx, id: number): Promise<Criterion | null> {
  const [found] = await db.select().from(criterion).where(eq(criterion.id, id));
  return found ?? null;
}

/** The event of a criterion, by its id. */
export const eventOfCriterion: EventOf = async (db, [id]) => (await findCriterion(db, idOf(id)))?.eventId ?? null;

export async function hasReviews(db: DbOrTx, eventId: number): Promise<boolean> {
  const [found] = await db
    .select({ id: review.id })
    .from(review)
    .innerJoin(registration, eq(registration.id, review.registrationId))
    .where(and(eq(registration.eventId, eventId), eq(review.conflict, false)))
    .limit(1);
  return found !== undefined;
}

type Input = { title: Wordings; most: number; weight: number };
/** `fixed`: scores were given by the criteria as they are. `full`: there are as many as there may be. */
export type Saved = 'saved' | 'fixed' | 'full' | 'gone';

/*
 * Who changes criteria and who scores stand in line at the event's row: a score always has points for the criteria of its
 * moment, each as many as it may have.
 */

export async function addCriterion(tx: Tx, eventId: number, input: Input): Promise<Saved> {
  if (!(await lockEvent(tx, eventId))) return 'gone';
  if (await hasReviews(tx, eventId)) return 'fixed';
  const all = await criteriaOf(tx, eventId);
  if (all.length >= MOST_CRITERIA) return 'full';
  await tx.insert(criterion).values({ ...input, eventId, position: (all.at(-1)?.position ?? 0) + 1 });
  return 'saved';
}

/** Once there are scores, the wording and the weight. */
export async function changeCriterion(tx: Tx, { id, eventId }: Criterion, input: Input): Promise<Saved> {
  if (!(await lockEvent(tx, eventId))) return 'gone';
  const { most: _, ...always } = input;
  const set = (await hasReviews(tx, eventId)) ? always : input;
  const rows = await tx.update(criterion).set(set).where(eq(criterion.id, id)).returning({ id: criterion.id });
  return rows.length === 1 ? 'saved' : 'gone';
}

export async function dropCriterion(tx: Tx, { id, eventId }: Criterion): Promise<Saved> {
  if (!(await lockEvent(tx, eventId))) return 'gone';
  if (await hasReviews(tx, eventId)) return 'fixed';
  await tx.delete(criterion).where(eq(criterion.id, id));
  return 'saved';
}

export type Reviewer = { roleId: number; person: Person; done: number; of: number };

/** Who scores an event's applications, and how far they are; nobody is asked about their own. */
export async function reviewersOf(db: DbOrTx, eventId: number): Promise<Reviewer[]> {
  const pending = sql`registration.event_id = ${eventId} and registration.status = 'pending' and registration.person_id <> role.person_id`;
  return db
    .select({
      roleId: role.id,
      person,
      of: sql<number>`(select count(*)::int from registration where ${pending})`,
      done: sql<number>`(select count(*)::int from registration join review on review.registration_id = registration.id
        and review.reviewer_id = role.person_id where ${pending})`,
    })
    .from(role)
    .innerJoin(person, eq(person.id, role.personId))
    .where(and(eq(role.eventId, eventId), eq(role.kind, 'reviewer')))
    .orderBy(asc(role.since), asc(role.id));
}

/** The event of a reviewer, by the id of the role. */
export const eventOfReviewer: EventOf = async (db, [id]) => {
  const which = and(eq(role.id, idOf(id)), eq(role.kind, 'reviewer'));
  const [found] = await db.select({ eventId: role.eventId }).from(role).where(which);
  return found?.eventId ?? null;
};

/** The events whose applications somebody scores. */
export async function reviewedBy(db: DbOrTx, { id }: Person): Promise<number[]> {
  const rows = await db
    .select({ eventId: role.eventId })
    .from(role)
    .where(and(eq(role.personId, id), eq(role.kind, 'reviewer')));
  return rows.flatMap(({ eventId }) => eventId ?? []);
}

/** How far the selection is. */
export type Figures = { applications: number; twice: number; listed: number; ready: number };

/** `twice`: applications with two scores or more; `listed`: on the shortlist; `ready`: of these, to whom no seat was offered yet. */
export async function figuresOf(db: DbOrTx, eventId: number): Promise<Figures> {
  const [found] = await db.execute<Figures>(sql`
    select
      count(*) filter (where status = 'pending')::int as applications,
      count(*) filter (where status = 'pending' and (
        select count(*) from review where registration_id = registration.id and not conflict) >= 2)::int as twice,
      count(shortlist.registration_id) filter (where status in ('pending', 'waiting', 'offered', 'registered'))::int as listed,
      count(shortlist.registration_id) filter (where status = 'pending')::int as ready
    from registration left join shortlist on shortlist.registration_id = registration.id
    where event_id = ${eventId}`);
  return found!;
}

/** People who registered before an event became a selection, and keep what they have. */
export async function countSeated(db: DbOrTx, eventId: number): Promise<{ seated: number; open: number }> {
  const rows = await db
    .select({ status: registration.status, n: count() })
    .from(registration)
    .where(eq(registration.eventId, eventId))
    .groupBy(registration.status);
  const having = (...states: string[]) =>
    rows.filter(({ status }) => states.includes(status)).reduce((sum, { n }) => sum + n, 0);
  return { seated: having('registered', 'offered'), open: having('pending', 'waiting') };
}

/** Somebody with the role itself: owners may score, but are not waited for. */
export async function isReviewer(db: DbOrTx, eventId: number, { id }: Person): Promise<boolean> {
  const own = and(
    eq(role.personId, id),
    eq(role.kind, 'reviewer'),
    or(isNull(role.eventId), eq(role.eventId, eventId)),
  );
  return (await db.$count(role, own)) > 0;
}
