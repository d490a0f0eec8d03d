import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { eq } from 'drizzle-orm';
import { describe, expect, onTestFinished, test } from 'vitest';
import { parseConfig } from '../src/config.ts';
import { consentText, draft, person, registration } from '../src/db/schema.ts';
import { createTelegram, type Telegram } from '../src/playground/telegram/index.ts';
import { createDatabase } from './support/database.ts';
import { createEvent } from './support/events.ts';
import { eventually, kill9, launch, runToEnd, startProcess } from './support/process.ts';
import { TOKEN, type World } from './support/world.ts';

/** The world outside of the process under test: Telegram, and the database. */
async function outside() {
  // Of its own to the end: processes that are killed late must not write into the next test's.
  const database = await createDatabase({ template: 'template' });
  const telegram = createTelegram({ token: TOKEN });
  const server = await telegram.listen();
  onTestFinished(() => server.close());
  const env = { DATABASE_URL: database.url, TELEGRAM_API_ROOT: server.url };
  const event = await createEvent({ db: database.db, clock: { now: () => Temporal.Now.instant() } } as World, {
    beginsAt: Temporal.Now.instant().add({ hours: 240 }),
  });
  return { database, db: database.db, telegram, env, event };
}

/** Waits for the bot's next message after what the person does. */
async function says(user: ReturnType<Telegram['user']>, what: RegExp): Promise<void> {
  await eventually(
    () => what.test(user.chat.findLast(({ from }) => from === 'bot')?.text ?? ''),
    `the bot to say ${what}`,
  );
}

describe('the process', () => {
  test('kill -9 in the middle of a dialog: the person goes on where they were', async () => {
    const { db, telegram, env, event } = await outside();
    const first = await startProcess(env);
    const aida = telegram.user({ language_code: 'en' });
    await aida.open(`event_${event.code}`);
    await says(aida, /Choose your language/);
    await aida.press('✓ English');
    await says(aida, /Consent/);
    await aida.press('I agree');
    await says(aida, /Digital services workshop/);
    await aida.press('Register');
    await says(aida, /Full name/);
    await aida.send('Асанова Айпери');
    await says(aida, /Latin/);
    await kill9(first);

    // Written while nobody is there.
    await aida.send('ASANOVA AIPERI');
    await startProcess(env);
    await says(aida, /Country/);
    const [kept] = await db.select().from(draft);
    expect(kept!.answers).toEqual({ fullName: 'Асанова Айпери', latinName: 'ASANOVA AIPERI' });
  });

  test('SIGTERM ends what is at hand and loses nothing', async () => {
    const { db, telegram, env, event } = await outside();
    const bot = await startProcess(env);
    const people = Array.from({ length: 20 }, () => telegram.user({ language_code: 'en' }));
    await Promise.all(people.map((one) => one.open(`event_${event.code}`)));
    bot.child.kill('SIGTERM');
    await eventually(() => bot.child.exitCode !== null, 'the process to end');
    expect(bot.child.exitCode).toBe(0);
    await startProcess(env);
    for (const one of people) await says(one, /Choose your language/);
    expect(await db.select().from(person)).toEqual([]);
  });

  test('webhook mode: updates come by POST, and only with the secret', async () => {
    const { db, telegram, env, event } = await outside();
    const port = 31_000 + (process.pid % 1700);
    const webhook = { PORT: String(port), WEBHOOK_URL: `http://127.0.0.1:${port}/telegram`, WEBHOOK_SECRET: 's3cret' };
    const bot = await startProcess({ ...env, ...webhook });
    void bot;
    const aida = telegram.user({ language_code: 'en' });
    await aida.open(`event_${event.code}`);
    await says(aida, /Choose your language/);
    const forged = await fetch(webhook.WEBHOOK_URL, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'X-Telegram-Bot-Api-Secret-Token': 'guess' },
      body: JSON.stringify({ update_id: 1, message: {} }),
    });
    expect(forged.status).toBe(401);
    expect(await db.select().from(registration).where(eq(registration.eventId, event.id))).toEqual([]);
  });

  test('/healthz is 503 until Telegram answers, and says what is missing', async () => {
    const { telegram, env } = await outside();
    telegram.fail({ method: 'getMe', error_code: 502, description: 'Bad Gateway', times: 1 });
    const { child, url } = launch(env);
    const health = await eventually(() => fetch(`${url}/healthz`).catch(() => null), 'the port to open');
    expect(health.status).toBe(503);
    expect(await health.json()).toEqual({ ok: false, database: true, telegram: false });
    await eventually(async () => (await fetch(`${url}/healthz`)).ok, 'Telegram to be back');
    expect(child.exitCode).toBeNull();
  });

  test('a second process stands by, and takes over when the first is killed', async () => {
    const { telegram, env } = await outside();
    const first = await startProcess(env);
    await startProcess(env);
    const aida = telegram.user({ language_code: 'en' });
    await aida.send('/start');
    await says(aida, /Choose your language/);
    await kill9(first);
    const bota = telegram.user({ language_code: 'kk' });
    await bota.send('/start');
    await says(bota, /Choose your language/);
    expect(telegram.calls.filter(({ error }) => error?.error_code === 409).length).toBeLessThan(3);
  });
});

describe('a wrong setting stops the start with one line that names it and the cure', () => {
  const good = { BOT_TOKEN: TOKEN, LOG_LEVEL: 'silent' };

  test.each([
    ['BOT_TOKEN', { BOT_TOKEN: 'abc' }, /@BotFather/],
    ['OWNER_IDS', { OWNER_IDS: '@aida' }, /numeric Telegram ids/],
    ['DATABASE_URL', { DATABASE_URL: 'mysql://localhost/x' }, /PostgreSQL address/],
    ['TELEGRAM_API_ROOT', { TELEGRAM_API_ROOT: 'telegram' }, /Bot API server/],
    ['WEBHOOK_URL', { WEBHOOK_URL: 'bot.example.org' }, /public address/],
    ['WEBHOOK_SECRET', { WEBHOOK_URL: 'https://bot.example.org/x' }, /openssl/],
    ['WEBHOOK_SECRET', { WEBHOOK_URL: 'https://bot.example.org/x', WEBHOOK_SECRET: 'a b' }, /letters, digits/],
    ['PUBLIC_URL', { PUBLIC_URL: 'https://bot.example.org/pages' }, /without a path/],
    ['ALLOW_PAID_BROADCAST', { ALLOW_PAID_BROADCAST: 'yes' }, /true .* or false/],
    ['METRICS_TOKEN', { METRICS_TOKEN: 'short' }, /openssl/],
    ['PORT', { PORT: '99999' }, /port number/],
    ['LOG_LEVEL', { LOG_LEVEL: 'loud' }, /debug/],
  ])('%s %j', (name, env, cure) => {
    const message = reasonOf(() => parseConfig({ ...good, ...env }));
    expect(message.split('\n')).toHaveLength(1);
    expect(message).toMatch(new RegExp(`^${name} `));
    expect(message).toMatch(cure);
  });

  test.each([
    ['a wrong one', { BOT_TOKEN: 'abc' }, /^BOT_TOKEN is wrong/],
    ['no programme', { PROGRAMME_FILE: 'nowhere.json' }, /^nowhere\.json: .*put the programme's file there/],
    ['no database', { DATABASE_URL: 'postgres://localhost:1/none' }, /^DATABASE_URL: .*Is it running/],
    [
      'a real database for the playground',
      { BOT_TOKEN: '', DATABASE_URL: 'postgres://localhost:1/x' },
      /^BOT_TOKEN is/,
    ],
  ])('the process ends: %s', async (_, env, line) => {
    const { code, stderr } = await runToEnd({ ...good, ...env });
    expect(code).toBe(1);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(stderr).toMatch(line);
  });

  test('a port that is taken', async () => {
    const { env } = await outside();
    const taken = createServer().listen(0, '127.0.0.1');
    onTestFinished(() => void taken.close());
    await once(taken, 'listening');
    const { port } = taken.address() as AddressInfo;
    const { code, stderr } = await runToEnd({ ...good, ...env, PORT: String(port) });
    expect(code).toBe(1);
    expect(stderr.trim()).toBe(`PORT ${port} is taken: set PORT to another one.`);
  });

  test('a consent text that was changed under the same version', async () => {
    const { db, env } = await outside();
    await db.insert(consentText).values({ version: '2026-11-01', language: 'tg', body: 'Other words' });
    const { code, stderr } = await runToEnd({ ...good, ...env });
    expect(code).toBe(1);
    expect(stderr.trim()).toMatch(/^programme\.json: consent\.text\.tg is not what people agreed to/);
  });

  test('a token that Telegram refuses', async () => {
    const { env } = await outside();
    const { code, stderr } = await runToEnd({ ...env, ...good, BOT_TOKEN: '654321:another-token-0123456789' });
    expect(code).toBe(1);
    expect(stderr.trim()).toBe('BOT_TOKEN is refused by Telegram: copy it again from @BotFather.');
  });
});

function reasonOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('nothing was thrown');
}
