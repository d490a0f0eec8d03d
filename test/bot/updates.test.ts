import { sequentialize } from '@grammyjs/runner';
import { eq, isNull, sql } from 'drizzle-orm';
import { Bot } from 'grammy';
import type { Update } from 'grammy/types';
import { expect, test } from 'vitest';
import { deadLetter, inbox, worker } from '../../src/db/schema.ts';
import { everyKind, fuzz } from '../support/fuzz.ts';
import { eventually } from '../support/process.ts';
import { another, dieInHand, leave, pressed, rowOf, said } from '../support/updates.ts';
import { createWorld, TOKEN, type World } from '../support/world.ts';

const answersTo = ({ telegram }: World, id: number) =>
  telegram.calls.filter(({ method, payload }) => method === 'sendMessage' && Number(payload.chat_id) === id).length;

/** Some rounds of presses of some people, each round dealt to the receivers in turn. */
async function deal(people: Parameters<typeof pressed>[0][], receivers: ((updates: Update[]) => Promise<unknown>)[]) {
  let id = 1000;
  const updates = Array.from({ length: 8 }, () => people.map((one) => pressed(one, id++, 'home'))).flat();
  await Promise.all(updates.map((update, i) => receivers[i % receivers.length]!([update])));
  return updates;
}

/** The presses of each person as they were answered, which is the last thing that a handler does: in order? one at a time? */
function judge({ telegram }: World, updates: Update[]) {
  const owner = new Map(updates.map(({ callback_query: press }) => [press!.id, press!.from.id]));
  const answered = telegram.calls.filter(({ method }) => method === 'answerCallbackQuery');
  const order = Map.groupBy(answered, ({ payload }) => owner.get(String(payload.callback_query_id)));
  const inOrder = [...order.values()].every((calls) => {
    const ids = calls.map(({ payload }) => Number(payload.callback_query_id));
    return ids.every((id, i) => i === 0 || ids[i - 1]! < id);
  });
  // Each handler sends first, and answers the press then.
  const steps = telegram.calls.map(({ method, payload }) =>
    method === 'sendMessage' ? Number(payload.chat_id) : -(owner.get(String(payload.callback_query_id)) ?? 0),
  );
  const oneAtATime = [...order.keys()].every((id) =>
    steps.filter((step) => Math.abs(step) === id).every((step, i) => (i % 2 === 0 ? step === id : step === -id!)),
  );
  return { answered: answered.length, inOrder, oneAtATime };
}

test('over several processes, the updates of one person are handled one at a time', async () => {
  const world = await createWorld();
  const people = await Promise.all(Array.from({ length: 7 }, () => world.arrive('en')));
  const processes = [world.app, await another(world), await another(world)];
  world.telegram.calls.length = 0;
  world.telegram.fail({ method: 'sendMessage', hang: 15, times: Number.POSITIVE_INFINITY });
  const updates = await deal(
    people,
    processes.map((app) => app.receive),
  );
  while (judge(world, updates).answered < updates.length) await Promise.all(processes.map((app) => app.receive([])));
  expect(judge(world, updates)).toMatchObject({ answered: updates.length, oneAtATime: true });
});

test('and in the order of their numbers, as far as they have arrived', async () => {
  const world = await createWorld();
  const people = await Promise.all(Array.from({ length: 3 }, () => world.arrive('en')));
  const processes = [world.app, await another(world), await another(world)];
  const updates = await deal(people, [
    (all) => Promise.all(all.map((one) => leave(world, one, { tried: 0, seen: 21 }))),
  ]);
  world.telegram.calls.length = 0;
  while (judge(world, updates).answered < updates.length) await Promise.all(processes.map((app) => app.tick()));
  expect(judge(world, updates)).toEqual({ answered: updates.length, inOrder: true, oneAtATime: true });
});

test('what comes twice, in any order and through any process, is answered once', async () => {
  const world = await createWorld();
  const people = await Promise.all(Array.from({ length: 5 }, () => world.arrive('en')));
  const processes = [world.app, await another(world)];
  world.telegram.calls.length = 0;
  const updates = people.flatMap((one, i) => Array.from({ length: 6 }, (_, j) => pressed(one, 100 * i + j, 'home')));
  const deliveries = [...updates, ...updates.toReversed()];
  await Promise.all(deliveries.map((update, i) => processes[i % 2]!.receive([update])));
  while (judge(world, updates).answered < updates.length) await Promise.all(processes.map((app) => app.tick()));
  expect(judge(world, updates)).toMatchObject({ answered: updates.length, oneAtATime: true });
});

test('updates like no other keep nobody waiting', { timeout: 90_000 }, async () => {
  const world = await createWorld({ LOG_LEVEL: 'silent' });
  const [one, ...strangers] = await Promise.all(Array.from({ length: 21 }, () => world.arrive('en')));
  const strange = fuzz(await everyKind(), { count: 150, first: 1, from: strangers.map(({ id }) => id), seed: 3 });
  await world.app.receive([...strange, said(one!, 1000, '/help')]);
  expect(one!.last().text).toContain('/events');
  expect(await world.db.$count(inbox, isNull(inbox.doneAt))).toBe(0);
});

test('control: an order in the memory of each process is none over several', async () => {
  const world = await createWorld();
  const people = Array.from({ length: 7 }, () => world.telegram.user({ started: true }));
  const server = await world.telegram.listen();
  const naive = Array.from({ length: 3 }, () => {
    const bot = new Bot(TOKEN, { client: { apiRoot: server.url }, botInfo: world.telegram.bot });
    bot.use(sequentialize((ctx) => String(ctx.from?.id)));
    bot.on('callback_query', async (ctx) => {
      await ctx.reply('home');
      await ctx.answerCallbackQuery().catch(() => undefined);
    });
    return (updates: Update[]) => bot.handleUpdate(updates[0]!);
  });
  world.telegram.calls.length = 0;
  world.telegram.fail({ method: 'sendMessage', hang: 15, times: Number.POSITIVE_INFINITY });
  const updates = await deal(people, naive);
  await server.close();
  expect(judge(world, updates)).toMatchObject({ answered: updates.length, oneAtATime: false });
});

test('an update that overtook an earlier one is finished first', async () => {
  const world = await createWorld();
  const someone = await world.arrive('en');
  const other = await another(world);
  world.telegram.calls.length = 0;
  world.telegram.fail({ method: 'sendMessage', hang: 100, times: 2 });
  const later = world.app.receive([pressed(someone, 701, 'home')]);
  await eventually(() => answersTo(world, someone.id) === 1, 'the later one to be in hand');
  await other.receive([pressed(someone, 700, 'home')]);
  await later;
  await world.tick();
  const answers = world.telegram.calls.filter(({ method }) => method === 'answerCallbackQuery');
  expect(answers.map(({ payload }) => payload.callback_query_id)).toEqual(['701', '700']);
});

test('somebody who sends hundreds of messages takes one place, and nobody else waits', async () => {
  const world = await createWorld();
  const [flood, ...others] = await Promise.all(Array.from({ length: 4 }, () => world.arrive('en')));
  const before = answersTo(world, flood!.id);
  world.telegram.fail({ method: 'sendMessage', chat_id: flood!.id, hang: 10, times: Number.POSITIVE_INFINITY });
  const updates = Array.from({ length: 120 }, (_, i) => said(flood!, 1000 + i, '/help'));
  const flooded = world.app.receive(updates);
  await Promise.all(others.map((one, i) => world.app.receive([said(one, 2000 + i, '/help')])));
  for (const one of others) expect(one.last().text).toContain('/events');
  expect(answersTo(world, flood!.id) - before).toBeLessThan(updates.length / 2);
  expect(await world.db.$count(inbox, sql`worker is not null and done_at is null`)).toBeLessThanOrEqual(1);
  await flooded;
  expect(answersTo(world, flood!.id) - before).toBe(updates.length);
});

test('more people than hands: all are served in the end, a hundred at a time', async () => {
  const world = await createWorld();
  const people = Array.from({ length: 260 }, () => world.telegram.user({ started: true, language_code: 'en' }));
  world.telegram.fail({ method: 'sendMessage', hang: 20, times: Number.POSITIVE_INFINITY });
  const received = world.app.receive(
    people.flatMap((one, i) => [said(one, 2 * i, '/start'), said(one, 2 * i + 1, '/start')]),
  );
  await eventually(() => world.telegram.calls.length >= 50, 'them to be at work');
  expect(await world.db.$count(inbox, sql`worker is not null and done_at is null`)).toBeLessThanOrEqual(100);
  await received;
  expect(people.filter((one) => one.texts().length === 2)).toHaveLength(people.length);
});

test('what a living process has in hand, others leave alone; what a dead one left is taken up', async () => {
  const world = await createWorld();
  const [one, other] = [await world.arrive('en'), await world.arrive('en')];
  const before = answersTo(world, one.id);
  await leave(world, said(one, 777, '/help'), { tried: 1, seen: 15 });
  await leave(world, said(one, 778, '/help'), { tried: 0, seen: 15 });
  await leave(world, said(other, 779, '/help'), { tried: 0, seen: 15 });
  await world.tick();
  expect(answersTo(world, one.id)).toBe(before);
  expect(other.last().text).toContain('/events');

  await world.db.update(worker).set({ seenAt: sql`clock_timestamp() - interval '21 seconds'` });
  const app = await another(world);
  await Promise.all([world.tick(), app.tick()]);
  await Promise.all([world.tick(), app.tick()]);
  expect(answersTo(world, one.id)).toBe(before + 2);
  expect(await world.db.$count(worker, eq(worker.id, 'another process'))).toBe(0);
});

test('a process that ends in order leaves its place to the others at once', async () => {
  const world = await createWorld();
  const app = await another(world);
  await app.receive([said(await world.arrive('en'), 777, '/help')]);
  const before = await world.db.$count(worker);
  await app.stop();
  expect(await world.db.$count(worker)).toBe(before - 1);
});

test('a process that was declared dead, and wakes up, marks nothing that is in the hands of another', async () => {
  const world = await createWorld();
  const someone = await world.arrive('en');
  const stopped = await another(world);
  const update = said(someone, 777, '/help');
  const before = answersTo(world, someone.id);
  world.telegram.fail({ method: 'sendMessage', hang: 700 });
  world.telegram.fail({ method: 'sendMessage', hang: 2500 });
  const late = stopped.receive([update]);
  await eventually(() => answersTo(world, someone.id) === before + 1, 'it to be in hand');
  const { worker: first } = await rowOf(world, update);
  await world.db.delete(worker).where(eq(worker.id, first!));
  const taken = world.tick();
  await late;
  const held = await rowOf(world, update);
  expect(held.doneAt).toBeNull();
  expect(held.worker).not.toBe(first);
  await taken;
  expect((await rowOf(world, update)).doneAt).not.toBeNull();
});

test('what was in hand when a process died is tried one by one, and nothing is begun besides', async () => {
  const world = await createWorld();
  const people = await Promise.all(Array.from({ length: 5 }, () => world.arrive('en')));
  for (const [i, one] of people.slice(0, 4).entries())
    await leave(world, said(one, 700 + i, '/help'), { tried: 1 + (i % 2), seen: 21 });
  await leave(world, said(people[4]!, 600, '/help'), { tried: 0, seen: 21 });
  const [timeline, hang] = [[] as number[], 60];
  world.telegram.fail({ method: 'sendMessage', hang, times: 5 });
  const before = world.telegram.calls.length;
  const done = world.tick();
  await eventually(() => {
    const open = world.telegram.calls.slice(before).filter(({ ok }) => !ok).length;
    timeline.push(open);
    return world.telegram.calls.slice(before).filter(({ ok }) => ok).length === 5;
  }, 'all to be answered');
  await done;
  expect(Math.max(...timeline)).toBe(1);
  expect(await world.db.select().from(deadLetter)).toEqual([]);
});

test('a suspect that has been in hand for a while without harm is none any more', async () => {
  const world = await createWorld();
  const [one, other] = [await world.arrive('en'), await world.arrive('en')];
  const update = said(one, 777, '/help');
  await leave(world, update, { tried: 2, seen: 21 });
  world.telegram.fail({ method: 'sendMessage', chat_id: one.id, hang: 2500 });
  const done = world.tick();
  await eventually(async () => (await rowOf(world, update)).attempts === 3, 'the last try');
  const waiting = world.app.receive([said(other, 778, '/help')]);
  await eventually(() => other.last().text.includes('/events'), 'the other to be answered');
  expect(await rowOf(world, update)).toMatchObject({ doneAt: null, attempts: 2 });
  await Promise.all([done, waiting]);
});

test('processes die, each with an update in hand, and none of these is given up', async () => {
  const world = await createWorld();
  expect(await dieInHand(world, 20)).toEqual({ tried: 2, unanswered: 0, deadLetters: 0 });
});

test('control: who takes up the same once more as soon as it is there gives up the innocent', async () => {
  const world = await createWorld({ LOG_LEVEL: 'silent' });
  expect((await dieInHand(world, 10, { settledMs: 0 })).deadLetters).toBeGreaterThan(0);
});
