import { eq } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { draft, event, role, person } from '../../src/db/schema.ts';
import { createEvent, seat } from '../support/events.ts';
import { pressAny } from '../support/press.ts';
import { createWorld } from '../support/world.ts';
import { choose, confirm, dataOf, owed, stored } from './materials-support.ts';

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
  await owner.press({ data: /^drop_now:/ });
  world.clock.set(workshop.endsAt);
  await add();
  await confirm(owner);
  expect((await stored(world)).map(({ kind, phase }) => ({ kind, phase }))).toEqual([
    { kind: 'audio', phase: 'after' },
  ]);
});

const NOW = 'get a message about it now';
const BEGINS = 'when the event begins';
const ENDS = 'when the event ends';
const PUBLISHED = 'when the event is published';

test.each([
  ['published', 'before', 'before', NOW],
  ['published', 'before', 'during', BEGINS],
  ['published', 'before', 'after', ENDS],
  ['published', 'during', 'before', NOW],
  ['published', 'during', 'after', ENDS],
  ['published', 'after', null, NOW],
  ['draft', 'before', 'before', PUBLISHED],
  ['draft', 'before', 'during', BEGINS],
  ['draft', 'before', 'after', ENDS],
  ['draft', 'during', 'before', PUBLISHED],
  ['draft', 'during', 'after', ENDS],
  ['draft', 'after', null, PUBLISHED],
] as const)(
  'of a %s event, %s it begins or ends, available %s: people hear of it %s',
  async (status, when, phase, told) => {
    const world = await createWorld();
    const owner = await world.owner();
    const workshop = await createEvent(world, { status });
    if (when !== 'before') world.clock.set(when === 'during' ? workshop.beginsAt : workshop.endsAt);
    await pressAny(world, owner, `add_material:${workshop.id}`);
    await owner.send('example.org');
    await owner.send('Plan');
    await choose(owner, 'en', ...(phase ? [phase] : []));
    await confirm(owner);
    expect(owner.last().text).toContain(
      `Plan\n\nParticipants get a message about it ${told.replace(/^get.*it /, '')}.\n`,
    );
  },
);

test('to an event that is called off, nothing is added', async () => {
  const world = await createWorld();
  const owner = await world.owner();
  const workshop = await createEvent(world, { status: 'cancelled' });
  await pressAny(world, owner, `add_material:${workshop.id}`);
  expect(owner.last().text).toContain('can be added by organizers');
});

test('with the longest titles and addresses, each message fits', async () => {
  const world = await createWorld();
  const owner = await world.owner();
  const long = { texts: { en: '&'.repeat(150) } };
  const events = [];
  for (let i = 0; i < 9; i++) events.push(await createEvent(world, long));
  await owner.sendDocument({ file_name: `${'f'.repeat(250)}.pdf`, caption: 'c'.repeat(1024) });
  expect(owner.last().buttons.flat()).toContain('Next');
  await choose(owner, String(events[0]!.id));
  await owner.press({ data: /:g$/ });
  await choose(owner, 'other', 'before');
  await confirm(owner);
  for (let i = 0; i < 8; i++) {
    await pressAny(world, owner, `add_material:${events[i]!.id}`);
    await owner.send(`example.org/${'a'.repeat(980)}`);
    await owner.send('<'.repeat(200));
    await choose(owner, 'other', 'before');
    await confirm(owner);
    await seat(world, events[i]!, owner);
  }
  expect(await stored(world)).toHaveLength(9);
  await owner.send('/materials');
  expect(owner.last().text).toContain(`8. 🔗 ${'<'.repeat(200)}`);
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
    expect(owner.texts().join()).toContain(tell === 'no' ? 'No message about it is sent' : 'Everyone gets a message');
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
  // One button a row: more would hide the titles on a phone.
  expect(owner.last().buttons).toEqual([['1. 📄 Keep'], ['2. 📄 Drop'], ['Add a material'], ['Back']]);
  // They may look at what participants do not see yet.
  await owner.press({ data: `manage_material:${keep!.id}` });
  expect(owner.last().text).toContain('Available · When the event ends');
  await owner.press({ data: `material:${keep!.id}` });
  expect(owner.last().text).toBe('Keep');
  await pressAny(world, owner, `event_materials:${workshop.id}`);
  await owner.press({ data: `manage_material:${drop!.id}` });
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
    `manage_material:${one!.id}`,
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
  await world.db.insert(role).values({ kind: 'organizer', personId: id, since: world.clock.now() });
  await pressAny(world, user, 'add_material:0');
  await user.sendDocument({ file_name: 'a.pdf' });
  await user.send('A');
  await choose(user, 'en', 'yes');
  await world.db.delete(role);
  await confirm(user);
  expect(user.last().text).toContain('can be added by organizers');
  expect(await stored(world)).toEqual([]);
  expect(await world.db.select().from(draft)).toMatchObject([{ active: false }]);
});
