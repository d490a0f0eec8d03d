import { eq, sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { connect } from '../../src/db/connect.ts';
import {
  attendance,
  calendarFeed,
  erasedRegistration,
  message,
  person,
  registration,
  session,
} from '../../src/db/schema.ts';
import { owe } from '../../src/delivery/outbox.ts';
import type { TelegramUser } from '../../src/playground/telegram/index.ts';
import { createEvent } from '../support/events.ts';
import { createSession } from '../support/sessions.ts';
import { pressAny } from '../support/press.ts';
import { register } from '../support/register.ts';
import { createWorld, type World } from '../support/world.ts';

/** Every row of every table, as text. */
async function everything({ db }: World): Promise<string> {
  const tables = await db.execute<{ name: string }>(
    sql`select table_name as name from information_schema.tables where table_schema = 'public'`,
  );
  const dumps = [];
  for (const { name } of tables) dumps.push(JSON.stringify(await db.execute(sql.raw(`select * from "${name}"`))));
  return dumps.join('\n');
}

test('/mydata is a file with everything, and nothing of anybody else', async () => {
  const world = await createWorld();
  const event = await createEvent(world);
  const [aiperi, dilnoza] = [await world.arrive('ky'), await world.arrive('uz')];
  await register(aiperi, event);
  await register(dilnoza, event, {
    fullName: 'Toʻxtayeva <b> Dilnoza',
    latinName: 'TOXTAYEVA DILNOZA',
    country: 'UZ',
    agency: 'Raqamli texnologiyalar vazirligi',
    position: 'Bosh mutaxassis',
    sex: 'female',
    email: 'dilnoza@example.org',
  });
  await dilnoza.send('/mydata');
  expect(dilnoza.last().buttons.flat()).toHaveLength(1);
  const file = await world.download(dilnoza.last().document!.file_id);
  const data = JSON.parse(file.toString()) as {
    person: { email: string };
    registrations: unknown[];
    consents: unknown[];
  };
  expect(data.person.email).toBe('dilnoza@example.org');
  expect(data.registrations).toHaveLength(1);
  expect(data.consents).toHaveLength(1);
  expect(file.toString()).not.toContain('Асанова');

  const page = (await world.download(dilnoza.chat.at(-2)!.message.document!.file_id)).toString();
  expect(page).toContain('<html lang="uz">');
  expect(page).toContain('<th>Tashkilot</th><td>Raqamli texnologiyalar vazirligi</td>');
  expect(page).toContain('Toʻxtayeva &lt;b&gt; Dilnoza');
  expect(page).toContain('Oʻzbekiston');
  expect(page).not.toContain('Асанова');
});

test('/erase leaves nothing but counts, and the seat goes to the next in line', async () => {
  const world = await createWorld();
  const event = await createEvent(world, { seats: 1 });
  const [aiperi, nino] = [await world.arrive('ky', { username: 'aiperi_a' }), await world.arrive('ka')];
  await register(aiperi, event);
  await register(nino, event, {
    fullName: 'ბერიძე ნინო',
    latinName: 'BERIDZE NINO',
    country: 'GE',
    agency: 'საჯარო სამსახურის ბიურო',
    position: 'უფროსი',
    sex: 'undisclosed',
  });
  expect(await world.db.select().from(registration)).toHaveLength(2);

  await aiperi.send('/erase');
  await aiperi.press({ data: 'erase_now' });
  const left = await everything(world);
  expect(left).not.toContain('Асанова');
  expect(left).not.toContain(String(aiperi.id));
  expect(left).not.toContain('aiperi_a');
  expect(await world.db.select().from(erasedRegistration)).toMatchObject([
    { eventId: event.id, status: 'cancelled', attended: false, count: 1 },
  ]);
  expect(await world.db.select().from(registration)).toMatchObject([{ status: 'registered' }]);
  expect(nino.texts().at(-1)).toContain('Воркшоп по цифровым услугам');

  // Pressing again starts from the beginning.
  await pressAny(world, aiperi, 'my');
  expect(aiperi.last().buttons.flat()).toContain('English');
  expect(await world.db.select().from(person)).toHaveLength(1);
});

test('where somebody was, why they were excused, and the address of their calendar: in the file, and gone with them', async () => {
  const world = await createWorld({ PUBLIC_URL: 'https://bot.example.org' });
  const event = await createEvent(world);
  const aiperi = await world.arrive('ky');
  await register(aiperi, event);
  const one = await createSession(world, event);
  const [own] = await world.db.select().from(registration);
  const mark = { sessionId: one.id, registrationId: own!.id, state: 'excused', by: 'organizer' } as const;
  await world.db.insert(attendance).values({ ...mark, reason: 'Ооруп калды', at: world.clock.now() });
  await pressAny(world, aiperi, 'calendar_feed');
  const [feed] = await world.db.select().from(calendarFeed);
  await aiperi.send('/mydata');
  const file = await world.download(aiperi.last().document!.file_id);
  const data = JSON.parse(file.toString()) as { attendance: unknown[]; calendar: unknown[] };
  expect(data.attendance).toMatchObject([{ event: event.code, state: 'excused', reason: 'Ооруп калды' }]);
  expect(data.calendar).toMatchObject([{ address: feed!.token }]);
  const page = (await world.download(aiperi.chat.at(-2)!.message.document!.file_id)).toString();
  expect(page).toContain('Ооруп калды');

  await aiperi.send('/erase');
  await aiperi.press({ data: 'erase_now' });
  const left = await everything(world);
  expect(left).not.toContain('Ооруп калды');
  expect(left).not.toContain(feed!.token);
  expect(await world.db.$count(session)).toBe(1);
});

test('erasing in the middle of a dialog stops it and what was owed', async () => {
  const world = await createWorld();
  const event = await createEvent(world);
  const someone = await world.arrive('ru');
  await someone.open(`event_${event.code}`);
  await someone.press({ data: `register:${event.id}` });
  await someone.send('Асанова Айпери');
  await someone.send('/erase');
  await someone.press({ data: 'erase_now' });
  expect(await everything(world)).not.toContain('Асанова');
  await someone.send('Агентство');
  expect(await everything(world)).not.toContain('Агентство');
});

test('what is owed to somebody while they are erased does not stop that, and is not left behind', async () => {
  const world = await createWorld();
  const { db } = world;
  const [aiperi, nino] = [await world.arrive('ky'), await world.arrive('ka')];
  const other = connect(world.database.url, { max: 1 });
  const material = (personId: number) => {
    const now = world.clock.now();
    return owe(other.db, [{ personId, kind: 'material', key: `late:${personId}`, data: {}, dueAt: now }], now);
  };
  /** Owes a message, and commits it only when the work waits for that. */
  async function whileOwing(user: TelegramUser, work: (personId: number) => Promise<unknown>) {
    const { id } = await world.row(user);
    await other.db.execute(sql`begin`);
    await material(id);
    const working = work(id).then(
      () => 'done',
      (error: unknown) => String((error as Error).cause),
    );
    const waiting = sql`select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
    await expect.poll(() => db.execute(waiting)).toHaveLength(1);
    await other.db.execute(sql`commit`);
    return { id, outcome: await working };
  }

  await aiperi.send('/erase');
  const erased = await whileOwing(aiperi, () => aiperi.press({ data: 'erase_now' }));
  expect(await db.select().from(person).where(eq(person.id, erased.id))).toEqual([]);
  expect(await db.select().from(message).where(eq(message.kind, 'material'))).toEqual([]);
  await expect(material(erased.id), 'later it is refused').rejects.toThrow('Failed query');

  // Control: the messages first, without a lock that stops new ones.
  const naive = await whileOwing(nino, (id) =>
    db.transaction(async (tx) => {
      await tx.delete(message).where(eq(message.personId, id));
      await tx.delete(person).where(eq(person.id, id));
    }),
  );
  expect(naive.outcome).toContain('message_has_a_recipient');
  await other.close();
});

test('messages go at the end of their period, however many; what is still to be sent stays', async () => {
  const world = await createWorld();
  const someone = await world.arrive('en');
  const { id } = await world.row(someone);
  const add = (state: string, count: number, days: number) =>
    world.db.execute(sql`
      insert into message (person_id, kind, key, data, due_at, state, created_at)
      select ${id}, 'test', format('%s:%s:%s', ${state}::text, ${days}::int, i), '{}', now() + interval '1 year', ${state}::text,
        ${world.clock.now().toString()}::timestamptz - ${days}::int * interval '1 day'
      from generate_series(1, ${count}::int) i`);
  await world.db.delete(message);
  // More than are looked at in one go, and the first of them must not hold up the others.
  await add('paused', 6000, 200);
  await add('sent', 6000, 200);
  for (const state of ['queued', 'claimed', 'sending', 'failed', 'unknown', 'cancelled']) await add(state, 1, 181);
  for (const state of ['sent', 'cancelled']) await add(state, 1, 179);
  await world.app.tick();
  const left = await world.db.execute(sql`select state, count(*)::int as n from message group by state order by state`);
  expect(left).toEqual([
    { state: 'cancelled', n: 1 },
    { state: 'claimed', n: 1 },
    { state: 'paused', n: 6000 },
    { state: 'queued', n: 1 },
    { state: 'sending', n: 1 },
    { state: 'sent', n: 1 },
  ]);
});

test('data goes when its period ends', async () => {
  const world = await createWorld();
  const event = await createEvent(world);
  const someone = await world.arrive('en');
  await register(someone, event);
  await someone.open(`event_${event.code}`);
  await someone.send('/profile');
  await someone.press('Edit');
  world.clock.advance({ days: 181 });
  await world.tick();
  expect((await world.db.select().from(message)).filter(({ kind }) => kind === 'confirmation')).toEqual([]);
  expect(await world.db.execute(sql`select from draft`)).toHaveLength(0);
  expect(await world.db.select().from(person)).toHaveLength(1);
  world.clock.advance({ years: 5 });
  await world.tick();
  expect(await everything(world)).not.toContain('Асанова');
  expect(await world.db.select().from(person)).toEqual([]);
});
