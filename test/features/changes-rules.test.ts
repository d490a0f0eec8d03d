import { expect, test } from 'vitest';
import { event } from '../../src/db/schema.ts';
import { dueReminders } from '../../src/features/reminders/job.ts';
import { BEGINS, owedButNotSent, rows, story } from '../support/changes.ts';
import { pressAny } from '../support/press.ts';

test.for([
  ['the same distance before the beginning', '2026-12-11 14:00', 'Move it with the event', '2026-12-09T13:00:00Z'],
  ['as it was', '2026-12-11 14:00', 'Keep as it is', '2026-12-02T13:00:00Z'],
  ['no deadline', '2026-12-11 14:00', 'Until the event begins', null],
  ['another one', '2026-12-11 14:00', '2026-12-10 09:00', '2026-12-10T04:00:00Z'],
  ['the same distance, earlier', '2026-11-30 14:00', 'Move it with the event', '2026-11-28T13:00:00Z'],
] as const)('a moved event asks what becomes of its deadline: %s', async ([, begins, answer, deadline]) => {
  const { world, one, owner } = await story({ deadlineAt: Temporal.Instant.from('2026-12-02T13:00:00Z') });
  await pressAny(world, owner, `move:${one.id}`);
  await owner.send(begins);
  await owner.press('Keep the duration');
  expect(owner.last().text).toContain('Now: Wednesday, 2 December 2026, 18:00');
  // Before the beginning, whichever way it was moved.
  expect(owner.last().buttons.flat().includes('Keep as it is')).toBe(begins > '2026-12-02');
  await owner.send(begins);
  expect(owner.last().text).toContain('must be earlier than');
  await (/^\d/.test(answer) ? owner.send(answer) : owner.press(answer));
  for (const label of ['Keep as it is', 'No link', 'Skip', 'Save and tell everyone']) await owner.press(label);
  const [now] = await world.db.select().from(event);
  expect(now!.deadlineAt?.toString() ?? null).toBe(deadline);
  expect(now!.revision).toBe(2);
});

test('a beginning that is corrected in the summary asks for a deadline again that would lie behind it', async () => {
  const { world, one, owner } = await story({ deadlineAt: Temporal.Instant.from('2026-12-02T13:00:00Z') });
  await pressAny(world, owner, `move:${one.id}`);
  await owner.send('2026-12-11 14:00');
  for (const label of ['Keep the duration', 'Keep as it is', 'Keep as it is', 'No link', 'Skip'])
    await owner.press(label);
  await owner.press('Edit');
  await owner.press('Begins');
  await owner.send('2026-11-30 14:00');
  expect(owner.last().text).toContain('Registration deadline');
  await owner.press('Move it with the event');
  await owner.press('Save and tell everyone');
  expect((await world.db.select().from(event))[0]!.deadlineAt!.toString()).toBe('2026-11-28T13:00:00Z');
});

test('whatever was answered, an event that another organizer moved meanwhile has no deadline behind its beginning', async () => {
  const { world, one, owner } = await story({ deadlineAt: Temporal.Instant.from('2026-12-02T13:00:00Z') });
  await pressAny(world, owner, `move:${one.id}`);
  for (const label of ['Keep as it is', 'Keep the duration']) await owner.press(label);
  await owner.send('Room 7');
  for (const label of ['No link', 'Skip']) await owner.press(label);
  const beginsAt = Temporal.Instant.from('2026-12-01T09:00:00Z');
  await world.db.update(event).set({ beginsAt, endsAt: beginsAt.add({ hours: 3 }) });
  await owner.press('Save and tell everyone');
  expect((await world.db.select().from(event))[0]).toMatchObject({ beginsAt, place: 'Room 7', deadlineAt: null });
});

test('the deadline and the reminders of a published event change; nobody is told', async () => {
  const { world, one, owner, registered } = await story({ deadlineAt: Temporal.Instant.from('2026-11-24T05:00:00Z') });
  await registered('ru', 'registered');
  await pressAny(world, owner, `manage:${one.id}`);
  await owner.press('Time, place, messages');
  await owner.press('Deadline and reminders');
  await owner.send('2026-12-04 14:00');
  expect(owner.last().text).toContain('must be earlier than Friday, 4 December 2026, 14:00');
  await owner.send('2026-12-03 12:00');
  await owner.send('2d 3h');
  expect(owner.last().text).toContain('3 December 2026, 12:00');
  expect(owner.last().text).toContain('2 days and 3 hours');
  expect((await world.db.select().from(event))[0]).toMatchObject({
    deadlineAt: Temporal.Instant.from('2026-12-03T07:00:00Z'),
    reminderOffsets: [2880, 180],
    revision: 1,
  });
  // Open again, for somebody who comes late.
  const late = await world.arrive('en');
  await late.open(`event_${one.code}`);
  expect(late.last().buttons.flat()).toContain('Register');
  expect(await rows(world, one.id)).toEqual([]);

  await pressAny(world, owner, `rules:${one.id}`);
  await owner.press('Until the event begins');
  await owner.press('Keep as it is');
  expect((await world.db.select().from(event))[0]).toMatchObject({ deadlineAt: null, reminderOffsets: [2880, 180] });
});

test('other reminders count from now on: those not wanted any more are taken back, past ones do not come late', async () => {
  const { world, one, owner, registered } = await story();
  const en = await registered('en', 'registered');
  world.clock.set(BEGINS.subtract({ hours: 7 * 24 }));
  await world.tick();
  world.clock.set(BEGINS.subtract({ hours: 24 }));
  await owedButNotSent(world);
  await pressAny(world, owner, `rules:${one.id}`);
  await owner.press('Until the event begins');
  // A week, two days: their time has passed, and the week was there before.
  await owner.send('7d 2d 12h');
  expect((await world.db.select().from(event))[0]!.reminderOffsets).toEqual([10_080, 720]);
  const minutes = async () => (await rows(world, one.id)).map(({ key, state }) => [key.split(':')[3], state]);
  const before = [
    ['10080', 'sent'],
    ['1440', 'cancelled'],
  ];
  expect(await minutes()).toEqual(before);

  // Whatever makes the planner look at the event again.
  await world.db.execute(dueReminders([one.id], world.clock.now()));
  expect(await minutes()).toEqual(before);
  world.clock.set(BEGINS.subtract({ hours: 12 }));
  await world.tick();
  expect(await minutes()).toEqual([...before, ['720', 'sent']]);
  world.clock.set(BEGINS.subtract({ hours: 1 }));
  await world.tick();
  expect(await minutes()).toHaveLength(3);
  expect(en.last().text).toContain('12 hours');
});

test('a reminder that was owed while its offset was taken away is not sent', async () => {
  const { world, one, registered } = await story();
  await registered('en', 'registered');
  world.clock.set(BEGINS.subtract({ hours: 24 }));
  await world.app.tick();
  await world.db.update(event).set({ reminderOffsets: [60] });
  await world.app.drain();
  expect((await rows(world, one.id)).map(({ state, error }) => [state, error])).toEqual([
    ['cancelled', 'reminder withdrawn'],
  ]);
});
