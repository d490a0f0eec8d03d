import { sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { deadLetter, draft, message } from '../../src/db/schema.ts';
import type { TelegramUser } from '../../src/playground/telegram/index.ts';
import { createEvent } from '../support/events.ts';
import { eventually } from '../support/process.ts';
import { leave, pressed, rowOf, said } from '../support/updates.ts';
import { createWorld, TOKEN, type World } from '../support/world.ts';

const quiet = { LOG_LEVEL: 'silent' };
const sorry = 'Something went wrong on our side';

/** What the bot says to somebody meets an error of ours. */
const breakFor = ({ telegram }: World, { id }: TelegramUser, times: number) =>
  telegram.fail({ method: 'sendMessage', chat_id: id, error_code: 400, description: 'Bad Request: "Aida"', times });

async function asked(world: World): Promise<TelegramUser> {
  const event = await createEvent(world);
  const someone = await world.arrive('en');
  await someone.open(`event_${event.code}`);
  await someone.press('Register');
  return someone;
}

test('an error that passes is not noticed', async () => {
  const world = await createWorld(quiet);
  const someone = await asked(world);
  const before = someone.texts().length;
  breakFor(world, someone, 2);
  await someone.send('Асанова Айпери');
  expect(someone.texts().slice(before)).toHaveLength(1);
  expect(someone.last().text).toContain('Latin');
  expect(await world.db.select().from(deadLetter)).toEqual([]);
});

test('one that stays is set aside after three tries: the person hears it once, and goes on', async () => {
  const world = await createWorld(quiet);
  const someone = await asked(world);
  const [said, before] = [() => someone.texts().filter((text) => text.startsWith(sorry)), world.telegram.calls.length];
  breakFor(world, someone, 3);
  await someone.send('Асанова Айпери');
  const tries = world.telegram.calls.slice(before).filter(({ method, ok }) => method === 'sendMessage' && !ok);
  expect(tries).toHaveLength(3);
  expect(said()).toHaveLength(1);
  expect(await world.db.select().from(deadLetter)).toMatchObject([
    { userId: someone.id, attempts: 3, error: 'sendMessage: 400 Bad Request: "…"', payload: { message: {} } },
  ]);

  // The step was taken; the question comes with the next message, which is not lost either.
  await someone.send('ASANOVA AIPERI');
  expect(someone.last().text).toContain('Country');
  expect(said()).toHaveLength(1);
});

test('a button that fails stops waiting for its answer', async () => {
  const world = await createWorld(quiet);
  const someone = await world.arrive('en');
  breakFor(world, someone, 3);
  await world.app.receive([pressed(someone, 777, 'home')]);
  expect(world.telegram.calls.some(({ payload }) => payload.callback_query_id === '777')).toBe(true);
  expect(someone.last().text).toContain(sorry);
});

test('an error of ours is told by its place, without what was written', async () => {
  const world = await createWorld(quiet);
  const someone = await world.arrive('en');
  const update = said(someone, 777, 'Асанова');
  // As no Telegram sends it: a text that is none.
  const text = { toString: 'Асанова' };
  await world.app.receive([{ ...update, message: { ...update.message!, text: text as unknown as string } }]);
  const [letter] = await world.db.select().from(deadLetter);
  expect(letter!.error).toMatch(/^TypeError at src\/\S+\.ts:\d+$/);
});

test('while one fails, the others are served', async () => {
  const world = await createWorld(quiet);
  const [one, other] = [await world.arrive('en'), await world.arrive('en')];
  world.telegram.fail({ method: 'sendMessage', chat_id: one.id, hang: 300, error_code: 400, times: 3 });
  const failing = world.app.receive([said(one, 777, '/help')]);
  await world.app.receive([said(other, 778, '/help')]);
  expect(other.last().text).toContain('/events');
  expect((await rowOf(world, said(one, 777, ''))).doneAt).toBeNull();
  await failing;
  expect(one.last().text).toContain(sorry);
});

describeAway('502', { status: 502 });
describeAway('no answer', { cut: 'before' });
describeAway('429 for longer than a call waits', { error_code: 429, parameters: { retry_after: 11 } });

function describeAway(what: string, fault: Parameters<World['telegram']['fail']>[0]): void {
  test(`Telegram is away (${what}): the answer comes when it is back, and that costs no try`, async () => {
    const world = await createWorld(quiet);
    const someone = await asked(world);
    const before = someone.texts().length;
    world.telegram.fail({ method: 'sendMessage', times: 5, ...fault });
    await someone.send('Асанова Айпери');
    expect(someone.texts().slice(before)).toEqual([expect.stringContaining('Latin')]);
    expect(await world.db.select().from(draft)).toMatchObject([{ current: 'latinName' }]);
    expect(await world.db.select().from(deadLetter)).toEqual([]);
  });
}

test('Telegram is away for all: one asks whether it is back, and nothing new is begun', async () => {
  const world = await createWorld(quiet);
  const [early, late] = [await world.arrive('en'), await world.arrive('en')];
  world.telegram.outage(502);
  const before = world.telegram.calls.length;
  const calls = () => world.telegram.calls.slice(before);
  const waiting = [world.app.receive([said(early, 777, '/help')])];
  await eventually(() => calls().some(({ method }) => method === 'getMe'), 'Telegram to be asked');
  waiting.push(world.app.receive([said(late, 778, '/help')]));
  await eventually(() => calls().length > 5, 'Telegram to be asked again');
  expect(calls().filter(({ method }) => method === 'sendMessage')).toHaveLength(1);
  world.telegram.heal();
  await Promise.all(waiting);
  await world.tick();
  for (const one of [early, late]) expect(one.last().text).toContain('/events');
});

test('an answer whose receipt is lost comes again: better twice than never', async () => {
  const world = await createWorld(quiet);
  const someone = await asked(world);
  const before = someone.texts().length;
  world.telegram.fail({ method: 'sendMessage', cut: 'after' });
  await someone.send('Асанова Айпери');
  expect(someone.texts().slice(before)).toEqual([expect.stringContaining('Latin'), expect.stringContaining('Latin')]);
  expect(await world.db.select().from(draft)).toMatchObject([
    { current: 'latinName', answers: { fullName: 'Асанова Айпери' } },
  ]);
});

test.each(['/help', 'Асанова Айпери'])('who blocks the bot while it answers "%s" is not answered', async (text) => {
  const world = await createWorld(quiet);
  const someone = await asked(world);
  world.telegram.fail({
    method: 'sendMessage',
    error_code: 403,
    description: 'Forbidden: bot was blocked by the user',
  });
  const before = world.telegram.calls.length;
  await someone.send(text);
  expect(world.telegram.calls.slice(before).filter(({ method }) => method === 'sendMessage')).toHaveLength(1);
  expect(await world.db.select().from(deadLetter)).toEqual([]);
});

test('the database goes away in the middle of a dialog: the answer counts when it is back, and that costs no try', async () => {
  const world = await createWorld(quiet);
  const someone = await asked(world);
  let handled: Promise<void> | undefined;
  await world.db.transaction(async (tx) => {
    await tx.execute(sql`lock table draft in access exclusive mode`);
    handled = world.app.receive([said(someone, 777, 'Асанова Айпери')]);
    for (let times = 0; times < 4; times++)
      await eventually(() => endWaiting(world), 'the handler to wait for the table');
  });
  await handled;
  await world.tick();
  expect(someone.last().text).toContain('Latin');
  expect(await world.db.select().from(draft)).toMatchObject([{ current: 'latinName' }]);
  expect(await world.db.select().from(deadLetter)).toEqual([]);
  expect(await world.db.$count(message)).toBe(0);
});

/** Ends the backend that waits for a lock on drafts. */
async function endWaiting({ db }: World): Promise<boolean> {
  const ended = await db.execute(sql`
    select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and wait_event_type = 'Lock' and query like '%draft%'`);
  return ended.length > 0;
}

test('what ends the process each time is set aside unheard, by the process that comes after', async () => {
  const world = await createWorld(quiet);
  const someone = await world.arrive('en');
  await leave(world, said(someone, 777, '/help'), { tried: 3, seen: 21 });
  await leave(world, said(someone, 778, '/my'), { tried: 0, seen: 21 });
  await world.tick();
  expect(someone.texts().slice(-2)).toEqual([expect.stringContaining(sorry), expect.stringContaining('registr')]);
  expect(await world.db.select().from(deadLetter)).toMatchObject([
    { updateId: 777, attempts: 3, error: 'the process ended during each try' },
  ]);
  expect(JSON.stringify(await world.db.select().from(deadLetter))).not.toContain(TOKEN);
});
