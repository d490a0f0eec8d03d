import { and, eq } from 'drizzle-orm';
import { expect, onTestFinished, test } from 'vitest';
import { connect, type Db } from '../../src/db/connect.ts';
import { event, person, quota, registration } from '../../src/db/schema.ts';
import { accept, endOffers } from '../../src/features/registration/accept.ts';
import { setSeats } from '../../src/features/changes/store.ts';
import { freeFor, roomOf } from '../../src/features/events/seats.ts';
import { cancel, lockEvent, register } from '../../src/features/registration/seats.ts';
import { NO_ANSWERS } from '../../src/features/registration/write.ts';
import { createDatabase } from '../support/database.ts';
import { wrongs } from '../support/wrongs.ts';

const NOW = Temporal.Instant.from('2026-11-24T06:00:00Z');
const COUNTRIES = ['KZ', 'KG', 'UZ', 'TJ'];

/** 200 people of four countries, two processes, and an event with five seats. */
async function stage(quotas: Record<string, number> = {}) {
  const { db, url } = await createDatabase();
  const other = connect(url, { max: 5 });
  onTestFinished(() => other.close());
  const processes: Db[] = [db, other.db];
  const people = await db
    .insert(person)
    .values(
      Array.from({ length: 200 }, (_, i) => ({
        telegramId: i + 1,
        language: 'en',
        zone: 'UTC',
        country: COUNTRIES[i % 4]!,
        createdAt: NOW,
        seenAt: NOW,
      })),
    )
    .returning();
  const contend = <T>(take: (db: Db, one: (typeof people)[number], i: number) => Promise<T>) =>
    Promise.all(people.map((one, i) => take(processes[i % 2]!, one, i)));
  let rounds = 0;
  async function newEvent(offerHours: number | null = null) {
    const [one] = await db
      .insert(event)
      .values({
        code: `race${++rounds}`,
        kind: 'workshop',
        status: 'published',
        zone: 'Asia/Almaty',
        beginsAt: NOW.add({ hours: 240 }),
        endsAt: NOW.add({ hours: 242 }),
        seats: 5,
        offerHours,
        createdAt: NOW,
      })
      .returning();
    const kept = Object.entries(quotas).map(([country, seats]) => ({ eventId: one!.id, country, seats }));
    if (kept.length > 0) await db.insert(quota).values(kept);
    return one!;
  }
  return { db, people, contend, newEvent };
}

test(
  '200 contend for 5 seats, 3 of which are kept for two countries: nobody takes one that is not theirs',
  { timeout: 120_000 },
  async () => {
    const { db, contend, newEvent } = await stage({ KZ: 2, KG: 1 });

    // Control: look whether there is room, then insert. Contenders of one moment all see the same room.
    const naive = await newEvent();
    let counting = 0;
    const met = Promise.withResolvers<void>();
    await contend((on, { id: personId, country }) =>
      on.transaction(async (tx) => {
        const room = await roomOf(tx, naive, NOW);
        if (++counting === 6) met.resolve();
        await met.promise;
        if (freeFor(room, country) === 0) return;
        const row = { eventId: naive.id, personId, country, status: 'registered' as const };
        await tx.insert(registration).values({ ...row, createdAt: NOW, changedAt: NOW });
      }),
    );
    expect((await roomOf(db, naive, NOW)).taken).toBeGreaterThan(5);

    for (let round = 0; round < 2; round++) {
      const { id: eventId } = await newEvent();
      await contend((on, { id: personId }, i) =>
        on.transaction((tx) => register(tx, { eventId, personId, now: NOW }, NO_ANSWERS, i % 3 === round % 3)),
      );
      const [one] = await db.select().from(event).where(eq(event.id, eventId));
      const room = await roomOf(db, one!, NOW);
      expect(room.taken).toBe(5);
      expect(room.takenBy.get('KZ')).toBeGreaterThanOrEqual(2);
      expect(room.takenBy.get('KG')).toBeGreaterThanOrEqual(1);
      expect(await wrongs(db, eventId, NOW)).toEqual([]);
    }
  },
);

test(
  'people register and give up while the number of seats is lowered and raised: the seats are full, and never more',
  { timeout: 120_000 },
  async () => {
    const { db, contend, newEvent } = await stage({ KZ: 1 });
    for (let round = 0; round < 2; round++) {
      const { id: eventId } = await newEvent();
      await contend(async (on, { id: personId }, i) => {
        const request = { eventId, personId, now: NOW };
        await on.transaction((tx) => register(tx, request, NO_ANSWERS, i % 2 === 0));
        if (i % 3 === round % 3) await on.transaction((tx) => cancel(tx, request));
        if (i % 20 === 0) await on.transaction((tx) => setSeats(tx, eventId, 3 + ((i / 20 + round) % 5), NOW));
      });
      expect(await wrongs(db, eventId, NOW)).toEqual([]);
    }
  },
);

/** When offers made now run out: at six in the morning people sleep, so the four hours begin at eight. */
const END = NOW.add({ hours: 6 });

test(
  'offers that are taken while they run out, and seats given up meanwhile: each goes to one person',
  { timeout: 180_000 },
  async () => {
    const { db, people, contend, newEvent } = await stage({ KG: 1 });
    for (let round = 0; round < 2; round++) {
      const { id: eventId } = await newEvent(4);
      const at = (personId: number, now: Temporal.Instant) => ({ eventId, personId, now });
      await contend((on, { id }) => on.transaction((tx) => register(tx, at(id, NOW), NO_ANSWERS, true)));
      // The seats are given up: five are offered, and run out at the same moment.
      const seated = await standing(db, eventId, 'registered');
      for (const id of seated) await db.transaction((tx) => cancel(tx, at(id, NOW)));
      const offered = new Set(await standing(db, eventId, 'offered'));
      expect(offered.size).toBe(5);
      const waiting = people.filter(({ id }) => !offered.has(id) && !seated.includes(id)).slice(0, 40);
      const early = END.subtract({ seconds: 1 });
      const [answers] = await Promise.all([
        Promise.all([...offered].map((id, i) => db.transaction((tx) => accept(tx, at(id, i % 2 === 0 ? early : END))))),
        ...[0, 1, 2].map(() => db.transaction(async (tx) => endOffers(tx, (await lockEvent(tx, eventId))!, END))),
        ...waiting.map(({ id }, i) =>
          db.transaction<unknown>((tx) => (i % 2 === 0 ? cancel(tx, at(id, END)) : accept(tx, at(id, END)))),
        ),
      ]);
      expect(await wrongs(db, eventId, NOW)).toEqual([]);
      // Who read that the seat is theirs has it; who came at the end, or later, never does.
      const now = new Set(await standing(db, eventId, 'registered'));
      for (const [i, id] of [...offered].entries()) expect(now.has(id)).toBe(answers[i]!.kind === 'registered');
      expect([...offered].filter((id, i) => i % 2 === 1 && now.has(id))).toEqual([]);
      // Once more, now that all is quiet: nothing is left over.
      await db.transaction(async (tx) => endOffers(tx, (await lockEvent(tx, eventId))!, END.add({ hours: 100 })));
      expect(await wrongs(db, eventId, NOW)).toEqual([]);
    }
  },
);

test('the control: an answer that looks first, and writes without the lock, takes a seat that has gone on', async () => {
  const { db, contend, newEvent } = await stage();
  const { id: eventId } = await newEvent(4);
  const at = (personId: number, now: Temporal.Instant) => ({ eventId, personId, now });
  await contend((on, { id }) => on.transaction((tx) => register(tx, at(id, NOW), NO_ANSWERS, true)));
  const [first] = await standing(db, eventId, 'registered');
  await db.transaction((tx) => cancel(tx, at(first!, NOW)));
  const [slow] = await standing(db, eventId, 'offered');
  const own = and(eq(registration.eventId, eventId), eq(registration.personId, slow!));
  const [seen] = await db.select().from(registration).where(own);
  expect(seen!.status).toBe('offered');
  await db.transaction(async (tx) => endOffers(tx, (await lockEvent(tx, eventId))!, END));
  const [next] = await standing(db, eventId, 'offered');
  await db.transaction((tx) => accept(tx, at(next!, END)));
  await db.update(registration).set({ status: 'registered', offeredUntil: null }).where(own);
  expect(await wrongs(db, eventId, NOW)).toContain('6 of 5 seats');
});

/** The people who stand so. */
async function standing(db: Db, eventId: number, status: 'registered' | 'offered'): Promise<number[]> {
  const rows = await db
    .select({ id: registration.personId })
    .from(registration)
    .where(and(eq(registration.eventId, eventId), eq(registration.status, status)))
    .orderBy(registration.id);
  return rows.map(({ id }) => id);
}
