import { execFile } from 'node:child_process';
import { chmod, cp, mkdir, mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { eq, sql } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test, TestRunner } from 'vitest';
import { startEmbedded } from '../src/db/embedded.ts';
import { migrate } from '../src/db/migrate.ts';
import { message, pace, person, worker } from '../src/db/schema.ts';
import { owe } from '../src/delivery/outbox.ts';
import { createTelegram, type TelegramUser } from '../src/playground/telegram/index.ts';
import type { TestDatabase } from './support/database.ts';
import { findServer, startServer, type RealServer } from './support/postgres.ts';
import { pressAny } from './support/press.ts';
import { eventually, NODE_COMPILE_CACHE, startProcess } from './support/process.ts';
import { A_ROLE } from './support/roles.ts';
import { createWorld, ROOT, TOKEN, type World } from './support/world.ts';

const folder = await findServer();
let server: RealServer;
let dataDir: string;

type Program = 'backup' | 'restore';
type Ended = { code: number; stdout: string; stderr: string };

function start(program: Program, args: string[], env: Record<string, string> = {}) {
  const { PATH = '', HOME = '' } = process.env;
  const command = ['--import', './src/require-node.mjs', `src/${program}.ts`, ...args];
  const ended = Promise.withResolvers<Ended>();
  const child = execFile(
    process.execPath,
    command,
    { cwd: ROOT, env: { PATH, HOME, NODE_COMPILE_CACHE, DATA_DIR: dataDir, ...env } },
    (error, stdout, stderr) => ended.resolve({ code: error ? Number(error.code) : 0, stdout, stderr }),
  );
  if (TestRunner.getCurrentTest()) onTestFinished(() => void child.kill('SIGKILL'));
  return { child, ended: ended.promise };
}

const run = (...given: Parameters<typeof start>) => start(...given).ended;

async function failed(ended: Promise<Ended>): Promise<string> {
  const { code, stderr } = await ended;
  expect(code).toBe(1);
  expect(stderr.trim().split('\n')).toHaveLength(1);
  return stderr.trim();
}

async function succeeded(ended: Promise<Ended>): Promise<string> {
  const { code, stdout, stderr } = await ended;
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return stdout.trim();
}

/** Programs that stand in front of the real ones, and do what `script` says; `$real` is the folder of the real ones. */
async function inFront(program: string, script: string): Promise<{ PATH: string }> {
  const front = await mkdtemp(join(tmpdir(), 'bilim-front-'));
  onTestFinished(() => rm(front, { recursive: true, force: true }));
  for (const name of ['pg_dump', 'pg_restore', 'psql']) {
    const does = name === program ? script : `exec "$real/${name}" "$@"`;
    await writeFile(join(front, name), `#!/bin/sh\nreal=${server.folder}\n${does}\n`);
    await chmod(join(front, name), 0o755);
  }
  return { PATH: `${front}:${process.env.PATH}` };
}

async function database(options?: Parameters<RealServer['database']>[0]): Promise<TestDatabase> {
  const made = await server.database(options);
  if (TestRunner.getCurrentTest()) onTestFinished(made.close);
  return made;
}

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'bilim-data-'));
  const mine = dataDir;
  onTestFinished(() => rm(mine, { recursive: true, force: true }));
});

const patience = { timeout: 90_000 };

describe.skipIf(!folder)('backup and restore (skipped where no PostgreSQL is installed)', patience, () => {
  /** A database with two people and an event; and a backup of it. */
  let source: TestDatabase;
  /** One in which nothing may change. */
  let untouched: TestDatabase;
  let file: string;

  beforeAll(async () => {
    server = await startServer(folder!);
    source = await database();
    await source.db.execute(sql`
        insert into person (telegram_id, language, zone, created_at, seen_at)
        values (1, 'en', 'UTC', '2026-11-01T00:00Z', now()), (2, 'en', 'UTC', '2026-11-02T00:00Z', now())`);
    await source.db.execute(sql`
        insert into event (code, kind, zone, begins_at, ends_at, created_at)
        values ('x', 'workshop', 'UTC', '2026-12-01T00:00Z', '2026-12-02T00:00Z', now())`);
    file = join(server.home, 'backup.dump');
    await succeeded(run('backup', [file], { DATABASE_URL: source.url }));
    untouched = await other();
  }, 90_000);
  afterAll(async () => {
    await source?.close();
    await untouched?.close();
    await server?.stop();
  });

  /** A database with other people in it, which a restore would replace. */
  async function other(): Promise<TestDatabase> {
    const made = await database();
    await made.db.execute(sql`
        insert into person (telegram_id, language, zone, created_at, seen_at)
        select id, 'en', 'UTC', '2026-11-20T00:00Z', now() from generate_series(10, 14) as id`);
    return made;
  }
  async function target() {
    const there = await other();
    return { there, env: { DATABASE_URL: there.url } };
  }
  const nothingChanges = () => ({ there: untouched, env: { DATABASE_URL: untouched.url } });

  const names = async ({ db }: TestDatabase) =>
    (await db.select().from(person).orderBy(person.telegramId)).map(({ telegramId }) => telegramId);
  const BEFORE = [10, 11, 12, 13, 14];
  const AFTER = [1, 2];

  describe('with a bot', () => {
    async function outset() {
      const there = await database();
      const world = await createWorld({ LOG_LEVEL: 'silent' }, undefined, { database: there, dataDir });
      const env = { DATABASE_URL: there.url };
      const [owner, aiperi, nino] = [await world.owner(), await world.arrive('ky'), await world.arrive('en')];
      await oweTo(world, nino, 'owed:1');
      const own = join(dataDir, 'backup.dump');
      await succeeded(run('backup', [own], env));
      // The bot goes on: it sends what it owed.
      await world.tick();
      expect(got(nino)).toBe(1);
      const restore = async () => {
        // The bot has been stopped.
        await there.db.delete(worker);
        return succeeded(run('restore', [own, '--yes'], env));
      };
      return { there, world, restore, owner, aiperi, nino, own };
    }

    test('what was erased stays erased, and nothing is sent until an owner says so', async () => {
      const { there, world, restore, owner, aiperi, nino } = await outset();
      await aiperi.send('/erase');
      await aiperi.press({ data: 'erase_now' });
      const bota = await world.arrive('kk');
      expect(await names(there)).not.toContain(aiperi.id);

      const said = await restore();
      expect(said).toContain('Deleted again, as it was done since the backup: 1 people.');
      expect(await names(there)).toEqual(expect.arrayContaining([owner.id, nino.id]));
      expect(await names(there)).not.toContain(aiperi.id);
      expect(await names(there)).not.toContain(bota.id);

      // The message is owed again, and waits.
      world.clock.advance({ minutes: 10 });
      await world.tick();
      await world.tick();
      expect(got(nino)).toBe(1);
      expect(owner.chat.filter(({ text }) => text.includes('Restored from a backup'))).toHaveLength(1);
      expect(owner.last().text).toContain('Messages to send now: 1');

      // Only an owner can release it.
      const { callback_data } = owner.last().message.reply_markup!.inline_keyboard.flat()[0] as {
        callback_data: string;
      };
      expect((await pressAny(world, nino, callback_data)).alert).toBe(true);
      await world.tick();
      expect(got(nino)).toBe(1);

      await owner.press('Send everything');
      await world.tick();
      expect(got(nino)).toBe(2);
      expect(owner.last().text).toContain('Sending goes on.');
      await pressAny(world, owner, callback_data);
      expect(owner.last().text).toContain('Sending is not on hold');
    });

    test('an owner leaves out what may have been sent already; what comes later goes out', async () => {
      const { world, restore, owner, nino } = await outset();
      await restore();
      world.clock.advance({ minutes: 10 });
      await world.tick();
      world.clock.advance({ minutes: 10 });
      await oweTo(world, nino, 'owed:2');

      await owner.press('Leave out the old ones');
      await world.tick();
      expect(got(nino)).toBe(2);
      expect(owner.last().text).toContain('Cancelled: 1');
      const states = await world.db.select({ key: message.key, state: message.state }).from(message);
      expect(states).toEqual(
        expect.arrayContaining([
          { key: 'owed:1', state: 'cancelled' },
          { key: 'owed:2', state: 'sent' },
        ]),
      );
    });

    test('a database that is lost: who was erased is known from DATA_DIR', async () => {
      const { aiperi, nino, own } = await outset();
      await aiperi.send('/erase');
      await aiperi.press({ data: 'erase_now' });
      const noted = join(dataDir, 'erasures');
      expect((await stat(noted)).mode & 0o777).toBe(0o600);
      expect(await readFile(noted, 'utf8')).not.toContain(String(aiperi.id));

      const fresh = await database({ migrations: null });
      const env = { DATABASE_URL: fresh.url };
      await succeeded(run('restore', [own], env));
      expect(await names(fresh)).toContain(nino.id);
      expect(await names(fresh)).not.toContain(aiperi.id);
      // And again, which changes nothing more.
      await succeeded(run('restore', [own, '--yes'], env));
      expect(await names(fresh)).not.toContain(aiperi.id);
    });

    test('a bot that is at work keeps its database', async () => {
      const { there, env } = await target();
      const telegram = createTelegram({ token: TOKEN });
      const api = await telegram.listen();
      onTestFinished(() => api.close());
      const bot = await startProcess({ ...env, TELEGRAM_API_ROOT: api.url, DATA_DIR: dataDir });
      expect(await failed(run('restore', [file, '--yes'], env))).toMatch(/^A bot is at work on this database/);
      bot.child.kill('SIGTERM');
      await eventually(() => bot.child.exitCode !== null, 'the bot to end');
      const heard = (seconds: number) =>
        there.db.execute(sql`
          insert into worker values ('webhook', clock_timestamp() - ${seconds} * interval '1 second')
          on conflict (id) do update set seen_at = excluded.seen_at`);
      await there.db.execute(sql`delete from worker`);
      await heard(10);
      expect(await failed(run('restore', [file, '--yes'], env))).toMatch(/^A bot is at work on this database/);
      expect(await names(there)).toEqual(BEFORE);
      await heard(30);
      await succeeded(run('restore', [file, '--yes'], env));
      expect(await names(there)).toEqual(AFTER);
    });
  });

  test('the file is for its owner alone, is there only when it is whole, and no command line has the password', async () => {
    const [lines, second] = [join(dataDir, 'lines'), join(dataDir, 'second.dump')];
    const env = { DATABASE_URL: source.url };
    const front = await inFront(
      'pg_dump',
      `echo "$@" >> ${lines}; env | grep PGPASSWORD >> ${lines}; exec "$real/pg_dump" "$@"`,
    );
    await succeeded(run('backup', [second], { ...env, ...front }));
    expect((await stat(second)).mode & 0o777).toBe(0o600);
    const seen = (await readFile(lines, 'utf8')).split('\n');
    expect(seen).toContain(`PGPASSWORD=${decodeURIComponent(new URL(source.url).password)}`);
    expect(seen.filter((line) => line.includes('dbname'))).toHaveLength(1);
    expect(seen.filter((line) => line.includes('dbname')).join()).not.toMatch(/p@ss|p%40ss/);
    expect(await failed(run('backup', [second], env))).toMatch(/is there already/);

    const broken = await inFront(
      'pg_dump',
      `case "$1" in --version) exec "$real/pg_dump" "$@";; esac
      "$real/pg_dump" "$@"; echo "pg_dump: error: no space left on device" >&2; exit 1`,
    );
    const third = run('backup', [join(dataDir, 'third.dump')], { ...env, ...broken });
    expect(await failed(third)).toBe('pg_dump: no space left on device');
    expect((await readdir(dataDir)).filter((name) => name.startsWith('third'))).toEqual([]);

    const said = await succeeded(run('backup', [], env));
    const [name] = await readdir(join(dataDir, 'backups'));
    expect(name).toMatch(/^bilim-\d{4}-\d\d-\d\dT\d{6}Z\.dump$/);
    expect(said).toContain(name);
  });

  test('a database with people in it is replaced only with --yes, and one with tables of others never', async () => {
    const { there, env } = await target();
    expect(await failed(run('restore', [file], env))).toMatch(/holds 5 people and 0 events.* -- --yes$/);
    expect(await names(there)).toEqual(BEFORE);
    // What npm makes of `npm run restore <file> --yes`.
    await succeeded(run('restore', [file], { ...env, npm_config_yes: 'true' }));
    expect(await names(there)).toEqual(AFTER);
    expect(await shape(there)).toEqual(await shape(source));

    const shared = await database({ migrations: null });
    await shared.db.execute(sql`create table invoices ()`);
    const line = await failed(run('restore', [file, '--yes'], { DATABASE_URL: shared.url }));
    expect(line).toMatch(/not Bilim's \(invoices\)/);
    await shared.db.execute(sql`drop table invoices`);
    await succeeded(run('restore', [file], { DATABASE_URL: shared.url }));
    expect(await names(shared)).toEqual(AFTER);
  });

  test('what pg_dump alone has written beside the server is a backup as well', async () => {
    const own = join(dataDir, 'plain.dump');
    await promisify(execFile)(join(server.folder, 'pg_dump'), ['-Fc', '-f', own, source.url]);
    const there = await database({ migrations: null });
    await succeeded(run('restore', [own], { DATABASE_URL: there.url }));
    expect(await names(there)).toEqual(AFTER);
    expect(await shape(there)).toEqual(await shape(source));
  });

  test('a file that is not whole, or not a backup, changes nothing', async () => {
    const { there, env } = nothingChanges();
    const { size } = await stat(file);
    const cut = join(dataDir, 'cut.dump');
    for (const length of [size - 500, 200, 0]) {
      await cp(file, cut);
      await truncate(cut, length);
      const line = await failed(run('restore', [cut, '--yes'], env));
      expect(line).toMatch(/cut\.dump is not a whole backup .* take another one\.$/);
    }
    await writeFile(cut, 'hello');
    expect(await failed(run('restore', [cut, '--yes'], env))).toMatch(/is not a whole backup/);
    expect(await failed(run('restore', [join(dataDir, 'none')], env))).toMatch(/is not there/);
    expect(await names(there)).toEqual(BEFORE);
  });

  describe('when loading stops in the middle, the old data is as it was', () => {
    /** Up to where the data of the people begins. */
    const half = (end: string) =>
      inFront(
        'pg_restore',
        `case "$*" in *--file=-*) "$real/pg_restore" "$@" | sed '/COPY public.person /q'; ${end};; esac
        exec "$real/pg_restore" "$@"`,
      );

    test('a reader that dies', async () => {
      const { there, env } = nothingChanges();
      const dies = await half('echo "pg_restore: error: could not read" >&2; exit 1');
      expect(await failed(run('restore', [file, '--yes'], { ...env, ...dies }))).toBe('pg_restore: could not read');
      expect(await names(there)).toEqual(BEFORE);
    });

    test('kill -9', async () => {
      const { there, env } = nothingChanges();
      const reached = join(dataDir, 'reached');
      const slow = await half(`touch ${reached}; exec sleep 60`);
      const restoring = start('restore', [file, '--yes'], { ...env, ...slow });
      await eventually(() => stat(reached).catch(() => null), 'half of it to be loaded', 60);
      restoring.child.kill('SIGKILL');
      await restoring.ended;
      expect(await names(there)).toEqual(BEFORE);
    });

    test('control: pg_restore | psql --single-transaction takes the half for the whole', async () => {
      const { there, env } = await target();
      const front = await half('exit 1');
      const clear = 'drop schema public, drizzle cascade; create schema public; create schema drizzle;';
      const script = `(echo "$CLEAR"; pg_restore -n public -n drizzle --no-owner --file=- ${file}) | $real/psql -X -q -1 -f - "$DATABASE_URL"`;
      const shell = { ...process.env, ...env, ...front, real: server.folder, CLEAR: clear };
      await promisify(execFile)('/bin/sh', ['-c', script], { env: shell });
      expect(await names(there)).toEqual([]);
    });
  });

  test('a backup of an older version is migrated, and held as well', async () => {
    const [first] = (await readdir(join(ROOT, 'drizzle'))).toSorted();
    const migrations = join(dataDir, 'drizzle');
    await mkdir(migrations);
    await cp(join(ROOT, 'drizzle', first!), join(migrations, first!), { recursive: true });
    const old = await database({ migrations });
    await old.db.execute(sql`
        insert into person (telegram_id, language, zone, created_at, seen_at)
        values (1, 'en', 'UTC', '2026-11-01T00:00Z', now()), (2, 'en', 'UTC', '2026-11-02T00:00Z', now())`);
    const own = join(dataDir, 'old.dump');
    await succeeded(run('backup', [own], { DATABASE_URL: old.url }));

    const { there, env } = await target();
    // Of the time in between: one of the two, and somebody who had the same number as the other.
    const noted = [
      '1 2026-11-01T00:00:00Z 2026-11-20T00:00:00Z',
      '2 2026-11-19T00:00:00Z 2026-11-20T00:00:00Z',
      'scribble',
    ];
    await writeFile(join(dataDir, 'erasures'), noted.join('\n'));
    await succeeded(run('restore', [own, '--yes'], env));
    expect(await names(there)).toEqual([2]);
    const [{ heldSince } = { heldSince: null }] = await there.db.select().from(pace).where(eq(pace.key, 'outbox'));
    expect(heldSince).not.toBeNull();
  });

  test('a backup of a newer version is refused, and the old data is as it was', async () => {
    const newer = await database();
    await newer.db.execute(
      sql`insert into drizzle.__drizzle_migrations (hash, created_at, name) values ('x', 1, 'later')`,
    );
    const own = join(dataDir, 'newer.dump');
    await succeeded(run('backup', [own], { DATABASE_URL: newer.url }));
    const { there, env } = nothingChanges();
    const line = await failed(run('restore', [own, '--yes'], env));
    expect(line).toBe('psql: the backup is from a newer version of Bilim: install that first');
    expect(await names(there)).toEqual(BEFORE);
  });

  test('in use or not there, the embedded database says so in one line', async () => {
    expect(await failed(run('backup', []))).toMatch(
      /^There is no embedded database in .*: set DATABASE_URL or DATA_DIR/,
    );
    const embedded = await startEmbedded(join(dataDir, 'bot'), { durable: false });
    onTestFinished(embedded.stop);
    await migrate(embedded.url, join(ROOT, 'drizzle'));
    expect(await failed(run('restore', [file, '--yes']))).toMatch(/is in use: stop the other process/);
    // While the bot runs; with programs as new as it is, where they are here.
    const { code, stderr } = await run('backup', []);
    const refused =
      /^1: The database is PostgreSQL 18, which needs client programs .*postgresql-client-18.* copy the folder .*bot\.$/m;
    expect(`${code}: ${stderr}`).toMatch(server.version >= 18 ? /^0: $/ : refused);
  });
});

/** Every index, constraint, trigger and function. */
async function shape({ db }: TestDatabase) {
  return db.execute(sql`
    select indexdef as thing from pg_indexes where schemaname in ('public', 'drizzle')
    union all select conrelid::regclass || pg_get_constraintdef(oid) from pg_constraint where conrelid > 0 and connamespace = 'public'::regnamespace
    union all select pg_get_triggerdef(oid) from pg_trigger where not tgisinternal
    union all select pg_get_functiondef(oid) from pg_proc where pronamespace = 'public'::regnamespace
    order by 1`);
}

/** Owes somebody a message that reads the same each time. */
async function oweTo(world: World, user: TelegramUser, key: string): Promise<void> {
  const { id } = await world.row(user);
  const now = world.clock.now();
  await owe(world.db, [{ kind: 'role_taken', key, data: A_ROLE, personId: id, dueAt: now }], now);
}

const got = (user: TelegramUser) =>
  user.chat.filter(({ text }) => text.includes('do not have this role any more')).length;
