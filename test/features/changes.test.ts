import { and, asc, eq } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { event, message, organizer, person, registration } from '../../src/db/schema.ts';
import { callOff } from '../../src/features/changes/store.ts';
import { owe } from '../../src/delivery/outbox.ts';
import type { TelegramUser } from '../../src/playground/telegram/index.ts';
import { createEvent } from '../support/events.ts';
import { pressAny } from '../support/press.ts';
import { createWorld, type World } from '../support/world.ts';

/** 14:00 in Almaty, ten days from the beginning of the world. */
const BEGINS = Temporal.Instant.from('2026-12-04T09:00:00Z');

async function story(given: Parameters<typeof createEvent>[1] = {}) {
  const world = await createWorld();
  const one = await createEvent(world, { beginsAt: BEGINS, ...given });
  const owner = await world.owner();
  return { world, one, owner, registered: people(world, one.id) };
}

test('a moved event: everyone concerned reads the old and the new time, and the reminders move along', async () => {
  const { world, one, owner, registered } = await story({ link: 'https://old.example.org/' });
  const ru = await registered('ru', 'registered', 'Asia/Bishkek');
  const en = await registered('en', 'registered', 'Asia/Almaty');
  const waiting = await registered('ko', 'waiting', 'Asia/Seoul');
  const gone = await registered('kk', 'cancelled');

  await pressAny(world, owner, `move:${one.id}`);
  expect(owner.last().text).toContain('Friday, 4 December 2026, 14:00 · Astana (UTC+5)');
  await owner.send('2026-12-11 15:30');
  await owner.press('Keep the duration');
  await owner.send('Astana, Mangilik El 55');
  await owner.send('meet.example.org/new');
  const { text } = owner.last();
  expect(text).toContain('11 December 2026, 15:30');
  expect(text).toContain('11 December 2026, 18:30');
  expect(text).toContain('Mangilik El 55');
  expect(text).toContain('https://meet.example.org/new');
  expect(await rows(world, one.id)).toEqual([]);
  await owner.press('Save and tell everyone');
  expect(owner.last().text).toContain('People told: 3');
  expect(owner.last().message.reply_markup?.inline_keyboard.flat()).toContainEqual(
    expect.objectContaining({ callback_data: `manage:${one.id}` }),
  );

  const [now] = await world.db.select().from(event).where(eq(event.id, one.id));
  expect(now).toMatchObject({
    beginsAt: Temporal.Instant.from('2026-12-11T10:30:00Z'),
    endsAt: Temporal.Instant.from('2026-12-11T13:30:00Z'),
    place: 'Astana, Mangilik El 55',
    link: 'https://meet.example.org/new',
    revision: 2,
  });
  expect((await rows(world, one.id)).map(({ kind, state }) => [kind, state])).toEqual(
    Array.from({ length: 3 }, () => ['event_moved', 'sent']),
  );

  expect(en.last().text).toContain('The event has been moved');
  expect(ru.last().text).toContain('пятница, 11 декабря 2026 г., 16:30 · Бишкек (UTC+6)');
  expect(ru.last().text).toContain('15:30 · Астана (UTC+5)');
  const struck = strikes(ru);
  expect(struck).toContain('пятница, 4 декабря 2026 г., 15:00 · Бишкек (UTC+6)');
  expect(struck).toContain('Abai avenue');
  expect(struck).toContain('https://old.example.org/');
  expect(struck).not.toContain('11 декабря');
  expect(datas(ru)).toEqual([`event:${one.id}`, `cant_come:${one.id}`]);
  // Those who wait read of the new time too; the joining link is for those who have a seat.
  expect(waiting.last().text).toContain('2026년 12월 11일');
  expect(waiting.last().text).not.toContain('example.org');
  expect(datas(waiting)).toEqual([`event:${one.id}`, `cant_come:${one.id}`]);
  expect(gone.chat.filter(({ from }) => from === 'bot')).toEqual([]);
});

test('reminders of the old time are taken back, those of the new time come', async () => {
  const { world, one, owner, registered } = await story();
  const en = await registered('en', 'registered');
  world.clock.set(BEGINS.subtract({ hours: 24 }));
  await owedButNotSent(world);
  await move(world, owner, one.id, '2026-12-12 10:00');
  const mine = await rows(world, one.id);
  expect(mine.map(({ key, state, error }) => [key.split(':').slice(0, 3).join(':'), state, error])).toEqual([
    [`reminder:${one.id}:1`, 'cancelled', 'event moved'],
    [`moved:${one.id}:2`, 'sent', null],
  ]);

  for (const at of ['2026-12-04T08:00:00Z', '2026-12-11T05:00:00Z', '2026-12-12T04:00:00Z']) {
    world.clock.set(at);
    await world.tick();
  }
  const reminded = (await rows(world, one.id)).filter(({ kind, state }) => kind === 'reminder' && state === 'sent');
  expect(reminded.map(({ key }) => key.split(':').slice(2, 4).join(':'))).toEqual(
    ['2:10080', '2:1440', '2:60'].slice(1),
  );
  expect(en.last().text).toContain('Saturday, 12 December 2026, 10:00');
});

test('only what changed is struck through; another duration is said', async () => {
  const { world, one, owner, registered } = await story();
  const en = await registered('en', 'registered');
  await pressAny(world, owner, `move:${one.id}`);
  await owner.press('Keep as it is');
  await owner.send('2026-12-04 19:30');
  await owner.press('Keep as it is');
  await owner.press('No link');
  await owner.press('Save and tell everyone');
  expect(en.last().text).toContain('The event has changed');
  expect(en.last().text).toContain('Duration: 5 hours 30 minutes');
  expect(strikes(en)).toBe('Duration: 3 hours');
});

test('another joining link is told to those who have a seat', async () => {
  const { world, one, owner, registered } = await story({ link: 'https://old.example.org/' });
  const en = await registered('en', 'registered');
  const waiting = await registered('ru', 'waiting');
  await pressAny(world, owner, `move:${one.id}`);
  for (const label of ['Keep as it is', 'Keep the duration', 'Keep as it is']) await owner.press(label);
  await owner.send('https://new.example.org/');
  await owner.press('Save and tell everyone');
  expect(owner.last().text).toContain('People told: 1');
  expect(strikes(en)).toContain('https://old.example.org/');
  expect(waiting.chat.filter(({ from }) => from === 'bot')).toEqual([]);
});

test('bad answers get one sentence and lose nothing; the end follows the beginning', async () => {
  const { world, one, owner } = await story();
  await pressAny(world, owner, `move:${one.id}`);
  await owner.send('next Friday');
  expect(owner.last().text).toContain('Please write the date and time like this');
  await owner.send('2020-01-01 10:00');
  expect(owner.last().text).toContain('in the past');
  await owner.send('11.12.2026 15.30');
  await owner.send('2026-12-11 15:00');
  expect(owner.last().text).toContain('must be later than Friday, 11 December 2026, 15:30');
  await owner.press('Keep the duration');
  await owner.press('No venue');
  for (const bad of ['not a link', 'mailto:a@example.org', 'javascript:alert(1)', 'http://localhost/']) {
    await owner.send(bad);
    expect(owner.last().text).toContain('address of a web page');
  }
  await owner.press('No link');

  // The beginning is changed once more in the summary: the duration is kept.
  await owner.press('Edit');
  await owner.press('Begins');
  await owner.send('2026-12-12 09:00');
  expect(owner.last().text).toContain('12 December 2026, 12:00');
  await owner.press('Save and tell everyone');
  const [now] = await world.db.select().from(event).where(eq(event.id, one.id));
  expect(now).toMatchObject({ endsAt: Temporal.Instant.from('2026-12-12T07:00:00Z'), place: null, link: null });
});

test('"as it is" means as it is when the form is sent, also if another organizer moved the event meanwhile', async () => {
  const { world, one, owner, registered } = await story();
  await registered('en', 'registered');
  const second = await world.arrive('en');
  await world.db.insert(organizer).values({ personId: (await world.row(second)).id, since: world.clock.now() });

  await pressAny(world, owner, `move:${one.id}`);
  await owner.press('Keep as it is');
  await owner.press('Keep the duration');
  await owner.send('Room 7');
  await move(world, second, one.id, '2026-12-20 10:00');
  await owner.press('No link');
  await owner.press('Save and tell everyone');

  const [now] = await world.db.select().from(event).where(eq(event.id, one.id));
  expect(now).toMatchObject({ beginsAt: Temporal.Instant.from('2026-12-20T05:00:00Z'), place: 'Room 7', revision: 3 });
});

test('when nothing was changed nobody is told', async () => {
  const { world, one, owner, registered } = await story();
  await registered('en', 'registered');
  await pressAny(world, owner, `move:${one.id}`);
  for (const label of ['Keep as it is', 'Keep the duration', 'Keep as it is', 'No link']) await owner.press(label);
  await owner.press('Save and tell everyone');
  expect(owner.last().text).toContain('Nothing was changed');
  expect(await rows(world, one.id)).toEqual([]);
  expect((await world.db.select().from(event))[0]).toMatchObject({ revision: 1, movedAt: null });
});

test('a second move before the first notice has left: people read of the second one only', async () => {
  const { world, one, owner, registered } = await story();
  const en = await registered('en', 'registered');
  world.telegram.fail({ method: 'sendMessage', chat_id: en.id, error_code: 500 });
  await move(world, owner, one.id, '2026-12-12 10:00');
  world.telegram.heal();
  await move(world, owner, one.id, '2026-12-13 10:00');
  const states = (await rows(world, one.id)).map(({ key, state }) => [key.split(':')[2], state]);
  expect(states).toEqual([
    ['2', 'cancelled'],
    ['3', 'sent'],
  ]);
  expect(en.last().text).toContain('13 December');
});

test('a cancelled event: asked for its name, cancelled once, everyone told, nothing else is sent', async () => {
  const { world, one, owner, registered } = await story();
  const ru = await registered('ru', 'registered', 'Asia/Bishkek');
  const ko = await registered('ko', 'waiting', 'Asia/Seoul');
  const gone = await registered('en', 'cancelled');
  world.clock.set(BEGINS.subtract({ hours: 24 }));
  await owedButNotSent(world);
  const { id } = await world.row(ru);
  const later = { personId: id, kind: 'event_moved', key: 'later', data: {}, dueAt: BEGINS, eventId: one.id };
  await owe(world.db, [later], world.clock.now());

  await pressAny(world, owner, `call_off:${one.id}`);
  expect(owner.last().text).toContain('Digital services workshop');
  expect(owner.last().text).toContain('People who will be told: 2');
  expect(datas(owner)).toEqual([`call_off_now:${one.id}`, `manage:${one.id}`]);
  expect((await world.db.select().from(event))[0]!.status).toBe('published');
  const { message_id: asked } = owner.last();
  await owner.press('❌ Digital services workshop');
  expect(owner.last().text).toContain('People told: 2');

  expect((await world.db.select().from(event))[0]).toMatchObject({
    status: 'cancelled',
    cancelledAt: world.clock.now(),
  });
  expect((await rows(world, one.id)).map(({ kind, state }) => [kind, state])).toEqual([
    ['reminder', 'cancelled'],
    ['event_moved', 'cancelled'],
    ['event_cancelled', 'sent'],
    ['event_cancelled', 'sent'],
  ]);
  expect(strikes(ru)).toContain('пятница, 4 декабря 2026 г., 15:00 · Бишкек (UTC+6)');
  expect(strikes(ko)).toContain('2026년 12월 4일 금요일 18:00');
  expect(gone.chat.filter(({ from }) => from === 'bot')).toEqual([]);

  // Pressed again on the old message, and everything that follows by time: nothing more.
  await expect(owner.press({ data: `call_off_now:${one.id}` }, { message: asked })).rejects.toThrow(
    'not there to press',
  );
  await pressAny(world, owner, `call_off_now:${one.id}`);
  expect(owner.last().text).toContain('can’t be changed');
  world.clock.set(BEGINS.subtract({ hours: 1 }));
  await world.tick();
  expect(await rows(world, one.id)).toHaveLength(4);
});

test('two organizers cancel at the same time: people are told once', async () => {
  const { world, one, registered } = await story();
  await registered('en', 'registered');
  const now = world.clock.now();
  const outcomes = await Promise.all([1, 2, 3].map(() => world.db.transaction((tx) => callOff(tx, one.id, now))));
  expect(outcomes.map(({ kind }) => kind).toSorted()).toEqual(['cancelled', 'unchangeable', 'unchangeable']);
  expect(await rows(world, one.id)).toHaveLength(1);
});

test('more seats go to those who wait, in their order; fewer than are taken is refused', async () => {
  const { world, one, owner, registered } = await story({ seats: 2 });
  for (const language of ['en', 'ru']) await registered(language, 'registered');
  const waiting = [];
  for (const language of ['en', 'kk', 'ko']) {
    world.clock.advance({ minutes: 1 });
    waiting.push(await registered(language, 'waiting'));
  }
  await pressAny(world, owner, `seats:${one.id}`);
  expect(owner.last().text).toContain('Now: 2');
  expect(owner.last().text).toContain('On the waiting list: 3');
  await owner.send('many');
  expect(owner.last().text).toContain('whole number');
  await owner.send('1');
  expect(owner.last().text).toContain('Seats taken already: 2');
  await owner.send('4');
  expect(owner.last().text).toContain('Seats given to the waiting list: 2');
  expect(await seatsOf(world, one.id)).toEqual({ seats: 4, registered: 4, waiting: 1 });
  expect(waiting[0]!.last().text).toContain('A seat is free');
  expect(datas(waiting[1]!)).toContain(`cant_come:${one.id}`);
  expect(waiting[2]!.chat.filter(({ from }) => from === 'bot')).toEqual([]);

  await pressAny(world, owner, `seats:${one.id}`);
  await owner.press('No limit');
  expect(owner.last().text).toContain('Seats given to the waiting list: 1');
  expect(await seatsOf(world, one.id)).toEqual({ seats: null, registered: 5, waiting: 0 });
});

test('a seat that is taken while the organizer types counts', async () => {
  const { world, one, owner, registered } = await story({ seats: 3 });
  await registered('en', 'registered');
  await pressAny(world, owner, `seats:${one.id}`);
  await registered('en', 'registered');
  await owner.send('1');
  expect(owner.last().text).toContain('Seats taken already: 2');
  await owner.send('2');
  expect(await seatsOf(world, one.id)).toEqual({ seats: 2, registered: 2, waiting: 0 });
});

test.for(['move', 'call_off', 'call_off_now', 'seats'])(
  '%s is for organizers, and for events that can change',
  async (name) => {
    const { world, one, owner, registered } = await story();
    const someone = await registered('en', 'registered');
    const pressed = await pressAny(world, someone, `${name}:${one.id}`);
    expect(pressed.alert).toBe(true);

    const draft = await createEvent(world, { status: 'draft' });
    const over = await createEvent(world, { beginsAt: world.clock.now().subtract({ hours: 48 }) });
    for (const id of [draft.id, over.id, 999_999]) {
      await pressAny(world, owner, `${name}:${id}`);
      expect(owner.last().text).toContain('can’t be changed');
    }
    const untouched = (await world.db.select().from(event).orderBy(asc(event.id))).map(({ status, revision }) => [
      status,
      revision,
    ]);
    expect(untouched).toEqual([
      ['published', 1],
      ['draft', 1],
      ['published', 1],
    ]);
    expect(await world.db.select().from(message)).toEqual([]);
  },
);

test('an organizer who is one no more can not finish what was begun', async () => {
  const { world, one } = await story();
  const second = await world.arrive('en');
  const { id } = await world.row(second);
  await world.db.insert(organizer).values({ personId: id, since: world.clock.now() });
  await pressAny(world, second, `move:${one.id}`);
  for (const label of ['Keep as it is', 'Keep the duration']) await second.press(label);
  await second.send('Somewhere else');
  await second.press('No link');
  await world.db.delete(organizer);
  await second.press('Save and tell everyone');
  expect((await world.db.select().from(event))[0]).toMatchObject({ place: one.place, revision: 1 });
});

/** People who have agreed and stand so with the event, without the dialogs that lead there. */
function people({ telegram, db, clock }: World, eventId: number) {
  return async (
    language: string,
    status: 'registered' | 'waiting' | 'cancelled',
    zone = 'Asia/Almaty',
  ): Promise<TelegramUser> => {
    const someone = telegram.user({ started: true });
    const now = clock.now();
    const [row] = await db
      .insert(person)
      .values({ telegramId: someone.id, language, zone, createdAt: now, seenAt: now })
      .returning();
    const standing = { status, waitingSince: status === 'waiting' ? now : null, createdAt: now, changedAt: now };
    await db.insert(registration).values({ eventId, personId: row!.id, ...standing });
    return someone;
  };
}

async function move(world: World, someone: TelegramUser, id: number, begins: string): Promise<void> {
  await pressAny(world, someone, `move:${id}`);
  await someone.send(begins);
  for (const label of ['Keep the duration', 'Keep as it is', 'No link', 'Save and tell everyone'])
    await someone.press(label);
}

/** Owes what is due, with a sender that is not as quick as the organizer. */
async function owedButNotSent({ app, db }: World): Promise<void> {
  await app.tick();
  await db.update(message).set({ retryAt: Temporal.Instant.from('2999-01-01T00:00:00Z') });
}

async function rows({ db }: World, eventId: number) {
  return db.select().from(message).where(eq(message.eventId, eventId)).orderBy(asc(message.id));
}

async function seatsOf({ db }: World, eventId: number) {
  const [one] = await db.select().from(event).where(eq(event.id, eventId));
  const having = async (status: 'registered' | 'waiting') =>
    (
      await db
        .select()
        .from(registration)
        .where(and(eq(registration.eventId, eventId), eq(registration.status, status)))
    ).length;
  return { seats: one!.seats, registered: await having('registered'), waiting: await having('waiting') };
}

/** What is struck through in the last message. */
function strikes(someone: TelegramUser): string {
  const { text, message } = someone.last();
  return (message.entities ?? [])
    .filter(({ type }) => type === 'strikethrough')
    .map(({ offset, length }) => text.slice(offset, offset + length))
    .join('\n');
}

const datas = (someone: TelegramUser) =>
  someone
    .last()
    .message.reply_markup?.inline_keyboard.flat()
    .map((button) => ('callback_data' in button ? button.callback_data : null));
