import { and, eq, sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { answered, event as events, message, person, registration } from '../../src/db/schema.ts';
import { createEvent, seat } from '../support/events.ts';
import { createWorld, type World } from '../support/world.ts';

const owed = ({ db }: World, kind: 'survey_invitation' | 'survey_reminder') =>
  db.select().from(message).where(eq(message.kind, kind)).orderBy(message.dueAt, message.id);

const months = async (world: World) =>
  (await owed(world, 'survey_invitation')).map(({ data, state }) => `${Number(data.month)} ${state}`);

const at = (time: string) => Temporal.Instant.from(time);

/** An event that ends at this time, and somebody who attended it. */
async function attended(world: World, endsAt: string, given: Partial<typeof events.$inferInsert> = {}, lang = 'en') {
  const event = await createEvent(world, { beginsAt: at(endsAt).subtract({ hours: 3 }), endsAt: at(endsAt), ...given });
  const user = await world.arrive(lang);
  const who = await seat(world, event, user, { attended: true });
  return { event, user, who };
}

test('3, 6 and 12 months after the end those who attended are invited, once', async () => {
  const world = await createWorld();
  const { event, user } = await attended(world, '2026-12-10T11:00:00Z', {}, 'ru');
  const others = [await world.arrive('en'), await world.arrive('ko')];
  await seat(world, event, others[0]!, { attended: false });
  await seat(world, event, others[1]!);

  /** The surveys that are under the messages in the chat. */
  const invited = () =>
    user.chat.flatMap(({ reply_markup }) => JSON.stringify(reply_markup ?? {}).match(/survey:\d+:\d+/) ?? []);
  for (const [time, month] of [
    ['2027-03-10', 3],
    ['2027-06-10', 6],
    ['2027-12-10', 12],
  ] as const) {
    const before = invited();
    world.clock.set(`${time}T10:59:59Z`);
    await world.tick();
    expect(invited()).toEqual(before);
    world.clock.set(`${time}T11:00:00Z`);
    await Promise.all([world.tick(), world.tick()]);
    world.clock.advance({ days: 2 });
    await world.tick();
    expect(invited()).toEqual([...before, `survey:${event.id}:${month}`]);
    const owing = await owed(world, 'survey_invitation');
    expect(owing.at(-1)).toMatchObject({ bulk: true, state: 'sent', dueAt: at(`${time}T11:00:00Z`) });
    expect(owing.at(-1)!.expiresAt).toEqual(at(`${time}T11:00:00Z`).add({ hours: 30 * 24 }));
  }
  for (const other of others) expect(JSON.stringify(other.chat)).not.toContain('survey:');
});

test.each([
  // 31 August and 6 months: the last of February; in a leap year its 29th.
  ['2026-08-31T12:00:00Z', 'Asia/Almaty', 6, '2027-02-28T12:00:00Z'],
  ['2027-08-31T12:00:00Z', 'Asia/Almaty', 6, '2028-02-29T12:00:00Z'],
  ['2028-02-29T12:00:00Z', 'Asia/Almaty', 12, '2029-02-28T12:00:00Z'],
  // 31 August 23:30 in Astana is still the 31st, although it is 18:30 in UTC; 1 September 00:30 is not.
  ['2026-08-31T18:30:00Z', 'Asia/Almaty', 3, '2026-11-30T18:30:00Z'],
  ['2026-08-31T19:30:00Z', 'Asia/Almaty', 3, '2026-11-30T19:30:00Z'],
  // Astana went from UTC+6 to UTC+5 on 1 March 2024: at the same hour by its clocks.
  ['2023-12-10T08:00:00Z', 'Asia/Almaty', 3, '2024-03-10T09:00:00Z'],
  // Helsinki skips 03:00-04:00 on 28 March 2027: 03:30 becomes 04:30. On 31 October it has that hour twice: the second.
  ['2026-12-28T01:30:00Z', 'Europe/Helsinki', 3, '2027-03-28T01:30:00Z'],
  ['2027-07-31T00:30:00Z', 'Europe/Helsinki', 3, '2027-10-31T01:30:00Z'],
])('an event that ended %s in %s: after %i months it is %s', async (endsAt, zone, month, due) => {
  const world = await createWorld();
  world.clock.set(at(endsAt).subtract({ hours: 240 }));
  const { event, user } = await attended(world, endsAt, { zone, followUpMonths: [month] }, 'kk');
  await world.db.update(person).set({ quietFrom: null, quietTo: null }).where(eq(person.telegramId, user.id));
  world.clock.set(at(due).subtract({ seconds: 1 }));
  await world.tick();
  expect(await owed(world, 'survey_invitation')).toEqual([]);
  world.clock.set(due);
  await world.tick();
  expect(await owed(world, 'survey_invitation')).toMatchObject([{ dueAt: at(due), state: 'sent', eventId: event.id }]);
});

test('a week later one reminder goes to those who have not answered, and no second one', async () => {
  const world = await createWorld();
  const silent = await attended(world, '2026-12-10T11:00:00Z', { followUpMonths: [3] }, 'uz');
  const { event } = silent;
  const [done, muted, blocked] = [await world.arrive('az'), await world.arrive('en'), await world.arrive('ka')];
  for (const user of [done, muted, blocked]) await seat(world, event, user, { attended: true });
  world.clock.set('2027-03-10T11:00:00Z');
  await blocked.block();
  await world.tick();
  const { id } = await world.row(done);
  await world.db.insert(answered).values({ form: 'follow_up', eventId: event.id, month: 3, personId: id });
  await world.db
    .update(person)
    .set({ muted: ['surveys'] })
    .where(eq(person.telegramId, muted.id));
  const before = muted.chat.length;

  world.clock.set('2027-03-17T10:59:00Z');
  await world.tick();
  expect(await owed(world, 'survey_reminder')).toEqual([]);
  world.clock.set('2027-03-17T11:00:00Z');
  await Promise.all([world.tick(), world.tick()]);
  world.clock.advance({ days: 9 });
  await world.tick();
  const reminders = await owed(world, 'survey_reminder');
  expect(reminders.map(({ personId, state }) => [personId, state])).toEqual([
    [silent.who.id, 'sent'],
    [(await world.row(muted)).id, 'cancelled'],
  ]);
  expect(JSON.stringify(silent.user.last().reply_markup)).toContain(`survey:${event.id}:3"`);
  expect(muted.chat).toHaveLength(before);
});

test('the reminder counts from the day the invitation arrived; who answers before it is sent gets none', async () => {
  const world = await createWorld();
  const { event, who } = await attended(world, '2026-12-10T11:00:00Z', { followUpMonths: [3] });
  world.clock.set('2027-03-30T11:00:00Z');
  await world.tick();
  world.clock.advance({ days: 6 });
  await world.tick();
  expect(await owed(world, 'survey_reminder')).toEqual([]);
  world.clock.advance({ days: 1 });
  await world.app.tick();
  await world.db.insert(answered).values({ form: 'follow_up', eventId: event.id, month: 3, personId: who.id });
  await world.app.drain();
  expect(await owed(world, 'survey_reminder')).toMatchObject([{ state: 'cancelled', error: 'answered' }]);
});

test('each reminder comes a week after its own invitation, whatever the clock does meanwhile', async () => {
  const world = await createWorld();
  // 23:00 in Astana: one of the two sleeps, and gets the invitation in the morning.
  const { event, who } = await attended(world, '2026-12-10T18:00:00Z', { followUpMonths: [3] });
  await world.db.update(person).set({ quietFrom: null, quietTo: null }).where(eq(person.id, who.id));
  const sleeper = await seat(world, event, await world.arrive('kk'), { attended: true });
  const due = at('2027-03-10T18:00:00Z');
  const week = { hours: 7 * 24 };
  const remindedAt = async (time: Temporal.Instant) => {
    world.clock.set(time);
    await world.tick();
    return (await owed(world, 'survey_reminder')).map(({ personId }) => personId);
  };
  await remindedAt(due);
  const morning = due.add({ hours: 9 });
  await remindedAt(morning);
  expect((await owed(world, 'survey_invitation')).map(({ sentAt }) => sentAt)).toEqual([due, morning]);

  expect(await remindedAt(due.add(week).subtract({ seconds: 1 }))).toEqual([]);
  expect(await remindedAt(due.add(week))).toEqual([who.id]);
  expect(await remindedAt(due.add(week).subtract({ hours: 24 }))).toEqual([who.id]);
  expect(await remindedAt(morning.add(week).subtract({ seconds: 1 }))).toEqual([who.id]);
  expect(await remindedAt(morning.add(week).add({ hours: 24 }))).toEqual([who.id, sleeper.id]);
  expect(await remindedAt(due.add(week))).toEqual([who.id, sleeper.id]);
  expect(await remindedAt(morning.add(week))).toEqual([who.id, sleeper.id]);
});

test('after a jump of the clock by thirteen months only what is still useful is sent', async () => {
  const world = await createWorld();
  const { user } = await attended(world, '2026-12-10T11:00:00Z');
  const before = user.chat.length;
  // From 24 November: the survey after 12 months is 14 days late, the others six and nine months.
  world.clock.set('2027-12-24T11:00:00Z');
  await world.tick();
  await world.tick();
  expect(await months(world)).toEqual(['12 sent']);
  expect(user.chat).toHaveLength(before + 1);
  world.clock.set('2028-01-20T11:00:00Z');
  await world.tick();
  world.clock.set('2028-03-20T11:00:00Z');
  await world.tick();
  expect(await owed(world, 'survey_invitation')).toHaveLength(1);
  expect(await owed(world, 'survey_reminder')).toHaveLength(1);
});

test('not sent: more than 30 days late, muted, the event cancelled, attendance taken back before sending', async () => {
  const world = await createWorld();
  const { event, user } = await attended(world, '2026-12-10T11:00:00Z', { followUpMonths: [3] });
  world.clock.set('2027-04-09T11:00:01Z');
  await world.tick();
  expect(await owed(world, 'survey_invitation')).toEqual([]);

  world.clock.set('2027-03-12T11:00:00Z');
  await world.db.update(events).set({ status: 'cancelled' });
  await world.tick();
  expect(await owed(world, 'survey_invitation')).toEqual([]);

  await world.db.update(events).set({ status: 'published' });
  const before = user.chat.length;
  await world.app.tick();
  await world.db.update(registration).set({ attended: null });
  await world.app.drain();
  expect(await owed(world, 'survey_invitation')).toMatchObject([{ state: 'cancelled' }]);
  expect(user.chat).toHaveLength(before);

  const mute = await attended(world, '2026-12-10T11:00:00Z', { followUpMonths: [3] });
  await world.db
    .update(person)
    .set({ muted: ['surveys'] })
    .where(eq(person.id, mute.who.id));
  await world.tick();
  expect(await owed(world, 'survey_invitation')).toMatchObject([{ state: 'cancelled' }, { state: 'cancelled' }]);
  expect(await world.db.$count(message, and(eq(message.eventId, event.id), sql`state = 'sent'`))).toBe(0);
});
