import { isNull } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { draft, inbox, message, registration } from '../../src/db/schema.ts';
import { createEvent } from '../support/events.ts';
import { register } from '../support/register.ts';
import { said } from '../support/updates.ts';
import { createWorld } from '../support/world.ts';

test('an update that comes twice is handled once, and nothing of it is kept', async () => {
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
  for (const row of await world.db.select().from(inbox))
    expect(row).toMatchObject({ payload: null, userId: null, worker: null, attempts: 1, doneAt: expect.anything() });
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
  await world.app.receive([said(someone, 777, 'Асанова\0 Айпери\uD800')]);
  expect(someone.last().text).toContain('Latin');
  const [kept] = await world.db.select().from(draft);
  expect(kept!.answers).toMatchObject({ fullName: 'Асанова Айпери\uFFFD' });
});

test('what is no update is left out, what comes with it is not', async () => {
  const world = await createWorld({ LOG_LEVEL: 'silent' });
  const someone = await world.arrive('en');
  const strange = [
    null,
    7,
    {},
    { update_id: '8' },
    { update_id: 1e300 },
    { update_id: 9 },
    { update_id: 10, message: 'x' },
  ];
  await world.app.receive([...(strange as ReturnType<typeof said>[]), said(someone, 778, '/help')]);
  expect(someone.last().text).toContain('/events');
  expect(await world.db.select().from(inbox).where(isNull(inbox.doneAt))).toEqual([]);
});
