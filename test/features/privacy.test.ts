import { sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { erasedRegistration, message, person, registration } from '../../src/db/schema.ts';
import { createEvent } from '../support/events.ts';
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
