import { eq, sql } from 'drizzle-orm';
import readExcel from 'read-excel-file/node';
import { expect, test } from 'vitest';
import { answered, message, segment } from '../../src/db/schema.ts';
import { progressOf } from '../../src/features/announcements/report.ts';
import { erase } from '../../src/features/privacy/erase.ts';
import type { TelegramUser } from '../../src/playground/telegram/index.ts';
import { createEvent, seat } from '../support/events.ts';
import { pressAny } from '../support/press.ts';
import { createWorld, type World } from '../support/world.ts';
import {
  begin,
  change,
  choose,
  draft,
  latest,
  pressSend,
  sendDraft,
  settle,
  states,
  write,
} from './announcements-support.ts';

async function sheet(world: World, organizer: TelegramUser) {
  await organizer.press({ data: /^announce_excel:/ });
  const { document } = organizer.last();
  const [first] = await readExcel(await world.download(document!.file_id));
  const [head = [], ...rows] = first!.data;
  return { name: document!.file_name, head, rows: rows.map((row) => row.slice(1)) };
}

test('who got it and who did not, and why, as a sheet in the organizer’s words', async () => {
  const world = await createWorld();
  const owner = await world.owner();
  await change(world, owner, { fullName: 'Olga', zone: 'Asia/Seoul' });
  const [got, blocked, gone, failed, muted, erased] = await settle(world, 6);
  await change(world, got!, { fullName: '=HYPERLINK("x")', country: 'KG', agency: '+1', language: 'ru' });
  for (const [one, fullName] of [
    [blocked, 'Bek'],
    [gone, 'Gulnora'],
    [failed, 'Farid'],
    [muted, 'Madina'],
    [erased, 'Elena'],
  ] as const)
    await change(world, one!, { fullName, country: 'KZ' });
  await write(owner, { en: 'News', ru: 'Новость' }, ['everyone']);
  await change(world, muted!, { quietFrom: 9, quietTo: 15 });
  await owner.press({ data: /^announce_send:/ });
  const deliver = world.telegram.onUpdate;
  world.telegram.onUpdate = async () => undefined;
  await blocked!.block();
  world.telegram.onUpdate = deliver;
  await gone!.deactivate();
  world.telegram.fail({
    method: 'sendMessage',
    chat_id: failed!.id,
    error_code: 400,
    description: 'Bad Request: chat not found',
  });
  await begin(world);
  await change(world, muted!, { muted: ['announcements'] });
  await erase(world.db, await world.row(erased!), world.clock.now());
  world.clock.advance({ hours: 5 });
  await world.tick();

  const { name, head, rows } = await sheet(world, owner);
  expect(name).toMatch(/^announcement-\d+\.xlsx$/);
  expect(head).toEqual([
    '№',
    'Full name',
    'Country',
    'Organization',
    'Language',
    'Status',
    'Reason',
    'Sent at (Seoul, UTC+9)',
  ]);
  const at = '2026-11-24 15:00';
  expect(rows).toEqual(
    expect.arrayContaining([
      ['=HYPERLINK("x")', 'Kyrgyzstan', '+1', 'Русский', 'Sent', null, at],
      ['Olga', null, null, 'English', 'Sent', null, at],
      ['Bek', 'Kazakhstan', null, 'English', 'Blocked the bot', 'Forbidden: bot was blocked by the user', null],
      ['Gulnora', 'Kazakhstan', null, 'English', 'Left Telegram', 'Forbidden: user is deactivated', null],
      ['Farid', 'Kazakhstan', null, 'English', 'Failed', 'Bad Request: chat not found', null],
      ['Madina', 'Kazakhstan', null, 'English', 'Cancelled', 'Switched announcements off', null],
      ['Data deleted', null, null, 'English', 'Sent', null, at],
    ]),
  );
  // Those who did not get it come first.
  expect(rows.map((row) => row[4] === 'Sent')).toEqual([false, false, false, false, true, true, true]);
});

test('who asks for the sheet is answered before it is made', async () => {
  const world = await createWorld();
  const owner = await world.owner();
  await write(owner, { en: 'News' }, ['everyone']);
  await pressSend(world, owner);
  const { id } = await latest(world);
  expect((await pressAny(world, owner, `announce_excel:${id}`)).text).toBe(
    'The list is being made. It comes in a moment.',
  );
  const methods = world.telegram.calls.map(({ method }) => method);
  expect(methods.slice(-2)).toEqual(['answerCallbackQuery', 'sendDocument']);
});

test('the states of the report add up to the audience in every stage', async () => {
  const world = await createWorld();
  const owner = await world.owner();
  await settle(world, 3);
  await settle(world, 3, { quietFrom: 9, quietTo: 15 });
  await write(owner, { en: 'News' }, ['everyone']);
  await pressSend(world, owner);
  const stages = ['announce_pause', 'announce_resume', 'announce_stop_now', 'announce_recall_now'];
  for (const stage of ['', ...stages]) {
    if (stage) await pressAny(world, owner, `${stage}:${(await latest(world)).id}`);
    const {
      total,
      held: _held,
      later: _later,
      perMinute: _rate,
      ...states
    } = await progressOf(world.db, await latest(world), world.clock.now());
    expect([stage, total, Object.values(states).reduce((sum, n) => sum + n, 0)]).toEqual([stage, 7, 7]);
  }
});

test('the progress says how fast it goes, and how long it still takes', async () => {
  const world = await createWorld();
  const { db, clock } = world;
  const owner = await world.owner();
  const { id: author } = await world.row(owner);
  await settle(world, 199);
  const id = await draft(world, author);
  await sendDraft(world, id, author);
  const lines = async () => {
    await pressAny(world, owner, `announcement:${id}`);
    return owner.last().text.split('\n');
  };
  expect((await lines()).join()).not.toContain('Per minute');
  clock.advance({ seconds: 90 });
  const sentAt = clock.now().subtract({ seconds: 20 });
  await db
    .update(message)
    .set({ state: 'sent', sentAt })
    .where(sql`id in (select id from message order by id limit 20)`);
  // Held ones are not counted: nobody knows how long.
  await db
    .update(message)
    .set({ held: true, dueAt: clock.now().add({ hours: 5 }) })
    .where(sql`id in (select id from message order by id desc limit 100)`);
  await db
    .update(message)
    .set({ retryAt: clock.now().add({ hours: 9000 }) })
    .where(eq(message.state, 'queued'));
  expect(await lines()).toEqual(expect.arrayContaining(['Per minute · 20', 'Time left · 4 minutes']));
  clock.advance({ minutes: 5 });
  expect((await lines()).join()).not.toContain('Per minute');
});

test('of an anonymous audience nobody is named: no list, no countries', async () => {
  const world = await createWorld();
  const owner = await world.owner();
  const event = await createEvent(world, { beginsAt: world.clock.now().subtract({ hours: 30 }) });
  const [aida, bek] = (await settle(world, 2)) as [TelegramUser, TelegramUser];
  for (const one of [aida, bek]) await seat(world, event, one, { attended: true });
  await world.db.insert(answered).values({ form: 'feedback', eventId: event.id, personId: (await world.row(aida)).id });
  const audience = { response: { eventId: event.id, month: 0, answered: false } };
  const id = await draft(world, (await world.row(owner)).id, audience);
  await pressAny(world, owner, `announcement:${id}`);
  // Nor is there a number that would tell who answered.
  expect(owner.last().text).toContain('Recipients: < 3');
  expect(owner.last().text).not.toContain('By country');
  await owner.press({ data: `announce_send:${id}` });
  await begin(world);
  expect(await states(world)).toEqual({ sent: 1 });
  expect(owner.last().text).toContain('their answers are anonymous');
  expect(owner.last().text).not.toContain('By country');
  expect(owner.last().buttons.flat()).not.toContain('Recipients (Excel)');
  expect(await pressAny(world, owner, `announce_excel:${id}`)).toMatchObject({ alert: true });
  expect(owner.last().document).toBeUndefined();
});

test('from the page of a saved audience it goes to that audience', async () => {
  const world = await createWorld();
  const owner = await world.owner();
  const [kg] = await settle(world, 1, { country: 'KG' });
  await settle(world, 1, { country: 'KZ' });
  const [made] = await world.db
    .insert(segment)
    .values({ name: 'Kyrgyzstan', audience: { countries: ['KG'] }, createdAt: world.clock.now() })
    .returning();
  await pressAny(world, owner, `announce_segment:${made!.id}`);
  await choose(owner, 'en', '.');
  await owner.send('News');
  await choose(owner, '.');
  expect(owner.last().text).toContain('Announcement · Kyrgyzstan');
  await owner.press({ data: /:ok$/ });
  expect(owner.last().text).toContain('Recipients: 1');
  await pressSend(world, owner);
  expect(kg!.last().text).toBe('News');
  expect(await states(world)).toEqual({ sent: 1 });
  await pressAny(world, owner, 'announce_segment:999');
  expect(owner.last().text).toContain('no longer available');
});
