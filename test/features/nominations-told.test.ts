import { eq, sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { event, message, nomination, person, role } from '../../src/db/schema.ts';
import type { TelegramUser } from '../../src/playground/telegram/index.ts';
import { createEvent, seat } from '../support/events.ts';
import { focalPoint, knownPerson } from '../support/nominations.ts';
import { pressAny } from '../support/press.ts';
import { give } from '../support/roles.ts';
import { told } from '../support/seats.ts';
import { createWorld, type World } from '../support/world.ts';

/** The end of nominations in all of these tests, if nobody moves it: 18:00 in Astana. */
const END = Temporal.Instant.from('2026-12-10T13:00:00Z');

async function stage(given: Parameters<typeof createEvent>[1] = {}) {
  const world = await createWorld();
  const one = await createEvent(world, {
    beginsAt: Temporal.Instant.from('2027-01-04T05:00:00Z'),
    nominationsUntil: END,
    nominees: 1,
    ...given,
  });
  return { world, one };
}

async function nominated(world: World, { id: eventId }: { id: number }, country: string, fullName: string) {
  const { id: personId } = await world.row(await knownPerson(world, { fullName, country }));
  await world.db.insert(nomination).values({ eventId, personId, country, createdAt: world.clock.now() });
}

async function at(world: World, when: string): Promise<void> {
  world.clock.set(when);
  await world.tick();
}

const ofNominations = async (world: World, user: TelegramUser) =>
  (await told(world, user)).filter((line) => line.startsWith('nominations'));

/** Sets the terms as an organizer does. */
async function ask(world: World, owner: TelegramUser, { id }: { id: number }, until: string, most: string) {
  await pressAny(world, owner, `event_nominations:${id}`);
  await owner.press({ data: `nomination_terms:${id}` });
  await owner.send(until);
  await owner.send(most);
  await owner.press('Save');
}

test('focal points hear of it when the event is published, once, and nobody else does', async () => {
  const { world, one } = await stage({ status: 'draft' });
  const [begimai, owner] = [await focalPoint(world, 'KG', 'UZ'), await world.owner()];
  const stranger = await world.arrive('en');
  await world.tick();
  expect(await ofNominations(world, begimai)).toEqual([]);
  await pressAny(world, owner, `publish_now:${one.id}`);
  await world.tick();
  await world.tick();
  expect(await ofNominations(world, begimai)).toEqual(['nominations_open sent']);
  expect(begimai.last().text).toContain('Nominations until: Thursday, 10 December 2026, 18:00 · Astana (UTC+5)');
  expect(begimai.last().text).toContain('Nominees per country: 1');
  expect(begimai.last().buttons).toEqual([['Kyrgyzstan'], ['Uzbekistan']]);
  await begimai.press('Uzbekistan');
  expect(begimai.last().text).toContain('Country: Uzbekistan');
  expect(await told(world, stranger)).toEqual([]);
});

test('they hear of a deadline that is set later, and of another one; what was moved again is not said', async () => {
  const { world, one } = await stage({ nominationsUntil: null });
  const [begimai, owner] = [await focalPoint(world, 'KG'), await world.owner()];
  await world.tick();
  expect(await ofNominations(world, begimai)).toEqual([]);
  await ask(world, owner, one, '2026-12-10 18:00', '2');
  expect(owner.last().text).toContain('The focal points are told.');
  await world.tick();
  await ask(world, owner, one, '2026-12-12 18:00', '2');
  expect(begimai.last().text).toContain('The deadline for nominations has changed');
  expect(begimai.last().text).toContain('Nominations until: Saturday, 12 December 2026, 18:00 · Astana (UTC+5)');
  expect(begimai.last().text).toContain('Thursday, 10 December 2026, 18:00');
  // Only the number: that is on the page.
  await ask(world, owner, one, '2026-12-12 18:00', '3');
  expect(await ofNominations(world, begimai)).toEqual(['nominations_open sent', 'nominations_moved sent']);
  // In the night there is time to change one's mind.
  world.clock.set('2026-11-25T18:00:00Z');
  await ask(world, owner, one, '2026-12-14 18:00', '3');
  world.clock.advance({ minutes: 1 });
  await ask(world, owner, one, '2026-12-15 18:00', '3');
  await at(world, '2026-11-26T05:00:00Z');
  expect(begimai.last().text).toContain('15 December');
  expect((await ofNominations(world, begimai)).slice(2)).toEqual([
    'nominations_moved cancelled',
    'nominations_moved sent',
  ]);
  // Not asked for any more: said as well.
  await pressAny(world, owner, `nomination_terms:${one.id}`);
  await owner.press('No nominations');
  await owner.press('Save');
  await world.tick();
  expect(begimai.last().text).toContain('Nominations are not asked for any more\nDigital services workshop');
  world.clock.advance({ minutes: 1 });
  await ask(world, owner, one, '2026-12-20 18:00', '3');
  await world.tick();
  expect(begimai.last().text).toContain('You can nominate people now');
  expect(begimai.last().text).toContain('20 December');
});

test('reminders a week and a day before go to who has room on a list, and say where', async () => {
  const { world, one } = await stage();
  const [empty, full, both] = [
    await focalPoint(world, 'UZ'),
    await focalPoint(world, 'KG'),
    await focalPoint(world, 'KG', 'TJ'),
  ];
  await nominated(world, one, 'KG', 'Асанова Айпери');
  await world.tick();
  await at(world, '2026-12-03T12:59:00Z');
  expect(await ofNominations(world, empty)).toEqual(['nominations_open sent']);
  await at(world, '2026-12-03T13:00:00Z');
  await world.tick();
  expect(empty.last().text).toContain('Nominations end soon\nDigital services workshop\nTime left: 7 days');
  expect(empty.last().text).toContain('Uzbekistan · Nominated: 0 of 1');
  expect(both.last().text).toContain('Tajikistan · Nominated: 0 of 1');
  expect(both.last().text).not.toContain('Kyrgyzstan');
  expect(await ofNominations(world, both)).toEqual(['nominations_open sent', 'nominations_due sent']);
  await nominated(world, one, 'UZ', 'Toʻxtayeva Dilnoza');
  await at(world, '2026-12-09T13:00:00Z');
  expect(both.last().text).toContain('Time left: 1 day');
  expect(await ofNominations(world, empty)).toEqual(['nominations_open sent', 'nominations_due sent']);
  expect(await ofNominations(world, full)).toEqual(['nominations_open sent']);

  await at(world, '2026-12-10T13:00:00Z');
  await world.tick();
  expect(full.last().text).toContain('Nominations have ended');
  expect(full.last().text).toContain('Nominated: 1 of 1\nOf them registered or applied: 0');
  expect(await ofNominations(world, full)).toEqual(['nominations_open sent', 'nominations_closed sent']);
});

test('without a number, who has nominated somebody is not reminded', async () => {
  const { world, one } = await stage({ nominees: null });
  const [some, none] = [await focalPoint(world, 'KG'), await focalPoint(world, 'UZ')];
  await nominated(world, one, 'KG', 'Асанова Айпери');
  await world.tick();
  await at(world, '2026-12-09T13:00:00Z');
  expect(await ofNominations(world, some)).toEqual(['nominations_open sent']);
  // The clock has jumped: of two that are due the later one says it all.
  expect(await ofNominations(world, none)).toEqual(['nominations_open sent', 'nominations_due sent']);
});

test('what fell due before they heard of it, or became focal points, is no reminder', async () => {
  const { world, one } = await stage({ nominationsUntil: null });
  const begimai = await focalPoint(world, 'KG');
  world.clock.set('2026-12-05T06:00:00Z');
  await world.db.update(event).set({ nominationsUntil: END }).where(eq(event.id, one.id));
  await world.tick();
  expect(await ofNominations(world, begimai)).toEqual(['nominations_open sent']);
  const late = await focalPoint(world, 'UZ');
  // Looked at again, for whatever reason.
  await seat(world, one, await world.arrive('en'));
  await world.tick();
  expect(await ofNominations(world, late)).toEqual(['nominations_open sent']);
});

test('a deadline that is moved brings reminders of its own, those of the first one are taken back', async () => {
  const { world, one } = await stage();
  const [begimai, owner] = [await focalPoint(world, 'KG'), await world.owner()];
  await world.tick();
  // Owed in the evening, and held until the morning.
  await world.db.update(person).set({ quietFrom: 17, quietTo: 8 });
  await at(world, '2026-12-03T13:00:00Z');
  expect(await ofNominations(world, begimai)).toEqual(['nominations_open sent', 'nominations_due queued']);
  await ask(world, owner, one, '2026-12-20 18:00', '1');
  await at(world, '2026-12-04T05:00:00Z');
  expect(await ofNominations(world, begimai)).toEqual([
    'nominations_open sent',
    'nominations_due cancelled',
    'nominations_moved sent',
  ]);
  await at(world, '2026-12-14T05:00:00Z');
  expect(begimai.last().text).toContain('Nominations end soon');
});

test('who lost the role meanwhile hears nothing, nor does anybody of an event that is called off', async () => {
  const { world, one } = await stage();
  const [begimai, ainur] = [await focalPoint(world, 'KG'), await focalPoint(world, 'KZ')];
  // 23:00 in Astana: it waits for the morning.
  await at(world, '2026-11-24T18:00:00Z');
  await world.db.delete(role).where(eq(role.personId, (await world.row(begimai)).id));
  await at(world, '2026-11-25T05:00:00Z');
  expect(await ofNominations(world, begimai)).toEqual(['nominations_open cancelled']);
  expect(await ofNominations(world, ainur)).toEqual(['nominations_open sent']);
  await world.db.update(event).set({ status: 'cancelled' }).where(eq(event.id, one.id));
  await at(world, '2026-12-09T13:00:00Z');
  await at(world, '2026-12-10T13:00:00Z');
  expect(await ofNominations(world, ainur)).toEqual(['nominations_open sent']);
  await give(world, begimai, { kind: 'focal_point', country: 'KG' });
  await world.tick();
  expect(await world.db.$count(message, sql`kind like 'nominations%'`)).toBe(2);
});

test('nominations end when the event begins, also where it was moved before the deadline', async () => {
  const { world, one } = await stage();
  const begimai = await focalPoint(world, 'KG');
  const beginsAt = Temporal.Instant.from('2026-12-05T05:00:00Z');
  await world.db
    .update(event)
    .set({ beginsAt, endsAt: beginsAt.add({ hours: 3 }) })
    .where(eq(event.id, one.id));
  await world.tick();
  expect(begimai.last().text).toContain('Nominations until: Saturday, 5 December 2026, 10:00');
  await at(world, '2026-12-04T05:00:00Z');
  expect(begimai.last().text).toContain('Time left: 1 day');
  await at(world, '2026-12-05T05:00:00Z');
  expect(begimai.last().text).toContain('Nominations have ended');
});

test('an event that is called off: who was nominated hears of it without having registered, and who was asked to nominate', async () => {
  const { world, one } = await stage();
  const [begimai, owner] = [await focalPoint(world, 'KG'), await world.owner()];
  await world.tick();
  const [aibek, gulnara, daniyar] = [
    await knownPerson(world, { fullName: 'Асанов Айбек', country: 'KG' }),
    await knownPerson(world, { fullName: 'Исакова Гүлнара', country: 'KG' }),
    await knownPerson(world, { fullName: 'Токтогулов Данияр', country: 'KG' }),
  ];
  const now = world.clock.now();
  for (const user of [aibek, gulnara, daniyar])
    await world.db
      .insert(nomination)
      .values({ eventId: one.id, personId: (await world.row(user)).id, country: 'KG', createdAt: now });
  await world.db
    .update(nomination)
    .set({ withdrawnAt: now })
    .where(eq(nomination.personId, (await world.row(daniyar)).id));
  await seat(world, one, gulnara);
  await pressAny(world, owner, `call_off:${one.id}`);
  await owner.press('Skip');
  expect(owner.last().text).toContain('People who will be told: 3');
  await owner.press('❌ Digital services workshop');
  expect(owner.last().text).toContain('People told: 3');
  for (const user of [begimai, aibek, gulnara]) {
    expect((await told(world, user)).filter((line) => line.startsWith('event_cancelled'))).toEqual([
      'event_cancelled sent',
    ]);
    expect(user.last().text).toContain('Digital services workshop');
  }
  expect(await told(world, daniyar)).not.toContain('event_cancelled sent');
});

test('who becomes a focal point later hears at once what is to be nominated for', async () => {
  const { world } = await stage();
  await world.tick();
  const begimai = await focalPoint(world, 'KG');
  await world.tick();
  expect(await ofNominations(world, begimai)).toEqual(['nominations_open sent']);
});
