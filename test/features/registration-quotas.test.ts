import { eq } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { event, person, quota } from '../../src/db/schema.ts';
import type { TelegramUser } from '../../src/playground/telegram/index.ts';
import { createEvent } from '../support/events.ts';
import { pressAny } from '../support/press.ts';
import { changesOf, comes, givesUp, registrationOf, told } from '../support/seats.ts';
import { createWorld } from '../support/world.ts';

/** Through the form of the organizer, which stands open on the event's page. */
async function divide(owner: TelegramUser, seats: Record<string, number>, until: string | null): Promise<void> {
  for (const country of Object.keys(seats)) await owner.press({ data: new RegExp(`:o:${country}$`) });
  await owner.press('Done');
  for (const n of Object.values(seats)) await owner.send(String(n));
  if (Object.keys(seats).length > 0) {
    if (until === null) await owner.press('Until the event begins');
    else await owner.send(until);
  }
  await owner.press('Save');
}

const statusOf = async (world: Parameters<typeof registrationOf>[0], someone: TelegramUser) =>
  (await registrationOf(world, someone)).status;

test('seats are kept for a country: others find the event full, and wait', async () => {
  const world = await createWorld();
  const owner = await world.owner();
  const one = await createEvent(world, { seats: 3 });
  await pressAny(world, owner, `manage:${one.id}`);
  await owner.press('Admission and seats');
  await owner.press('Seats by country');
  await divide(owner, { KZ: 1, KG: 1 }, '2026-12-01 10:00');
  expect(owner.last().text).toContain('Kazakhstan · 0 / 1');
  await owner.press('Back');
  expect(owner.last().text).toContain('Kept until: Tuesday, 1 December 2026, 10:00');

  const shared = await comes(world, one, 'Aziz', { country: 'UZ' });
  expect(await statusOf(world, shared)).toBe('registered');
  const second = await comes(world, one, 'Botir', { country: 'UZ' });
  expect(await statusOf(world, second)).toBe('waiting');
  await second.open(`event_${one.code}`);
  expect(second.last().text).toContain('All seats for your country are taken. On the waiting list: 1');
  const kazakh = await comes(world, one, 'Aigerim', { country: 'KZ' });
  expect(await statusOf(world, kazakh)).toBe('registered');
  // Their quota and the shared part are full.
  expect(await statusOf(world, await comes(world, one, 'Dana', { country: 'KZ' }))).toBe('waiting');
  // The seat of a quota goes to the first of that country, not to the first of the list.
  await givesUp(kazakh, one);
  expect(await statusOf(world, second)).toBe('waiting');
  await givesUp(shared, one);
  expect(await statusOf(world, second)).toBe('registered');
  await pressAny(world, owner, `manage:${one.id}`);
  expect(owner.last().text).toContain('Kazakhstan · 1 / 1');
  expect(owner.last().text).toContain('Kyrgyzstan · 0 / 1');
});

test('when the quotas end, what is left goes to those who wait, in their order, and is told once', async () => {
  const world = await createWorld();
  const one = await createEvent(world, { seats: 2, quotasUntil: world.clock.now().add({ hours: 5 }) });
  await world.db.insert(quota).values({ eventId: one.id, country: 'KG', seats: 2 });
  const first = await comes(world, one, 'Aziz', { country: 'UZ' });
  world.clock.advance({ minutes: 1 });
  const second = await comes(world, one, 'Botir', { country: 'TJ' });
  world.clock.advance({ minutes: 1 });
  const third = await comes(world, one, 'Nino', { country: 'GE' });
  await world.tick();
  expect(await statusOf(world, first)).toBe('waiting');
  world.clock.advance({ hours: 5 });
  await world.tick();
  await world.tick();
  expect(await Promise.all([first, second, third].map((who) => statusOf(world, who)))).toEqual([
    'registered',
    'registered',
    'waiting',
  ]);
  expect(await told(world, first)).toEqual(['confirmation sent', 'promoted sent']);
  expect(await changesOf(world, first)).toEqual([
    [null, 'waiting', 'person'],
    ['waiting', 'registered', 'bilim'],
  ]);
});

test('who comes after the end, before the planner does, stands behind those who wait', async () => {
  const world = await createWorld();
  const one = await createEvent(world, { seats: 1, quotasUntil: world.clock.now().add({ hours: 5 }) });
  await world.db.insert(quota).values({ eventId: one.id, country: 'KG', seats: 1 });
  const first = await comes(world, one, 'Aziz', { country: 'UZ' });
  world.clock.advance({ hours: 5 });
  const late = await world.arrive('en');
  await world.db
    .update(person)
    .set({
      fullName: 'L',
      latinName: 'L',
      country: 'GE',
      agency: 'A',
      position: 'P',
      sex: 'female',
      email: 'a@b.example',
    })
    .where(eq(person.telegramId, late.id));
  await late.open(`event_${one.code}`);
  await late.press('Register');
  await late.press({ data: /:ok$/ });
  expect(late.last().text).toContain('The last seat has just been taken');
  expect(await statusOf(world, first)).toBe('registered');
});

test('the form refuses more than there are seats, and an event without a limit', async () => {
  const world = await createWorld();
  const owner = await world.owner();
  const one = await createEvent(world, { seats: 5 });
  await pressAny(world, owner, `quotas:${one.id}`);
  await owner.press({ data: /:o:KZ$/ });
  await owner.press({ data: /:o:KG$/ });
  await owner.press('Done');
  await owner.send('3');
  expect(owner.last().text).toContain('Seats left: 2');
  await owner.send('3');
  expect(owner.last().text).toContain('from 1 to 2');
  await owner.send('2');
  await owner.press('Until the event begins');
  // Another organizer was faster.
  await world.db.update(event).set({ seats: 4 }).where(eq(event.id, one.id));
  await owner.press('Save');
  expect(owner.last().text).toContain('Seats kept for countries: 5. Seats of the event: 4.');
  expect(await world.db.select().from(quota)).toEqual([]);

  await world.db.update(event).set({ seats: null }).where(eq(event.id, one.id));
  await pressAny(world, owner, `quotas:${one.id}`);
  expect(owner.last().text).toContain('Set the number of seats first');
});

test('quotas below what is taken take nothing away, and it is said; the number of seats does not fall below them', async () => {
  const world = await createWorld();
  const owner = await world.owner();
  const one = await createEvent(world, { seats: 3 });
  const guests = [];
  for (const name of ['Aziz', 'Botir', 'Kamol']) guests.push(await comes(world, one, name, { country: 'UZ' }));
  await pressAny(world, owner, `quotas:${one.id}`);
  await divide(owner, { UZ: 1, KG: 2 }, null);
  expect(owner.last().text).toContain('More seats are taken than kept here, and nobody loses one.');
  expect(await Promise.all(guests.map((who) => statusOf(world, who)))).toEqual(Array(3).fill('registered'));
  const kyrgyz = await comes(world, one, 'Aibek', { country: 'KG' });
  const uzbek = await comes(world, one, 'Rustam', { country: 'UZ' });
  await givesUp(guests[0]!, one);
  expect(await statusOf(world, kyrgyz)).toBe('registered');
  expect(await statusOf(world, uzbek)).toBe('waiting');
  await givesUp(guests[1]!, one);
  await pressAny(world, owner, `seats:${one.id}`);
  await owner.send('2');
  expect(owner.last().text).toContain('Seats kept for countries: 3. Seats of the event: 2.');
  // Without quotas, all that is free is for everybody.
  await pressAny(world, owner, `quotas:${one.id}`);
  await divide(owner, {}, null);
  expect(owner.last().text).toContain('Seats given to the waiting list: 1');
  expect(await statusOf(world, uzbek)).toBe('registered');
});

test('a draft whose seats were lowered below its quotas, or have no limit, says so to its organizer', async () => {
  const world = await createWorld();
  const owner = await world.owner();
  const one = await createEvent(world, { status: 'draft', seats: 5 });
  await pressAny(world, owner, `manage:${one.id}`);
  await owner.press('Admission and seats');
  await owner.press('Seats by country');
  await divide(owner, { KZ: 3 }, null);
  await world.db.update(event).set({ seats: 2 }).where(eq(event.id, one.id));
  await owner.press('Back');
  expect(owner.last().text).toContain('Seats kept for countries: 3. Seats of the event: 2.');
  await world.db.update(event).set({ seats: null }).where(eq(event.id, one.id));
  await pressAny(world, owner, `manage:${one.id}`);
  expect(owner.last().text).toContain('Set the number of seats first');
});
