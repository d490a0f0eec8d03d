import { inflateRawSync } from 'node:zlib';
import { eq } from 'drizzle-orm';
import readExcel from 'read-excel-file/node';
import { expect, test } from 'vitest';
import { nomination, person, registration } from '../../src/db/schema.ts';
import type { TelegramUser } from '../../src/playground/telegram/index.ts';
import { createEvent } from '../support/events.ts';
import { formOf, longText, oneOf, optional, wholeNumber, yesNo } from '../support/forms.ts';
import { answerProfile, AIPERI } from '../support/register.ts';
import { createWorld, type World } from '../support/world.ts';

const FORM = formOf(
  longText('q1', { en: 'What do you expect?', ru: 'Чего Вы ожидаете?' }),
  oneOf(
    'q2',
    { en: 'Track', ru: 'Секция' },
    { o1: { en: 'Law', ru: 'Право' }, o2: { en: 'Technology', ru: 'Технологии' } },
  ),
  yesNo('q3', { en: 'Visa?', ru: 'Виза?' }),
  optional(wholeNumber('q4', { en: 'Years of service', ru: 'Стаж' })),
);

/** The file that an organizer gets by the button of the event's page. */
async function exported(world: World, organizer: TelegramUser, eventId: number) {
  await organizer.send('/organize');
  await organizer.press({ data: `manage:${eventId}` });
  await organizer.press({ data: `manage_part:${eventId}:people` });
  await organizer.press({ data: `export:${eventId}` });
  const { document } = organizer.last();
  const caption = organizer.last().text;
  const file = await world.download(document!.file_id);
  const [sheet] = await readExcel(file);
  const [head = [], ...rows] = sheet!.data;
  const column = (title: string) => rows.map((row) => row[head.indexOf(title)]);
  return {
    name: document!.file_name,
    caption,
    file,
    head,
    rows,
    column,
    sheet: unzip(file, 'xl/worksheets/sheet1.xml'),
  };
}

/** One entry of a zip archive (APPNOTE 4.3), as text. */
function unzip(zip: Buffer, name: string): string {
  for (let at = zip.indexOf('PK\u0001\u0002'); at >= 0; at = zip.indexOf('PK\u0001\u0002', at + 4)) {
    const entry = zip.toString('utf8', at + 46, at + 46 + zip.readUInt16LE(at + 28));
    if (entry !== name) continue;
    const [size, local] = [zip.readUInt32LE(at + 20), zip.readUInt32LE(at + 42)];
    const from = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
    const bytes = zip.subarray(from, from + size);
    return (zip.readUInt16LE(at + 10) === 8 ? inflateRawSync(bytes) : bytes).toString('utf8');
  }
  throw new Error(`${name} is not in the file`);
}

test('registrations come as a sheet in the organizer’s words, with names and answers as they were typed', async () => {
  const world = await createWorld();
  const owner = await world.owner();
  const event = await createEvent(world, { form: FORM, zone: 'Asia/Seoul' });
  const name = '<b>=HYPERLINK("x")</b>';
  const aiperi = await world.arrive('ru');
  await aiperi.open(`event_${event.code}`);
  await aiperi.press({ data: `register:${event.id}` });
  await answerProfile(aiperi, {
    ...AIPERI,
    fullName: name,
    agency: '=1+1',
    position: '@SUM(A1)',
    email: '-1@example.org',
  });
  await aiperi.send('+7 (777) 000');
  await aiperi.press('Технологии');
  await aiperi.press({ data: /:o:yes$/ });
  await aiperi.send('12');
  await aiperi.press({ data: /:ok$/ });
  const [registered] = await world.db.update(registration).set({ attended: true }).returning();
  const { personId } = registered!;
  await world.db
    .insert(nomination)
    .values({ eventId: event.id, personId, country: 'KG', createdAt: world.clock.now() });

  const { name: file, head, rows, sheet } = await exported(world, owner, event.id);
  expect(file).toBe(`registrations-${event.code}.xlsx`);
  const row = Object.fromEntries(head.map((title, i) => [title, rows[0]![i]]));
  expect(row).toEqual({
    '№': '1',
    'Full name': name,
    'Name in Latin letters': 'ASANOVA AIPERI',
    Country: 'Kyrgyzstan',
    Organization: '=1+1',
    Position: '@SUM(A1)',
    Sex: 'Female',
    Email: '-1@example.org',
    Language: 'Русский',
    Status: 'Registered',
    'Endorsed by': 'Kyrgyzstan',
    Attended: 'Yes',
    'Registered at (Seoul, UTC+9)': '2026-11-24 15:00',
    'What do you expect?': '+7 (777) 000',
    Track: 'Technology',
    'Visa?': 'Yes',
    'Years of service': '12',
  });
  // Every cell is a text: `t="s"`, and nowhere a formula. The first row stays in view.
  const cells = sheet.match(/<c [^>]*>/g)!;
  expect(cells).toHaveLength(head.length * 2);
  expect(cells.filter((cell) => !cell.includes('t="s"'))).toEqual([]);
  expect(sheet).not.toContain('<f');
  expect(sheet).toMatch(/<pane [^>]*ySplit="1"[^>]*state="frozen"/);

  // What is inert in the sheet is inert in the chat.
  await owner.press({ data: /^manage:/ });
  await owner.press({ data: `participants:${event.id}` });
  expect(owner.texts().some((text) => text.includes(`1. ${name}`))).toBe(true);
});

test('no text breaks the file: what XML can’t hold goes, what Excel would read as a code or a formula stays as typed', async () => {
  const world = await createWorld();
  const owner = await world.owner();
  const event = await createEvent(world);
  const now = world.clock.now();
  const typed = [
    '=HYPERLINK("x")',
    '+1',
    '@x',
    '-1',
    '_x0041_',
    'constructor',
    '__proto__',
    '&amp;<x>]]>',
    'a\nb',
    '"',
    '😀',
  ];
  const broken = ['\u0007bell', 'half \uD83D emoji'];
  const people = await world.db
    .insert(person)
    .values(
      [...typed, ...broken].map((fullName) => ({ language: 'en', zone: 'UTC', fullName, createdAt: now, seenAt: now })),
    )
    .returning();
  await world.db.insert(registration).values(
    people.map(({ id }) => ({
      eventId: event.id,
      personId: id,
      status: 'registered' as const,
      createdAt: now,
      changedAt: now,
    })),
  );
  const { column, sheet, file } = await exported(world, owner, event.id);
  expect(column('Full name')).toEqual([...typed, 'bell', 'half  emoji']);
  expect(sheet).not.toContain('<f');
  const strings = unzip(file, 'xl/sharedStrings.xml');
  expect(strings).toContain('_x005F_x0041_');
  // oxlint-disable-next-line no-control-regex
  expect(strings).not.toMatch(/[\u0000-\u0008\u000B\u000C\u000E-\u001F]/);
});

test('seats come first, then the waiting list in its order, then those who cancelled; another organizer reads Russian', async () => {
  const world = await createWorld();
  const owner = await world.owner('ru');
  const event = await createEvent(world, { form: FORM });
  const now = world.clock.now();
  const rows = [
    ['gone', 'cancelled', null],
    ['second in line', 'waiting', now],
    ['first in line', 'waiting', now.subtract({ hours: 1 })],
    ['seated', 'registered', null],
  ] as const;
  for (const [fullName, status, waitingSince] of rows) {
    const [made] = await world.db
      .insert(person)
      .values({ language: 'hy', zone: 'UTC', fullName, createdAt: now, seenAt: now })
      .returning();
    await world.db.insert(registration).values({
      eventId: event.id,
      personId: made!.id,
      status,
      waitingSince,
      createdAt: now,
      changedAt: now,
      answers: { q2: 'o9' },
    });
  }
  await world.db.update(person).set({ fullName: null }).where(eq(person.fullName, 'gone'));
  const { rows: exportedRows, head, caption } = await exported(world, owner, event.id);
  expect(exportedRows.map((row) => row[1])).toEqual(['seated', 'first in line', 'second in line', null]);
  expect(caption).toBe('Воркшоп по цифровым услугам\nЗарегистрированы: 1\nВ листе ожидания: 2');
  expect(head).toEqual(expect.arrayContaining(['Секция', 'Чего Вы ожидаете?']));
  // A choice that the event no longer has keeps its name: better than an empty cell.
  expect(exportedRows[0]![head.indexOf('Секция')]).toBe('o9');
});

test('an event without registrations is a sheet with its head', async () => {
  const world = await createWorld();
  const owner = await world.owner();
  const event = await createEvent(world);
  const { head, rows } = await exported(world, owner, event.id);
  expect(head[1]).toBe('Full name');
  expect(rows).toEqual([]);
});
