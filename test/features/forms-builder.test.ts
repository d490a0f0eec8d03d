import { expect, test } from 'vitest';
import { registration } from '../../src/db/schema.ts';
import { currentVersion } from '../../src/features/forms/store.ts';
import { check } from '../../src/forms/spec/check.ts';
import type { TelegramUser } from '../../src/playground/telegram/index.ts';
import { createEvent } from '../support/events.ts';
import { askForm, formOf, longText, oneOf, yesNo } from '../support/forms.ts';
import { pressAny } from '../support/press.ts';
import { answerProfile, register } from '../support/register.ts';
import { give } from '../support/roles.ts';
import { createWorld, type World } from '../support/world.ts';

const current = async ({ db }: World, eventId: number) =>
  (await currentVersion(db, { eventId, purpose: 'registration' }))!.spec;

const option = (token: string) => ({ data: new RegExp(`:o:${token}$`) });

type Wanted = {
  type: string;
  label: [en: string, ru: string];
  choices?: [en: string, ru: string];
  required?: 'yes' | 'no';
  condition?: { which: string; answer: string } | { expression: string } | 'always';
};

/** Adds a question in the chat, to the end of what an event in English and Russian asks. */
async function add(user: TelegramUser, eventId: number, wanted: Wanted): Promise<void> {
  const { type, label, choices, required = 'yes', condition } = wanted;
  await user.press({ data: `add_question:${eventId}:r` });
  while (
    !user
      .last()
      .message.reply_markup!.inline_keyboard.flat()
      .some((key) => 'callback_data' in key && option(type).data.test(key.callback_data))
  )
    await user.press('Next');
  await user.press(option(type));
  for (const text of label) await user.send(text);
  for (const lines of choices ?? []) await user.send(lines);
  if (type !== 'note') await user.press(option(required));
  if (condition === 'always') await user.press(option('always'));
  else if (condition && 'which' in condition) {
    await user.press(option('answer'));
    await user.press(condition.which);
    await user.press(condition.answer);
  } else if (condition) {
    await user.press(option('expression'));
    await user.send(condition.expression);
  }
  await user.press('Save the question');
}

test('a form is made in the chat, question by question, from the page of a draft', async () => {
  const world = await createWorld();
  const owner = await world.owner();
  const one = await createEvent(world, { status: 'draft' });
  await owner.send('/organize');
  await owner.press({ data: `manage:${one.id}` });
  await owner.press('Questions');
  await add(owner, one.id, { type: 'yes_no', label: ['Do you need a visa?', 'Нужна ли виза?'] });
  expect(owner.last().text).toContain('1. Do you need a visa? · Yes / No · required');
  await add(owner, one.id, {
    type: 'choice',
    label: ['From where?', 'Откуда?'],
    choices: ['Astana\nBishkek', 'Астана\nБишкек'],
    condition: { which: 'Do you need a visa?', answer: 'Yes' },
  });
  await add(owner, one.id, {
    type: 'integer',
    label: ['Passports', 'Паспорта'],
    required: 'no',
    condition: { expression: "${q2} = 'o2' and ${q1} != ''" },
  });
  expect(owner.last().text).toContain(
    [
      '2. From where? · Astana / Bishkek · required',
      '    Only if: Do you need a visa? = Yes',
      '3. Passports · Whole number',
      "    Only if: ${q2} = 'o2' and ${q1} != ''",
    ].join('\n'),
  );
  const spec = await current(world, one.id);
  expect(check(spec)).toEqual([]);
  expect(spec.items).toEqual([
    {
      type: 'select_one',
      name: 'q1',
      list: 'yes_no',
      label: { en: 'Do you need a visa?', ru: 'Нужна ли виза?' },
      required: true,
    },
    {
      type: 'select_one',
      name: 'q2',
      list: 'q2',
      label: { en: 'From where?', ru: 'Откуда?' },
      relevant: "${q1} = 'yes'",
      required: true,
    },
    {
      type: 'integer',
      name: 'q3',
      label: { en: 'Passports', ru: 'Паспорта' },
      relevant: "${q2} = 'o2' and ${q1} != ''",
    },
  ]);
  expect(spec.choices['q2']).toEqual([
    { name: 'o1', label: { en: 'Astana', ru: 'Астана' } },
    { name: 'o2', label: { en: 'Bishkek', ru: 'Бишкек' } },
  ]);
});

/** Each type with answers that it takes, by every way, and some that it does not. */
const TYPES: {
  type: string;
  good: [how: (user: TelegramUser) => Promise<unknown>, stored: unknown][];
  bad: ((user: TelegramUser) => Promise<unknown>)[];
  say: string;
}[] = [
  {
    type: 'text',
    good: [[(user) => user.send('Plov'), 'Plov']],
    bad: [(user) => user.send('x'.repeat(301)), (user) => user.sendPhoto()],
    say: 'Please',
  },
  {
    type: 'multiline',
    good: [[(user) => user.send('a\nb'), 'a\nb']],
    bad: [(user) => user.send('x'.repeat(2001))],
    say: 'at most 2000',
  },
  {
    type: 'yes_no',
    good: [
      [(user) => user.press('Yes'), 'yes'],
      [(user) => user.send('no'), 'no'],
    ],
    bad: [(user) => user.send('perhaps')],
    say: 'Please choose one of the buttons.',
  },
  {
    type: 'integer',
    good: [[(user) => user.send('-12'), -12]],
    bad: [(user) => user.send('1.5'), (user) => user.send('many')],
    say: 'whole number',
  },
  {
    type: 'decimal',
    good: [
      [(user) => user.send('12,5'), 12.5],
      [(user) => user.send('12.5'), 12.5],
    ],
    bad: [(user) => user.send('half')],
    say: 'Please write a number',
  },
  {
    type: 'rating_5',
    good: [
      [(user) => user.press('5'), 5],
      [(user) => user.send('1'), 1],
    ],
    bad: [(user) => user.send('6'), (user) => user.send('0')],
    say: 'from 1 to 5',
  },
  { type: 'rating_10', good: [[(user) => user.press('0'), 0]], bad: [(user) => user.send('11')], say: 'from 0 to 10' },
  {
    type: 'date',
    good: [[(user) => user.send('2026-12-31'), '2026-12-31']],
    bad: [(user) => user.send('2026-02-30'), (user) => user.send('tomorrow')],
    say: '',
  },
  {
    type: 'email',
    good: [[(user) => user.send('a@example.org'), 'a@example.org']],
    bad: [(user) => user.send('a@b')],
    say: 'email',
  },
  {
    type: 'phone',
    good: [
      [(user) => user.send('+7 701 123-45-67'), '+77011234567'],
      [(user) => user.sendContact({ phone_number: '77011234567', first_name: 'A' }), '+77011234567'],
    ],
    bad: [(user) => user.send('call me')],
    say: 'country code',
  },
  {
    type: 'geopoint',
    good: [
      [(user) => user.sendLocation(43.238949, 76.889709), '43.23895 76.88971'],
      [(user) => user.send('43.2389, 76.8897'), '43.2389 76.8897'],
    ],
    bad: [(user) => user.send('Almaty'), (user) => user.send('91 0')],
    say: 'map',
  },
  {
    type: 'file',
    good: [[(user) => user.sendDocument({ file_name: 'cv.pdf' }), expect.objectContaining({ fileName: 'cv.pdf' })]],
    bad: [(user) => user.send('cv.pdf')],
    say: 'Please send a file',
  },
  {
    type: 'image',
    good: [[(user) => user.sendPhoto(), expect.objectContaining({ kind: 'photo' })]],
    bad: [(user) => user.sendDocument({ file_name: 'cv.pdf' })],
    say: 'Please send a picture.',
  },
  {
    type: 'acknowledge',
    good: [[(user) => user.press('I confirm'), 'OK']],
    bad: [(user) => user.send('maybe')],
    say: 'Please choose',
  },
  {
    type: 'note',
    good: [[(user) => user.press('Continue'), 'OK']],
    bad: [(user) => user.send('what?')],
    say: 'Please choose',
  },
];

test.each(TYPES)(
  '$type: good answers by every way; to a bad one a sentence, and nothing is lost',
  async ({ type, good, bad, say }) => {
    const world = await createWorld();
    const owner = await world.owner();
    for (const [i, [answer, stored]] of good.entries()) {
      const one = await createEvent(world);
      await pressAny(world, owner, `questions:${one.id}:r`);
      await add(owner, one.id, { type, label: ['The question?', 'Вопрос?'] });
      const user = await world.arrive('en');
      await user.open(`event_${one.code}`);
      await user.press('Register');
      await answerProfile(user);
      expect(user.texts().join('\n')).toContain('The question?');
      for (const wrong of i === 0 ? bad : []) {
        await wrong(user);
        expect(user.last().text).toContain(say);
        expect(user.texts().join('\n')).not.toContain('Please check your answers.');
      }
      await answer(user);
      await user.press('Confirm');
      const rows = await world.db.select().from(registration);
      expect(rows.find(({ eventId }) => eventId === one.id)?.answers).toEqual({ q1: stored });
    }
  },
);

test('what is written into an expression is understood or refused in a sentence', async () => {
  const world = await createWorld();
  const owner = await world.owner();
  const one = await createEvent(world, { form: formOf(yesNo('visa', { en: 'Visa?' })) });
  await pressAny(world, owner, `add_question:${one.id}:r`);
  await owner.press(option('text'));
  await owner.send('Why?');
  await owner.send('Зачем?');
  await owner.press(option('no'));
  await owner.press(option('expression'));
  for (const [bad, said] of [
    ["${nobody} = 'x'", 'There is no such question: nobody'],
    ['visa = 1', 'Please write names of questions as ${…}: visa'],
    ['pulldata(1)', 'This function is not known here (position 1): pulldata'],
    ["${visa} = '", 'position'],
    ['. > 5', 'A dot stands for the answer only in a constraint.'],
  ] as const) {
    await owner.send(bad);
    expect(owner.last().text, bad).toContain(said);
  }
  await owner.send("${visa} = 'yes'");
  await owner.press('Save the question');
  expect((await current(world, one.id)).items[1]).toMatchObject({ relevant: "${visa} = 'yes'" });
});

test('a translation may be left for later: its readers see another language', async () => {
  const world = await createWorld();
  const owner = await world.owner('ru');
  const one = await createEvent(world);
  await pressAny(world, owner, `add_question:${one.id}:r`);
  await owner.press(option('choice'));
  expect(owner.last().text).toContain('Русский');
  await owner.send('Секция?');
  await owner.press('Пропустить');
  await owner.send('Право\nДанные');
  await owner.press(option('yes'));
  await owner.press('Сохранить вопрос');
  const { items, choices } = await current(world, one.id);
  expect(items[0]!.label).toEqual({ ru: 'Секция?' });
  expect(choices['q1']!.map(({ label }) => label)).toEqual([{ ru: 'Право' }, { ru: 'Данные' }]);
  await owner.press('1');
  await owner.press('Изменить вопрос');
  await owner.press('Изменить');
  await owner.press('Вопрос 1 (English)');
  await owner.send('Track?');
  expect(owner.last().text).toContain('English');
  await owner.send('Law\nData');
  await owner.press('Сохранить вопрос');
  expect((await current(world, one.id)).choices['q1']![1]).toEqual({ name: 'o2', label: { ru: 'Данные', en: 'Data' } });
});

test('a question is worded anew: its name and the names of its choices stay, since answers hang on them', async () => {
  const world = await createWorld();
  const owner = await world.owner();
  const track = oneOf(
    'track',
    { en: 'Track', ru: 'Секция' },
    { a: { en: 'Law', ru: 'Право' }, b: { en: 'Data', ru: 'Данные' } },
  );
  const one = await createEvent(world, { form: formOf(track) });
  await pressAny(world, owner, `questions:${one.id}:r`);
  await owner.press('1');
  expect(owner.last().text).toContain('English · Track\nРусский · Секция\n\n• Law\n• Data');
  await owner.press('Edit the question');
  await owner.press('Edit');
  await owner.press('Question 1 (English)');
  await owner.send('Which track?');
  await owner.press('Edit');
  await owner.press('Question 1: answers (English)');
  await owner.send('Data\nLegal matters\nPeople');
  await owner.send('Данные\nПраво\nЛюди');
  await owner.press('Save the question');
  const { items, choices } = await current(world, one.id);
  expect(items[0]).toMatchObject({ name: 'track', label: { en: 'Which track?', ru: 'Секция' }, required: true });
  expect(choices['track']!.map(({ name, label }) => [name, label['en']])).toEqual([
    ['b', 'Data'],
    ['o1', 'Legal matters'],
    ['o2', 'People'],
  ]);
});

test('questions are moved and deleted; one that another hangs on stays, and that is said', async () => {
  const world = await createWorld();
  const owner = await world.owner();
  const visa = yesNo('visa', { en: 'Visa?', ru: 'Виза?' });
  const since = longText('since', { en: 'Since when?', ru: 'С каких пор?' }, { relevant: "${visa} = 'yes'" });
  const food = longText('food', { en: 'Food?', ru: 'Еда?' });
  const one = await createEvent(world, { form: formOf(visa, since, food) });
  const names = async () => (await current(world, one.id)).items.map(({ name }) => name);
  await pressAny(world, owner, `questions:${one.id}:r`);
  await owner.press('3');
  expect(owner.last().buttons.flat()).not.toContain('Move down');
  await owner.press('Move up');
  expect(owner.last().text).toContain('Question 2');
  expect(await names()).toEqual(['visa', 'food', 'since']);
  await owner.press('Questions');
  await owner.press('1');
  await owner.press('Delete the question');
  await owner.press('Delete the question');
  expect(owner.last().text).toContain('Nothing was changed.\nSince when?: There is no such question: visa');
  await owner.press('3');
  await owner.press('Delete the question');
  await owner.press('Delete the question');
  expect(await names()).toEqual(['visa', 'food']);
  for (let left = 2; left > 0; left--) {
    await owner.press('1');
    await owner.press('Delete the question');
    await owner.press('Delete the question');
  }
  expect(owner.last().text).toContain('There are no additional questions yet.');
  const user = await world.arrive('en');
  await register(user, one);
  expect(await world.db.select().from(registration)).toHaveLength(1);
});

test('two organizers: an old button changes nothing; the same question is not overwritten, another one is no hindrance', async () => {
  const world = await createWorld();
  const owner = await world.owner();
  const why = longText('why', { en: 'Why?', ru: 'Зачем?' });
  const food = longText('food', { en: 'Food?', ru: 'Еда?' });
  const one = await createEvent(world, { form: formOf(why, food) });
  const edit = async (text: string, meanwhile: () => Promise<unknown>) => {
    await pressAny(world, owner, `questions:${one.id}:r`);
    await owner.press('1');
    await owner.press('Edit the question');
    await owner.press('Edit');
    await owner.press('Question 1 (English)');
    await owner.send(text);
    await meanwhile();
    await owner.press('Save the question');
  };
  await edit('Why do you come?', () =>
    askForm(world, one.id, formOf(why, longText('food', { en: 'What do you eat?', ru: 'Еда?' }))),
  );
  expect((await current(world, one.id)).items.map(({ label }) => label['en'])).toEqual([
    'Why do you come?',
    'What do you eat?',
  ]);

  await edit('Mine', () => askForm(world, one.id, formOf(longText('why', { en: 'Theirs', ru: 'Зачем?' }), food)));
  expect(owner.last().text).toContain('Somebody else has changed these questions meanwhile.');
  expect(owner.last().text).toContain('1. Theirs');

  await owner.press('2');
  await askForm(world, one.id, formOf(food, why));
  await owner.press('Move up');
  expect(owner.last().text).toContain('Somebody else has changed these questions meanwhile.');
  expect((await current(world, one.id)).items.map(({ name }) => name)).toEqual(['food', 'why']);
});

test('questions that are added at the same time are all there, with names of their own', async () => {
  const world = await createWorld();
  const one = await createEvent(world);
  await askForm(world, one.id, formOf(longText('why', { en: 'Why do you come?', ru: 'Зачем?' })));
  const organizers = [await world.arrive('en'), await world.arrive('en'), await world.arrive('en')];
  for (const [i, user] of organizers.entries()) {
    await give(world, user, { kind: 'organizer', eventId: one.id });
    await pressAny(world, user, `add_question:${one.id}:r`);
    await user.press(option('text'));
    await user.send(`Question of ${i}?`);
    await user.press('Skip');
    await user.press(option('no'));
    await user.press(option('always'));
  }
  await Promise.all(organizers.map((user) => user.press('Save the question')));
  const { items } = await current(world, one.id);
  expect(items.map(({ name }) => name)).toEqual(['why', 'q1', 'q2', 'q3']);
  expect(new Set(items.map(({ label }) => label['en']))).toEqual(
    new Set(['Why do you come?', 'Question of 0?', 'Question of 1?', 'Question of 2?']),
  );
});
