import { readSheet } from 'read-excel-file/node';
import { and, eq } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { alumniProfile, attendance, person, registration, session } from '../../src/db/schema.ts';
import { attendedShare } from '../../src/features/sessions/store.ts';
import type { TelegramUser } from '../../src/playground/telegram/index.ts';
import { createEvent, seat } from '../support/events.ts';
import { pressAny } from '../support/press.ts';
import { createSession } from '../support/sessions.ts';
import { createWorld, type World } from '../support/world.ts';

/** An event of two days with three sessions, all of them past, and people of these names. */
async function held(names: string[]) {
  const world = await createWorld();
  const owner = await world.owner();
  const beginsAt = world.clock.now().subtract({ hours: 30 });
  const event = await createEvent(world, { beginsAt, endsAt: world.clock.now().add({ hours: 5 }) });
  const all = [
    await createSession(world, event, { titles: { en: 'First' } }),
    await createSession(world, event, { at: 90, titles: { en: 'Second' } }),
    await createSession(world, event, { at: 24 * 60, titles: { en: 'Third' } }),
  ];
  const users: TelegramUser[] = [];
  const ids: number[] = [];
  for (const name of names) {
    const user = await world.arrive('en');
    const { id } = await seat(world, event, user);
    await world.db.update(person).set({ latinName: name }).where(eq(person.id, id));
    const [row] = await world.db
      .select()
      .from(registration)
      .where(and(eq(registration.personId, id), eq(registration.eventId, event.id)));
    users.push(user);
    ids.push(row!.id);
  }
  return { world, owner, event, sessions: all, users, ids };
}

const attended = async ({ db }: World) => {
  const rows = await db.select().from(registration).orderBy(registration.id);
  return rows.map((row) => row.attended);
};

test('one press is present, the next absent; excused has a button and a word of why', async () => {
  const { world, owner, event, sessions, ids } = await held(['ASEL', 'BEKZAT']);
  await pressAny(world, owner, `manage:${event.id}`);
  await owner.press('Attendance');
  await owner.press('1');
  await owner.press('ASEL');
  expect(owner.last().buttons[0]![0]).toBe('✓ ASEL');
  await owner.press('✓ ASEL');
  expect(owner.last().buttons[0]![0]).toBe('✗ ASEL');
  await pressAny(world, owner, `tick:${sessions[0]!.id}:${ids[1]}:excused:0`);
  await owner.press('Why?');
  await owner.send('Ill, wrote in the morning');
  expect(owner.last().text).toContain('BEKZAT: Ill, wrote in the morning');
  const rows = await world.db.select().from(attendance).orderBy(attendance.registrationId);
  expect(rows).toMatchObject([
    { state: 'absent', by: 'organizer', reason: null },
    { state: 'excused', by: 'organizer', reason: 'Ill, wrote in the morning' },
  ]);
  // Not excused any more: why they were is nobody's business.
  await pressAny(world, owner, `tick:${sessions[0]!.id}:${ids[1]}:present:0`);
  expect((await world.db.select().from(attendance).where(eq(attendance.registrationId, ids[1]!)))[0]).toMatchObject({
    state: 'present',
    reason: null,
  });
});

test('who was present at one session has attended; who was absent from all of them has not; the rest is not known', async () => {
  const { world, owner, sessions, ids } = await held(['ONE', 'NONE', 'SOME', 'NOBODY SAID']);
  const tick = (one: number, who: number, state: string) =>
    pressAny(world, owner, `tick:${sessions[one]!.id}:${ids[who]}:${state}:0`);
  await tick(0, 0, 'absent');
  expect(await attended(world)).toEqual([null, null, null, null]);
  await tick(1, 0, 'present');
  for (const one of [0, 1, 2]) await tick(one, 1, one === 1 ? 'excused' : 'absent');
  await tick(0, 2, 'absent');
  expect(await attended(world)).toEqual([true, false, null, null]);
  expect(await world.db.$count(alumniProfile)).toBe(1);
  await tick(1, 0, 'absent');
  expect(await attended(world)).toEqual([null, false, null, null]);
  expect(await world.db.$count(alumniProfile)).toBe(0);
});

test('“the others” marks whoever is not marked; old buttons of the event’s own list do nothing', async () => {
  const { world, owner, event, sessions, ids } = await held(['A', 'B', 'C']);
  await pressAny(world, owner, `tick:${sessions[0]!.id}:${ids[0]}:excused:0`);
  await pressAny(world, owner, `tick:${sessions[0]!.id}:${ids[1]}:absent:0`);
  await owner.press('Mark the others as present');
  await pressAny(world, owner, `tick_all:${sessions[0]!.id}:0`);
  const rows = await world.db.select().from(attendance).orderBy(attendance.registrationId);
  expect(rows.map(({ state }) => state)).toEqual(['excused', 'absent', 'present']);
  await pressAny(world, owner, `attend:${ids[1]}:1:0`);
  await pressAny(world, owner, `attend_all:${event.id}:0`);
  expect(await attended(world)).toEqual([null, null, true]);
});

test('present only from an hour before; excused before, too', async () => {
  const { world, owner, event, ids } = await held(['A']);
  const coming = await createSession(world, event, { at: 33 * 60, titles: { en: 'Later' } });
  const { text } = await pressAny(world, owner, `tick:${coming.id}:${ids[0]}:present:0`);
  expect(text).toContain('from an hour before');
  await pressAny(world, owner, `tick:${coming.id}:${ids[0]}:excused:0`);
  expect(await world.db.select().from(attendance)).toMatchObject([{ state: 'excused' }]);
});

test('a registration of another event can’t be marked, nor one without a seat', async () => {
  const { world, owner, sessions, ids } = await held(['A']);
  const other = await createEvent(world);
  const stranger = await world.arrive('en');
  const { id } = await seat(world, other, stranger);
  const [theirs] = await world.db.select().from(registration).where(eq(registration.personId, id));
  await pressAny(world, owner, `tick:${sessions[0]!.id}:${theirs!.id}:present:0`);
  await world.db.update(registration).set({ status: 'cancelled' }).where(eq(registration.id, ids[0]!));
  const { text } = await pressAny(world, owner, `tick:${sessions[0]!.id}:${ids[0]}:present:0`);
  expect(text).toBe('This person is not registered now.');
  expect(await world.db.select().from(attendance)).toEqual([]);
});

test('counted by session and by day, for the organizer, in Excel, and for each person', async () => {
  const { world, owner, event, sessions, users, ids } = await held(['A', 'B']);
  const tick = (one: number, who: number, state = 'present') =>
    pressAny(world, owner, `tick:${sessions[one]!.id}:${ids[who]}:${state}:0`);
  await tick(0, 0);
  await tick(1, 0);
  await tick(1, 1);
  await tick(2, 1, 'excused');
  await pressAny(world, owner, `attendance:${event.id}`);
  expect(owner.last().text).toMatch(/· ✓ 2\n1\. .*First · ✓ 1\n2\. .*Second · ✓ 2/);
  expect(owner.last().text).toMatch(/· ✓ 0\n3\. .*Third · ✓ 0/);
  await owner.press('Attendance as an Excel file');
  const rows = await readSheet(await world.download(owner.last().message.document!.file_id));
  const [head, ...people] = rows;
  expect(head!.slice(5).map(String).join('|')).toMatch(/First\|.*Second\|.*Third\|Sessions attended\|Days attended/);
  expect(people.map((row) => row.slice(5))).toEqual([
    ['present', 'present', null, '2', '1'],
    [null, 'present', 'excused', '1', '1'],
  ]);
  await pressAny(world, users[0]!, `agenda:${event.id}`);
  expect(users[0]!.last().text).toContain('You attended 2 of 3 sessions, on 1 of 2 days.');
  expect(users[0]!.last().text).toContain('✓ present');
});

test('the share counts what was not cancelled, and excused sessions against nobody', async () => {
  const { world, owner, event, sessions, ids } = await held(['A', 'B']);
  const tick = (one: number, who: number, state: string) =>
    pressAny(world, owner, `tick:${sessions[one]!.id}:${ids[who]}:${state}:0`);
  await tick(0, 0, 'present');
  await tick(1, 0, 'excused');
  expect(await attendedShare(world.db, event.id)).toEqual(
    new Map([
      [ids[0], { attended: 1, excused: 1, of: 2 }],
      [ids[1], { attended: 0, excused: 0, of: 3 }],
    ]),
  );
  await world.db.update(session).set({ cancelledAt: world.clock.now() }).where(eq(session.id, sessions[2]!.id));
  expect((await attendedShare(world.db, event.id)).get(ids[0]!)).toEqual({ attended: 1, excused: 1, of: 1 });
});

test('marks at two sessions at once, again and again: one mark each, and the event’s own mark follows', async () => {
  const { world, owner, sessions, ids } = await held(['A', 'B', 'C', 'D']);
  for (let round = 0; round < 5; round++)
    await Promise.all(
      ids.flatMap((id) => [
        pressAny(world, owner, `tick:${sessions[0]!.id}:${id}:present:0`),
        pressAny(world, owner, `tick:${sessions[1]!.id}:${id}:absent:0`),
      ]),
    );
  expect(await world.db.$count(attendance)).toBe(8);
  expect(await attended(world)).toEqual([true, true, true, true]);
});
