import { expect, test } from 'vitest';
import { deadLetter } from '../../src/db/schema.ts';
import type { TelegramUser } from '../../src/playground/telegram/index.ts';
import { createWorld, type World } from '../support/world.ts';

/** What somebody writes fails three times. */
async function fail({ telegram }: World, someone: TelegramUser, text = 'Мен Айперимин'): Promise<void> {
  telegram.fail({ method: 'sendMessage', chat_id: someone.id, error_code: 400, description: 'Bad Request', times: 3 });
  await someone.send(text);
}

const alerts = (owner: TelegramUser) => owner.texts().filter((text) => text.includes('could not handle a message'));

test('the owners hear of an update that failed, once an hour, and nothing of the person', async () => {
  const world = await createWorld({ LOG_LEVEL: 'silent' });
  const [owner, aiperi] = [await world.owner(), await world.arrive('ky', { first_name: 'Айпери' })];
  await fail(world, aiperi);
  await fail(world, aiperi);
  await Promise.all([world.tick(), world.tick()]);
  const [first] = await world.db.select().from(deadLetter);
  expect(alerts(owner)).toHaveLength(1);
  expect(alerts(owner)[0]).toContain(`Number: ${first!.updateId}\nError: sendMessage: 400 Bad Request`);
  for (const secret of ['Айпери', String(aiperi.id)]) expect(alerts(owner)[0]).not.toContain(secret);

  world.clock.advance({ minutes: 61 });
  await world.tick();
  expect(alerts(owner)).toHaveLength(1);
  await fail(world, aiperi);
  await world.tick();
  expect(alerts(owner)).toHaveLength(2);
});

test('it goes with the person who is erased', async () => {
  const world = await createWorld({ LOG_LEVEL: 'silent' });
  const [owner, aiperi] = [await world.owner(), await world.arrive('ky')];
  await fail(world, aiperi);
  await aiperi.send('/erase');
  await aiperi.press({ data: 'erase_now' });
  expect(await world.db.$count(deadLetter)).toBe(0);
  await world.tick();
  expect(alerts(owner)).toEqual([]);
});

test('what failed is in the file of all data, and goes after its period', async () => {
  const world = await createWorld({ LOG_LEVEL: 'silent' });
  const aiperi = await world.arrive('ky');
  await fail(world, aiperi);
  await aiperi.send('/mydata');
  const file = await world.download(aiperi.last().document!.file_id);
  expect(JSON.parse(file.toString())).toMatchObject({
    failedUpdates: [{ update: { message: { text: 'Мен Айперимин' } } }],
  });
  const page = (await world.download(aiperi.chat.at(-2)!.message.document!.file_id)).toString();
  expect(page).toContain('Иштетилбей калган билдирүүлөр');

  world.clock.advance({ days: 29 });
  await world.tick();
  expect(await world.db.$count(deadLetter)).toBe(1);
  world.clock.advance({ days: 2 });
  await world.tick();
  expect(await world.db.$count(deadLetter)).toBe(0);
});
