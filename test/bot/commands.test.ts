import { expect, test } from 'vitest';
import { createLog } from '../../src/bot/log.ts';
import { description } from '../../src/db/schema.ts';
import { createDatabase, type TestDatabase } from '../support/database.ts';
import { createWorld } from '../support/world.ts';

/** A bot on this database, and how many calls told Telegram of it: three in each of eleven languages, one of them the default. */
async function start(database: TestDatabase, refused = false) {
  const { app, telegram } = await createWorld({}, createLog('silent'), { database });
  if (refused) telegram.fail({ method: 'setMyCommands', error_code: 400, description: 'Bad Request: no' });
  await app.start();
  return {
    told: () => telegram.calls.filter(({ method }) => method.startsWith('setMy')).length,
    asked: () => telegram.calls.some(({ method }) => method === 'getUpdates'),
    stop: app.stop,
  };
}

const known = (database: TestDatabase) => database.db.select().from(description);

test('Telegram is told the commands and the description once, and again only when they change', async () => {
  const database = await createDatabase();
  const first = await start(database);
  await expect.poll(first.told).toBe(33);
  await expect.poll(async () => (await known(database)).length).toBe(1);
  await first.stop();

  const second = await start(database);
  await expect.poll(second.asked).toBe(true);
  expect(second.told()).toBe(0);
  await second.stop();

  await database.db.update(description).set({ hash: 'of other texts' });
  const third = await start(database);
  await expect.poll(third.told).toBe(33);
  await third.stop();
});

test('what Telegram did not take is told again at the next start', async () => {
  const database = await createDatabase();
  const first = await start(database, true);
  await expect.poll(first.told).toBe(31);
  await first.stop();
  expect(await known(database)).toEqual([]);
  const second = await start(database);
  await expect.poll(second.told).toBe(33);
  await second.stop();
});
