import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import type { TestProject } from 'vitest/node';
import { connect } from '../../src/db/connect.ts';
import { startEmbedded } from '../../src/db/embedded.ts';
import { migrate } from '../../src/db/migrate.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** The test server; `createDatabase()` makes what tests use on it. */
    serverUrl: string;
  }
}

const migrations = join(import.meta.dirname, '../../drizzle');
const prefix = 'bilim-test-';

/** One server for the whole run, with a migrated template that tests copy. Failed tests' databases are kept. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  await removeKept();
  const folder = await mkdtemp(join(tmpdir(), prefix));
  const server = await startEmbedded(folder, { durable: false });
  const { db, close } = connect(server.url, { max: 1 });
  await db.execute(sql`create database template`);
  const template = new URL(server.url);
  template.pathname = '/template';
  if (existsSync(migrations)) await migrate(template.href, migrations);
  project.provide('serverUrl', server.url);

  return async () => {
    const kept = await db.execute(sql`select datname from pg_database where datname like 'failed%'`);
    await close();
    await server.stop();
    if (kept.length === 0) return rm(folder, { recursive: true, force: true });
    await writeFile(join(folder, 'kept'), '');
    console.log(`Databases of failed tests are kept: npx node test/support/inspect.ts ${folder}`);
  };
}

/** What earlier runs kept, unless somebody is looking at it. */
async function removeKept(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    const folder = join(tmpdir(), name);
    if (!name.startsWith(prefix) || !existsSync(join(folder, 'kept'))) continue;
    if (!existsSync(join(folder, 'postgres/postmaster.pid'))) await rm(folder, { recursive: true, force: true });
  }
}
