import { and, eq } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { material, message, person } from '../../src/db/schema.ts';
import { createClaims } from '../../src/delivery/claims.ts';
import { callOff, move, setRules } from '../../src/features/changes/store.ts';
import { addMaterial } from '../../src/features/materials/store.ts';
import type { TelegramUser } from '../../src/playground/telegram/index.ts';
import { createEvent, seat } from '../support/events.ts';
import { pressAny } from '../support/press.ts';
import { createWorld, type World } from '../support/world.ts';

const NIGHT = '2026-11-24T18:00:00Z';
/** 8:00 in Almaty. */
const MORNING = '2026-11-25T03:00:00Z';

/** In the library, where everybody hears of it; at night. */
async function add({ db, clock, telegram }: World, title: string): Promise<number> {
  const fileId = telegram.file({ kind: 'document', file_name: 'a.pdf', size: 10 });
  const file = { kind: 'document', fileId, fileName: 'a.pdf', fileSize: 10 } as const;
  const given = { ...file, title, phase: 'before', addedAt: clock.now() } as const;
  const made = await db.transaction((tx) => addMaterial(tx, given, clock.now()));
  return made.id;
}

async function someoneAsleep(titles = ['Agenda', 'Slides', 'Reading list']) {
  const world = await createWorld();
  const aida = await world.arrive('en');
  await world.db.update(person).set({ zone: 'Asia/Almaty' });
  world.clock.set(NIGHT);
  const ids = [];
  for (const title of titles) ids.push(await add(world, title));
  await world.tick();
  const states = async () => {
    const { id } = await world.row(aida);
    const rows = await world.db
      .select()
      .from(message)
      .where(and(eq(message.personId, id), eq(message.kind, 'material')))
      .orderBy(message.id);
    return rows.map(({ state }) => state);
  };
  return { world, aida, ids, states };
}

/** How many messages are about one of these materials alone. */
const shown = (user: TelegramUser, title: string) =>
  user.texts().filter((text) => text.includes(title) && !text.includes('Messages that waited')).length;

test('what came at night arrives in the morning as one message, and each part opens from it', async () => {
  const { world, aida, states } = await someoneAsleep();
  const before = aida.chat.length;
  expect(await states()).toEqual(['queued', 'queued', 'queued']);
  world.clock.set(MORNING);
  await world.tick();
  expect(aida.chat.length).toBe(before + 1);
  expect(aida.last().text).toContain('Messages that waited for you: 3');
  expect(aida.last().text).toContain('Slides');
  expect(aida.last().buttons).toHaveLength(3);
  expect(await states(), 'it arrived with them').toEqual(['sent', 'sent', 'sent']);

  await aida.press(/Slides/);
  expect(shown(aida, 'Slides')).toBe(1);
  const digest = aida.chat.find(({ text }) => text?.includes('Messages that waited'))!;
  expect(digest.buttons, 'the list stays').toHaveLength(3);
  await aida.press(/Agenda/, { message: digest.message_id });
  expect(shown(aida, 'Agenda')).toBe(1);
  await aida.press(/Agenda/, { message: digest.message_id });
  expect(shown(aida, 'Agenda'), 'once: then it is pointed at').toBe(1);
  expect(aida.last().text).toBe('You have opened this message already: here it is.');
});

test('one that waited alone comes as it is', async () => {
  const { world, aida, states } = await someoneAsleep(['Agenda']);
  world.clock.set(MORNING);
  await world.tick();
  expect(aida.last().text ?? aida.last().caption).not.toContain('Messages that waited');
  expect(await states()).toEqual(['sent']);
});

test('what is withdrawn overnight is not in the list, and the last one left comes by itself', async () => {
  const { world, aida, ids, states } = await someoneAsleep();
  await world.db.delete(material).where(eq(material.id, ids[1]!));
  await world.db.delete(material).where(eq(material.id, ids[2]!));
  world.clock.set(MORNING);
  await world.tick();
  expect(JSON.stringify(aida.last())).toContain('Agenda');
  expect(aida.texts().join()).not.toContain('Messages that waited');
  expect(await states()).toEqual(['sent', 'cancelled', 'cancelled']);
});

test('who switches the topic off before the morning gets none of it', async () => {
  const { world, aida, states } = await someoneAsleep();
  const before = aida.chat.length;
  await world.db.update(person).set({ muted: ['materials'] });
  world.clock.set(MORNING);
  await world.tick();
  expect(aida.chat.length).toBe(before);
  expect(await states()).toEqual(['cancelled', 'cancelled', 'cancelled']);
});

test('a part opens for its own reader only, and says so when it is gone', async () => {
  const { world, aida, ids } = await someoneAsleep();
  const eve = await world.arrive('en', { first_name: 'Eve' });
  world.clock.set(MORNING);
  await world.tick();
  const [agenda] = await world.db
    .select()
    .from(message)
    .where(eq(message.personId, (await world.row(aida)).id));
  await pressAny(world, eve, `held:${agenda!.id}`);
  expect(eve.last().text).toBe('This message is no longer current.');
  expect(shown(eve, 'Agenda')).toBe(0);
  await world.db.delete(material).where(eq(material.id, ids[0]!));
  await aida.press(/Agenda/);
  expect(aida.last().text).toBe('This message is no longer current.');
  expect(aida.last().buttons).toEqual([['Main menu']]);
});

test('a list that could not be delivered is no delivery of its parts', async () => {
  const { world, aida, states } = await someoneAsleep();
  await aida.block();
  await world.db.update(person).set({ unreachableSince: null });
  world.clock.set(MORNING);
  await world.tick();
  expect(await states()).toEqual(['blocked', 'blocked', 'blocked']);
});

/** Ways in which a reminder of an event is not true any more. */
const UNTRUE: Record<string, (world: World, eventId: number, users: TelegramUser[]) => Promise<unknown>> = {
  async 'people give up their seats'(world, eventId, users) {
    for (const user of users) await pressAny(world, user, `give_up:${eventId}`);
  },
  'the event is called off': ({ db, clock }, eventId) =>
    db.transaction((tx) => callOff(tx, eventId, null, clock.now())),
  'the event is moved'({ db, clock }, eventId) {
    const beginsAt = clock.now().add({ hours: 300 });
    const details = { beginsAt, endsAt: beginsAt.add({ hours: 3 }), place: null, link: null };
    return db.transaction((tx) => move(tx, eventId, { ...details, deadlineAt: null, note: null }, clock.now()));
  },
  'the reminder is withdrawn': ({ db, clock }, eventId) =>
    db.transaction((tx) => setRules(tx, eventId, { deadlineAt: null, reminderOffsets: [] }, clock.now())),
};

test.each(Object.entries(UNTRUE))('when %s, a digest that is in hand goes without the reminder', async (_, go) => {
  const world = await createWorld();
  const { db, clock, telegram } = world;
  const { id } = await createEvent(world, { beginsAt: Temporal.Instant.from(NIGHT).add({ hours: 23 }) });
  const [alone, listed] = [await world.arrive('en'), await world.arrive('en')];
  for (const user of [alone, listed]) await seat(world, { id }, user);
  await db.update(person).set({ zone: 'Asia/Almaty' });
  clock.set(NIGHT);
  await add(world, 'Agenda');
  await world.tick();
  clock.set(MORNING);
  const limited = { error_code: 429, description: 'Too Many Requests', parameters: { retry_after: 3600 } };
  for (const user of [alone, listed]) telegram.fail({ method: 'sendMessage', chat_id: user.id, ...limited });
  await world.app.drain();
  // Of what waited for one of them, nothing but the reminder is left.
  await db
    .update(person)
    .set({ muted: ['materials'] })
    .where(eq(person.telegramId, alone.id));
  await db.update(message).set({ retryAt: null });
  const claims = createClaims(db, 'another', []);
  const inHand = (await claims.take(clock.now(), 10)).map((one) => one.message);
  expect(inHand.map(({ kind }) => kind)).toEqual(['digest', 'digest']);
  const before = telegram.calls.length;

  await go(world, id, [alone, listed]);
  expect(await claims.begin(inHand)).toEqual(new Set());
  await world.tick();
  const reminders = await db.select().from(message).where(eq(message.kind, 'reminder'));
  expect(reminders.map(({ state }) => state)).toEqual(['cancelled', 'cancelled']);
  const said = JSON.stringify(telegram.calls.slice(before));
  expect(said).not.toContain('Messages that waited');
  expect(said).not.toContain('Reminder');
  expect(said).toContain('Agenda');
});
