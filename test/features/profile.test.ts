import { expect, test } from 'vitest';
import { AIPERI, answerProfile } from '../support/register.ts';
import { createWorld } from '../support/world.ts';

test('the profile is filled in, shown, and changed one answer at a time', async () => {
  const world = await createWorld();
  const aiperi = await world.arrive('ky');
  await aiperi.send('/profile');
  await aiperi.press({ data: 'edit_profile' });
  await answerProfile(aiperi);
  await aiperi.press({ data: /:ok$/ });
  expect(await world.row(aiperi)).toMatchObject({ ...AIPERI, email: null, zone: 'Asia/Bishkek' });
  expect(aiperi.last().text).toContain('Асанова Айпери');

  await aiperi.press({ data: 'edit_profile' });
  expect(aiperi.last().text).toContain('ASANOVA AIPERI');
  await aiperi.press({ data: /:e$/ });
  await aiperi.press({ data: /:q:4$/ });
  await aiperi.send('Бөлүм башчысы');
  await aiperi.press({ data: /:ok$/ });
  expect(await world.row(aiperi)).toMatchObject({ ...AIPERI, position: 'Бөлүм башчысы' });
});

test('the zone follows the country until it is chosen', async () => {
  const world = await createWorld();
  const someone = await world.arrive('en');
  await someone.send('/settings');
  await someone.press('Time zone');
  await someone.press(/Seoul/);
  await someone.send('/profile');
  await someone.press('Edit');
  await answerProfile(someone);
  await someone.press('Save');
  expect(await world.row(someone)).toMatchObject({ country: 'KG', zone: 'Asia/Seoul' });
});
