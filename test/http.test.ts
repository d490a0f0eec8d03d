import { sql } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import { deadLetter, inbox, message } from '../src/db/schema.ts';
import { owe } from '../src/delivery/outbox.ts';
import { declareOutage, hold, reserve } from '../src/delivery/pace.ts';
import { A_ROLE } from './support/roles.ts';
import { createWorld, type World } from './support/world.ts';

const METRICS_TOKEN = 'a-token-of-the-tests-0123456789';

const get = ({ app }: World, token?: string) =>
  app.http.request('/metrics', token === undefined ? {} : { headers: { Authorization: `Bearer ${token}` } });

/** The figures by name and labels, as Prometheus reads them. */
async function scrape(world: World): Promise<Map<string, number>> {
  const response = await get(world, METRICS_TOKEN);
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
  const text = await response.text();
  const lines = text.split('\n').filter((line) => line && !line.startsWith('#'));
  for (const line of lines) expect(line).toMatch(/^[a-z_0-9]+(\{[a-z_0-9]+="[^"]*"(,[a-z_0-9]+="[^"]*")*\})? \S+$/);
  return new Map(
    lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ') + 1))]),
  );
}

describe('/metrics', () => {
  test('is there only for those who have the token', async () => {
    const open = await createWorld();
    expect((await get(open, METRICS_TOKEN)).status).toBe(404);
    const world = await createWorld({ METRICS_TOKEN });
    expect((await get(world)).status).toBe(401);
    expect((await get(world, 'another')).status).toBe(401);
    expect((await get(world, METRICS_TOKEN)).status).toBe(200);
  });

  test('tells what waits, for how long, and in which state', async () => {
    const world = await createWorld({ METRICS_TOKEN });
    const aida = await world.row(await world.arrive('en'));
    const now = world.clock.now();
    const owed = (key: string, bulk: boolean, minutes: number) => ({
      kind: 'role_taken',
      key,
      data: {},
      personId: aida.id,
      bulk,
      dueAt: now.subtract({ minutes }),
    });
    await owe(
      world.db,
      [owed('a', true, 10), owed('b', true, 5), owed('c', false, 2), owed('d', false, -60), owed('e', true, 1)],
      now,
    );
    await world.db
      .update(message)
      .set({ state: 'sending' })
      .where(sql`key = 'e'`);
    await world.db.insert(inbox).values({ updateId: 1, payload: {}, receivedAt: now });
    await world.db.insert(deadLetter).values({ updateId: 2, error: 'x', attempts: 3, diedAt: now });
    await reserve(world.db, 1, 28);
    const figures = await scrape(world);
    expect(
      Object.fromEntries(
        [...figures].filter(([name]) => /^bilim_(outbox|updates_waiting|dead|tele.*outage|database_up)/.test(name)),
      ),
    ).toEqual({
      'bilim_outbox_messages{state="queued",bulk="true"}': 2,
      'bilim_outbox_messages{state="queued",bulk="false"}': 2,
      'bilim_outbox_messages{state="paused",bulk="true"}': 0,
      'bilim_outbox_messages{state="paused",bulk="false"}': 0,
      'bilim_outbox_messages{state="claimed",bulk="true"}': 0,
      'bilim_outbox_messages{state="claimed",bulk="false"}': 0,
      'bilim_outbox_messages{state="sending",bulk="true"}': 1,
      'bilim_outbox_messages{state="sending",bulk="false"}': 0,
      'bilim_outbox_due_messages{bulk="true"}': 2,
      'bilim_outbox_due_messages{bulk="false"}': 1,
      'bilim_outbox_oldest_due_seconds{bulk="true"}': 600,
      'bilim_outbox_oldest_due_seconds{bulk="false"}': 120,
      bilim_outbox_rate: 28,
      bilim_outbox_held: 0,
      bilim_telegram_outage: 0,
      bilim_updates_waiting: 1,
      bilim_dead_letters: 1,
      bilim_database_up: 1,
    });
    expect(figures.get('bilim_database_connections{state="busy"}')).toBe(0);
    expect(figures.get('process_cpu_seconds_total')).toBeGreaterThan(0);

    await declareOutage(world.db);
    await hold(world.db, now);
    const later = await scrape(world);
    expect([later.get('bilim_telegram_outage'), later.get('bilim_outbox_held')]).toEqual([1, 1]);
  });

  test('counts what this process sent, and that Telegram asked it to wait; nothing in it names anybody', async () => {
    const world = await createWorld({ METRICS_TOKEN });
    const [aida, bota] = [await world.arrive('en', { first_name: 'Aida' }), await world.arrive('en')];
    const now = world.clock.now();
    for (const user of [aida, bota]) {
      const { id } = await world.row(user);
      await owe(world.db, [{ kind: 'role_taken', key: `to:${id}`, data: A_ROLE, personId: id, dueAt: now }], now);
    }
    world.telegram.fail({
      method: 'sendMessage',
      chat_id: aida.id,
      error_code: 429,
      description: 'Too Many Requests',
      parameters: { retry_after: 1 },
    });
    world.telegram.fail({ method: 'sendMessage', chat_id: bota.id, block: true });
    await world.tick();
    await expect
      .poll(async () => {
        await world.app.drain();
        return (await scrape(world)).get('bilim_messages_total{state="sent"}');
      })
      .toBe(1);
    const figures = await scrape(world);
    expect(figures.get('bilim_messages_total{state="blocked"}')).toBe(1);
    expect(figures.get('bilim_telegram_429_total')).toBe(1);
    // Three of each: /start, the language, the consent; and that one blocked the bot.
    expect(figures.get('bilim_update_seconds_count')).toBe(7);
    const text = await (await get(world, METRICS_TOKEN)).text();
    expect(text).not.toMatch(new RegExp(`${aida.id}|${bota.id}|Aida|test-token`));
  });

  test('while the database is away it says so, and leaves out what only the database knows', async () => {
    const world = await createWorld({ METRICS_TOKEN });
    expect((await scrape(world)).get('bilim_database_up')).toBe(1);
    await world.database.pool.end();
    const figures = await scrape(world);
    expect(figures.get('bilim_database_up')).toBe(0);
    expect([...figures.keys()].filter((name) => /outbox|updates_waiting|dead/.test(name))).toEqual([]);
    expect(figures.has('bilim_telegram_429_total')).toBe(true);
  });
});
