import { Bot } from 'grammy';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createTelegram } from '../../src/playground/telegram/index.ts';
import { apiOf, refusal, setUp, token } from './telegram-support.ts';

async function served(options: Partial<Parameters<typeof createTelegram>[0]> = {}) {
  const telegram = createTelegram({ token, ...options });
  const server = await telegram.listen();
  onTestFinished(() => server.close());
  const bot = new Bot(token, { client: { apiRoot: server.url } });
  return { telegram, bot, aida: telegram.user({ first_name: 'Aida', started: true }) };
}

describe('faults', () => {
  test('meet the next calls that fit, in order', async () => {
    const { telegram, api, aida } = setUp();
    const bek = telegram.user({ started: true });
    telegram.fail({ method: 'sendMessage', chat_id: bek.id, error_code: 500, description: 'Internal Server Error' });
    telegram.fail({
      method: 'sendMessage',
      times: 2,
      error_code: 429,
      description: 'Too Many Requests: retry after 7',
      parameters: { retry_after: 7 },
    });
    expect(await refusal(api.getMe())).toBe('accepted');
    expect(await refusal(api.sendMessage(aida.id, 'a'))).toContain('429');
    expect(await refusal(api.sendMessage(bek.id, 'b'))).toBe('500 Internal Server Error');
    expect(await refusal(api.sendMessage(aida.id, 'c'))).toContain('429');
    expect(await refusal(api.sendMessage(aida.id, 'd'))).toBe('accepted');
    expect(aida.texts()).toEqual(['d']);
    telegram.fail({ times: Infinity, status: 502 });
    expect(await refusal(api.getMe())).toContain('HTTP');
    telegram.heal();
    expect(await refusal(api.getMe())).toBe('accepted');
  });

  test('a dropped connection hides whether the call was carried out', async () => {
    for (const [cut, texts] of [
      [true, ['x']],
      ['before', []],
    ] as const) {
      const { telegram, bot, aida } = await served();
      telegram.fail({ cut });
      expect(await refusal(bot.api.sendMessage(aida.id, 'x'))).toContain('HTTP');
      expect(aida.texts()).toEqual(texts);
      telegram.fail({ cut });
      expect(await refusal(apiOf(telegram).sendMessage(aida.id, 'x'))).toContain('HTTP');
      expect(await refusal(bot.api.sendMessage(aida.id, 'y'))).toBe('accepted');
    }
  });

  test('a hanging call is answered late', async () => {
    const { telegram, api } = setUp();
    telegram.fail({ hang: 60 });
    const started = performance.now();
    await api.getMe();
    expect(performance.now() - started).toBeGreaterThan(50);
  });
});

describe('faults by chance', () => {
  /** What became of 300 messages: `seed` decides. */
  async function outcomes(seed: number): Promise<string[]> {
    const { telegram, api } = setUp({ seed });
    telegram.fail({ method: 'sendMessage', chance: 0.1, times: Infinity, cut: 'after' });
    telegram.fail({ method: 'sendMessage', chance: 0.2, times: Infinity, flood: 1 });
    telegram.fail({ method: 'sendMessage', chance: 0.05, times: Infinity, block: true });
    const all = [];
    for (let i = 0; i < 300; i += 1) {
      const user = telegram.user({ id: 1000 + i, started: true });
      const outcome = await refusal(api.sendMessage(user.id, 'x'));
      all.push(`${outcome.slice(0, 4)} ${user.texts().length}`);
    }
    return all;
  }

  test('meet so many of the calls, each at most one of them', async () => {
    const counts = Object.fromEntries(
      [...Map.groupBy(await outcomes(1), (one) => one)].map(([outcome, { length }]) => [outcome, length]),
    );
    expect(Object.keys(counts).toSorted()).toEqual(['403  0', '429  0', 'HTTP 1', 'acce 1']);
    const between = (outcome: string, least: number, most: number) => {
      expect(counts[outcome]).toBeGreaterThan(least);
      expect(counts[outcome]).toBeLessThan(most);
    };
    between('HTTP 1', 15, 45);
    between('429  0', 35, 75);
    between('403  0', 3, 25);
  });

  test('come again with the same seed', async () => {
    expect(await outcomes(7)).toEqual(await outcomes(7));
    expect(await outcomes(7)).not.toEqual(await outcomes(8));
  });

  test('who blocks the bot stays blocked, and the bot hears of it', async () => {
    const { telegram, api, aida } = setUp();
    telegram.fail({ method: 'sendMessage', block: true });
    const blocked = '403 Forbidden: bot was blocked by the user';
    expect(await refusal(api.sendMessage(aida.id, 'x'))).toBe(blocked);
    expect(await refusal(api.sendMessage(aida.id, 'x'))).toBe(blocked);
    const [update] = await api.getUpdates();
    expect(update?.my_chat_member?.new_chat_member.status).toBe('kicked');
    await aida.unblock();
    expect(await refusal(api.sendMessage(aida.id, 'x'))).toBe('accepted');
  });

  test('too much for one chat: until its time is over, and for this chat alone', async () => {
    const { telegram, api, aida } = setUp();
    const bek = telegram.user({ started: true });
    telegram.fail({ method: 'sendMessage', flood: 1 });
    expect(await refusal(api.sendMessage(aida.id, 'x'))).toBe('429 Too Many Requests: retry after 1');
    expect(await refusal(api.sendMessage(aida.id, 'x'))).toBe('429 Too Many Requests: retry after 1');
    expect(await refusal(api.sendMessage(bek.id, 'x'))).toBe('accepted');
    await expect.poll(() => refusal(api.sendMessage(aida.id, 'x'))).toBe('accepted');
  });
});

describe('an outage', () => {
  test.for(['refuse', 'cut', 502, 'hang'] as const)('%s: nothing is carried out, until it is over', async (kind) => {
    const { telegram, bot, aida } = await served();
    const send = () => refusal(bot.api.sendMessage(aida.id, 'x', {}, AbortSignal.timeout(500) as never));
    expect(await send()).toBe('accepted');
    telegram.outage(kind);
    expect(await send()).toMatch(/^(HTTP|.*aborted)/);
    expect(await refusal(apiOf(telegram).sendMessage(aida.id, 'x', {}, AbortSignal.timeout(100) as never))).toContain(
      'HTTP',
    );
    expect(aida.texts()).toEqual(['x']);
    telegram.heal();
    await expect.poll(send).toBe('accepted');
  });

  test('one after another: the port comes back as it was', async () => {
    const { telegram, bot, aida } = await served();
    for (const kind of ['refuse', 'cut', 'refuse', 'refuse'] as const) telegram.outage(kind);
    expect(await refusal(bot.api.getMe())).toContain('HTTP');
    telegram.heal();
    await expect.poll(() => refusal(bot.api.sendMessage(aida.id, 'x'))).toBe('accepted');
  });

  test('loses the answers that were on their way', async () => {
    const { telegram, bot, aida } = await served();
    telegram.fail({ method: 'sendMessage', hang: 50 });
    const sending = refusal(bot.api.sendMessage(aida.id, 'x'));
    await expect.poll(() => telegram.calls.length).toBe(1);
    telegram.outage('cut');
    expect(await sending).toContain('HTTP');
    await expect.poll(() => telegram.calls[0]?.lost).toBe(true);
  });
});

test('a long run keeps the latest calls only, and can count them all', async () => {
  const counts = new Map<boolean, number>();
  const onCall = ({ ok }: { ok: boolean }) => counts.set(ok, (counts.get(ok) ?? 0) + 1);
  const { telegram, api, aida } = setUp({ keepCalls: 2, onCall });
  for (const text of ['a', 'b', 'c', '']) await refusal(api.sendMessage(aida.id, text));
  expect(telegram.calls.map(({ payload }) => payload.text)).toEqual(['c', '']);
  expect([...counts]).toEqual([
    [true, 3],
    [false, 1],
  ]);
});
