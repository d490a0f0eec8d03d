import { randomBytes } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { inject, onTestFinished, TestRunner } from 'vitest';
import { connect, type Connection } from '../../src/db/connect.ts';
import type { PoolOptions } from '../../src/db/postgres.ts';

export interface TestDatabase extends Connection {
  /** For a second connection, like that of another process. */
  url: string;
}

/**
 * A migrated database of the test's own (about 0.1 s). It is closed and dropped when the test ends, or with `close()`
 * where no test runs (beforeAll); a failed test's database is kept and named. `template0` makes an empty one.
 */
export async function createDatabase(options: PoolOptions & { template?: string } = {}): Promise<TestDatabase> {
  const name = `test_${randomBytes(6).toString('hex')}`;
  const { template = 'template', ...pool } = options;
  await administer(sql`create database ${sql.identifier(name)} template ${sql.identifier(template)}`);
  const url = new URL(inject('serverUrl'));
  url.pathname = `/${name}`;
  const connection = connect(url.href, { max: 5, ...pool });
  const test = TestRunner.getCurrentTest();
  let closed = false;

  async function close(): Promise<void> {
    if (closed) return;
    closed = true;
    await connection.close();
    if (test?.result?.state === 'fail') console.error(`database ${name} is kept: its test failed`);
    else await administer(sql`drop database ${sql.identifier(name)} with (force)`);
  }

  if (test) onTestFinished(close);
  return { ...connection, url: url.href, close };
}

async function administer(command: ReturnType<typeof sql>): Promise<void> {
  const { db, close } = connect(inject('serverUrl'), { max: 1 });
  await db.execute(command);
  await close();
}
