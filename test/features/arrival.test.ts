import { expect, test } from 'vitest';
import { consent, consentText, person } from '../../src/db/schema.ts';
import { createEvent } from '../support/events.ts';
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

test('a deep link to an event survives the language and the consent', async () => {
  const world = await createWorld();
  const event = await createEvent(world);
  const someone = world.telegram.user({ language_code: 'de' });
  await someone.open(`event_${event.code}`);
  await someone.press('English');
  await someone.press('I agree');
  expect(someone.last().text).toContain('Digital services workshop');
  expect(someone.last().buttons.flat()).toContain('Register');
});

test('a button that needs consent leads somebody without it to the beginning', async () => {
  const { telegram } = await createWorld();
  const someone = telegram.user({});
  await someone.send('/my');
  expect(someone.last().buttons.flat()).toContain('English');
});
