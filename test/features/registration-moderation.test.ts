import { asc, eq } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { event, person, registration } from '../../src/db/schema.ts';
import { countAudience } from '../../src/features/segments/audience.ts';
import type { TelegramUser } from '../../src/playground/telegram/index.ts';
import { createEvent } from '../support/events.ts';
import { pressAny } from '../support/press.ts';
import { changesOf, comes, givesUp, registrationOf, told } from '../support/seats.ts';
import { createWorld, type World } from '../support/world.ts';

const statusOf = async (world: World, someone: TelegramUser) => (await registrationOf(world, someone)).status;

/** So many people of a country who have asked for a seat, without the dialogs that lead there. */
async function ask(world: World, eventId: number, country: string, names: string[]): Promise<void> {
  const now = world.clock.now();
  const people = await world.db
    .insert(person)
    .values(names.map((fullName) => ({ fullName, country, language: 'en', zone: 'UTC', createdAt: now, seenAt: now })))
    .returning();
  await world.db.insert(registration).values(
    people.map(({ id }) => ({
      eventId,
      personId: id,
      country,
      status: 'pending' as const,
      createdAt: now,
      changedAt: now,
    })),
  );
}

async function statuses({ db }: World, eventId: number): Promise<string[]> {
  const rows = await db
    .select({ status: registration.status })
    .from(registration)
    .where(eq(registration.eventId, eventId))
    .orderBy(asc(registration.id));
  return rows.map(({ status }) => status);
}

test('an organizer makes an event moderated; who registers waits for the decision, and hears of it', async () => {
  const world = await createWorld();
  const owner = await world.owner();
  const one = await createEvent(world, { status: 'draft', publishedAt: null, seats: 1 });
  await pressAny(world, owner, `manage:${one.id}`);
  await owner.press('Admission and seats');
  await owner.press('Admission');
  expect(owner.last().text).toContain('Now: No');
  await owner.press('Yes');
  await owner.press('At once');
  await owner.press('Who came first');
  await owner.press('Back');
  await owner.press('Publish');
  expect(owner.last().text).toContain('The organizers approve each participation.');
  await owner.press('Publish now');

  const aigerim = await world.arrive('en');
  await aigerim.open(`event_${one.code}`);
  expect(aigerim.last().buttons.flat()).toEqual(['Apply', 'All events']);
  const botir = await comes(world, one, 'Botir');
  expect(botir.last().text).toContain('Your application is under review');
  expect(await statusOf(world, botir)).toBe('pending');
  await botir.send('/my');
  expect(botir.last().text).toContain('Your application is under review');
  const nino = await comes(world, one, 'Nino', { country: 'GE' });

  await pressAny(world, owner, `manage:${one.id}`);
  expect(owner.last().text).toContain('Applications: 2');
  await owner.press('Applications');
  await owner.press('1');
  await owner.press('Approve');
  expect(botir.last().text).toContain('The organizers approved your participation: you are registered');
  expect(await changesOf(world, botir)).toEqual([
    [null, 'pending', 'person'],
    ['pending', 'registered', 'organizer'],
  ]);
  // It is full now: who is approved waits, and is told so.
  await pressAny(world, owner, `participant:${(await registrationOf(world, nino)).id}`);
  await owner.press('Approve');
  expect(owner.last().text).toContain('All seats are taken: the person is on the waiting list');
  expect(nino.last().text).toContain('approved your participation, but all seats are taken');
  await givesUp(botir, one);
  expect(await statusOf(world, nino)).toBe('registered');
  expect(await told(world, nino)).toEqual(['confirmation sent', 'decision sent', 'promoted sent']);
});

test('an application can be withdrawn, and made again', async () => {
  const world = await createWorld();
  const one = await createEvent(world, { moderated: true });
  const nino = await comes(world, one, 'Nino');
  await nino.press('Withdraw my application');
  expect(nino.last().text).toContain('Do you want to withdraw your application?');
  await nino.press('Withdraw my application');
  expect(nino.last().text).toContain('Your application is withdrawn.');
  await nino.press('Apply');
  await nino.press({ data: /:ok$/ });
  expect(await statusOf(world, nino)).toBe('pending');
  await pressAny(world, nino, `register:${one.id}`);
  expect(nino.last().text).toContain('under review');
});

test('many are let in at once, after a question: those of a country, and only who was on the list that was shown', async () => {
  const world = await createWorld();
  const owner = await world.owner();
  const one = await createEvent(world, { moderated: true, seats: 3 });
  await ask(world, one.id, 'KZ', ['Kazakh one', 'Kazakh two']);
  await ask(world, one.id, 'KG', ['Kyrgyz one', 'Kyrgyz two', 'Kyrgyz three']);
  await pressAny(world, owner, `applications:${one.id}`);
  expect(owner.last().text).toContain('5. Kyrgyz three · Kyrgyzstan');
  await owner.press('Kyrgyzstan · 3');
  expect(owner.last().text).not.toContain('Kazakh one');
  await owner.press('Approve all on this page');
  expect(owner.last().text).toContain('People: 3 · Kyrgyzstan');
  await ask(world, one.id, 'KG', ['Kyrgyz late']);
  const now = owner.last();
  await owner.press('Approve');
  expect(owner.last().text).toContain('With a seat: 3. On the waiting list: 0.');
  expect(owner.last().text).toContain('1. Kyrgyz late');
  const [, , ...rest] = await statuses(world, one.id);
  expect(rest).toEqual(['registered', 'registered', 'registered', 'pending']);
  // A second press on the old question finds nobody.
  const button = now.message.reply_markup!.inline_keyboard.flat().find(({ text }) => text === 'Approve')!;
  await pressAny(world, owner, 'callback_data' in button ? button.callback_data : '');
  expect(owner.last().text).toContain('With a seat: 0. On the waiting list: 0.');
  await owner.press('All countries');
  await owner.press('Approve all on this page');
  await owner.press('Approve');
  expect(owner.last().text).toContain('With a seat: 0. On the waiting list: 3.');
  expect(owner.last().text).toContain('There are no applications to decide on.');
});

test('many are declined at once with one reason, which each of them reads', async () => {
  const world = await createWorld();
  const owner = await world.owner();
  const one = await createEvent(world, { moderated: true });
  const [nino, botir] = [await comes(world, one, 'Nino', { country: 'GE' }), await comes(world, one, 'Botir')];
  await ask(
    world,
    one.id,
    'UZ',
    Array.from({ length: 9 }, (_, i) => `Guest ${i}`),
  );
  await pressAny(world, owner, `applications:${one.id}`);
  await owner.press('Decline all on this page');
  await owner.send('The group is full');
  expect(owner.last().text).toContain('People · 8');
  await owner.press('Cancel');
  // Another list: the one before is forgotten.
  await pressAny(world, owner, `applications:${one.id}`);
  await owner.press('Decline all of the list');
  await owner.send('The group is full');
  expect(owner.last().text).toContain('People · 11');
  await owner.press('Decline');
  expect(owner.last().text).toContain('Declined: 11.');
  for (const someone of [nino, botir]) {
    expect(someone.last().text).toContain('The group is full');
    expect(await told(world, someone)).toEqual(['confirmation sent', 'decision sent']);
  }
  expect(new Set(await statuses(world, one.id))).toEqual(new Set(['declined']));
});

test('who may not, or comes too late, decides nothing', async () => {
  const world = await createWorld();
  const owner = await world.owner();
  const one = await createEvent(world, { moderated: true });
  await ask(world, one.id, 'KZ', ['Kazakh one']);
  const stranger = await world.arrive('en');
  for (const press of ['approve_many_now', 'decline_many', 'applications', 'admission'])
    await pressAny(world, stranger, `${press}:${one.id}:-:1:99`);
  await world.db.update(event).set({ beginsAt: world.clock.now() });
  await pressAny(world, owner, `approve_many_now:${one.id}:-:1:99`);
  expect(owner.last().text).toContain('With a seat: 0.');
  await pressAny(world, owner, `admission:${one.id}`);
  expect(owner.last().text).toContain('can’t be changed any more');
  expect(await statuses(world, one.id)).toEqual(['pending']);
});

test('approved people are in the quota of their country', async () => {
  const world = await createWorld();
  const owner = await world.owner();
  const one = await createEvent(world, { moderated: true, seats: 2 });
  await pressAny(world, owner, `quotas:${one.id}`);
  await owner.press({ data: /:o:KG$/ });
  await owner.press('Done');
  await owner.send('1');
  await owner.press('Until the event begins');
  await owner.press('Save');
  await ask(world, one.id, 'UZ', ['Uzbek one', 'Uzbek two']);
  await ask(world, one.id, 'KG', ['Kyrgyz one']);
  await pressAny(world, owner, `applications:${one.id}`);
  await owner.press('Approve all on this page');
  await owner.press('Approve');
  expect(await statuses(world, one.id)).toEqual(['registered', 'waiting', 'registered']);
});

test('applicants, and those who may still take a seat, can be written to', async () => {
  const world = await createWorld();
  const one = await createEvent(world, { seats: 1, offerHours: 4 });
  const first = await comes(world, one, 'Aigerim');
  await comes(world, one, 'Botir');
  await givesUp(first, one);
  await ask(world, one.id, 'KZ', ['Kazakh one', 'Kazakh two']);
  const people = async (status: 'waiting' | 'pending' | 'registered') => {
    const groups = await countAudience(world.db, { event: { id: one.id, status } });
    return groups.reduce((sum, { count }) => sum + count, 0);
  };
  expect([await people('registered'), await people('waiting'), await people('pending')]).toEqual([0, 1, 2]);
});
