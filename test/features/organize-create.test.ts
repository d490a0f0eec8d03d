import { eq } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { draft, event, eventText, role } from '../../src/db/schema.ts';
import type { TelegramUser } from '../../src/playground/telegram/index.ts';
import { answerEvent, openEventForm, startEvent } from '../support/organize.ts';
import { createEvent } from '../support/events.ts';
import { pressAny } from '../support/press.ts';
import { createWorld, type World } from '../support/world.ts';

const stored = async ({ db }: World) => (await db.select().from(event))[0]!;
const textsOf = async ({ db }: World) =>
  Object.fromEntries((await db.select().from(eventText)).map(({ language, ...text }) => [language, text]));
/** The questions that still stand open: the one asked last, by its title. */
const asked = (user: TelegramUser) => user.last().text.split('\n')[0]!;

test('an organizer creates an event in a dialog, sees its page, and publishes it once', async () => {
  const world = await createWorld();
  const owner = await world.owner();
  await openEventForm(owner);
  await answerEvent(owner, {
    kind: 'workshop',
    languages: { en: ['Open data workshop', 'Two days.\nBring a laptop.'], ru: ['Воркшоп по открытым данным', null] },
    zone: 'Asia/Tashkent',
    begin: '2026-12-10 14:00',
    end: '10.12.2026 17.30',
    place: 'Tashkent, Amir Temur avenue 6',
    link: 'https://meet.example.org/abc?x=1&y=2',
    seats: '25',
    deadline: '2026-12-08 18:00',
    reminders: '7d 1d 1h 30m',
  });
  // As it will look, and not a list of forty answers.
  const summary = owner.last().text;
  expect(summary).toContain('Open data workshop\nWorkshop');
  expect(summary).toContain('Tashkent, Amir Temur avenue 6');
  expect(summary).toContain('Русский · Воркшоп по открытым данным');
  expect(await world.db.select().from(event)).toEqual([]);
  await owner.press('Save the draft');

  const made = await stored(world);
  expect(made).toMatchObject({
    kind: 'workshop',
    status: 'draft',
    zone: 'Asia/Tashkent',
    place: 'Tashkent, Amir Temur avenue 6',
    link: 'https://meet.example.org/abc?x=1&y=2',
    seats: 25,
    reminderOffsets: [10080, 1440, 60, 30],
    createdBy: (await world.row(owner)).id,
  });
  expect(made.code).toMatch(/^[a-z2-9]{8}$/);
  expect([made.beginsAt, made.endsAt, made.deadlineAt].map(String)).toEqual([
    '2026-12-10T09:00:00Z',
    '2026-12-10T12:30:00Z',
    '2026-12-08T13:00:00Z',
  ]);
  expect(await textsOf(world)).toMatchObject({
    en: { title: 'Open data workshop', description: 'Two days.\nBring a laptop.' },
    ru: { title: 'Воркшоп по открытым данным', description: '' },
  });

  // A draft is nobody's business yet.
  const participant = await world.arrive('ru');
  await participant.open(`event_${made.code}`);
  expect(participant.last().text).not.toContain('Воркшоп');

  await owner.press({ data: `publish:${made.id}` });
  expect(owner.last().text).toContain('Open data workshop');
  await owner.press({ data: `publish_now:${made.id}` });
  expect(owner.last().text).toContain('The event is published.');
  const { status, publishedAt } = await stored(world);
  expect({ status, publishedAt }).toEqual({ status: 'published', publishedAt: world.clock.now() });
  world.clock.advance({ minutes: 1 });
  await pressAny(world, owner, `publish_now:${made.id}`);
  expect((await stored(world)).publishedAt).toEqual(publishedAt);

  await participant.open(`event_${made.code}`);
  expect(participant.last().text).toContain('Воркшоп по открытым данным');
});

test('the shortest event has one title, a begin and an end; everything else is skipped', async () => {
  const world = await createWorld();
  const owner = await world.owner('ru');
  await openEventForm(owner);
  await answerEvent(owner, {
    kind: 'webinar',
    languages: { ko: ['데이터 웨비나', null] },
    zone: 'Asia/Seoul',
    begin: '2026-12-10 14:00',
    end: '2026-12-10 15:00',
    reminders: 'default',
  });
  await owner.press({ data: /:ok$/ });
  expect(await stored(world)).toMatchObject({
    place: null,
    link: null,
    seats: null,
    deadlineAt: null,
    reminderOffsets: [10080, 1440, 60],
  });
  expect(Object.keys(await textsOf(world))).toEqual(['ko']);
});

const BAD: Record<string, string[]> = {
  kind: ['Lecture'],
  title: ['ab', 'x'.repeat(151)],
  description: ['x'.repeat(1501)],
  zone: ['Europe/Berlin'],
  begin: ['12/25/2026 10:00', '31.11.2026 10:00', '2026-12-10 25:00', '2026-11-24 10:59', '10 December', '10:00'],
  end: ['2026-12-10 14:00', '2026-12-10 13:59', '13:30', '24:30', 'half past five'],
  place: ['x'.repeat(201)],
  link: [
    'javascript:alert(1)',
    'ftp://example.org',
    'https://localhost/x',
    'call me',
    `https://example.org/${'x'.repeat(1000)}`,
  ],
  seats: ['0', '-1', '1.5', 'many', '100001'],
  deadline: ['2026-12-10 14:00', '2026-12-11 09:00', '2026-11-23 09:00', 'never'],
  reminders: ['1w', '0m', 'often', '366d', '1h 2x', '11m 10m 9m 8m 7m 6m 5m 4m 3m 2m 1m'],
};

test('a bad answer to any question says what is expected, and loses nothing', async () => {
  const world = await createWorld();
  const owner = await world.owner();
  const sentences = new Map<string, string[]>();
  await openEventForm(owner);
  await startEvent(owner, 'summary', async (question) => {
    const before = (await world.db.select().from(draft))[0]!;
    const said: string[] = [];
    for (const answer of BAD[question] ?? []) {
      await owner.send(answer);
      said.push(owner.last().text);
      const { answers, current } = (await world.db.select().from(draft))[0]!;
      expect({ answers, current }, answer).toEqual({ answers: before.answers, current: before.current });
    }
    sentences.set(question, said);
  });
  expect([...sentences.keys()]).toEqual(expect.arrayContaining(Object.keys(BAD)));
  // Unreadable (the month first), no such day, in the past: three different sentences, and an example that is still ahead.
  const aboutBegin = sentences.get('begin')!;
  expect(new Set(aboutBegin).size).toBe(3);
  expect(aboutBegin[0]).toContain('2026-12-08 14:00');
  await owner.press('Save the draft');
  expect(await stored(world)).toMatchObject({ status: 'draft', seats: null });
});

test('on the day of the beginning the time of the end is enough; every example lies within its limits', async () => {
  const world = await createWorld();
  const owner = await world.owner();
  await openEventForm(owner);
  await startEvent(owner, 'end');
  expect(owner.last().text).toContain('For example: 2026-12-10 17:00');
  await owner.send('tomorrow');
  expect(owner.last().text).toContain('like this: 2026-12-10 17:00');
  await owner.send('15.30');
  for (let skipped = 0; skipped < 3; skipped++) await owner.press('Skip');
  expect(owner.last().text).toContain('For example: 2026-12-08 14:00');
  await owner.press('Skip');
  await owner.press({ data: /:o:none$/ });
  await owner.press('Save the draft');
  expect(String((await stored(world)).endsAt)).toBe('2026-12-10T10:30:00Z');
});

test('two o’clock stays two o’clock when the zone is corrected, and an end before the begin is asked again', async () => {
  const world = await createWorld();
  const owner = await world.owner();
  await openEventForm(owner);
  await startEvent(owner, 'summary');
  await owner.press('Edit');
  await owner.press('Time zone');
  await owner.press('Seoul');
  await owner.press('Edit');
  await owner.press('Beginning');
  await owner.send('2026-12-11 14:00');
  expect(asked(owner)).toContain('End');
  await owner.send('2026-12-11 16:00');
  await owner.press('Save the draft');
  const { beginsAt, endsAt } = await stored(world);
  expect([beginsAt, endsAt].map(String)).toEqual(['2026-12-11T05:00:00Z', '2026-12-11T07:00:00Z']);
});

test('a draft is corrected with the same questions, until it is published', async () => {
  const world = await createWorld();
  const owner = await world.owner();
  await openEventForm(owner);
  await startEvent(owner, 'summary');
  await owner.press('Save the draft');
  const { id, code } = await stored(world);

  await owner.press({ data: `edit_event:${id}` });
  await owner.press('Edit');
  await owner.press('Seats');
  await owner.send('7');
  await owner.press('Edit');
  await owner.press('Title (English)');
  await owner.send('Corrected title');
  await owner.press('Save the draft');
  expect(await stored(world)).toMatchObject({ id, code, seats: 7, status: 'draft' });
  expect((await textsOf(world)).en!.title).toBe('Corrected title');

  // Published while the form is open: what people may have read already is not changed behind their backs.
  await owner.press({ data: `edit_event:${id}` });
  await owner.press('Edit');
  await owner.press('Seats');
  await owner.send('1');
  await world.db.update(event).set({ status: 'published' });
  await owner.press('Save the draft');
  expect(await stored(world)).toMatchObject({ seats: 7, status: 'published' });
});

test('the texts of a published event can be corrected; a language that is unticked goes', async () => {
  const world = await createWorld();
  const owner = await world.owner();
  const { id } = await createEvent(world);
  await owner.send('/organize');
  await owner.press({ data: `manage:${id}` });
  await owner.press('Sessions, materials, questions');
  await owner.press('Edit the texts');
  await owner.press('Edit');
  await owner.press('Title (English)');
  await owner.send('A <b>better</b> title');
  await owner.press('Edit');
  await owner.press('Languages of the texts');
  await owner.press('✓ Русский');
  await owner.press('Done');
  await owner.press('Save');
  expect(owner.last().text).toContain('A <b>better</b> title');
  expect(await textsOf(world)).toMatchObject({ en: { title: 'A <b>better</b> title' } });
  expect(Object.keys(await textsOf(world))).toEqual(['en']);
});

test('whoever is an organizer no more can’t finish the form that is open', async () => {
  const world = await createWorld();
  const ainura = await world.arrive('ky');
  const { id } = await world.row(ainura);
  await world.db.insert(role).values({ kind: 'organizer', personId: id, since: world.clock.now() });
  await openEventForm(ainura);
  await startEvent(ainura, 'summary');
  await world.db.delete(role).where(eq(role.personId, id));
  await ainura.press({ data: /:ok$/ });
  expect(await world.db.select().from(event)).toEqual([]);
});

test('an event with long texts in ten languages still has a summary, and each answer can be edited', async () => {
  const world = await createWorld();
  const owner = await world.owner();
  const codes = ['en', 'ru', 'kk', 'ky', 'tg', 'uz', 'az', 'hy', 'ka', 'ko'];
  const long = Object.fromEntries(codes.map((code) => [code, [`Title ${code}`, 'x'.repeat(1500)]]));
  await openEventForm(owner);
  await answerEvent(owner, {
    kind: 'training',
    languages: long as Record<string, [string, string]>,
    zone: 'Asia/Baku',
    begin: '2026-12-10 14:00',
    end: '2026-12-10 15:00',
    reminders: 'none',
  });
  expect(owner.last().text.length).toBeLessThan(4096);
  await owner.press('Edit');
  expect(owner.last().buttons.length).toBeLessThan(25);
  await owner.press('Next');
  await owner.press('Reminders');
  await owner.send('2h');
  await owner.press('Save the draft');
  expect(await stored(world)).toMatchObject({ reminderOffsets: [120] });
});
