import { asc, count, eq } from 'drizzle-orm';
import { expect, onTestFinished, test } from 'vitest';
import { connect, type Db } from '../../src/db/connect.ts';
import { draft, event, material, message, person, registration } from '../../src/db/schema.ts';
import { currentVersion } from '../../src/features/forms/store.ts';
import { register } from '../../src/features/registration/seats.ts';
import type { ChatMessage, TelegramUser } from '../../src/playground/telegram/index.ts';
import { createDatabase } from '../support/database.ts';
import { createEvent } from '../support/events.ts';
import { formOf, longText, oneOf, optional, wholeNumber, yesNo } from '../support/forms.ts';
import { pressAny } from '../support/press.ts';
import { createWorld, type World } from '../support/world.ts';

const NAME = '<b>=HYPERLINK("x")</b>';

/** The profile's questions in their order, with what people are asked and a good answer: typed, or on a button. */
const PROFILE: { label: string; say?: string; press?: RegExp; holds: [string, string | null] }[] = [
  { label: 'Full name', say: 'Сейдахметова Айгерим', holds: ['fullName', 'Сейдахметова Айгерим'] },
  { label: 'Name in Latin letters', press: /:g$/, holds: ['latinName', 'SEIDAKHMETOVA AIGERIM'] },
  { label: 'Country', press: /:o:KZ$/, holds: ['country', 'KZ'] },
  { label: 'Organization', say: 'Ministry of Labour', holds: ['agency', 'Ministry of Labour'] },
  { label: 'Position', say: 'Chief specialist', holds: ['position', 'Chief specialist'] },
  { label: 'Sex', press: /:o:undisclosed$/, holds: ['sex', 'undisclosed'] },
  { label: 'Email', press: /:s$/, holds: ['email', null] },
];

const WHY = longText('why', { en: 'Why do you come?', ru: 'Зачем Вы придёте?' });
const OWN = formOf(
  WHY,
  oneOf('meal', { en: 'Lunch' }, { meat: { en: 'With meat' }, plain: { en: 'Without meat' } }),
  yesNo('laptop', { en: 'Do you bring a laptop?' }),
  optional(wholeNumber('years', { en: 'Years of service' })),
);

test('the whole dialog: one question a message, a summary, a seat, a confirmation', async () => {
  const world = await createWorld();
  const one = await createEvent(world, { form: OWN, link: 'https://meet.example.org/' });
  const aigerim = await world.arrive('en');
  await open(aigerim, one);
  expect(aigerim.last().text).not.toContain('https://meet.example.org/');
  await aigerim.press('Register');

  for (const [i, question] of PROFILE.entries()) {
    expect(aigerim.last().text).toContain(`${i + 1} of 11 · ${question.label}`);
    await reply(aigerim, question);
    expect((await draftOf(world, aigerim))!.answers).toMatchObject(Object.fromEntries([question.holds]));
  }
  expect(aigerim.last().text).toContain('Why do you come?');
  await aigerim.send('To learn');
  await aigerim.press('Without meat');
  await aigerim.press('Yes');
  await aigerim.send('12');

  const { text } = aigerim.last();
  for (const shown of [
    'Сейдахметова Айгерим',
    'SEIDAKHMETOVA AIGERIM',
    'Kazakhstan',
    'Prefer not to say',
    'Without meat',
    '12',
  ])
    expect(text).toContain(shown);
  expect(await world.db.select().from(registration)).toEqual([]);
  await aigerim.press('Confirm');

  expect(aigerim.last().text).toContain('You are registered');
  expect(aigerim.last().text).toContain('https://meet.example.org/');
  expect(aigerim.last().text).toContain('Friday, 4 December 2026, 11:00–14:00 · Astana (UTC+5)');
  expect(await world.row(aigerim)).toMatchObject(Object.fromEntries(PROFILE.map(({ holds }) => holds)));
  const [seat] = await world.db.select().from(registration);
  expect(seat).toMatchObject({
    status: 'registered',
    answers: { why: 'To learn', meal: 'plain', laptop: 'yes', years: 12 },
    formVersionId: (await currentVersion(world.db, { eventId: one.id, purpose: 'registration' }))!.id,
    createdAt: world.clock.now(),
  });
  expect(await draftOf(world, aigerim)).toBeUndefined();
  expect(await messages(world, aigerim)).toEqual([['confirmation', 'sent']]);

  await aigerim.send('/my');
  expect(aigerim.last().text).toContain('Digital services workshop');
});

test('a bad answer gets one sentence that says what is expected, and nothing is lost', async () => {
  const world = await createWorld();
  const one = await createEvent(world, { form: OWN });
  const aigerim = await world.arrive('en');
  await open(aigerim, one);
  await aigerim.press('Register');
  const bad: Record<string, [said: string, expected: string][]> = {
    'Full name': [
      ['А', 'at least 2 characters'],
      ['я'.repeat(151), 'at most 150 characters, this is 151'],
    ],
    'Name in Latin letters': [['Айгерим', 'in Latin letters']],
    Country: [['Atlantis', 'choose one of the buttons']],
    Organization: [['x', 'at least 2 characters']],
    Position: [['x', 'at least 2 characters']],
    Sex: [['7', 'choose one of the buttons']],
    Email: [
      ['aigerim at example', 'like name@example.org'],
      ['a@b', 'like name@example.org'],
    ],
  };
  for (const question of PROFILE) {
    const before = await draftOf(world, aigerim);
    for (const [said, expected] of bad[question.label]!) {
      await aigerim.send(said);
      expect(aigerim.last().text).toContain(expected);
      expect(await draftOf(world, aigerim)).toEqual(before);
    }
    await reply(aigerim, question);
  }
  await aigerim.send('x'.repeat(2001));
  expect(aigerim.last().text).toContain('at most 2000 characters');
  await aigerim.send('To learn');
  await aigerim.send('Soup');
  expect(aigerim.last().text).toContain('choose one of the buttons');
  await aigerim.send('without MEAT');
  await aigerim.send('maybe');
  await aigerim.send('No');
  await aigerim.send('a lot');
  expect(aigerim.last().text).toContain('a whole number, for example');
  await aigerim.press('Skip');
  await aigerim.press('Confirm');
  expect((await world.db.select().from(registration))[0]!.answers).toEqual({
    why: 'To learn',
    meal: 'plain',
    laptop: 'no',
    years: null,
  });
});

test('a photo, a voice, a sticker, a contact: the question wants words, and waits', async () => {
  const world = await createWorld();
  const aigerim = await begun(world);
  for (const sent of [aigerim.sendPhoto, aigerim.sendVoice, aigerim.sendSticker, aigerim.sendContact]) {
    await sent();
    expect(aigerim.last().text).toContain('write your answer as a text message');
  }
  expect((await draftOf(world, aigerim))!.answers).toEqual({});
});

test('back shows the answer again; keep it, or give another', async () => {
  const world = await createWorld();
  const aigerim = await begun(world);
  await aigerim.send('Сейдахметова Айгерим');
  await aigerim.press('Back');
  expect(aigerim.last().text).toContain('Your answer now: Сейдахметова Айгерим');
  await aigerim.press('Keep this answer');
  expect(aigerim.last().text).toContain('Name in Latin letters');
  await aigerim.press('Back');
  await aigerim.send('Ахметова Мадина');
  expect(aigerim.last().text).toContain('AKHMETOVA MADINA');
});

test('any answer can be edited in the summary, and going back leaves it as it was', async () => {
  const world = await createWorld();
  const aigerim = await begun(world);
  await answerAll(aigerim);
  await aigerim.press('Edit');
  await aigerim.press('Position');
  await aigerim.press('Back');
  expect(aigerim.last().text).toContain('Chief specialist');
  await aigerim.press('Edit');
  await aigerim.press('Position');
  await aigerim.send('Head of division');
  await aigerim.press('Edit');
  await aigerim.press('Country');
  await aigerim.press('Uzbekistan');
  expect(aigerim.last().text).toContain('Head of division');
  await aigerim.press('Confirm');
  expect(await world.row(aigerim)).toMatchObject({
    position: 'Head of division',
    country: 'UZ',
    zone: 'Asia/Tashkent',
    agency: 'Ministry of Labour',
  });
});

test.for(['button', 'command'])('cancel by %s keeps the answers, and "Continue" goes on', async (how) => {
  const world = await createWorld();
  const aigerim = await begun(world);
  await aigerim.send('Сейдахметова Айгерим');
  if (how === 'button') await aigerim.press('Cancel');
  else await aigerim.send('/cancel');
  expect(aigerim.last().text).toContain('Your answers are kept');
  await aigerim.send('Kazakhstan is not an answer now');
  await aigerim.press('Continue');
  expect(aigerim.last().text).toContain('Name in Latin letters');
  expect((await draftOf(world, aigerim))!.answers).toEqual({ fullName: 'Сейдахметова Айгерим' });
});

test('somebody who wants to can delete what was typed', async () => {
  const world = await createWorld();
  const aigerim = await begun(world);
  await aigerim.send('Сейдахметова Айгерим');
  await aigerim.press('Cancel');
  await aigerim.press('Delete my answers');
  await aigerim.press('Delete my answers');
  expect(await draftOf(world, aigerim)).toBeUndefined();
});

test('days later, and in another process, the dialog goes on where it was left', async () => {
  const world = await createWorld();
  const one = await createEvent(world, {});
  const aigerim = await world.arrive('en');
  await open(aigerim, one);
  await aigerim.press('Register');
  await aigerim.send('Сейдахметова Айгерим');
  await world.database.pool.unsafe('delete from conversation');
  world.clock.advance({ days: 5 });
  await aigerim.send('SEIDAKHMETOVA AIGERIM');
  expect(aigerim.last().text).toContain('Country');

  await aigerim.send('/my');
  expect(aigerim.last().text).toContain('Not finished yet');
  await aigerim.press({ data: /^resume:/ });
  expect(aigerim.last().text).toContain('3 of 7 · Country');
});

test('an old button and a double tap change nothing', async () => {
  const world = await createWorld();
  const aigerim = await begun(world);
  await aigerim.send('Сейдахметова Айгерим');
  const asked = aigerim.last();
  const suggestion = dataOf(asked, 'Use the suggestion');
  await Promise.all([pressAny(world, aigerim, suggestion), pressAny(world, aigerim, suggestion)]);
  expect(aigerim.last().text).toContain('3 of 7 · Country');
  const before = await draftOf(world, aigerim);
  expect((await pressAny(world, aigerim, suggestion)).text).toContain('earlier step');
  expect(await draftOf(world, aigerim)).toEqual(before);

  await aigerim.press('Kazakhstan');
  for (const question of PROFILE.slice(3)) await reply(aigerim, question);
  const confirm = dataOf(aigerim.last(), 'Confirm');
  await Promise.all([pressAny(world, aigerim, confirm), pressAny(world, aigerim, confirm)]);
  await pressAny(world, aigerim, confirm);
  expect(await world.db.select().from(registration)).toHaveLength(1);
  expect(await messages(world, aigerim)).toEqual([['confirmation', 'sent']]);
});

test("a press on another person's draft does nothing", async () => {
  const world = await createWorld();
  const aigerim = await begun(world);
  await answerAll(aigerim);
  const { id, revision } = (await draftOf(world, aigerim))!;
  const attacker = await world.arrive('en');
  for (const verb of ['ok', 'x', 'e', 'b', 'q:0', 'o:KZ', 's', 'k'])
    await pressAny(world, attacker, `f:${id}:${revision}:${verb}`);
  for (const press of [`resume:${id}`, `drop:${id}`]) await pressAny(world, attacker, press);
  expect(await draftOf(world, aigerim)).toMatchObject({ id, revision, active: true });
  expect(await world.db.select().from(registration)).toEqual([]);
  expect(attacker.texts().join('\n')).not.toContain('Сейдахметова');
  await aigerim.press('Confirm');
  expect(await world.db.select().from(registration)).toHaveLength(1);
});

test('a second event asks only what is new, and shows the rest for confirmation', async () => {
  const world = await createWorld();
  const aigerim = await begun(world);
  await answerAll(aigerim);
  await aigerim.press('Confirm');
  const second = await createEvent(world, { texts: { en: 'Study visit' }, form: formOf(WHY) });
  await open(aigerim, second);
  await aigerim.press('Register');
  expect(aigerim.last().text).toContain('Why do you come?');
  await aigerim.send('To see');
  expect(aigerim.last().text).toContain('Сейдахметова Айгерим');
  await aigerim.press('Confirm');
  expect(aigerim.last().text).toContain('You are registered');
  expect(await world.db.select().from(registration)).toHaveLength(2);

  const third = await createEvent(world, { texts: { en: 'Webinar' } });
  await open(aigerim, third);
  await aigerim.press('Register');
  expect(aigerim.last().buttons.flat()).toContain('Confirm');
});

test('the deadline that passes in the middle closes the dialog with one sentence', async () => {
  const world = await createWorld();
  const deadlineAt = world.clock.now().add({ hours: 1 });
  const aigerim = await begun(world, { deadlineAt });
  await aigerim.send('Сейдахметова Айгерим');
  world.clock.set(deadlineAt);
  await aigerim.press('Use the suggestion');
  expect(aigerim.last().text).toContain('Registration for this event is closed');
  expect(aigerim.last().text).toContain('Registration deadline: Tuesday, 24 November 2026, 12:00 · Astana (UTC+5)');
  expect(aigerim.last().buttons.flat()).toEqual(['Show the event', 'Main menu']);
  // Kept: the organizer may move the deadline.
  expect(await draftOf(world, aigerim)).toMatchObject({ active: false, answers: { fullName: 'Сейдахметова Айгерим' } });
  expect(await world.db.select().from(registration)).toEqual([]);
});

test.for([
  { what: 'called off', says: 'The event is cancelled' },
  { what: 'begun', says: 'The event has begun' },
  { what: 'over', says: 'The event is over' },
])('in the middle of the form the event is $what: it says so, and the question loses its buttons', async (row) => {
  const world = await createWorld();
  const aigerim = await begun(world);
  const [one] = await world.db.select().from(event);
  await aigerim.send('Сейдахметова Айгерим');
  const asked = aigerim.last().message.message_id;
  if (row.what === 'called off') await world.db.update(event).set({ status: 'cancelled' });
  else world.clock.set(row.what === 'begun' ? one!.beginsAt : one!.endsAt);
  await aigerim.send('SEIDAKHMETOVA AIGERIM');
  expect(aigerim.last().text).toContain(row.says);
  const question = aigerim.chat.find(({ message }) => message.message_id === asked);
  expect(question!.message.reply_markup?.inline_keyboard ?? []).toEqual([]);
  await aigerim.press('Show the event');
  expect(aigerim.last().text).toContain(row.says);
});

test('a deadline holds for the last press too', async () => {
  const world = await createWorld();
  const deadlineAt = world.clock.now().add({ hours: 1 });
  const aigerim = await begun(world, { deadlineAt });
  await answerAll(aigerim);
  world.clock.set(deadlineAt);
  await aigerim.press('Confirm');
  expect(aigerim.last().text).toContain('closed');
  expect(await world.db.select().from(registration)).toEqual([]);
});

test('a full event: the waiting list with the position; who gives up makes room for the next, who is told', async () => {
  const world = await createWorld();
  const one = await createEvent(world, { seats: 1 });
  const first = await seated(world, one, 'en');
  expect(first.last().text).toContain('You are registered');

  // The last seat went while the second was typing.
  const waiting: TelegramUser[] = [];
  for (const language of ['en', 'ru', 'ko']) {
    world.clock.advance({ minutes: 1 });
    waiting.push(await seated(world, one, language));
  }
  expect(waiting[0]!.last().text).toContain('waiting list, number 1');
  expect(waiting[0]!.last().text).toContain('Friday, 4 December 2026, 11:00–14:00 · Astana (UTC+5)');
  expect(waiting[0]!.last().text).toContain('Abai avenue 33a');
  expect(waiting[0]!.last().buttons.flat()).toContain('Show the event');
  await waiting[0]!.send('/my');
  expect(waiting[0]!.last().text).toContain('waiting list, number 1');
  expect(await statuses(world, one.id)).toEqual(['registered', 'waiting', 'waiting', 'waiting']);
  await open(waiting[0]!, one);
  expect(waiting[0]!.last().text).toContain('number 1');

  world.clock.advance({ minutes: 1 });
  await first.press({ data: `cant_come:${one.id}` });
  expect(first.last().text).toContain('Do you want to cancel your participation?');
  await first.press('Cancel my participation');
  expect(first.last().text).toContain('Your participation is cancelled');
  expect(await statuses(world, one.id)).toEqual(['cancelled', 'registered', 'waiting', 'waiting']);
  expect(waiting[0]!.last().text).toContain('A seat is free: you are registered now');
  expect(await messages(world, waiting[0]!)).toEqual([
    ['confirmation', 'sent'],
    ['promoted', 'sent'],
  ]);
  expect(await messages(world, waiting[1]!)).toEqual([['confirmation', 'sent']]);

  // Giving up twice, and leaving the list, give no further seat away.
  await first.press({ data: `event:${one.id}` }).catch(() => undefined);
  await pressAny(world, first, `give_up:${one.id}`);
  await pressAny(world, waiting[2]!, `give_up:${one.id}`);
  expect(await statuses(world, one.id)).toEqual(['cancelled', 'registered', 'waiting', 'cancelled']);
});

test('the seat that is lost while typing: the answers are kept, and one press joins the waiting list', async () => {
  const world = await createWorld();
  const one = await createEvent(world, { seats: 1, form: formOf(WHY) });
  const late = await world.arrive('en');
  await open(late, one);
  await late.press('Register');
  await answerAll(late);
  await late.send('To learn');
  await seated(world, one, 'en', 'To teach');
  await late.press('Confirm');
  expect(late.last().text).toContain('join the waiting list as number 1');
  expect(await statuses(world, one.id)).toEqual(['registered']);

  await late.press('Join the waiting list');
  expect(late.last().text).toContain('To learn');
  await late.press('Join the waiting list');
  expect(late.last().text).toContain('waiting list, number 1');
  expect(await statuses(world, one.id)).toEqual(['registered', 'waiting']);
});

test.for([
  { state: 'registered', says: 'You are registered already' },
  { state: 'waiting', says: 'waiting list, number 1' },
])('an old button of somebody who is $state says so, and changes nothing', async ({ state, says }) => {
  const world = await createWorld();
  const one = await createEvent(world, { seats: 1 });
  if (state === 'waiting') await seated(world, one, 'en');
  const aigerim = state === 'waiting' ? await seated(world, one, 'en') : await seated(world, one, 'en');
  const before = await world.db.select().from(registration).orderBy(asc(registration.id));
  world.clock.advance({ minutes: 5 });
  for (const button of ['register', 'wait']) {
    await pressAny(world, aigerim, `${button}:${one.id}`);
    expect(aigerim.last().text).toContain(says);
  }
  expect(await world.db.select().from(registration).orderBy(asc(registration.id))).toEqual(before);
  expect(await messages(world, aigerim)).toEqual([['confirmation', 'sent']]);
});

test('two dialogs that lead to the same seat: the second one finds it taken by the first', async () => {
  const world = await createWorld();
  const one = await createEvent(world);
  const aigerim = await world.arrive('en');
  await pressAny(world, aigerim, `wait:${one.id}`);
  await answerAll(aigerim);
  const confirm = dataOf(aigerim.last(), 'Join the waiting list');
  await fill(aigerim, one);
  expect(aigerim.last().text).toContain('You are registered');
  const before = aigerim.chat.length;
  await pressAny(world, aigerim, confirm);
  expect(aigerim.chat.length, 'nothing but the toast that the button is old').toBeLessThanOrEqual(before + 1);
  expect(await statuses(world, one.id)).toEqual(['registered']);
  expect(await draftOf(world, aigerim)).toBeUndefined();
});

test('somebody who comes back after giving up takes a place at the end of the list', async () => {
  const world = await createWorld();
  const one = await createEvent(world, { seats: 1 });
  const first = await seated(world, one, 'en');
  world.clock.advance({ minutes: 1 });
  const second = await seated(world, one, 'en');
  world.clock.advance({ minutes: 1 });
  await pressAny(world, first, `give_up:${one.id}`);
  expect(second.last().text).toContain('A seat is free');
  await pressAny(world, first, `wait:${one.id}`);
  await first.press('Join the waiting list');
  expect(first.last().text).toContain('number 1');
  expect(await statuses(world, one.id)).toEqual(['waiting', 'registered']);
});

test('nobody gives up a seat once the event has begun, by whichever old button', async () => {
  const world = await createWorld();
  const one = await createEvent(world, { seats: 1 });
  const [aigerim, next] = [await seated(world, one, 'en'), await seated(world, one, 'en')];
  for (const [at, says] of [
    [one.beginsAt, 'The event has begun'],
    [one.endsAt, 'The event is over'],
  ] as const) {
    world.clock.set(at);
    for (const someone of [aigerim, next])
      for (const button of ['cant_come', 'give_up']) {
        await pressAny(world, someone, `${button}:${one.id}`);
        expect(someone.last().text).toContain(says);
        expect(someone.last().text).toContain('Digital services workshop');
      }
  }
  expect(await statuses(world, one.id)).toEqual(['registered', 'waiting']);
  // One nanosecond is too short for Postgres: a microsecond before, the seat goes on.
  world.clock.set(one.beginsAt.subtract({ microseconds: 1 }));
  await pressAny(world, aigerim, `give_up:${one.id}`);
  expect(await statuses(world, one.id)).toEqual(['cancelled', 'registered']);
});

test('a cancelled event: nothing is given up any more, the button says why', async () => {
  const world = await createWorld();
  const one = await createEvent(world);
  const aigerim = await seated(world, one, 'en');
  await world.db.update(event).set({ status: 'cancelled' });
  await pressAny(world, aigerim, `cant_come:${one.id}`);
  expect(aigerim.last().text).toContain('The event is cancelled');
});

test('leaving the waiting list is asked and confirmed in its own words, and joining again takes the end', async () => {
  const world = await createWorld();
  const one = await createEvent(world, { seats: 1 });
  await seated(world, one, 'en');
  const [leaves, stays] = [await seated(world, one, 'en'), await seated(world, one, 'en')];
  await leaves.press('Leave the waiting list');
  expect(leaves.last().text).toContain('Do you want to leave the waiting list? You lose number 1.');
  await leaves.press('Leave the waiting list');
  expect(leaves.last().text).toContain('You have left the waiting list');
  world.clock.advance({ minutes: 1 });
  await leaves.press('Join the waiting list');
  await leaves.press({ data: /:ok$/ });
  expect(leaves.last().text).toContain('number 2');
  expect(await messages(world, stays)).toEqual([['confirmation', 'sent']]);
});

test('who gave up can register again by one press, and an old button says that it is done already', async () => {
  const world = await createWorld();
  const one = await createEvent(world);
  const aigerim = await seated(world, one, 'en');
  await aigerim.press({ data: `cant_come:${one.id}` });
  await aigerim.press('Cancel my participation');
  expect(aigerim.last().buttons.flat()).toContain('Register again');
  for (const old of ['cant_come', 'give_up']) {
    await pressAny(world, aigerim, `${old}:${one.id}`);
    expect(aigerim.last().text).toContain('You cancelled your participation');
  }
  await aigerim.press('Register again');
  await aigerim.press({ data: /:ok$/ });
  expect(aigerim.last().text).toContain('You are registered');
  expect(await statuses(world, one.id)).toEqual(['registered']);
});

test.for([
  { left: { hours: 2 }, muted: [], says: 'I will remind you', not: '/settings' },
  { left: { hours: 2 }, muted: ['reminders'], says: 'Reminders are switched off: /settings', not: 'I will remind' },
  { left: { minutes: 30 }, muted: [], says: 'You are registered', not: 'remind' },
  { left: { minutes: 30 }, muted: ['reminders'], says: 'You are registered', not: '/settings' },
])('a reminder is promised only if one will come: $left, muted $muted', async ({ left, muted, says, not }) => {
  const world = await createWorld();
  const one = await createEvent(world, { beginsAt: world.clock.now().add(left) });
  const aigerim = await world.arrive('en');
  await world.db.update(person).set({ muted }).where(eq(person.telegramId, aigerim.id));
  await fill(aigerim, one);
  expect(aigerim.last().text).toContain(says);
  expect(aigerim.last().text).not.toContain(not);
});

test('the confirmation leads to the materials when there are some already', async () => {
  const world = await createWorld();
  const one = await createEvent(world);
  const given = { kind: 'link', url: 'https://example.org/', addedAt: world.clock.now() } as const;
  await world.db.insert(material).values({ ...given, eventId: one.id, title: 'Later', phase: 'after' });
  expect((await seated(world, one, 'en')).last().buttons.flat()).not.toContain('Materials');
  await world.db.insert(material).values({ ...given, eventId: one.id, title: 'Agenda', phase: 'before' });
  const aigerim = await seated(world, one, 'en');
  expect(aigerim.last().buttons.flat()).toContain('Materials');
  await aigerim.press('Materials');
  expect(aigerim.last().text).toContain('Agenda');
});

test('what looks like markup or a formula is shown as typed, in every place', async () => {
  const world = await createWorld();
  const aigerim = await begun(world, { place: NAME, form: formOf(longText('why', { en: NAME })) });
  await aigerim.send(NAME);
  await aigerim.press('Back');
  expect(aigerim.last().text).toContain(`Your answer now: ${NAME}`);
  await aigerim.press('Keep this answer');
  await aigerim.send('AIGERIM');
  for (const question of PROFILE.slice(2)) await reply(aigerim, question);
  expect(aigerim.last().text).toContain(NAME);
  await aigerim.send(NAME);
  expect(aigerim.last().text.split(NAME)).toHaveLength(4);
  await aigerim.press('Confirm');
  expect(aigerim.last().text).toContain(`📍 ${NAME}`);
  expect(await world.row(aigerim)).toMatchObject({ fullName: NAME });
});

test.for([
  { language: 'ru', title: 'Воркшоп', zone: 'Бишкек (UTC+6)' },
  { language: 'ko', title: '워크숍', zone: '서울 (UTC+9)' },
])('in $language, the confirmation has the time of the person and of the event', async ({ language, title, zone }) => {
  const world = await createWorld();
  const one = await createEvent(world, { texts: { en: 'Workshop', ru: 'Воркшоп', ko: '워크숍' } });
  const someone = await world.arrive(language);
  await world.db
    .update(person)
    .set({ zone: language === 'ru' ? 'Asia/Bishkek' : 'Asia/Seoul', zoneChosen: true })
    .where(eq(person.telegramId, someone.id));
  await fill(someone, one);
  expect(someone.last().text).toContain(title);
  expect(someone.last().text).toContain(zone);
  expect(someone.last().text).toContain('(UTC+5)');
});

test.for(['draft', 'cancelled', 'over'] as const)('nobody registers for an event that is %s', async (state) => {
  const world = await createWorld();
  const given = state === 'over' ? { beginsAt: world.clock.now().subtract({ hours: 1 }) } : { status: state };
  const one = await createEvent(world, given);
  const aigerim = await world.arrive('en');
  for (const button of ['register', 'wait', 'give_up', 'cant_come'])
    await pressAny(world, aigerim, `${button}:${one.id}`);
  expect(await world.db.select().from(registration)).toEqual([]);
  expect(await draftOf(world, aigerim)).toBeUndefined();
});

test('200 contend for 5 seats from two processes: 5 get one, 195 do not, and a control oversells', async () => {
  const { db, url } = await createDatabase();
  const other = connect(url, { max: 5 });
  onTestFinished(() => other.close());
  const now = Temporal.Instant.from('2026-11-24T06:00:00Z');
  const [one] = await db
    .insert(event)
    .values({
      code: 'race',
      kind: 'workshop',
      status: 'published',
      zone: 'Asia/Almaty',
      beginsAt: now.add({ hours: 24 }),
      endsAt: now.add({ hours: 26 }),
      seats: 5,
      createdAt: now,
    })
    .returning();
  const people = await db
    .insert(person)
    .values(
      Array.from({ length: 200 }, (_, i) => ({
        telegramId: i + 1,
        language: 'en',
        zone: 'UTC',
        createdAt: now,
        seenAt: now,
      })),
    )
    .returning();
  const processes: Db[] = [db, other.db];
  const contend = <T>(take: (db: Db, personId: number, i: number) => Promise<T>) =>
    Promise.all(people.map(({ id }, i) => take(processes[i % 2]!, id, i)));

  // Control: count, then insert. Contenders of one moment all see the same free seats; that six of them meet in one, more
  // than there are seats, is not left to chance.
  let counting = 0;
  const met = Promise.withResolvers<void>();
  await contend((db, personId) =>
    db.transaction(async (tx) => {
      const taken = await tx.select({ n: count() }).from(registration).where(eq(registration.status, 'registered'));
      if (++counting === 6) met.resolve();
      await met.promise;
      if (taken[0]!.n >= 5) return;
      const row = { eventId: one!.id, personId, status: 'registered' as const, createdAt: now, changedAt: now };
      await tx.insert(registration).values(row);
    }),
  );
  const oversold = await db.select().from(registration);
  expect(oversold.length).toBeGreaterThan(5);
  await db.delete(registration);

  const outcomes = await contend((db, personId, i) =>
    db.transaction((tx) =>
      register(tx, { eventId: one!.id, personId, now }, { answers: { i }, formVersionId: null }, i % 4 === 0),
    ),
  );
  const kinds = outcomes.map(({ kind }) => kind);
  const kept = await db.select().from(registration).orderBy(asc(registration.waitingSince), asc(registration.id));
  expect(kept.filter(({ status }) => status === 'registered')).toHaveLength(5);
  expect(kinds.filter((kind) => kind === 'registered')).toHaveLength(5);
  expect(kinds.filter((kind) => kind === 'full' || kind === 'waiting')).toHaveLength(195);
  expect(kept.every(({ answers }) => typeof answers.i === 'number')).toBe(true);
  const owed = await db.select().from(message).where(eq(message.kind, 'confirmation'));
  expect(owed).toHaveLength(kept.length);
});

/** Somebody in the first question of a registration. */
async function begun(world: World, given: Parameters<typeof createEvent>[1] = {}): Promise<TelegramUser> {
  const one = await createEvent(world, given);
  const someone = await world.arrive('en');
  await open(someone, one);
  await someone.press('Register');
  return someone;
}

async function open(someone: TelegramUser, { code }: { code: string }): Promise<void> {
  await someone.open(`event_${code}`);
}

async function reply(someone: TelegramUser, { say, press }: (typeof PROFILE)[number]): Promise<void> {
  if (say === undefined) await someone.press({ data: press! });
  else await someone.send(say);
}

async function answerAll(someone: TelegramUser): Promise<void> {
  for (const question of PROFILE) await reply(someone, question);
}

type Seeking = { id: number; code: string };

/** The whole dialog, in any language. */
async function fill(someone: TelegramUser, one: Seeking): Promise<void> {
  await open(someone, one);
  await someone.press({ data: new RegExp(`^(register|wait):${one.id}$`) });
  await answerAll(someone);
  await someone.press({ data: /:ok$/ });
}

/** Somebody whose profile is known, and who registers: a seat, or a place on the waiting list. */
async function seated(world: World, one: Seeking, language: string, own?: string): Promise<TelegramUser> {
  const { telegram, db, clock } = world;
  const someone = telegram.user({ started: true });
  const now = clock.now();
  const profile = Object.fromEntries(PROFILE.map(({ holds }) => holds));
  await db
    .insert(person)
    .values({ telegramId: someone.id, language, zone: 'Asia/Almaty', createdAt: now, seenAt: now, ...profile });
  await open(someone, one);
  await someone.press({ data: new RegExp(`^(register|wait):${one.id}$`) });
  if (own !== undefined) await someone.send(own);
  await someone.press({ data: /:ok$/ });
  return someone;
}

async function draftOf(world: World, someone: TelegramUser) {
  const { id } = await world.row(someone);
  const [found] = await world.db.select().from(draft).where(eq(draft.personId, id));
  return found;
}

/** The messages that were owed to somebody: kind and state. */
async function messages(world: World, someone: TelegramUser) {
  const { id } = await world.row(someone);
  const rows = await world.db.select().from(message).where(eq(message.personId, id)).orderBy(asc(message.id));
  return rows.map(({ kind, state }) => [kind, state]);
}

/** In the order in which people registered first. */
async function statuses({ db }: World, eventId: number) {
  const rows = await db
    .select()
    .from(registration)
    .where(eq(registration.eventId, eventId))
    .orderBy(asc(registration.id));
  return rows.map(({ status }) => status);
}

function dataOf({ message: { reply_markup } }: ChatMessage, label: string): string {
  const button = reply_markup?.inline_keyboard.flat().find(({ text }) => text === label);
  if (!button || !('callback_data' in button)) throw new Error(`There is no button "${label}"`);
  return button.callback_data;
}
