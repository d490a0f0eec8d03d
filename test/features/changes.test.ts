import { asc, eq } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { event, message, role } from '../../src/db/schema.ts';
import { BEGINS, datas, move, owedButNotSent, quotes, rows, story, strikes } from '../support/changes.ts';
import { createEvent } from '../support/events.ts';
import { pressAny } from '../support/press.ts';

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
  await owner.send('The hall is being <repaired>.');
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
  expect(ru.last().text).toContain('пятница, 11 декабря 2026 г., 16:30–19:30 · Бишкек (UTC+6)');
  expect(ru.last().text).toContain('15:30–18:30 · Астана (UTC+5)');
  const struck = strikes(ru);
  expect(struck).toContain('пятница, 4 декабря 2026 г., 15:00–18:00 · Бишкек (UTC+6)');
  expect(struck).toContain('Abai avenue');
  expect(struck).toContain('https://old.example.org/');
  expect(struck).not.toContain('11 декабря');
  expect(datas(ru)).toEqual([`event:${one.id}`, `cant_come:${one.id}`]);
  expect(quotes(ru)).toEqual(['The hall is being <repaired>.']);
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

test('only what changed is struck through, another end too', async () => {
  const { world, one, owner, registered } = await story();
  const en = await registered('en', 'registered');
  await pressAny(world, owner, `move:${one.id}`);
  await owner.press('Keep as it is');
  await owner.send('2026-12-04 19:30');
  await owner.press('Keep as it is');
  await owner.press('No link');
  await owner.press('Skip');
  await owner.press('Save and tell everyone');
  expect(en.last().text).toContain('The event has changed');
  expect(en.last().text).toContain('14:00–19:30 · Astana (UTC+5)');
  expect(strikes(en)).toBe('🗓 Friday, 4 December 2026, 14:00–17:00 · Astana (UTC+5)');
});

test('another joining link is told to those who have a seat', async () => {
  const { world, one, owner, registered } = await story({ link: 'https://old.example.org/' });
  const en = await registered('en', 'registered');
  const waiting = await registered('ru', 'waiting');
  await pressAny(world, owner, `move:${one.id}`);
  for (const label of ['Keep as it is', 'Keep the duration', 'Keep as it is']) await owner.press(label);
  await owner.send('https://new.example.org/');
  await owner.press('Skip');
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
  await owner.press('Skip');

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
  await world.db
    .insert(role)
    .values({ kind: 'organizer', personId: (await world.row(second)).id, since: world.clock.now() });

  await pressAny(world, owner, `move:${one.id}`);
  await owner.press('Keep as it is');
  await owner.press('Keep the duration');
  await owner.send('Room 7');
  await move(world, second, one.id, '2026-12-20 10:00');
  await owner.press('No link');
  await owner.press('Skip');
  await owner.press('Save and tell everyone');

  const [now] = await world.db.select().from(event).where(eq(event.id, one.id));
  expect(now).toMatchObject({ beginsAt: Temporal.Instant.from('2026-12-20T05:00:00Z'), place: 'Room 7', revision: 3 });
});

test('when nothing was changed nobody is told', async () => {
  const { world, one, owner, registered } = await story();
  await registered('en', 'registered');
  await pressAny(world, owner, `move:${one.id}`);
  for (const label of ['Keep as it is', 'Keep the duration', 'Keep as it is', 'No link', 'Skip'])
    await owner.press(label);
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
  // What they knew, not what they were never told.
  expect(en.last().text).toContain('4 December');
  expect(en.last().text).not.toContain('12 December');
});

test.for(['move', 'rules', 'call_off', 'seats'])(
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
  await world.db.insert(role).values({ kind: 'organizer', personId: id, since: world.clock.now() });
  await pressAny(world, second, `move:${one.id}`);
  for (const label of ['Keep as it is', 'Keep the duration']) await second.press(label);
  await second.send('Somewhere else');
  await second.press('No link');
  await second.press('Skip');
  await world.db.delete(role);
  await second.press('Save and tell everyone');
  expect((await world.db.select().from(event))[0]).toMatchObject({ place: one.place, revision: 1 });
});

test('news of an event that is days ahead waits for the morning, of one that is near it comes at night', async () => {
  const { world, one, owner, registered } = await story();
  const night = await registered('en', 'registered', 'Asia/Almaty');
  const morning = await registered('en', 'registered', 'Asia/Seoul');
  world.clock.set('2026-11-25T00:30:00Z'); // 5:30 in Astana, 9:30 in Seoul
  await move(world, owner, one.id, '2026-12-12 10:00');
  expect([night, morning].map((user) => user.texts().filter((text) => text.includes('has been moved')).length)).toEqual(
    [0, 1],
  );
  world.clock.set('2026-11-25T03:00:00Z');
  await world.tick();
  expect(night.last().text).toContain('The event has been moved');

  world.clock.set('2026-12-11T20:00:00Z'); // the night before, 1:00 in Astana
  await move(world, owner, one.id, '2026-12-20 10:00');
  expect(night.last().text).toContain('20 December 2026');
});
