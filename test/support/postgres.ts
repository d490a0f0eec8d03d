import { execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { access, chmod, chown, glob, mkdtemp, rm, writeFile } from 'node:fs/promises';
import net, { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { sql } from 'drizzle-orm';
import { connect } from '../../src/db/connect.ts';
import { migrate } from '../../src/db/migrate.ts';
import type { TestDatabase } from './database.ts';
import { ROOT } from './world.ts';

const run = promisify(execFile);

export type RealServer = {
  /** Of its programs. */
  folder: string;
  /** A temporary folder that goes when it stops. */
  home: string;
  /** Its major version. */
  version: number;
  /** A migrated database of its own, that belongs to a role with nothing but that and a password. */
  database(options?: { migrations?: string | null }): Promise<TestDatabase>;
  stop(): Promise<void>;
};

/** The newest server of the machine that has its client programs beside it; undefined without one. */
export async function findServer(): Promise<string | undefined> {
  const found = [];
  for await (const folder of glob(['/usr/lib/postgresql/*/bin', '/opt/homebrew/opt/postgresql@*/bin'])) {
    const programs = ['initdb', 'postgres', 'pg_dump', 'pg_restore', 'psql'].map((name) => access(join(folder, name)));
    if (await Promise.all(programs).catch(() => null)) found.push(folder);
  }
  return found.toSorted((a, b) => versionOf(a) - versionOf(b)).at(-1);
}

const versionOf = (folder: string) => Number(/(\d+)\/bin$/.exec(folder)?.[1] ?? 0);

/** Starts a server of its own with the programs in `folder`: by TCP and password, as a hosted one. */
export async function startServer(folder: string): Promise<RealServer> {
  // PostgreSQL refuses to run as root.
  const user = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : undefined;
  const home = await mkdtemp(join(tmpdir(), 'bilim-postgres-'));
  const [cluster, secret] = [join(home, 'cluster'), join(home, 'secret')];
  const password = randomBytes(12).toString('hex');
  await writeFile(secret, password);
  if (user) for (const path of [home, secret]) await chown(path, user.uid, user.gid);
  await chmod(home, 0o700);
  const env = { LC_ALL: 'C', PATH: process.env.PATH };
  const setup = ['-D', cluster, '-U', 'admin', '-A', 'scram-sha-256', `--pwfile=${secret}`, '-E', 'UTF8', '--no-sync'];
  await run(join(folder, 'initdb'), setup, { ...user, env, cwd: '/' });
  const port = await freePort();
  const settings = ['listen_addresses=127.0.0.1', `port=${port}`, 'unix_socket_directories=', 'fsync=off'];
  const args = ['-D', cluster, ...settings.flatMap((setting) => ['-c', setting])];
  const server = spawn(join(folder, 'postgres'), args, { ...user, env, cwd: '/', stdio: 'ignore' });
  const ended = once(server, 'close');

  const address = (who: string, word: string, name: string) =>
    `postgres://${who}:${encodeURIComponent(word)}@127.0.0.1:${port}/${name}`;
  async function administer(command: ReturnType<typeof sql>, name = 'postgres') {
    const { db, close } = connect(address('admin', password, name), { max: 1 });
    try {
      await db.execute(command);
    } finally {
      await close();
    }
  }
  for (let tries = 0; ; tries++) {
    const error = await administer(sql`select 1`).then(
      () => null,
      (reason: unknown) => reason,
    );
    if (!error) break;
    if (tries > 200 || server.exitCode !== null) throw error as Error;
    await sleep(50);
  }

  return {
    folder,
    home,
    version: versionOf(folder),
    async database({ migrations = join(ROOT, 'drizzle') } = {}) {
      const name = `bilim_${randomBytes(4).toString('hex')}`;
      // Of signs that an address has to write in another way.
      const word = `p@ss:/w&rd ${randomBytes(4).toString('hex')}`;
      await administer(sql.raw(`create role ${name} login password '${word}'`));
      await administer(sql.raw(`create database ${name} owner ${name}`));
      const url = address(name, word, name);
      if (migrations) await migrate(url, migrations);
      const connection = connect(url, { max: 5 });
      return { ...connection, url };
    },
    async stop() {
      server.kill('SIGINT');
      await ended;
      await rm(home, { recursive: true, force: true });
    },
  };
}

async function freePort(): Promise<number> {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
