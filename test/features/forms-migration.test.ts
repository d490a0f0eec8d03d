import { cp, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { asc, sql } from 'drizzle-orm';
import { expect, onTestFinished, test } from 'vitest';
import { migrate } from '../../src/db/migrate.ts';
import { registration } from '../../src/db/schema.ts';
import { versionsOf } from '../../src/features/forms/store.ts';
import { check } from '../../src/forms/spec/check.ts';
import { readForm } from '../../src/forms/spec/xlsform/read.ts';
import { writeForm } from '../../src/forms/spec/xlsform/write.ts';
import { createDatabase } from '../support/database.ts';

const DRIZZLE = join(import.meta.dirname, '../../drizzle');

/** The migrations before the one that made forms of questions. */
async function earlier(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'bilim-earlier-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const names = (await readdir(DRIZZLE)).toSorted();
  const forms = names.findIndex((name) => name.endsWith('_forms'));
  for (const name of names.slice(0, forms)) await cp(join(DRIZZLE, name), join(folder, name), { recursive: true });
  return folder;
}

const QUESTIONS = [
  { key: 'q1', kind: 'text', label: { ru: 'Чего Вы ожидаете?', en: 'What do you expect?' } },
  {
    key: 'q2',
    kind: 'choice',
    label: { ru: 'Секция', en: 'Track' },
    options: [
      { key: 'o2', label: { ru: 'Технологии', en: 'Technology' } },
      { key: 'o1', label: { ru: 'Право', en: 'Law' } },
    ],
    optional: false,
  },
  { key: 'q3', kind: 'yes_no', label: { ru: 'Виза?', en: 'Visa?' }, optional: true },
  { key: 'q4', kind: 'number', label: { ru: 'Стаж', en: "Years 'of' service" }, optional: true },
];
const ANSWERS = { q1: 'To learn', q2: 'o1', q3: 'yes', q4: 12 };

test('the questions of events become forms, with their names, and answers know what they are answers to', async () => {
  const database = await createDatabase({ template: 'template0' });
  const { db, url } = database;
  await migrate(url, await earlier());
  await db.execute(sql`insert into person (language, zone, created_at, seen_at) values ('en', 'UTC', now(), now())`);
  for (const [code, questions] of [
    ['asks', QUESTIONS],
    ['plain', QUESTIONS.slice(0, 1)],
    ['silent', []],
  ] as const)
    await db.execute(sql`
      insert into event (code, kind, status, zone, begins_at, ends_at, created_by, created_at, questions)
      select ${code}, 'workshop', 'published', 'UTC', now(), now() + interval '1 hour', 1, '2026-01-02T03:04:05Z',
             ${JSON.stringify(questions)}::text::jsonb`);
  await db.execute(sql`
    insert into registration (event_id, person_id, status, answers, created_at, changed_at)
    select id, 1, 'registered', ${JSON.stringify(ANSWERS)}::text::jsonb, now(), now() from event`);

  await migrate(url, DRIZZLE);

  const [asks, plain, silent] = await Promise.all(
    [1, 2, 3].map((eventId) => versionsOf(db, { eventId, purpose: 'registration' })),
  );
  expect(silent).toEqual([]);
  expect(asks).toHaveLength(1);
  const { spec, ...version } = asks![0]!;
  expect(version).toMatchObject({ number: 1, createdBy: 1 });
  expect(String(version.createdAt)).toBe('2026-01-02T03:04:05Z');
  expect(spec.items).toEqual([
    { type: 'text', as: 'multiline', name: 'q1', label: QUESTIONS[0]!.label, required: true },
    { type: 'select_one', list: 'q2', name: 'q2', label: QUESTIONS[1]!.label, required: true },
    { type: 'select_one', list: 'yes_no', name: 'q3', label: QUESTIONS[2]!.label },
    {
      type: 'integer',
      name: 'q4',
      label: QUESTIONS[3]!.label,
      constraint: '. >= 0 and . <= 1000000',
      constraintMessage: expect.objectContaining({ en: 'Please write a whole number from 0 to 1000000.' }),
    },
  ]);
  expect(spec.choices['q2']).toEqual([
    { name: 'o2', label: { ru: 'Технологии', en: 'Technology' } },
    { name: 'o1', label: { ru: 'Право', en: 'Law' } },
  ]);
  expect(spec.choices['yes_no']!.map(({ name, label }) => [name, label['hy'], Object.keys(label).length])).toEqual([
    ['yes', 'Այո', 10],
    ['no', 'Ոչ', 10],
  ]);
  expect(spec.languages.map(({ code }) => code)).toEqual(['en', 'ru', 'kk', 'ky', 'tg', 'uz', 'az', 'hy', 'ka', 'ko']);
  expect(plain![0]!.spec.languages).toEqual([
    { code: 'en', header: 'English (en)' },
    { code: 'ru', header: 'Russian (ru)' },
  ]);
  // It can be asked, and goes through a file unharmed.
  expect(check(spec)).toEqual([]);
  expect(readForm(writeForm(spec))).toMatchObject({ kind: 'ok', spec: { ...spec, settings: expect.anything() } });

  const rows = await db.select().from(registration).orderBy(asc(registration.id));
  expect(rows.map(({ answers }) => answers)).toEqual([ANSWERS, ANSWERS, ANSWERS]);
  expect(rows.map(({ formVersionId }) => formVersionId)).toEqual([version.id, plain![0]!.id, null]);
});
