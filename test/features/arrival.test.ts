import { expect, test } from 'vitest';
import { consent, consentText, person } from '../../src/db/schema.ts';
import { createEvent } from '../support/events.ts';
import { pressAny } from '../support/press.ts';
import { createWorld } from '../support/world.ts';

test('a newcomer chooses a language, reads the consent, and is stored only after agreeing', async () => {
  const { telegram, db, arrive: _, clock } = await createWorld();
  const aigerim = telegram.user({ first_name: 'Aigerim', language_code: 'kk' });
  await aigerim.send('/start');
  expect(aigerim.last().buttons.flat()).toContain('✓ Қазақша');
  expect(aigerim.last().buttons.flat()).toHaveLength(10);

  await aigerim.press('✓ Қазақша');
  expect(aigerim.last().text).toContain('/erase');
  expect(await db.select().from(person)).toEqual([]);

  await aigerim.press({ data: 'agree:kk' });
  const [stored] = await db.select().from(person);
  expect(stored).toMatchObject({ telegramId: aigerim.id, language: 'kk', fullName: null });
  const [given] = await db.select().from(consent);
  expect(given).toMatchObject({ personId: stored!.id, language: 'kk', version: '2026-11-01', givenAt: clock.now() });
  const [words] = await db.select().from(consentText);
  expect(words!.body.length).toBeGreaterThan(300);
});

test('declining stores nothing, not even the update', async () => {
  const { telegram, db, database } = await createWorld();
  const someone = telegram.user({ first_name: 'Anonymous' });
  await someone.open('event_abc');
  await someone.press('English');
  await someone.press('I do not agree');
  expect(someone.last().text).toContain('/start');
  for (const table of ['person', 'consent', 'consent_text', 'draft', 'conversation', 'message'])
    expect(await database.pool.unsafe(`select * from ${table}`), table).toHaveLength(0);
  const inbox = await database.pool.unsafe(`select payload from inbox`);
  expect(inbox.every(({ payload }) => payload === null)).toBe(true);
  void db;
});

test('a deep link to an event survives the language and the consent, and what was agreed to stays in the chat', async () => {
  const world = await createWorld();
  const event = await createEvent(world);
  const someone = world.telegram.user({ language_code: 'de' });
  await someone.open(`event_${event.code}`);
  await someone.press('English');
  await someone.press('I agree');
  expect(someone.last().text).toContain('Digital services workshop');
  expect(someone.last().buttons.flat()).toContain('Register');
  const agreed = someone.texts().at(-2);
  expect(agreed).toContain('/erase');
  expect(agreed).toContain('✓ Agreed: 24 November 2026');

  await someone.send('/help');
  await someone.press('My consent');
  expect(someone.last().text).toBe(agreed);
  await someone.press('Back');
  expect(someone.last().buttons.flat()).toContain('Export my data');
});

test.each(['hello', '/my', '/help'])(
  'what a newcomer writes (%s) does not lose the deep link they came by',
  async (words) => {
    const world = await createWorld();
    const event = await createEvent(world);
    const someone = world.telegram.user({ language_code: 'en' });
    await someone.open(`event_${event.code}`);
    await someone.send(words);
    expect(someone.last().text).toContain('press a button in the message above');
    expect(someone.last().text).toContain('/start');
    expect(someone.last().buttons.flat()).toEqual([]);
    await someone.press('✓ English');
    await someone.send(words);
    await someone.press('I agree');
    expect(someone.last().text).toContain('Digital services workshop');
  },
);

test('who declined may read the consent again, and still comes to the event', async () => {
  const world = await createWorld();
  const event = await createEvent(world);
  const someone = world.telegram.user({ language_code: 'en' });
  await someone.open(`event_${event.code}`);
  await someone.press('✓ English');
  await someone.press('I do not agree');
  await someone.press('Read the consent again');
  expect(someone.last().text).toContain('/erase');
  await someone.press('I agree');
  expect(someone.last().text).toContain('Digital services workshop');
});

test('a made-up link that is too long for a button is no obstacle', async () => {
  const { telegram } = await createWorld();
  const someone = telegram.user({ language_code: 'en' });
  await someone.open('x'.repeat(64));
  await someone.press('✓ English');
  await someone.press('I agree');
  expect(someone.last().buttons.flat()).toContain('Events');
});

test('a button that needs consent leads somebody without it to the beginning', async () => {
  const world = await createWorld();
  const someone = world.telegram.user({});
  await someone.send('/my');
  expect(someone.last().buttons.flat()).toEqual([]);
  await pressAny(world, someone, 'my');
  expect(someone.last().buttons.flat()).toContain('English');
});

test('the help page leads to one’s own data, and who has no access finds the main menu', async () => {
  const world = await createWorld();
  const someone = await world.arrive('en');
  await someone.send('/start');
  await someone.press('Help');
  expect(someone.last().buttons.flat()).toEqual(['My consent', 'Export my data', 'Delete my data', 'Main menu']);
  await someone.send('/organize');
  expect(someone.last().text).toContain('You do not have access.');
  await someone.press('Main menu');
  expect(someone.last().buttons.flat()).toContain('Help');
});

test('"Other country" stands after every country', async () => {
  const world = await createWorld();
  for (const language of ['en', 'ru', 'ko']) {
    const someone = await world.arrive(language);
    await pressAny(world, someone, 'edit_profile');
    await someone.send('Kim');
    await someone.send('KIM');
    const keyboard = someone.chat.at(-1)!.message.reply_markup!.inline_keyboard.flat();
    const countries = keyboard.flatMap((button) => ('callback_data' in button ? [button.callback_data] : []));
    expect(countries.filter((data) => /:o:/.test(data)).at(-1)).toMatch(/:ZZ$/);
  }
});
