import { eq } from 'drizzle-orm';
import readExcel from 'read-excel-file/node';
import { expect, test } from 'vitest';
import { agenda, event, material, message, role, person, registration } from '../../src/db/schema.ts';
import { register } from '../../src/features/registration/seats.ts';
import { NO_ANSWERS } from '../../src/features/registration/write.ts';
import type { TelegramUser } from '../../src/playground/telegram/index.ts';
import { datas, people } from '../support/changes.ts';
import { createEvent, seat } from '../support/events.ts';
import { pressAny } from '../support/press.ts';
import { textsOf } from '../support/texts.ts';
import { createWorld, type World } from '../support/world.ts';

/** 14:00 in Almaty. A day before it is 04:00 in New York, where people sleep. */
const BEGINS = Temporal.Instant.from('2026-12-04T09:00:00Z');
const before = (duration: Temporal.DurationLike) => BEGINS.subtract(duration);

/** The emulated app of somebody who blocks the bot without the bot hearing of it. */
async function blockUnseen(world: World, user: TelegramUser): Promise<void> {
  const deliver = world.telegram.onUpdate;
  world.telegram.onUpdate = async () => undefined;
  await user.block();
  world.telegram.onUpdate = deliver;
}

const set = ({ db }: World, user: TelegramUser, to: Partial<typeof person.$inferInsert>) =>
  db.update(person).set(to).where(eq(person.telegramId, user.id));

/** The blocks of the page: the heading of a kind with its total, and the count of each fate. */
function blocks(text: string) {
  return text
    .split('\n\n')
    .slice(1)
    .map((block) => {
      const [head, ...rows] = block.split('\n').map((line) => /^(.*) · ([\d,]+)$/.exec(line)!.slice(1));
      return {
        kind: head![0],
        total: Number(head![1]),
        fates: Object.fromEntries(rows.map(([name, n]) => [name, Number(n)])),
      };
    });
}

const sum = (numbers: object) => Object.values(numbers).reduce((total: number, one: number) => total + one, 0);

/** One person for each fate that a reminder a day before can have. */
async function everyFate(world: World, { id }: { id: number }) {
  const registered = people(world, id);
  const [ok, gone, blocked, left, failed, cut, muted, changed] = [
    await registered('en', 'registered'),
    await registered('en', 'registered'),
    await registered('ru', 'registered'),
    await registered('ru', 'registered'),
    await registered('kk', 'registered'),
    await registered('en', 'registered'),
    await registered('en', 'registered'),
    await registered('en', 'registered'),
  ];
  await registered('en', 'registered', 'America/New_York');
  const now = world.clock.now();
  const [imported] = await world.db
    .insert(person)
    .values({ language: 'en', zone: 'UTC', fullName: 'Imported', createdAt: now, seenAt: now })
    .returning();
  const seated = { eventId: id, personId: imported!.id, status: 'registered' as const, createdAt: now, changedAt: now };
  await world.db.insert(registration).values(seated);
  await blockUnseen(world, blocked);
  await left.deactivate();
  await gone.block();
  await set(world, muted, { muted: ['reminders'] });
  await set(world, failed, { fullName: 'Аманов Ерлан', country: 'KZ', agency: 'Ministry of Justice' });
  world.telegram.fail({
    method: 'sendMessage',
    chat_id: failed.id,
    error_code: 400,
    description: 'Bad Request: chat not found',
  });
  world.telegram.fail({ method: 'sendMessage', chat_id: cut.id, cut: true });
  world.clock.set(before({ hours: 24 }));
  await world.app.tick();
  // Between the planner and the sender.
  await pressAny(world, changed, `give_up:${id}`);
  await world.tick();
  return { ok, failed, cut };
}

test('the page of an event says what became of its messages, and the numbers add up', async () => {
  const world = await createWorld();
  const owner = await world.owner();
  const one = await createEvent(world, { beginsAt: BEGINS });
  await everyFate(world, one);
  await owner.send('/organize');
  await owner.press({ data: `manage:${one.id}` });
  await owner.press('Time, place, messages');
  await owner.press('Messages');
  expect(owner.last().text).toMatch(/^Digital services workshop\nMessages\n\n/);
  const reminder = blocks(owner.last().text.replace(/\nBad Request.*/, ''));
  expect(reminder).toEqual([
    {
      kind: 'Event reminder (1 day)',
      total: 10,
      fates: {
        Sent: 1,
        'Held until the morning': 1,
        Failed: 1,
        'Unknown, since Telegram’s answer was lost': 1,
        'Blocked the bot or left Telegram': 3,
        'The bot was never started': 1,
        'Switched off in the settings': 1,
        'No longer current, not sent': 1,
      },
    },
  ]);
  expect(sum(reminder[0]!.fates)).toBe(10);
  expect(owner.last().text).toContain('Failed · 1\nBad Request: chat not found · 1\n');
});

test('who did not get a message and why comes as a sheet, one row for each that is missing', async () => {
  const world = await createWorld();
  const owner = await world.owner();
  const one = await createEvent(world, { beginsAt: BEGINS, zone: 'Asia/Seoul' });
  await everyFate(world, one);
  await pressAny(world, owner, `deliveries:${one.id}`);
  await owner.press('Who did not get them (Excel)');
  const { document, text } = owner.last();
  expect(text).toBe('Digital services workshop\nNot received · 9');
  expect(document!.file_name).toBe(`messages-${one.code}.xlsx`);
  const [sheet] = await readExcel(await world.download(document!.file_id));
  const [head = [], ...rows] = sheet!.data;
  expect(rows).toHaveLength(9);
  const found = rows.map((row) => Object.fromEntries(head.map((title, i) => [title, row[i]])));
  expect(found.find(({ Status }) => Status === 'Failed')).toMatchObject({
    'Full name': 'Аманов Ерлан',
    Country: 'Kazakhstan',
    Organization: 'Ministry of Justice',
    Message: 'Event reminder (1 day)',
    Reason: 'Bad Request: chat not found',
    'To be sent at (Seoul, UTC+9)': '2026-12-03 18:00',
  });
  expect(found.find(({ Status }) => Status === 'No longer current, not sent')).toMatchObject({
    Reason: 'Participation cancelled',
  });
  expect(found.map(({ Status }) => Status)).not.toContain('Sent');
});

test('what is on its way, of use no more, or to somebody who has gone is said as it will turn out', async () => {
  const world = await createWorld();
  const owner = await world.owner();
  const one = await createEvent(world, { beginsAt: BEGINS });
  const registered = people(world, one.id);
  const [, gone] = [await registered('en', 'registered'), await registered('en', 'registered')];
  world.clock.set(before({ hours: 1 }));
  await world.app.tick();
  await world.db.update(message).set({ retryAt: Temporal.Instant.from('2999-01-01T00:00:00Z') });
  const fates = async () => {
    await pressAny(world, owner, `deliveries:${one.id}`);
    return blocks(owner.last().text)[0]!.fates;
  };
  expect(await fates()).toEqual({ 'Waiting to be sent': 2 });
  await gone.block();
  expect(await fates()).toEqual({ 'Waiting to be sent': 1, 'Blocked the bot or left Telegram': 1 });
  world.clock.set(BEGINS);
  expect(await fates()).toEqual({ 'Too late, not sent': 2 });
});

test('every kind has its own numbers, on as many pages as they need', async () => {
  const world = await createWorld();
  const owner = await world.owner();
  const one = await createEvent(world, { beginsAt: BEGINS });
  const { id } = await seat(world, one, await world.arrive('en'), { attended: true });
  const now = world.clock.now();
  const kinds = [
    ['survey_reminder', { month: 3 }],
    ['survey_invitation', { month: 12 }],
    ['survey_invitation', { month: 3 }],
    ['feedback_invitation', {}],
    ['poll_results', {}],
    ['poll', {}],
    ['poll_stop', {}],
    ['material', {}],
    ['reminder', { minutes: 90 }],
    ['reminder', { minutes: 10080 }],
    ['event_moved', {}],
    ['promoted', {}],
    ['confirmation', {}],
  ] as const;
  await world.db.insert(message).values(
    kinds.map(([kind, data], i) => {
      const sent = { state: 'sent' as const, sentAt: now, dueAt: now, createdAt: now };
      return { personId: id, kind, key: `k${i}`, data, eventId: one.id, ...sent };
    }),
  );
  await pressAny(world, owner, `deliveries:${one.id}`);
  const first = blocks(owner.last().text);
  await owner.press('Next');
  const all = [...first, ...blocks(owner.last().text)];
  expect(all.map(({ kind }) => kind)).toEqual([
    'Confirmation of registration',
    'Seat from the waiting list',
    'The event has changed',
    'Event reminder (7 days)',
    'Event reminder (1 hour 30 minutes)',
    'Materials',
    'Polls',
    'Polls (Results)',
    'Feedback',
    'Follow-up survey (After 3 months)',
    'Follow-up survey (After 12 months)',
    'Reminder of the follow-up survey (After 3 months)',
  ]);
  expect(all.every(({ total, fates }) => total === 1 && fates.Sent === 1)).toBe(true);
  expect(owner.last().buttons.flat()).toEqual(['Previous', 'Back to the event']);
});

test('an event without messages says so; one that is not there leads back', async () => {
  const world = await createWorld();
  const owner = await world.owner('ru');
  const one = await createEvent(world, { beginsAt: BEGINS });
  await pressAny(world, owner, `deliveries:${one.id}`);
  expect(owner.last().text).toContain(textsOf('ru')('deliveries:none'));
  expect(datas(owner)).toEqual([`manage:${one.id}`]);
  for (const press of ['deliveries:99', 'undelivered:99', 'send_again:99:failed', 'really_again:99']) {
    await pressAny(world, owner, press);
    expect(owner.last().text).toBe(textsOf('ru')('events:not_found'));
  }
});

// Sending again

test('what failed is sent again by a button, once', async () => {
  const world = await createWorld();
  const owner = await world.owner();
  const one = await createEvent(world, { beginsAt: BEGINS });
  const { failed, ok } = await everyFate(world, one);
  await pressAny(world, owner, `deliveries:${one.id}`);
  await owner.press('Send the failed again · 1');
  expect(owner.last().text).toContain('Will be sent again: 1');
  await pressAny(world, owner, `send_again:${one.id}:failed`);
  expect(owner.last().text).toContain('Will be sent again: 0');
  expect(failed.texts().filter((text) => text.includes('⏰'))).toHaveLength(1);
  expect(ok.texts().filter((text) => text.includes('⏰'))).toHaveLength(1);
  await pressAny(world, owner, `deliveries:${one.id}`);
  expect(blocks(owner.last().text)[0]!.fates).toMatchObject({ Sent: 2 });
  expect(owner.last().text).not.toContain('Failed');
});

test('what may have arrived is sent again only after a warning, and is worded for a second copy', async () => {
  const world = await createWorld();
  const owner = await world.owner();
  const one = await createEvent(world, { beginsAt: BEGINS });
  const { cut } = await everyFate(world, one);
  const copies = () => cut.texts().filter((text) => text.startsWith('⏰'));
  await pressAny(world, owner, `deliveries:${one.id}`);
  await owner.press('Send the unknown again · 1');
  expect(owner.last().text).toContain('some people may get them twice');
  expect(copies()).toHaveLength(1);
  await owner.press('Send again');
  expect(owner.last().text).toContain('Will be sent again: 1');
  expect(copies()).toHaveLength(2);
  expect(copies()[0]).not.toContain('If you have this reminder already');
  expect(copies()[1]).toContain('If you have this reminder already, nothing is needed.');
  await pressAny(world, owner, `really_again:${one.id}`);
  expect(owner.last().text).toContain('Messages\n\n');
});

test('nothing is sent again that is of no use any more', async () => {
  const world = await createWorld();
  const owner = await world.owner();
  const one = await createEvent(world, { beginsAt: BEGINS });
  const { failed, cut } = await everyFate(world, one);
  world.clock.set(BEGINS);
  await pressAny(world, owner, `deliveries:${one.id}`);
  expect(owner.last().buttons.flat().join()).not.toContain('again');
  for (const state of ['failed', 'unknown']) await pressAny(world, owner, `send_again:${one.id}:${state}`);
  expect(failed.texts().join()).not.toContain('⏰');
  expect(cut.texts().filter((text) => text.startsWith('⏰'))).toHaveLength(1);

  const off = await createEvent(world, { beginsAt: BEGINS.add({ hours: 48 }) });
  const late = await people(world, off.id)('en', 'registered');
  await world.db
    .update(registration)
    .set({ changedAt: before({ hours: 24 }) })
    .where(eq(registration.eventId, off.id));
  world.telegram.fail({ method: 'sendMessage', chat_id: late.id, error_code: 400, description: 'Bad Request' });
  world.clock.set(BEGINS.add({ hours: 24 }));
  await world.tick();
  await world.db.update(event).set({ status: 'cancelled' }).where(eq(event.id, off.id));
  await pressAny(world, owner, `deliveries:${off.id}`);
  expect(owner.last().text).toContain('Failed · 1');
  expect(owner.last().buttons.flat().join()).not.toContain('again');
});

// Too late

const lateReports = (user: TelegramUser) => user.texts().filter((text) => text.startsWith('⚠️'));

async function organizers(world: World) {
  const owner = await world.owner();
  const [maker, other] = [await world.arrive('ru'), await world.arrive('en')];
  for (const one of [maker, other])
    await world.db
      .insert(role)
      .values({ kind: 'organizer', personId: (await world.row(one)).id, since: world.clock.now() });
  const one = await createEvent(world, { beginsAt: BEGINS, createdBy: (await world.row(maker)).id });
  return { owner, maker, other, one };
}

test('reminders that nobody owed while the bot was off are counted, and told once to who made the event and the owners', async () => {
  const world = await createWorld();
  const { owner, maker, other, one } = await organizers(world);
  const registered = people(world, one.id);
  const [aida] = [await registered('en', 'registered'), await registered('ru', 'registered')];
  world.clock.set(before({ hours: 24 }));
  await world.tick();
  // Off from here on, over the beginning.
  world.clock.set(BEGINS.add({ minutes: 20 }));
  await world.tick();
  await world.tick();
  expect(lateReports(owner)).toEqual([
    '⚠️ Digital services workshop\nReminders that came too late and were not sent: 2',
  ]);
  expect(lateReports(maker)).toHaveLength(1);
  expect(lateReports(maker)[0]).toContain(textsOf('ru')('deliveries:late', { number: '2' }));
  expect(lateReports(other)).toEqual([]);
  expect(aida.texts().filter((text) => text.startsWith('⏰'))).toHaveLength(1);

  await owner.press('Messages');
  expect(blocks(owner.last().text)).toEqual([
    { kind: 'Event reminder (1 day)', total: 2, fates: { Sent: 2 } },
    { kind: 'Event reminder (1 hour)', total: 2, fates: { 'Too late, not sent': 2 } },
  ]);
  await owner.press('Who did not get them (Excel)');
  expect(owner.last().text).toContain('Not received · 2');
});

test('so is what the sender could not send in time, and a restart tells nobody twice', async () => {
  const world = await createWorld();
  const { owner, one } = await organizers(world);
  await people(world, one.id)('en', 'registered');
  world.clock.set(before({ hours: 1 }));
  await world.app.tick();
  world.clock.set(BEGINS);
  await world.tick();
  expect(await world.db.select().from(message).where(eq(message.kind, 'reminder'))).toMatchObject([
    { state: 'cancelled', error: 'too late' },
  ]);
  expect(lateReports(owner)).toHaveLength(1);
  world.clock.advance({ hours: 24 });
  // As after a restart: everything is looked at anew.
  await world.db.update(agenda).set({ until: world.clock.now() });
  await world.app.tick();
  await world.app.drain();
  expect(lateReports(owner)).toHaveLength(1);
});

test('so is one that waited for the morning with others, and was of no use when it came', async () => {
  const world = await createWorld();
  const { owner } = await organizers(world);
  // The reminder of 22:30 waits until 8:00, when the next one is due.
  const begins = Temporal.Instant.from('2026-12-04T17:30:00Z');
  const one = await createEvent(world, { beginsAt: begins, reminderOffsets: [1440, 870] });
  const aida = await people(world, one.id)('en', 'registered');
  const addedAt = Temporal.Instant.from('2026-12-03T17:00:00Z');
  const link = {
    kind: 'link' as const,
    title: 'Slides',
    url: 'https://example.org',
    phase: 'before' as const,
    addedAt,
  };
  world.clock.set(addedAt);
  await world.db.insert(material).values({ eventId: one.id, ...link });
  await world.tick();
  world.clock.set('2026-12-03T17:30:00Z');
  await world.tick();
  expect(aida.chat).toEqual([]);
  world.clock.set('2026-12-04T03:00:00Z');
  await world.tick();
  expect(aida.texts().map((text) => text.split('\n')[1])).toEqual(
    expect.arrayContaining(['Digital services workshop', 'A new material is available.']),
  );
  await pressAny(world, owner, `deliveries:${one.id}`);
  expect(blocks(owner.last().text)).toMatchObject([
    { kind: 'Event reminder (1 day)', fates: { 'Too late, not sent': 1 } },
    { kind: 'Event reminder (14 hours 30 minutes)', fates: { Sent: 1 } },
    { kind: 'Materials', fates: { Sent: 1 } },
  ]);
  world.clock.set(begins);
  await world.tick();
  expect(lateReports(owner)).toEqual([expect.stringContaining('not sent: 1')]);
});

test('nobody is told when all came in time, or when the person registered after it was due', async () => {
  const world = await createWorld();
  const { owner, one } = await organizers(world);
  await people(world, one.id)('en', 'registered');
  for (const hours of [24, 1]) {
    world.clock.set(before({ hours }));
    await world.tick();
  }
  world.clock.set(before({ minutes: 30 }));
  await people(world, one.id)('en', 'registered');
  await people(world, one.id)('en', 'waiting');
  world.clock.set(BEGINS);
  await world.tick();
  expect(lateReports(owner)).toEqual([]);
});

test('a reminder that was missed comes after all when the clock is set back', async () => {
  const world = await createWorld();
  const { one } = await organizers(world);
  const aida = await people(world, one.id)('en', 'registered');
  world.clock.set(BEGINS.add({ minutes: 30 }));
  await world.tick();
  expect(aida.chat.map(({ text }) => text).join()).not.toContain('⏰');
  world.clock.set(before({ hours: 2 }));
  await world.tick();
  world.clock.set(before({ hours: 1 }));
  await world.tick();
  expect(aida.last().text).toContain('Time left: 1 hour');
});

test('a confirmation that could not be sent before the end of the event is too late, and is not sent', async () => {
  const world = await createWorld();
  const owner = await world.owner();
  const one = await createEvent(world, { beginsAt: BEGINS, seats: 1 });
  const users = [await world.arrive('en'), await world.arrive('en')];
  for (const user of users) {
    const request = { eventId: one.id, personId: (await world.row(user)).id, now: world.clock.now() };
    await world.db.transaction((tx) => register(tx, request, NO_ANSWERS, true));
  }
  // Of use until the end to who has a seat, until the beginning to who waits for one.
  world.clock.set(BEGINS);
  await world.app.drain();
  expect(users.map((user) => user.last().text.slice(0, 1))).toEqual(['✅', expect.not.stringMatching(/[✅⏳]/)]);
  await pressAny(world, owner, `deliveries:${one.id}`);
  expect(blocks(owner.last().text)[0]!.fates).toEqual({ Sent: 1, 'Too late, not sent': 1 });
});
