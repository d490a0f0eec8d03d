import { sql } from 'drizzle-orm';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Audience } from '../../src/db/schema.ts';
import { audienceQuery, countAudience } from '../../src/features/segments/store.ts';
import { createDatabase, type TestDatabase } from '../support/database.ts';

/*
 * Eight people. E: what they are at the event (r registered, w waiting, c cancelled, a attended, x registered and absent);
 * A: alumni; S: standing (m muted, u unreachable, - never wrote, n wrote but gave no consent).
 */
const PEOPLE = `
  name    language country E A S
  Aida    kk       KZ      r y
  Bek     ru       KZ      w .
  Chinara ky       KG      a y
  Davit   ka       GE      x .
  Elena   ru       GE      c y
  Farid   az       .       . .
  Gulnora uz       UZ      a y m
  Hasmik  hy       AM      r . u
  Ivan    ru       KZ      r . -
  Jamshid tg       TJ      a . n`
  .trim()
  .split('\n')
  .slice(1)
  .map((line) => line.trim().split(/\s+/));

let database: TestDatabase;
let eventId: number;

beforeAll(async () => {
  database = await createDatabase();
  const { db } = database;
  const [event] = await db.execute<{ id: number }>(sql`
    insert into event (code, kind, zone, begins_at, ends_at, created_at)
    values ('e', 'workshop', 'Asia/Almaty', '2025-12-31T18:00Z', '2025-12-31T20:00Z', '2025-10-01T00:00Z') returning id`);
  eventId = event!.id;
  for (const [i, [name, language, country, at, alumni, standing]] of PEOPLE.entries()) {
    const [row] = await db.execute<{ id: number }>(sql`
      insert into person (telegram_id, language, zone, full_name, country, muted, unreachable_since, created_at, seen_at)
      values (${standing === '-' ? null : 1000 + i}, ${language}, 'Asia/Almaty', ${name}, ${country === '.' ? null : country},
              ${sql.param(standing === 'm' ? ['reminders', 'announcements'] : ['reminders'])}::text[],
              ${standing === 'u' ? '2026-11-01T00:00Z' : null}, now(), now())
      returning id`);
    const id = row!.id;
    if (standing !== 'n') await db.execute(sql`insert into consent values (${id}, 'v1', ${language}, now())`);
    if (alumni === 'y') await db.execute(sql`insert into alumni_profile (person_id, since) values (${id}, now())`);
    if (at === '.') continue;
    const status = at === 'w' ? 'waiting' : at === 'c' ? 'cancelled' : 'registered';
    await db.execute(sql`
      insert into registration (event_id, person_id, status, waiting_since, attended, created_at, changed_at)
      values (${eventId}, ${id}, ${status}, ${status === 'waiting' ? '2026-11-01T00:00Z' : null},
              ${at === 'a' ? true : at === 'x' ? false : null}, now(), now())`);
  }
  return () => database.close();
});

async function reachable(audience: Audience): Promise<string> {
  const rows = await database.db.execute<{ name: string }>(sql`
    select full_name as name from (${audienceQuery(audience)}) as audience join person using (id)
    where standing = 'reachable' order by name`);
  return [...rows].map(({ name }) => name).join(' ');
}

const event = (status: NonNullable<Audience['event']>['status']) => ({ id: eventId, status });

describe('an audience', () => {
  test.each<[string, () => Audience, string]>([
    ['everyone', () => ({}), 'Aida Bek Chinara Davit Elena Farid'],
    ['registered', () => ({ event: event('registered') }), 'Aida Chinara Davit'],
    ['waiting', () => ({ event: event('waiting') }), 'Bek'],
    ['attended', () => ({ event: event('attended') }), 'Chinara'],
    ['absent', () => ({ event: event('absent') }), 'Davit'],
    ['cancelled', () => ({ event: event('cancelled') }), 'Elena'],
    ['of another event', () => ({ event: { id: eventId + 1, status: 'registered' } }), ''],
    ['a country', () => ({ countries: ['KZ'] }), 'Aida Bek'],
    ['countries', () => ({ countries: ['GE', 'KG'] }), 'Chinara Davit Elena'],
    ['a language', () => ({ languages: ['ru'] }), 'Bek Elena'],
    ['languages', () => ({ languages: ['ru', 'az'] }), 'Bek Elena Farid'],
    ['alumni', () => ({ alumni: {} }), 'Aida Chinara Elena'],
    ['alumni, as older rows say it', () => ({ alumni: true as never }), 'Aida Chinara Elena'],
    ['alumni of a kind of event', () => ({ alumni: { kinds: ['training', 'workshop'] } }), 'Chinara'],
    ['alumni of another kind', () => ({ alumni: { kinds: ['webinar'] } }), ''],
    ['alumni of a year', () => ({ alumni: { years: [2026] } }), 'Chinara'],
    // It ended after midnight in Astana, when Greenwich still wrote 2025.
    ['alumni of the year before', () => ({ alumni: { kinds: ['workshop'], years: [2025] } }), ''],
    ['no country at all', () => ({ countries: [] }), ''],
    ['within the bot’s reach', () => ({ reachable: true }), 'Aida Bek Chinara Davit Elena Farid'],
    ['out of its reach', () => ({ reachable: false }), ''],
    ['alumni of a country', () => ({ alumni: {}, countries: ['GE'] }), 'Elena'],
    ['a language in a country', () => ({ languages: ['ru'], countries: ['KZ'] }), 'Bek'],
    ['registered from a country', () => ({ event: event('registered'), countries: ['KZ', 'GE'] }), 'Aida Davit'],
    [
      'all at once',
      () => ({ event: event('attended'), countries: ['KG', 'UZ'], languages: ['ky', 'uz'], alumni: {} }),
      'Chinara',
    ],
  ])('%s', async (_, audience, expected) => expect(await reachable(audience())).toBe(expected));
});

test('out of the bot’s reach is who blocked it or left Telegram, within its reach also who switched announcements off', async () => {
  const standings = async (audience: Audience) =>
    (await countAudience(database.db, audience)).map(({ standing, country }) => `${country} ${standing}`);
  expect(await standings({ reachable: false })).toEqual(['AM unreachable']);
  expect(await standings({ reachable: true, countries: ['UZ', 'AM', 'TJ'] })).toEqual(['UZ muted']);
});

test('who answered did so whatever is marked later; silent are those who are asked: for feedback who was not absent, for a survey who attended', async () => {
  const { db } = database;
  await db.execute(sql`
    insert into answered (form, event_id, month, person_id)
    select form, ${eventId}, month, person.id
    from person join (values ('Davit', 'feedback', 0), ('Aida', 'feedback', 0), ('Chinara', 'follow_up', 3)) as v (name, form, month)
      on v.name = full_name`);
  const names = (month: number, answered: boolean) => reachable({ response: { eventId, month, answered } });
  expect([await names(0, true), await names(0, false)]).toEqual(['Aida Davit', 'Chinara']);
  expect([await names(3, true), await names(3, false)]).toEqual(['Chinara', '']);
  expect([await names(6, true), await names(6, false)]).toEqual(['', 'Chinara']);
});

test('is counted by country, language and standing, and the groups add up', async () => {
  const groups = await countAudience(database.db, {});
  expect(groups.reduce((total, { count }) => total + count, 0)).toBe(PEOPLE.length);
  const standings = Map.groupBy(groups, ({ standing }) => standing);
  const counts = [...standings].map(([standing, some]) => [standing, some.reduce((n, { count }) => n + count, 0)]);
  expect(Object.fromEntries(counts)).toEqual({ reachable: 6, muted: 1, unreachable: 1, no_chat: 2 });
  expect(groups).toContainEqual({ country: 'KZ', language: 'ru', standing: 'reachable', count: 1 });
});
