import { eq } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { answered, draft, event, message, person, registration, response } from '../../src/db/schema.ts';
import type { TelegramUser } from '../../src/playground/telegram/index.ts';
import { createEvent, seat } from '../support/events.ts';
import { answerFeedback, submit } from '../support/feedback.ts';
import { pressAny } from '../support/press.ts';
import { createWorld, type World } from '../support/world.ts';

const invitations = ({ db }: World) => db.select().from(message).where(eq(message.kind, 'feedback_invitation'));
const dataOf = (user: TelegramUser) => JSON.stringify(user.last().reply_markup);

test('half an hour after the end those who had a seat and were not absent are invited, once', async () => {
  const world = await createWorld();
  const event = await createEvent(world);
  const came = await world.arrive('en');
  const unmarked = await world.arrive('ru');
  const others = [await world.arrive('kk'), await world.arrive('ko'), await world.arrive('tg')];
  await seat(world, event, came, { attended: true });
  await seat(world, event, unmarked);
  await seat(world, event, others[0]!, { attended: false });
  await seat(world, event, others[1]!, { status: 'cancelled' });
  await seat(world, event, others[2]!, { status: 'waiting' });

  world.clock.set(event.endsAt.add({ minutes: 29 }));
  await world.tick();
  expect(await invitations(world)).toEqual([]);

  world.clock.advance({ minutes: 1 });
  await Promise.all([world.tick(), world.tick()]);
  await world.tick();
  expect(await invitations(world)).toHaveLength(2);
  expect(came.last().text).toContain('Digital services workshop');
  expect(came.last().text).toContain('anonymous');
  expect(unmarked.last().text).toContain('Воркшоп по цифровым услугам');
  expect(came.texts().filter((text) => text.includes('Digital services workshop'))).toHaveLength(1);
  for (const user of [came, unmarked]) expect(dataOf(user)).toContain(`feedback:${event.id}`);
  for (const user of others) expect(dataOf(user)).not.toContain('feedback');
  const [invited] = await invitations(world);
  expect(invited).toMatchObject({ bulk: true, state: 'sent', eventId: event.id });
  expect(invited!.expiresAt).toEqual(event.endsAt.add({ minutes: 30, hours: 14 * 24 }));
});

test('no invitation: muted, a cancelled event, two weeks late; quiet hours hold it until the morning', async () => {
  const world = await createWorld();
  const { db, clock } = world;
  const [muted, evening, late] = [await world.arrive('en'), await world.arrive('uz'), await world.arrive('az')];
  const first = await createEvent(world);
  const cancelled = await createEvent(world, { status: 'cancelled', cancelledAt: clock.now() });
  // 22:00 in Astana.
  const inTheEvening = await createEvent(world, {
    beginsAt: first.endsAt.add({ hours: 5 }),
    endsAt: first.endsAt.add({ hours: 8 }),
  });
  await seat(world, first, muted);
  await seat(world, cancelled, evening);
  await seat(world, inTheEvening, evening);
  await db
    .update(person)
    .set({ muted: ['surveys'] })
    .where(eq(person.telegramId, muted.id));

  clock.set(inTheEvening.endsAt.add({ minutes: 30 }));
  await world.tick();
  const before = [muted, evening].map((user) => user.chat.length);
  expect((await invitations(world)).map(({ state }) => state).toSorted()).toEqual(['cancelled', 'queued']);
  clock.set(inTheEvening.endsAt.add({ hours: 10 }));
  await world.tick();
  expect(muted.chat).toHaveLength(before[0]!);
  expect(evening.chat).toHaveLength(before[1]! + 1);

  await seat(world, first, late);
  clock.set(first.endsAt.add({ hours: 14 * 24, minutes: 31 }));
  await world.tick();
  expect(await invitations(world)).toHaveLength(2);
});

test('an event that is moved is asked about after its new end, not after the old one', async () => {
  const world = await createWorld();
  const { clock } = world;
  const user = await world.arrive('ru');
  const one = await createEvent(world);
  await seat(world, one, user);
  clock.set(one.endsAt.subtract({ minutes: 5 }));
  await world.tick();
  await world.db.update(event).set({ endsAt: one.endsAt.add({ hours: 1 }), revision: 2, movedAt: clock.now() });
  clock.set(one.endsAt.add({ minutes: 30 }));
  await world.tick();
  expect(await invitations(world)).toEqual([]);
  clock.advance({ hours: 1 });
  await world.tick();
  expect(await invitations(world)).toHaveLength(1);
});

test('an absence marked by mistake and corrected later still gets the invitation', async () => {
  const world = await createWorld();
  const user = await world.arrive('hy');
  const event = await createEvent(world);
  await seat(world, event, user, { attended: false });
  world.clock.set(event.endsAt.add({ hours: 24 }));
  await world.tick();
  expect(await invitations(world)).toEqual([]);
  await world.db.update(registration).set({ attended: true });
  await world.tick();
  expect(dataOf(user)).toContain(`feedback:${event.id}`);
});

test.each(['en', 'ka', 'ko'])('the whole form in %s: ratings, open answers, back, edit, send', async (lang) => {
  const world = await createWorld();
  const { db, clock } = world;
  const event = await createEvent(world);
  const user = await world.arrive(lang);
  const { id } = await seat(world, event, user);
  clock.set(event.endsAt.add({ minutes: 30 }));
  await world.tick();

  await user.press({ data: `feedback:${event.id}` });
  expect(user.last().buttons[0]).toEqual(['1', '2', '3', '4', '5']);
  await user.press('4');
  await user.press({ data: /:b$/ });
  await user.press('5');
  await user.send('6');
  expect(user.last().text).toMatch(/1.*5/);
  await user.send('3');
  for (const number of [4, 4]) await user.press(String(number));
  expect(user.last().buttons.flat()).toEqual(expect.arrayContaining(['0', '10']));
  await user.press('10');
  await user.send('<b>=HYPERLINK("x")</b> {{useful}} $t(common:yes)');
  await user.press({ data: /:s$/ });
  expect(user.last().text).toContain('<b>=HYPERLINK("x")</b> {{useful}} $t(common:yes)');
  await user.press({ data: /:e$/ });
  await user.press({ data: /:q:2$/ });
  await user.press('2');

  expect(await db.select().from(response)).toEqual([]);
  await submit(user);
  expect(await db.select().from(draft)).toEqual([]);
  expect(await db.select().from(answered)).toEqual([{ form: 'feedback', eventId: event.id, month: 0, personId: id }]);
  const [stored] = await db.select().from(response);
  expect(stored).toMatchObject({ form: 'feedback', eventId: event.id, month: 0, personId: null, submittedAt: null });
  expect(stored!.answers).toEqual({
    relevance: 5,
    content: 3,
    speakers: 2,
    organization: 4,
    recommendation: 10,
    useful: '<b>=HYPERLINK("x")</b> {{useful}} $t(common:yes)',
    better: null,
    _version: 1,
  });
});

test('the first question says that the answers are anonymous, and so do the thanks', async () => {
  const world = await createWorld();
  const event = await createEvent(world);
  const user = await world.arrive('en');
  await seat(world, event, user);
  world.clock.set(event.endsAt.add({ minutes: 30 }));
  await world.tick();
  await user.press({ data: `feedback:${event.id}` });
  expect(user.last().text).toMatch(/anonymous.*without your name and without the time.*\n\nHow relevant/);
  await answerFeedback(user, event.id);
  await submit(user);
  expect(user.last().text).toContain('without your name');
});

test('a second submission changes nothing: pressed twice, from two devices at once, opened again', async () => {
  const world = await createWorld();
  const { db, clock } = world;
  const event = await createEvent(world);
  const user = await world.arrive('en');
  await seat(world, event, user);
  clock.set(event.endsAt.add({ minutes: 30 }));
  await world.tick();

  await answerFeedback(user, event.id, { useful: 'Everything' });
  const summary = user.last().message_id;
  await Promise.all([submit(user), submit(user)]);
  expect(user.texts().filter((text) => text.includes('Your feedback is saved'))).toHaveLength(1);
  await user.press({ data: `feedback:${event.id}` });
  expect(user.texts().filter((text) => text.includes('already answered'))).toHaveLength(1);
  await expect(user.press({ data: /:ok$/ }, { message: summary })).rejects.toThrow('not there to press');
  expect(await db.select().from(answered)).toHaveLength(1);
  expect(await db.select().from(response)).toHaveLength(1);
  expect(await db.select().from(draft)).toEqual([]);

  await world.tick();
  expect(await invitations(world)).toHaveLength(1);
});

test('nobody gets a form by a copied button: not a stranger, not the absent, not who cancelled', async () => {
  const world = await createWorld();
  const event = await createEvent(world);
  const [attendee, other] = [await world.arrive('ru'), await world.arrive('en')];
  await seat(world, event, attendee);
  world.clock.set(event.endsAt.add({ minutes: 30 }));
  await world.tick();
  await answerFeedback(attendee, event.id);
  const [theirs] = await world.db.select().from(draft);

  async function tryAll() {
    const { id, revision } = theirs!;
    for (const data of [`feedback:${event.id}`, `f:${id}:${revision}:ok`, `resume:${id}`])
      await pressAny(world, other, data);
    expect(other.last().text).toContain('open to those who took part');
    expect(await world.db.select().from(response)).toEqual([]);
    expect(await world.db.select().from(draft)).toEqual([theirs]);
  }
  await tryAll();
  await seat(world, event, other, { attended: false });
  await tryAll();
  const { id } = await world.row(other);
  await world.db.update(registration).set({ status: 'cancelled', attended: null }).where(eq(registration.personId, id));
  await tryAll();
});

test('there is no feedback before the end, nor on a draft or a cancelled event', async () => {
  const world = await createWorld();
  const user = await world.arrive('en');
  const one = await createEvent(world);
  await seat(world, one, user);
  await pressAny(world, user, `feedback:${one.id}`);
  expect(user.last().text).toContain('after its end');
  world.clock.set(one.endsAt);
  for (const status of ['draft', 'cancelled'] as const) {
    await world.db.update(event).set({ status });
    await pressAny(world, user, `feedback:${one.id}`);
  }
  expect(await world.db.select().from(draft)).toEqual([]);
});

test('what was answered and not sent waits, and is not taken once the organizer marks the person absent', async () => {
  const world = await createWorld();
  const event = await createEvent(world);
  const user = await world.arrive('en');
  await seat(world, event, user);
  world.clock.set(event.endsAt.add({ minutes: 30 }));
  await world.tick();
  await answerFeedback(user, event.id);
  await user.send('/my');
  expect(user.last().text).toContain('Feedback · Digital services workshop');
  world.clock.advance({ days: 20 });
  await user.press({ data: /^resume:/ });
  expect(user.last().text).toMatch(/Most useful.*—/);

  await world.db.update(registration).set({ attended: false });
  await submit(user);
  expect(await world.db.select().from(response)).toEqual([]);
  expect(await world.db.select().from(draft)).toMatchObject([{ active: false }]);
});
