import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { and, eq, ne, sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as schema from '../../src/db/schema.ts';
import { createDirectory, listEntries } from '../../src/features/alumni/search.ts';
import { countAudience } from '../../src/features/segments/store.ts';
import { countSeats, findEvent } from '../../src/features/events/store.ts';
import { feedbackParticipation, feedbackResults } from '../../src/features/feedback/store.ts';
import { surveysOfEvent } from '../../src/features/surveys/store.ts';
import { seedDemo } from '../../src/playground/demo.ts';
import { comingEvents, pastEvents } from '../../src/playground/demo/events.ts';
import { demoPdf } from '../../src/playground/demo/materials.ts';
import { CAST, NEWCOMERS, PEOPLE, SPARE } from '../../src/playground/demo/people.ts';
import { loadProgramme } from '../../src/programme.ts';
import { createDatabase, type TestDatabase } from '../support/database.ts';
import { ROOT } from '../support/world.ts';

const programme = loadProgramme(join(ROOT, 'programme.json'));
const NOW = Temporal.Instant.from('2026-11-24T06:00:00Z');

async function counts({ db }: TestDatabase): Promise<Record<string, number>> {
  const tables = await db.execute<{ name: string }>(
    sql`select tablename as name from pg_tables where schemaname = 'public' order by 1`,
  );
  const counted: Record<string, number> = {};
  for (const { name } of tables) {
    const [row] = await db.execute<{ n: number }>(sql`select count(*)::int as n from ${sql.identifier(name)}`);
    counted[name] = row!.n;
  }
  return counted;
}

async function seeded(now = NOW): Promise<TestDatabase> {
  const database = await createDatabase();
  expect(await seedDemo(database.db, programme, now)).toMatchObject({ kind: 'seeded' });
  return database;
}

const eventOf = async ({ db }: TestDatabase, code: string) => {
  const [row] = await db.select().from(schema.event).where(eq(schema.event.code, code));
  return (await findEvent(db, row!.id))!;
};

/** For the tests that only look. */
let demo: TestDatabase;
beforeAll(async () => {
  demo = await seeded();
});
afterAll(() => demo.close());

describe('the demo', () => {
  test('goes into an empty database once', async () => {
    const database = await seeded();
    const before = await counts(database);
    expect(await seedDemo(database.db, programme, NOW)).toEqual({ kind: 'not empty' });
    expect(await counts(database)).toEqual(before);
    expect(before).toMatchObject({ person: PEOPLE.length, consent: PEOPLE.length, event: 7, draft: 0, inbox: 0 });
  });

  test('two that seed at the same time seed once', async () => {
    const { db } = await createDatabase();
    const outcomes = await Promise.all([seedDemo(db, programme, NOW), seedDemo(db, programme, NOW)]);
    expect(outcomes.map(({ kind }) => kind).toSorted()).toEqual(['not empty', 'seeded']);
    expect(await db.$count(schema.person)).toBe(PEOPLE.length);
  });

  test.each(['a person', 'an event'])('leaves a database alone that knows %s', async (what) => {
    const database = await createDatabase();
    const { db } = database;
    if (what === 'a person')
      await db.insert(schema.person).values({ language: 'en', zone: 'Asia/Almaty', createdAt: NOW, seenAt: NOW });
    else {
      const times = { beginsAt: NOW, endsAt: NOW.add({ hours: 1 }), createdAt: NOW };
      await db.insert(schema.event).values({ code: 'real', kind: 'workshop', zone: 'Asia/Almaty', ...times });
    }
    const before = await counts(database);
    expect(await seedDemo(db, programme, NOW)).toEqual({ kind: 'not empty' });
    expect(await counts(database)).toEqual(before);
  });

  test('the workshop has three seats left, the study visit some; nobody waits', async () => {
    const database = demo;
    const workshop = await eventOf(database, 'services');
    expect(await countSeats(database.db, workshop)).toEqual({ taken: 22, waiting: 0, left: 3 });
    const visit = await eventOf(database, 'seoul-ai');
    expect((await countSeats(database.db, visit)).left).toBeGreaterThan(3);
    for (const { seats, registrations } of await database.db.execute<{ seats: number | null; registrations: number }>(
      sql`select seats, count(*)::int as registrations from event join registration on event_id = event.id group by event.id`,
    ))
      expect(registrations).toBeLessThanOrEqual(seats ?? Infinity);
  });

  test('who attended is in the network, and nobody else', async () => {
    const { db } = demo;
    const present = await db
      .selectDistinct({ id: schema.registration.personId })
      .from(schema.registration)
      .where(eq(schema.registration.attended, true));
    const network = await db.select({ id: schema.alumniProfile.personId }).from(schema.alumniProfile);
    const ids = (rows: { id: number }[]) => rows.map(({ id }) => id).toSorted((a, b) => a - b);
    expect(ids(present)).toEqual(ids(network));
  });

  test('the directory finds an alumna in whatever script she is looked for', async () => {
    const { db } = demo;
    const directory = createDirectory(programme);
    for (const words of ['Մելքումյան', 'Melkumyan', 'Мелкумян']) {
      const { entries } = await listEntries(db, directory.words(words), 0);
      expect(entries.map(({ latinName }) => latinName)).toEqual(['MELKUMYAN ANAHIT']);
    }
    expect(await db.$count(schema.alumniProfile, eq(schema.alumniProfile.visible, false))).toBeGreaterThan(3);
  });

  test('feedback and surveys are answered by people who were there, and enough of them to show results', async () => {
    const { db } = demo;
    for (const { id } of await db
      .select()
      .from(schema.event)
      .where(sql`ends_at < ${NOW.toString()}`)) {
      expect((await feedbackResults(db, id))!.count).toBeGreaterThanOrEqual(3);
    }
    const [{ id } = { id: 0 }] = await db.select().from(schema.event).where(eq(schema.event.code, 'seoul2025'));
    const feedback = await feedbackParticipation(db, id);
    expect(feedback.answered).toBeLessThan(feedback.asked);
    const stands = await surveysOfEvent(db, id);
    expect(stands.map(({ month }) => month)).toEqual([3, 6, 12]);
    for (const { participation } of stands) expect(participation.answered).toBeGreaterThanOrEqual(3);
    const strangers = await db.execute(sql`
      select from answered where not exists (
        select from registration r where r.event_id = answered.event_id and r.person_id = answered.person_id and r.attended)
      and event_id = ${id}`);
    expect(strangers).toHaveLength(0);
  });

  test('the announcement has reached everyone, and only one message waits: the request to the alumna', async () => {
    const { db } = demo;
    const [announcement] = await db.select().from(schema.announcement);
    expect(announcement).toMatchObject({ state: 'finished' });
    const sent = await db.$count(schema.message, eq(schema.message.kind, 'announcement'));
    expect(sent).toBe((await countAudience(db, {})).reduce((sum, { count }) => sum + count, 0));
    const waiting = await db.select().from(schema.message).where(ne(schema.message.state, 'sent'));
    expect(waiting.map(({ kind, state }) => ({ kind, state }))).toEqual([{ kind: 'contact_request', state: 'queued' }]);
    const [alumna] = await db.select().from(schema.person).where(eq(schema.person.telegramId, CAST.alumna));
    expect(waiting[0]!.personId).toBe(alumna!.id);
  });

  test('holds nothing that the programme would have deleted', async () => {
    const seminar = await eventOf(demo, 'seminar2021');
    expect(await demo.db.$count(schema.registration, eq(schema.registration.eventId, seminar.id))).toBe(0);
    const earlier = await seeded(Temporal.Instant.from('2026-08-01T00:00:00Z'));
    const kept = await eventOf(earlier, 'seminar2021');
    expect(await earlier.db.$count(schema.registration, eq(schema.registration.eventId, kept.id))).toBe(8);
  });

  test('every person and every title is complete', async () => {
    const { db } = demo;
    const gaps = await db
      .select()
      .from(schema.person)
      .where(and(sql`num_nulls(full_name, latin_name, country, agency, position, sex) > 0`));
    expect(gaps).toEqual([]);
    for (const { titles } of [...pastEvents(), ...comingEvents(programme, NOW)])
      expect(Object.keys(titles).toSorted()).toEqual(programme.languages.toSorted());
    for (const { descriptions } of comingEvents(programme, NOW))
      expect(Object.keys(descriptions).toSorted()).toEqual(programme.languages.toSorted());
    for (const language of programme.languages) expect(SPARE[language]?.length).toBeGreaterThan(1);
    const ids = [...PEOPLE, ...NEWCOMERS].map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test.each(['2026-11-24', '2026-11-25', '2026-11-27', '2027-02-28', '2028-02-29'])(
    '%s: events come on working days, in order',
    (day) => {
      const now = Temporal.Instant.from(`${day}T20:00:00Z`);
      for (const { beginsAt, endsAt, deadlineAt, zone } of comingEvents(programme, now)) {
        expect(beginsAt.toZonedDateTimeISO(zone).dayOfWeek).toBeLessThanOrEqual(5);
        expect(endsAt.toZonedDateTimeISO(zone).dayOfWeek).toBeLessThanOrEqual(5);
        expect(Temporal.Instant.compare(now, deadlineAt!)).toBe(-1);
        expect(Temporal.Instant.compare(deadlineAt!, beginsAt)).toBe(-1);
        expect(Temporal.Instant.compare(beginsAt, endsAt)).toBe(-1);
      }
      const [workshop] = comingEvents(programme, now);
      expect(now.until(workshop!.beginsAt).total('days')).toBeGreaterThan(7);
    },
  );

  test('npm run seed: once, with one line', async () => {
    const { url, db } = await createDatabase();
    const run = async () => {
      const { PATH = '' } = process.env;
      const child = spawn(process.execPath, ['src/seed.ts'], { cwd: ROOT, env: { PATH, DATABASE_URL: url } });
      const [out, err] = [child.stdout, child.stderr].map((stream) => text(stream));
      await once(child, 'close');
      return { code: child.exitCode, out: await out, err: await err };
    };
    expect(await run()).toEqual({ code: 0, out: 'The demo is in the database: 42 people, 7 events.\n', err: '' });
    const again = await run();
    expect(again).toMatchObject({ code: 1, out: '' });
    expect(again.err).toMatch(/^The database knows people .*only into an empty one\.\n$/);
    expect(await db.$count(schema.person)).toBe(PEOPLE.length);
  });

  test('a document of the demo is a PDF of exactly its size', () => {
    const pdf = Buffer.from(demoPdf(196_608));
    expect(pdf).toHaveLength(196_608);
    expect(pdf.toString('latin1', 0, 8)).toBe('%PDF-1.4');
    const start = Number(/startxref\n(\d+)\n%%EOF\n$/.exec(pdf.toString('latin1'))![1]);
    expect(pdf.toString('latin1', start, start + 4)).toBe('xref');
  });
});
