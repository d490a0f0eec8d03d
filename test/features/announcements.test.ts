import { eq } from 'drizzle-orm';
import type { MessageEntity } from 'grammy/types';
import { describe, expect, test } from 'vitest';
import {
  announcement,
  announcementText,
  draft as formDraft,
  message,
  role,
  registration,
} from '../../src/db/schema.ts';
import { send } from '../../src/features/announcements/decisions.ts';
import { createEvent, seat } from '../support/events.ts';
import { pressAny } from '../support/press.ts';
import { createWorld } from '../support/world.ts';
import {
  answer,
  begin,
  change,
  choose,
  copies,
  draft,
  latest,
  makeOrganizer,
  pressSend,
  programme,
  states,
  write,
} from './announcements-support.ts';

const bold = (offset: number, length: number): MessageEntity => ({ type: 'bold', offset, length });
const link = (offset: number, length: number, url: string): MessageEntity => ({
  type: 'text_link',
  offset,
  length,
  url,
});

test('everyone gets the text in their language, formatted as it was typed', async () => {
  const world = await createWorld();
  const owner = await world.owner();
  const [ru, kk, ka] = [await world.arrive('ru'), await world.arrive('kk'), await world.arrive('ka')];
  const ko = await world.arrive('ko');
  const russian = {
    text: 'Приём заявок открыт до пятницы',
    entities: [bold(0, 12), link(20, 10, 'https://undp.org/ru')],
  };
  const kazakh = { text: '🎓 Өтінім қабылдау басталды', entities: [bold(3, 6)] };
  await write(owner, { ru: russian, kk: kazakh, en: 'Applications <b>are</b> open & free: https://undp.org' }, [
    'everyone',
  ]);
  await pressSend(world, owner);

  expect(ru.last().message).toMatchObject(russian);
  expect(kk.last().message).toMatchObject(kazakh);
  // No Georgian text: the Russian one, which the programme says Georgians read rather than English.
  expect(ka.last().message).toMatchObject(russian);
  // No Korean text: English, as it was typed, and the link that Telegram finds by itself.
  expect(ko.last().text).toBe('Applications <b>are</b> open & free: https://undp.org');
  expect(ko.last().message.entities).toEqual([{ type: 'url', offset: 37, length: 16 }]);
  const payloads = world.telegram.calls
    .filter(({ payload }) => payload.chat_id === ko.id)
    .map(({ payload }) => payload);
  expect(payloads.at(-1)).not.toHaveProperty('parse_mode');
  expect(payloads.at(-1)).not.toHaveProperty('link_preview_options');
  expect(await states(world)).toEqual({ sent: 5 });
});

test('a mention of somebody without a username is kept as words, without their name and id', async () => {
  const world = await createWorld();
  const owner = await world.owner();
  const aida = await world.arrive('en', { first_name: 'Aida' });
  const mention: MessageEntity = { type: 'text_mention', offset: 4, length: 4, user: aida.user };
  await write(owner, { en: { text: 'Ask Aida', entities: [mention, bold(0, 3)] } }, ['everyone']);
  const [stored] = await world.db.select().from(announcementText);
  expect(stored).toMatchObject({ body: 'Ask Aida', entities: [bold(0, 3)] });
});

test('preview, delivery and report agree on who gets which text instead of their own', async () => {
  const world = await createWorld();
  const owner = await world.owner();
  const [hy, ko] = [await world.arrive('hy'), await world.arrive('ko')];
  // Of a language that the programme spoke once.
  const other = await world.arrive('ru');
  await change(world, other, { language: 'fr' });
  await write(owner, { uz: 'Yangilik', ru: 'Новость' }, ['everyone']);
  for (const language of ['Հայերեն', '한국어', 'English'])
    expect(owner.last().text).toContain(`${language} → Русский · 1`);
  expect(owner.last().text).toContain('Русский · 4');
  await pressSend(world, owner);
  for (const person of [hy, ko, other]) expect([copies(person, 'Новость'), copies(person, 'Yangilik')]).toEqual([1, 0]);
  expect(owner.last().text).toContain('Русский · 4 / 4');
});

test('its buttons open the event and the settings, and leave the text of the author in the chat', async () => {
  const world = await createWorld();
  const event = await createEvent(world);
  const owner = await world.owner();
  const aida = await world.arrive('ru');
  await seat(world, event, aida);
  await pressAny(world, owner, `announce_to:${event.id}`);
  await answer(owner, { ru: 'Приходите' }, ['registered']);
  const preview = owner.chat.at(-2)!;
  expect([preview.text, preview.buttons]).toEqual(['Приходите', [['Показать мероприятие'], ['Настройки']]]);
  await pressSend(world, owner);
  const arrived = aida.last();
  expect([arrived.text, arrived.buttons]).toEqual([preview.text, preview.buttons]);
  await aida.press('Показать мероприятие');
  expect(aida.last().text).toContain('Воркшоп по цифровым услугам');
  await aida.press('Настройки');
  expect(copies(aida, 'Приходите')).toBe(1);
  // What such a button opens is a page like any other: its own buttons edit it.
  const pages = aida.chat.length;
  await aida.press({ data: 'home' });
  expect(aida.chat).toHaveLength(pages);
});

test('the preview shows each text as it will arrive, then who gets which, and who is left out', async () => {
  const world = await createWorld();
  const owner = await world.owner();
  const people = [
    await world.arrive('ru'),
    await world.arrive('ru'),
    await world.arrive('kk'),
    await world.arrive('ru'),
  ];
  const [first, second, third, muted] = people as [typeof owner, typeof owner, typeof owner, typeof owner];
  for (const person of people) await change(world, person, { country: 'KZ' });
  await change(world, third, { country: 'UZ' });
  await change(world, second, { unreachableSince: world.clock.now() });
  await change(world, muted, { muted: ['announcements'] });
  const text = { text: 'Важно', entities: [bold(0, 5)] };
  await write(owner, { ru: text, en: 'Important' }, ['everyone']);

  const [russian, english, summary] = owner.chat.slice(-3);
  expect(russian!.message).toMatchObject(text);
  expect(russian!.buttons).toEqual([['Настройки']]);
  expect(english!.text).toBe('Important');
  const lines = summary!.text.split('\n');
  expect(lines).toEqual(
    expect.arrayContaining(['Recipients: 3', 'Country not given · 1', 'Kazakhstan · 1', 'Uzbekistan · 1']),
  );
  expect(lines).toEqual(expect.arrayContaining(['Русский · 2', 'English · 1', 'Қазақша → Русский · 1']));
  expect(lines).toEqual(
    expect.arrayContaining(['Switched announcements off · 1', 'Blocked the bot or left Telegram · 1']),
  );
  expect(await states(world)).toEqual({});

  await pressSend(world, owner);
  expect([first, second, third, muted].map((person) => copies(person, 'Важно'))).toEqual([1, 0, 1, 0]);
  expect(copies(owner, 'Important')).toBe(2);
});

test('an audience without anybody offers no Send', async () => {
  const world = await createWorld();
  const owner = await world.owner();
  await write(owner, { en: 'Hello' }, ['countries', '.', 'GE', '.']);
  expect(owner.last().buttons.flat().join()).not.toContain('Send');
  expect(owner.last().buttons.flat()).toContain('Edit');
});

test('conditions are combined: alumni of a country; everyone takes the place of the others', async () => {
  const world = await createWorld();
  const owner = await world.owner();
  await write(owner, { en: 'Hello' }, ['alumni', 'countries', '.', 'GE', 'KZ', '.', 'any', 'any']);
  expect(await latest(world)).toMatchObject({ audience: { countries: ['GE', 'KZ'], alumni: {} } });
  await write(owner, { en: 'Hello' }, ['alumni', 'everyone']);
  expect(await latest(world)).toMatchObject({ audience: {} });
});

test('from the page of an event it goes to the people of that event', async () => {
  const world = await createWorld();
  const event = await createEvent(world);
  const owner = await world.owner();
  const [seated, waiting] = [await world.arrive('ru'), await world.arrive('ru')];
  const now = world.clock.now();
  const at = { eventId: event.id, createdAt: now, changedAt: now };
  await world.db.insert(registration).values([
    { ...at, personId: (await world.row(seated)).id, status: 'registered' },
    { ...at, personId: (await world.row(waiting)).id, status: 'waiting', waitingSince: now },
  ]);
  await pressAny(world, owner, `announce_to:${event.id}`);
  await answer(owner, { ru: 'Приходите' }, ['registered']);
  expect(await latest(world)).toMatchObject({ audience: { event: { id: event.id, status: 'registered' } } });
  expect(owner.last().text).toContain('Digital services workshop (Registered)');
  await pressSend(world, owner);
  expect([copies(seated, 'Приходите'), copies(waiting, 'Приходите')]).toEqual([1, 0]);
});

test('a draft is changed from its preview: nothing is typed again, and the old preview sends nothing', async () => {
  const world = await createWorld();
  const event = await createEvent(world);
  const owner = await world.owner();
  const aida = await world.arrive('en');
  const now = world.clock.now();
  const { id: personId } = await world.row(aida);
  const place = { eventId: event.id, personId, createdAt: now, changedAt: now };
  await world.db.insert(registration).values({ ...place, status: 'waiting', waitingSince: now });
  await write(owner, { ru: 'Привет', en: { text: 'Helo', entities: [bold(0, 4)] } }, [
    'event',
    'languages',
    '.',
    String(event.id),
    'waiting',
    'en',
    '.',
  ]);
  const old = await latest(world);
  expect(old.audience).toEqual({ event: { id: event.id, status: 'waiting' }, languages: ['en'] });

  await owner.press('Edit');
  await owner.press({ data: /:e$/ });
  await owner.press('Text: English');
  await owner.send('Hello');
  await owner.press({ data: /:e$/ });
  await owner.press('Audience');
  await choose(owner, 'everyone');
  await owner.press({ data: /:ok$/ });
  const changed = await latest(world);
  expect(changed).toMatchObject({ state: 'draft', audience: {} });
  expect(await world.db.select().from(announcement)).toHaveLength(1);

  await owner.press({ data: `announce_send:${old.id}` });
  expect(await states(world)).toEqual({});
  await owner.press({ data: `announce_send:${changed.id}` });
  await begin(world);
  expect([copies(aida, 'Hello'), copies(aida, 'Helo')]).toEqual([1, 0]);
});

test('Send says to how many', async () => {
  const world = await createWorld();
  const owner = await world.owner();
  await world.arrive('ru');
  await write(owner, { en: 'Hello' }, ['everyone']);
  expect(owner.last().buttons[0]).toEqual(['Send now (recipients: 2)']);
});

test.each(['/cancel', /:x$/])(
  'an edit that is cancelled (%s) leaves the announcement as it was, with its preview',
  async (how) => {
    const world = await createWorld();
    const owner = await world.owner();
    const aida = await world.arrive('en');
    await write(owner, { en: 'Hello' }, ['everyone']);
    const { id } = await latest(world);
    await owner.press('Edit');
    await owner.press({ data: /:e$/ });
    await owner.press('Text: English');
    await owner.send('Good bye');
    await (typeof how === 'string' ? owner.send(how) : owner.press({ data: how }));
    expect(owner.texts().at(-2)).toBe('Hello');
    expect(await world.db.select().from(formDraft)).toEqual([]);
    expect(await latest(world)).toMatchObject({ id, state: 'draft' });
    await pressSend(world, owner);
    expect([copies(aida, 'Hello'), copies(aida, 'Good bye')]).toEqual([1, 0]);
  },
);

test('of many events with the longest titles, eight are offered at a time, the coming ones first', async () => {
  const world = await createWorld();
  const owner = await world.owner();
  const now = world.clock.now();
  const ids: number[] = [];
  for (let i = 0; i < 20; i++) {
    const beginsAt = now.add({ hours: 24 * (10 - i) + 1 });
    const title = `${'<'.repeat(140)} ${String(i).padStart(2, '0')}`;
    ids.push((await createEvent(world, { beginsAt, texts: { en: title } })).id);
  }
  await owner.send('/announce');
  await choose(owner, 'en', '.');
  await owner.send('Hello');
  await choose(owner, 'event', '.');
  const shown = () => [...owner.last().text.matchAll(/<{140} (\d\d)/g)].map(([, i]) => Number(i));
  expect(shown()).toEqual([10, 9, 8, 7, 6, 5, 4, 3]);
  await owner.press('Next');
  expect(shown()).toEqual([2, 1, 0, 11, 12, 13, 14, 15]);
  await owner.press('Next');
  expect(shown()).toEqual([16, 17, 18, 19]);
  // A number in writing could be of any page.
  await owner.send('1');
  expect(owner.last().text).toContain('choose one of the buttons');
  await choose(owner, String(ids[19]), 'cancelled', '.');
  await owner.press({ data: /:ok$/ });
  expect(await latest(world)).toMatchObject({ audience: { event: { id: ids[19], status: 'cancelled' } } });
  // To change it, its page is open.
  await owner.press('Edit');
  await owner.press({ data: /:e$/ });
  await owner.press('Event');
  expect(shown()).toEqual([16, 17, 18, 19]);
  await owner.press('Previous');
  await choose(owner, String(ids[15]));
  await owner.press({ data: /:ok$/ });
  expect(await latest(world)).toMatchObject({ audience: { event: { id: ids[15], status: 'cancelled' } } });
});

test('a discarded draft is not sent', async () => {
  const world = await createWorld();
  const owner = await world.owner();
  await write(owner, { en: 'Hello' }, ['everyone']);
  await owner.press('Discard');
  await pressAny(world, owner, `announce_send:${(await latest(world)).id}`);
  expect(await latest(world)).toMatchObject({ state: 'cancelled', confirmedAt: null });
  expect(await states(world)).toEqual({});
  expect(owner.last().text).toContain('Discarded');
});

test('Send pressed twice, and by two organizers, sends once; a stranger’s draft is not theirs to send', async () => {
  const world = await createWorld();
  const [author, other, aida] = [await world.arrive('en'), await world.arrive('en'), await world.arrive('en')];
  await makeOrganizer(world, author);
  await makeOrganizer(world, other);
  await write(author, { en: 'Hello' }, ['everyone']);
  const { id } = await latest(world);

  for (const verb of ['announce_send', 'announce_discard', 'announce_edit', 'announcement'])
    await pressAny(world, other, `${verb}:${id}`);
  expect(await latest(world)).toMatchObject({ state: 'draft' });
  expect(await states(world)).toEqual({});
  await other.send('/announcements');
  expect(other.last().text).not.toContain('Hello');

  await pressSend(world, author);
  await pressAny(world, author, `announce_send:${id}`);
  await pressAny(world, other, `announce_send:${id}`);
  expect(await states(world)).toEqual({ sent: 3 });
  expect(copies(aida, 'Hello')).toBe(1);
  // What was sent, every organizer may read.
  await other.send('/announcements');
  await other.press({ data: `announcement:${id}` });
  expect(other.last().text).toContain('Sent · 3 / 3');
});

test('an owner sends the draft of an organizer; both get the report', async () => {
  const world = await createWorld();
  const owner = await world.owner();
  const author = await world.arrive('en');
  await makeOrganizer(world, author);
  await write(author, { en: 'Hello' }, ['everyone']);
  await owner.send('/announcements');
  await owner.press({ data: /^announcement:/ });
  expect(owner.last().buttons.flat()).not.toContain('Edit');
  await pressSend(world, owner);
  for (const reader of [owner, author]) expect(reader.last().text).toContain('Report on the announcement');
});

describe('two presses at the same moment', () => {
  const race = async (naive: boolean) => {
    const world = await createWorld();
    const { id: author } = await world.row(await world.owner());
    const id = await draft(world, author);
    const now = world.clock.now();
    let looking = 2;
    const { promise: both, resolve } = Promise.withResolvers<void>();
    const naiveSend = async () => {
      const [found] = await world.db.select().from(announcement).where(eq(announcement.id, id));
      if (--looking === 0) resolve();
      await both;
      if (found!.state !== 'draft') return 'too late';
      await world.db.update(announcement).set({ state: 'sending' }).where(eq(announcement.id, id));
      return 'done';
    };
    const house = { programme, config: { OWNER_IDS: [] } };
    const how = { now, schedule: null, messageId: 1 };
    const press = () =>
      naive ? naiveSend() : world.db.transaction((tx) => send(tx, id, { id: author, owner: true }, house, how));
    return (await Promise.all([press(), press()])).toSorted();
  };
  test('send once', async () => expect(await race(false)).toEqual(['done', 'too late']));
  test('control: looking before writing sends twice', async () => expect(await race(true)).toEqual(['done', 'done']));
});

test('an organizer who was removed while writing gets no preview', async () => {
  const world = await createWorld();
  const author = await world.arrive('en');
  await makeOrganizer(world, author);
  await author.send('/announce');
  await choose(author, 'en', '.');
  await author.send('Hello');
  await choose(author, 'everyone', '.');
  await world.db.delete(role);
  await author.press({ data: /:ok$/ });
  expect(await world.db.select().from(announcement)).toEqual([]);
  expect(await world.db.select().from(formDraft)).toMatchObject([{ active: false }]);
});

test('the list shows the latest, and leads to each', async () => {
  const world = await createWorld();
  const owner = await world.owner();
  const { id: author } = await world.row(owner);
  for (let i = 1; i <= 10; i++) await draft(world, author, {}, { en: `Number ${i}`, ru: `Номер ${i}` });
  await owner.send('/announcements');
  expect(owner.last().text).toContain('1. Number 10\nDraft · 24 November 2026');
  await owner.press('Next');
  expect(owner.last().text).toContain('10. Number 1\n');
  await owner.press('10. Number 1');
  expect(owner.texts().slice(-3, -1)).toEqual(['Number 1', 'Номер 1']);
  await pressAny(world, owner, 'announcement:999');
  expect(owner.last().buttons.flat()).toContain('All announcements');
});

test('a participant is refused at every way in', async () => {
  const world = await createWorld();
  const { id: author } = await world.row(await world.owner());
  const id = await draft(world, author, {}, { en: 'Secret' });
  const aida = await world.arrive('en');
  const routes = world.app.routes.filter(({ name }) => name.startsWith('announce'));
  expect(routes.length).toBeGreaterThan(25);
  for (const { on, name } of routes) {
    const before = aida.texts().length;
    if (on === 'command') await aida.send(`/${name}`);
    else await pressAny(world, aida, `${name}:${id}`);
    // A command is answered in the chat, a press by an alert.
    expect([name, aida.texts().length - before]).toEqual([name, on === 'command' ? 1 : 0]);
  }
  expect(aida.texts().join()).not.toContain('Secret');
  expect(await world.db.select().from(announcement)).toMatchObject([{ id, state: 'draft' }]);
  expect(await world.db.select().from(message)).toEqual([]);
  expect(await world.db.select().from(formDraft)).toEqual([]);
});
