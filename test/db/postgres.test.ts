import { integer, pgTable } from 'drizzle-orm/pg-core';
import postgres from 'postgres';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { isDatabaseAway } from '../../src/db/away.ts';
import { openPool, type Pool, type PoolOptions } from '../../src/db/postgres.ts';
import { createDatabase, type TestDatabase } from '../support/database.ts';
import { startDeafProxy, startTlsProxy } from '../support/proxies.ts';

const entry = pgTable('entry', { owner: integer().notNull(), step: integer().notNull() });

let database: TestDatabase;
beforeAll(async () => {
  database = await createDatabase({ template: 'template0' });
  await database.pool.unsafe('create table entry (owner int, step int, unique (owner, step))');
});
beforeEach(() => database.pool.unsafe('truncate entry'));
afterAll(() => database.close());

function open(options: PoolOptions = {}): Pool {
  const pool = openPool(database.url, { applicationName: 'victim', max: 1, ...options });
  onTestFinished(pool.end);
  return pool;
}

/** postgres.js as it comes: what every control fails with. */
function openBare() {
  const [address = ''] = database.url.split('?');
  const connection = { application_name: 'victim' };
  const client = postgres(address, { host: socketOf(database.url), connection, max: 1, onnotice() {} });
  onTestFinished(() => client.end({ timeout: 0 }));
  return client;
}

const socketOf = (url: string) => new URL(url).searchParams.get('host') ?? '';

/** The database's address behind a proxy. */
async function through(startProxy: (socketDir: string) => Promise<string>): Promise<string> {
  return `postgres://postgres@${await startProxy(socketOf(database.url))}${new URL(database.url).pathname}`;
}

/** Kills the victim's only backend and waits until it is gone. */
async function killVictim(): Promise<void> {
  const killed = await database.pool.unsafe(
    `select pg_terminate_backend(pid, 5000) from pg_stat_activity where application_name = 'victim'`,
  );
  expect(killed).toHaveLength(1);
}

const rows = async () =>
  (await database.pool.unsafe(`select owner || '.' || step as row from entry order by 1`)).map(({ row }) => row);

/** A is killed between its two inserts, while B waits for the only connection; both then go on. */
async function killBetweenInserts({ begin }: Pick<Pool, 'begin'>) {
  const aInserted = Promise.withResolvers<void>();
  const bInserted = Promise.withResolvers<void>();
  const aWentOn = Promise.withResolvers<void>();
  const a = begin(async (tx) => {
    await tx.unsafe('insert into entry values (1, 1)');
    aInserted.resolve();
    await bInserted.promise;
    await tx.unsafe('insert into entry values (1, 2)').finally(aWentOn.resolve);
  });
  a.catch(() => {}); // looked at below
  await aInserted.promise;
  await killVictim();
  const b = begin(async (tx) => {
    await tx.unsafe('insert into entry values (2, 1)');
    bInserted.resolve();
    await aWentOn.promise;
    await tx.unsafe('insert into entry values (2, 2)');
  });
  const [resultOfA] = await Promise.allSettled([a, b]);
  return { a: resultOfA.status, rows: await rows() };
}

describe('when a backend dies inside a transaction', () => {
  test('nothing of it is committed, and the next transaction is whole', async () => {
    expect(await killBetweenInserts(open())).toEqual({ a: 'rejected', rows: ['2.1', '2.2'] });
  });

  test('control: bare postgres.js commits half of it inside the other transaction', async () => {
    const bare = openBare();
    const outcome = await killBetweenInserts({ begin: (work) => bare.begin(work as never) as never });
    expect(outcome.rows).toContain('1.2');
    expect(outcome.rows).not.toContain('1.1');
  });

  test('the error says so, and later statements of the transaction fail at once', async () => {
    const later: Promise<unknown>[] = [];
    const broken = open().begin(async (tx) => {
      await tx.unsafe('select 1');
      await killVictim();
      later.push(tx.unsafe('select 1'), tx.unsafe('select 2'));
      await Promise.allSettled(later);
    });
    await expect(broken).rejects.toThrow(/^no connection to PostgreSQL/);
    expect((await Promise.allSettled(later)).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  });
});

describe('a transaction', () => {
  test('is committed as a whole and returns what the work returned', async () => {
    const result = await open().begin(async (tx) => {
      await Promise.all([1, 2, 3].map((step) => tx.unsafe('insert into entry values (1, $1)', [step])));
      return 'done';
    });
    expect(result).toBe('done');
    expect(await rows()).toEqual(['1.1', '1.2', '1.3']);
  });

  test('is rolled back when the work throws', async () => {
    const work = open().begin(async (tx) => {
      await tx.unsafe('insert into entry values (1, 1)');
      throw new Error('changed my mind');
    });
    await expect(work).rejects.toThrow('changed my mind');
    expect(await rows()).toEqual([]);
  });

  test('is rolled back when a statement failed, even if the work swallowed the error', async () => {
    const { db } = database;
    const work = db.transaction(async (tx) => {
      await tx.insert(entry).values({ owner: 1, step: 1 });
      await tx
        .insert(entry)
        .values({ owner: 1, step: 1 })
        .catch(() => {});
      return 'looks fine';
    });
    await expect(work).rejects.toMatchObject({ code: '23505' });
    expect(await rows()).toEqual([]);
  });

  test('is rolled back when a statement that nobody awaited failed', async () => {
    let forgotten: Promise<unknown> | undefined;
    const work = open().begin(async (tx) => {
      await tx.unsafe('insert into entry values (1, 1)');
      forgotten = tx.unsafe('insert into entry values (1, 1)');
      forgotten.catch(() => {});
    });
    await expect(work).rejects.toThrow(/rolled back/);
    expect(await rows()).toEqual([]);
  });

  test('is rolled back when only the commit fails', async () => {
    await database.pool.unsafe('create table late (n int unique deferrable initially deferred)');
    const pool = open();
    const work = pool.begin((tx) => tx.unsafe('insert into late values (1), (1)'));
    await expect(work).rejects.toMatchObject({ code: '23505' });
    expect(await pool.unsafe('select n from late')).toHaveLength(0);
  });

  test('refuses statements after its end', async () => {
    let leaked: Parameters<Parameters<Pool['begin']>[0]>[0] | undefined;
    await open().begin(async (tx) => {
      leaked = tx;
    });
    await expect(leaked?.unsafe('insert into entry values (1, 1)')).rejects.toThrow(/transaction is over/);
    expect(await rows()).toEqual([]);
  });

  test('fails on a value that cannot be sent, and the pool goes on', async () => {
    const pool = open();
    const circular: unknown[] = [];
    circular.push(circular);
    const work = pool.begin((tx) =>
      Promise.all([
        tx.unsafe('select pg_sleep(0.01)'),
        tx.unsafe('select $1::jsonb', [circular]),
        tx.unsafe('select 1'),
      ]),
    );
    await expect(work).rejects.toThrow(/circular/);
    expect(await pool.unsafe('select 1 as one')).toMatchObject([{ one: 1 }]);
  });
});

describe('a savepoint', () => {
  test('undoes only its own statements when it fails', async () => {
    await database.db.transaction(async (tx) => {
      await tx.insert(entry).values({ owner: 1, step: 1 });
      await tx
        .transaction(async (inner) => {
          await inner.insert(entry).values({ owner: 1, step: 2 });
          await inner.insert(entry).values({ owner: 1, step: 1 });
        })
        .catch(() => {});
      await tx.transaction(async (inner) => {
        await inner.insert(entry).values({ owner: 1, step: 3 });
        await inner.transaction(() => Promise.reject(new Error('deeper'))).catch(() => {});
      });
    });
    expect(await rows()).toEqual(['1.1', '1.3']);
  });

  test('that swallowed an error is undone, too', async () => {
    await open().begin(async (tx) => {
      await tx.unsafe('insert into entry values (1, 1)');
      const inner = tx.savepoint(async (point) => {
        await point.unsafe('insert into entry values (1, 2)');
        await point.unsafe('select 1 / 0').catch(() => {});
      });
      await expect(inner).rejects.toThrow('division by zero');
    });
    expect(await rows()).toEqual(['1.1']);
  });

  test('taken while another is open fails loudly', async () => {
    const work = open().begin(async (tx) => {
      const point = (step: number) => tx.savepoint((inner) => inner.unsafe('insert into entry values (1, $1)', [step]));
      await Promise.all([point(1), point(2)]);
    });
    await expect(work).rejects.toThrow(/savepoint/);
    expect(await rows()).toEqual([]);
  });
});

describe('a pool', () => {
  test('makes work beyond max wait, and serves it after a backend died', async () => {
    const pool = open({ max: 2 });
    const sleepers = Promise.allSettled([1, 2].map(() => pool.unsafe('select pg_sleep(30)')));
    const waiting = [1, 2, 3].map((n) => pool.unsafe('select $1::int as n', [n]));
    const alive = `from pg_stat_activity where application_name = 'victim' and wait_event = 'PgSleep'`;
    await expect.poll(async () => (await database.pool.unsafe(`select pid ${alive}`)).length, { interval: 10 }).toBe(2);
    await database.pool.unsafe(`select pg_terminate_backend(pid) ${alive}`);
    expect((await sleepers).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect((await Promise.all(waiting)).map(([row]) => row?.['n'])).toEqual([1, 2, 3]);
  });

  test('replaces a backend that died while idle', async () => {
    const pool = open();
    await pool.unsafe('select 1');
    await killVictim();
    await expect.poll(() => pool.unsafe('select 1 as one').catch(() => [])).toMatchObject([{ one: 1 }]);
  });

  test('cancels a statement that takes too long, and goes on', async () => {
    const pool = open({ statementTimeout: 0.1 });
    await expect(pool.unsafe('select pg_sleep(30)')).rejects.toMatchObject({ code: '57014' });
    expect(await pool.unsafe('select 1 as one')).toMatchObject([{ one: 1 }]);
  });

  test('a server that has no connection left is away: what failed may be tried again', async () => {
    const admin = open();
    await admin.unsafe(`create role crowded login password 'x' connection limit 0`);
    onTestFinished(() => admin.unsafe('drop role crowded').then(() => undefined));
    const crowded = new URL(database.url.replace('@/', '@localhost/'));
    Object.assign(crowded, { username: 'crowded', password: 'x' });
    const pool = openPool(crowded.href, { max: 1 });
    onTestFinished(pool.end);
    const error = await pool.unsafe('select 1').catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: '53300' });
    expect(isDatabaseAway(error)).toBe(true);
  });

  test('a transaction that does nothing for too long, as of a stopped process, lets go of its locks', async () => {
    const pool = open({ idleTimeout: 0.1 });
    const other = open();
    await other.unsafe('create table locked (id int)');
    const stopped = pool.begin(async (tx) => {
      await tx.unsafe('lock table locked');
      await other.unsafe('insert into locked values (1)');
      return tx.unsafe('select 1');
    });
    await expect(stopped).rejects.toMatchObject({ code: 'CONNECTION_LOST' });
    expect(await other.unsafe('select id from locked')).toEqual([{ id: 1 }]);
    expect(await pool.unsafe('select 1 as one')).toMatchObject([{ one: 1 }]);
  });

  test('gives up when the network swallows the answer', async () => {
    const pool = openPool(await through(startDeafProxy), { max: 1, statementTimeout: 0.2, connectTimeout: 0.5 });
    onTestFinished(pool.end);
    expect(await pool.unsafe('select 1 as one')).toMatchObject([{ one: 1 }]);
    await expect(pool.unsafe(`select 'deaf'`)).rejects.toMatchObject({ code: 'CONNECTION_LOST' });
  });

  test('works over TLS, and survives a login that the server refuses there', async () => {
    const url = `${await through(startTlsProxy)}?sslmode=require`;
    const pool = openPool(url, { applicationName: 'victim', max: 1 });
    const noSuch = openPool(url.replace(/test_\w+/, 'no_such'), { max: 1 });
    onTestFinished(pool.end);
    onTestFinished(noSuch.end);
    expect(await pool.unsafe('select 1 as one')).toMatchObject([{ one: 1 }]);
    await expect(noSuch.unsafe('select 1')).rejects.toMatchObject({ code: '3D000' });
    const slow = pool.unsafe('select pg_sleep(30)');
    const [outcome] = await Promise.all([Promise.allSettled([slow]), killVictim()]);
    expect(outcome).toMatchObject([{ status: 'rejected', reason: { code: 'CONNECTION_LOST' } }]);
    expect(await pool.unsafe('select 2 as two')).toMatchObject([{ two: 2 }]);
  });

  test('lets running work finish at its end, and refuses new work', async () => {
    const pool = open();
    const running = pool.unsafe('select pg_sleep(0.1)');
    const waiting = pool.unsafe('select 1');
    waiting.catch(() => {});
    await Promise.resolve();
    await pool.end();
    await expect(running).resolves.toHaveLength(1);
    await expect(waiting).rejects.toThrow('the database pool is closed');
    await expect(pool.unsafe('select 1')).rejects.toThrow('the database pool is closed');
    expect(await database.pool.unsafe(`select from pg_stat_activity where application_name = 'victim'`)).toHaveLength(
      0,
    );
  });

  test('says when nobody listens, and never quotes a URL that is wrong', async () => {
    const nobody = openPool('postgres://u:secret@127.0.0.1:1/x');
    const refused = { code: 'CONNECTION_LOST', message: expect.stringContaining('ECONNREFUSED') };
    await expect(nobody.unsafe('select 1')).rejects.toMatchObject(refused);
    await expect(nobody.begin(async () => {})).rejects.toMatchObject(refused);
    expect(() => openPool('mysql://u:secret@host/x')).toThrow(/^(?!.*secret).*postgres:\/\//);
    expect(() => openPool('postgres://u:secret@a:1,b:2/x')).toThrow(/^(?!.*secret).*one PostgreSQL server/);
  });

  test('hands out sessions that hold a lock until released or dead', async () => {
    const take = 'select pg_try_advisory_lock(7) as taken';
    const pool = open();
    const leader = await pool.session();
    const standby = await database.pool.session();
    expect(await leader.unsafe(take)).toMatchObject([{ taken: true }]);
    expect(await standby.unsafe(take)).toMatchObject([{ taken: false }]);
    await killVictim();
    await leader.lost;
    await expect(leader.unsafe('select 1')).rejects.toMatchObject({ code: 'CONNECTION_LOST' });
    expect(await standby.unsafe(take)).toMatchObject([{ taken: true }]);
    await standby.release();
    const next = await pool.session();
    await expect.poll(async () => (await next.unsafe(take))[0]?.['taken'], { interval: 10 }).toBe(true);
  });
});
