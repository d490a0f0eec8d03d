import ICAL from 'ical.js';
import { sync, type ParameterValue } from 'node-ical';
import { eq } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { calendarFeed, eventText, registration } from '../../src/db/schema.ts';
import type { TelegramUser } from '../../src/playground/telegram/index.ts';
import { createEvent, seat } from '../support/events.ts';
import { pressAny } from '../support/press.ts';
import { register } from '../support/register.ts';
import { createSession } from '../support/sessions.ts';
import { createWorld, type World } from '../support/world.ts';

const PUBLIC = { PUBLIC_URL: 'https://bot.example.org' };

type Read = {
  uid: string;
  sequence: number;
  status: string;
  start: string;
  end: string;
  summary: string;
  location: string;
  description: string;
  url: string;
};

/** Read by two parsers that have nothing in common; they must agree. */
function read(text: string): Read[] {
  const iso = (at: Date) => Temporal.Instant.fromEpochMilliseconds(at.getTime()).toString();
  const one = new ICAL.Component(ICAL.parse(text)).getAllSubcomponents('vevent').map((vevent): Read => {
    const value = (name: string) => String(vevent.getFirstPropertyValue(name) ?? '');
    const at = (name: string) => iso((vevent.getFirstPropertyValue(name) as ICAL.Time).toJSDate());
    return {
      uid: value('uid'),
      sequence: Number(value('sequence')),
      status: value('status'),
      start: at('dtstart'),
      end: at('dtend'),
      summary: value('summary'),
      location: value('location'),
      description: value('description'),
      url: value('url'),
    };
  });
  const parsed = Object.values(sync.parseICS(text)).filter((each) => each?.type === 'VEVENT');
  const other = parsed.map((vevent): Read => {
    const plain = (value: ParameterValue | undefined) => (typeof value === 'object' ? value.val : (value ?? ''));
    return {
      uid: vevent.uid,
      sequence: Number(vevent.sequence),
      status: String(vevent.status),
      start: iso(vevent.start),
      end: iso(vevent.end!),
      summary: plain(vevent.summary),
      location: plain(vevent.location),
      description: plain(vevent.description),
      url: plain(vevent.url),
    };
  });
  const byUid = (all: Read[]) => all.toSorted((a, b) => a.uid.localeCompare(b.uid));
  expect(byUid(other)).toEqual(byUid(one));
  return one;
}

/** What a calendar that has taken in these files, in this order, shows: the highest SEQUENCE of a UID, unless cancelled. */
function shown(...files: string[]): Read[] {
  const entries = new Map<string, Read>();
  for (const entry of files.flatMap(read)) {
    const known = entries.get(entry.uid);
    if (!known || entry.sequence >= known.sequence) entries.set(entry.uid, entry);
  }
  return [...entries.values()].filter(({ status }) => status !== 'CANCELLED');
}

async function addressOf(user: TelegramUser): Promise<string> {
  const found = /https:\S+\.ics/.exec(user.last().text);
  return new URL(found![0]).pathname;
}

async function get({ app }: World, path: string, headers: Record<string, string> = {}) {
  return app.http.request(path, { headers });
}

async function following(world: World, user: TelegramUser): Promise<() => Promise<string>> {
  await pressAny(world, user, 'calendar_feed');
  const path = await addressOf(user);
  return async () => (await get(world, path)).text();
}

async function fileOf(world: World, user: TelegramUser, eventId: number): Promise<string> {
  await pressAny(world, user, `calendar:${eventId}`);
  const { document } = user.last().message;
  return (await world.download(document!.file_id)).toString();
}

test('create, move, cancel: one entry, then none, by the file and by the address', async () => {
  const world = await createWorld(PUBLIC);
  const owner = await world.owner();
  const person = await world.arrive('en');
  const event = await createEvent(world);
  await seat(world, event, person);
  const one = await createSession(world, event, { titles: { en: 'Opening' }, speakers: 'Kim Min-jun' });
  const feed = await following(world, person);
  const first = [await fileOf(world, person, event.id), await feed()];
  const uid = `session-${one.id}.${event.code}@bilim`;
  for (const text of first) expect(shown(text).map((each) => each.uid)).toEqual([`event.${event.code}@bilim`, uid]);
  expect(shown(first[0]!)[1]).toMatchObject({
    start: one.beginsAt.toString(),
    end: one.endsAt.toString(),
    summary: 'Opening',
    location: 'Astana, Abai avenue 33a',
    status: 'CONFIRMED',
    url: expect.stringContaining(`start=event_${event.code}`),
  });

  await pressAny(world, owner, `edit_session:${one.id}`);
  await owner.press('Edit');
  await owner.press('Time');
  const clock = one.beginsAt.toZonedDateTimeISO(event.zone).toPlainTime();
  const wall = (minutes: number) => clock.add({ minutes }).toString({ smallestUnit: 'minute' });
  await owner.send(`${wall(30)}-${wall(90)}`);
  await owner.press('Save');
  const second = [await fileOf(world, person, event.id), await feed()];
  for (const [i, text] of second.entries()) {
    const now = shown(first[i]!, text).filter((each) => each.uid === uid);
    expect(now.map(({ start }) => start)).toEqual([one.beginsAt.add({ minutes: 30 }).toString()]);
  }

  await pressAny(world, owner, `cancel_session:${one.id}:yes`);
  const third = [await fileOf(world, person, event.id), await feed()];
  for (const [i, text] of third.entries())
    expect(shown(first[i]!, second[i]!, text).map((each) => each.uid)).toEqual([`event.${event.code}@bilim`]);
  expect(read(third[0]!).find((each) => each.uid === uid)).toMatchObject({ status: 'CANCELLED', sequence: 2 });
});

test('a seat that is given up shows as cancelled for a month, then not at all', async () => {
  const world = await createWorld(PUBLIC);
  const person = await world.arrive('en');
  const event = await createEvent(world, { beginsAt: world.clock.now().add({ hours: 24 * 90 }) });
  await createSession(world, event);
  const { id } = await seat(world, event, person);
  const feed = await following(world, person);
  const before = await feed();
  expect(shown(before)).toHaveLength(2);
  await pressAny(world, person, `give_up:${event.id}`);
  const after = await feed();
  expect(shown(after)).toEqual([]);
  expect(shown(before, after)).toEqual([]);
  world.clock.advance({ days: 31 });
  expect(read(await feed())).toEqual([]);
  expect(await world.db.$count(registration, eq(registration.personId, id))).toBe(1);
});

test('an event that is called off is cancelled with its sessions', async () => {
  const world = await createWorld(PUBLIC);
  const owner = await world.owner();
  const person = await world.arrive('en');
  const event = await createEvent(world);
  await createSession(world, event);
  await seat(world, event, person);
  const feed = await following(world, person);
  const before = await feed();
  await pressAny(world, owner, `call_off:${event.id}`);
  await owner.press('Skip');
  await owner.press({ data: /:o:yes$/ });
  expect(shown(before, await feed())).toEqual([]);
});

const HARD = [
  'Commas, semicolons; and \\ backslashes: "quoted"',
  'Lines\nand\r\nlines\rand lines',
  'BEGIN:VEVENT\nSUMMARY:not an event\nEND:VEVENT',
  'საჯარო სერვისების დაპროექტება და ციფრული მმართველობის განვითარების სტრატეგია',
  'Цифрлық мемлекеттік көрсетілетін қызметтерді жобалау және әлеуетті арттыру',
  'Emoji 👩🏽‍💻🇰🇿 '.repeat(12),
  'tab\tand \u0007 bell \u0000 nothing',
];

test.each(HARD)('what somebody typed arrives as it was typed: %j', async (typed) => {
  const world = await createWorld(PUBLIC);
  const person = await world.arrive('en');
  const event = await createEvent(world, {
    place: typed.replaceAll('\u0000', ''),
    texts: { en: typed.replaceAll('\u0000', '') },
  });
  const clean = typed.replaceAll('\u0000', '');
  await world.db.update(eventText).set({ description: clean });
  await createSession(world, event, { titles: { en: clean }, speakers: clean, description: clean });
  await seat(world, event, person);
  const text = await fileOf(world, person, event.id);
  const expected = clean.replace(/\r\n?/g, '\n').replace('\u0007', '');
  const entries = read(text);
  expect(entries).toHaveLength(2);
  for (const entry of entries) {
    expect(entry.summary.trim()).toBe(expected.trim());
    expect(entry.location.trim()).toBe(expected.trim());
    expect(entry.description).toContain(expected.trim());
  }
  for (const line of text.split('\r\n')) {
    expect(Buffer.byteLength(line), line).toBeLessThanOrEqual(75);
    expect(line).not.toMatch(/[\r\n]/);
  }
});

test('the address tells one person’s agenda and nothing else; a new one makes the old one void', async () => {
  const world = await createWorld(PUBLIC);
  const [person, other] = [await world.arrive('en'), await world.arrive('en')];
  const [own, others, waiting] = [
    await createEvent(world, { texts: { en: 'Own workshop' }, link: 'https://meet.example.org/own' }),
    await createEvent(world, { texts: { en: 'Another workshop' } }),
    await createEvent(world, { texts: { en: 'A seat to wait for' } }),
  ];
  await seat(world, own, person);
  await seat(world, others, other);
  await seat(world, waiting, person, { status: 'waiting' });
  await pressAny(world, person, 'calendar_feed');
  const path = await addressOf(person);
  const answer = await get(world, path);
  expect(answer.headers.get('content-type')).toBe('text/calendar; charset=utf-8');
  expect(answer.headers.get('referrer-policy')).toBe('no-referrer');
  expect(answer.headers.get('x-robots-tag')).toBe('noindex');
  expect(read(await answer.text()).map(({ summary }) => summary)).toEqual(['Own workshop']);

  const page = await (await get(world, path.replace('.ics', ''))).text();
  expect(page).toContain(`href="webcal://bot.example.org${path}"`);
  expect(page).not.toMatch(/<script|style=/);

  await person.press('New address');
  await person.press('New address');
  const fresh = await addressOf(person);
  expect(fresh).not.toBe(path);
  expect((await get(world, path)).status).toBe(404);
  expect((await get(world, path.replace('.ics', ''))).status).toBe(404);
  expect((await get(world, fresh)).status).toBe(200);
  expect((await get(world, '/calendar/.ics')).status).toBe(404);

  await person.send('/erase');
  await pressAny(world, person, 'erase_now');
  expect((await get(world, fresh)).status).toBe(404);
  expect(await world.db.$count(calendarFeed)).toBe(0);
});

test('whoever registers is offered the calendar, and /my leads to the agenda', async () => {
  const world = await createWorld(PUBLIC);
  const person = await world.arrive('en');
  const event = await createEvent(world);
  await register(person, event);
  expect(person.last().buttons.flat()).toContain('Add to my calendar');
  await person.press('Add to my calendar');
  expect(person.last().message.document!.file_name).toBe(`${event.code}.ics`);
  await person.press('A calendar that updates');
  await person.press('My agenda');
  expect(person.last().text).toContain('Digital services workshop');
  await person.press('My registrations');
  await person.press('My agenda');
  expect(person.last().text).toContain('My agenda');
});

test('an app that asks again gets nothing as long as nothing has changed', async () => {
  const world = await createWorld(PUBLIC);
  const person = await world.arrive('en');
  const event = await createEvent(world);
  await seat(world, event, person);
  await pressAny(world, person, 'calendar_feed');
  const path = await addressOf(person);
  const tag = (await get(world, path)).headers.get('etag')!;
  world.clock.advance({ hours: 3 });
  expect((await get(world, path, { 'If-None-Match': tag })).status).toBe(304);
  expect((await get(world, path, { 'If-None-Match': `"other", W/${tag}` })).status).toBe(304);
  await createSession(world, event);
  expect((await get(world, path, { 'If-None-Match': tag })).status).toBe(200);
});

test('without PUBLIC_URL there is the file, and no address', async () => {
  const world = await createWorld();
  const person = await world.arrive('en');
  const event = await createEvent(world);
  await seat(world, event, person);
  await pressAny(world, person, 'calendar_feed');
  expect(person.last().text).toContain('no calendar that updates by itself');
  expect(await world.db.$count(calendarFeed)).toBe(0);
  expect(read(await fileOf(world, person, event.id))).toHaveLength(1);
  expect(person.last().buttons.flat()).not.toContain('A calendar that updates');
  expect((await get(world, '/calendar/x.ics')).status).toBe(404);
  const stranger = await world.arrive('en');
  await pressAny(world, stranger, `calendar:${event.id}`);
  expect(stranger.last().text).toContain('not registered for this event');
});
