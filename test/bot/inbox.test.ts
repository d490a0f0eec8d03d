import { isNull, sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { draft, inbox, message, registration } from '../../src/db/schema.ts';
import { createEvent } from '../support/events.ts';
import { register } from '../support/register.ts';
import { createWorld } from '../support/world.ts';

test('an update that comes twice is handled once, and its payload goes', async () => {
  const world = await createWorld();
  const seen: Parameters<typeof world.app.receive>[0] = [];
  const deliver = world.telegram.onUpdate!;
  world.telegram.onUpdate = async (update) => {
    seen.push(update);
    await deliver(update);
  };
  const event = await createEvent(world);
  const someone = await world.arrive('en');
  await register(someone, event);
  const texts = someone.texts();
  await world.app.receive(seen.toReversed());
  await world.app.drain();
  expect(someone.texts()).toEqual(texts);
  expect(await world.db.select().from(registration)).toHaveLength(1);
  expect(await world.db.select().from(message)).toHaveLength(1);
  const rows = await world.db.select().from(inbox);
  expect(rows.every(({ payload, doneAt }) => payload === null && doneAt !== null)).toBe(true);
});

test('when something breaks, the person hears it and the answers are kept', async () => {
  const world = await createWorld({ LOG_LEVEL: 'silent' });
  const event = await createEvent(world);
  const someone = await world.arrive('en');
  await someone.open(`event_${event.code}`);
  await someone.press('Register');
  world.telegram.fail({ method: 'sendMessage', error_code: 400, description: 'Bad Request: invented' });
  await someone.send('Асанова Айпери');
  expect(someone.last().text).toContain('Something went wrong on our side');
  // The step was taken; the question comes with the next message, which is not lost either.
  await someone.send('ASANOVA AIPERI');
  expect(someone.last().text).toContain('Country');
  expect(await world.db.select().from(inbox).where(isNull(inbox.doneAt))).toEqual([]);
});

test('a person who blocked the bot is not written to, until they write again', async () => {
  const world = await createWorld();
  const someone = await world.arrive('en');
  await someone.block();
  expect((await world.row(someone)).unreachableSince).not.toBeNull();
  await someone.unblock();
  await someone.send('/start');
  expect((await world.row(someone)).unreachableSince).toBeNull();
});

test('a character that PostgreSQL can not store does not keep anybody else waiting', async () => {
  const world = await createWorld();
  const event = await createEvent(world);
  const someone = await world.arrive('en');
  await someone.open(`event_${event.code}`);
  await someone.press('Register');
  const from = { id: someone.id, is_bot: false, first_name: 'Aida' };
  const chat = { id: someone.id, type: 'private' as const, first_name: 'Aida' };
  const poison = { message_id: 9, date: 1, from, chat, text: 'Асанова\0 Айпери\uD800' };
  await world.app.receive([{ update_id: 777, message: poison }]);
  expect(someone.last().text).toContain('Latin');
  const [kept] = await world.db.select().from(draft);
  expect(kept!.answers).toMatchObject({ fullName: 'Асанова Айпери\uFFFD' });
});

test('what one process has in hand, another one leaves alone; what a dead one left is taken up', async () => {
  const world = await createWorld();
  const someone = await world.arrive('en');
  const from = { id: someone.id, is_bot: false, first_name: 'Aida' };
  const chat = { id: someone.id, type: 'private' as const, first_name: 'Aida' };
  const payload = { update_id: 777, message: { message_id: 9, date: 1, from, chat, text: '/help' } };
  const theirs = { updateId: 777, payload, receivedAt: world.clock.now(), worker: 'another process' };
  const answers = () => world.telegram.calls.filter(({ method }) => method === 'sendMessage').length;
  const before = answers();

  await world.db.insert(inbox).values({ ...theirs, leaseUntil: sql`clock_timestamp() + interval '1 minute'` });
  await world.tick();
  expect(answers()).toBe(before);

  await world.db.update(inbox).set({ leaseUntil: sql`clock_timestamp() - interval '1 second'` });
  await Promise.all([world.tick(), world.tick()]);
  expect(answers()).toBe(before + 1);
});
