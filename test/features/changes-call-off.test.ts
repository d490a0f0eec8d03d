import { expect, test } from 'vitest';
import { event } from '../../src/db/schema.ts';
import { callOff } from '../../src/features/changes/store.ts';
import { owe } from '../../src/delivery/outbox.ts';
import { BEGINS, datas, owedButNotSent, quotes, rows, seatsOf, story, strikes } from '../support/changes.ts';
import { pressAny } from '../support/press.ts';

test('a cancelled event: asked for its name, cancelled once, everyone told, nothing else is sent', async () => {
  const { world, one, owner, registered } = await story();
  const ru = await registered('ru', 'registered', 'Asia/Bishkek');
  const ko = await registered('ko', 'waiting', 'Asia/Seoul');
  const gone = await registered('en', 'cancelled');
  world.clock.set(BEGINS.subtract({ hours: 24 }));
  await owedButNotSent(world);
  const { id } = await world.row(ru);
  const later = { personId: id, kind: 'event_moved', key: 'later', data: {}, dueAt: BEGINS, eventId: one.id };
  await owe(world.db, [later], world.clock.now());

  await pressAny(world, owner, `call_off:${one.id}`);
  await owner.send('The building is closed.\nWe will invite you again in March.');
  expect(owner.last().text).toContain('Digital services workshop');
  expect(owner.last().text).toContain('People who will be told: 2');
  // Nothing that is typed does it, not even the number or the name of the button.
  for (const typed of ['1', 'yes', '❌ Digital services workshop', 'Digital services workshop'])
    await owner.send(typed);
  expect((await world.db.select().from(event))[0]!.status).toBe('published');
  await owner.press('❌ Digital services workshop');
  expect(owner.last().text).toContain('People told: 2');
  expect(owner.last().message.reply_markup?.inline_keyboard.flat()).toContainEqual(
    expect.objectContaining({ callback_data: `manage:${one.id}` }),
  );

  expect((await world.db.select().from(event))[0]).toMatchObject({
    status: 'cancelled',
    cancelledAt: world.clock.now(),
  });
  expect((await rows(world, one.id)).map(({ kind, state }) => [kind, state])).toEqual([
    ['reminder', 'cancelled'],
    ['event_moved', 'cancelled'],
    ['event_cancelled', 'sent'],
    ['event_cancelled', 'sent'],
  ]);
  expect(strikes(ru)).toContain('пятница, 4 декабря 2026 г., 15:00–18:00 · Бишкек (UTC+6)');
  expect(strikes(ko)).toContain('2026년 12월 4일 금요일 18:00~21:00');
  expect(gone.chat.filter(({ from }) => from === 'bot')).toEqual([]);

  expect(quotes(ru)).toEqual(['The building is closed.\nWe will invite you again in March.']);
  expect(quotes(ko)).toEqual(quotes(ru));

  // Pressed again, and everything that follows by time: nothing more.
  await pressAny(world, owner, `call_off:${one.id}`);
  expect(owner.last().text).toContain('can’t be changed');
  world.clock.set(BEGINS.subtract({ hours: 1 }));
  await world.tick();
  expect(await rows(world, one.id)).toHaveLength(4);
});

test('two organizers cancel at the same time: people are told once', async () => {
  const { world, one, registered } = await story();
  await registered('en', 'registered');
  const now = world.clock.now();
  const outcomes = await Promise.all([1, 2, 3].map(() => world.db.transaction((tx) => callOff(tx, one.id, null, now))));
  expect(outcomes.map(({ kind }) => kind).toSorted()).toEqual(['cancelled', 'unchangeable', 'unchangeable']);
  expect(await rows(world, one.id)).toHaveLength(1);
});

test('more seats go to those who wait, in their order; fewer than are taken is refused', async () => {
  const { world, one, owner, registered } = await story({ seats: 2 });
  for (const language of ['en', 'ru']) await registered(language, 'registered');
  const waiting = [];
  for (const language of ['en', 'kk', 'ko']) {
    world.clock.advance({ minutes: 1 });
    waiting.push(await registered(language, 'waiting'));
  }
  await pressAny(world, owner, `seats:${one.id}`);
  expect(owner.last().text).toContain('Now: 2');
  expect(owner.last().text).toContain('On the waiting list: 3');
  await owner.send('many');
  expect(owner.last().text).toContain('whole number');
  await owner.send('1');
  expect(owner.last().text).toContain('Seats taken already: 2');
  await owner.send('4');
  expect(owner.last().text).toContain('Seats given to the waiting list: 2');
  expect(await seatsOf(world, one.id)).toEqual({ seats: 4, registered: 4, waiting: 1 });
  expect(waiting[0]!.last().text).toContain('A seat is free');
  expect(datas(waiting[1]!)).toContain(`cant_come:${one.id}`);
  expect(waiting[2]!.chat.filter(({ from }) => from === 'bot')).toEqual([]);

  await pressAny(world, owner, `seats:${one.id}`);
  await owner.press('No limit');
  expect(owner.last().text).toContain('Seats given to the waiting list: 1');
  expect(await seatsOf(world, one.id)).toEqual({ seats: null, registered: 5, waiting: 0 });
});

test('a seat that is taken while the organizer types counts', async () => {
  const { world, one, owner, registered } = await story({ seats: 3 });
  await registered('en', 'registered');
  await pressAny(world, owner, `seats:${one.id}`);
  await registered('en', 'registered');
  await owner.send('1');
  expect(owner.last().text).toContain('Seats taken already: 2');
  await owner.send('2');
  expect(await seatsOf(world, one.id)).toEqual({ seats: 2, registered: 2, waiting: 0 });
});
