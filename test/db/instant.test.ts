import { asc, defineRelations, eq, gt, lte, max, sql } from 'drizzle-orm';
import { bigint, integer, pgTable, text } from 'drizzle-orm/pg-core';
import { drizzle } from 'drizzle-orm/postgres-js';
import type { Sql } from 'postgres';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { instant } from '../../src/db/instant.ts';
import { setWireTypes } from '../../src/db/wire-types.ts';
import { createDatabase, type TestDatabase } from '../support/database.ts';

const meeting = pgTable('meeting', {
  id: integer().primaryKey(),
  at: instant().notNull(),
  endedAt: instant('ended_at'),
});
const talk = pgTable('talk', {
  id: integer().primaryKey(),
  meetingId: integer('meeting_id').notNull(),
  at: instant().notNull(),
  speaker: bigint({ mode: 'number' }).notNull(),
  tags: text().array().notNull().default([]),
});
const relations = defineRelations({ meeting, talk }, (r) => ({
  meeting: { talks: r.many.talk({ from: r.meeting.id, to: r.talk.meetingId }) },
  talk: { meeting: r.one.meeting({ from: r.talk.meetingId, to: r.meeting.id }) },
}));

const early = Temporal.Instant.from('2026-09-03T09:05:00.123456Z');
const late = Temporal.Instant.from('2026-09-03T09:05:00.123457Z');

let database: TestDatabase;
beforeAll(async () => {
  database = await createDatabase({ template: 'template0' });
  await database.pool.unsafe(`
    create table meeting (id int primary key, at timestamptz not null, ended_at timestamptz);
    create table talk (id int primary key, meeting_id int not null, at timestamptz not null, speaker int8 not null,
      tags text[] not null default '{}')`);
});
beforeEach(async () => {
  const { db, pool } = database;
  await pool.unsafe('truncate meeting, talk');
  await db.insert(meeting).values([
    { id: 1, at: early, endedAt: null },
    { id: 2, at: late, endedAt: late },
  ]);
  await db.insert(talk).values({ id: 1, meetingId: 2, at: early, speaker: 5_000_000_001, tags: ['a"b', 'null', ''] });
});

afterAll(() => database.close());

describe('an instant column', () => {
  test('gives back the microsecond and the null that went in', async () => {
    const rows = await database.db.select().from(meeting).orderBy(asc(meeting.id));
    expect(rows[0]?.at).toBeInstanceOf(Temporal.Instant);
    expect(rows.map((row) => row.at.toString())).toEqual([early.toString(), late.toString()]);
    expect(rows.map((row) => row.endedAt?.toString())).toEqual([undefined, late.toString()]);
    expect(rows[0]?.endedAt).toBeNull();
  });

  test('compares to the microsecond', async () => {
    const ids = async (where: ReturnType<typeof eq>) =>
      (await database.db.select({ id: meeting.id }).from(meeting).where(where)).map((row) => row.id);
    expect(await ids(eq(meeting.at, early))).toEqual([1]);
    expect(await ids(lte(meeting.at, early))).toEqual([1]);
    expect(await ids(gt(meeting.at, early))).toEqual([2]);
  });

  test('cuts nanoseconds off, so that what was stored as now is not in the future', async () => {
    const now = early.add({ nanoseconds: 999 });
    await database.db.update(meeting).set({ endedAt: now }).where(eq(meeting.id, 1));
    const [row] = await database.db.select().from(meeting).where(eq(meeting.endedAt, now));
    expect(row?.endedAt?.toString()).toBe(early.toString());
  });

  test('comes through joins and aggregates', async () => {
    const rows = await database.db
      .select({ meeting: meeting.at, talk: talk.at, ended: meeting.endedAt })
      .from(meeting)
      .leftJoin(talk, eq(talk.meetingId, meeting.id))
      .orderBy(asc(meeting.id));
    expect(rows.map((row) => row.talk?.toString())).toEqual([undefined, early.toString()]);
    const [latest] = await database.db.select({ at: max(meeting.at) }).from(meeting);
    expect(latest?.at?.equals(late)).toBe(true);
  });

  test('comes through relational queries, which nest rows as JSON', async () => {
    const related = drizzle({ client: database.pool as unknown as Sql, relations });
    setWireTypes(database.pool.options);
    const rows = await related.query.meeting.findMany({ with: { talks: true }, orderBy: { id: 'asc' } });
    expect(rows.map((row) => row.at.toString())).toEqual([early.toString(), late.toString()]);
    expect(rows[1]?.talks[0]?.at.equals(early)).toBe(true);
    expect(rows[1]?.talks[0]?.speaker).toBe(5_000_000_001);
    const back = await related.query.talk.findFirst({ with: { meeting: true } });
    expect(back?.meeting?.endedAt?.equals(late)).toBe(true);
  });
});

describe('raw SQL', () => {
  test('takes instants as parameters and returns instants', async () => {
    const [row] = await database.db.execute<{ at: Temporal.Instant; none: null }>(
      sql`select max(at) as at, max(ended_at) filter (where id < 2) as none from meeting where at <= ${late}`,
    );
    expect(row?.at.equals(late)).toBe(true);
    expect(row?.none).toBeNull();
  });

  test('takes and returns arrays, with nulls and odd characters', async () => {
    const odd = ['a"b', String.raw`c\d`, 'null', '', '{x,y}', 'кыргызча', null];
    const rows = await database.db.execute<{
      times: Temporal.Instant[];
    }>(sql`select ${sql.param(odd)}::text[] as texts, ${sql.param([1, 2])}::int8[] as ids,
      ${sql.param([early, late])}::timestamptz[] as times, ${sql.param([true, false])}::bool[] as flags,
      ${sql.param([])}::int[] as none, array[array[1, 2], array[3, 4]] as nested, '[0:1]={7,8}'::int[] as bounds,
      ${sql.param([{ a: '"' }, [1]])}::jsonb[] as documents`);
    expect(rows.map((row) => ({ ...row, times: row.times.map(String) }))).toEqual([
      {
        texts: odd,
        ids: [1, 2],
        times: [early.toString(), late.toString()],
        flags: [true, false],
        none: [],
        nested: [
          [1, 2],
          [3, 4],
        ],
        bounds: [7, 8],
        documents: [{ a: '"' }, [1]],
      },
    ]);
  });

  test('matches with any()', async () => {
    const rows = await database.db.execute<{ id: number }>(
      sql`select id from meeting where id = any(${sql.param([2, 3])}::int[])`,
    );
    expect(rows.map((row) => row.id)).toEqual([2]);
  });

  test('reads int8 as a number, and refuses what a number cannot hold', async () => {
    const rows = await database.db.execute(sql`select 5000000001::int8 as id, count(*) as count from meeting`);
    expect([...rows]).toEqual([{ id: 5_000_000_001, count: 2 }]);
    await expect(database.db.execute(sql`select 9007199254740993::int8`)).rejects.toMatchObject({
      cause: expect.any(RangeError),
    });
  });
});
