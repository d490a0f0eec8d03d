import { join } from 'node:path';
import { eq, sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { contactRequest, message, person } from '../../src/db/schema.ts';
import { ask, decide, standing } from '../../src/features/alumni/contact-store.ts';
import { hideFromDirectory } from '../../src/features/alumni/store.ts';
import { erase } from '../../src/features/privacy/erase.ts';
import type { Person } from '../../src/bot/context.ts';
import type { TelegramUser } from '../../src/playground/telegram/index.ts';
import { alumna, listed, listedRow, offered } from '../support/alumni.ts';
import { pressAny } from '../support/press.ts';
import { textsOf } from '../support/texts.ts';
import { loadProgramme } from '../../src/programme.ts';
import { createWorld, ROOT, type World } from '../support/world.ts';

const SONA = 'Սոնա Մինասբեկյան';
const TAMAR = 'თამარ ღვინიაშვილი';
/** More than may be asked in a day. */
const MANY = [
  'ნინო ქარცივაძე',
  TAMAR,
  'მარიამ ხუციბერიძე',
  'ანა ჯაფარაშვილი',
  'თეა კუპრაძე',
  'ლელა სახოკიანი',
  '박준서',
];

/** Opens the other's page and sends them a request. `to`: their id as a person. */
async function request(world: World, from: TelegramUser, to: number, body = 'Hello!'): Promise<void> {
  await pressAny(world, from, `alumna:${to}`);
  await from.press({ data: /^contact:/ });
  await from.send(body);
  await from.press({ data: /:ok$/ });
}

async function two(world: World, names: { from?: string; to?: string } = { from: 'sona_m', to: 'tamar_g' }) {
  const from = await alumna(world, 'hy', SONA, {
    ...(names.from && { username: names.from }),
    agency: 'Secret agency',
  });
  const to = await listed(world, 'en', TAMAR, { ...(names.to && { username: names.to }) });
  return { from, to };
}

const requests = (world: World) => world.db.select().from(contactRequest);
const everything = (user: TelegramUser) => user.chat.map(({ html }) => html).join('\n');

test('usernames are exchanged only when the other accepts, and both get them', async () => {
  const world = await createWorld();
  const { from, to } = await two(world);
  await request(world, from, (await world.row(to)).id, 'I like <b>your</b> work & would write to you');
  const asked = to.last().text;
  for (const shown of [SONA, 'Armenia', 'I like <b>your</b> work & would write to you']) expect(asked).toContain(shown);
  for (const hidden of ['sona_m', 'Secret agency', String(from.id)]) expect(everything(to)).not.toContain(hidden);
  expect(everything(from)).not.toContain('tamar_g');
  expect(await requests(world)).toMatchObject([{ state: 'pending', fromUsername: 'sona_m', toUsername: null }]);

  await to.press({ data: /^accept_contact:/ });
  expect(to.last().text).toContain('@sona_m');
  expect(from.last().text).toContain('@tamar_g');
  expect(from.last().text).toContain(TAMAR);
  expect(await requests(world)).toMatchObject([{ state: 'accepted', decidedAt: world.clock.now() }]);

  // The page shows it again, to both.
  await pressAny(world, from, `alumna:${(await world.row(to)).id}`);
  expect(from.last().text).toContain('@tamar_g');
  expect(offered(from).join()).not.toContain('contact:');
});

test('declining tells the asker and gives nothing away; asking again is not possible', async () => {
  const world = await createWorld();
  const { from, to } = await two(world);
  await request(world, from, (await world.row(to)).id);
  await to.press({ data: /^decline_contact:/ });
  expect(from.last().text).toContain(TAMAR);
  expect(everything(from)).not.toMatch(/tamar_g|tg:\/\/user/);
  expect(everything(to)).not.toMatch(/sona_m|tg:\/\/user/);
  const { id } = await world.row(to);
  await pressAny(world, from, `contact:${id}`);
  expect(offered(from).join()).not.toContain('contact:');
  expect(await requests(world)).toMatchObject([{ state: 'declined', toUsername: null }]);
});

test('the first decision counts: accepting twice is once, after declining it is too late', async () => {
  const world = await createWorld();
  const { from, to } = await two(world);
  await request(world, from, (await world.row(to)).id);
  const [{ id } = { id: 0 }] = await requests(world);
  await to.press({ data: `accept_contact:${id}` });
  await pressAny(world, to, `accept_contact:${id}`);
  await pressAny(world, to, `decline_contact:${id}`);
  expect(to.last().text).toContain('@sona_m');
  expect(await requests(world)).toMatchObject([{ state: 'accepted' }]);
  const told = async () =>
    (await world.db.select().from(message)).filter(({ kind }) => /^contact_(accepted|declined)$/.test(kind));
  expect(await told()).toMatchObject([{ kind: 'contact_accepted', state: 'sent' }]);

  const third = await listed(world, 'ru', 'Сейдахметова Айгерім', { username: 'aigerim_s' });
  await request(world, third, (await world.row(to)).id);
  const second = (await requests(world)).at(-1)!.id;
  await pressAny(world, to, `decline_contact:${second}`);
  await pressAny(world, to, `accept_contact:${second}`);
  expect(everything(to)).not.toContain('aigerim_s');
  expect(everything(third)).not.toContain('tamar_g');
});

test('accepted and declined at the same moment, one of the two happens', async () => {
  const world = await createWorld();
  const { from, to } = await two(world);
  await request(world, from, (await world.row(to)).id);
  const [{ id } = { id: 0 }] = await requests(world);
  const by = await world.row(to);
  const now = world.clock.now();
  const press = (state: 'accepted' | 'declined') =>
    world.db.transaction((tx) => decide(tx, id, { by, state, username: 'tamar_g', now }));
  const seen = await Promise.all([press('accepted'), press('declined'), press('accepted')]);
  const states = new Set(seen.map((contact) => contact?.request.state));
  expect(states.size).toBe(1);
  const answers = await world.db
    .select()
    .from(message)
    .where(eq(message.personId, (await world.row(from)).id));
  expect(answers.filter(({ kind }) => kind.startsWith('contact_'))).toHaveLength(1);
});

test('control: reading the state before writing it lets both decisions happen', async () => {
  const world = await createWorld();
  const { from, to } = await two(world);
  await request(world, from, (await world.row(to)).id);
  const decideNaively = async (seen: string, state: 'accepted' | 'declined') =>
    seen === 'pending' ? world.db.update(contactRequest).set({ state }).returning() : [];
  const [first, second] = await Promise.all([requests(world), requests(world)]);
  expect(await decideNaively(first[0]!.state, 'accepted')).toHaveLength(1);
  expect(await decideNaively(second[0]!.state, 'declined')).toHaveLength(1);
});

test('nobody but the addressee can decide, or sees anything of the request', async () => {
  const world = await createWorld();
  const { from, to } = await two(world);
  await request(world, from, (await world.row(to)).id, 'For your eyes only');
  const [{ id } = { id: 0 }] = await requests(world);
  const other = await listed(world, 'ru', 'Сейдахметова Айгерім');
  for (const who of [other, from])
    for (const press of ['accept_contact', 'decline_contact']) {
      await pressAny(world, who, `${press}:${id}`);
      expect(everything(who)).not.toMatch(/tamar_g|tg:\/\/user/);
    }
  expect(everything(other)).not.toMatch(/For your eyes only|Մինասբեկյան|sona_m/);
  expect(await requests(world)).toMatchObject([{ state: 'pending', decidedAt: null }]);
});

test('people without a username are reached by a mention', async () => {
  const world = await createWorld();
  const { from, to } = await two(world, {});
  await request(world, from, (await world.row(to)).id);
  await to.press({ data: /^accept_contact:/ });
  expect(to.last().message.entities).toContainEqual(
    expect.objectContaining({ type: 'text_mention', user: expect.objectContaining({ id: from.id }) }),
  );
  expect(from.last().message.entities).toContainEqual(
    expect.objectContaining({ type: 'text_mention', user: expect.objectContaining({ id: to.id }) }),
  );
  expect(to.last().text).toContain(`${SONA}\nPress the name to open the chat.`);
  expect(from.last().text).toContain(`${TAMAR}\n${textsOf('hy')('alumni:press_name')}`);
});

test('not to oneself, not to the hidden, not twice, not to those who switched requests off', async () => {
  const world = await createWorld();
  const { from, to } = await two(world);
  const hidden = await alumna(world, 'kk', 'Сейдахметова Айгерім');
  const closed = await listed(world, 'ko', '박준서');
  await world.db
    .update(person)
    .set({ muted: ['contacts'] })
    .where(eq(person.telegramId, closed.id));
  for (const someone of [from, hidden, closed]) {
    await pressAny(world, from, `contact:${(await world.row(someone)).id}`);
    expect(offered(from).join()).not.toMatch(/^f:|contact:/);
  }
  await pressAny(world, to, `contact:${(await world.row(to)).id}`);
  expect(to.last().text).toContain('This is you');
  await request(world, from, (await world.row(to)).id);
  await pressAny(world, from, `contact:${(await world.row(to)).id}`);
  expect(from.last().text).toContain(textsOf('hy')('alumni:not_answered'));
  expect(await requests(world)).toHaveLength(1);
});

test('somebody who is asked reads it in their language, on the page of the asker too', async () => {
  const world = await createWorld();
  const shown = { showAgency: true, expertise: ['cybersecurity'], about: 'Ten years of CERT' };
  const from = await listed(world, 'hy', SONA, { username: 'sona_m', ...shown });
  const to = await listed(world, 'ru', TAMAR);
  await request(world, from, (await world.row(to)).id, 'Look at my page');
  // As the directory shows them, and the passport's name for those who do not read Armenian.
  for (const shown of ['Армения', 'MINASBEKYAN SONA', 'Ministry of Justice', 'Кибербезопасность', 'Ten years of CERT'])
    expect(to.last().text).toContain(shown);
  expect(to.last().text).not.toContain('Adviser');
  await pressAny(world, to, `alumna:${(await world.row(from)).id}`);
  expect(to.last().text).toContain('Look at my page');
  await to.press({ data: /^accept_contact:/ });
  expect(to.last().text).toContain('@sona_m');
  // The other is asked for less than a page: a name.
  expect(from.last().text).toContain(`${TAMAR} (GHVINIASHVILI TAMAR)`);
});

test('what somebody hides between asking and being read is not in the request', async () => {
  const world = await createWorld();
  const from = await listed(world, 'hy', SONA, { showAgency: true, about: 'Ten years of CERT' });
  const to = await listed(world, 'en', TAMAR);
  await request(world, from, (await world.row(to)).id);
  expect(to.last().text).toContain('Ten years of CERT');
  await hideFromDirectory(world.db, (await world.row(from)).id);
  await to.press({ data: /^decline_contact:/ });
  expect(to.last().text).toContain('MINASBEKYAN SONA');
  expect(to.last().text).not.toMatch(/Ten years of CERT|Ministry of Justice/);
});

test('the longest request, of the longest entry, fits into its message', async () => {
  const world = await createWorld();
  const tags = loadProgramme(join(ROOT, 'programme.json'))
    .expertise.toSorted((a, b) => b.names.ka!.length - a.names.ka!.length)
    .slice(0, 5);
  const from = await listed(world, 'en', '&'.repeat(150), {
    agency: 'A'.repeat(200),
    position: 'P'.repeat(150),
    latinName: 'L'.repeat(100),
    about: '<'.repeat(500),
    expertise: tags.map(({ key }) => key),
    showAgency: true,
    showPosition: true,
  });
  const to = await listed(world, 'ka', TAMAR);
  await request(world, from, (await world.row(to)).id, '>'.repeat(500));
  await to.press({ data: /^accept_contact:/ });
  for (const part of ['<'.repeat(500), '>'.repeat(500), 'P'.repeat(150)]) expect(to.last().text).toContain(part);
});

test('five new requests a day, and a text that comes too late is given back', async () => {
  const world = await createWorld();
  const from = await listed(world, 'en', SONA);
  const others = [];
  for (const name of MANY.slice(0, 6)) others.push(await listedRow(world, name));
  // Written before the limit, and sent after it.
  const sixth = others[5]!;
  await pressAny(world, from, `contact:${sixth.id}`);
  await from.send('A text that must not be lost');
  const late = offered(from).find((data) => data.endsWith(':ok'))!;
  for (const other of others.slice(0, 5)) await request(world, from, other.id);
  await pressAny(world, from, late);
  expect(from.last().text).toContain('at most 5');
  expect(from.last().text).toContain('A text that must not be lost');
  await pressAny(world, from, `alumna:${sixth.id}`);
  expect(from.last().text).toContain('at most 5');
  expect(await requests(world)).toHaveLength(5);

  world.clock.advance({ hours: 24, minutes: 1 });
  await request(world, from, sixth.id);
  expect(await requests(world)).toHaveLength(6);
});

test('the daily limit holds for requests of the same moment', async () => {
  const world = await createWorld();
  const from = await world.row(await listed(world, 'en', SONA));
  const ids: number[] = [];
  for (const name of MANY) ids.push((await listedRow(world, name)).id);
  const now = world.clock.now();
  const send = (to: number) => world.db.transaction((tx) => ask(tx, { from, to, body: 'Hello', username: null, now }));
  const outcomes = await Promise.all(ids.map(send));
  expect(outcomes.filter(({ kind }) => kind === 'asked')).toHaveLength(5);
  expect(await requests(world)).toHaveLength(5);
});

/** Two people ask each other, each with a lock on their own row before either goes on. */
async function askEachOther(world: World, lock: 'no key update' | 'update') {
  const [one, two] = [await listedRow(world, SONA), await listedRow(world, TAMAR)];
  const now = world.clock.now();
  let locked = 0;
  const both = Promise.withResolvers<void>();
  const send = (from: Person, to: Person) =>
    world.db.transaction(async (tx) => {
      await tx.execute(sql`set local deadlock_timeout = '20ms'`);
      await tx.select().from(person).where(eq(person.id, from.id)).for(lock);
      if (++locked === 2) both.resolve();
      await both.promise;
      return ask(tx, { from, to: to.id, body: 'Hello', username: null, now });
    });
  return Promise.allSettled([send(one, two), send(two, one)]);
}

test('two who ask each other at the same moment do not wait for each other', async () => {
  const outcomes = await askEachOther(await createWorld(), 'no key update');
  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled']);
});

test('control: with a full lock, one of the two fails', async () => {
  const outcomes = await askEachOther(await createWorld(), 'update');
  expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
});

test('control: counting without standing in line lets everybody through', async () => {
  const world = await createWorld();
  const from = await world.row(await listed(world, 'en', SONA));
  const others = [];
  for (const name of MANY) others.push(await listedRow(world, name));
  const now = world.clock.now();
  const counted = await Promise.all(others.map((other) => standing(world.db, from, other, now)));
  expect(counted.filter(({ kind }) => kind === 'may ask').length).toBeGreaterThan(5);
});

test('who has hidden themselves meanwhile is not asked, and the text is given back', async () => {
  const world = await createWorld();
  const { from, to } = await two(world);
  await pressAny(world, from, `contact:${(await world.row(to)).id}`);
  await from.send('Hello?');
  await hideFromDirectory(world.db, (await world.row(to)).id);
  await from.press({ data: /:ok$/ });
  expect(await requests(world)).toEqual([]);
  expect(from.last().text).toContain('Hello?');
});

test('a request of somebody who is erased meanwhile is gone', async () => {
  const world = await createWorld();
  const { from, to } = await two(world);
  await request(world, from, (await world.row(to)).id);
  const [{ id } = { id: 0 }] = await requests(world);
  await from.send('/erase');
  await from.press({ data: 'erase_now' });
  await to.press({ data: `accept_contact:${id}` });
  expect(to.last().text).toContain('no longer available');
  expect(everything(to)).not.toContain('sona_m');
  expect(await requests(world)).toEqual([]);
});

test('a request that was erased before it was sent is not sent', async () => {
  const world = await createWorld();
  const { from, to } = await two(world);
  const asker = await world.row(from);
  const now = world.clock.now();
  const asked = { from: asker, to: (await world.row(to)).id, body: 'Hello', username: null, now };
  await world.db.transaction((tx) => ask(tx, asked));
  await erase(world.db, asker, now);
  const before = to.chat.length;
  await world.tick();
  expect(to.chat).toHaveLength(before);
  expect(await world.db.select().from(message).where(eq(message.kind, 'contact_request'))).toMatchObject([
    { state: 'cancelled' },
  ]);
});
