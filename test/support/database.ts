import { randomBytes } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { inject, onTestFinished, TestRunner } from 'vitest';
import { connect, type Connection } from '../../src/db/connect.ts';
import type { PoolOptions } from '../../src/db/postgres.ts';

export interface TestDatabase extends Connection {
  /** For a second connection, like that of another process. */
  url: string;
}

/** Databases that earlier tests of this file have left clean. Emptying one takes a tenth of the time of copying one. */
const clean: string[] = [];

/**
 * A migrated database of the test's own. It is closed when the test ends, or with `close()` where no test runs
 * (beforeAll), and emptied for the next one; a failed test's database is kept and named. `template0` makes an empty one.
 * `altered`: the test changes its tables, so that no other one may have it.
 */
export async function createDatabase(
  options: PoolOptions & { template?: string; altered?: boolean } = {},
): Promise<TestDatabase> {
  const { template = 'template', altered = template !== 'template', ...pool } = options;
  const name = (!altered && clean.pop()) || (await copy(template));
  const url = urlOf(name);
  const connection = connect(url, { max: 5, ...pool });
  const test = TestRunner.getCurrentTest();
  let closed = false;

  async function close(): Promise<void> {
    if (closed) return;
    closed = true;
    await connection.close();
    if (test?.result?.state === 'fail') await keep(name);
    else if (!altered) clean.push(await empty(name));
    else await administer(inject('serverUrl'), sql`drop database ${sql.identifier(name)} with (force)`);
  }

  if (test) onTestFinished(close);
  return { ...connection, url, close };
}

/** Under a name that says why it is still there; see inspect.ts. */
async function keep(name: string): Promise<void> {
  const kept = name.replace('test_', 'failed_');
  await administer(inject('serverUrl'), sql`alter database ${sql.identifier(name)} rename to ${sql.identifier(kept)}`);
  console.error(`database ${kept} is kept: its test failed`);
}

async function copy(template: string): Promise<string> {
  const name = `test_${randomBytes(6).toString('hex')}`;
  // By files: twice as fast as by the log where nothing is synced to the disk.
  const command = sql`create database ${sql.identifier(name)} template ${sql.identifier(template)} strategy file_copy`;
  await administer(inject('serverUrl'), command);
  return name;
}

/** As if it were new: no rows, ids from 1 again, and nobody left who could write. */
async function empty(name: string): Promise<string> {
  await administer(
    urlOf(name),
    sql`do $$
    declare thing record;
    begin
      perform pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and pid <> pg_backend_pid();
      set local session_replication_role = replica;
      for thing in select tablename as name from pg_tables where schemaname = 'public' loop
        execute format('delete from %I', thing.name);
      end loop;
      for thing in select sequencename as name from pg_sequences where schemaname = 'public' and last_value is not null loop
        execute format('alter sequence %I restart', thing.name);
      end loop;
    end $$`,
  );
  return name;
}

function urlOf(name: string): string {
  const url = new URL(inject('serverUrl'));
  url.pathname = `/${name}`;
  return url.href;
}

async function administer(url: string, command: ReturnType<typeof sql>): Promise<void> {
  const { db, close } = connect(url, { max: 1 });
  await db.execute(command);
  await close();
}
