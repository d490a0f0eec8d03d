import { join } from 'node:path';
import { and, asc, eq, like, sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { createLog } from '../../src/bot/log.ts';
import { connect } from '../../src/db/connect.ts';
import { event, message, person, registration } from '../../src/db/schema.ts';
import { lookAtEvents } from '../../src/delivery/agenda.ts';
import { beforeTheBeginning } from '../../src/features/reminders/job.ts';
import { agree } from '../../src/features/people/store.ts';
import type { TelegramUser } from '../../src/playground/telegram/index.ts';
import { loadProgramme } from '../../src/programme.ts';
import { createDatabase } from '../support/database.ts';
import { createEvent } from '../support/events.ts';
import { createWorld, ROOT, type World } from '../support/world.ts';

const programme = loadProgramme(join(ROOT, 'programme.json'));

/** The world begins on 24 November at 06:00 UTC; the event of most tests on 4 December at 09:00 UTC. */
const BEGINS = Temporal.Instant.from('2026-12-04T09:00:00Z');
const before = (duration: Temporal.DurationLike) => BEGINS.subtract(duration);

test.for([
  { offset: 10080, due: before({ hours: 24 * 7 }), left: '7 days' },
  { offset: 1440, due: before({ hours: 24 }), left: '1 day' },
  { offset: 60, due: before({ hours: 1 }), left: '1 hour' },
])('the reminder $offset minutes before comes at its minute, once, and not earlier', async ({ offset, due, left }) => {
  const world = await createWorld();
  const one = await createEvent(world, { beginsAt: BEGINS });
  const aigerim = await registered(world, one.id, 'en');

  world.clock.set(due.subtract({ seconds: 1 }));
  await world.tick();
  expect(lefts(aigerim)).not.toContain(left);

  world.clock.set(due);
  await world.tick();
  await world.tick();
  expect(lefts(aigerim).filter((one) => one === left)).toHaveLength(1);
  const [row] = await world.db
    .select()
    .from(message)
    .where(like(message.key, `reminder:${one.id}:1:${offset}:%`));
  expect(row).toMatchObject({ state: 'sent', eventId: one.id, dueAt: due, bulk: offset >= 1440 });
});

test('all three come, and then no more', async () => {
  const world = await createWorld();
  const one = await createEvent(world, { beginsAt: BEGINS });
  const aigerim = await registered(world, one.id, 'en');
  for (const at of everyHours(6, before({ hours: 240 }), BEGINS.add({ hours: 24 }))) {
    world.clock.set(at);
    await world.tick();
  }
  expect(lefts(aigerim)).toEqual(['7 days', '1 day']);
  world.clock.set(before({ hours: 1 }));
  await world.tick();
  expect(lefts(aigerim)).toEqual(['7 days', '1 day', '1 hour']);
});

test('offsets are free to the minute', async () => {
  const world = await createWorld();
  const one = await createEvent(world, { beginsAt: BEGINS, reminderOffsets: [7, 90, 90] });
  const aigerim = await registered(world, one.id, 'en');
  for (const minutes of [91, 90, 8, 7, 1, 0]) {
    world.clock.set(before({ minutes }));
    await world.tick();
  }
  expect(lefts(aigerim)).toEqual(['1 hour 30 minutes', '7 minutes']);
});

test('the time stands in the zone of the person and in that of the event, in their language', async () => {
  const world = await createWorld();
  // 14:00 in Almaty, 15:00 in Bishkek, 18:00 in Seoul.
  const one = await createEvent(world, { beginsAt: BEGINS, texts: { en: 'Workshop', ko: '워크숍', ru: 'Воркшоп' } });
  const people = {
    ru: await registered(world, one.id, 'ru', 'Asia/Bishkek'),
    kk: await registered(world, one.id, 'kk', 'Asia/Almaty'),
    ko: await registered(world, one.id, 'ko', 'Asia/Seoul'),
  };
  world.clock.set(before({ hours: 24 }));
  await world.tick();

  expect(people.ru.last().text).toContain('пятница, 4 декабря 2026 г., 15:00–18:00 · Бишкек (UTC+6)');
  expect(people.ru.last().text).toContain('14:00–17:00 · Астана (UTC+5)');
  expect(people.ru.last().text).toContain('1 день');
  expect(people.ru.last().text).toContain('Воркшоп');
  expect(people.ko.last().text).toContain('2026년 12월 4일 금요일 18:00');
  expect(people.ko.last().text).toContain('(UTC+9)');
  expect(people.ko.last().text).toContain('14:00');
  expect(people.ko.last().text).toContain('1일');
  expect(people.ko.last().text).toContain('워크숍');
  expect(people.kk.last().text).toContain('14:00–17:00 · Астана (UTC+5)');
  expect(people.kk.last().text.match(/UTC/g)).toHaveLength(1);
  for (const someone of Object.values(people)) {
    expect(someone.last().text).toContain('Astana, Abai avenue 33a');
    expect(someone.last().message.reply_markup?.inline_keyboard.flat()).toContainEqual(
      expect.objectContaining({ callback_data: `cant_come:${one.id}` }),
    );
  }
});

test('the last hours bring a button that joins, and the link in words', async () => {
  const world = await createWorld();
  const link = 'https://meet.example.org/room?pwd=1&x=<2>';
  const one = await createEvent(world, { beginsAt: BEGINS, place: null, link });
  const aigerim = await registered(world, one.id, 'en');
  world.clock.set(before({ hours: 24 * 7 }));
  await world.tick();
  expect(aigerim.last().buttons.flat()).not.toContain('Join online');
  expect(aigerim.last().text).toContain(link);

  world.clock.set(before({ hours: 1 }));
  await world.tick();
  expect(aigerim.last().buttons[0]).toEqual(['Join online']);
  expect(await aigerim.press('Join online')).toMatchObject({ kind: 'url', url: link });
});

test('a link that Telegram would not take on a button stays text, and the reminder arrives', async () => {
  const world = await createWorld();
  const one = await createEvent(world, { beginsAt: BEGINS, link: 'room 5, second floor' });
  const aigerim = await registered(world, one.id, 'en');
  world.clock.set(before({ hours: 1 }));
  await world.tick();
  expect(lefts(aigerim)).toEqual(['1 hour']);
  expect(aigerim.last().text).toContain('room 5, second floor');
});

test('"I can\'t come" in a reminder gives the seat back, and the later reminders with it', async () => {
  const world = await createWorld();
  const one = await createEvent(world, { beginsAt: BEGINS });
  const aigerim = await registered(world, one.id, 'en');
  world.clock.set(before({ hours: 24 * 7 }));
  await world.tick();
  await aigerim.press({ data: `cant_come:${one.id}` });
  await aigerim.press('Cancel my participation');
  world.clock.set(before({ hours: 1 }));
  await world.tick();
  expect(await keysOf(world, aigerim)).toHaveLength(1);
  expect(reminders(aigerim)).toEqual([]);
});

test('people who wait or gave up, drafts and cancelled events: no reminder', async () => {
  const world = await createWorld();
  const one = await createEvent(world, { beginsAt: BEGINS });
  const draft = await createEvent(world, { beginsAt: BEGINS, status: 'draft' });
  const cancelled = await createEvent(world, { beginsAt: BEGINS, status: 'cancelled' });
  const waiting = await registered(world, one.id, 'ru', undefined, {
    status: 'waiting',
    waitingSince: world.clock.now(),
  });
  const gone = await registered(world, one.id, 'kk', undefined, { status: 'cancelled' });
  const others = [await registered(world, draft.id, 'en'), await registered(world, cancelled.id, 'en')];
  for (const hours of [24 * 7, 24, 1]) {
    world.clock.set(before({ hours }));
    await world.tick();
  }
  for (const someone of [waiting, gone, ...others]) expect(reminders(someone)).toEqual([]);
  expect(await world.db.select().from(message).where(eq(message.kind, 'reminder'))).toEqual([]);
});

test('a late registrant gets the reminders that are still ahead', async () => {
  const world = await createWorld();
  const one = await createEvent(world, { beginsAt: BEGINS });
  world.clock.set(before({ hours: 48 }));
  const late = await registered(world, one.id, 'en');
  await world.tick();
  expect(lefts(late)).toEqual([]);
  world.clock.set(before({ hours: 24 }));
  await world.tick();
  world.clock.set(before({ hours: 1 }));
  await world.tick();
  expect(lefts(late)).toEqual(['1 day', '1 hour']);
});

test('somebody who got a seat from the waiting list counts as late', async () => {
  const world = await createWorld();
  const one = await createEvent(world, { beginsAt: BEGINS, seats: 1 });
  const first = await registered(world, one.id, 'en');
  const second = await registered(world, one.id, 'en', undefined, {
    status: 'waiting',
    waitingSince: world.clock.now(),
  });
  world.clock.set(before({ hours: 47 }));
  await world.tick();
  await first.press({ data: `cant_come:${one.id}` });
  await first.press('Cancel my participation');
  await world.tick();
  expect(lefts(second)).toEqual([]);
  world.clock.set(before({ hours: 24 }));
  await world.tick();
  expect(lefts(second)).toEqual(['1 day']);
});

test('an event that moved later is reminded of at its new time, and not at the old one', async () => {
  const world = await createWorld();
  const one = await createEvent(world, { beginsAt: BEGINS });
  const aigerim = await registered(world, one.id, 'en');
  world.clock.set(before({ hours: 24 * 7 }));
  await world.tick();
  const later = BEGINS.add({ hours: 240 });
  world.clock.set(before({ hours: 48 }));
  await moved(world, one.id, later);
  world.clock.set(before({ hours: 24 }));
  await world.tick();
  expect(lefts(aigerim)).toEqual(['7 days']);
  world.clock.set(later.subtract({ hours: 24 * 7 }));
  await world.tick();
  expect(lefts(aigerim)).toEqual(['7 days', '7 days']);
  expect(aigerim.last().text).toContain('14 December');
});

test('a move that leaves a reminder behind does not send it after the notice', async () => {
  const world = await createWorld();
  const one = await createEvent(world, { beginsAt: BEGINS.add({ hours: 240 }) });
  const aigerim = await registered(world, one.id, 'en');
  world.clock.set(before({ hours: 72 }));
  await moved(world, one.id, BEGINS);
  await world.tick();
  expect(lefts(aigerim)).toEqual([]);
  world.clock.set(before({ hours: 24 }));
  await world.tick();
  expect(lefts(aigerim)).toEqual(['1 day']);
});

test('a reminder that became untrue between the planner and the sender is dropped', async () => {
  const world = await createWorld();
  const owed = async (change: (id: number) => Promise<unknown>) => {
    const one = await createEvent(world, { beginsAt: BEGINS });
    await registered(world, one.id, 'en');
    world.clock.set(before({ hours: 24 }));
    await world.app.tick();
    await change(one.id);
    await world.app.drain();
    const rows = await world.db.select().from(message).where(eq(message.eventId, one.id));
    world.clock.set('2026-11-24T06:00:00Z');
    return rows.map(({ state, error }) => ({ state, error }));
  };
  const set = (to: Partial<typeof event.$inferInsert>) => (id: number) =>
    world.db.update(event).set(to).where(eq(event.id, id));

  expect(await owed(set({ status: 'cancelled' }))).toEqual([{ state: 'cancelled', error: 'event cancelled' }]);
  expect(await owed(set({ revision: 2 }))).toEqual([{ state: 'cancelled', error: 'event moved' }]);
  expect(await owed(async () => world.clock.set(BEGINS))).toEqual([{ state: 'cancelled', error: 'too late' }]);
  const giveUp = (id: number) =>
    world.db.update(registration).set({ status: 'cancelled' }).where(eq(registration.eventId, id));
  expect(await owed(giveUp)).toEqual([{ state: 'cancelled', error: 'not registered' }]);
});

test('people who muted reminders get none', async () => {
  const world = await createWorld();
  const one = await createEvent(world, { beginsAt: BEGINS });
  const aigerim = await registered(world, one.id, 'en');
  await world.db
    .update(person)
    .set({ muted: ['reminders'] })
    .where(eq(person.telegramId, aigerim.id));
  world.clock.set(before({ hours: 24 }));
  await world.tick();
  expect(reminders(aigerim)).toEqual([]);
});

test('night holds back the reminder of a day before, but not that of an hour before', async () => {
  const world = await createWorld();
  const dawn = Temporal.Instant.from('2026-12-04T00:30:00Z'); // 05:30 in Almaty
  const one = await createEvent(world, { beginsAt: dawn });
  const aigerim = await registered(world, one.id, 'en');
  world.clock.set(dawn.subtract({ hours: 24 }));
  await world.tick();
  expect(lefts(aigerim)).toEqual([]);
  world.clock.set('2026-12-03T03:00:00Z'); // 8:00 in Almaty
  await world.tick();
  expect(lefts(aigerim)).toEqual(['21 hours 30 minutes']);
  world.clock.set(dawn.subtract({ hours: 1 }));
  await world.tick();
  expect(lefts(aigerim)).toEqual(['21 hours 30 minutes', '1 hour']);
});

// The clock, and who reads it

test('a clock that jumps over several reminders sends only the latest', async () => {
  const world = await createWorld();
  const one = await createEvent(world, { beginsAt: BEGINS });
  const aigerim = await registered(world, one.id, 'en');
  await world.tick();
  world.clock.set(before({ hours: 24 * 7 + 1 }));
  await world.tick();
  world.clock.set(before({ minutes: 30 }));
  await world.tick();
  expect(lefts(aigerim)).toEqual(['30 minutes']);
});

test.for([{ hours: 2 }, { hours: 24 }])(
  'a clock that jumps %o ahead and back repeats nothing and forgets nothing',
  async (jump) => {
    const world = await createWorld();
    const one = await createEvent(world, { beginsAt: BEGINS });
    const aigerim = await registered(world, one.id, 'en');
    // The jump passes the reminder one day before.
    const home = before({ hours: 25 });
    world.clock.set(home);
    await world.tick();
    expect(lefts(aigerim)).toEqual(['1 day 1 hour']);

    world.clock.advance(jump);
    await world.tick();
    const sent = lefts(aigerim);
    expect(sent).toHaveLength(2);

    world.clock.set(home);
    await world.tick();
    const late = await registered(world, one.id, 'en');
    for (const at of everyHours(1, home, BEGINS)) {
      world.clock.set(at);
      await world.tick();
    }
    // Those whom the jump reached are not told again; who came after the clock was set back misses nothing.
    expect(new Set(await keysOf(world, aigerim)).size).toBe(3);
    expect(reminders(aigerim)).toHaveLength(3);
    expect(lefts(late)).toEqual(['1 day', '1 hour']);
  },
);

test('three days without a tick: what is still of use comes with the next one', async () => {
  const world = await createWorld();
  const one = await createEvent(world, { beginsAt: BEGINS });
  const aigerim = await registered(world, one.id, 'en');
  world.clock.set(before({ hours: 24 * 8 }));
  await world.tick();
  world.clock.advance({ hours: 24 * 3 });
  await world.tick();
  expect(lefts(aigerim)).toEqual(['5 days']);
  expect(await keysOf(world, aigerim)).toEqual([`reminder:${one.id}:1:10080:${(await world.row(aigerim)).id}`]);
});

test('a registration that is committed a moment after a tick, with an earlier time, is not missed', async () => {
  const world = await createWorld();
  const one = await createEvent(world, { beginsAt: BEGINS });
  const due = before({ hours: 24 });
  world.clock.set(due);
  await world.tick();
  world.clock.set(due.subtract({ seconds: 1 }));
  const slow = await registered(world, one.id, 'en');
  world.clock.set(due.add({ minutes: 1 }));
  await world.tick();
  expect(lefts(slow)).toEqual(['23 hours 59 minutes']);
});

test('two planners at once owe each reminder once; the naive way owes it twice', async () => {
  const database = await createDatabase();
  const other = connect(database.url, { max: 2 });
  const now = before({ hours: 24 });
  await crowd(database.db, { events: 1, people: 40 });

  const planner = (db: typeof database.db) => lookAtEvents({ db, log: createLog('warn') }, [beforeTheBeginning]);
  await Promise.all([database.db, other.db, database.db, other.db].map((db) => planner(db).run(now)));
  expect(await database.db.select().from(message)).toHaveLength(40);

  // Control: looks what is missing, then writes it, and nothing in the table keeps it from being there twice.
  await database.db.execute(sql`create table naive (event_id bigint, person_id bigint)`);
  const arrived: (() => void)[] = [];
  const both = new Promise<void>((resolve) => arrived.push(resolve));
  let looked = 0;
  const naive = async (db: typeof database.db) => {
    const missing = await db.execute<{ event_id: number; person_id: number }>(sql`
      select event_id, person_id from registration
      where (event_id, person_id) not in (select event_id, person_id from naive)`);
    if (++looked === 2) arrived[0]!();
    await both;
    for (const one of missing) await db.execute(sql`insert into naive values (${one.event_id}, ${one.person_id})`);
  };
  await Promise.all([naive(database.db), naive(other.db)]);
  expect(await database.db.execute(sql`select * from naive`)).toHaveLength(80);
  await other.close();
});

test('over a change of the clocks the event keeps its hour, and "1 day" is 24 hours', async () => {
  const world = await createWorld();
  world.clock.set('2026-10-01T06:00:00Z');
  // Finland sets its clocks back on 25 October at 04:00: 10:00 is at UTC+2 then, and at UTC+3 the day before.
  const begins = Temporal.ZonedDateTime.from('2026-10-25T10:00[Europe/Helsinki]').toInstant();
  const one = await createEvent(world, { beginsAt: begins, zone: 'Europe/Helsinki' });
  const aigerim = await registered(world, one.id, 'en', 'Europe/Helsinki');

  world.clock.set('2026-10-24T07:59:00Z');
  await world.tick();
  expect(lefts(aigerim)).toEqual(['1 day 1 hour']);
  world.clock.set('2026-10-24T08:00:00Z'); // 11:00 by the clock on the wall, 24 hours before
  await world.tick();
  expect(lefts(aigerim)).toEqual(['1 day 1 hour', '1 day']);
  expect(aigerim.last().text).toContain('Sunday, 25 October 2026, 10:00');
  expect(aigerim.last().text).toContain('(UTC+2)');
});

test('in March too', async () => {
  const world = await createWorld();
  const begins = Temporal.ZonedDateTime.from('2027-03-28T10:00[Europe/Helsinki]').toInstant();
  const one = await createEvent(world, { beginsAt: begins, zone: 'Europe/Helsinki' });
  const aigerim = await registered(world, one.id, 'en', 'Asia/Almaty');
  world.clock.set('2027-03-27T07:00:00Z'); // 09:00 by the clock on the wall in Helsinki
  await world.tick();
  expect(lefts(aigerim)).toEqual(['1 day']);
  expect(aigerim.last().text).toContain('Sunday, 28 March 2027, 12:00–15:00 · Astana (UTC+5)');
  expect(aigerim.last().text).toContain('10:00–13:00 · Helsinki (UTC+3)');
});

/** Somebody who has agreed and has a seat, without the dialogs that lead there. */
async function registered(
  world: World,
  eventId: number,
  language: string,
  zone?: string,
  standing: Partial<typeof registration.$inferInsert> = {},
): Promise<TelegramUser> {
  const someone = world.telegram.user({ started: true });
  const now = world.clock.now();
  const { id } = await agree(world.db, programme, { telegramId: someone.id, language, now });
  if (zone) await world.db.update(person).set({ zone }).where(eq(person.id, id));
  const row = { eventId, personId: id, status: 'registered' as const, createdAt: now, changedAt: now };
  await world.db.insert(registration).values({ ...row, ...standing });
  return someone;
}

/** As `move` in features/changes does it; how people are told is tested there. */
async function moved({ db, clock }: World, id: number, beginsAt: Temporal.Instant): Promise<void> {
  const to = { beginsAt, endsAt: beginsAt.add({ hours: 3 }), movedAt: clock.now() };
  await db
    .update(event)
    .set({ ...to, revision: sql`${event.revision} + 1` })
    .where(eq(event.id, id));
}

async function crowd(db: World['db'], { events, people }: { events: number; people: number }): Promise<void> {
  const early = '2026-11-01T00:00:00Z';
  await db.execute(sql`
    insert into person (telegram_id, language, zone, created_at, seen_at)
    select n, 'en', 'Asia/Almaty', ${early}, ${early} from generate_series(1, ${people}::int) n`);
  await db.execute(sql`
    insert into event (code, kind, status, zone, begins_at, ends_at, created_at)
    select 'e' || n, 'workshop', 'published', 'Asia/Almaty', ${BEGINS.toString()}::timestamptz,
      ${BEGINS.toString()}::timestamptz + interval '3 hours', ${early} from generate_series(1, ${events}::int) n`);
  await db.execute(sql`
    insert into registration (event_id, person_id, status, created_at, changed_at)
    select event.id, person.id, 'registered', ${early}, ${early} from event, person`);
}

const reminders = (someone: TelegramUser) => someone.texts().filter((text) => text.startsWith('⏰'));
const lefts = (someone: TelegramUser) => reminders(someone).map((text) => /Time left: (.*)/.exec(text)?.[1]);

async function keysOf(world: World, someone: TelegramUser): Promise<string[]> {
  const { id } = await world.row(someone);
  const mine = and(eq(message.personId, id), eq(message.kind, 'reminder'));
  return (await world.db.select().from(message).where(mine).orderBy(asc(message.id))).map(({ key }) => key);
}

function everyHours(hours: number, from: Temporal.Instant, to: Temporal.Instant): Temporal.Instant[] {
  const steps = Math.floor(from.until(to).total('hours') / hours);
  return Array.from({ length: steps }, (_, i) => from.add({ hours: i * hours }));
}
