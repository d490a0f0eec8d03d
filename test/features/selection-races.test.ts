import { and, asc, eq } from 'drizzle-orm';
import { expect, onTestFinished, test } from 'vitest';
import { connect, type Db } from '../../src/db/connect.ts';
import {
  criterion,
  event,
  message,
  person,
  quota,
  registration,
  registrationChange,
  review,
  shortlist,
} from '../../src/db/schema.ts';
import { freeFor, roomOf } from '../../src/features/events/seats.ts';
import { accept } from '../../src/features/registration/accept.ts';
import { cancel, decline, offerToShortlist } from '../../src/features/registration/seats.ts';
import { saveReview } from '../../src/features/selection/reviews.ts';
import { addCriterion, criteriaOf } from '../../src/features/selection/store.ts';
import { move, putOn, takeOff } from '../../src/features/selection/shortlist.ts';
import { createDatabase } from '../support/database.ts';

const NOW = Temporal.Instant.from('2026-11-24T06:00:00Z');
const COUNTRIES = ['KZ', 'KG', 'UZ', 'TJ'];

/** 40 candidates of four countries on the shortlist for five seats, of which two are Kazakhstan's; and two processes. */
async function stage() {
  const { db, url } = await createDatabase();
  const other = connect(url, { max: 5 });
  onTestFinished(() => other.close());
  const processes: Db[] = [db, other.db];
  const known = { language: 'en', zone: 'UTC', createdAt: NOW, seenAt: NOW };
  const people = await db
    .insert(person)
    .values(Array.from({ length: 40 }, (_, i) => ({ ...known, telegramId: i + 1, country: COUNTRIES[i % 4]! })))
    .returning();
  const [organizer] = await db
    .insert(person)
    .values({ ...known, telegramId: 1000 })
    .returning();
  let rounds = 0;
  async function newSelection() {
    const [one] = await db
      .insert(event)
      .values({
        code: `race${++rounds}`,
        kind: 'study_visit',
        status: 'published',
        zone: 'Asia/Almaty',
        beginsAt: NOW.add({ hours: 2400 }),
        endsAt: NOW.add({ hours: 2402 }),
        seats: 5,
        moderated: true,
        selective: true,
        offerHours: 72,
        createdAt: NOW,
      })
      .returning();
    await db.insert(quota).values({ eventId: one!.id, country: 'KZ', seats: 2 });
    const applied = await db
      .insert(registration)
      .values(
        people.map(({ id, country }) => ({
          eventId: one!.id,
          personId: id,
          country,
          status: 'pending' as const,
          createdAt: NOW,
          changedAt: NOW,
        })),
      )
      .returning();
    await db.insert(shortlist).values(applied.map(({ id }, i) => ({ registrationId: id, position: i + 1, at: NOW })));
    return { one: one!, applied };
  }
  return { db, on: (i: number) => processes[i % 2]!, people, organizer: organizer!.id, newSelection };
}

/** What is wrong: over, a free seat for who waits, a status that the timeline does not have, two offers that were told. */
async function wrongs(db: Db, eventId: number): Promise<string[]> {
  const [one] = await db.select().from(event).where(eq(event.id, eventId));
  const room = await roomOf(db, one!, NOW);
  const all = await db.select().from(registration).where(eq(registration.eventId, eventId)).orderBy(registration.id);
  const lines = await db
    .select({ of: registrationChange.registrationId, to: registrationChange.to })
    .from(registrationChange)
    .innerJoin(registration, eq(registration.id, registrationChange.registrationId))
    .where(eq(registration.eventId, eventId))
    .orderBy(asc(registrationChange.id));
  const last = new Map(lines.map(({ of, to }) => [of, to]));
  const offers = await db
    .select({ data: message.data })
    .from(message)
    .where(and(eq(message.eventId, eventId), eq(message.kind, 'offer')));
  const told = offers.map(({ data }) => data.registration);
  return [
    ...(room.taken > 5 ? [`${room.taken} of 5 seats`] : []),
    ...(room.taken - (room.takenBy.get('KZ') ?? 0) > 3 ? ['the seats of Kazakhstan are gone'] : []),
    ...(new Set(told).size === told.length ? [] : ['somebody was asked twice']),
    ...all.flatMap(({ id, status, country }) => [
      ...(status === 'waiting' && freeFor(room, country) !== 0 ? [`${id} waits in vain`] : []),
      ...(status === 'pending' || last.get(id) === status
        ? []
        : [`${id} is ${status}, its timeline says ${last.get(id)}`]),
    ]),
  ];
}

test(
  'seats are offered twice at once, accepted, given up and declined meanwhile: never over, in the order of the list',
  { timeout: 120_000 },
  async () => {
    const { db, on, people, organizer, newSelection } = await stage();
    for (let round = 0; round < 5; round++) {
      const { one, applied } = await newSelection();
      const by = { actorId: organizer, now: NOW };
      const answers = await Promise.all(
        [0, 1, 2, 3].map((i) => on(i).transaction((tx) => offerToShortlist(tx, { eventId: one.id, ...by }))),
      );
      expect(await wrongs(db, one.id)).toEqual([]);
      // One of them offered all, the others found nothing left.
      expect(answers.filter((answer) => answer.kind === 'offered' && answer.offered > 0)).toMatchObject([
        { offered: 5, waiting: 35 },
      ]);
      const first = await db
        .select({ id: registration.id })
        .from(registration)
        .where(and(eq(registration.eventId, one.id), eq(registration.status, 'offered')))
        .orderBy(registration.id);
      // The first four, and the second of Kazakhstan, whose two seats the others have not.
      expect(first.map(({ id }) => applied.findIndex((row) => row.id === id))).toEqual([0, 1, 2, 3, 4]);

      await Promise.all([
        ...people.map(({ id: personId }, i) =>
          on(i).transaction<unknown>((tx) =>
            i % 3 === round % 3
              ? cancel(tx, { eventId: one.id, personId, now: NOW })
              : accept(tx, { eventId: one.id, personId, now: NOW }),
          ),
        ),
        ...applied
          .slice(0, 10)
          .map(({ id: registrationId }, i) => on(i).transaction((tx) => decline(tx, { registrationId, ...by }))),
        on(1).transaction((tx) => offerToShortlist(tx, { eventId: one.id, ...by })),
      ]);
      expect(await wrongs(db, one.id)).toEqual([]);
      expect((await roomOf(db, one, NOW)).taken).toBe(5);
    }
  },
);

test('the control: who looks how many seats are free, and then offers them without the lock, oversells', async () => {
  const { db, on, newSelection } = await stage();
  const { one, applied } = await newSelection();
  let looking = 0;
  const met = Promise.withResolvers<void>();
  await Promise.all(
    [0, 1].map((i) =>
      on(i).transaction(async (tx) => {
        const room = await roomOf(tx, one, NOW);
        if (++looking === 2) met.resolve();
        await met.promise;
        // Each organizer has other favourites among the first.
        for (const { id, country } of applied.slice(i * 5, i * 5 + 5)) {
          if (freeFor(room, country) === 0) continue;
          await tx
            .update(registration)
            .set({ status: 'offered', offeredUntil: NOW.add({ hours: 72 }) })
            .where(eq(registration.id, id));
        }
      }),
    ),
  );
  expect(await wrongs(db, one.id)).toContain('10 of 5 seats');
});

test(
  'the list is changed and seats are offered at once: whoever is offered one was on it, and nobody loses their place',
  { timeout: 120_000 },
  async () => {
    const { db, on, organizer, newSelection } = await stage();
    for (let round = 0; round < 5; round++) {
      const { one, applied } = await newSelection();
      const by = { actorId: organizer, now: NOW };
      await Promise.all([
        ...applied.map(({ id }, i) =>
          on(i).transaction<unknown>((tx) => {
            if (i % 3 === 0) return takeOff(tx, id);
            return i % 3 === 1 ? move(tx, id, i % 2 === 0 ? 1 : -1) : putOn(tx, id, by);
          }),
        ),
        on(round).transaction((tx) => offerToShortlist(tx, { eventId: one.id, ...by })),
      ]);
      expect(await wrongs(db, one.id)).toEqual([]);
      const rows = await db
        .select({ status: registration.status, position: shortlist.position })
        .from(registration)
        .leftJoin(shortlist, eq(shortlist.registrationId, registration.id))
        .where(eq(registration.eventId, one.id));
      expect(rows.filter(({ status, position }) => status !== 'pending' && position === null)).toEqual([]);
      const positions = rows.flatMap(({ position }) => position ?? []);
      expect(new Set(positions).size).toBe(positions.length);
    }
  },
);

test('a criterion is added while the first score is given: the score has points for all, or the criterion is refused', async () => {
  const { db, on, organizer, newSelection } = await stage();
  for (let round = 0; round < 10; round++) {
    const { one, applied } = await newSelection();
    const [first] = await db
      .insert(criterion)
      .values({ eventId: one.id, position: 1, title: { en: 'Idea' } })
      .returning();
    const opinion = { kind: 'score', points: { [first!.id]: 3 }, comment: null } as const;
    const [saved, reviewed] = await Promise.all([
      on(round).transaction((tx) => addCriterion(tx, one.id, { title: { en: 'Job' }, most: 5, weight: 1 })),
      on(round + 1).transaction((tx) =>
        saveReview(tx, { registrationId: applied[0]!.id, reviewerId: organizer, opinion, now: NOW }),
      ),
    ]);
    const criteria = await criteriaOf(db, one.id);
    const scores = await db.select().from(review).where(eq(review.registrationId, applied[0]!.id));
    expect([saved, reviewed, criteria.length, scores.length]).toEqual(
      saved === 'saved' ? ['saved', 'criteria changed', 2, 0] : ['fixed', 'saved', 1, 1],
    );
  }
});
