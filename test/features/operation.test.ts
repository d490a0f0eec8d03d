import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eq, sql } from 'drizzle-orm';
import { expect, inject, onTestFinished, test } from 'vitest';
import { connect } from '../../src/db/connect.ts';
import { message } from '../../src/db/schema.ts';
import { owe } from '../../src/delivery/outbox.ts';
import { declareOutage, endOutage, hold, reserve } from '../../src/delivery/pace.ts';
import type { TelegramUser } from '../../src/playground/telegram/index.ts';
import type { TestDatabase } from '../support/database.ts';
import { pressAny } from '../support/press.ts';
import { A_ROLE } from '../support/roles.ts';
import { createWorld, type World } from '../support/world.ts';

/** Owes somebody a message that is due now. */
async function oweTo(
  { db, clock, row }: World,
  user: TelegramUser,
  given: Partial<Parameters<typeof owe>[1][number]> = {},
): Promise<void> {
  const { id } = await row(user);
  const now = clock.now();
  const key = `owed:${Math.random()}`;
  await owe(db, [{ kind: 'role_taken', key, data: A_ROLE, dueAt: now, ...given, personId: id }], now);
}

const said = (user: TelegramUser, what: RegExp) =>
  user.chat.filter(({ from, text }) => from === 'bot' && what.test(text)).length;

async function outset(language = 'en') {
  const world = await createWorld({ LOG_LEVEL: 'silent' });
  const [owner, nino] = [await world.owner(language), await world.arrive('en')];
  /** A minute passes, and the planner runs; the sender stands still. */
  const minute = async (minutes = 1) => {
    world.clock.advance({ minutes });
    await world.app.tick();
  };
  return { world, owner, nino, minute };
}

test('messages that are late by over five minutes are told to the owners, once, and that all is well again', async () => {
  const { world, owner, nino, minute } = await outset();
  const other = await createWorld({ LOG_LEVEL: 'silent' }, undefined, { database: world.database });
  await oweTo(world, nino);
  await minute(4);
  await minute(2);
  expect(said(owner, /Messages are late/)).toBe(0);
  // Late; and at the next look still.
  await minute();
  expect(said(owner, /Messages are late/)).toBe(1);
  expect(owner.last().text).toContain('The oldest one was due: 24 November 2026, 11:00');
  expect(owner.last().text).toContain('/outbox');
  expect(said(nino, /are late/)).toBe(0);

  await minute();
  await minute(30);
  other.clock.set(world.clock.now());
  await other.app.tick();
  expect(said(owner, /Messages are late/)).toBe(1);
  expect(other.telegram.calls.filter(({ method }) => method === 'sendMessage')).toEqual([]);

  await world.app.drain();
  await minute();
  await minute();
  expect(said(owner, /All is well again: messages are sent on time/)).toBe(1);

  // The next incident is told again.
  await oweTo(world, nino);
  await minute(6);
  await minute();
  expect(said(owner, /Messages are late/)).toBe(2);
});

test('nothing is said of what goes out as soon as the bot is back', async () => {
  const { world, owner, nino } = await outset();
  for (let day = 0; day < 3; day++) {
    await oweTo(world, nino);
    world.clock.advance({ hours: 20 });
    await world.tick();
  }
  expect(said(nino, /do not have this role/)).toBe(3);
  expect(said(owner, /are late|is well/)).toBe(0);
});

test('nothing is said of what is too late to be sent, of what is paused, and of what waits for its time', async () => {
  const { world, owner, nino, minute } = await outset();
  await oweTo(world, nino, { expiresAt: world.clock.now().add({ minutes: 4 }) });
  await oweTo(world, nino, { dueAt: world.clock.now().add({ hours: 4 }) });
  await oweTo(world, nino);
  await world.db.update(message).set({ state: 'paused' }).where(eq(message.id, 3));
  await minute(6);
  await minute();
  await minute();
  expect(said(owner, /Messages are late/)).toBe(0);
});

test('an announcement that goes at its pace is not late, one that stands still is', async () => {
  const { world, owner, nino, minute } = await outset();
  await oweTo(world, nino, { bulk: true });
  const another = async () => {
    await reserve(world.db, 1, 28);
    await minute(6);
  };
  await another();
  await another();
  expect(said(owner, /Messages are late/)).toBe(0);
  // By the database's clock.
  await world.db.execute(sql`update pace set next_at = clock_timestamp() - interval '6 minutes'`);
  await minute();
  await minute();
  expect(said(owner, /Messages are late/)).toBe(1);
});

test('while Telegram is away, or an owner holds the outbox, lateness is no news', async () => {
  const { world, owner, nino, minute } = await outset();
  await oweTo(world, nino);
  await reserve(world.db, 1, 28);
  await declareOutage(world.db);
  await minute(6);
  await minute();
  expect(said(owner, /Messages are late/)).toBe(0);
  await endOutage(world.db);
  await hold(world.db, world.clock.now());
  await minute(6);
  await minute();
  expect(said(owner, /Messages are late/)).toBe(0);
  expect(said(owner, /Sending is on hold/)).toBe(1);
});

test('an alert that Telegram did not take is told later', async () => {
  const { world, owner, nino, minute } = await outset();
  await oweTo(world, nino);
  await minute(6);
  world.telegram.fail({ method: 'sendMessage', chat_id: owner.id, cut: 'before' });
  await minute();
  expect(said(owner, /Messages are late/)).toBe(0);
  await minute();
  expect(said(owner, /Messages are late/)).toBe(1);
});

test('alerts are in the language of the owner', async () => {
  const { world, owner, nino, minute } = await outset('ru');
  await oweTo(world, nino);
  await minute(6);
  await minute();
  expect(said(owner, /Сообщения запаздывают/)).toBe(1);
});

test('a held outbox is told once; only an owner releases it, and only the hold that the button is about', async () => {
  const { world, owner, nino } = await outset();
  await oweTo(world, nino);
  await hold(world.db, world.clock.now());
  await world.tick();
  await world.tick();
  expect(said(owner, /Sending is on hold/)).toBe(1);
  expect(owner.last().text).toContain('Messages to send now: 1');
  const [[release, leaveOut]] = [owner.last().message.reply_markup!.inline_keyboard.flat()] as [
    { callback_data: string }[],
  ];

  await nino.send('/outbox');
  expect((await pressAny(world, nino, release!.callback_data)).alert).toBe(true);
  await world.tick();
  expect(said(nino, /do not have this role/)).toBe(0);

  // Another hold, an hour later: the old button shows it, and does nothing to it.
  await hold(world.db, world.clock.now().add({ hours: 1 }));
  for (const old of [release, leaveOut]) await pressAny(world, owner, old!.callback_data);
  await world.tick();
  expect(said(nino, /do not have this role/)).toBe(0);
  expect(owner.last().text).toContain('Nothing is sent until you decide.');

  await owner.send('/outbox');
  await owner.press('Send everything');
  await world.tick();
  expect(said(nino, /do not have this role/)).toBe(1);
  await pressAny(world, owner, release!.callback_data);
  expect(owner.last().text).toContain('Sending is not on hold');
});

/** Refuses connections to the database, as a server that is away does; and lets them in again. */
async function refuse({ url }: TestDatabase, away: boolean): Promise<void> {
  const name = sql.identifier(new URL(url).pathname.slice(1));
  const { db, close } = connect(inject('serverUrl'), { max: 1 });
  await db.execute(sql`alter database ${name} with allow_connections ${sql.raw(String(!away))}`);
  if (away)
    await db.execute(
      sql`select pg_terminate_backend(pid) from pg_stat_activity where datname = ${new URL(url).pathname.slice(1)}`,
    );
  await close();
}

async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'bilim-data-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

test('a database that is away for half a minute is told to the owners in their language, once, and that it is back', async () => {
  const dataDir = await temporaryFolder();
  const world = await createWorld({ LOG_LEVEL: 'silent' }, undefined, { dataDir });
  const owner = await world.owner('ru');
  await world.tick();
  const look = async (seconds = 0, { app, clock } = world) => {
    clock.advance({ seconds });
    await app.look();
  };
  await look();
  await refuse(world.database, true);
  onTestFinished(() => refuse(world.database, false));
  await look(10);
  await look(20);
  expect(said(owner, /База данных/)).toBe(0);
  await look(10);
  expect(said(owner, /База данных не отвечает/)).toBe(1);
  await look(10);
  await look(3600);
  expect(said(owner, /База данных не отвечает/)).toBe(1);

  // Another process, or the same one after a restart.
  const again = await createWorld({ LOG_LEVEL: 'silent' }, undefined, { database: world.database, dataDir });
  for (const seconds of [0, 60, 60]) await look(seconds, again);
  expect(again.telegram.calls.filter(({ method }) => method === 'sendMessage')).toEqual([]);

  await refuse(world.database, false);
  await look(10);
  await look(10);
  await look(10, again);
  expect(said(owner, /база данных отвечает/)).toBe(1);
  expect(again.telegram.calls.filter(({ method }) => method === 'sendMessage')).toEqual([]);
});

test('a database that is restarted is no news', async () => {
  const world = await createWorld({ LOG_LEVEL: 'silent' });
  const owner = await world.owner();
  for (let times = 0; times < 3; times++) {
    await refuse(world.database, true);
    await world.app.look();
    world.clock.advance({ seconds: 20 });
    await world.app.look();
    await refuse(world.database, false);
    await world.app.look();
    world.clock.advance({ seconds: 20 });
  }
  expect(said(owner, /database/)).toBe(0);
});
