import { desc } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { draft, formVersion, registration } from '../../src/db/schema.ts';
import { currentVersion, versionsOf } from '../../src/features/forms/store.ts';
import type { Sheet } from '../../src/forms/spec/xlsform/cells.ts';
import { writeFile } from '../../src/forms/spec/xlsform/file.ts';
import { readForm } from '../../src/forms/spec/xlsform/read.ts';
import type { TelegramUser } from '../../src/playground/telegram/index.ts';
import { formNamed, opened, survey, tables } from '../forms/xlsform/tables.ts';
import { createEvent } from '../support/events.ts';
import { askForm, formOf, longText, optional, yesNo } from '../support/forms.ts';
import { pressAny } from '../support/press.ts';
import { answerProfile } from '../support/register.ts';
import { give } from '../support/roles.ts';
import { createWorld, type World } from '../support/world.ts';

const use = (eventId: number) => ({ eventId, purpose: 'registration' as const });
const current = async ({ db }: World, eventId: number) => (await currentVersion(db, use(eventId)))?.spec;

const WHY = longText('why', { en: 'Why do you come?', ru: 'Зачем Вы придёте?' });
const VISA = yesNo('visa', { en: 'Visa?', ru: 'Виза?' });
const SINCE = longText('since', { en: 'Since when?', ru: 'С каких пор?' }, { relevant: "${visa} = 'yes'" });

async function openQuestions(user: TelegramUser, eventId: number): Promise<void> {
  await user.send('/organize');
  await user.press({ data: `manage:${eventId}` });
  await user.press('Sessions, materials, questions');
  await user.press('Questions');
}

async function sendSheets(user: TelegramUser, sheets: Sheet[]): Promise<void> {
  await user.sendDocument({ file_name: 'form.xlsx', bytes: await writeFile(sheets) });
}

/** The file that the last message carries, as sheets. */
async function exported(world: World, user: TelegramUser): Promise<Sheet[]> {
  const { document } = user.last();
  return opened(await world.download(document!.file_id));
}

test('the page of an event leads to its questions: what they are, of which kind, and on what they depend', async () => {
  const world = await createWorld();
  const owner = await world.owner();
  const one = await createEvent(world, { form: formOf(optional(WHY), VISA, SINCE) });
  await openQuestions(owner, one.id);
  expect(owner.last().text).toContain(
    [
      '1. Why do you come? · Long text',
      '2. Visa? · Yes / No · required',
      '3. Since when? · Long text · required',
      '    Only if: Visa? = Yes',
    ].join('\n'),
  );
  await owner.press('Back to the event');
  expect(owner.last().text).toContain('Additional questions: 3');
});

test('a form from a file: what is in it, and only then it is asked', async () => {
  const world = await createWorld();
  const owner = await world.owner();
  const one = await createEvent(world);
  await openQuestions(owner, one.id);
  expect(owner.last().text).toContain('There are no additional questions yet.');
  await owner.press('Import a file (.xlsx)');
  const sheets = formNamed('workshop-registration');
  await sendSheets(owner, sheets);
  expect(owner.last().text).toContain('The file can be used.');
  expect(owner.last().text).toContain('Additional questions: ');
  expect(await current(world, one.id)).toMatchObject({ items: [] });
  await owner.press('Use these questions');
  expect(owner.last().text).toContain('The questions are saved.');
  expect(owner.last().text).toContain('Имя и фамилия, как в паспорте');
  const read = readForm(sheets);
  expect(read.kind === 'ok' && read.spec).toEqual(await current(world, one.id));

  // What comes out is what went in.
  await owner.press('Export (.xlsx)');
  expect(owner.last().document!.file_name).toBe(`questions-${one.code}.xlsx`);
  expect(readForm(await exported(world, owner))).toMatchObject({ kind: 'ok', spec: await current(world, one.id) });
});

test('a broken file is refused by sheet, row and column, and the question stays open for a better one', async () => {
  const world = await createWorld();
  const owner = await world.owner();
  const one = await createEvent(world, { form: formOf(WHY) });
  await openQuestions(owner, one.id);
  await owner.press('Import a file (.xlsx)');
  await sendSheets(owner, survey('barcode | badge | Badge', 'text | 1st | First', 'text | one | One ${two}'));
  const { text } = owner.last();
  expect(text).toContain('The file cannot be used yet.');
  expect(text).toContain('Problems: 3');
  expect(text).toContain('• sheet survey, row 2, column type – This type cannot be asked in a chat: barcode');
  expect(text).toContain('• sheet survey, row 3, column name – This cannot be a name: 1st');
  expect(text).toContain('• sheet survey, row 4, column label – There is no such question: two');
  await owner.sendDocument({ file_name: 'notes.txt', bytes: Buffer.from('hello') });
  expect(owner.last().text).toContain('This is no .xlsx file that can be opened.');
  await owner.sendDocument({ file_name: 'big.xlsx', size: 3_000_000 });
  expect(owner.last().text).toContain('The file is too big.');
  await owner.send('form.xlsx');
  expect(owner.last().text).toContain('Please send an .xlsx file as a document.');
  expect(await current(world, one.id)).toMatchObject({ items: [{ name: 'why' }] });
  await sendSheets(owner, survey('text | one | One'));
  await owner.press('Use these questions');
  expect(await current(world, one.id)).toMatchObject({ items: [{ name: 'one' }] });
});

test('more problems than a message holds come as a file, in the organizer’s language', async () => {
  const world = await createWorld();
  const owner = await world.owner('ru');
  const one = await createEvent(world);
  await pressAny(world, owner, `import_form:${one.id}:r`);
  await sendSheets(owner, survey(...Array.from({ length: 150 }, (_, i) => `barcode | b${i} | Badge`)));
  const said = owner.texts().find((text) => text.includes('Ошибки: 150'))!;
  expect(said.length).toBeLessThan(4096);
  expect(said).toContain('лист survey, строка 2, столбец type');
  const text = (await world.download(owner.last().document!.file_id)).toString('utf8');
  expect(text.match(/barcode/g)).toHaveLength(150);
});

test('every form of the collection is refused or used without a word that is missing', async () => {
  const world = await createWorld();
  const one = await createEvent(world);
  for (const language of ['hy', 'ko']) {
    const user = await world.arrive(language);
    await give(world, user, { kind: 'organizer' });
    for (const name of ['refused-everything', 'refused-lookup', 'refused-loop', 'refused-repeat', 'arrangements']) {
      await pressAny(world, user, `import_form:${one.id}:r`);
      await sendSheets(user, formNamed(name));
      const said = user.texts().join('\n');
      expect(said, name).not.toMatch(/questionnaires:|(?:problem|remark|many)_|\{\{/);
    }
  }
});

test('a trial is the real dialog, in the language to choose, and leaves nothing behind', async () => {
  const world = await createWorld();
  const owner = await world.owner();
  const one = await createEvent(world, { form: formOf(WHY, VISA, SINCE) });
  await openQuestions(owner, one.id);
  await owner.press('Try it');
  await owner.press('Русский');
  expect(owner.last().text).toContain('Зачем Вы придёте?');
  await owner.send('Учиться');
  await owner.press('Да');
  expect(owner.last().text).toContain('С каких пор?');
  await owner.send('Давно');
  expect(owner.last().text).toContain('Trial: nothing is stored');
  await owner.press('Finish the trial');
  expect(owner.last().text).toContain('The trial is over. Nothing was stored.');
  expect(await world.db.select().from(registration)).toEqual([]);
  expect(await world.db.select().from(draft)).toEqual([]);

  // Once more, in the other language, from the beginning.
  await owner.press('Try it');
  await owner.press('English');
  await owner.send('To learn');
  await owner.press('Cancel');
  expect(owner.last().text).toContain('Nothing was stored.');
  await owner.press('Try it');
  await owner.press('English');
  expect(owner.last().text).toContain('1 of 2');
});

test('a condition takes a question away and brings it back with its answer', async () => {
  const world = await createWorld();
  const one = await createEvent(world, { form: formOf(VISA, SINCE) });
  const user = await world.arrive('en');
  await user.open(`event_${one.code}`);
  await user.press('Register');
  await answerProfile(user);
  await user.press('Yes');
  await user.send('Since May');
  const change = async (to: string) => {
    await user.press('Edit');
    await user.press('Visa?');
    await user.press(to);
  };
  await change('No');
  expect(user.last().text).not.toContain('Since May');
  await change('Yes');
  expect(user.last().text).toContain('Since May');
  await change('No');
  await user.press('Confirm');
  expect((await world.db.select().from(registration))[0]!.answers).toEqual({ visa: 'no' });
});

test('a constraint refuses in the form’s own words, and what is written beforehand is one press', async () => {
  const world = await createWorld();
  const owner = await world.owner();
  const one = await createEvent(world);
  await pressAny(world, owner, `import_form:${one.id}:r`);
  await sendSheets(
    owner,
    tables(
      [
        '| survey | type | name | label | constraint | constraint_message | default | required |',
        '| | integer | age | Age | . >= 18 | From 18 years on. | | yes |',
        '| | integer | bags | Bags | . < 3 | | 1 | yes |',
        '| | text | from | From | | | Astana | |',
      ].join('\n'),
    ),
  );
  await owner.press('Use these questions');
  const user = await world.arrive('en');
  await user.open(`event_${one.code}`);
  await user.press('Register');
  await answerProfile(user);
  await user.send('17');
  expect(user.last().text).toBe('From 18 years on.');
  await user.send('18');
  await user.send('3');
  expect(user.last().text).toContain('does not meet the rule');
  await user.press('1');
  await user.press('Astana');
  await user.press('Confirm');
  expect((await world.db.select().from(registration))[0]!.answers).toEqual({ age: 18, bags: 1, from: 'Astana' });
});

test('answers keep the version that they were given to, and no answer is lost when its question goes', async () => {
  const world = await createWorld();
  const owner = await world.owner();
  const one = await createEvent(world, { form: formOf(WHY, VISA) });
  const registers = async (...answers: (() => Promise<unknown>)[]) => {
    const user = await world.arrive('en');
    await user.open(`event_${one.code}`);
    await user.press('Register');
    await answerProfile(user);
    for (const answer of answers) await answer();
    return user;
  };
  const first = await world.arrive('en');
  await first.open(`event_${one.code}`);
  await first.press('Register');
  await answerProfile(first);
  await first.send('To learn');
  await first.press('Yes');
  await first.press('Confirm');
  await askForm(world, one.id, formOf(WHY));
  await askForm(world, one.id, formOf(optional(WHY), longText('food', { en: 'Food?' })));
  const second = await registers();
  await second.press('Skip');
  await second.send('Plov');
  await second.press('Confirm');

  const versions = await versionsOf(world.db, use(one.id));
  expect(versions.map(({ answers }) => answers)).toEqual([1, 1]);
  const rows = await world.db.select().from(registration).orderBy(desc(registration.id));
  expect(rows.map(({ formVersionId }) => formVersionId)).toEqual(versions.map(({ id }) => id));
  await openQuestions(owner, one.id);
  await owner.press('Versions');
  expect(owner.last().text).toMatch(/Version 2 · .* · Answers: 1\nVersion 1 · .* · Answers: 1/);
  await owner.press('Version 1 (.xlsx)');
  expect(readForm(await exported(world, owner))).toMatchObject({
    kind: 'ok',
    spec: { items: [{ name: 'why' }, { name: 'visa' }] },
  });

  await pressAny(world, owner, `export:${one.id}`);
  const [sheet] = await exported(world, owner);
  const [head = [], ...people] = sheet!.rows;
  const cells = people.map((row) => ['Why do you come?', 'Food?', 'Visa?'].map((title) => row[head.indexOf(title)]));
  expect(cells).toEqual([
    ['To learn', null, 'Yes'],
    [null, 'Plov', null],
  ]);
});

test('two organizers at once: the second is told, and nothing is overwritten', async () => {
  const world = await createWorld();
  const owner = await world.owner();
  const one = await createEvent(world, { form: formOf(WHY) });
  await openQuestions(owner, one.id);
  await owner.press('Import a file (.xlsx)');
  await sendSheets(owner, survey('text | mine | Mine'));
  await askForm(world, one.id, formOf(VISA));
  await owner.press('Use these questions');
  expect(owner.last().text).toContain('Somebody else has changed these questions meanwhile.');
  expect(owner.last().text).toContain('Visa?');
  expect(await current(world, one.id)).toMatchObject({ items: [{ name: 'visa' }] });
});

test('an edit of the event leaves its questions alone, and the last look before publishing shows them', async () => {
  const world = await createWorld();
  const owner = await world.owner();
  const one = await createEvent(world, { status: 'draft', form: formOf(VISA, SINCE) });
  const before = await current(world, one.id);
  await pressAny(world, owner, `edit_event:${one.id}`);
  await owner.press('Edit');
  await owner.press('Seats');
  await owner.send('7');
  await owner.press('Save the draft');
  expect(await current(world, one.id)).toEqual(before);
  await owner.press('Publish');
  expect(owner.last().text).toContain('1. Visa? · Yes / No · required');
});

test('versions that nobody answered do not pile up', async () => {
  const world = await createWorld();
  const one = await createEvent(world);
  for (let i = 0; i < 30; i++) await askForm(world, one.id, formOf(longText(`q${i}`, { en: 'Why?' })));
  const kept = await world.db.select().from(formVersion);
  expect(kept.length).toBeLessThan(25);
  expect(await versionsOf(world.db, use(one.id))).toHaveLength(1);
});

test('a hundred questions in ten languages are imported, tried and exported', { timeout: 60_000 }, async () => {
  const world = await createWorld();
  const owner = await world.owner('hy');
  const one = await createEvent(world);
  const languages = ['en', 'ru', 'kk', 'ky', 'tg', 'uz', 'az', 'hy', 'ka', 'ko'];
  const rows = Array.from(
    { length: 100 },
    (_, i) => `| | text | q${i} | ${languages.map((l) => `${l} ${i}`).join(' | ')} |`,
  );
  const head = `| survey | type | name | ${languages.map((l) => `label::${l}`).join(' | ')} |`;
  await pressAny(world, owner, `import_form:${one.id}:r`);
  await sendSheets(owner, tables([head, ...rows].join('\n')));
  await owner.press({ data: /:ok$/ });
  const form = await current(world, one.id);
  expect(form!.items).toHaveLength(100);
  expect(owner.last().text).toContain('1. hy 0');
  await owner.press({ data: /^questions:\d+:r:1$/ });
  expect(owner.last().text).toContain('11. hy 10');
  await owner.press({ data: /^try_form:\d+$/ });
  await owner.press('한국어');
  expect(owner.last().text).toContain('ko 0');
  await pressAny(world, owner, `questions:${one.id}`);
  await owner.press({ data: /^export_form:/ });
  expect(readForm(await exported(world, owner))).toMatchObject({ kind: 'ok', spec: form });
});
