import { readdirSync } from 'node:fs';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { parseConfig } from '../../src/config.ts';
import { draft, event, role, person } from '../../src/db/schema.ts';
import type { PersonChat, State } from '../../src/playground/api.ts';
import type { Shown } from '../../src/playground/chat.ts';
import { CAST, NEWCOMERS, PEOPLE } from '../../src/playground/demo/people.ts';
import { startPlayground } from '../../src/playground/index.ts';
import type { News } from '../../src/playground/stream.ts';
import { createDatabase, type TestDatabase } from '../support/database.ts';
import { eventually } from '../support/process.ts';
import { ROOT } from '../support/world.ts';

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

type Playground = Awaited<ReturnType<typeof start>>;

async function start(database: TestDatabase) {
  const port = await freePort();
  const config = parseConfig({ DATABASE_URL: database.url, PORT: String(port), LOG_LEVEL: 'warn' });
  const { stop } = await startPlayground(config);
  const url = `http://127.0.0.1:${port}`;

  async function call(method: string, path: string, body?: unknown): Promise<Response> {
    const headers = body === undefined ? {} : { 'content-type': 'application/json' };
    return fetch(`${url}/api/${path}`, { method, headers, body: body === undefined ? null : JSON.stringify(body) });
  }
  const get = async <T>(path: string) => (await call('GET', path)).json() as Promise<T>;
  const post = (path: string, body: unknown = {}) => call('POST', path, body);
  const chat = (id: number) => get<PersonChat>(`people/${id}`);
  const last = async (id: number): Promise<Shown | undefined> => (await chat(id)).chat.messages.at(-1);

  /** Waits until the bot's last message to somebody is such a one. */
  const says = (id: number, what: (message: Shown) => boolean): Promise<Shown> =>
    eventually(async () => {
      const message = await last(id);
      return message?.from === 'bot' && what(message) ? message : null;
    }, `the bot to say it to ${id}`);

  /** Presses the first button of the last message whose data begins so. */
  async function press(id: number, data: string): Promise<void> {
    const message = await says(id, ({ buttons }) => buttonOf(buttons, data) !== undefined);
    const pressed = await post(`people/${id}/presses`, { message: message.id, data: buttonOf(message.buttons, data) });
    expect(pressed.status).toBe(204);
  }

  return { port, url, stop, call, get, post, chat, says, press, database };
}

const buttonOf = (rows: Shown['buttons'], data: string): string | undefined =>
  rows.flat().flatMap((button) => ('data' in button && button.data.startsWith(data) ? [button.data] : []))[0];

const [AIGERIM, NODIRA, NINO] = NEWCOMERS.map(({ id }) => id) as [number, number, number];
/** Registered for the workshop; her clock is an hour behind Astana's. */
const NARINE = PEOPLE.find(({ latin }) => latin === 'TSATURYAN NARINE')!;

let database: TestDatabase;
let playground: Playground;
beforeAll(async () => {
  database = await createDatabase();
  playground = await start(database);
});
afterAll(async () => {
  await playground.stop();
  await database.close();
});

describe('what the page is told', () => {
  test('the first view shows life: a newcomer, an organizer with the events open, an alumna with her menu', async () => {
    const { get, chat, says } = playground;
    const state = await get<State>('state?lang=ru');
    expect(state.language).toBe('ru');
    expect(state.firstView).toEqual([AIGERIM, CAST.organizer, CAST.alumna]);
    const roles = new Map(state.people.map(({ id, role }) => [id, role]));
    expect([AIGERIM, CAST.organizer, CAST.coOrganizer, CAST.alumna].map((id) => roles.get(id))).toEqual([
      'newcomer',
      'organizer',
      'organizer',
      'alumni',
    ]);
    expect((await chat(AIGERIM)).chat).toMatchObject({ started: false, messages: [], commands: [] });
    await says(CAST.organizer, ({ buttons }) => buttonOf(buttons, 'manage:') !== undefined);
    await says(CAST.alumna, ({ buttons }) => buttonOf(buttons, 'directory') !== undefined);
  });

  test('an unknown language is answered in the default one, and a text that is missing in English', async () => {
    const { get, call } = playground;
    expect((await get<State>('state?lang=xx')).language).toBe('en');
    const [english, kyrgyz] = await Promise.all(
      ['en', 'ky'].map((language) => get<Record<string, string>>(`texts/${language}`)),
    );
    expect(Object.keys(kyrgyz!).toSorted()).toEqual(Object.keys(english!).toSorted());
    expect(kyrgyz!.start).toBe('Баштоо');
    expect((await call('GET', 'texts/xx')).status).toBe(404);
  });

  test('somebody who is not on stage is not found', async () => {
    for (const path of ['people/1', 'people/abc', 'files/nothing'])
      expect((await playground.call('GET', path)).status).toBe(404);
    expect((await playground.post('people/1/messages', { text: 'hello' })).status).toBe(404);
  });

  test('news tell whose chat has changed', async () => {
    const aborted = new AbortController();
    onTestFinished(() => aborted.abort());
    const response = await fetch(`${playground.url}/api/news?lang=ko`, { signal: aborted.signal });
    const news = readNews(response);
    expect(await news.next()).toMatchObject({ kind: 'clock', text: expect.stringMatching(/년 .*아스타나/) });
    await playground.post(`people/${CAST.alumna}/messages`, { text: '/my' });
    expect(await news.next()).toMatchObject({ kind: 'chats', received: { [CAST.alumna]: expect.any(Number) } });
  });
});

describe('what people do', () => {
  test('a newcomer starts, chooses her language, agrees; what she types is inert', async () => {
    const { post, press, says, chat } = playground;
    await post(`people/${NODIRA}/start`, { payload: 'event_services' });
    await press(NODIRA, 'lang:uz');
    await press(NODIRA, 'agree:uz');
    await press(NODIRA, 'register:');
    await says(NODIRA, ({ html }) => html.startsWith('<b>1 / '));
    const typed = '<img src=x onerror=alert(1)> & <b>Nodira</b>';
    await post(`people/${NODIRA}/messages`, { text: typed });
    await says(NODIRA, ({ html }) => html.startsWith('<b>2 / '));
    const written = (await chat(NODIRA)).chat.messages.findLast(({ from }) => from === 'me');
    expect(written!.html).toBe('&lt;img src=x onerror=alert(1)&gt; &amp; &lt;b&gt;Nodira&lt;/b&gt;');
    const [row] = await database.db.select().from(person).where(eq(person.telegramId, NODIRA));
    const [open] = await database.db.select().from(draft).where(eq(draft.personId, row!.id));
    expect(open!.answers).toEqual({ fullName: typed });
    expect((await chat(NODIRA)).person).toMatchObject({ role: 'participant', language: 'uz' });
  });

  test('somebody new comes with the language of their Telegram, and with a name of their own each', async () => {
    const { post, get, chat } = playground;
    const arrivals = [];
    for (const language of ['tg', 'tg', 'tg', 'tg', 'ko'])
      arrivals.push(((await (await post('people', { language })).json()) as { id: number }).id);
    expect(new Set(arrivals).size).toBe(5);
    const { people } = await get<State>('state');
    const [first, second, , , last] = arrivals.map((id) => people.find((one) => one.id === id)!);
    expect(first).toMatchObject({ role: 'newcomer', language: 'tg', zone: 'Asia/Dushanbe' });
    expect(first!.name).not.toBe(second!.name);
    expect(last).toMatchObject({ language: 'ko', zone: 'Asia/Seoul' });
    expect((await chat(first!.id)).chat.started).toBe(false);
    expect((await post('people', { language: 'xx' })).status).toBe(409);
  });

  test('blocking the bot, and coming back', async () => {
    const { call, post, chat } = playground;
    await call('PUT', `people/${CAST.coOrganizer}/blocked`, { blocked: true });
    expect((await chat(CAST.coOrganizer)).chat.blocked).toBe(true);
    expect((await post(`people/${CAST.coOrganizer}/messages`, { text: '/start' })).status).toBe(409);
    await post(`people/${CAST.coOrganizer}/start`);
    expect((await chat(CAST.coOrganizer)).chat.blocked).toBe(false);
  });

  test('an alert of the bot is handed on', async () => {
    const { post, press, chat } = playground;
    await post(`people/${CAST.coOrganizer}/messages`, { text: '/organize' });
    const [row] = await database.db.select().from(person).where(eq(person.telegramId, CAST.coOrganizer));
    // Whoever may not organize any more still has the buttons.
    await playground.says(CAST.coOrganizer, ({ buttons }) => buttonOf(buttons, 'manage:') !== undefined);
    await database.db.delete(role).where(eq(role.personId, row!.id));
    await press(CAST.coOrganizer, 'manage:');
    const answers = await eventually(async () => {
      const { answers } = (await chat(CAST.coOrganizer)).chat;
      return answers.length > 0 && answers;
    }, 'the alert');
    expect(answers).toEqual([{ text: expect.any(String), alert: true }]);
  });

  test('what nobody can do in Telegram is refused, what is malformed too', async () => {
    const { post } = playground;
    expect((await post(`people/${CAST.alumna}/presses`, { text: 'No such button' })).status).toBe(409);
    expect((await post(`people/${CAST.alumna}/messages`, { text: '' })).status).toBe(409);
    expect((await post(`people/${CAST.alumna}/messages`, { words: 1 })).status).toBe(400);
    expect((await post(`people/${CAST.alumna}/votes`, { message: 1, options: 'all' })).status).toBe(400);
    expect((await post(`people/${CAST.alumna}/files`)).status).toBe(400);
  });

  test('a sent file reaches the bot; a picture of the bot is shown, a document downloaded', async () => {
    const { url, call, post, says, press, chat } = playground;
    const form = new FormData();
    form.set('file', new File([new Uint8Array(5000)], 'slides.pdf'));
    // As a browser says where its page is from.
    const headers = { origin: url };
    await fetch(`${url}/api/people/${CAST.organizer}/files`, { method: 'POST', headers, body: form });
    await says(CAST.organizer, ({ html, edited }) => !edited && html.includes('2 '));
    const sent = (await chat(CAST.organizer)).chat.messages.findLast(({ from }) => from === 'me');
    expect(sent!.file).toMatchObject({ name: 'slides.pdf', size: '5 КБ' });
    await post(`people/${CAST.organizer}/messages`, { text: '/cancel' });

    await post(`people/${CAST.organizer}/messages`, { text: '/organize' });
    await press(CAST.organizer, 'manage:');
    await press(CAST.organizer, 'share:');
    const { picture } = await says(CAST.organizer, ({ picture }) => picture !== undefined);
    const image = await fetch(url + picture!.src);
    expect(image.headers.get('content-type')).toBe('image/png');

    await post(`people/${CAST.alumna}/messages`, { text: '/materials' });
    await press(CAST.alumna, 'material:');
    const { file } = await says(CAST.alumna, ({ file }) => file !== undefined);
    const document = await call('GET', file!.src.slice('/api/'.length));
    expect(document.headers.get('content-disposition')).toBe('attachment');
    expect(document.headers.get('content-security-policy')).toContain('sandbox');
    expect(Buffer.from(await document.arrayBuffer()).toString('latin1', 0, 5)).toBe('%PDF-');
  });
});

describe('the clock', () => {
  test('a day before the workshop its people are reminded, before the move is answered', async () => {
    const { get, post, chat } = playground;
    const [workshop] = (await get<State>('state')).events;
    const moved = await post('clock?lang=en', { to: 'moment', event: workshop!.id, moment: 'day_before' });
    expect(await moved.json()).toMatchObject({ kind: 'clock', moved: true, text: expect.stringContaining('10:00') });
    const { messages } = (await chat(NARINE.id)).chat;
    expect(messages.at(-1)).toMatchObject({ from: 'bot', time: '09:00' });
    expect(messages.at(-1)!.html).toContain('Թվային հանրային ծառայությունների նախագծում');
    expect((await chat(CAST.alumna)).chat.messages.at(-1)!.html).not.toContain('Թվային հանրային');

    await post('clock', { to: 'later', by: 'hour' });
    expect((await get<State>('state')).clock.text).toContain('11:00');
    await post('clock', { to: 'time', local: '2031-02-03T04:05' });
    expect((await get<State>('state')).clock.text).toContain('3 February 2031, 04:05');
    await post('clock', { to: 'now' });
    const { clock } = await get<State>('state');
    expect(clock.moved).toBe(false);
    expect(Math.abs(clock.epoch - Temporal.Now.instant().epochMilliseconds)).toBeLessThan(5000);
  });

  test.each([
    [{ to: 'moment', event: 999_999, moment: 'after' }],
    [{ to: 'moment', event: 6, moment: 'christmas' }],
    [{ to: 'time', local: '1999-01-01T00:00' }],
    [{ to: 'time', local: 'tomorrow' }],
    [{ to: 'later', by: 'century' }],
    [{}],
  ])('does not go to %j', async (move) => {
    expect((await playground.post('clock', move)).status).toBe(400);
    expect((await playground.get<State>('state')).clock.moved).toBe(false);
  });
});

describe('the page and its files', () => {
  const files = readdirSync(join(ROOT, 'src/playground/page'));

  test.each(['/', ...files.map((file) => `/page/${file}`)])('%s is served, under a strict policy', async (path) => {
    const response = await fetch(playground.url + path);
    expect(response.status).toBe(200);
    const policy = response.headers.get('content-security-policy')!;
    expect(policy).toMatch(/default-src 'none'; script-src 'self'/);
    expect(policy).not.toMatch(/unsafe|\*|https?:/);
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    expect(await response.text(), 'asks nobody else').not.toMatch(/(src|href)="https?:|@import|url\(/);
  });

  test.each(files.filter((file) => file.endsWith('.ts')))('%s goes out without its types', async (file) => {
    const response = await fetch(`${playground.url}/page/${file}`);
    expect(response.headers.get('content-type')).toContain('text/javascript');
    expect(await response.text()).not.toMatch(/\bimport type\b|: string\b/);
  });

  test.each([
    '/page/nothing.ts',
    '/page/..%2findex.ts',
    '/page/%2e%2e/index.ts',
    '/index.ts',
    '/api/secrets',
    '/package.json',
  ])('%s is not there', async (path) => {
    expect((await fetch(playground.url + path)).status).toBe(404);
  });

  test.each([
    ['POST', '/'],
    ['PUT', '/page/main.ts'],
    ['DELETE', `/api/people/${AIGERIM}`],
    ['GET', '/api/clock'],
    ['GET', '/api/start-over'],
    ['PATCH', '/api/state'],
    ['POST', '/healthz'],
  ])('%s %s does nothing', async (method, path) => {
    const headers = { 'content-type': 'application/json' };
    expect((await fetch(playground.url + path, { method, headers })).status).toBe(404);
  });

  test('it is for this machine: another name, or a form of another site, is refused', async () => {
    expect(await status(playground, { host: 'evil.example' })).toBe(403);
    expect(await status(playground, { host: `localhost:${playground.port}` })).toBe(200);
    const form = new URLSearchParams({ text: 'hello' });
    const headers = { origin: 'https://evil.example' };
    const posted = await fetch(`${playground.url}/api/start-over`, { method: 'POST', headers, body: form });
    expect(posted.status).toBe(403);
  });

  test('the bot is healthy', async () => {
    const response = await fetch(`${playground.url}/healthz`);
    expect(await response.json()).toEqual({ ok: true, database: true, telegram: true });
  });
});

test('start over: everything is as on the first day', async () => {
  const own = await createDatabase();
  const { post, get, chat, says, press, stop } = await start(own);
  onTestFinished(stop);
  await post(`people/${NINO}/start`);
  await press(NINO, 'lang:ka');
  await press(NINO, 'agree:ka');
  await eventually(async () => (await chat(NINO)).person.role === 'participant', 'her to be known');
  await post('clock', { to: 'later', by: 'day' });

  expect((await Promise.all([post('start-over'), post('start-over')])).map((r) => r.status)).toEqual([204, 204]);
  const state = await get<State>('state');
  expect(state.clock.moved).toBe(false);
  expect(await own.db.$count(person)).toBe(PEOPLE.length);
  expect((await chat(NINO)).chat.started).toBe(false);
  await says(CAST.alumna, ({ buttons }) => buttonOf(buttons, 'directory') !== undefined);
});

test('after a restart the people and what they have done are there, and the bot answers', async () => {
  const own = await createDatabase();
  const first = await start(own);
  await first.post(`people/${NINO}/start`, { payload: 'event_services' });
  await first.press(NINO, 'lang:ka');
  await first.press(NINO, 'agree:ka');
  const newcomer = ((await (await first.post('people', { language: 'az' })).json()) as { id: number }).id;
  await first.post(`people/${newcomer}/start`);
  await first.press(newcomer, 'lang:az');
  await first.press(newcomer, 'agree:az');
  await eventually(async () => (await first.chat(newcomer)).person.role === 'participant', 'the newcomer to be known');
  const { name } = (await first.chat(newcomer)).person;
  await first.stop();

  const second = await start(own);
  onTestFinished(second.stop);
  expect((await second.chat(NINO)).person).toMatchObject({ role: 'participant', language: 'ka' });
  expect((await second.chat(newcomer)).person.name).toBe(name);
  await second.post(`people/${NINO}/wake`);
  await second.press(NINO, 'events');
  await second.press(NINO, 'event:');
  await second.says(NINO, ({ buttons }) => buttonOf(buttons, 'register:') !== undefined);
});

test('months later the clock begins before the last event, so that there is something to try', async () => {
  const own = await createDatabase();
  const first = await start(own);
  await first.stop();
  await own.db.update(event).set({
    beginsAt: Temporal.Instant.from('2026-01-20T05:00:00Z'),
    endsAt: Temporal.Instant.from('2026-01-20T12:00:00Z'),
  });
  const second = await start(own);
  onTestFinished(second.stop);
  const { clock } = await second.get<State>('state');
  expect(clock).toMatchObject({ moved: true, text: expect.stringContaining('12 January 2026') });
});

test('a port that is taken is named, with the cure', async () => {
  const config = parseConfig({ DATABASE_URL: database.url, PORT: String(playground.port) });
  const message = await startPlayground(config).catch((error: Error) => error.message);
  expect(message).toBe(
    `PORT ${playground.port} is taken: stop the program that has it, or choose another one: PORT=${playground.port + 1} npm start`,
  );
});

/** The news of a stream, one by one. */
function readNews(response: Response) {
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  let read = '';
  return {
    async next(): Promise<News> {
      for (;;) {
        const end = read.indexOf('\n\n');
        if (end >= 0) {
          const data = read.slice(0, end).replace(/^data: /, '');
          read = read.slice(end + 2);
          return JSON.parse(data) as News;
        }
        const { value, done } = await reader.read();
        if (done) throw new Error('the stream has ended');
        read += value;
      }
    },
  };
}

/** Node's fetch names its own host. */
function status({ port }: Playground, headers: Record<string, string>): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port, path: '/', headers }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on('error', reject)
      .end();
  });
}
