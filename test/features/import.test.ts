import { asc, eq } from 'drizzle-orm';
import readExcel from 'read-excel-file/node';
import { expect, onTestFinished, test } from 'vitest';
import { connect } from '../../src/db/connect.ts';
import { type event, person, quota, registration } from '../../src/db/schema.ts';
import { findEvent } from '../../src/features/events/store.ts';
import type { Line } from '../../src/features/invitations/list.ts';
import { importList, planList } from '../../src/features/invitations/plan.ts';
import { readTables } from '../../src/features/invitations/table.ts';
import { writeFile } from '../../src/forms/spec/xlsform/file.ts';
import type { TelegramUser } from '../../src/playground/telegram/index.ts';
import { createEvent } from '../support/events.ts';
import { placeFor, programme } from '../support/places.ts';
import { pressAny } from '../support/press.ts';
import { comes } from '../support/seats.ts';
import { createWorld, type World } from '../support/world.ts';

const HEAD = ['Full name', 'Country', 'Organization', 'Position', 'Email'];
const xlsx = (rows: string[][], head = HEAD) => writeFile([{ name: 'List', rows: [head, ...rows] }]);

async function stage(given: Partial<typeof event.$inferInsert> = {}) {
  const world = await createWorld();
  const owner = await world.owner();
  const one = await createEvent(world, given);
  const people = async () =>
    (
      await world.db
        .select({ name: person.fullName, status: registration.status, id: person.id })
        .from(registration)
        .innerJoin(person, eq(person.id, registration.personId))
        .where(eq(registration.eventId, one.id))
        .orderBy(asc(registration.id))
    ).map(({ name, status }) => [name, status]);
  return { world, owner, one, people };
}

const send = (user: TelegramUser, bytes: Buffer, name = 'list.xlsx') => user.sendDocument({ bytes, file_name: name });

/** Sends a list and answers the rest; up to the dry run, or through it. */
async function imports(
  world: World,
  owner: TelegramUser,
  one: { id: number },
  file: Buffer,
  {
    how = 'register',
    name = 'list.xlsx',
    go = true,
  }: { how?: 'register' | 'invite'; name?: string; go?: boolean } = {},
): Promise<string> {
  await pressAny(world, owner, `import_people:${one.id}`);
  await send(owner, file, name);
  await owner.press({ data: new RegExp(`:o:${how}$`) });
  if (how === 'invite') await owner.press({ data: /:o:P3D$/ });
  const report = owner.last().text;
  if (go) await owner.press({ data: /:ok$/ });
  return report;
}

/** The rows of the last file that the bot sent. */
async function lastSheet(world: World, user: TelegramUser): Promise<(string | null)[][]> {
  const message = user.chat.findLast(({ from, message }) => from === 'bot' && message.document)!.message;
  const [sheet] = await readExcel(await world.download(message.document!.file_id));
  return sheet!.data as (string | null)[][];
}

test('the template has the headers in the organizer’s language, and is understood in any', async () => {
  const { world, owner, one, people } = await stage();
  await pressAny(world, owner, `add_people:${one.id}`);
  await owner.press('Import a list');
  expect((await lastSheet(world, owner))[0]).toEqual(['Full name *', 'Country *', 'Organization', 'Position', 'Email']);
  await send(
    owner,
    await xlsx([['Сатпаева Айгерим', 'Казахстан', '', '', '']], ['Фамилия и имя *', 'Страна *', 'Организация']),
  );
  await owner.press('Register at once');
  await owner.press('Add');
  expect(await people()).toEqual([['Сатпаева Айгерим', 'registered']]);
});

test('a dry run says of each row what would become of it; then all are registered, with a link for each', async () => {
  const { world, owner, one, people } = await stage({ seats: 6 });
  const known = await comes(world, await createEvent(world), 'Aigerim Satpayeva');
  const listed = await comes(world, one, 'Nino Beridze', { country: 'GE' });
  const report = await imports(
    world,
    owner,
    one,
    await xlsx([
      ['Сатпаева Айгерим', 'Казахстан', 'Agency of Statistics', '', ''],
      ['ბერიძე ნინო', 'Georgia', '', '', ''],
      ['Асанова Айпери', 'kg', 'Статкомитет', 'Эксперт', 'aiperi@example.org'],
      ['AIPERI ASANOVA', 'Кыргызстан', '', '', ''],
      ['', 'Armenia', '', '', ''],
      ['Somebody', '', '', '', ''],
      ['Somebody', 'Atlantis', '', '', ''],
      ['Somebody', 'Armenia', '', '', 'no address'],
      ['x'.repeat(151), 'Armenia', '', '', ''],
      ['', '', '', '', ''],
      ['=HYPERLINK("https://example.org")', 'Armenia', '', '', ''],
    ]),
    { go: false },
  );
  expect(await people(), 'a dry run').toEqual([['Nino Beridze', 'registered']]);
  for (const line of [
    'Rows: 10',
    'New people: 2',
    'Known already: 1',
    'On the list already: 1',
    'Left out because of a problem: 6',
    'Seats needed: 3',
    'Seats left: 5',
    'Row 2 · Сатпаева Айгерим: Known already: Aigerim Satpayeva · Kazakhstan · Agency',
    'Row 5 · AIPERI ASANOVA: The same person as in this row: 4',
    'Row 6: The full name is missing.',
    'Row 7 · Somebody: The country is missing.',
    'Row 8 · Somebody: This country is not known: Atlantis',
    'Row 9 · Somebody: This is not an email address: no address',
    'A cell is too long. Characters at most: 150',
    'How · Register at once',
  ])
    expect(report).toContain(line);

  await owner.press('Add');
  expect(owner.last().text).toContain('Registered: 3');
  expect(owner.last().text).toContain('On the list already: 1');
  expect(await people()).toEqual([
    ['Nino Beridze', 'registered'],
    ['Aigerim Satpayeva', 'registered'],
    ['Асанова Айпери', 'registered'],
    ['=HYPERLINK("https://example.org")', 'registered'],
  ]);
  expect(known.last().text).toContain('The organizers gave you a seat');
  expect(listed.last().text).toContain('You are registered');
  const sheet = await lastSheet(world, owner);
  expect(sheet[0]).toEqual(['Row', ...HEAD, 'Result', 'Link']);
  expect(sheet[1]!.at(-1)).toBe('Gets a message in the chat');
  const [asanova] = await world.db.select().from(person).where(eq(person.fullName, 'Асанова Айпери'));
  expect(asanova).toMatchObject({
    country: 'KG',
    agency: 'Статкомитет',
    position: 'Эксперт',
    email: 'aiperi@example.org',
  });
  expect(sheet[3]!.at(-1)).toContain(placeFor(asanova!.id));
  expect(sheet[4]!.slice(0, 2)).toEqual(['5', 'AIPERI ASANOVA']);
  expect(sheet[10]![1]).toBe('=HYPERLINK("https://example.org")');
});

test('the same list twice adds nobody, whatever became of them meanwhile', { timeout: 60_000 }, async () => {
  const { world, owner, one, people } = await stage();
  const known = await comes(world, await createEvent(world), 'Aigerim Satpayeva');
  const rows = [
    ['Сатпаева Айгерим', 'Казахстан', '', '', ''],
    ['Асанова Айпери', 'Кыргызстан', '', '', ''],
    ['Ким Минджун', 'Республика Корея', '', '', 'one@example.org'],
    ['Ким Минджун', 'Республика Корея', '', '', 'two@example.org'],
  ];
  await imports(world, owner, one, await xlsx(rows), { how: 'invite' });
  expect((await people()).map(([, status]) => status)).toEqual(['offered', 'offered', 'offered', 'offered']);
  expect(known.last().text).toContain('The organizers invite you');
  await known.press('I can’t come');
  await known.press('I can’t come');
  const before = await people();
  const report = await imports(world, owner, one, await xlsx(rows), { how: 'register' });
  expect(report).toContain('On the list already: 4');
  expect(report).toContain('Seats needed: 0');
  expect(await people()).toEqual(before);
  expect(await world.db.$count(person)).toBe(5);
  // The file of the results, mended and sent again, is a list as well.
  expect((await lastSheet(world, owner)).length).toBe(5);
});

test('quotas: who has no seat is told beforehand, left out, and not kept', async () => {
  const { world, owner, one, people } = await stage({ seats: 2 });
  await world.db.insert(quota).values({ eventId: one.id, country: 'KG', seats: 1 });
  const rows = ['Satpayeva Aigerim', 'Omarov Dauren', 'Iskakova Dana'].map((name) => [name, 'KZ', '', '', '']);
  const report = await imports(world, owner, one, await xlsx([...rows, ['Asanova Aiperi', 'KG', '', '', '']]));
  expect(report).toContain('Seats needed: 4');
  expect(report).toContain('No seat left: 2\nKazakhstan · 2');
  expect(owner.last().text).toContain('No seat left: 2');
  expect(await people()).toEqual([
    ['Satpayeva Aigerim', 'registered'],
    ['Asanova Aiperi', 'registered'],
  ]);
  expect(await world.db.$count(person)).toBe(3);
  expect((await lastSheet(world, owner))[2]!.slice(-2)).toEqual(['No seat left', null]);
});

test('several known people of one name are not guessed between; an address tells them apart', async () => {
  const { world, owner, one, people } = await stage();
  for (const email of ['one@example.org', 'two@example.org']) {
    const known = await comes(world, await createEvent(world), 'Kim Minjun', { country: 'KR' });
    await world.db.update(person).set({ email }).where(eq(person.telegramId, known.id));
  }
  const report = await imports(
    world,
    owner,
    one,
    await xlsx([
      ['김민준', 'KR', '', '', ''],
      ['김민준', 'KR', '', '', 'TWO@example.org'],
    ]),
  );
  expect(report).toContain('Several known people have this name.');
  expect(await people()).toEqual([['Kim Minjun', 'registered']]);
});

test('the address of a whole office makes nobody somebody else', { timeout: 60_000 }, async () => {
  const { world, owner, one, people } = await stage();
  const botir = await comes(world, await createEvent(world), 'Botir Karimov', { country: 'UZ' });
  await world.db.update(person).set({ email: 'office@example.org' }).where(eq(person.telegramId, botir.id));
  const list = await xlsx([
    ['Сатпаева Айгерим', 'KZ', '', '', 'office@example.org'],
    ['Омаров Даурен', 'KZ', '', '', 'office@example.org'],
  ]);
  for (const round of [1, 2]) {
    const report = await imports(world, owner, one, list);
    expect(report, `round ${round}`).not.toContain('Botir');
    expect(await people()).toEqual([
      ['Сатпаева Айгерим', 'registered'],
      ['Омаров Даурен', 'registered'],
    ]);
    expect(report).not.toContain('Several known people');
  }
});

test('CSV as Excel writes it: commas, semicolons, tabs, quotes, UTF-8, UTF-16 and Windows-1251', async () => {
  const rows = 'Фамилия и имя;Страна;Организация\r\n"Сатпаева; Айгерим";Казахстан;"Агентство ""Статистика"""\r\n';
  const expected = [
    [
      ['Фамилия и имя', 'Страна', 'Организация'],
      ['Сатпаева; Айгерим', 'Казахстан', 'Агентство "Статистика"'],
    ],
  ];
  const cp1251 = Buffer.from(
    Array.from(rows, (char) => {
      const code = char.codePointAt(0)!;
      return code < 128 ? code : code - 0x410 + 0xc0;
    }),
  );
  for (const bytes of [Buffer.from(`\uFEFF${rows}`), Buffer.from(`\uFEFF${rows}`, 'utf16le'), cp1251])
    expect(await readTables(bytes)).toEqual(expected);
  expect(await readTables(Buffer.from('a,b\n"x\ny",2'))).toEqual([
    [
      ['a', 'b'],
      ['x y', '2'],
    ],
  ]);
  expect(await readTables(Buffer.from('a\tb\n1,5\t2'))).toEqual([
    [
      ['a', 'b'],
      ['1,5', '2'],
    ],
  ]);
  const { world, owner, one, people } = await stage();
  await imports(world, owner, one, cp1251, { name: 'list.csv' });
  expect(await people()).toEqual([['Сатпаева; Айгерим', 'registered']]);
});

test('what is no list is refused with a sentence, and the question stays open for a better one', async () => {
  const { world, owner, one, people } = await stage();
  await pressAny(world, owner, `import_people:${one.id}`);
  const many = Array.from({ length: 1001 }, (_, i) => [`Name ${i}`, 'KZ']);
  for (const [bytes, say] of [
    [Buffer.from('PK\x03\x04 no zip file'), 'could not be read'],
    [Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 1, 2, 3]), 'could not be read'],
    [Buffer.alloc(0), 'The first row must have at least these headers: Full name, Country'],
    [Buffer.from('who,where\na,b'), 'The first row must have at least these headers: Full name, Country'],
    [Buffer.from('Full name,Country\n,,,\n'), 'There is nobody in this list.'],
    [Buffer.from(`Full name,Country\n${many.join('\n')}`), 'could not be read'],
    [await xlsx(many), 'could not be read'],
    [Buffer.from(`Full name,Country${','.repeat(300)}\na,KZ`), 'could not be read'],
    [Buffer.from(`Full name,Country\n"${'x'.repeat(1_000_000)}`), 'A cell is too long.'],
  ] as const) {
    const before = owner.texts().length;
    await send(owner, bytes, 'file.bin');
    const said = owner.texts().slice(before).join('\n');
    expect(said, String(bytes.subarray(0, 40))).toContain(say);
  }
  await owner.send('here is my list');
  expect(owner.last().text).toContain('could not be read');
  expect(await people()).toEqual([]);
});

test('two import the same list at once: each person once; the control, which does not look again, twice', async () => {
  const { world, one } = await stage();
  const other = connect(world.database.url, { max: 3 });
  onTestFinished(() => other.close());
  const actorId = (await world.db.select().from(person))[0]!.id;
  const now = world.clock.now();
  const about = (await findEvent(world.db, one.id))!;
  const names = ['Сатпаева Айгерим', 'Асанова Айпери', 'Каримова Лола', 'Омаров Даурен', 'Беридзе Нино'];
  const lines = names.map((fullName, i): Line => ({
    number: i + 2,
    cells: { fullName, country: 'KZ', agency: '', position: '', email: '' },
    named: { fullName, country: 'KZ' },
  }));
  const both = await Promise.all([world.db, other.db].map((db) => planList(db, about, lines, now)));
  const how = { entry: { kind: 'register' as const }, actorId, now };
  const done = await Promise.all(
    [world.db, other.db].map((db, i) => importList({ db, programme }, about, both[i]!, how)),
  );
  const outcomes = done.flat().map(({ outcome }) => outcome);
  expect(outcomes.filter((outcome) => outcome === 'registered')).toHaveLength(5);
  expect(outcomes.filter((outcome) => outcome === 'already')).toHaveLength(5);
  expect(await world.db.$count(person)).toBe(6);
  // Who believes the dry run alone.
  const naive = { ...both[1]!, last: 9_999_999 };
  await importList({ db: world.db, programme }, about, naive, how);
  expect(await world.db.$count(person), 'the control').toBe(11);
});
