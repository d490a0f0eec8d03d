import { eq, sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { draft, event, message, role, person, poll, pollCopy, registration } from '../../src/db/schema.ts';
import type { TelegramUser } from '../../src/playground/telegram/index.ts';
import { createEvent, seat } from '../support/events.ts';
import { pressAny } from '../support/press.ts';
import { createWorld, type World } from '../support/world.ts';

const QUESTION = 'Is <b>this</b> of use & clear?';
const OPTIONS = ['Yes, today', 'Later', '=1+1'];

async function start(world: World, owner: TelegramUser, eventId: number): Promise<typeof poll.$inferSelect> {
  await pressAny(world, owner, `new_poll:${eventId}`);
  await owner.send(QUESTION);
  await owner.send(OPTIONS.join('\n'));
  await owner.press({ data: /:ok$/ });
  const made = await world.db.select().from(poll);
  return made.at(-1)!;
}

/** Three people of the event, who read Russian, Georgian and English, and somebody on its waiting list. */
async function room(world: World) {
  const workshop = await createEvent(world);
  const people = [await world.arrive('ru'), await world.arrive('ka'), await world.arrive('en')] as const;
  for (const user of people) await seat(world, workshop, user);
  const waiting = await world.arrive('kk');
  await seat(world, workshop, waiting, { status: 'waiting' });
  return { workshop, people, waiting };
}

const ballot = (user: TelegramUser) => user.chat.findLast((one) => one.poll)!;
const choices = async ({ db }: World) =>
  (await db.select().from(pollCopy).orderBy(pollCopy.personId)).map(({ choice }) => choice);
const results = (user: TelegramUser) => user.last().text;

test('an organizer starts a poll: it is previewed, goes to those who have a seat, and the votes come together', async () => {
  const world = await createWorld();
  const owner = await world.owner();
  const { workshop, people, waiting } = await room(world);
  const [ru, ka, en] = people;

  await pressAny(world, owner, `new_poll:${workshop.id}`);
  await owner.send(QUESTION);
  await owner.send('Only one');
  expect(owner.last().text).toContain('from 2 to 12 lines');
  await owner.send(OPTIONS.join('\n'));
  expect(owner.last().text).toContain(QUESTION);
  expect(owner.last().text).toContain('• Yes, today\n• Later\n• =1+1');
  expect(people.some((user) => ballot(user))).toBe(false);
  await owner.press({ data: /:ok$/ });
  expect(owner.last().text).toContain('Recipients: 3');

  for (const user of people) {
    const native = ballot(user).poll!;
    expect(native).toMatchObject({ question: QUESTION, is_anonymous: false, allows_multiple_answers: false });
    expect(native.options.map(({ text }) => text)).toEqual(OPTIONS);
    expect(native.description).toBeTruthy();
  }
  expect(ballot(en).poll!.description).toMatch(/^Digital services workshop\n\nOrganizers see only the totals/);
  expect(ballot(ru).poll!.description).toMatch(/^Воркшоп по цифровым услугам\n/);
  expect(ballot(waiting)).toBeUndefined();
  const [made] = await world.db.select().from(poll);
  const copies = await world.db.select().from(pollCopy);
  expect(copies.map((one) => one.telegramPollId).toSorted()).toEqual(
    people.map((user) => ballot(user).poll!.id).toSorted(),
  );

  await ru.vote(ballot(ru), [0]);
  await ka.vote(ballot(ka), ['Yes, today']);
  await owner.press({ data: `poll:${made!.id}` });
  expect(results(owner)).toMatch(
    /Yes, today\n██████████ 2 · 100%\n\nLater\n░{10} 0 · 0%\n\n=1\+1\n░{10} 0 · 0%\n\nAnswered: 2 of 3\nThe poll is open · Updated: 11:00$/,
  );
  const { message_id: picture } = owner.last();
  await en.vote(ballot(en), ['=1+1']);
  await owner.press({ data: `poll:${made!.id}` });
  expect(owner.last().message_id).toBe(picture);
  expect(results(owner)).toMatch(/Yes, today\n███████░░░ 2 · 67%\n[^]*=1\+1\n███░{7} 1 · 33%\n\nAnswered: 3 of 3/);
  // Nobody's name, and nothing of who chose what.
  for (const user of people) expect(results(owner)).not.toContain(user.user.first_name);
});

test('a vote is changed and taken back; closing stops the poll everywhere, once, and a vote after that counts for nothing', async () => {
  const world = await createWorld();
  const { telegram, db } = world;
  const owner = await world.owner();
  const { workshop, people } = await room(world);
  const [ru, ka, en] = people;
  const { id } = await start(world, owner, workshop.id);

  await ru.vote(ballot(ru), [1]);
  await ru.vote(ballot(ru), [2]);
  await ka.vote(ballot(ka), [0]);
  await ka.retract(ballot(ka));
  expect(await choices(world)).toEqual([2, null, null]);

  await owner.press({ data: `poll:${id}` });
  // A slip of the finger closes nothing.
  await owner.press({ data: `close_poll:${id}` });
  await owner.press({ data: `poll:${id}` });
  expect(results(owner)).toContain('The poll is open');
  await owner.press({ data: `close_poll:${id}` });
  await owner.press({ data: `end_poll:${id}` });
  await telegram.settled();
  expect(results(owner)).toContain('The poll is closed');
  expect(owner.last().buttons.flat()).toEqual(['Back']);
  for (const user of people) expect(ballot(user).poll!.is_closed).toBe(true);
  const stops = () => telegram.calls.filter(({ method }) => method === 'stopPoll');
  expect(stops()).toHaveLength(3);

  // On its way while the poll was closed.
  const late = { poll_id: ballot(en).poll!.id, user: en.user, option_ids: [0], option_persistent_ids: ['0'] };
  await telegram.onUpdate!({ update_id: 800_000_001, poll_answer: late });
  expect(await choices(world)).toEqual([2, null, null]);

  const [closed] = await db.select().from(poll);
  world.clock.advance({ minutes: 5 });
  for (const press of [`close_poll:${id}`, `end_poll:${id}`]) {
    await pressAny(world, owner, press);
    expect(results(owner)).toContain('The poll is closed');
  }
  await world.tick();
  expect(await db.select().from(poll)).toEqual([closed]);
  expect(stops()).toHaveLength(3);
});

test('on closing, those who voted get the results of all; who did not vote, or took it back, does not', async () => {
  const world = await createWorld();
  const owner = await world.owner();
  const { workshop, people, waiting } = await room(world);
  const [ru, ka, en] = people;
  const { id } = await start(world, owner, workshop.id);
  await ru.vote(ballot(ru), [0]);
  await ka.vote(ballot(ka), [1]);
  await ka.retract(ballot(ka));
  await en.vote(ballot(en), [2]);
  const before = [ka, waiting].map((user) => user.texts());
  // In the middle of the night: it is live, as the poll was.
  world.clock.set('2026-11-24T20:00:00Z');
  await pressAny(world, owner, `end_poll:${id}`);
  await pressAny(world, owner, `end_poll:${id}`);
  await world.tick();
  expect(en.last().text).toBe(
    [
      '📊 Results',
      '',
      QUESTION,
      'Digital services workshop',
      '',
      'Yes, today',
      '█████░░░░░ 1 · 50%',
      '',
      'Later',
      '░░░░░░░░░░ 0 · 0%',
      '',
      '=1+1',
      '█████░░░░░ 1 · 50%',
      '',
      'Answered: 2 of 3',
    ].join('\n'),
  );
  expect(ru.last().text).toContain('Воркшоп по цифровым услугам');
  expect([ru, en].map((user) => user.texts().filter((text) => text.includes('📊')).length)).toEqual([1, 1]);
  expect([ka, waiting].map((user) => user.texts())).toEqual(before);
  for (const user of people) for (const other of people) expect(user.last().text).not.toContain(other.user.first_name);
});

test('the longest poll fits into its messages: preview, native poll, list, results', async () => {
  const world = await createWorld();
  const owner = await world.owner();
  const workshop = await createEvent(world, { texts: { en: 'T'.repeat(150) } });
  await seat(world, workshop, owner);
  const options = Array.from({ length: 12 }, (_, i) => `<${String.fromCharCode(65 + i)}`.padEnd(100, '&'));
  await pressAny(world, owner, `new_poll:${workshop.id}`);
  await owner.send('Q'.repeat(300));
  await owner.send(options.join('\n'));
  await owner.press({ data: /:ok$/ });
  await owner.vote(ballot(owner), [11]);
  const [{ id } = { id: 0 }] = await world.db.select().from(poll);
  await pressAny(world, owner, `poll:${id}`);
  expect(results(owner)).toContain(options[11]);
  await pressAny(world, owner, `end_poll:${id}`);
  expect(owner.texts().join()).toContain('📊 Results');
  const asked = { eventId: workshop.id, question: 'Q'.repeat(300), options, createdAt: world.clock.now() };
  await world.db.insert(poll).values(Array.from({ length: 7 }, () => asked));
  await pressAny(world, owner, `polls:${workshop.id}`);
  expect(results(owner)).toContain('8. Q');
});

test('a copy that is gone, or a Telegram that is away, does not keep the others from being stopped', async () => {
  const world = await createWorld({ LOG_LEVEL: 'error' });
  const { telegram, db } = world;
  const owner = await world.owner();
  const { workshop, people } = await room(world);
  const [ru, ka, en] = people;
  const { id } = await start(world, owner, workshop.id);
  await ru.remove(ballot(ru));
  telegram.fail({ method: 'stopPoll', chat_id: ka.id, status: 502 });
  await pressAny(world, owner, `end_poll:${id}`);
  await telegram.settled();
  expect(ballot(en).poll!.is_closed).toBe(true);
  expect(ballot(ka).poll!.is_closed).toBe(false);
  await db.update(message).set({ retryAt: null });
  await world.tick();
  await telegram.settled();
  expect(ballot(ka).poll!.is_closed).toBe(true);
  const stops = await db.select().from(message).where(eq(message.kind, 'poll_stop')).orderBy(message.personId);
  expect(stops.map(({ state }) => state)).toEqual(['failed', 'sent', 'sent']);
});

test('a poll is live: no quiet hours; whoever gave the seat back meanwhile, or comes later, gets none', async () => {
  const world = await createWorld();
  const { telegram, db } = world;
  world.clock.set('2026-11-24T19:00:00Z');
  const owner = await world.owner();
  const { workshop, people } = await room(world);
  const [ru, ka, en] = people;
  // Telegram is away for a moment, so the poll waits for them in the outbox.
  telegram.fail({ method: 'sendPoll', chat_id: ka.id, status: 502 });
  telegram.fail({ method: 'sendPoll', chat_id: en.id, status: 502 });
  const { id } = await start(world, owner, workshop.id);
  expect(ballot(ru)).toBeDefined();
  expect(ballot(ka)).toBeUndefined();
  await db
    .update(registration)
    .set({ status: 'cancelled' })
    .where(eq(registration.personId, (await world.row(ka)).id));
  const late = await world.arrive('hy');
  await seat(world, workshop, late);
  await db.update(message).set({ retryAt: null });
  await world.tick();
  expect(ballot(en)).toBeDefined();
  for (const user of [ka, late]) expect(ballot(user)).toBeUndefined();

  // And none goes out once it is closed.
  telegram.fail({ method: 'sendPoll', chat_id: en.id, status: 502 });
  const second = await start(world, owner, workshop.id);
  expect(second.id).not.toBe(id);
  await pressAny(world, owner, `end_poll:${second.id}`);
  await db.update(message).set({ retryAt: null });
  await world.tick();
  expect(en.chat.filter((one) => one.poll)).toHaveLength(1);
  expect(telegram.calls.filter(({ method, ok }) => method === 'sendPoll' && ok)).toHaveLength(4);
});

/** Which of the two happens to the third copy. */
async function lockedOrKept({ db }: World): Promise<'locked' | 'kept'> {
  for (;;) {
    const waiting = await db.execute(
      sql`select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
    );
    if (waiting.length > 0) return 'locked';
    if ((await db.$count(pollCopy)) === 3) return 'kept';
  }
}

test('a copy that was on its way while the poll was closed is stopped, too', async () => {
  const world = await createWorld();
  const { db, telegram, clock } = world;
  const owner = await world.owner();
  const { workshop, people } = await room(world);
  const [, , en] = people;
  telegram.fail({ method: 'sendPoll', chat_id: en.id, status: 502 });
  const { id } = await start(world, owner, workshop.id);
  await db.update(message).set({ retryAt: null });

  // Somebody is closing it: the poll's row is locked, and nobody else sees that it is closed before the commit.
  const ticked = await db.transaction(async (tx) => {
    await tx.update(poll).set({ closedAt: clock.now() }).where(eq(poll.id, id));
    const tick = world.tick();
    await telegram.until(() => ballot(en) !== undefined);
    // keepCopy waits for the lock. The control: a plain read would say that the poll is open, and keep the copy for good.
    expect(await lockedOrKept(world)).toBe('locked');
    expect(await db.select().from(poll)).toMatchObject([{ closedAt: null }]);
    return { tick };
  });
  await ticked.tick;
  await telegram.until(() => ballot(en).poll!.is_closed);
  await telegram.settled();
});

test('a vote in a poll that is not ours, or in the copy of somebody else, changes nothing', async () => {
  const world = await createWorld();
  const owner = await world.owner();
  const { workshop, people, waiting } = await room(world);
  const [ru, ka] = people;
  await start(world, owner, workshop.id);
  const answer = (user: TelegramUser['user'], poll_id: string) => ({
    poll_id,
    user,
    option_ids: [0],
    option_persistent_ids: ['0'],
  });
  const stranger = world.telegram.user({ first_name: 'Stranger' });
  const answers = [
    answer(ru.user, '5000000000000000999'),
    answer(ru.user, ballot(ka).poll!.id),
    answer(waiting.user, ballot(ka).poll!.id),
    answer(stranger.user, ballot(ka).poll!.id),
  ];
  const calls = world.telegram.calls.length;
  for (const [i, poll_answer] of answers.entries())
    await world.telegram.onUpdate!({ update_id: 800_000_100 + i, poll_answer });
  expect(await choices(world)).toEqual([null, null, null]);
  // Nobody is greeted or told anything because of a vote.
  expect(world.telegram.calls).toHaveLength(calls);
});

test('a vote in the middle of a dialog counts, and the dialog goes on', async () => {
  const world = await createWorld();
  const owner = await world.owner();
  const workshop = await createEvent(world);
  await seat(world, workshop, owner);
  await start(world, owner, workshop.id);
  await pressAny(world, owner, `new_poll:${workshop.id}`);
  await owner.send('And now?');
  await owner.vote(ballot(owner), [1]);
  await owner.send('Good\nBad');
  expect(owner.last().text).toContain('And now?');
  expect(owner.last().text).toContain('• Good\n• Bad');
  expect(await choices(world)).toEqual([1]);
});

test('what somebody chose goes with them when they are erased', async () => {
  const world = await createWorld();
  const owner = await world.owner();
  const { workshop, people } = await room(world);
  const { id } = await start(world, owner, workshop.id);
  for (const user of people) await user.vote(ballot(user), [1]);
  const gone = await world.row(people[1]);
  await world.db.delete(message).where(eq(message.personId, gone.id));
  await world.db.delete(person).where(eq(person.id, gone.id));
  expect(await choices(world)).toEqual([1, 1]);
  // Their copy still lies in the chat: a vote in it is nobody's.
  await people[1].vote(ballot(people[1]), [0]);
  await pressAny(world, owner, `poll:${id}`);
  expect(results(owner)).toContain('Answered: 2 of 2');
});

test('the polls of an event, the latest first, eight on a page', async () => {
  const world = await createWorld();
  const owner = await world.owner();
  const { workshop } = await room(world);
  await pressAny(world, owner, `polls:${workshop.id}`);
  expect(owner.last().text).toContain('No polls yet.');
  const now = world.clock.now();
  await world.db.insert(poll).values(
    Array.from({ length: 9 }, (_, i) => ({
      eventId: workshop.id,
      question: `Question ${i + 1}`,
      options: OPTIONS,
      createdAt: now,
      closedAt: i === 0 ? now : null,
    })),
  );
  await pressAny(world, owner, `polls:${workshop.id}`);
  expect(owner.last().text).toContain('1. Question 9\nThe poll is open');
  expect(owner.last().text).not.toContain('Question 1\n');
  await owner.press({ data: `polls:${workshop.id}:1` });
  expect(owner.last().text).toMatch(/9\. Question 1\nThe poll is closed$/);
  await pressAny(world, owner, 'poll:12345');
  expect(owner.last().text).toContain('does not exist any more');
});

test("organizers' buttons do nothing for a participant, whoever gave them to her", async () => {
  const world = await createWorld();
  const owner = await world.owner();
  const { workshop, people } = await room(world);
  const { id } = await start(world, owner, workshop.id);
  const [user] = people;
  const before = user.texts();
  for (const press of ['new_poll', 'polls']
    .map((name) => `${name}:${workshop.id}`)
    .concat(['poll', 'close_poll', 'end_poll'].map((name) => `${name}:${id}`))) {
    await pressAny(world, user, press);
    expect(world.telegram.calls.at(-1)).toMatchObject({ method: 'answerCallbackQuery', payload: { show_alert: true } });
  }
  expect(user.texts()).toEqual(before);
  expect(await world.db.select().from(poll)).toMatchObject([{ id, closedAt: null }]);
  expect(await world.db.select().from(draft)).toEqual([]);
});

test('no poll without people, for a draft, a cancelled event, or by somebody who is no organizer any more', async () => {
  const world = await createWorld();
  const owner = await world.owner();
  const { workshop, people } = await room(world);
  const refused = 'can be started by organizers';
  // Why, and back to where they came from.
  const refuse = async (id: number) => {
    await pressAny(world, owner, `new_poll:${id}`);
    expect(JSON.stringify(owner.last().reply_markup)).toContain(`"manage:${id}"`);
    return owner.last().text;
  };
  const empty = await createEvent(world);
  expect(await refuse(empty.id)).toContain('Nobody is registered');
  await world.db.update(event).set({ status: 'draft' }).where(eq(event.id, workshop.id));
  expect(await refuse(workshop.id)).toContain('not published yet');
  await world.db.update(event).set({ status: 'cancelled' }).where(eq(event.id, workshop.id));
  expect(await refuse(workshop.id)).toContain('is cancelled');
  await pressAny(world, owner, 'new_poll:12345');
  expect(owner.last().text).toContain(refused);
  await world.db.update(event).set({ status: 'published' }).where(eq(event.id, workshop.id));
  const [, , en] = people;
  await world.db
    .insert(role)
    .values({ kind: 'organizer', personId: (await world.row(en)).id, since: world.clock.now() });
  await pressAny(world, en, `new_poll:${workshop.id}`);
  await en.send('Mine?');
  await en.send('a\nb');
  await world.db.delete(role);
  await en.press({ data: /:ok$/ });
  expect(en.last().text).toContain(refused);
  expect(await world.db.select().from(poll)).toEqual([]);
});
