import { eq } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { event, material } from '../../src/db/schema.ts';
import type { TelegramUser } from '../../src/playground/telegram/index.ts';
import { createEvent, seat } from '../support/events.ts';
import { pressAny } from '../support/press.ts';
import { createWorld, type World } from '../support/world.ts';

/** A document that lies with Telegram, as an organizer's would after they sent it. */
async function put(
  { db, telegram, clock }: World,
  given: Partial<typeof material.$inferInsert> = {},
): Promise<typeof material.$inferSelect> {
  const kind = given.kind ?? 'document';
  const file =
    kind === 'link' ? {} : { fileId: telegram.file({ kind, file_name: 'a.pdf', size: 10 }), fileSize: 2_516_582 };
  const [made] = await db
    .insert(material)
    .values({
      kind,
      title: 'Agenda',
      language: 'ru',
      phase: 'before',
      addedAt: clock.now(),
      toldAt: clock.now(),
      ...file,
      ...given,
    })
    .returning();
  return made!;
}

const sentFiles = ({ telegram }: World, user: TelegramUser) =>
  telegram.calls.filter(
    ({ method, payload }) => /^send(Document|Photo|Video|Audio)$/.test(method) && payload.chat_id === user.id,
  );

const dataOf = (user: TelegramUser) =>
  (user.last().message.reply_markup?.inline_keyboard ?? [])
    .flat()
    .map((b) => ('callback_data' in b ? b.callback_data : ''));

/** What somebody finds under /materials, and what a press on each button gives them, whether it is theirs or not. */
async function open(world: World, user: TelegramUser, materials: Record<string, number>) {
  await user.send('/materials');
  const buttons = dataOf(user);
  const names = Object.keys(materials);
  const listed = names.filter((name) => buttons.includes(`material:${materials[name]}`));
  const given: string[] = [];
  for (const name of names) {
    const before = sentFiles(world, user).length;
    await pressAny(world, user, `material:${materials[name]}`);
    if (sentFiles(world, user).length > before) given.push(name);
  }
  return { listed, given };
}

const ALL_PHASES = [['before'], ['before', 'during'], ['before', 'during', 'after']];
const NOTHING = [[], [], []];
/** What each sees of the event a week before, when it begins and when it ends; the library is everybody's. */
const MATRIX = [
  { who: 'registered', lang: 'ru', status: 'registered', attended: null, sees: ALL_PHASES },
  { who: 'absent', lang: 'en', status: 'registered', attended: false, sees: ALL_PHASES },
  { who: 'there without a seat', lang: 'ka', status: 'waiting', attended: true, sees: ALL_PHASES },
  { who: 'waiting', lang: 'uz', status: 'waiting', attended: null, sees: NOTHING },
  { who: 'cancelled', lang: 'ko', status: 'cancelled', attended: null, sees: NOTHING },
  { who: 'a stranger', lang: 'tg', status: null, attended: null, sees: NOTHING },
] as const;

test('who sees what, from when: in the list as by a press', async () => {
  const world = await createWorld();
  const workshop = await createEvent(world);
  const people: TelegramUser[] = [];
  for (const { lang, status, attended } of MATRIX) {
    const user = await world.arrive(lang);
    if (status) await seat(world, workshop, user, { status, attended });
    people.push(user);
  }
  const ids: Record<string, number> = {};
  for (const phase of ['before', 'during', 'after'] as const)
    ids[phase] = (await put(world, { eventId: workshop.id, phase })).id;
  ids.library = (await put(world, { eventId: null })).id;

  const times = [workshop.beginsAt.subtract({ hours: 168 }), workshop.beginsAt, workshop.endsAt];
  for (const [i, at] of times.entries()) {
    world.clock.set(at);
    for (const [k, { who, sees }] of MATRIX.entries()) {
      const expected = [...sees[i]!, 'library'];
      expect(await open(world, people[k]!, ids), `${who}, time ${i}`).toEqual({ listed: expected, given: expected });
    }
  }
  await world.db.update(event).set({ status: 'cancelled' }).where(eq(event.id, workshop.id));
  expect(await open(world, people[0]!, ids), 'called off').toEqual({ listed: ['library'], given: ['library'] });
});

test('a second before the beginning, and before the end, it is still closed', async () => {
  const world = await createWorld();
  const workshop = await createEvent(world);
  const user = await world.arrive('hy');
  await seat(world, workshop, user);
  const ids = {
    during: (await put(world, { eventId: workshop.id, phase: 'during' })).id,
    after: (await put(world, { eventId: workshop.id, phase: 'after' })).id,
  };
  world.clock.set(workshop.beginsAt.subtract({ seconds: 1 }));
  expect((await open(world, user, ids)).given).toEqual([]);
  world.clock.set(workshop.endsAt.subtract({ seconds: 1 }));
  expect((await open(world, user, ids)).given).toEqual(['during']);
});

test("a material of somebody else's event is refused with a word, and so is one that does not exist", async () => {
  const world = await createWorld();
  const stranger = await world.arrive('en');
  const one = await put(world, { eventId: (await createEvent(world)).id });
  for (const id of [one.id, one.id + 100]) {
    await pressAny(world, stranger, `material:${id}`);
    const { method, payload } = world.telegram.calls.at(-1)!;
    expect(method).toBe('answerCallbackQuery');
    expect(payload).toMatchObject({ text: 'This material is not available to you.', show_alert: true });
  }
  expect(sentFiles(world, stranger)).toEqual([]);
  expect(stranger.texts().join()).not.toContain('Agenda');
});

test('a file travels by its file_id, never by its bytes', async () => {
  const world = await createWorld();
  const user = await world.arrive('ru');
  for (const kind of ['document', 'photo', 'video', 'audio'] as const) {
    const one = await put(world, { kind, title: `<b>Plan</b> & ${kind}` });
    await user.send('/materials');
    await user.press({ data: `material:${one.id}` });
    const call = sentFiles(world, user).at(-1)!;
    expect(call).toMatchObject({ ok: true, payload: { [kind]: one.fileId } });
    expect(typeof call.payload[kind]).toBe('string');
    expect(user.last().text).toBe(`<b>Plan</b> & ${kind}`);
  }
  expect(world.telegram.calls.filter(({ method }) => method === 'getFile')).toEqual([]);
});

test('a link is a message with a button that opens it', async () => {
  const world = await createWorld();
  const user = await world.arrive('az');
  const one = await put(world, { kind: 'link', title: 'Portal', url: 'https://example.org/a?b=1', language: 'en' });
  await user.send('/materials');
  expect(user.last().text).toContain('🔗 Portal · English');
  await user.press({ data: `material:${one.id}` });
  expect(user.last().text).toBe('🔗 Portal');
  expect(user.last().reply_markup).toMatchObject({ inline_keyboard: [[{ url: 'https://example.org/a?b=1' }]] });
});

test('the list says size and language before the download, event by event, eight on a page', async () => {
  const world = await createWorld();
  const user = await world.arrive('ru');
  const [first, second] = [await createEvent(world), await createEvent(world, { texts: { ru: 'Форум', en: 'Forum' } })];
  const past = world.clock.now().subtract({ hours: 24 });
  await world.db
    .update(event)
    .set({ beginsAt: past, endsAt: past.add({ hours: 1 }) })
    .where(eq(event.id, second.id));
  for (const one of [first, second]) await seat(world, one, user);
  await put(world, { title: 'Study', language: null, fileSize: null });
  await put(world, { eventId: second.id, title: 'Slides', mimeType: 'application/vnd.ms-powerpoint' });
  for (let i = 1; i <= 8; i++) await put(world, { eventId: first.id, title: `Part ${i}`, language: 'kk' });

  await user.send('/materials');
  expect(user.last().text).toContain('Воркшоп по цифровым услугам\n1. 📄 Part 1 · 2,4 МБ · Қазақша\n2. ');
  expect(user.last().text).not.toContain('Форум');
  expect(dataOf(user)).toHaveLength(8 + 1 + 1);
  await user.press({ data: 'materials:1' });
  expect(user.last().text).toMatch(/Форум\n9\. 📊 Slides · 2,4 МБ · Русский\n\n.+\n10\. 📄 Study · /);
  expect(user.last().text).not.toContain('Part');
  await user.press({ data: 'materials:0' });
  expect(user.last().text).toContain('Part 8');
  // A page that does not exist (any more) is the last one.
  await pressAny(world, user, 'materials:99');
  expect(user.last().text).toContain('Slides');
  await pressAny(world, user, 'materials:x');
  expect(user.last().text).toContain('Part 1');
});

test('somebody with nothing to see is told so', async () => {
  const { arrive } = await createWorld();
  const user = await arrive('en');
  await user.send('/materials');
  expect(user.last().text).toContain('There are no materials for you yet.');
  expect(user.last().buttons.flat()).toEqual(['Main menu']);
});

test('a file that Telegram does not have any more is said to be lost', async () => {
  const world = await createWorld({ LOG_LEVEL: 'error' });
  const user = await world.arrive('en');
  const one = await put(world, { fileId: 'AgADBQADofAnotherBot', fileUniqueId: 'x' });
  await user.send('/materials');
  await user.press({ data: `material:${one.id}` });
  expect(user.alerts.at(-1)!.text).toContain('no longer has this file');
});
