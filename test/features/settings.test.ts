import { expect, test } from 'vitest';
import { pressAny } from '../support/press.ts';
import { createWorld } from '../support/world.ts';

test('language, zone, quiet hours and topics are kept, and shown as they are', async () => {
  const world = await createWorld();
  const nino = await world.arrive('ka', { first_name: 'Nino', language_code: 'ru' });
  await nino.send('/settings');
  await nino.press({ data: 'language' });
  // Their own, whatever Telegram says.
  expect(nino.last().buttons.flat()).toContain('✓ ქართული');
  await nino.press({ data: 'settings' });
  await nino.press({ data: 'language' });
  await nino.press('English');
  expect(await world.row(nino)).toMatchObject({ language: 'en' });
  expect(nino.last().text).toContain('Language · English');

  await nino.press('Time zone');
  await nino.press(/Tbilisi/);
  expect(nino.last().text).toContain('Tbilisi (UTC+4)');
  await nino.press('Quiet hours');
  await nino.press('22:00–7:00');
  expect(nino.last().text).toContain('22:00–7:00');
  await nino.press('✓ Announcements');
  expect(nino.last().buttons.flat()).toContain('🔕 Announcements');
  expect(nino.last().text).not.toContain('Announcements');
  expect(await world.row(nino)).toMatchObject({
    zone: 'Asia/Tbilisi',
    zoneChosen: true,
    quietFrom: 22,
    quietTo: 7,
    muted: ['announcements'],
  });
  await nino.press('🔕 Announcements');
  expect((await world.row(nino)).muted).toEqual([]);
});

test('a topic switched off twice is switched off once', async () => {
  const world = await createWorld();
  const someone = await world.arrive('ru');
  await someone.send('/settings');
  await someone.press({ data: 'topic:surveys:0' });
  await pressAny(world, someone, 'topic:surveys:0');
  expect((await world.row(someone)).muted).toEqual(['surveys']);
});

test.each(['zone:99', 'zone:x', 'quiet_set:17', 'topic:everything:0', 'lang:xx', 'set_language:xx'])(
  'a forged button %s changes nothing',
  async (data) => {
    const world = await createWorld();
    const someone = await world.arrive('en');
    const before = await world.row(someone);
    await pressAny(world, someone, data);
    expect(await world.row(someone)).toEqual(before);
  },
);
