import { eq, sql } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import { announcement, message, person } from '../../src/db/schema.ts';
import type { TelegramUser } from '../../src/playground/telegram/index.ts';
import { erase } from '../../src/features/privacy/erase.ts';
import { pressAny } from '../support/press.ts';
import { createWorld } from '../support/world.ts';
import {
  anotherApp,
  begin,
  change,
  copies,
  latest,
  makeOrganizer,
  pressSend,
  settle,
  states,
  write,
} from './announcements-support.ts';

const TOO_LATE = 'This is not possible any more. Here you see how it stands.';
/** The hours of the world's first day, by the clock of Almaty. */
const NOW_QUIET = { quietFrom: 9, quietTo: 15 };

/** An announcement that two have got and two wait for. */
async function underWay() {
  const world = await createWorld();
  const owner = await world.owner();
  const [early] = await settle(world, 1);
  const [a, b] = (await settle(world, 2, NOW_QUIET)) as [TelegramUser, TelegramUser];
  await write(owner, { en: 'News' }, ['everyone']);
  await pressSend(world, owner);
  const { id } = await latest(world);
  expect(await states(world)).toEqual({ sent: 2, queued: 2 });
  const lateFor = async () => {
    world.clock.advance({ hours: 5 });
    await world.tick();
  };
  return { world, owner, id, early: early!, waiting: [a, b] as const, lateFor };
}

describe('pause and resume', () => {
  test('what waits keeps its place, and goes on as if nothing had been', async () => {
    const { world, owner, id, waiting, lateFor } = await underWay();
    await owner.press('Pause');
    expect(await latest(world)).toMatchObject({ state: 'paused' });
    expect(await states(world)).toEqual({ sent: 2, paused: 2 });
    const live = owner.chat.find(({ text }) => text.includes('Announcement · Paused'))!;
    expect(live.buttons.flat()).toEqual(expect.arrayContaining(['Resume', 'Stop', 'Refresh']));
    await lateFor();
    expect(waiting.map((one) => copies(one, 'News'))).toEqual([0, 0]);
    // The press that comes twice, or too late, changes nothing and says so.
    expect(await pressAny(world, owner, `announce_pause:${id}`)).toMatchObject({ text: TOO_LATE });
    await owner.press('Resume');
    expect(waiting.map((one) => copies(one, 'News'))).toEqual([1, 1]);
    expect(await latest(world)).toMatchObject({ state: 'finished' });
    expect(owner.last().text).toContain('Report on the announcement');
  });

  test('Telegram gives back what was on its way: it waits with the others', async () => {
    const { world, owner, id, waiting, lateFor } = await underWay();
    await owner.press('Pause');
    // 429 for one that was on its way when Pause was pressed.
    await world.db.update(person).set({ quietFrom: null, quietTo: null });
    await world.db
      .update(message)
      .set({ state: 'queued', dueAt: world.clock.now() })
      .where(sql`state = 'paused' and id = (select max(id) from message where announcement_id = ${id})`);
    await world.app.drain();
    expect(await states(world)).toEqual({ sent: 2, paused: 2 });
    await lateFor();
    expect(waiting.map((one) => copies(one, 'News'))).toEqual([0, 0]);
    await owner.press('Resume');
    expect(waiting.map((one) => copies(one, 'News'))).toEqual([1, 1]);
  });

  test('paused when its last message had gone, it is finished all the same', async () => {
    const { world, owner } = await underWay();
    await owner.press('Pause');
    await world.db.update(message).set({ state: 'sent', sentAt: world.clock.now() }).where(eq(message.state, 'paused'));
    await world.tick();
    expect(await latest(world)).toMatchObject({ state: 'finished' });
    expect(owner.last().text).toContain('Report on the announcement');
  });

  test('two processes: pressed on one, it holds for the other', async () => {
    const { world, owner, waiting } = await underWay();
    const other = await anotherApp(world);
    await owner.press('Pause');
    world.clock.advance({ hours: 5 });
    await other.tick();
    await other.drain();
    expect(waiting.map((one) => copies(one, 'News'))).toEqual([0, 0]);
  });
});

describe('stop', () => {
  test('asks first, says who would not get it, and is for good', async () => {
    const { world, owner, id, waiting, lateFor } = await underWay();
    await owner.press('Stop');
    expect(owner.last().text).toContain('Stop sending for good?');
    expect(owner.last().text).toContain('Will not get it · 2');
    expect(await latest(world)).toMatchObject({ state: 'sending' });
    await owner.press('Stop sending');
    expect(await latest(world)).toMatchObject({ state: 'stopped', finishedAt: world.clock.now() });
    expect(await states(world)).toEqual({ sent: 2, cancelled: 2 });
    const report = owner.last();
    expect(report.text).toContain('Report on the announcement');
    expect(report.text).toContain('Stopped');
    expect(report.text).toContain('Cancelled · 2');
    await lateFor();
    expect(waiting.map((one) => copies(one, 'News'))).toEqual([0, 0]);
    for (const verb of [
      'announce_stop',
      'announce_stop_now',
      'announce_pause',
      'announce_resume',
      'announce_send',
      'announce_back',
      'announce_discard',
    ])
      expect([verb, (await pressAny(world, owner, `${verb}:${id}`)).text]).toEqual([verb, TOO_LATE]);
    expect(copies(owner, report.text)).toBe(1);
  });

  test('“Back” leads to the progress, and nothing has happened', async () => {
    const { world, owner } = await underWay();
    await owner.press('Stop');
    await owner.press('Back');
    expect(owner.last().text).toContain('Announcement · Being sent');
    expect(await states(world)).toEqual({ sent: 2, queued: 2 });
  });

  test('the report waits for what is on its way', async () => {
    const { world, owner, id } = await underWay();
    await world.db.execute(sql`
      update message set state = 'sending', fence = fence + 1, worker = 'other', lease_until = clock_timestamp() + interval '1 minute'
      where id = (select max(id) from message where announcement_id = ${id})`);
    await pressAny(world, owner, `announce_stop_now:${id}`);
    expect(await states(world)).toEqual({ sent: 2, cancelled: 1, sending: 1 });
    expect(await latest(world)).toMatchObject({ state: 'stopped', finishedAt: null });
    // The other process dies: what it had in hand is unknown, and the report says so.
    await world.db
      .update(message)
      .set({ state: 'unknown', worker: null, leaseUntil: null })
      .where(eq(message.state, 'sending'));
    await world.tick();
    expect(owner.last().text).toContain('Report on the announcement');
    expect(owner.last().text).toContain('Unknown, since Telegram’s answer was lost · 1');
  });

  test('Telegram gives back what was on its way: it is not sent any more', async () => {
    const { world, owner, id } = await underWay();
    await world.db.update(person).set({ quietFrom: null, quietTo: null });
    await pressAny(world, owner, `announce_stop_now:${id}`);
    await world.db
      .update(message)
      .set({ state: 'queued', dueAt: world.clock.now() })
      .where(sql`id = (select max(id) from message where announcement_id = ${id})`);
    await world.app.drain();
    expect(await states(world)).toEqual({ sent: 2, cancelled: 2 });
  });
});

test('muting, blocking and erasing stop what is not sent yet, also while it is paused', async () => {
  const world = await createWorld();
  const owner = await world.owner();
  const [muting, blocking, erasing, staying] = (await settle(world, 4, NOW_QUIET)) as [
    TelegramUser,
    TelegramUser,
    TelegramUser,
    TelegramUser,
  ];
  await write(owner, { en: 'News' }, ['everyone']);
  await pressSend(world, owner);
  await owner.press('Pause');
  await change(world, muting, { muted: ['announcements'] });
  await blocking.block();
  await erase(world.db, await world.row(erasing), world.clock.now());
  // At once: it does not wait for Resume.
  expect(await states(world)).toEqual({ sent: 1, paused: 3, cancelled: 1 });
  await owner.press('Resume');
  world.clock.advance({ hours: 5 });
  await world.tick();
  const calls = world.telegram.calls
    .filter(({ payload }) => payload.text === 'News')
    .map(({ payload }) => payload.chat_id);
  for (const one of [muting, blocking, erasing]) expect(calls).not.toContain(one.id);
  expect(copies(staying, 'News')).toBe(1);
  expect(await states(world)).toEqual({ sent: 2, cancelled: 2, blocked: 1 });
  const { text } = owner.last();
  for (const line of ['Sent · 2 / 5', 'Blocked the bot · 1', 'Cancelled · 2']) expect(text).toContain(line);
});

test('who joined the event or cancelled since the snapshot changes nothing; who cancels before it gets nothing', async () => {
  const world = await createWorld();
  const owner = await world.owner();
  const [aida] = await settle(world, 1);
  await write(owner, { en: 'News' }, ['everyone']);
  await owner.press({ data: /^announce_send:/ });
  await world.db.delete(person).where(eq(person.telegramId, aida!.id));
  await begin(world);
  expect(await states(world)).toEqual({ sent: 1 });
});

test('the author, who pressed Send, and owners steer it; other organizers look on, and the author is told', async () => {
  const world = await createWorld();
  const owner = await world.owner();
  const [author, stranger] = [await world.arrive('en'), await world.arrive('en')];
  for (const one of [author, stranger]) await makeOrganizer(world, one);
  await change(world, owner, { fullName: 'Olga Owner' });
  await settle(world, 1, NOW_QUIET);
  await write(author, { en: 'News' }, ['everyone']);
  await pressSend(world, author);
  const { id } = await latest(world);

  await pressAny(world, stranger, `announcement:${id}`);
  expect(stranger.last().text).toContain('Announcement · Being sent');
  expect(stranger.last().buttons.flat()).toEqual(['Refresh', 'All announcements', 'For organizers']);
  for (const verb of ['pause', 'stop', 'stop_now', 'recall', 'recall_now'])
    expect([verb, await pressAny(world, stranger, `announce_${verb}:${id}`)]).toEqual([
      verb,
      { text: expect.stringContaining('Only the author'), alert: true },
    ]);
  expect(await latest(world)).toMatchObject({ state: 'sending' });

  await pressAny(world, owner, `announce_pause:${id}`);
  expect(author.last().text).toContain('The sending of your announcement was paused.\nOrganizer: Olga Owner');
  expect(author.texts().some((text) => text.includes('Announcement · Paused'))).toBe(true);
  await author.press({ data: `announce_resume:${id}` });
  expect(owner.texts().some((text) => text.includes('goes on'))).toBe(false);
  await pressAny(world, owner, `announce_stop_now:${id}`);
  expect(author.texts()).toContainEqual(expect.stringContaining('was stopped for good.'));
});

test('two presses on Pause and Stop at the same moment: each step is taken once', async () => {
  const { world, owner, id } = await underWay();
  await Promise.all(
    ['announce_pause', 'announce_pause', 'announce_stop_now', 'announce_stop_now'].map((verb) =>
      pressAny(world, owner, `${verb}:${id}`),
    ),
  );
  await world.tick();
  expect(await world.db.select().from(announcement)).toMatchObject([{ state: 'stopped' }]);
  expect(await states(world)).toEqual({ sent: 2, cancelled: 2 });
  expect(await world.db.select().from(message).where(eq(message.kind, 'announcement_report'))).toHaveLength(1);
});
