import { eq } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { draft, event, material, message, organizer, person } from '../../src/db/schema.ts';
import type { TelegramUser } from '../../src/playground/telegram/index.ts';
import { createEvent, seat } from '../support/events.ts';
import { pressAny } from '../support/press.ts';
import { createWorld, type World } from '../support/world.ts';

const owed = ({ db }: World) => db.select().from(message).where(eq(message.kind, 'material')).orderBy(message.personId);
const stored = ({ db }: World) => db.select().from(material).orderBy(material.id);
const choose = (user: TelegramUser, ...options: string[]) =>
  options.reduce(
    (before, option) => before.then(() => user.press({ data: new RegExp(`:o:${option}$`) })),
    Promise.resolve<unknown>(null),
  );
const confirm = (user: TelegramUser) => user.press({ data: /:ok$/ });
const dataOf = (user: TelegramUser) => JSON.stringify(user.last().reply_markup);

test('an organizer adds a file; those who may see it now are told, each in their language, if they want to be', async () => {
  const world = await createWorld();
  const { telegram, db, clock } = world;
  const owner = await world.owner();
  const workshop = await createEvent(world);
  const [registered, muted, waiting] = [await world.arrive('ru'), await world.arrive('az'), await world.arrive('kk')];
  // 15:00 in Astana is the middle of the night in New York.
  const asleep = await world.arrive('en');
  for (const user of [registered, muted, asleep]) await seat(world, workshop, user);
  await seat(world, workshop, waiting, { status: 'waiting' });
  await db
    .update(person)
    .set({ muted: ['materials'] })
    .where(eq(person.telegramId, muted.id));
  await db.update(person).set({ zone: 'America/New_York' }).where(eq(person.telegramId, asleep.id));

  await pressAny(world, owner, `add_material:${workshop.id}`);
  expect(owner.last().text).toContain('1 of 4');
  await owner.send('this is no file');
  expect(owner.last().text).toContain('Please send a file');
  const { document } = await owner.sendDocument({ file_name: 'Agenda_2026.final.PDF', size: 2_516_582 });
  expect(owner.last().text).toContain('Agenda 2026.final');
  await owner.press({ data: /:g$/ });
  await choose(owner, 'ru', 'before');
  expect(owner.last().text).toContain('Agenda_2026.final.PDF');
  await confirm(owner);
  expect(owner.last().text).toContain('Participants: 3');
  expect(dataOf(owner)).toContain(`add_material:${workshop.id}`);
  expect(dataOf(owner)).toContain(`event_materials:${workshop.id}`);

  const [one] = await stored(world);
  expect(one).toMatchObject({
    eventId: workshop.id,
    kind: 'document',
    title: 'Agenda 2026.final',
    language: 'ru',
    phase: 'before',
    fileId: document!.file_id,
    fileUniqueId: document!.file_unique_id,
    fileName: 'Agenda_2026.final.PDF',
    fileSize: 2_516_582,
    mimeType: 'application/pdf',
    url: null,
    toldAt: clock.now(),
  });
  // Nothing was downloaded or uploaded.
  expect(telegram.calls.filter(({ method }) => /file/i.test(method))).toEqual([]);

  expect(registered.last().text).toMatch(/Воркшоп по цифровым услугам\n[^]*Agenda 2026\.final\n2,4 МБ · Русский$/);
  await registered.press({ data: `material:${one!.id}` });
  expect(registered.last().document).toMatchObject({ file_id: document!.file_id });
  for (const user of [muted, waiting, asleep]) expect(dataOf(user)).not.toContain('material:');
  expect((await owed(world)).map(({ state, bulk, eventId }) => ({ state, bulk, eventId }))).toEqual([
    { state: 'sent', bulk: true, eventId: workshop.id },
    { state: 'cancelled', bulk: true, eventId: workshop.id },
    { state: 'queued', bulk: true, eventId: workshop.id },
  ]);

  // Eight in the morning in New York: quiet hours are over.
  clock.set('2026-11-24T13:00:00Z');
  await world.tick();
  expect(asleep.last().text).toContain('Agenda 2026.final\n2.4 MB · Русский');
  expect(await owed(world)).toHaveLength(3);
});

test('a message that waited says nothing to somebody who gave the seat back, nor of what was deleted', async () => {
  const world = await createWorld();
  world.clock.set('2026-11-24T18:00:00Z');
  const owner = await world.owner();
  const [first, second] = [await createEvent(world), await createEvent(world)];
  const [left, stays] = [await world.arrive('hy'), await world.arrive('ka')];
  await seat(world, first, left);
  await seat(world, second, stays);
  const ids = [];
  for (const { id } of [first, second]) {
    await pressAny(world, owner, `add_material:${id}`);
    await owner.sendPhoto({ caption: 'Map' });
    await owner.press({ data: /:g$/ });
    await choose(owner, 'other', 'before');
    await confirm(owner);
    ids.push((await stored(world)).at(-1)!.id);
  }
  expect((await owed(world)).map(({ state }) => state)).toEqual(['queued', 'queued']);
  await pressAny(world, left, `give_up:${first.id}`);
  await pressAny(world, owner, `delete_material:${ids[1]}`);
  world.clock.set('2026-11-25T04:00:00Z');
  await world.tick();
  expect((await owed(world)).map(({ state }) => state)).toEqual(['cancelled', 'cancelled']);
  for (const user of [left, stays]) expect(user.texts().join()).not.toContain('Map');
});

test('what comes later is told when its phase begins, once, however often the planner ticks', async () => {
  const world = await createWorld();
  const { clock, db } = world;
  const owner = await world.owner();
  const workshop = await createEvent(world, { followUpMonths: [], reminderOffsets: [] });
  const [user, late] = [await world.arrive('uz'), await world.arrive('ko')];
  await seat(world, workshop, user);
  for (const [title, phase] of [
    ['Slides', 'during'],
    ['Recording', 'after'],
  ] as const) {
    await pressAny(world, owner, `add_material:${workshop.id}`);
    await owner.send('example.org/' + title);
    await owner.send(title);
    await choose(owner, 'en', phase);
    await confirm(owner);
    expect(owner.last().text).toContain(phase === 'during' ? 'when the event begins' : 'when the event ends');
  }
  expect((await stored(world)).map(({ url, toldAt }) => ({ url, toldAt }))).toEqual([
    { url: 'https://example.org/Slides', toldAt: null },
    { url: 'https://example.org/Recording', toldAt: null },
  ]);
  await seat(world, workshop, late);

  // Moved by an hour: what was due at the old time is not due any more.
  const [beginsAt, endsAt] = [workshop.beginsAt.add({ hours: 1 }), workshop.endsAt.add({ hours: 1 })];
  await db.update(event).set({ beginsAt, endsAt }).where(eq(event.id, workshop.id));
  clock.set(workshop.beginsAt);
  await world.tick();
  expect(await owed(world)).toEqual([]);

  clock.set(beginsAt);
  await Promise.all([world.app.tick(), world.app.tick()]);
  await world.tick();
  expect(await owed(world)).toHaveLength(2);
  for (const one of [user, late]) {
    expect(one.last().text).toContain('🔗 Slides');
    expect(one.last().reply_markup).toMatchObject({ inline_keyboard: [[{ url: 'https://example.org/Slides' }], [{}]] });
    expect(one.texts().join()).not.toContain('Recording');
  }
  // Who registers afterwards finds it under /materials.
  const newcomer = await world.arrive('en');
  await seat(world, workshop, newcomer);
  await world.tick();
  expect(await owed(world)).toHaveLength(2);
  await newcomer.send('/materials');
  expect(newcomer.last().text).toContain('🔗 Slides');

  clock.set(endsAt);
  await Promise.all([world.app.tick(), world.app.tick()]);
  await world.tick();
  expect(await owed(world)).toHaveLength(5);
  for (const one of [user, late]) expect(one.texts().filter((text) => text.includes('Recording'))).toHaveLength(1);
});

test('of an event that runs, "when it begins" is no choice any more; of one that is over, nothing is asked', async () => {
  const world = await createWorld();
  const owner = await world.owner();
  const workshop = await createEvent(world);
  const add = async () => {
    await pressAny(world, owner, `add_material:${workshop.id}`);
    await owner.sendAudio({ title: 'Talk', file_name: 'talk.mp3' });
    await owner.press({ data: /:g$/ });
    await choose(owner, 'ko');
  };
  world.clock.set(workshop.beginsAt);
  await add();
  expect(dataOf(owner)).toContain(':o:before');
  expect(dataOf(owner)).not.toContain(':o:during');
  await owner.press({ data: /:x$/ });
  await owner.press({ data: /^drop:/ });
  world.clock.set(workshop.endsAt);
  await add();
  await confirm(owner);
  expect((await stored(world)).map(({ kind, phase }) => ({ kind, phase }))).toEqual([
    { kind: 'audio', phase: 'after' },
  ]);
});

test('a file that an organizer simply sends is asked for its event, and not asked again', async () => {
  const world = await createWorld();
  const { db, clock } = world;
  await world.owner();
  const user = await world.arrive('ru');
  const { id } = await world.row(user);
  await db.insert(organizer).values({ personId: id, since: clock.now() });
  const workshop = await createEvent(world);
  const far = clock.now().subtract({ hours: 24 * 120 });
  const old = await createEvent(world, { beginsAt: far, endsAt: far.add({ hours: 2 }) });
  const off = await createEvent(world, { status: 'cancelled' });

  const { video } = await user.sendVideo({ caption: 'Запись встречи\nчасть 1', size: 5_000_000, file_name: 'v.mp4' });
  const buttons = dataOf(user);
  expect(buttons).toContain(`:o:${workshop.id}"`);
  expect(buttons).toContain(':o:0"');
  for (const { id: other } of [old, off]) expect(buttons).not.toContain(`:o:${other}"`);
  expect(user.last().text).toContain('Воркшоп по цифровым услугам · 4 декабря 2026 г.');
  await choose(user, String(workshop.id));
  expect(user.last().text).toContain('Запись встречи');
  await user.press({ data: /:g$/ });
  await choose(user, 'ru', 'after');
  await confirm(user);
  expect(await stored(world)).toMatchObject([
    {
      eventId: workshop.id,
      kind: 'video',
      title: 'Запись встречи',
      fileId: video!.file_id,
      phase: 'after',
      addedBy: id,
    },
  ]);
  expect(await db.select().from(draft)).toEqual([]);
});

test('each file that is sent has a draft of its own, so the one before is not lost', async () => {
  const world = await createWorld();
  const owner = await world.owner();
  await createEvent(world);
  await owner.sendDocument({ file_name: 'first.pdf' });
  await owner.press({ data: /:x$/ });
  await owner.sendDocument({ file_name: 'second.pdf' });
  await choose(owner, '0');
  await owner.send('/my');
  expect(owner.last().text).toContain('first.pdf');
  expect(owner.last().text).toContain('second.pdf');
  const drafts = await world.db.select().from(draft).orderBy(draft.id);
  await owner.press({ data: `resume:${drafts[0]!.id}` });
  await choose(owner, '0');
  await owner.send('First');
  await choose(owner, 'en', 'no');
  await confirm(owner);
  expect(await stored(world)).toMatchObject([{ title: 'First', fileName: 'first.pdf', eventId: null }]);
});

test("the library's material is told to everyone only if the organizer says so", async () => {
  const world = await createWorld();
  const owner = await world.owner();
  const user = await world.arrive('tg');
  for (const [title, tell] of [
    ['Quiet study', 'no'],
    ['Loud study', 'yes'],
  ] as const) {
    await pressAny(world, owner, 'add_material:0');
    await owner.sendDocument({ file_name: 'study.pdf' });
    await owner.send(title);
    await choose(owner, 'other', tell);
    await confirm(owner);
  }
  await world.tick();
  expect(await owed(world)).toHaveLength(2);
  expect(user.texts().join()).not.toContain('Quiet study');
  expect(user.last().text).toContain('Loud study');
  await user.send('/materials');
  expect(user.last().text).toContain('Quiet study');
});

test('what is no material is not taken for one: a GIF, a voice message, a file of somebody who is no organizer', async () => {
  const world = await createWorld();
  const [owner, user] = [await world.owner(), await world.arrive('en')];
  await owner.sendAnimation();
  expect(owner.last().text).toContain('I did not understand that.');
  await owner.sendVoice();
  expect(owner.last().text).toContain('I did not understand that.');
  await user.sendDocument({ file_name: 'mine.pdf' });
  expect(user.last().text).toContain('I did not understand that.');
  expect(await world.db.select().from(draft)).toEqual([]);
  await pressAny(world, owner, 'add_material:0');
  await owner.sendAnimation();
  expect(owner.last().text).toContain('Please send a file');
});

test('an organizer sees all of an event and of the library, and deletes after a question', async () => {
  const world = await createWorld();
  const [owner, user] = [await world.owner(), await world.arrive('ky')];
  const workshop = await createEvent(world);
  await seat(world, workshop, user);
  for (const title of ['Keep', 'Drop']) {
    await pressAny(world, owner, `add_material:${workshop.id}`);
    await owner.sendDocument({ file_name: 'a.pdf' });
    await owner.send(title);
    await choose(owner, 'en', title === 'Keep' ? 'after' : 'before');
    await confirm(owner);
  }
  const [keep, drop] = await stored(world);
  await pressAny(world, owner, `event_materials:${workshop.id}`);
  expect(owner.last().text).toMatch(/1\. 📄 Keep[^]*When the event ends[^]*2\. 📄 Drop[^]*At once/);
  // They may look at what participants do not see yet.
  await owner.press({ data: `material:${keep!.id}` });
  expect(owner.last().text).toBe('Keep');
  await pressAny(world, owner, `event_materials:${workshop.id}`);
  await owner.press({ data: `remove_material:${drop!.id}` });
  expect(await stored(world)).toHaveLength(2);
  await owner.press({ data: `delete_material:${drop!.id}` });
  expect((await stored(world)).map(({ id }) => id)).toEqual([keep!.id]);
  expect(owner.last().text).not.toContain('Drop');
  // A second press, from another device, finds nothing to delete.
  await pressAny(world, owner, `delete_material:${drop!.id}`);
  await user.press({ data: `material:${drop!.id}` });
  expect(user.alerts.at(-1)).toMatchObject({ show_alert: true });
  await pressAny(world, owner, 'event_materials:0');
  expect(owner.last().text).toContain('Public library');
  await pressAny(world, owner, 'event_materials:12345');
  expect(owner.last().text).toContain('does not exist');
});

test("organizers' buttons do nothing for a participant, whoever gave them to her", async () => {
  const world = await createWorld();
  const [owner, user] = [await world.owner(), await world.arrive('en')];
  const workshop = await createEvent(world);
  await seat(world, workshop, user);
  await pressAny(world, owner, `add_material:${workshop.id}`);
  await owner.sendDocument({ file_name: 'later.pdf' });
  await owner.send('Later');
  await choose(owner, 'en', 'after');
  await confirm(owner);
  const [one] = await stored(world);
  const before = user.texts();
  for (const press of [
    `add_material:${workshop.id}`,
    'add_material:0',
    `event_materials:${workshop.id}`,
    `remove_material:${one!.id}`,
    `delete_material:${one!.id}`,
  ]) {
    await pressAny(world, user, press);
    expect(world.telegram.calls.at(-1)).toMatchObject({
      method: 'answerCallbackQuery',
      payload: { show_alert: true },
    });
  }
  expect(user.texts()).toEqual(before);
  expect(await stored(world)).toHaveLength(1);
  expect(await world.db.select().from(draft)).toEqual([]);
});

test('somebody who is no organizer any more does not finish what they began', async () => {
  const world = await createWorld();
  const user = await world.arrive('en');
  const { id } = await world.row(user);
  await world.db.insert(organizer).values({ personId: id, since: world.clock.now() });
  await pressAny(world, user, 'add_material:0');
  await user.sendDocument({ file_name: 'a.pdf' });
  await user.send('A');
  await choose(user, 'en', 'yes');
  await world.db.delete(organizer);
  await confirm(user);
  expect(user.last().text).toContain('can be added by organizers');
  expect(await stored(world)).toEqual([]);
  expect(await world.db.select().from(draft)).toMatchObject([{ active: false }]);
});
