import { eq } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { message } from '../../src/db/schema.ts';
import type { TelegramUser } from '../../src/playground/telegram/index.ts';
import { people } from '../support/changes.ts';
import { createEvent } from '../support/events.ts';
import { textsOf } from '../support/texts.ts';
import { createWorld, type World } from '../support/world.ts';

const BEGINS = Temporal.Instant.from('2026-12-04T09:00:00Z');

const reminders = (someone: TelegramUser) => someone.texts().filter((text) => text.startsWith('⏰'));

/** Telegram carries out the next message to them, and its answer does not arrive. */
const loseAnswer = ({ telegram }: World, { id }: TelegramUser, times = 1) =>
  telegram.fail({ method: 'sendMessage', chat_id: id, cut: true, times });

async function rows({ db }: World) {
  const found = await db.select().from(message).where(eq(message.kind, 'reminder'));
  return found.map(({ state, repeats }) => ({ state, repeats }));
}

/** The planner, and after a pause once more what is to be repeated. */
async function tickTwice({ db, tick }: World): Promise<void> {
  await tick();
  await db.update(message).set({ retryAt: null });
  await tick();
}

test('the last reminder, whose answer was lost, comes once more and says that it may be there already', async () => {
  const world = await createWorld();
  const one = await createEvent(world, { beginsAt: BEGINS });
  const aida = await people(world, one.id)('ru', 'registered');
  const already = textsOf('ru')('reminders:already_there');
  world.clock.set(BEGINS.subtract({ hours: 1 }));
  loseAnswer(world, aida);
  await tickTwice(world);
  const [first, second, ...more] = reminders(aida);
  expect(more).toEqual([]);
  expect(first).not.toContain(already);
  expect(second).toBe(`${first}\n\n${already}`);
  expect(await rows(world)).toEqual([{ state: 'sent', repeats: 0 }]);
});

test('a second lost answer is the last: then it is unknown, and nothing comes by itself', async () => {
  const world = await createWorld();
  const one = await createEvent(world, { beginsAt: BEGINS });
  const aida = await people(world, one.id)('en', 'registered');
  world.clock.set(BEGINS.subtract({ hours: 1 }));
  loseAnswer(world, aida, 2);
  await tickTwice(world);
  expect(reminders(aida)).toHaveLength(2);
  expect(await rows(world)).toEqual([{ state: 'unknown', repeats: 0 }]);
});

test('a refusal is no lost answer: what comes then is no second copy, and does not say so', async () => {
  const world = await createWorld();
  const one = await createEvent(world, { beginsAt: BEGINS });
  const aida = await people(world, one.id)('en', 'registered');
  world.clock.set(BEGINS.subtract({ hours: 1 }));
  const parameters = { retry_after: 1 };
  world.telegram.fail({ method: 'sendMessage', error_code: 429, description: 'Too Many Requests', parameters });
  await world.tick();
  expect(reminders(aida)).toHaveLength(1);
  expect(reminders(aida)[0]).not.toContain('already');
  expect(await rows(world)).toEqual([{ state: 'sent', repeats: 1 }]);
});

test('an earlier reminder is not repeated: the next one is to come', async () => {
  const world = await createWorld();
  const one = await createEvent(world, { beginsAt: BEGINS });
  const aida = await people(world, one.id)('en', 'registered');
  world.clock.set(BEGINS.subtract({ hours: 24 }));
  loseAnswer(world, aida);
  await world.tick();
  await world.tick();
  expect(reminders(aida)).toHaveLength(1);
  expect(await rows(world)).toEqual([{ state: 'unknown', repeats: 0 }]);
});

test.each([
  [[10080, 1440], 1440],
  [[30, 90], 30],
  [[7], 7],
])('of the reminders %j the last is that of %i minutes', async (reminderOffsets, last) => {
  const world = await createWorld();
  const one = await createEvent(world, { beginsAt: BEGINS, reminderOffsets });
  await people(world, one.id)('en', 'registered', 'Asia/Almaty');
  for (const minutes of reminderOffsets.toSorted((a, b) => b - a)) {
    world.clock.set(BEGINS.subtract({ minutes }));
    await world.tick();
  }
  const owed = await world.db.select().from(message).where(eq(message.kind, 'reminder'));
  expect(owed.filter(({ repeats }) => repeats > 0).map(({ data }) => data.minutes)).toEqual([last]);
});
