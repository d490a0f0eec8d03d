import { Bot, GrammyError } from 'grammy';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { afterEach, describe, expect, onTestFinished, test } from 'vitest';
import { createTelegram } from '../../src/playground/telegram/index.ts';
import { createFloods, telegramLimits } from '../../src/playground/telegram/floods.ts';
import { apiOf, refusal, setUp, token } from './telegram-support.ts';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function served(options: Partial<Parameters<typeof createTelegram>[0]> = {}) {
  const telegram = createTelegram({ token, ...options });
  const server = await telegram.listen();
  closing.push(() => server.close());
  const bot = new Bot(token, { client: { apiRoot: server.url } });
  return { telegram, bot, url: server.url, aida: telegram.user({ first_name: 'Aida', started: true }) };
}

describe('a bot over HTTP', () => {
  test('starts, answers a deep link and a press, and stops', async () => {
    const { telegram, bot, aida } = await served();
    bot.command('start', (ctx) =>
      ctx.reply(`Hello, <b>${ctx.match}</b>`, {
        parse_mode: 'HTML',
        reply_markup: { inline_keyboard: [[{ text: 'Go', callback_data: 'go' }]] },
      }),
    );
    bot.callbackQuery('go', async (ctx) => {
      await ctx.editMessageText('Gone');
      await ctx.answerCallbackQuery('Done');
    });
    void bot.start({ timeout: 10 });
    await aida.open('event_abc');
    await telegram.until(() => aida.texts().length > 0);
    expect(aida.last()).toMatchObject({ text: 'Hello, event_abc', buttons: [['Go']] });
    await aida.press('Go');
    await telegram.until(() => aida.alerts.length > 0);
    expect(aida.texts()).toEqual(['Gone']);
    await bot.stop();
  });

  test('with a wrong token or method is told so', async () => {
    const { telegram, url } = await served();
    const description = async (path: string) =>
      ((await (await fetch(`${url}${path}`)).json()) as { description: string }).description;
    expect(await description('/bot1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA/getMe')).toBe('Unauthorized');
    expect(await description('/botnonsense/getMe')).toBe('Unauthorized: invalid token specified');
    expect(await description(`/bot${token}`)).toBe('Not Found');
    expect(await description('/')).toBe('Not Found');
    const warned = new Promise((resolve) => process.once('warning', resolve));
    expect(await description(`/bot${token}/getMoon`)).toBe('Not Found: method not found');
    expect(String(await warned)).toContain('getMoon');
    expect(telegram.calls.at(-1)).toMatchObject({ method: 'getMoon', ok: false, error: { error_code: 404 } });
  });
});

describe('getUpdates', () => {
  test('gives updates again until an offset confirms them', async () => {
    const { api, aida } = setUp();
    for (const text of ['a', 'b', 'c']) await aida.send(text);
    const texts = async (other = {}) => (await api.getUpdates(other)).map(({ message }) => message?.text);
    expect(await texts()).toEqual(['a', 'b', 'c']);
    const [first] = await api.getUpdates({ limit: 1 });
    expect(await texts({ offset: first!.update_id + 1 })).toEqual(['b', 'c']);
    expect(await texts({ offset: -1 })).toEqual(['c']);
    expect(await texts()).toEqual(['c']);
    expect(await texts({ offset: first!.update_id + 3 })).toEqual([]);
  });

  test('waits for an update, and no longer than its timeout', async () => {
    const { api, aida } = setUp();
    const waiting = api.getUpdates({ timeout: 30 });
    await aida.send('now');
    expect((await waiting)[0]?.message?.text).toBe('now');
    const [update] = await api.getUpdates();
    const started = performance.now();
    expect(await api.getUpdates({ timeout: 1, offset: update!.update_id + 1 })).toEqual([]);
    expect(performance.now() - started).toBeGreaterThan(900);
  });

  test('is for one at a time', async () => {
    const { telegram } = setUp();
    const first = refusal(apiOf(telegram).getUpdates({ timeout: 30 }));
    const second = new AbortController();
    const other = apiOf(telegram).getUpdates({ timeout: 30 }, second.signal as never);
    expect(await first).toBe(
      '409 Conflict: terminated by other getUpdates request; make sure that only one bot instance is running',
    );
    second.abort();
    await expect(other).rejects.toThrow('getUpdates');
  });

  test('gives only what was asked for, and by default no chat_member', async () => {
    const { telegram, api, aida } = setUp();
    const bek = telegram.user();
    const group = await telegram.group({ title: 'Cohort', members: [aida] });
    await group.promote('bot');
    const kinds = async (other = {}) => (await api.getUpdates(other)).map((update) => Object.keys(update)[1]);
    expect(await kinds()).toEqual(['my_chat_member', 'message', 'my_chat_member']);
    await group.add(bek);
    expect(await kinds({ offset: -1, allowed_updates: ['chat_member'] })).toEqual(['message']);
    await group.remove(bek);
    await aida.send('x');
    expect(await kinds({ offset: -1 })).toEqual(['chat_member']);
  });
});

async function receiver(statuses: number[] = [], reply: unknown = '') {
  const got: { text: string | undefined; secret: unknown }[] = [];
  const server = createServer((request, response) => {
    void json(request).then((update) => {
      const { message } = update as { message?: { text: string } };
      got.push({ text: message?.text, secret: request.headers['x-telegram-bot-api-secret-token'] });
      const status = statuses.shift() ?? 200;
      return response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(reply));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => server.close());
  return { got, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook` };
}

describe('a webhook', () => {
  test('gets updates in order, each again until it takes it', async () => {
    const { telegram, api, aida } = setUp();
    const { got, url } = await receiver([500, 200]);
    await api.setWebhook(url, { secret_token: 's3cret' });
    onTestFinished(() => telegram.close());
    for (const text of ['a', 'b']) await aida.send(text);
    await expect.poll(() => got.map(({ text }) => text)).toEqual(['a', 'a', 'b']);
    expect(got[0]?.secret).toBe('s3cret');
    await expect.poll(async () => (await api.getWebhookInfo()).pending_update_count).toBe(0);
    expect(await api.getWebhookInfo()).toMatchObject({ url, last_error_message: expect.stringContaining('500') });
  });

  test('may answer with a method', async () => {
    const { telegram, api, aida } = setUp();
    const { url } = await receiver([], { method: 'sendMessage', chat_id: aida.id, text: 'by the way' });
    await api.setWebhook(url);
    onTestFinished(() => telegram.close());
    await aida.send('x');
    await telegram.until(() => aida.texts().length > 0);
    expect(aida.texts()).toEqual(['by the way']);
  });

  test('excludes getUpdates, and keeps what it has not delivered', async () => {
    const { telegram, api, aida } = setUp();
    await api.setWebhook('http://127.0.0.1:1/nobody');
    onTestFinished(() => telegram.close());
    expect(await refusal(api.getUpdates())).toBe(
      "409 Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
    );
    await aida.send('kept');
    await api.deleteWebhook();
    expect((await api.getUpdates())[0]?.message?.text).toBe('kept');
    await api.deleteWebhook({ drop_pending_updates: true });
    expect(await api.getUpdates()).toEqual([]);
  });

  test('needs an address that Telegram takes', async () => {
    const { api } = setUp();
    expect(await refusal(api.setWebhook('http://a.org'))).toContain('An HTTPS URL must be provided for webhook');
    expect(await refusal(api.setWebhook('https://a.org:9000'))).toContain('only on ports 80, 88, 443 or 8443');
    expect(await refusal(api.setWebhook('nonsense'))).toContain('invalid webhook URL');
    expect(await refusal(api.setWebhook('https://a.org', { secret_token: 'a b' }))).toContain('unallowed characters');
  });
});

const privateRoom = (id: number) => ({
  chat: { id, type: 'private' as const, first_name: 'x' },
  entries: new Map(),
  members: new Map(),
});
const group = { chat: { id: -1, type: 'group' as const, title: 'x' }, entries: new Map(), members: new Map() };

function meter() {
  let now = 1000;
  const floods = createFloods(telegramLimits, () => now);
  return {
    pass: (ms: number) => (now += ms),
    /** The seconds to wait, 0 when it went through. */
    send: (room: Parameters<typeof floods.take>[0], { paid = false, messages = 1 } = {}): number => {
      try {
        floods.take(room, messages, paid);
        return 0;
      } catch (error) {
        return (error as { parameters: { retry_after: number } }).parameters.retry_after;
      }
    },
  };
}

describe('floods', () => {
  test('over all chats: 30 a second, 1000 when paid for', () => {
    const { pass, send } = meter();
    for (let i = 0; i < 30; i += 1) expect(send(privateRoom(i))).toBe(0);
    expect(send(privateRoom(30))).toBe(1);
    for (let i = 0; i < 1000; i += 1) expect(send(privateRoom(100 + i), { paid: true })).toBe(0);
    expect(send(privateRoom(5000), { paid: true })).toBe(1);
    pass(999);
    expect(send(privateRoom(31))).toBe(1);
    pass(1);
    for (let i = 0; i < 30; i += 1) expect(send(privateRoom(200 + i))).toBe(0);
    expect(send(privateRoom(300))).toBe(1);
  });

  test('paid for is what may be: not a forwarded message', async () => {
    const { api, aida } = setUp({ floodLimits: { perSecond: 1, privateBurst: 9 } });
    const paid = { allow_paid_broadcast: true } as const;
    const { message_id } = await api.sendMessage(aida.id, 'x', paid);
    expect(await refusal(api.copyMessage(aida.id, aida.id, message_id, paid))).toBe('accepted');
    expect(await refusal(api.forwardMessage(aida.id, aida.id, message_id, paid as never))).toBe('accepted');
    expect(await refusal(api.forwardMessage(aida.id, aida.id, message_id, paid as never))).toContain('429');
  });

  test('to one person: three at once, then one a second', () => {
    const { pass, send } = meter();
    const sent = [1, 2, 3, 4].map(() => send(privateRoom(1)));
    expect(sent).toEqual([0, 0, 0, 1]);
    pass(1000);
    expect([send(privateRoom(1)), send(privateRoom(1))]).toEqual([0, 1]);
    expect(send(privateRoom(2))).toBe(0);
  });

  test('to one group: 20 a minute, albums by their messages', () => {
    const { pass, send } = meter();
    expect(send(group, { messages: 10 })).toBe(0);
    pass(2000);
    for (let i = 0; i < 10; i += 1) expect(send(group)).toBe(0);
    expect(send(group)).toBe(58);
    pass(57_000);
    expect(send(group)).toBe(1);
    pass(1000);
    expect(send(group)).toBe(0);
  });

  test('are answered with 429 and how long to wait, and only when asked for', async () => {
    const { telegram, api, aida } = setUp({ floodLimits: { privateBurst: 1 } });
    await api.sendMessage(aida.id, 'x');
    const error = await api.sendMessage(aida.id, 'y').catch((error: unknown) => error);
    expect(error).toBeInstanceOf(GrammyError);
    expect(error).toMatchObject({
      error_code: 429,
      // Real time governs floods, and a busy machine has its own idea of a second.
      description: expect.stringMatching(/^Too Many Requests: retry after [12]$/),
      parameters: { retry_after: expect.any(Number) },
    });
    expect(aida.texts()).toEqual(['x']);
    const response = await telegram.fetch(`http://x/bot${token}/sendMessage?chat_id=${aida.id}&text=z`);
    expect([response.status, response.headers.get('Retry-After')]).toEqual([429, expect.stringMatching(/^[12]$/)]);
    const { api: unlimited, aida: other } = setUp();
    for (let i = 0; i < 40; i += 1) await unlimited.sendMessage(other.id, 'x');
  });
});

test('what changes in a chat is told to subscribers', async () => {
  const { telegram, api, aida } = setUp();
  const changes: string[] = [];
  const stop = telegram.subscribe(({ kind, chat_id, message_id }) =>
    changes.push(`${kind} ${chat_id === aida.id} ${message_id}`),
  );
  const { message_id } = await api.sendMessage(aida.id, 'x');
  await api.editMessageText(aida.id, message_id, 'y');
  await api.deleteMessage(aida.id, message_id);
  stop();
  await api.sendMessage(aida.id, 'z');
  expect(changes).toEqual(['message true 1', 'edited true 1', 'deleted true 1']);
});

test('ids of a second run do not repeat those of the first', async () => {
  const { telegram, aida } = setUp({ firstId: 70_000 });
  telegram.onUpdate = async ({ update_id }) => {
    expect(update_id).toBe(100_070_000);
  };
  expect((await aida.send('x')).message_id).toBe(70_000);
});
