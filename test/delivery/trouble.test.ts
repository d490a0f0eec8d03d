import { sql } from 'drizzle-orm';
import { expect, test, vi } from 'vitest';
import { message, pace, person } from '../../src/db/schema.ts';
import { createClaims, type Claimed } from '../../src/delivery/claims.ts';
import type { Messages } from '../../src/delivery/messages.ts';
import { createSenderRig, PROBE } from '../support/sender.ts';

const ALWAYS = { times: Number.POSITIVE_INFINITY };

test('what Telegram answers with an error of its own, again and again, fails in the end, with its words', async () => {
  const { telegram, people, owed, rows, states, sender, db } = await createSenderRig();
  const [aida, bek] = await people(2);
  await owed(aida!.id, 'never');
  await owed(bek!.id, 'fine');
  const refusal = { error_code: 500, description: 'Internal Server Error: sending failed' };
  telegram.fail({ method: 'sendMessage', chat_id: aida!.user.id, ...refusal, ...ALWAYS });
  await db.update(message).set({ attempts: 15 });
  await sender().drain();
  expect(await states(), 'tried again later').toEqual(['never queued', 'fine sent']);
  for (let tries = 16; tries < 20; tries++) {
    await db.update(message).set({ retryAt: null });
    await sender().drain();
  }
  expect(await rows()).toMatchObject([{ state: 'failed', attempts: 20, error: refusal.description }, {}]);
});

test('a Telegram that answers but takes no messages is asked ever more rarely', async () => {
  const { telegram, people, owed, sender, db } = await createSenderRig();
  for (const { id } of await people(5)) await owed(id, `to ${id}`);
  await db.execute(sql`
    insert into pace (key, next_at, blocked_until, rate, outage_since, probe_at)
    values ('outbox', now(), now(), 1, now() - interval '2 minutes', now())`);
  telegram.fail({ method: 'sendMessage', status: 502, ...ALWAYS });
  await sender().drain();
  const [next] = await db.execute<{ s: number }>(
    sql`select extract(epoch from probe_at - clock_timestamp())::float8 as s from pace`,
  );
  expect(next!.s).toBeGreaterThan(20);
  expect(telegram.calls.filter(({ method }) => method === 'sendMessage')).toHaveLength(1);
});

type Db = Awaited<ReturnType<typeof createSenderRig>>['db'];

/** Before each such change of a row. */
async function onUpdate(db: Db, table: 'message' | 'person', when: string, what: string): Promise<void> {
  await db.execute(
    sql.raw(`create function test_hook() returns trigger language plpgsql as $$ begin ${what} return new; end $$`),
  );
  await db.execute(
    sql.raw(`create trigger hook before update on ${table} for each row when (${when}) execute function test_hook()`),
  );
}

/** So many times, as if the server were shutting down. A sequence counts also what is rolled back. */
async function away(db: Db, table: 'message' | 'person', when: string, times: number): Promise<void> {
  await db.execute(sql`create sequence test_away`);
  const raise = `if nextval('test_away') <= ${times} then raise exception 'away' using errcode = '57P01'; end if;`;
  await onUpdate(db, table, when, raise);
}

/** Who reads this table waits, while `meanwhile` goes on. */
async function held(db: Db, meanwhile: (waits: () => Promise<void>) => Promise<void>): Promise<void> {
  await db.transaction(async (tx) => {
    await tx.execute(sql`lock table test_gate`);
    const waiting = sql`select from pg_locks where not granted and relation = 'test_gate'::regclass`;
    await meanwhile(async () => {
      await expect.poll(async () => (await tx.execute(waiting)).length).toBe(1);
    });
  });
}

test('what Telegram said is written down although the database fails at what follows from it', async () => {
  const { people, owed, rows, sender, db } = await createSenderRig({ altered: true });
  const [aida] = await people(1);
  await owed(aida!.id, 'hello');
  await aida!.user.block();
  await away(db, 'person', 'new.unreachable_since is not null', 1);
  await sender().drain();
  expect((await rows())[0]!.state).toBe('blocked');
  await owed(aida!.id, 'again');
  await sender().drain();
  expect((await db.select().from(person))[0]!.unreachableSince, 'the next refusal makes up for it').not.toBeNull();
});

test('what Telegram returned is kept together with the message, once the database is back', async () => {
  const kept: number[] = [];
  const kinds: Messages = { probe: { ...PROBE.probe!, sent: async (_tx, { id }) => void kept.push(id) } };
  const { people, owed, states, sender, db } = await createSenderRig({ kinds, altered: true });
  const [aida] = await people(1);
  await owed(aida!.id, 'hello');
  await away(db, 'message', "new.state = 'sent'", 2);
  await sender().drain();
  expect(await states()).toEqual(['hello sent']);
  expect(kept).toHaveLength(1);
  expect(aida!.user.texts()).toEqual(['hello']);
});

test('a process that was stopped between its mark and its call does not make that call', async () => {
  const { people, owed, rows, sender, db } = await createSenderRig({ altered: true });
  const [aida] = await people(1);
  await owed(aida!.id, 'hello');
  await db.execute(sql`create table test_gate (id int)`);
  await onUpdate(db, 'message', "new.state = 'sending'", 'perform from test_gate;');
  const now = performance.now.bind(performance);
  let drained: Promise<void> = Promise.resolve();
  await held(db, async (waits) => {
    drained = sender().drain();
    await waits();
    vi.spyOn(performance, 'now').mockImplementation(() => now() + 15_000);
  });
  await drained;
  vi.restoreAllMocks();
  expect(await rows(), 'it was marked again, and sent then').toMatchObject([{ state: 'sent', attempts: 2 }]);
  expect(aida!.user.texts()).toEqual(['hello']);
});

test("of two processes that look at somebody's day at once, the second one sees what the first one took", async () => {
  const { people, owed, db, clock } = await createSenderRig({ altered: true });
  const [aida] = await people(1);
  for (const text of ['first', 'second']) await owed(aida!.id, text, { bulk: true });
  // A statement that has begun, but waits before it comes to the rows: where it looks whether anything may be sent.
  await db.execute(sql`create table test_gate (id int)`);
  await db.execute(
    sql`create function test_pass() returns boolean language plpgsql as $$ begin perform from test_gate; return true; end $$`,
  );
  await db.execute(sql`insert into pace (key, next_at, blocked_until, rate) values ('outbox', now(), now(), 1)`);
  await db.execute(sql`alter table pace rename to pace_row`);
  await db.execute(sql`create view pace as select * from pace_row where test_pass() offset 0`);
  let second: Promise<Claimed[]> = Promise.resolve([]);
  await held(db, async (waits) => {
    second = createClaims(db, 'second', []).take(clock.now(), 2);
    await waits();
    await db.execute(sql`update message set state = 'claimed', fence = 1, worker = 'first' where key = 'first'`);
  });
  expect(await second).toMatchObject([{ message: { key: 'second' }, today: 1 }]);
});

test('429s of single chats stop nobody else, also when the database is slow to write what came of the others', async () => {
  const { telegram, people, owed, rows, sender, db } = await createSenderRig({ altered: true });
  const users = await people(60);
  for (const { id } of users) await owed(id, `to ${id}`);
  const limited = { error_code: 429, description: 'Too Many Requests: retry after 1', parameters: { retry_after: 1 } };
  for (const { user } of users.filter((_, i) => i % 5 === 2))
    telegram.fail({ method: 'sendMessage', chat_id: user.id, ...limited });
  await onUpdate(db, 'message', "new.state = 'sent'", 'perform pg_sleep(0.01);');
  await sender().drain();
  await db.update(message).set({ retryAt: null });
  await sender().drain();
  expect((await rows()).every(({ state }) => state === 'sent')).toBe(true);
  const [row] = await db.select({ rate: pace.rate }).from(pace);
  expect(row!.rate, 'it is lowered whenever all are blocked').toBe(1000);
});
