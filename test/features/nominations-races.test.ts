import { and, eq, isNull } from 'drizzle-orm';
import { expect, onTestFinished, test } from 'vitest';
import { connect, type Db } from '../../src/db/connect.ts';
import { event, nomination, person, registration } from '../../src/db/schema.ts';
import { join } from 'node:path';
import { onList, type Actor } from '../../src/features/nominations/store.ts';
import { nominate, nominateNew, prefer, withdraw } from '../../src/features/nominations/write.ts';
import { loadProgramme } from '../../src/programme.ts';
import { createDatabase } from '../support/database.ts';
import { ROOT } from '../support/world.ts';

const NOW = Temporal.Instant.from('2026-11-24T06:00:00Z');
const LIMIT = 3;
const programme = loadProgramme(join(ROOT, 'programme.json'));

/** Two processes, 40 people of one country, and two focal points of it. */
async function stage() {
  const { db, url } = await createDatabase();
  const other = connect(url, { max: 5 });
  onTestFinished(() => other.close());
  const processes: Db[] = [db, other.db];
  const row = { language: 'en', zone: 'UTC', country: 'KG', createdAt: NOW, seenAt: NOW };
  const people = await db
    .insert(person)
    .values(Array.from({ length: 40 }, (_, i) => ({ ...row, telegramId: i + 1, fullName: `Person ${i}` })))
    .returning();
  const focal = await db
    .insert(person)
    .values([1, 2].map((i) => ({ ...row, telegramId: 1000 + i })))
    .returning();
  const contend = <T>(take: (db: Db, one: (typeof people)[number], i: number) => Promise<T>) =>
    Promise.all(people.map((one, i) => take(processes[i % 2]!, one, i)));
  let rounds = 0;
  async function newList() {
    const [one] = await db
      .insert(event)
      .values({
        code: `race${++rounds}`,
        kind: 'study_visit',
        status: 'published',
        zone: 'Asia/Almaty',
        beginsAt: NOW.add({ hours: 240 }),
        endsAt: NOW.add({ hours: 242 }),
        nominationsUntil: NOW.add({ hours: 48 }),
        nominees: LIMIT,
        createdAt: NOW,
      })
      .returning();
    return { eventId: one!.id, country: 'KG' };
  }
  const by = (i: number) => ({ personId: focal[i % 2]!.id, actor: 'focal point' as Actor, now: NOW });
  const ranks = async (list: { eventId: number; country: string }) => {
    const rows = await db
      .select({ rank: nomination.rank })
      .from(nomination)
      .where(onList(list))
      .orderBy(nomination.rank);
    return rows.map(({ rank }) => rank);
  };
  return { db, people, contend, newList, by, ranks };
}

test('two focal points of a country who nominate at once do not go over its number', { timeout: 120_000 }, async () => {
  const { db, contend, newList, by, ranks } = await stage();

  // Control: count, then insert. Those of one moment all see the same room.
  const naive = await newList();
  let counting = 0;
  const met = Promise.withResolvers<void>();
  await contend((on, { id: personId }, i) =>
    on.transaction(async (tx) => {
      const named = await tx.$count(nomination, onList(naive));
      if (++counting === 6) met.resolve();
      await met.promise;
      if (named >= LIMIT) return;
      await tx.insert(nomination).values({ ...naive, personId, byId: by(i).personId, createdAt: NOW });
    }),
  );
  expect(await db.$count(nomination, onList(naive))).toBeGreaterThan(LIMIT);

  for (let round = 0; round < 10; round++) {
    const list = await newList();
    const outcomes = await contend((on, { id }, i) => on.transaction((tx) => nominate(tx, list, id, by(i))));
    expect(outcomes.filter(({ kind }) => kind === 'nominated')).toHaveLength(LIMIT);
    expect(outcomes.filter(({ kind }) => kind === 'full')).toHaveLength(40 - LIMIT);
    expect(await ranks(list)).toEqual([1, 2, 3]);
  }
});

test('one person named as somebody new by both, and by twenty presses, is one', { timeout: 60_000 }, async () => {
  const { db, contend, newList, by } = await stage();
  const list = await newList();
  const named = { fullName: 'Талантбек кызы Сезим', agency: 'Agency', position: null };
  const outcomes = await contend((on, _one, i) =>
    on.transaction((tx) => nominateNew(tx, programme, list, named, by(i))),
  );
  expect(outcomes.filter(({ kind }) => kind === 'nominated')).toHaveLength(1);
  expect(outcomes.filter(({ kind }) => kind === 'already')).toHaveLength(39);
  expect(await db.$count(person, eq(person.fullName, named.fullName))).toBe(1);
});

test(
  'people are nominated, withdrawn and put in order at once: the places are 1 to n, and nobody is over',
  { timeout: 120_000 },
  async () => {
    const { db, contend, newList, by, ranks } = await stage();
    for (let round = 0; round < 10; round++) {
      const list = await newList();
      await contend(async (on, { id: personId }, i) => {
        const outcome = await on.transaction((tx) => nominate(tx, list, personId, by(i)));
        if (!('nominationId' in outcome)) return;
        const { nominationId: id } = outcome;
        if (i % 2 === 0) await on.transaction((tx) => prefer(tx, id, 1, by(i)));
        if (i % 3 === 0) await on.transaction((tx) => withdraw(tx, id, by(i)));
      });
      const left = await ranks(list);
      expect(left.length).toBeLessThanOrEqual(LIMIT);
      expect(left).toEqual(left.map((_, i) => i + 1));
    }
    expect(await db.$count(nomination, and(isNull(nomination.withdrawnAt), isNull(nomination.rank)))).toBe(0);
  },
);

test(
  'somebody who came by themselves is endorsed by one country, whoever comes first',
  { timeout: 60_000 },
  async () => {
    const { db, people, newList, by } = await stage();
    const { eventId } = await newList();
    const [one] = people;
    await db.insert(registration).values({
      eventId,
      personId: one!.id,
      country: 'KZ',
      status: 'registered',
      createdAt: NOW,
      changedAt: NOW,
    });
    // Theirs by the profile, and Kazakhstan's by the registration.
    const outcomes = await Promise.all(
      ['KG', 'KZ'].map((country, i) => db.transaction((tx) => nominate(tx, { eventId, country }, one!.id, by(i)))),
    );
    expect(outcomes.map(({ kind }) => kind).toSorted()).toEqual(['elsewhere', 'nominated']);
  },
);
