import { isNull } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { inbox, message, registration } from '../../src/db/schema.ts';
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
