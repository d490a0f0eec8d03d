import { eq } from 'drizzle-orm';
import { expect, test } from 'vitest';
import type { Tx } from '../../src/db/connect.ts';
import { alumniProfile, message, role, person, registration } from '../../src/db/schema.ts';
import { becomeAlumni, leaveAlumni } from '../../src/features/alumni/store.ts';
import type { TelegramUser } from '../../src/playground/telegram/index.ts';
import { createEvent, seat } from '../support/events.ts';
import { pressAny } from '../support/press.ts';
import { createWorld, type World } from '../support/world.ts';

const marks = async ({ db }: World) =>
  Object.fromEntries((await db.select().from(registration)).map(({ id, attended }) => [id, attended]));
const alumni = async ({ db }: World) => (await db.select().from(alumniProfile)).map(({ personId }) => personId);
const welcomes = async ({ db }: World) => db.select().from(message).where(eq(message.kind, 'alumni_welcome'));

/** An event that has begun, with somebody of each of these names in it. */
async function begun(world: World, names: string[], seats = names.length) {
  const { db, clock } = world;
  const event = await createEvent(world, { beginsAt: clock.now().subtract({ hours: 1 }) });
  names.forEach((_, i) => world.telegram.user({ id: 7_000_000 + i, started: true }));
  const people = await db
    .insert(person)
    .values(
      names.map((fullName, i) => ({
        telegramId: 7_000_000 + i,
        language: 'ru',
        zone: 'Asia/Bishkek',
        fullName,
        createdAt: clock.now(),
        seenAt: clock.now(),
      })),
    )
    .returning();
  const rows = await db
    .insert(registration)
    .values(
      people.map(({ id }, i) => ({
        eventId: event.id,
        personId: id,
        status: i < seats ? ('registered' as const) : ('waiting' as const),
        waitingSince: i < seats ? null : clock.now(),
        createdAt: clock.now(),
        changedAt: clock.now(),
      })),
    )
    .returning();
  return { event, people, ids: rows.map(({ id }) => id) };
}

const buttons = (user: TelegramUser) => user.last().buttons.flat();

test('an organizer marks who attended in one message; those people become alumni, once', async () => {
  const world = await createWorld();
  const owner = await world.owner();
  const { event, people, ids } = await begun(world, ['Ээлчибек', 'Асель', 'Waiting'], 2);
  await owner.send('/organize');
  await owner.press({ data: `manage:${event.id}` });
  await owner.press('Attendance');
  // By name; whoever waits has no seat to attend on.
  expect(buttons(owner).slice(0, 2)).toEqual(['Асель', 'Ээлчибек']);
  const { message_id } = owner.last();
  const messages = owner.chat.length;

  await owner.press('Асель');
  expect(owner.last().message_id).toBe(message_id);
  expect(owner.chat).toHaveLength(messages);
  expect(buttons(owner)).toContain('✓ Асель');
  expect(await marks(world)).toEqual({ [ids[0]!]: null, [ids[1]!]: true, [ids[2]!]: null });
  expect(await alumni(world)).toEqual([people[1]!.id]);

  // The button said "attended": pressed again, from an old message or by an impatient finger, it says so again.
  await pressAny(world, owner, `attend:${ids[1]}:1:0`);
  expect(await marks(world)).toMatchObject({ [ids[1]!]: true });
  expect(await welcomes(world)).toHaveLength(1);

  await owner.press('✓ Асель');
  expect(await marks(world)).toMatchObject({ [ids[1]!]: false });
  expect(await alumni(world)).toEqual([]);
});

test('people are thanked when the event is over, and not at all if the wrong name was pressed', async () => {
  const world = await createWorld();
  const owner = await world.owner();
  const { event, people, ids } = await begun(world, ['Асель', 'Wrong name']);
  for (const id of ids) await pressAny(world, owner, `attend:${id}:1:0`);
  await world.tick();
  expect((await welcomes(world)).map(({ state, dueAt }) => [state, dueAt])).toEqual([
    ['queued', event.endsAt],
    ['queued', event.endsAt],
  ]);
  await pressAny(world, owner, `attend:${ids[1]}:0:0`);
  world.clock.set(event.endsAt);
  await world.tick();
  expect((await welcomes(world)).map(({ state, personId }) => [state, personId])).toEqual([['sent', people[0]!.id]]);

  // Marked afterwards: ten minutes to take it back.
  await pressAny(world, owner, `attend:${ids[1]}:1:0`);
  const [, late] = await welcomes(world);
  expect(late).toMatchObject({ state: 'queued', dueAt: event.endsAt.add({ minutes: 10 }) });
});

test('“all” marks whoever is not marked; who was absent stays absent, however often it is pressed', async () => {
  const world = await createWorld();
  const owner = await world.owner();
  const { event, ids } = await begun(world, ['A', 'B', 'C', 'D'], 3);
  await pressAny(world, owner, `attend:${ids[1]}:0:0`);
  await pressAny(world, owner, `attendance:${event.id}`);
  await owner.press('Mark all as attended');
  expect(await marks(world)).toEqual({ [ids[0]!]: true, [ids[1]!]: false, [ids[2]!]: true, [ids[3]!]: null });
  expect(buttons(owner)).not.toContain('Mark all as attended');
  await pressAny(world, owner, `attend_all:${event.id}:0`);
  expect(await marks(world)).toMatchObject({ [ids[1]!]: false });
  expect(await alumni(world)).toHaveLength(2);
});

test('somebody who attended another event stays an alumna when a mark is taken back', async () => {
  const world = await createWorld();
  const owner = await world.owner();
  const { people, ids } = await begun(world, ['Nino']);
  const other = await createEvent(world, { beginsAt: world.clock.now().subtract({ hours: 100 }) });
  await world.db.insert(registration).values({
    eventId: other.id,
    personId: people[0]!.id,
    status: 'registered',
    attended: true,
    createdAt: world.clock.now(),
    changedAt: world.clock.now(),
  });
  await pressAny(world, owner, `attend:${ids[0]}:1:0`);
  await pressAny(world, owner, `attend:${ids[0]}:0:0`);
  expect(await alumni(world)).toEqual([people[0]!.id]);
});

test('marks at two events at once, one set and one taken back, leave an alumna', async () => {
  const world = await createWorld();
  const [first, second] = [await world.owner(), await world.arrive('ru')];
  await world.db
    .insert(role)
    .values({ kind: 'organizer', personId: (await world.row(second)).id, since: world.clock.now() });
  const { people, ids } = await begun(world, ['Leyla']);
  const other = await createEvent(world, { beginsAt: world.clock.now().subtract({ hours: 100 }) });
  const now = world.clock.now();
  const [elsewhere] = await world.db
    .insert(registration)
    .values({ eventId: other.id, personId: people[0]!.id, status: 'registered', createdAt: now, changedAt: now })
    .returning();
  for (let round = 0; round < 10; round++) {
    const [taken, set] = round % 2 ? [ids[0], elsewhere!.id] : [elsewhere!.id, ids[0]];
    await pressAny(world, first, `attend:${taken}:1:0`);
    await Promise.all([pressAny(world, first, `attend:${taken}:0:0`), pressAny(world, second, `attend:${set}:1:0`)]);
    expect(await alumni(world), `round ${round}`).toEqual([people[0]!.id]);
  }
});

test('control: without the lock on the person, each of the two sees the other’s mark as not there yet', async () => {
  const world = await createWorld();
  const { people, ids } = await begun(world, ['Leyla']);
  const other = await createEvent(world, { beginsAt: world.clock.now().subtract({ hours: 100 }) });
  const now = world.clock.now();
  const common = { personId: people[0]!.id, status: 'registered' as const, createdAt: now, changedAt: now };
  const [elsewhere] = await world.db
    .insert(registration)
    .values({ ...common, eventId: other.id })
    .returning();
  const mark = (tx: Tx, id: number, attended: boolean) =>
    tx.update(registration).set({ attended }).where(eq(registration.id, id));
  await world.db.transaction(async (tx) => {
    await mark(tx, ids[0]!, true);
    await becomeAlumni(tx, people[0]!.id, now);
  });

  const [set, taken] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  await Promise.all([
    world.db.transaction(async (tx) => {
      await mark(tx, elsewhere!.id, true);
      await becomeAlumni(tx, people[0]!.id, now);
      set.resolve();
      await taken.promise;
    }),
    world.db.transaction(async (tx) => {
      await set.promise;
      await mark(tx, ids[0]!, false);
      await leaveAlumni(tx, people[0]!.id);
      taken.resolve();
    }),
  ]);
  expect(await marks(world)).toMatchObject({ [elsewhere!.id]: true });
  expect(await alumni(world)).toEqual([]);
});

test('nobody has attended before the beginning, on the waiting list, after giving the seat back, or what was called off', async () => {
  const world = await createWorld();
  const owner = await world.owner();
  const { ids } = await begun(world, ['Seat', 'Waiting', 'Gone'], 1);
  await world.db
    .update(registration)
    .set({ status: 'cancelled', waitingSince: null })
    .where(eq(registration.id, ids[2]!));
  const coming = await createEvent(world);
  const off = await createEvent(world, { status: 'cancelled', beginsAt: world.clock.now().subtract({ hours: 2 }) });
  const tabassum = await world.arrive('tg');
  await seat(world, coming, tabassum);
  await seat(world, off, tabassum);
  const all = await world.db.select().from(registration);
  for (const { id } of all.filter(({ id }) => id !== ids[0])) await pressAny(world, owner, `attend:${id}:1:0`);
  for (const { id } of [coming, off]) await pressAny(world, owner, `attend_all:${id}:0`);
  for (const nonsense of ['attend:999:1:0', 'attend::1', 'attend:x:1:0', 'attendance:999', 'attend_all:'])
    await pressAny(world, owner, nonsense);
  expect(Object.values(await marks(world)).every((mark) => mark === null)).toBe(true);
  expect(await alumni(world)).toEqual([]);

  await owner.send('/organize');
  await owner.press({ data: `manage:${coming.id}` });
  expect(buttons(owner)).not.toContain('Attendance');
});

test('twenty-five people are three pages of buttons, whose names are cut and never interpreted', async () => {
  const world = await createWorld();
  const owner = await world.owner();
  const names = Array.from({ length: 25 }, (_, i) => `Person ${String(i + 1).padStart(2, '0')}`);
  names[24] = `Z <b>${'long name '.repeat(14)}`;
  const { event, ids } = await begun(world, names);
  await pressAny(world, owner, `attendance:${event.id}`);
  expect(buttons(owner)[0]).toBe('Person 01');
  await owner.press('Next');
  expect(buttons(owner)[0]).toBe('Person 11');
  await owner.press('Next');
  expect(buttons(owner)).not.toContain('Next');
  const last = buttons(owner)[4]!;
  expect(last).toMatch(/^Z <b>long name/);
  expect([...last].length).toBeLessThanOrEqual(30);
  await owner.press(last);
  expect((await marks(world))[ids[24]!]).toBe(true);
  // Still on the third page.
  expect(buttons(owner)[0]).toBe('Person 21');
  await pressAny(world, owner, `attendance:${event.id}:99`);
  expect(buttons(owner)[0]).toBe('Person 21');
});
