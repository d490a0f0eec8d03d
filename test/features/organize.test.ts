import { join } from 'node:path';
import { eq } from 'drizzle-orm';
import { expect, test } from 'vitest';
import type { Deps } from '../../src/bot/context.ts';
import { event, eventText, invite, role, person, registration } from '../../src/db/schema.ts';
import { organize } from '../../src/features/organize/index.ts';
import { loadProgramme } from '../../src/programme.ts';
import { createEvent } from '../support/events.ts';
import { openEventForm, startEvent } from '../support/organize.ts';
import { pressAny } from '../support/press.ts';
import { createWorld, ROOT, type World } from '../support/world.ts';

const programme = loadProgramme(join(ROOT, 'programme.json'));
/** As the feature declares them; a new press is in the test from the day it is written. */
const routes = organize({ programme } as Deps).routes!;
const guarded = routes.filter(({ needs }) => needs !== 'anyone' && needs !== 'person');

/** People with a seat at the event, or on its waiting list, in this order. */
async function fill(
  { db, clock }: World,
  eventId: number,
  people: Partial<typeof person.$inferInsert>[],
  waiting = false,
) {
  const now = clock.now();
  const made = await db
    .insert(person)
    .values(people.map((one) => ({ language: 'en', zone: 'Asia/Baku', createdAt: now, seenAt: now, ...one })))
    .returning();
  await db.insert(registration).values(
    made.map(({ id }, i) => ({
      eventId,
      personId: id,
      status: waiting ? ('waiting' as const) : ('registered' as const),
      waitingSince: waiting ? now.add({ seconds: i }) : null,
      createdAt: now,
      changedAt: now,
    })),
  );
}

test('every press and command of organizers refuses participants, and those of owners refuse organizers', async () => {
  const world = await createWorld();
  const { id } = await createEvent(world, { status: 'draft', beginsAt: world.clock.now().add({ hours: 10 }) });
  const participant = await world.arrive('en');
  const ainura = await world.arrive('en');
  await world.db
    .insert(role)
    .values({ kind: 'organizer', personId: (await world.row(ainura)).id, since: world.clock.now() });
  const refusals = () =>
    world.telegram.calls.filter(({ payload }) => String(payload.text).startsWith('You do not have access.')).length;

  expect(guarded.length).toBeGreaterThan(10);
  for (const { on, name, needs } of guarded) {
    for (const user of needs === 'owner' ? [participant, ainura] : [participant]) {
      const [before, seen] = [refusals(), user.chat.length];
      if (on === 'command') await user.send(`/${name}`);
      else await pressAny(world, user, `${name}:${id}:1:0`);
      expect(refusals(), name).toBe(before + 1);
      // Nothing but the refusal: a press shows it over the chat, a command in it.
      expect(user.chat.length - seen, name).toBe(on === 'command' ? 2 : 0);
    }
  }
  expect(await world.db.select().from(invite)).toEqual([]);
  expect(await world.db.select().from(role)).toHaveLength(1);
  expect((await world.db.select().from(event))[0]!.status).toBe('draft');
});

test('the list pages eight events: the next one first, then what is past, drafts among them, and last what was called off', async () => {
  const world = await createWorld();
  const owner = await world.owner();
  for (const [title, hours, status] of [
    ['Last year', -8000, 'published'],
    ['Yesterday', -24, 'published'],
    ['Next week', 168, 'draft'],
    ['Tomorrow', 24, 'published'],
    ['Running now', -1, 'published'],
    ['Called off', 48, 'cancelled'],
    ['In a month', 720, 'published'],
    ['Last month', -700, 'published'],
    ['Two years ago', -16000, 'published'],
  ] as const)
    await createEvent(world, {
      status,
      beginsAt: world.clock.now().add({ hours }),
      texts: { en: `<i>${title}</i>`, ru: title },
    });
  await owner.send('/organize');
  const titles = () =>
    owner
      .last()
      .buttons.flat()
      .filter((label) => /^\d/.test(label));
  expect(titles()).toEqual([
    '1. <i>Running now</i>',
    '2. <i>Tomorrow</i>',
    '3. <i>Next week</i>',
    '4. <i>In a month</i>',
    '5. <i>Yesterday</i>',
    '6. <i>Last month</i>',
    '7. <i>Last year</i>',
    '8. <i>Two years ago</i>',
  ]);
  await owner.press('Next');
  expect(titles()).toEqual(['9. <i>Called off</i>']);
  await owner.press('Previous');
  expect(titles()).toHaveLength(8);
});

test('the page of an event counts seats, countries in the reader’s alphabet, and sexes', async () => {
  const world = await createWorld();
  const ainura = await world.arrive('ru');
  const row = await world.row(ainura);
  await world.db.insert(role).values({ kind: 'organizer', personId: row.id, since: world.clock.now() });
  await world.db.update(person).set({ zone: 'Asia/Tbilisi' });
  const { id } = await createEvent(world, { seats: 6, zone: 'Asia/Seoul' });
  await fill(world, id, [
    { country: 'UZ', sex: 'female' },
    { country: 'UZ', sex: 'female' },
    { country: 'AM', sex: 'male' },
    { country: 'GE', sex: 'undisclosed' },
    {},
  ]);
  await fill(world, id, [{ country: 'KZ', sex: 'male' }], true);
  await ainura.send('/organize');
  await ainura.press({ data: `manage:${id}` });
  const { text } = ainura.last();
  const at = ['Армения · 1', 'Грузия · 1', 'Узбекистан · 2'].map((line) => text.indexOf(line));
  expect(at.every((position) => position > 0)).toBe(true);
  expect(at).toEqual(at.toSorted((a, b) => a - b));
  const owner = await world.owner('en');
  await pressAny(world, owner, `manage:${id}`);
  expect(owner.last().text).toContain('Female · 2\nMale · 1\nPrefer not to say · 1\nUnknown · 1');
  expect(owner.last().text).toContain('Registered: 5\nSeats left: 1\nOn the waiting list: 1');
  // Who waits has no seat and is not counted among those who have.
  expect(text).not.toContain('Казахстан');
  // The organizer's time, then the event's.
  expect(text).toMatch(/10:00–13:00 · Тбилиси \(UTC\+4\)\n15:00–18:00 · Сеул \(UTC\+9\)/);
});

test('participants are listed twenty a page, as they typed their names; the waiting list in its order', async () => {
  const world = await createWorld();
  const owner = await world.owner();
  const { id } = await createEvent(world);
  const names = Array.from({ length: 24 }, (_, i) => `Guest ${String(24 - i).padStart(2, '0')}`);
  await fill(world, id, [
    ...names.map((fullName) => ({ fullName, country: 'PH', agency: 'DICT & Co' })),
    { fullName: '<b>=HYPERLINK("x")</b>\n1. Fake', country: 'KG' },
  ]);
  await fill(world, id, [{ fullName: 'Zarina waits' }, { fullName: 'Aziz waits' }], true);
  await pressAny(world, owner, `participants:${id}`);
  const first = owner.last().text;
  expect(first).toContain('1. <b>=HYPERLINK("x")</b> 1. Fake · Kyrgyzstan');
  expect(first).toContain('2. Guest 01 · Philippines · DICT & Co');
  expect(first).not.toContain('Guest 20');
  expect(first).not.toContain('waits');
  await owner.press('Next');
  const second = owner.last().text;
  expect(second).toContain('21. Guest 20');
  expect(second).toContain('25. Guest 24');
  expect(second.indexOf('1. Zarina waits')).toBeGreaterThan(second.indexOf('25. Guest 24'));
  expect(second.indexOf('2. Aziz waits')).toBeGreaterThan(second.indexOf('1. Zarina waits'));
});

test('the longest names and agencies on a page still fit into one message', async () => {
  const world = await createWorld();
  const owner = await world.owner();
  const beginsAt = world.clock.now().subtract({ hours: 1 });
  const { id } = await createEvent(world, { beginsAt, texts: { en: '😀'.repeat(150) } });
  const endless = { fullName: '😀'.repeat(150), agency: '🏛'.repeat(200), country: 'KZ' };
  await fill(
    world,
    id,
    Array.from({ length: 20 }, () => endless),
  );
  await pressAny(world, owner, `participants:${id}`);
  expect(owner.last().text).toContain('20. 😀');
  await pressAny(world, owner, `attendance:${id}`);
  expect(owner.last().buttons.flat()[0]).toMatch(/^😀+…$/u);
});

test('a name in another alphabet stands with its spelling in the passport, by which the list is sorted', async () => {
  const world = await createWorld();
  const owner = await world.owner();
  const { id } = await createEvent(world, { beginsAt: world.clock.now().subtract({ hours: 1 }) });
  await fill(world, id, [
    { fullName: 'ნინო ბერიძე', latinName: 'NINO BERIDZE', country: 'GE' },
    { fullName: '김민지', latinName: 'MINJI KIM' },
    { fullName: 'Oʻktam Yoʻldoshev', latinName: 'UKTAM YULDOSHEV' },
    { fullName: 'Асанова Айпери', latinName: 'ASANOVA AIPERI' },
    { fullName: 'Ծովինար' },
  ]);
  await pressAny(world, owner, `participants:${id}`);
  expect(owner.last().text.split('\n').slice(3, -2)).toEqual([
    '1. Асанова Айпери (ASANOVA AIPERI)',
    '2. 김민지 (MINJI KIM)',
    '3. ნინო ბერიძე (NINO BERIDZE) · Georgia',
    '4. Oʻktam Yoʻldoshev',
    '5. Ծովինար',
  ]);
  await pressAny(world, owner, `attendance:${id}`);
  expect(owner.last().buttons.flat().slice(0, 5)).toEqual([
    'ASANOVA AIPERI',
    'MINJI KIM',
    'NINO BERIDZE',
    'UKTAM YULDOSHEV',
    'Ծովինար',
  ]);
});

test('before it is public, a draft is shown as participants will see it, in each language, with what is missing', async () => {
  const world = await createWorld();
  const owner = await world.owner();
  const { id } = await createEvent(world, {
    status: 'draft',
    place: null,
    seats: 12,
    texts: { ru: 'Вебинар', en: 'Webinar' },
  });
  const status = async () => (await world.db.select().from(event))[0]!.status;
  await pressAny(world, owner, `manage:${id}`);
  await owner.press('Publish');
  expect(await status()).toBe('draft');
  expect(owner.last().text).toContain('Webinar\nWorkshop');
  expect(owner.last().text).toContain('Seats left: 12');
  expect(owner.last().text).toContain('no place and no joining link');
  expect(owner.last().text).toContain('no description in these languages: English and Русский');
  expect(owner.last().text).toContain('Oʻzbekcha');
  await owner.press('Русский');
  expect(owner.last().text).toContain('Вебинар\nВоркшоп');
  expect(owner.last().text).toContain('Осталось мест: 12');
  expect(owner.last().buttons.flat()).toEqual([
    'English',
    'Publish now',
    'Edit the draft',
    'Questions',
    'Back to the event',
  ]);
  await owner.press('Publish now');
  expect(owner.last().text).toContain('The event is published.');
  expect(await status()).toBe('published');
  // Made up: no such language, and an event that is public already.
  await pressAny(world, owner, `publish:${id}:xx`);
  expect(owner.last().text).toContain('published already');
});

test('the longest draft in all ten languages can still be shown and published', async () => {
  const world = await createWorld();
  const owner = await world.owner();
  const texts = Object.fromEntries(programme.languages.map((language) => [language, '😀'.repeat(150)]));
  const { id } = await createEvent(world, { status: 'draft', texts, place: 'x'.repeat(200), link: null });
  await world.db.update(eventText).set({ description: '🏛'.repeat(1500) });
  await world.db.update(eventText).set({ description: '' }).where(eq(eventText.language, 'ka'));
  await pressAny(world, owner, `publish:${id}`);
  expect(owner.last().text).toContain('ქართული');
  await owner.press('Publish now');
  expect((await world.db.select().from(event))[0]!.status).toBe('published');
});

test('what an organizer left half-way stands on their page, and goes on from there', async () => {
  const world = await createWorld();
  const owner = await world.owner();
  await openEventForm(owner);
  await startEvent(owner, 'begin');
  await owner.send('/organize');
  expect(owner.last().text).toContain('▶ New event');
  await owner.press('▶ New event');
  expect(owner.last().text).toContain('When does the event begin?');
});

test('the link of a published event comes with a picture of it; a draft has none to give', async () => {
  const world = await createWorld();
  const owner = await world.owner();
  const { id, code } = await createEvent(world, { texts: { en: 'A & <b>B</b>' } });
  await pressAny(world, owner, `share:${id}`);
  const { photo, text } = owner.last();
  expect(text).toContain(`https://t.me/bilim_bot?start=event_${code}`);
  expect(text).toContain('A & <b>B</b>');
  const png = await world.download(photo!.at(-1)!.file_id);
  expect(png.subarray(1, 4).toString()).toBe('PNG');
  expect(photo!.at(-1)).toMatchObject({ width: 600, height: 600 });
  // A picture can't become a page: the way back is a new message.
  await owner.press({ data: `manage:${id}` });
  expect(owner.last().photo).toBeUndefined();

  const draft = await createEvent(world, { status: 'draft' });
  await pressAny(world, owner, `share:${draft.id}`);
  expect(owner.last().photo).toBeUndefined();
});

test('a draft whose beginning has passed is not published, nor one that was called off', async () => {
  const world = await createWorld();
  const owner = await world.owner();
  const late = await createEvent(world, { status: 'draft', beginsAt: world.clock.now() });
  const off = await createEvent(world, { status: 'cancelled' });
  for (const press of ['publish', 'publish_now'])
    for (const id of [late.id, off.id, 999, 'x']) await pressAny(world, owner, `${press}:${id}`);
  const status = (await world.db.select().from(event)).map((one) => one.status);
  expect(status.toSorted()).toEqual(['cancelled', 'draft']);
});

test('two organizers publish the same draft at once: it is published once', async () => {
  const world = await createWorld();
  const owner = await world.owner();
  const ainura = await world.arrive('ky');
  await world.db
    .insert(role)
    .values({ kind: 'organizer', personId: (await world.row(ainura)).id, since: world.clock.now() });
  const { id } = await createEvent(world, { status: 'draft', publishedAt: null });
  await Promise.all([pressAny(world, owner, `publish_now:${id}`), pressAny(world, ainura, `publish_now:${id}`)]);
  const notes = world.telegram.calls.filter(({ payload }) =>
    String(payload.text).startsWith('The event is published. '),
  );
  expect((await world.db.select().from(event))[0]).toMatchObject({ status: 'published' });
  expect(notes.length).toBeLessThanOrEqual(1);
});

test('every button of an event’s page leads somewhere, before and after it begins, as a draft and called off', async () => {
  const world = await createWorld();
  const owner = await world.owner();
  const begunAt = world.clock.now().subtract({ hours: 1 });
  const events = [
    await createEvent(world, { status: 'draft' }),
    await createEvent(world),
    await createEvent(world, { beginsAt: begunAt }),
    await createEvent(world, { status: 'cancelled' }),
  ];
  const presses = new Set([
    'organize',
    'new_event',
    'announcements',
    'event_materials:0',
    'roles',
    'invite_role',
    'invite_event',
    'invite_for',
    'role_log',
  ]);
  for (const { id } of events) {
    await pressAny(world, owner, `manage:${id}`);
    for (const button of owner.last().message.reply_markup!.inline_keyboard.flat())
      presses.add('callback_data' in button ? button.callback_data : '');
  }
  expect(presses.size).toBeGreaterThan(30);
  for (const press of presses) {
    await pressAny(world, owner, press);
    expect(owner.last().text, press).not.toMatch(/^(I did not understand|Something went wrong)/);
    expect(owner.last().buttons.flat().length, press).toBeGreaterThan(0);
  }
});
