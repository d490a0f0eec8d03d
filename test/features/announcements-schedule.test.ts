import { eq, sql } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import { connect } from '../../src/db/connect.ts';
import { announcement, message, person } from '../../src/db/schema.ts';
import { send, takeBack } from '../../src/features/announcements/decisions.ts';
import { dueToStart, start } from '../../src/features/announcements/start.ts';
import type { TelegramUser } from '../../src/playground/telegram/index.ts';
import { pressAny } from '../support/press.ts';
import { createWorld, type World } from '../support/world.ts';
import {
  anotherApp,
  begin,
  change,
  choose,
  copies,
  draft,
  latest,
  programme,
  settle,
  states,
  write,
} from './announcements-support.ts';

/** Writes for everyone and lets it go; `tick` has not run yet. */
async function letGo(world: World, author: TelegramUser, text = 'News'): Promise<number> {
  await write(author, { en: text }, ['everyone']);
  await author.press({ data: /^announce_send:/ });
  return (await latest(world)).id;
}

/** Schedules what the preview shows: `how` is a token, `when` is typed. */
async function schedule(author: TelegramUser, how: 'at' | 'own', when: string): Promise<void> {
  await author.press({ data: /^announce_schedule:/ });
  await choose(author, how);
  await author.send(when);
  await author.press({ data: /:ok$/ });
}

describe('the time to undo', () => {
  test('for 30 seconds Send can be undone: nothing is sent, nothing is lost', async () => {
    const world = await createWorld();
    const owner = await world.owner();
    const [aida] = await settle(world, 1);
    const id = await letGo(world, owner);
    expect(owner.last().text).toContain('Sending begins at 11:00:30');
    world.clock.advance({ seconds: 29 });
    await world.tick();
    expect(await states(world)).toEqual({});
    await owner.press('Undo');
    expect(await latest(world)).toMatchObject({ id, state: 'draft', confirmedAt: null, startsAt: null });
    expect(owner.texts()).toContain('It is a draft again. Nothing was sent.');
    // The preview again, with all that can be done.
    expect(owner.last().buttons.flat()).toEqual(
      expect.arrayContaining(['Send now (recipients: 2)', 'Schedule', 'Edit']),
    );
    world.clock.advance({ hours: 1 });
    await world.tick();
    expect(copies(aida!, 'News')).toBe(0);

    await owner.press({ data: `announce_send:${id}` });
    await begin(world);
    expect(copies(aida!, 'News')).toBe(1);
    // Undo comes too late now, and shows how it stands.
    expect(await pressAny(world, owner, `announce_back:${id}`)).toMatchObject({
      text: 'This is not possible any more. Here you see how it stands.',
    });
    expect(copies(aida!, 'News')).toBe(1);
    expect((await latest(world)).state).toBe('finished');
  });

  test('Undo and the start at the same moment: one of them happens', async () => {
    const world = await createWorld();
    const { db, clock } = world;
    const by = { id: (await world.row(await world.owner())).id, owner: true };
    const house = { programme, config: { OWNER_IDS: [] } };
    for (let round = 0; round < 10; round++) {
      const id = await draft(world, by.id);
      const how = { now: clock.now(), schedule: null, messageId: 1 };
      await db.transaction((tx) => send(tx, id, by, house, how));
      clock.advance({ seconds: 30 });
      const now = clock.now();
      const [undone, started] = await Promise.all([takeBack(db, id, by, now), start(db, id, house, now)]);
      expect([undone, started].toSorted()).toEqual(undone === 'done' ? ['done', 'too late'] : ['started', 'too late']);
      expect(await states(world, id)).toEqual(started === 'started' ? { queued: 1 } : {});
    }
  });
});

describe('the start', () => {
  const ready = async () => {
    const world = await createWorld();
    const owner = await world.owner();
    const people = await settle(world, 20);
    const id = await letGo(world, owner);
    world.clock.advance({ seconds: 30 });
    return { world, id, people };
  };

  test('two processes that see it at once start it once', async () => {
    const { world, id } = await ready();
    const other = connect(world.database.url);
    const now = world.clock.now();
    const house = { programme, config: { OWNER_IDS: [] } };
    const started = await Promise.all([world.db, other.db].map((db) => start(db, id, house, now)));
    await other.close();
    expect(started.toSorted()).toEqual(['started', 'too late']);
    expect(await states(world)).toEqual({ queued: 21 });
  });

  test('control: looking before writing starts it twice', async () => {
    const { world, id } = await ready();
    let looking = 2;
    const { promise: both, resolve } = Promise.withResolvers<void>();
    const naive = async () => {
      const [found] = await world.db.select().from(announcement).where(eq(announcement.id, id));
      if (--looking === 0) resolve();
      await both;
      if (found!.state !== 'scheduled') return false;
      await world.db.update(announcement).set({ state: 'sending' }).where(eq(announcement.id, id));
      return true;
    };
    expect(await Promise.all([naive(), naive()])).toEqual([true, true]);
  });

  test('two processes tick and send: each recipient gets one copy', async () => {
    const { world } = await ready();
    const other = await anotherApp(world);
    await Promise.all([world.tick(), other.tick().then(() => other.drain())]);
    await world.tick();
    expect(await states(world)).toEqual({ sent: 21 });
    const sent = world.telegram.calls.filter(({ payload }) => payload.text === 'News');
    expect(sent).toHaveLength(21 + 1);
  });

  test('a tick that comes late, or the clock that jumps a day, starts it once', async () => {
    const { world } = await ready();
    world.clock.advance({ hours: 24 });
    await world.tick();
    await world.tick();
    expect(await states(world)).toEqual({ sent: 21 });
  });

  test('is looked for in an index that holds next to nothing', async () => {
    const { world } = await ready();
    await world.db.execute(sql`
      insert into announcement (audience, state, created_at) select '{}', 'finished', now() from generate_series(1, 5000)`);
    await world.db.execute(sql`analyze announcement`);
    const plan = await world.db.execute<{ 'QUERY PLAN': string }>(
      sql`explain select id from announcement where state = 'scheduled' and starts_at <= now()`,
    );
    expect(plan.map((row) => row['QUERY PLAN']).join('\n')).toContain('announcement_live');
    expect(await dueToStart(world.db, world.clock.now())).toHaveLength(1);
  });

  test('the recipients are those of the moment when it starts', async () => {
    const { world, people } = await ready();
    const [late] = await settle(world, 1);
    await world.db.delete(person).where(eq(person.telegramId, people[0]!.id));
    await world.tick();
    expect(copies(late!, 'News')).toBe(1);
    expect(await states(world)).toEqual({ sent: 21 });
  });

  test('nobody can be written to when it starts: it is over, and the report says so', async () => {
    const world = await createWorld();
    const owner = await world.owner();
    await letGo(world, owner);
    await change(world, owner, { muted: ['announcements'] });
    await begin(world);
    expect(await latest(world)).toMatchObject({ state: 'finished' });
    expect(owner.last().text).toContain('there was nobody it could be sent to');
    expect(owner.last().text).toContain('Report on the announcement');
  });
});

test('an audience that has become empty is not let go', async () => {
  const world = await createWorld();
  const owner = await world.owner();
  await write(owner, { en: 'News' }, ['everyone']);
  await change(world, owner, { muted: ['announcements'] });
  await owner.press({ data: /^announce_send:/ });
  expect(await latest(world)).toMatchObject({ state: 'draft' });
  expect(owner.last().text).toContain('Recipients: none');
});

describe('a schedule', () => {
  test('is a time by the clock of the organizer; it can be taken back, and starts at its hour', async () => {
    const world = await createWorld();
    const owner = await world.owner();
    await change(world, owner, { zone: 'Asia/Seoul' });
    const [aida] = await settle(world, 1);
    await write(owner, { en: 'News' }, ['everyone']);
    await owner.press({ data: /^announce_schedule:/ });
    await choose(owner, 'at');
    expect(owner.last().text).toContain('clock of this city: Seoul');
    await owner.send('2026-11-24 14:59');
    expect(owner.last().text).toContain('in the past');
    await owner.send('2026-11-25 14:00');
    expect(owner.last().text).toContain('Sending begins: Wednesday, 25 November 2026, 14:00 · Seoul (UTC+9)');
    expect(owner.last().text).toContain('Quiet hours are kept');
    await owner.press('Schedule');
    const one = await latest(world);
    expect(one).toMatchObject({ state: 'scheduled', schedule: { kind: 'at', at: '2026-11-25T05:00:00Z' } });
    expect(owner.last().text).toContain('Announcement · Scheduled');
    await owner.send('/announcements');
    expect(owner.last().text).toContain('Scheduled · 25 November 2026, 14:00');

    await owner.press({ data: `announcement:${one.id}` });
    await owner.press('Back to draft');
    expect(await latest(world)).toMatchObject({ id: one.id, state: 'draft', schedule: null });
    await schedule(owner, 'at', '2026-11-25 14:00');
    world.clock.set('2026-11-25T04:59:59Z');
    await world.tick();
    expect(await states(world)).toEqual({});
    world.clock.advance({ seconds: 1 });
    await world.tick();
    expect(copies(aida!, 'News')).toBe(1);
    // The message in which it was scheduled went on to show the progress.
    expect(owner.chat.some(({ text }) => text.includes('Announcement · Sent') && text.includes('100%'))).toBe(true);
  });

  test('in everybody’s own time: each gets it at that hour of theirs, and where it has passed, at once', async () => {
    const world = await createWorld();
    const owner = await world.owner();
    const day = { quietFrom: null, quietTo: null };
    const [baku] = await settle(world, 1, { zone: 'Asia/Baku', ...day });
    const [almaty] = await settle(world, 1, { zone: 'Asia/Almaty', ...day });
    const [seoul] = await settle(world, 1, { zone: 'Asia/Seoul', ...day });
    const [tokyo] = await settle(world, 1, { zone: 'Pacific/Auckland', ...day });
    const got = () => [baku, almaty, seoul, tokyo].map((someone) => copies(someone!, 'News'));
    await write(owner, { en: 'News' }, ['everyone']);
    await owner.press({ data: /^announce_schedule:/ });
    await choose(owner, 'own');
    // In the last zone of the programme it is 10:00.
    await owner.send('2026-11-24 09:59');
    expect(owner.last().text).toContain('in the past');
    await owner.send('2026-11-25 10:00');
    expect(owner.last().text).toContain('By each recipient’s own clock: 25 November 2026, 10:00');
    await owner.press('Schedule');
    // The first zone of the programme is Seoul's.
    expect((await latest(world)).startsAt!.toString()).toBe('2026-11-25T01:00:00Z');
    world.clock.set('2026-11-25T00:59:00Z');
    await world.tick();
    expect(got()).toEqual([0, 0, 0, 0]);
    world.clock.set('2026-11-25T01:00:00Z');
    await world.tick();
    expect(got()).toEqual([0, 0, 1, 1]);
    expect((await latest(world)).state).toBe('sending');
    await pressAny(world, owner, `announcement:${(await latest(world)).id}`);
    expect(owner.last().text).toContain('Waiting for the hour of their own · 3');
    world.clock.set('2026-11-25T05:00:00Z');
    await world.tick();
    expect(got()).toEqual([0, 1, 1, 1]);
    world.clock.set('2026-11-25T06:00:00Z');
    await world.tick();
    expect(got()).toEqual([1, 1, 1, 1]);
    expect((await latest(world)).state).toBe('finished');
  });

  test('keeps quiet hours', async () => {
    const world = await createWorld();
    const owner = await world.owner();
    const [sleeper] = await settle(world, 1, { quietFrom: 21, quietTo: 8 });
    await write(owner, { en: 'News' }, ['everyone']);
    await schedule(owner, 'at', '2026-11-24 22:00');
    world.clock.set('2026-11-24T17:00:00Z');
    await world.tick();
    expect(copies(sleeper!, 'News')).toBe(0);
    world.clock.set('2026-11-25T03:00:00Z');
    await world.tick();
    expect(copies(sleeper!, 'News')).toBe(1);
  });

  test('that was left half-way is dropped, and leads back to the preview', async () => {
    const world = await createWorld();
    const owner = await world.owner();
    await write(owner, { en: 'News' }, ['everyone']);
    await owner.press({ data: /^announce_schedule:/ });
    await owner.send('/cancel');
    expect(owner.last().text).toContain('Preview of the announcement');
    expect((await latest(world)).state).toBe('draft');
  });
});

test('a test goes to the organizer alone, as a recipient would get it, once a press', async () => {
  const world = await createWorld();
  const owner = await world.owner('ru');
  const [aida] = await settle(world, 1);
  await write(owner, { en: 'News', ru: 'Новость' }, ['everyone']);
  // Muted topics and the budget of the day are for others.
  await change(world, owner, { muted: ['announcements'] });
  const before = copies(owner, 'Новость');
  await owner.press({ data: /^announce_test:/ });
  expect(owner.alerts.at(-1)!.text).toContain('Отправлено Вам');
  expect(owner.last()).toMatchObject({ text: 'Новость', buttons: [['Настройки']] });
  expect([copies(owner, 'Новость') - before, copies(owner, 'News'), copies(aida!, 'News')]).toEqual([1, 1, 0]);
  expect(await latest(world)).toMatchObject({ state: 'draft' });
  const tests = await world.db.select().from(message).where(eq(message.kind, 'announcement_test'));
  expect(tests).toMatchObject([{ state: 'sent', bulk: false, announcementId: null }]);
});
