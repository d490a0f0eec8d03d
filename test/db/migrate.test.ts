import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { migrate as migrateWithoutLock } from 'drizzle-orm/postgres-js/migrator';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { connect } from '../../src/db/connect.ts';
import { checkServerVersion, migrate } from '../../src/db/migrate.ts';
import { createDatabase, type TestDatabase } from '../support/database.ts';

let folder: string;
let database: TestDatabase;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bilim-migrations-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  database = await createDatabase({ template: 'template0' });
  await add('20260901100000_first', 'create table colour (name text primary key)');
  await add(
    '20260902100000_second',
    `alter table colour add hex text;--> statement-breakpoint
    insert into colour values ('red', '#f00')`,
  );
});

async function add(name: string, statements: string): Promise<void> {
  await mkdir(join(folder, name));
  await writeFile(join(folder, name, 'migration.sql'), statements);
}

const colours = () => database.pool.unsafe('select name, hex from colour');
const eightTimes = <T>(act: () => Promise<T>) => Promise.allSettled(Array.from({ length: 8 }, act));

describe('migrate', () => {
  test('applies each migration once, and new ones later', async () => {
    await migrate(database.url, folder);
    await migrate(database.url, folder);
    expect([...(await colours())]).toEqual([{ name: 'red', hex: '#f00' }]);
    await add('20260903100000_third', `insert into colour values ('blue', '#00f')`);
    await migrate(database.url, folder);
    expect(await colours()).toHaveLength(2);
  });

  test('lets eight processes start at once', async () => {
    const starts = await eightTimes(() => migrate(database.url, folder));
    expect(starts.map(({ status }) => status)).toEqual(Array.from({ length: 8 }, () => 'fulfilled'));
    expect(await colours()).toHaveLength(1);
  });

  test('control: without the lock some of the eight fail', async () => {
    const starts = await eightTimes(async () => {
      const { db, close } = connect(database.url, { max: 1 });
      onTestFinished(close);
      await migrateWithoutLock(db, { migrationsFolder: folder });
    });
    expect(starts.map(({ status }) => status)).toContain('rejected');
  });

  test('applies all or nothing', async () => {
    await add('20260903100000_third', 'insert into colour values (1 / 0)');
    await expect(migrate(database.url, folder)).rejects.toThrow('1 / 0');
    await expect(colours()).rejects.toThrow('does not exist');
  });

  test('says which setting is wrong when it cannot get in, and keeps the password to itself', async () => {
    const message = /^DATABASE_URL: (?!.*secret)/;
    await expect(migrate('postgres://u:secret@127.0.0.1:1/x', folder)).rejects.toThrow(message);
    await expect(migrate(database.url.replace(/test_\w+/, 'no_such'), folder)).rejects.toThrow(
      /^DATABASE_URL: .*no_such/,
    );
    await expect(migrate('postgres://u:secret@a:1,b:2/x', folder)).rejects.toThrow(message);
  });

  test('refuses a server older than 15 in one line with the cure', () => {
    expect(() => checkServerVersion(140_009)).toThrow(
      /^DATABASE_URL names a PostgreSQL 14 server: .*15 or newer.*Upgrade it/,
    );
    expect(() => checkServerVersion(150_000)).not.toThrow();
  });
});
