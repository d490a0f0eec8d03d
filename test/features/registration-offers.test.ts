import { createHash } from 'node:crypto';
import { eq } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { event, message, person } from '../../src/db/schema.ts';
import { callOff, move } from '../../src/features/changes/store.ts';
import type { TelegramUser } from '../../src/playground/telegram/index.ts';
import { createEvent } from '../support/events.ts';
import { pressAny } from '../support/press.ts';
import { changesOf, comes, givesUp, registrationOf, seeks, told } from '../support/seats.ts';
import { createWorld, type World } from '../support/world.ts';

const statusOf = async (world: World, someone: TelegramUser) => (await registrationOf(world, someone)).status;

/** One has the seat, the others wait, a minute apart. The clock shows noon in Almaty. */
async function line(world: World, names: string[], given: Parameters<typeof createEvent>[1] = {}) {
  const one = await createEvent(world, { seats: 1, offerHours: 4, ...given });
  const people: TelegramUser[] = [];
  for (const name of names) {
    people.push(await comes(world, one, name));
    world.clock.advance({ minutes: 1 });
  }
  return { one, people };
}

test('the organizer sets the time to answer, and the order; the page shows them', async () => {
  const world = await createWorld();
  const owner = await world.owner();
  const one = await createEvent(world, { seats: 1 });
  await pressAny(world, owner, `manage:${one.id}`);
  await owner.press('Admission and seats');
  await owner.press('Admission');
  await owner.press('No');
  await owner.send('169');
  expect(owner.last().text).toContain('from 1 to 168');
  await owner.send('24');
  await owner.press('By lot');
  await owner.press('Back');
  expect(owner.last().text).toContain('Time to take an offered seat · Hours: 24');
  expect(owner.last().text).toContain('Order of the waiting list: By lot');
  expect((await world.db.select().from(event))[0]).toMatchObject({ offerHours: 24, waitingOrder: 'lottery' });
});

test('a free seat is offered to the next in line, held for them, and theirs when they take it', async () => {
  const world = await createWorld();
  const { one, people } = await line(world, ['Aigerim', 'Botir', 'Chyngyz']);
  const [first, second, third] = people;
  await givesUp(first!, one);
  expect(second!.last().text).toContain('A seat is free for you. Would you like to take it?');
  expect(second!.last().text).toContain('The seat is kept for you until:');
  expect(second!.last().text).toContain('24 November 2026, 15:03');
  expect(await statusOf(world, third!)).toBe('waiting');
  // It is held: nobody else gets it meanwhile.
  const late = await comes(world, one, 'Dana');
  expect(await statusOf(world, late)).toBe('waiting');
  await second!.press('Take the seat');
  expect(await statusOf(world, second!)).toBe('registered');
  expect(second!.texts().at(-1)).toContain('You are registered');
  expect(await told(world, second!)).toEqual([
    'confirmation sent',
    'offer sent',
    'offer_ends queued',
    'confirmation sent',
  ]);
  world.clock.advance({ hours: 4 });
  await world.tick();
  expect((await told(world, second!))[2]).toBe('offer_ends cancelled');
  expect(await statusOf(world, second!)).toBe('registered');
  expect(await changesOf(world, second!)).toEqual([
    [null, 'waiting', 'person'],
    ['waiting', 'offered', 'bilim'],
    ['offered', 'registered', 'person'],
  ]);
  // An old button.
  await pressAny(world, second!, `accept_seat:${one.id}`);
  expect(second!.last().text).toContain('You are registered');
});

test('who does not answer is reminded, leaves the list, is told, and may come again; the next one is asked', async () => {
  const world = await createWorld();
  const { one, people } = await line(world, ['Aigerim', 'Botir', 'Chyngyz']);
  const [first, second, third] = people;
  await givesUp(first!, one);
  world.clock.advance({ hours: 3 });
  await world.tick();
  expect(second!.last().text).toContain('Your offer of a seat runs out soon');
  world.clock.advance({ hours: 1 });
  // At the very moment of the end it is too late.
  await pressAny(world, second!, `accept_seat:${one.id}`);
  expect(await statusOf(world, second!)).toBe('offered');
  await world.tick();
  await world.tick();
  expect(await statusOf(world, second!)).toBe('missed');
  expect(second!.last().text).toContain('The time to take the seat is over');
  expect(third!.last().text).toContain('A seat is free for you');
  expect(await told(world, second!)).toEqual([
    'confirmation sent',
    'offer sent',
    'offer_ends sent',
    'offer_missed sent',
  ]);
  await pressAny(world, second!, `accept_seat:${one.id}`);
  expect(second!.last().text).toContain('The time to take the seat is over');
  await seeks(second!, one);
  expect(await statusOf(world, second!)).toBe('waiting');
});

test('who says no makes room at once', async () => {
  const world = await createWorld();
  const { one, people } = await line(world, ['Aigerim', 'Botir', 'Chyngyz']);
  await givesUp(people[0]!, one);
  await people[1]!.press('I can’t come');
  expect(people[1]!.last().text).toContain('Do you want to give up this seat?');
  await people[1]!.press('I can’t come');
  expect(people[1]!.last().text).toContain('You gave up the seat.');
  expect(await statusOf(world, people[1]!)).toBe('cancelled');
  expect(people[2]!.last().text).toContain('A seat is free for you');
});

test.for([
  // By the clock of who gets it, who sleeps from 21 to 8.
  { at: '2026-11-24T17:30:00Z', begins: 240, from: '2026-11-25T03:00:00Z', until: '2026-11-25T07:00:00Z' },
  { at: '2026-11-24T06:30:00Z', begins: 240, from: '2026-11-24T06:30:00Z', until: '2026-11-24T10:30:00Z' },
  // It begins before the offer would end, and before the morning.
  { at: '2026-11-24T06:30:00Z', begins: 2, from: '2026-11-24T06:30:00Z', until: '2026-11-24T08:30:00Z' },
  { at: '2026-11-24T20:00:00Z', begins: 4, from: '2026-11-24T20:00:00Z', until: '2026-11-25T00:00:00Z' },
])(
  'an offer respects the night and the beginning: at $at, $begins hours before',
  async ({ at, begins, from, until }) => {
    const world = await createWorld();
    const { one, people } = await line(world, ['Aigerim', 'Botir']);
    world.clock.set(at);
    const beginsAt = world.clock.now().add({ hours: begins });
    await world.db
      .update(event)
      .set({ beginsAt, endsAt: beginsAt.add({ hours: 3 }) })
      .where(eq(event.id, one.id));
    await givesUp(people[0]!, one);
    const [asked] = await world.db.select().from(message).where(eq(message.kind, 'offer'));
    expect(asked!.dueAt.toString()).toBe(from);
    expect((await registrationOf(world, people[1]!)).offeredUntil!.toString()).toBe(until);
    expect(people[1]!.last().text.includes('A seat is free for you')).toBe(from === at);
  },
);

test('more seats are offered as well, to as many; fewer than are offered or taken is refused', async () => {
  const world = await createWorld();
  const owner = await world.owner();
  const { one, people } = await line(world, ['Aigerim', 'Botir', 'Chyngyz']);
  await pressAny(world, owner, `seats:${one.id}`);
  await owner.send('2');
  expect(await Promise.all(people.map((who) => statusOf(world, who)))).toEqual(['registered', 'offered', 'waiting']);
  await pressAny(world, owner, `seats:${one.id}`);
  expect(owner.last().text).toContain('Seats taken: 2');
  await owner.send('1');
  expect(owner.last().text).toContain('Seats taken already: 2');
  await pressAny(world, owner, `participants:${one.id}`);
  expect(owner.last().text).toContain('Seat offered · 1');
});

test('a lottery: the order is a hash that everybody can check afterwards; leaving and coming again changes nothing', async () => {
  const world = await createWorld();
  const { one, people } = await line(world, ['Aigerim', 'Botir', 'Chyngyz', 'Dana', 'Erlan'], {
    offerHours: null,
    waitingOrder: 'lottery',
    lotterySeed: 'seed-of-the-test',
  });
  const [seated, ...waiting] = people;
  const ranked = await Promise.all(
    waiting.map(async (who) => {
      const { id } = await world.row(who);
      return { who, id, rank: createHash('md5').update(`seed-of-the-test:${id}`).digest('hex') };
    }),
  );
  const order = ranked.toSorted((a, b) => (a.rank < b.rank ? -1 : 1));
  for (const [i, { who }] of order.entries()) {
    await who.open(`event_${one.code}`);
    expect(who.last().text).toContain(`number ${i + 1}`);
    expect(who.last().text).toContain('drawn by lot');
  }
  await givesUp(order[0]!.who, one);
  await seeks(order[0]!.who, one);
  await givesUp(seated!, one);
  expect(await statusOf(world, order[0]!.who)).toBe('registered');
  expect(await statusOf(world, order[1]!.who)).toBe('waiting');

  const history = `history:${(await registrationOf(world, order[1]!.who)).id}`;
  await pressAny(world, order[1]!.who, history);
  expect(order[1]!.who.last().text).not.toContain('seed-of-the-test');
  world.clock.set(one.beginsAt);
  await pressAny(world, order[1]!.who, history);
  expect(order[1]!.who.last().text).toContain('Seed of the lottery: seed-of-the-test');
  expect(order[1]!.who.last().text).toContain(`Your number: ${order[1]!.id}`);
});

test('whoever was offered a seat and is erased makes room', async () => {
  const world = await createWorld();
  const { one, people } = await line(world, ['Aigerim', 'Botir', 'Chyngyz']);
  await givesUp(people[0]!, one);
  await pressAny(world, people[1]!, 'erase_now');
  expect(people[2]!.last().text).toContain('A seat is free for you');
  expect(await world.db.$count(person)).toBe(2);
});

test('an event that is called off while a seat is offered: its end in the night does not take the news back', async () => {
  const world = await createWorld();
  const { one, people } = await line(world, ['Aigerim', 'Botir']);
  const owner = await world.owner();
  // 20:00 in Almaty: the seat is held until midnight.
  world.clock.set('2026-11-24T15:00:00Z');
  await givesUp(people[0]!, one);
  expect(await statusOf(world, people[1]!)).toBe('offered');
  // 23:00: the news of an event that is days ahead waits for the morning.
  world.clock.set('2026-11-24T18:00:00Z');
  await world.db.transaction((tx) => callOff(tx, one.id, null, world.clock.now()));
  await world.tick();
  expect((await told(world, people[1]!)).at(-1)).toBe('event_cancelled queued');
  world.clock.set('2026-11-24T20:00:00Z');
  await world.tick();
  // Nor does an organizer who still has the list of invitations in front of them.
  await pressAny(world, owner, `withdraw_invitation:${(await registrationOf(world, people[1]!)).id}`);
  world.clock.set('2026-11-25T05:00:00Z');
  await world.tick();
  expect((await told(world, people[1]!)).at(-1)).toBe('event_cancelled sent');
  expect(await statusOf(world, people[1]!)).toBe('offered');
});

test('an event that is moved to before the end of an offer: the seat is held until it begins, and the reminder comes before', async () => {
  const world = await createWorld();
  const { one, people } = await line(world, ['Aigerim', 'Botir'], { offerHours: 168 });
  await givesUp(people[0]!, one);
  const beginsAt = world.clock.now().add({ hours: 48 });
  const to = { beginsAt, endsAt: beginsAt.add({ hours: 3 }), place: null, link: null, deadlineAt: null, note: null };
  await world.db.transaction((tx) => move(tx, one.id, to, world.clock.now()));
  expect((await registrationOf(world, people[1]!)).offeredUntil).toEqual(beginsAt);
  world.clock.set(beginsAt.subtract({ hours: 1 }));
  await world.tick();
  expect(await told(world, people[1]!)).toContain('offer_ends sent');
  world.clock.set(beginsAt);
  await world.tick();
  expect(await statusOf(world, people[1]!)).toBe('missed');
});
