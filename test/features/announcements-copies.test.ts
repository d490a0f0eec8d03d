import { and, eq, sql } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import { announcement, message, person } from '../../src/db/schema.ts';
import { createClaims } from '../../src/delivery/claims.ts';
import { correct as writeDown } from '../../src/features/announcements/copies.ts';
import { register } from '../../src/features/registration/seats.ts';
import { NO_ANSWERS } from '../../src/features/registration/write.ts';
import { erase } from '../../src/features/privacy/erase.ts';
import type { TelegramUser } from '../../src/playground/telegram/index.ts';
import { createEvent } from '../support/events.ts';
import { pressAny } from '../support/press.ts';
import { createWorld, type World } from '../support/world.ts';
import {
  anotherApp,
  begin,
  change,
  choose,
  copies,
  latest,
  makeOrganizer,
  pressSend,
  settle,
  states,
  write,
} from './announcements-support.ts';

const TOO_LATE = 'This is not possible any more. Here you see how it stands.';
const NOW_QUIET = { quietFrom: 9, quietTo: 15 };

/** An announcement in two languages: three have got it, one waits. */
async function sent() {
  const world = await createWorld();
  const owner = await world.owner();
  const [english] = await settle(world, 1);
  const [russian] = await settle(world, 1, { language: 'ru' });
  const [waiting] = await settle(world, 1, NOW_QUIET);
  await write(owner, { en: 'Helo', ru: 'Привет' }, ['everyone']);
  await pressSend(world, owner);
  const { id } = await latest(world);
  expect(await states(world)).toEqual({ sent: 3, queued: 1 });
  return { world, owner, id, english: english!, russian: russian!, waiting: waiting! };
}

/** The author corrects the text in one of the languages. */
async function correct(author: TelegramUser, language: string, text: string): Promise<void> {
  await author.press({ data: /announce_correct:/ });
  await choose(author, language);
  await author.send(text);
  await author.press('Correct it');
}

const kinds = ({ db }: World, kind: string) =>
  db.select().from(message).where(eq(message.kind, kind)).orderBy(message.id);
const calls = ({ telegram }: World, method: string) => telegram.calls.filter((call) => call.method === method);

describe('a correction', () => {
  test('changes each copy in its chat, with its buttons; who waits gets the new text; nobody else is touched', async () => {
    const { world, owner, english, russian, waiting } = await sent();
    const before = english.chat.length;
    await owner.press({ data: /announce_correct:/ });
    await choose(owner, 'en');
    await owner.send('Hello', { entities: [{ type: 'bold', offset: 0, length: 5 }] });
    expect(owner.last().text).toContain('Is changed in people’s chats · 2');
    expect(owner.last().text).toContain('Get the new text from the start · 1');
    await owner.press('Correct it');
    expect(english.last()).toMatchObject({ text: 'Hello', buttons: [['Settings']] });
    expect(english.last().message.entities).toEqual([{ type: 'bold', offset: 0, length: 5 }]);
    expect(english.chat).toHaveLength(before);
    expect(russian.last().text).toBe('Привет');
    // Quiet hours hold up no correction: it makes no sound.
    await change(world, english, NOW_QUIET);
    world.clock.advance({ hours: 5 });
    await world.tick();
    expect([copies(waiting, 'Hello'), copies(waiting, 'Helo')]).toEqual([1, 0]);
    expect(owner.last().text).toContain('Report on the announcement');
    expect(owner.last().text).toContain('Corrected · 2');
  });

  test('of a finished one ends with a new report: how many could be changed, and why others could not', async () => {
    const { world, owner, id, english, russian } = await sent();
    world.clock.advance({ hours: 5 });
    await world.tick();
    expect(await latest(world)).toMatchObject({ state: 'finished' });
    world.telegram.fail({
      method: 'editMessageText',
      chat_id: english.id,
      error_code: 400,
      description: "Bad Request: message can't be edited",
    });
    await russian.block();
    await correct(owner, 'en', 'Hello');
    await world.tick();
    const report = owner.last().text;
    for (const line of [
      'Report on the announcement',
      'Sent · 4 / 4',
      'Corrected · 2',
      'Could not be corrected · 1',
      "Bad Request: message can't be edited · 1",
    ])
      expect(report).toContain(line);
    expect(await latest(world)).toMatchObject({ id, state: 'finished' });
    expect(english.last().text).toBe('Helo');
  });

  test('an answer of Telegram that is lost does no harm: the copy is changed once more, and counts once', async () => {
    const { world, owner, english } = await sent();
    world.telegram.fail({ method: 'editMessageText', chat_id: english.id, cut: true });
    await correct(owner, 'en', 'Hello');
    await world.db.update(message).set({ retryAt: null });
    await world.tick();
    expect(english.last().text).toBe('Hello');
    expect(await kinds(world, 'announcement_edit')).toMatchObject([{ state: 'sent' }, { state: 'sent' }]);
  });

  test('a second one takes the place of the first where that is not done yet', async () => {
    const { world, owner, english } = await sent();
    await world.db
      .execute(sql`insert into pace (key, next_at, blocked_until, rate) values ('outbox', now(), now() + interval '1 hour', 1)
      on conflict (key) do update set blocked_until = excluded.blocked_until`);
    await correct(owner, 'en', 'Hello');
    expect(english.last().text).toBe('Helo');
    await correct(owner, 'en', 'Hello!');
    await world.db.execute(sql`update pace set blocked_until = now()`);
    await world.tick();
    expect(english.last().text).toBe('Hello!');
    const edits = await kinds(world, 'announcement_edit');
    expect(edits.map(({ state }) => state)).toEqual(['cancelled', 'cancelled', 'sent', 'sent']);
    expect(calls(world, 'editMessageText').filter(({ payload }) => payload.text === 'Hello')).toEqual([]);
  });

  test('a copy that was on its way with the old text is changed once it has landed', async () => {
    const { world, owner, id, english } = await sent();
    const [copy] = await world.db
      .select()
      .from(message)
      .where(and(eq(message.announcementId, id), eq(message.personId, (await world.row(english)).id)));
    const onItsWay = {
      state: 'sending',
      telegramMessageId: null,
      sentAt: null,
      worker: 'other',
      leaseUntil: sql`clock_timestamp() + interval '1 minute'`,
    } as const;
    await world.db.update(message).set(onItsWay).where(eq(message.id, copy!.id));
    await correct(owner, 'en', 'Hello');
    expect(english.last().text).toBe('Helo');
    const landed = {
      state: 'sent',
      telegramMessageId: copy!.telegramMessageId,
      sentAt: copy!.sentAt,
      worker: null,
      leaseUntil: null,
    } as const;
    await world.db.update(message).set(landed).where(eq(message.id, copy!.id));
    await world.db.execute(sql`update announcement set progress_at = null`);
    await world.tick();
    expect(english.last().text).toBe('Hello');
  });

  test('a copy that was rendered, but not sent, is rendered anew', async () => {
    const { world, owner, id, waiting } = await sent();
    await world.db.execute(sql`
      update message set state = 'claimed', fence = fence + 1, worker = 'other', lease_until = clock_timestamp() + interval '1 hour'
      where announcement_id = ${id} and state = 'queued'`);
    await correct(owner, 'en', 'Hello');
    world.clock.advance({ hours: 5 });
    await world.tick();
    expect(copies(waiting, 'Hello')).toBe(1);
  });

  test('a copy that is claimed while it is written down gets the new text', async () => {
    const { world, id, waiting } = await sent();
    const other = await anotherApp(world);
    world.clock.advance({ hours: 5 });
    const mine = and(eq(message.announcementId, id), eq(message.personId, (await world.row(waiting)).id));
    const sending = await world.db.transaction(async (tx) => {
      await tx.update(announcement).set({ revision: 2 }).where(eq(announcement.id, id));
      const text = { language: 'en', body: 'Hello', entities: [], media: null };
      await writeDown(tx, { id, revision: 2 }, text, world.clock.now());
      const drained = other.drain();
      // Either it waits for the text, or it has gone out with the old one.
      await expect
        .poll(async () => {
          const [copy] = await world.db.select().from(message).where(mine);
          const waits = await world.db.execute(sql`
            select pid from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`);
          return copy!.state === 'sent' || waits.length > 0;
        })
        .toBe(true);
      return { drained };
    });
    await sending.drained;
    await world.tick();
    expect([copies(waiting, 'Hello'), copies(waiting, 'Helo')]).toEqual([1, 0]);
  });

  test('only its author can, only of what was sent, and only by another text', async () => {
    const { world, owner, id, english } = await sent();
    const other = await world.arrive('en');
    await makeOrganizer(world, other);
    await pressAny(world, other, `announcement:${id}`);
    expect(other.last().buttons.flat()).not.toContain('Correct the text');
    await pressAny(world, other, `announce_correct:${id}`);
    expect(other.last().text).toContain('no longer available');
    await owner.press({ data: /announce_correct:/ });
    await choose(owner, 'en');
    await owner.send('Helo');
    expect(owner.last().text).toBe('This is the text that was sent. Please send a different one.');
    await owner.sendPhoto();
    expect(owner.last().text).toBe('It was sent without a file, so it can only become another text.');
    await owner.send('/cancel');
    await write(owner, { en: 'A draft' }, ['everyone']);
    await pressAny(world, owner, `announce_correct:${(await latest(world)).id}`);
    expect(owner.last().text).toContain('no longer available');
    expect(english.last().text).toBe('Helo');
  });

  test('pressed twice at once it is one correction', async () => {
    const { world, owner } = await sent();
    await owner.press({ data: /announce_correct:/ });
    await choose(owner, 'en');
    await owner.send('Hello');
    const [button] = owner.last().message.reply_markup!.inline_keyboard[0]!;
    const { callback_data: data } = button as { callback_data: string };
    await Promise.all([pressAny(world, owner, data), pressAny(world, owner, data)]);
    expect(await latest(world)).toMatchObject({ revision: 2 });
    expect(await kinds(world, 'announcement_edit')).toHaveLength(2);
  });
});

describe('a recall', () => {
  test('says what it does, deletes the copies, stops the rest, and ends with a report', async () => {
    const { world, owner, id, english, russian, waiting } = await sent();
    await owner.press('Recall');
    const { text } = owner.last();
    for (const line of [
      'Recall this announcement?',
      'Is deleted from people’s chats · 3',
      'Is not sent any more · 1',
      'Some people may have read it already.',
    ])
      expect(text).toContain(line);
    expect(await states(world)).toEqual({ sent: 3, queued: 1 });
    await owner.press('Recall it');
    expect([copies(english, 'Helo'), copies(russian, 'Привет')]).toEqual([0, 0]);
    await world.tick();
    expect(await states(world)).toEqual({ recalled: 3, cancelled: 1 });
    expect(await latest(world)).toMatchObject({ id, state: 'stopped', recalledAt: world.clock.now() });
    for (const line of ['Report on the announcement', 'Recalled', 'Sent · 0 / 4', 'Recalled · 3', 'Cancelled · 1'])
      expect(owner.last().text).toContain(line);
    world.clock.advance({ hours: 5 });
    await world.tick();
    expect(copies(waiting, 'Helo')).toBe(0);
    await owner.send('/announcements');
    expect(owner.last().text).toContain('Recalled · 24 November 2026');
    // Nothing else can be done with it.
    for (const verb of [
      'announce_recall',
      'announce_recall_now',
      'announce_resume',
      'announce_failed',
      'announce_unknown_now',
    ])
      expect([verb, (await pressAny(world, owner, `${verb}:${id}`)).text]).toEqual([verb, TOO_LATE]);
    await pressAny(world, owner, `announce_correct:${id}`);
    expect(owner.last().text).toContain('no longer available');
  });

  test('what Telegram does not delete is counted, with its reason: sent over 48 hours ago, refused', async () => {
    const { world, owner, english, russian, waiting } = await sent();
    // Two days and an hour later one more gets it.
    world.clock.advance({ hours: 49 });
    await change(world, waiting, { quietFrom: null, quietTo: null });
    await world.tick();
    expect(copies(waiting, 'Helo')).toBe(1);
    world.telegram.fail({
      method: 'deleteMessage',
      chat_id: waiting.id,
      error_code: 400,
      description: "Bad Request: message can't be deleted",
    });
    await owner.press('Recall');
    expect(owner.last().text).toContain('Is deleted from people’s chats · 1');
    expect(owner.last().text).toContain('Stays: sent more than 48 hours ago · 3');
    await owner.press('Recall it');
    await world.tick();
    for (const line of [
      'Sent · 4 / 4',
      'Stays: sent more than 48 hours ago · 3',
      'Could not be deleted · 1',
      "Bad Request: message can't be deleted · 1",
    ])
      expect(owner.last().text).toContain(line);
    expect([copies(english, 'Helo'), copies(russian, 'Привет')]).toEqual([1, 1]);
    expect(calls(world, 'deleteMessage')).toHaveLength(1);
  });

  test('a copy in the chat of somebody who has deleted their data is counted as that, and not as too old', async () => {
    const { world, owner, russian } = await sent();
    await erase(world.db, await world.row(russian), world.clock.now());
    await owner.press('Recall');
    const stays = 'Stays: the recipient’s data is deleted · 1';
    for (const line of ['Is deleted from people’s chats · 2', stays]) expect(owner.last().text).toContain(line);
    await owner.press('Recall it');
    await world.tick();
    for (const line of ['Report on the announcement', 'Recalled · 2', stays]) expect(owner.last().text).toContain(line);
    expect(owner.last().text).not.toContain('48 hours');
  });

  test('a copy that its reader has deleted, and one whose deletion was not confirmed, count as recalled', async () => {
    const { world, owner, english, russian } = await sent();
    await english.remove(english.last().message_id);
    world.telegram.fail({ method: 'deleteMessage', chat_id: russian.id, cut: true });
    await owner.press('Recall');
    await owner.press('Recall it');
    await world.db.update(message).set({ retryAt: null });
    await world.tick();
    await world.tick();
    expect(await states(world)).toEqual({ recalled: 3, cancelled: 1 });
  });

  test('a copy that was on its way is deleted once it has landed', async () => {
    const { world, owner, id, english } = await sent();
    const mine = and(eq(message.announcementId, id), eq(message.personId, (await world.row(english)).id));
    const [copy] = await world.db.select().from(message).where(mine);
    await world.db
      .update(message)
      .set({
        state: 'sending',
        telegramMessageId: null,
        sentAt: null,
        worker: 'other',
        leaseUntil: sql`clock_timestamp() + interval '1 minute'`,
      })
      .where(mine);
    await owner.press('Recall');
    await owner.press('Recall it');
    expect(copies(english, 'Helo')).toBe(1);
    expect(await latest(world)).toMatchObject({ finishedAt: null });
    await world.db
      .update(message)
      .set({
        state: 'sent',
        telegramMessageId: copy!.telegramMessageId,
        sentAt: copy!.sentAt,
        worker: null,
        leaseUntil: null,
      })
      .where(mine);
    await world.tick();
    await world.tick();
    expect(copies(english, 'Helo')).toBe(0);
    expect(await states(world)).toEqual({ recalled: 3, cancelled: 1 });
  });

  test('goes before all else that is not urgent, and holds up nobody who waits for an answer', async () => {
    const { world, owner, id, english } = await sent();
    await world.db
      .execute(sql`insert into pace (key, next_at, blocked_until, rate) values ('outbox', now(), now() + interval '1 hour', 1)
      on conflict (key) do update set blocked_until = excluded.blocked_until`);
    await write(owner, { en: 'Second' }, ['everyone']);
    await pressSend(world, owner);
    world.clock.advance({ minutes: 10 });
    await pressAny(world, owner, `announce_recall_now:${id}`);
    world.clock.advance({ minutes: 1 });
    const event = await createEvent(world);
    const request = { eventId: event.id, personId: (await world.row(english)).id, now: world.clock.now() };
    await world.db.transaction((tx) => register(tx, request, NO_ANSWERS));
    await world.db.execute(sql`update pace set blocked_until = now()`);
    const taken = await createClaims(world.db, 'another', []).take(world.clock.now(), 100);
    expect(taken.map(({ message: { kind } }) => kind)).toEqual([
      'confirmation',
      ...Array.from({ length: 3 }, () => 'announcement_recall'),
      ...Array.from({ length: 4 }, () => 'announcement'),
    ]);
  });

  test('a correction that is not done yet falls away', async () => {
    const { world, owner, id, english } = await sent();
    await world.db
      .execute(sql`insert into pace (key, next_at, blocked_until, rate) values ('outbox', now(), now() + interval '1 hour', 1)
      on conflict (key) do update set blocked_until = excluded.blocked_until`);
    await correct(owner, 'en', 'Hello');
    await pressAny(world, owner, `announce_recall_now:${id}`);
    await world.db.execute(sql`update pace set blocked_until = now()`);
    await world.tick();
    await world.tick();
    expect((await kinds(world, 'announcement_edit')).map(({ state }) => state)).toEqual(['cancelled', 'cancelled']);
    expect([copies(english, 'Helo'), copies(english, 'Hello')]).toEqual([0, 0]);
    expect(owner.last().text).not.toContain('orrected');
  });

  test('what waited for somebody in a list of several can’t be opened any more', async () => {
    const { world, owner, waiting } = await sent();
    const { id: first } = await latest(world);
    await write(owner, { en: 'Second' }, ['everyone']);
    await pressSend(world, owner);
    world.clock.advance({ hours: 5 });
    await world.tick();
    expect(waiting.last().text).toContain('1. Helo\n2. Second');
    await pressAny(world, owner, `announce_recall_now:${first}`);
    await world.tick();
    await world.tick();
    expect(await states(world, first)).toEqual({ recalled: 4 });
    await waiting.press('1. Helo');
    expect(waiting.last().text).toContain('no longer current');
    await waiting.press('2. Second');
    expect(waiting.last().text).toBe('Second');
  });
});

describe('sending again', () => {
  const missed = async () => {
    const world = await createWorld();
    const owner = await world.owner();
    const [failed, unknown] = (await settle(world, 2)) as [TelegramUser, TelegramUser];
    world.telegram.fail({
      method: 'sendMessage',
      chat_id: failed.id,
      error_code: 400,
      description: 'Bad Request: chat not found',
    });
    world.telegram.fail({ method: 'sendMessage', chat_id: unknown.id, cut: 'before' });
    await write(owner, { en: 'News' }, ['everyone']);
    await pressSend(world, owner);
    expect(await states(world)).toEqual({ sent: 1, failed: 1, unknown: 1 });
    return { world, owner, failed, unknown, id: (await latest(world)).id };
  };

  test('the failed ones at once, with a new report', async () => {
    const { world, owner, failed, id } = await missed();
    await owner.press('Send the failed again: 1');
    expect(await states(world)).toEqual({ sent: 2, unknown: 1 });
    expect(copies(failed, 'News')).toBe(1);
    expect(owner.last().text).toContain('Sent · 2 / 3');
    expect(await world.db.select().from(message).where(eq(message.kind, 'announcement_report'))).toHaveLength(2);
    // Nothing of the kind is left.
    expect((await pressAny(world, owner, `announce_failed:${id}`)).text).toBe(TOO_LATE);
    expect(await latest(world)).toMatchObject({ state: 'finished' });
  });

  test('the unknown ones only after a warning', async () => {
    const { world, owner, unknown } = await missed();
    await owner.press('Send the unknown again: 1');
    expect(owner.last().text).toContain('would get it twice');
    expect(await states(world)).toMatchObject({ unknown: 1 });
    await owner.press('Send again');
    expect(copies(unknown, 'News')).toBe(1);
    expect(await states(world)).toEqual({ sent: 2, failed: 1 });
  });

  test('pressed twice at the same moment: once', async () => {
    const { world, owner, failed, id } = await missed();
    const answers = await Promise.all([1, 2].map(() => pressAny(world, owner, `announce_failed:${id}`)));
    expect(answers.filter(({ text }) => text === TOO_LATE)).toHaveLength(1);
    expect(copies(failed, 'News')).toBe(1);
  });

  test('somebody who was erased meanwhile is not among them', async () => {
    const { world, owner, id, failed } = await missed();
    await world.db.delete(person).where(eq(person.telegramId, failed.id));
    expect((await pressAny(world, owner, `announce_failed:${id}`)).text).toBe(TOO_LATE);
    await begin(world);
    expect(await states(world)).toEqual({ sent: 1, failed: 1, unknown: 1 });
  });
});
