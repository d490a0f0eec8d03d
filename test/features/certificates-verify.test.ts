import { expect, test } from 'vitest';
import { languageOf } from '../../src/bot/web.ts';
import { certificates, createPast, issue, participant } from '../support/certificates.ts';
import { createWorld, type World } from '../support/world.ts';

const page = (world: World, path: string, accept = 'en') =>
  world.app.http.request(path, { headers: { 'Accept-Language': accept } });

/** A workshop with one certificate that was issued in English. */
async function issued(world: World) {
  const owner = await world.owner();
  const one = await createPast(world, { texts: { en: 'Open <data>', ru: 'Открытые данные' } });
  const aiperi = await participant(world, one, { language: 'en', latinName: 'ASANOVA <b> AIPERI' });
  await issue(owner, one);
  await aiperi.press('Approve the name');
  await aiperi.press('ASANOVA <b> AIPERI');
  await aiperi.press('Approve');
  const [made] = await certificates(world, one);
  return { owner, one, aiperi, code: made!.code };
}

test('the page says what is certified and that it is valid, in the language of the browser, and lets nobody else know', async () => {
  const world = await createWorld({ PUBLIC_URL: 'https://bilim.example.org' });
  const { code } = await issued(world);
  const typed = code.toLowerCase().replace(/(.{4})(?=.)/g, '$1-');
  const response = await page(world, `/verify/${typed}`, 'kk;q=0.1, ru-RU, en;q=0.9');
  expect(response.status).toBe(200);
  const text = await response.text();
  expect(text).toContain('<html lang="ru">');
  expect(text).toContain('Сертификат действителен.');
  expect(text).toContain('Открытые данные');
  expect(text).toContain('ASANOVA &lt;b&gt; AIPERI');
  expect(text).not.toMatch(/<script|style=|Astana@|telegram/i);
  expect(Object.fromEntries(response.headers)).toMatchObject({
    'content-security-policy': expect.stringContaining("default-src 'none'"),
    'referrer-policy': 'no-referrer',
    'x-robots-tag': 'noindex',
    'cache-control': 'private, max-age=60',
    vary: 'Accept-Language',
  });
  expect((await page(world, '/verify/page.css')).headers.get('content-type')).toContain('text/css');
});

test('one that was replaced or revoked says so and since when, never why', async () => {
  const world = await createWorld({ PUBLIC_URL: 'https://bilim.example.org' });
  const { owner, one, aiperi, code } = await issued(world);
  world.clock.advance({ hours: 48 });
  await aiperi.press('Certificate');
  await aiperi.press('The name is wrong');
  await aiperi.send('Aiperi Asanova');
  await aiperi.press('Approve');
  const replaced = await (await page(world, `/verify/${code}`)).text();
  expect(replaced).toContain('another one took its place');
  expect(replaced).toContain('26 November 2026');
  expect(replaced).not.toContain('Aiperi Asanova');

  const now = (await certificates(world, one)).at(-1)!;
  await owner.send('/organize');
  await owner.press({ data: `manage:${one.id}` });
  await owner.press('Results and certificates');
  await owner.press('Certificates');
  await owner.press('List');
  await owner.press('1');
  await owner.press('Revoke');
  await owner.send('A secret reason');
  await owner.press('Revoke');
  const revoked = await (await page(world, `/verify/${now.code}`)).text();
  expect(revoked).toContain('it was revoked');
  expect(revoked).not.toContain('A secret reason');
});

test('a code that nobody has is one plain sentence, as is one that is only proposed', async () => {
  const world = await createWorld({ PUBLIC_URL: 'https://bilim.example.org' });
  const owner = await world.owner();
  const one = await createPast(world);
  await participant(world, one);
  await issue(owner, one);
  const [proposed] = await certificates(world, one);
  const texts = [];
  for (const code of ['K7QM3XRT9WPA2DFN', proposed!.code, 'x', "'; drop table certificate; --", 'A'.repeat(5000)]) {
    const response = await page(world, `/verify/${encodeURIComponent(code)}`);
    expect(response.status).toBe(404);
    texts.push(await response.text());
  }
  expect(new Set(texts).size, 'nothing of what was asked is on the page').toBe(1);
  expect(texts[0]).toContain('There is no certificate with this code.');
});

test('the bot says the same to anybody, whether they agreed to anything or not', async () => {
  const world = await createWorld();
  const { code, aiperi } = await issued(world);
  expect(aiperi.last().text).toContain(`?start=verify_${code}`);
  const stranger = world.telegram.user({ language_code: 'ru' });
  await stranger.open(`verify_${code}`);
  expect(stranger.last().text).toContain('Сертификат действителен.');
  expect(stranger.last().text).toContain('ASANOVA <b> AIPERI');
  await stranger.send(`/verify ${code.slice(0, 4)}-${code.slice(4)}`);
  expect(stranger.last().text).toContain('Сертификат действителен.');
  await stranger.send('/verify nothing');
  expect(stranger.last().text).toContain('Сертификата с таким кодом нет.');
});

test('the language of a browser is the first of ours that it asks for', () => {
  const ours = ['en', 'ru', 'kk', 'ko'];
  expect(languageOf('fr, ko-KR;q=0.8, ru;q=0.9', ours)).toBe('ru');
  expect(languageOf('KK', ours)).toBe('kk');
  expect(languageOf('fr, de;q=0.5', ours)).toBeNull();
  expect(languageOf('ru;q=0, en;q=0.1', ours)).toBe('en');
  expect(languageOf(undefined, ours)).toBeNull();
  expect(languageOf(';;;,,q=', ours)).toBeNull();
});
