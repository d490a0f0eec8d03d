import { and, asc, eq, inArray } from 'drizzle-orm';
import type { Person } from '../../bot/context.ts';
import type { DbOrTx } from '../../db/connect.ts';
import { person, registration, review, shortlist } from '../../db/schema.ts';
import type { Registration } from '../events/store.ts';
import { scoreOf, type Review } from './reviews.ts';
import { criteriaOf, reviewersOf } from './store.ts';

/** Scores below which an application has not been looked at by enough people. */
export const ENOUGH = 2;

/** An opinion, and who gave it; null: they were erased. `score`: 0 to 100; null: they know the person too well. */
export type Given = { review: Review; reviewer: Person | null; score: number | null };

export type Ranked = {
  registration: Registration;
  person: Person;
  /** From 1; the same for equals. Null: nobody has scored it. */
  place: number | null;
  /** The mean of the reviewers, 0 to 100. */
  score: number | null;
  /** How many scored. */
  scores: number;
  /** Between the highest and the lowest. */
  spread: number;
  given: Given[];
  /** Reviewers who have said nothing yet. */
  missing: Person[];
  /** On the shortlist, from 1. */
  listed: number | null;
};

/** Who withdrew, or missed an offer, is not in it. */
const RANKED = ['pending', 'waiting', 'offered', 'registered', 'declined'] as const;

/** The best first; who has no score at the end. Each reviewer counts alike, whatever they use of the scale. */
export async function rankingOf(db: DbOrTx, eventId: number): Promise<Ranked[]> {
  const criteria = await criteriaOf(db, eventId);
  const reviewers = await reviewersOf(db, eventId);
  const rows = await db
    .select({ registration, person, position: shortlist.position })
    .from(registration)
    .innerJoin(person, eq(person.id, registration.personId))
    .leftJoin(shortlist, eq(shortlist.registrationId, registration.id))
    .where(and(eq(registration.eventId, eventId), inArray(registration.status, [...RANKED])))
    .orderBy(asc(registration.id));
  const said = await db
    .select({ review, reviewer: person })
    .from(review)
    .innerJoin(registration, eq(registration.id, review.registrationId))
    .leftJoin(person, eq(person.id, review.reviewerId))
    .where(eq(registration.eventId, eventId))
    .orderBy(asc(review.at), asc(review.id));
  const byApplication = Map.groupBy(said, ({ review }) => review.registrationId);
  const listed = rows
    .flatMap(({ registration: { id }, position }) => (position === null ? [] : [{ id, position }]))
    .toSorted((a, b) => a.position - b.position)
    .map(({ id }) => id);
  const all = rows.map(({ registration, person }) => {
    const given = (byApplication.get(registration.id) ?? []).map((one) => ({
      ...one,
      score: scoreOf(criteria, one.review),
    }));
    const scores = given.flatMap(({ score }) => score ?? []);
    const silent = (reviewer: Person) =>
      reviewer.id !== person.id && !given.some(({ review }) => review.reviewerId === reviewer.id);
    return {
      registration,
      person,
      score: scores.length === 0 ? null : scores.reduce((sum, score) => sum + score, 0) / scores.length,
      scores: scores.length,
      spread: scores.length === 0 ? 0 : Math.max(...scores) - Math.min(...scores),
      given,
      missing: reviewers.map((reviewer) => reviewer.person).filter(silent),
      listed: listed.indexOf(registration.id) + 1 || null,
    };
  });
  const best = all.toSorted((a, b) => (b.score ?? -1) - (a.score ?? -1) || b.scores - a.scores);
  return best.map((one) => ({
    ...one,
    place: one.score === null ? null : best.findIndex(({ score }) => isEqual(score, one.score)) + 1,
  }));
}

/** Sums of fractions that are the same are not always the same number. */
const isEqual = (a: number | null, b: number | null) => a !== null && b !== null && Math.abs(a - b) < 1e-9;
