import { and, eq } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { createSign } from '../../src/bot/sign.ts';
import { attendance, consent, person as people, registration } from '../../src/db/schema.ts';
import { codeOf, slotAt } from '../../src/features/sessions/checkin.ts';
import { createEvent, seat } from '../support/events.ts';
import { pressAny } from '../support/press.ts';
import { createSession } from '../support/sessions.ts';
import { said } from '../support/updates.ts';
import { createWorld, TOKEN, type World } from '../support/world.ts';

const PUBLIC = { PUBLIC_URL: 'https://bot.example.org' };
const sign = createSign(TOKEN);

/** What the screen shows at this moment. */
const shown = ({ clock }: World, sessionId: number) => `checkin_${codeOf({ sign }, sessionId, slotAt(clock.now()))}`;

const marks = async ({ db }: World) => db.select().from(attendance);

/** An event that began an hour ago with a session that begins now, and somebody with a seat at it. */
async function begun(env: Record<string, string> = PUBLIC) {
  const world = await createWorld(env);
  const event = await createEvent(world, {
    beginsAt: world.clock.now().subtract({ hours: 1 }),
    endsAt: world.clock.now().add({ hours: 9 }),
  });
  const one = await createSession(world, event, { at: 60, titles: { en: 'Data exchange' } });
  const person = await world.arrive('en');
  await seat(world, event, person);
  return { world, event, one, person };
}

test('who scans the code on the screen is present, once, and told at which session', async () => {
  const { world, event, one, person } = await begun();
  await person.open(shown(world, one.id));
  expect(person.last().text).toContain('You are checked in');
  expect(person.last().text).toContain('Data exchange');
  expect(await marks(world)).toMatchObject([{ sessionId: one.id, state: 'present', by: 'code' }]);
  const [own] = await world.db.select().from(registration).where(eq(registration.eventId, event.id));
  expect(own!.attended).toBe(true);
  const { at } = (await marks(world))[0]!;
  world.clock.advance({ seconds: 20 });
  await person.open(shown(world, one.id));
  expect(person.last().text).toContain('checked in already');
  expect((await marks(world)).map((mark) => mark.at)).toEqual([at]);
});

test('a code lives for 30 to 60 seconds: a photo that is forwarded is too old', async () => {
  const { world, one, person } = await begun();
  world.clock.set('2026-11-24T06:00:29Z');
  const code = shown(world, one.id);
  world.clock.set('2026-11-24T06:01:00Z');
  await person.open(code);
  expect(person.last().text).toBe('This code is too old. Please scan the code on the screen again.');
  expect(await marks(world)).toEqual([]);
  world.clock.set('2026-11-24T06:00:59Z');
  await person.open(code);
  expect(person.last().text).toContain('You are checked in');
});

test('codes that nobody made, of another session or another purpose, are worth nothing', async () => {
  const { world, one, event, person } = await begun();
  const other = await createSession(world, event, { at: 60 });
  const right = shown(world, one.id);
  const swapped = right.replace(`checkin_${one.id}-`, `checkin_${other.id}-`);
  const screen = `checkin_${one.id}-${sign('screen', String(one.id))}`;
  for (const wrong of [
    swapped,
    screen,
    `checkin_${one.id}`,
    'checkin_',
    'checkin_x-y',
    `${right}a`,
    'scanned_',
    `scanned_${one.id}-0-x`,
  ]) {
    await person.open(wrong);
    expect(person.last().text, wrong).toMatch(/scan the code on the screen again/);
    expect(person.last().text).not.toContain('Data exchange');
  }
  expect(await marks(world)).toEqual([]);
});

test('from an hour before the session to an hour after it', async () => {
  const { world, one, person } = await begun();
  world.clock.set(one.beginsAt.subtract({ minutes: 61 }));
  await person.open(shown(world, one.id));
  expect(person.last().text).toContain('It is not the time to check in');
  world.clock.set(one.endsAt.add({ minutes: 61 }));
  await person.open(shown(world, one.id));
  expect(person.last().text).toContain('It is not the time to check in');
  world.clock.set(one.endsAt.add({ minutes: 59 }));
  await person.open(shown(world, one.id));
  expect(await marks(world)).toHaveLength(1);
});

test('who waits, and who is not registered, is told what to do', async () => {
  const { world, event, one } = await begun();
  const [waits, stranger] = [await world.arrive('en'), await world.arrive('en')];
  await seat(world, event, waits, { status: 'waiting' });
  await waits.open(shown(world, one.id));
  expect(waits.last().text).toContain('You do not have a seat at this event yet.');
  await stranger.open(shown(world, one.id));
  expect(stranger.last().text).toContain('You are not registered for this event.');
  expect(stranger.last().text).toContain('speak to the organizers');
  expect(await marks(world)).toEqual([]);
});

test('somebody without consent gives it first, and nothing is stored before; then the scan counts', async () => {
  const { world, event, one } = await begun();
  const newcomer = world.telegram.user({ language_code: 'en' });
  await newcomer.open(shown(world, one.id));
  const [first] = newcomer.last().message.reply_markup!.inline_keyboard.flat();
  const payload = first && 'callback_data' in first ? first.callback_data.split(':')[2]! : '';
  expect(await world.db.$count(people, eq(people.telegramId, newcomer.id))).toBe(0);
  // Somebody reads for a while, and registers at the desk meanwhile.
  world.clock.advance({ minutes: 4 });
  await newcomer.press({ data: /^lang:en/ });
  await newcomer.press({ data: /^agree:en/ });
  expect(newcomer.last().text).toContain('You are not registered for this event.');
  expect(await world.db.$count(consent)).toBe(2);
  await seat(world, event, newcomer);
  expect(payload).toMatch(/^scanned_/);
  await newcomer.open(payload);
  expect(await marks(world)).toHaveLength(1);
  // It is theirs alone, and for some minutes.
  const friend = await world.arrive('en');
  await seat(world, event, friend);
  await friend.open(payload);
  expect(friend.last().text).toContain('too old');
  world.clock.advance({ minutes: 10 });
  await newcomer.open(payload);
  expect(newcomer.last().text).toContain('too old');
});

test('the link through the consent fits its buttons with the largest ids', () => {
  const [id, now] = [9_999_999_999, Temporal.Instant.from('2099-01-01T00:00:00Z')];
  const at = Math.floor(now.epochMilliseconds / 1000).toString(36);
  const payload = `scanned_${id}-${at}-${sign('scanned', 'x')}`;
  expect(Buffer.byteLength(`languages:${payload}`)).toBeLessThanOrEqual(64);
});

test('two scans at once count once, and a mark of the organizer is stronger than a code', async () => {
  const { world, event, one, person } = await begun();
  const owner = await world.owner();
  const code = shown(world, one.id);
  await world.app.receive([said(person, 800_001, `/start ${code}`), said(person, 800_002, `/start ${code}`)]);
  await world.app.drain();
  expect(await marks(world)).toHaveLength(1);
  const [own] = await world.db.select().from(registration).where(eq(registration.eventId, event.id));
  await pressAny(world, owner, `tick:${one.id}:${own!.id}:absent:0`);
  await person.open(shown(world, one.id));
  expect(person.last().text).toContain('The organizers have marked you as absent');
  await pressAny(world, owner, `tick:${one.id}:${own!.id}:excused:0`);
  await person.open(shown(world, one.id));
  expect(await marks(world)).toMatchObject([{ state: 'present', by: 'code' }]);
});

test('twenty people at once, each twice: each is there once', { timeout: 60_000 }, async () => {
  const { world, event, one } = await begun();
  const users = await Promise.all(Array.from({ length: 20 }, () => world.arrive('en')));
  for (const user of users) await seat(world, event, user);
  const start = `/start ${shown(world, one.id)}`;
  await world.app.receive(users.flatMap((user, i) => [said(user, 810_000 + i, start), said(user, 820_000 + i, start)]));
  await world.app.drain();
  const there = await world.db
    .select()
    .from(attendance)
    .where(and(eq(attendance.sessionId, one.id), eq(attendance.state, 'present')));
  expect(there).toHaveLength(20);
});

test('the screen shows the code and the count, and says when it is too early or too late', async () => {
  const { world, event, one, person } = await begun();
  const owner = await world.owner();
  await pressAny(world, owner, `session:${one.id}`);
  await owner.press('Show the code on a screen');
  const address = new URL(/https:\S+\/screen\/\S+/.exec(owner.last().text)![0]).pathname;
  const get = (path: string) =>
    world.app.http.request(path, { headers: { 'Accept-Language': 'en;q=0.1, ru-RU;q=0.9' } });
  const page = await get(address);
  const text = await page.text();
  expect(Object.fromEntries(page.headers)).toMatchObject({
    'content-security-policy': expect.stringContaining("default-src 'none'; style-src 'self'"),
    'referrer-policy': 'no-referrer',
    'x-robots-tag': 'noindex',
    'cache-control': 'no-store',
    vary: 'Accept-Language',
  });
  expect(text).toContain('<html lang="ru">');
  // Only this session and how many: no names, and nothing from elsewhere.
  expect(text).not.toMatch(/https?:|style=|onclick/);
  for (const [, file] of text.matchAll(/(?:src|href)="([^"]+)"/g)) expect((await get(file!)).status, file).toBe(200);
  const state = async () =>
    (await (await get(`${address}/state`)).json()) as { phase: string; count: number; left: number; codes: string[] };
  const now = await state();
  expect(now).toMatchObject({ phase: 'open', count: 0 });
  expect(now.codes).toHaveLength(2);
  expect(now.codes[0]).toContain('<svg');
  world.clock.advance({ milliseconds: now.left });
  expect((await state()).codes[0]).toBe(now.codes[1]);
  await person.open(shown(world, one.id));
  expect((await state()).count).toBe(1);
  world.clock.set(one.beginsAt.subtract({ hours: 2 }));
  expect(await state()).toMatchObject({ phase: 'early', codes: [] });
  world.clock.set(one.endsAt.add({ hours: 2 }));
  expect(await state()).toMatchObject({ phase: 'late', codes: [] });
  expect((await get(`${address}x`)).status).toBe(404);
  expect((await get(`/screen/${one.id}-x/state`)).status).toBe(404);
  expect((await get('/screen/page/..%2Findex.ts')).status).toBe(404);
  expect(event.id).toBeGreaterThan(0);
});

test('without PUBLIC_URL there is the organizer’s tick, which the page says', async () => {
  const { world, one } = await begun({});
  const owner = await world.owner();
  await pressAny(world, owner, `session:${one.id}`);
  expect(owner.last().text).toContain('there is no code to scan');
  expect(owner.last().buttons.flat()).not.toContain('Show the code on a screen');
  expect(owner.last().buttons.flat()).toContain('Attendance');
});
