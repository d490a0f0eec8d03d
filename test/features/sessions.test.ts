import { eq } from 'drizzle-orm';
import { expect, test } from 'vitest';
import type { Tx } from '../../src/db/connect.ts';
import { event as events, message, session, sessionText } from '../../src/db/schema.ts';
import { addSession, type SessionInput } from '../../src/features/sessions/write.ts';
import type { TelegramUser } from '../../src/playground/telegram/index.ts';
import { move } from '../support/changes.ts';
import { createEvent, seat } from '../support/events.ts';
import { pressAny } from '../support/press.ts';
import { createSession } from '../support/sessions.ts';
import { createWorld, type World } from '../support/world.ts';

/** Two days in Astana: 10:00 on 8 December to 17:00 on the 9th. */
const DAYS = {
  beginsAt: Temporal.Instant.from('2026-12-08T05:00:00Z'),
  endsAt: Temporal.Instant.from('2026-12-09T12:00:00Z'),
};

const sessions = async ({ db }: World) => db.select().from(session).orderBy(session.id);
const owed = async ({ db }: World) => db.select().from(message).where(eq(message.kind, 'agenda_changed'));

async function staged(given: Parameters<typeof createEvent>[1] = {}) {
  const world = await createWorld();
  const owner = await world.owner();
  const event = await createEvent(world, { ...DAYS, ...given });
  return { world, owner, event };
}

/** Answers what is asked of a new session; what is known from the one before is not asked. */
async function add(owner: TelegramUser, { title, day, time }: { title: string; day?: string; time: string }) {
  await owner.press('Add a session');
  await owner.send(title);
  if (day) await owner.press(day);
  await owner.send(time);
  await owner.press('Skip');
  await owner.press('Save');
}

test('a day of sessions: the day and the room of the one before need not be said again', async () => {
  const { world, owner, event } = await staged();
  await pressAny(world, owner, `manage:${event.id}`);
  await owner.press('Sessions, materials, questions');
  await owner.press('Sessions');
  await owner.press('Add a session');
  await owner.send('Opening');
  await owner.press('Tuesday, 8 December 2026');
  await owner.send('10:00-11:30');
  await owner.send('Kim Min-jun, NIA\nAsel Nurlanova');
  await owner.press('Edit');
  await owner.press('Room or place');
  await owner.send('Hall 2');
  await owner.press('Save');
  const answers = owner.texts().length;
  await add(owner, { title: 'Data exchange', time: '11.45 – 13.00' });
  // Title, time, no speaker, save: four questions and the list.
  expect(owner.texts().length - answers).toBeLessThanOrEqual(5);
  expect(
    (await sessions(world)).map(({ beginsAt, endsAt, place, speakers }) => [
      String(beginsAt),
      String(endsAt),
      place,
      speakers,
    ]),
  ).toEqual([
    ['2026-12-08T05:00:00Z', '2026-12-08T06:30:00Z', 'Hall 2', 'Kim Min-jun, NIA\nAsel Nurlanova'],
    ['2026-12-08T06:45:00Z', '2026-12-08T08:00:00Z', 'Hall 2', null],
  ]);
  expect(owner.last().text).toContain('2. 11:45–13:00 Data exchange · Hall 2');
});

test('a session lies within its event, which a sentence says', async () => {
  const { world, owner, event } = await staged();
  await pressAny(world, owner, `add_session:${event.id}`);
  await owner.send('Too early');
  await owner.press('Tuesday, 8 December 2026');
  await owner.send('09:00–10:30');
  expect(owner.last().text).toBe(
    'A session must lie within its event. On this day the event takes this time: 10:00–23:59',
  );
  await owner.send('at ten');
  expect(owner.last().text).toContain('two times of the day');
  await owner.send('12:00-11:00');
  expect(owner.last().text).toContain('end after it begins');
  await owner.send('10:00-11:00');
  await owner.press('Skip');
  // Meanwhile another organizer moves the event.
  const later = { beginsAt: DAYS.beginsAt.add({ hours: 48 }), endsAt: DAYS.endsAt.add({ hours: 48 }) };
  await world.db.update(events).set(later).where(eq(events.id, event.id));
  await owner.press('Save');
  expect(await sessions(world)).toEqual([]);
});

test('titles in the other languages and descriptions are asked of who wants them, and read in one’s own', async () => {
  const { world, owner, event } = await staged();
  await pressAny(world, owner, `add_session:${event.id}`);
  await owner.send('Opening');
  await owner.press('Tuesday, 8 December 2026');
  await owner.send('10:00-11:00');
  await owner.press('Skip');
  await owner.press('Edit');
  await owner.press('Descriptions and languages');
  await owner.press('Yes');
  await owner.send('Welcome & <b>thanks</b>');
  await owner.send('Открытие');
  await owner.press('Skip');
  await owner.press('Save');
  const reader = await world.arrive('ru');
  await seat(world, event, reader);
  await pressAny(world, reader, `agenda:${event.id}`);
  expect(reader.last().text).toContain('10:00–11:00 Открытие');
  const other = await world.arrive('kk');
  await pressAny(world, other, `agenda:${event.id}`);
  expect(other.last().text).toContain('Открытие');
});

test('several changes within minutes are one message, with what changed', async () => {
  const { world, owner, event } = await staged();
  const person = await world.arrive('en');
  await seat(world, event, person);
  const waits = await world.arrive('en');
  await seat(world, event, waits, { status: 'waiting' });
  const [opening, talk, dinner] = [
    await createSession(world, event, { titles: { en: 'Opening' } }),
    await createSession(world, event, { at: 90, titles: { en: 'Talk' }, place: 'Hall 1' }),
    await createSession(world, event, { at: 400, titles: { en: 'Dinner' } }),
  ];
  const heard = person.texts().length;
  await pressAny(world, owner, `edit_session:${opening.id}`);
  await owner.press('Edit');
  await owner.press('Time');
  await owner.send('10:30-11:00');
  await owner.press('Save');
  expect(owner.last().text).toContain('told in a few minutes: 1');
  world.clock.advance({ minutes: 3 });
  await pressAny(world, owner, `cancel_session:${dinner.id}`);
  await owner.press('Cancel the session');
  await pressAny(world, owner, `edit_session:${talk.id}`);
  await owner.press('Edit');
  await owner.press('Room or place');
  await owner.send('Hall 2');
  await owner.press('Save');
  world.clock.advance({ minutes: 3 });
  await world.tick();
  expect(person.texts()).toHaveLength(heard);
  world.clock.advance({ minutes: 3 });
  await world.tick();
  expect(person.texts()).toHaveLength(heard + 1);
  const { text } = person.last();
  expect(text).toContain('The agenda has changed');
  expect(text).toMatch(/Opening\n.*10:30–11:00.*\n.*10:00–11:00/);
  expect(text).toContain('📍 Hall 2\n📍 Hall 1');
  expect(text).toContain('Cancelled: Dinner');
  expect(waits.texts().join()).not.toContain('The agenda has changed');
  await person.press('Agenda');
  expect(person.last().text).toContain('Dinner ❌ Cancelled');
});

test('many changes with long texts fit one message, and the rest is in the agenda', { timeout: 60_000 }, async () => {
  const { world, owner, event } = await staged();
  const person = await world.arrive('en');
  await seat(world, event, person);
  const long = { titles: { en: 'T'.repeat(150) }, speakers: 'S'.repeat(400), place: 'P'.repeat(200) };
  const all = [];
  for (let i = 0; i < 5; i++) all.push(await createSession(world, event, { ...long, at: i * 60 }));
  for (const { id } of all) {
    await pressAny(world, owner, `edit_session:${id}`);
    await owner.press('Edit');
    await owner.press('Speakers');
    await owner.send('N'.repeat(400));
    await owner.press('Save');
  }
  world.clock.advance({ minutes: 30 });
  await world.tick();
  expect(person.last().text).toMatch(/More changes: \d/);
  expect(person.last().text.length).toBeLessThanOrEqual(4096);
});

test('what was changed and changed back is not told; a draft tells nobody', async () => {
  const { world, owner, event } = await staged();
  const person = await world.arrive('en');
  await seat(world, event, person);
  const one = await createSession(world, event);
  const change = async (time: string) => {
    await pressAny(world, owner, `edit_session:${one.id}`);
    await owner.press('Edit');
    await owner.press('Time');
    await owner.send(time);
    await owner.press('Save');
  };
  await change('12:00-13:00');
  await change('10:00-11:00');
  world.clock.advance({ minutes: 10 });
  await world.tick();
  expect((await owed(world)).map(({ state }) => state)).toEqual(['cancelled']);
  expect((await sessions(world))[0]).toMatchObject({ revision: 3 });

  const draft = await createEvent(world, { ...DAYS, status: 'draft' });
  await seat(world, draft, person);
  const drafted = await createSession(world, draft);
  await pressAny(world, owner, `cancel_session:${drafted.id}:yes`);
  expect(await sessions(world)).toHaveLength(1);
  expect(await owed(world)).toHaveLength(1);
});

test('a change that comes while the message is on its way is told by another one', async () => {
  const { world, owner, event } = await staged();
  const person = await world.arrive('en');
  await seat(world, event, person);
  const one = await createSession(world, event);
  await pressAny(world, owner, `cancel_session:${one.id}:yes`);
  await world.db.update(message).set({ state: 'sending' }).where(eq(message.kind, 'agenda_changed'));
  await pressAny(world, owner, `add_session:${event.id}`);
  await owner.send('Instead');
  await owner.press('Tuesday, 8 December 2026');
  await owner.send('10:00-11:00');
  await owner.press('Skip');
  await owner.press('Save');
  expect(await owed(world)).toHaveLength(2);
});

test('the event moves and its sessions with it, if the organizer says so; called off, they are cancelled', async () => {
  const { world, owner, event } = await staged();
  const person = await world.arrive('en');
  await seat(world, event, person);
  const one = await createSession(world, event, { at: 60 });
  await pressAny(world, owner, `move:${event.id}`);
  await owner.send('2026-12-10 10:00');
  await owner.press('Keep the duration');
  await owner.press('Move the sessions along');
  for (const label of ['Keep as it is', 'No link', 'Skip', 'Save and tell everyone']) await owner.press(label);
  const [moved] = await sessions(world);
  expect(String(moved!.beginsAt)).toBe(String(one.beginsAt.add({ hours: 48 })));
  expect(moved!.revision).toBe(2);
  await world.tick();
  expect(person.last().text).toContain('The sessions move along with it.');
  expect(await owed(world)).toEqual([]);

  await pressAny(world, owner, `move:${event.id}`);
  await owner.send('2026-12-20 10:00');
  await owner.press('Keep the duration');
  await owner.press('Leave the sessions');
  for (const label of ['Keep as it is', 'No link', 'Skip', 'Save and tell everyone']) await owner.press(label);
  await pressAny(world, owner, `sessions:${event.id}`);
  expect(owner.last().text).toContain('do not lie within the event');

  await pressAny(world, owner, `call_off:${event.id}`);
  await owner.press('Skip');
  await owner.press({ data: /:o:yes$/ });
  expect((await sessions(world))[0]!.cancelledAt).not.toBeNull();
});

test('without sessions the form of the move asks nothing more', async () => {
  const { world, owner, event } = await staged();
  await move(world, owner, event.id, '2026-12-12 10:00');
  const [moved] = await world.db.select().from(events).where(eq(events.id, event.id));
  expect(String(moved!.beginsAt)).toBe('2026-12-12T05:00:00Z');
});

test('on site the agenda goes by the clock of the place, online by one’s own with the other beside it', async () => {
  const { world, event } = await staged({ texts: { en: 'On site' } });
  const online = await createEvent(world, {
    ...DAYS,
    place: null,
    link: 'https://meet.example.org/x',
    texts: { en: 'Online' },
  });
  await createSession(world, event, { titles: { en: 'Here' } });
  await createSession(world, online, { titles: { en: 'There' }, at: 60 });
  const person = await world.arrive('ko');
  await seat(world, event, person);
  await seat(world, online, person);
  await pressAny(world, person, `agenda:${event.id}`);
  expect(person.last().text).toContain('10:00–11:00 Here');
  await pressAny(world, person, `agenda:${online.id}`);
  const zone = (await world.row(person)).zone;
  const own = online.beginsAt
    .add({ hours: 1 })
    .toZonedDateTimeISO(zone)
    .toPlainTime()
    .toString({ smallestUnit: 'minute' });
  expect(person.last().text).toContain(`${own}–`);
  await person.send('/agenda');
  expect(person.last().text).toContain('On site');
  expect(person.last().text).toContain('There');
});

test('a long agenda has pages, and each of them fits a message', async () => {
  const { world, event } = await staged();
  const person = await world.arrive('en');
  await seat(world, event, person);
  for (let i = 0; i < 24; i++)
    await createSession(world, event, {
      at: i * 60,
      minutes: 45,
      titles: { en: `Session ${i} ${'&'.repeat(130)}` },
      speakers: 'Names '.repeat(40),
      place: 'Hall '.repeat(20),
    });
  await pressAny(world, person, `agenda:${event.id}`);
  const seen = new Set<string>();
  for (;;) {
    for (const [, number] of person.last().text.matchAll(/Session (\d+)/g)) seen.add(number!);
    expect(person.last().text.length).toBeLessThanOrEqual(4096);
    if (!person.last().buttons.flat().includes('Next')) break;
    await person.press('Next');
  }
  expect(seen.size).toBe(24);
});

/** A first change, whose message is due by now, and a second one that is not committed when the sender comes. */
async function changedMeanwhile(
  second: (tx: Tx, input: SessionInput, eventId: number, now: Temporal.Instant) => Promise<unknown>,
) {
  const { world, owner, event } = await staged();
  const person = await world.arrive('en');
  await seat(world, event, person);
  const first = await createSession(world, event, { titles: { en: 'First' } });
  await pressAny(world, owner, `cancel_session:${first.id}:yes`);
  world.clock.advance({ minutes: 6 });
  const beginsAt = event.beginsAt.add({ hours: 3 });
  const texts = { en: { title: 'Second', description: '' } };
  const input = { beginsAt, endsAt: beginsAt.add({ hours: 1 }), place: null, speakers: null, texts };
  await world.db.transaction(async (tx) => {
    await second(tx, input, event.id, world.clock.now());
    await world.tick();
  });
  world.clock.advance({ minutes: 30 });
  await world.tick();
  return person.texts().filter((text) => text.includes('The agenda has changed'));
}

test('a change that is not committed yet when the sender comes is told all the same', async () => {
  const told = await changedMeanwhile((tx, input, eventId, now) => addSession(tx, eventId, input, now));
  expect(told).toHaveLength(1);
  expect(told[0]).toContain('Second');
});

test('control: who only looks whether a message waits, and relies on it, loses the change', async () => {
  const told = await changedMeanwhile(async (tx, { texts, ...columns }, eventId, changedAt) => {
    const waiting = await tx.select().from(message).where(eq(message.state, 'queued'));
    expect(waiting).toHaveLength(1);
    const [made] = await tx
      .insert(session)
      .values({ ...columns, eventId, changedAt })
      .returning();
    await tx.insert(sessionText).values({ sessionId: made!.id, language: 'en', ...texts.en! });
  });
  expect(told.join()).not.toContain('Second');
});
