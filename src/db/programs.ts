import { spawn } from 'node:child_process';
import { glob, open, realpath, rename, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';

/** Where packages put the client programs of several versions: Debian, Red Hat, Homebrew. */
const FOLDERS = [
  '/usr/lib/postgresql/*/bin',
  '/usr/pgsql-*/bin',
  '/opt/homebrew/opt/{libpq,postgresql@*}/bin',
  '/usr/local/opt/{libpq,postgresql@*}/bin',
];
/** Where our tables and the list of migrations are. */
const SCHEMAS = ['public', 'drizzle'].map((schema) => `--schema=${schema}`);

/** The folder of pg_dump, pg_restore and psql of one version. */
export type Programs = string;

/**
 * Finds the newest client programs of PostgreSQL: an older pg_dump refuses a newer server, an older pg_restore a newer
 * file. Rejects with one line that names the cure.
 *
 * Rejected: to bring them along, as we do the embedded server. No package of npm that is kept up has pg_dump 18.
 *
 * @param server its major version
 * @param instead what one can do without them, as the end of that line
 */
export async function findPrograms(server: number, instead: string): Promise<Programs> {
  const folders = [...(process.env.PATH ?? '').split(':'), ...(await Array.fromAsync(glob(FOLDERS)))];
  const found = (
    await Promise.all(folders.filter(Boolean).map(async (folder) => ({ folder, version: await versionIn(folder) })))
  )
    .filter(({ version }) => version > 0)
    .toSorted((a, b) => b.version - a.version);
  const [newest] = found;
  if (newest && newest.version >= server) return newest.folder;
  const here = newest ? `only those of version ${newest.version} are here` : 'they are not here';
  throw new Error(
    `The database is PostgreSQL ${server}, which needs client programs (pg_dump, pg_restore, psql) as new, and ${here}: install them (Debian: postgresql-client-${server}, Homebrew: libpq), or ${instead}.`,
  );
}

/** The major version of the programs there; 0 without any. */
async function versionIn(folder: string): Promise<number> {
  const program = await realpath(join(folder, 'pg_dump')).catch(() => '');
  // Debian's wrapper chooses a version by rules of its own; the real ones are in FOLDERS.
  if (!program || basename(program) === 'pg_wrapper') return 0;
  const says = await output(start(program, ['--version'])).catch(() => '');
  return Number(/\(PostgreSQL\) (\d+)/.exec(says)?.[1] ?? 0);
}

/** Writes the whole database to `file`, which is there only when it is complete, and for its owner's eyes alone. */
export async function dump(programs: Programs, url: string, file: string): Promise<void> {
  const part = `${file}.part`;
  try {
    await (await open(part, 'w', 0o600)).close();
    const args = ['--format=custom', '--no-owner', '--no-privileges', ...SCHEMAS, `--file=${part}`];
    await output(start(join(programs, 'pg_dump'), args, url));
    await rename(part, file);
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
}

/** When the backup was made, by a clock that was at UTC as ours are; and the names of its tables. */
export type Archive = { madeAt: Temporal.Instant; tables: string[] };

/** Reads all of a backup: rejects when it is none, or not whole. */
export async function readArchive(programs: Programs, file: string): Promise<Archive> {
  const list = await output(start(join(programs, 'pg_restore'), ['--list', file]));
  await output(start(join(programs, 'pg_restore'), ['--file=/dev/null', file]));
  const [, date, time] = /Archive created at (\S+) (\S+)/.exec(list) ?? [];
  return {
    madeAt: Temporal.Instant.from(`${date}T${time}Z`),
    tables: [...list.matchAll(/ TABLE public (\S+)/g)].map(([, name]) => name!),
  };
}

/**
 * Loads a backup into the database in one transaction, between the statements `before` and `after`: all of it or nothing.
 * Whoever reads meanwhile waits; when this process is killed, the database is as it was.
 *
 * By psql, because pg_restore's own --clean drops only what is in the backup, and fails at a table that is newer.
 */
export async function load(
  programs: Programs,
  url: string,
  file: string,
  { before, after }: { before: string; after: string },
): Promise<void> {
  const args = ['--no-owner', '--no-privileges', '--no-comments', ...SCHEMAS, '--file=-', file];
  const psql = start(join(programs, 'psql'), ['-X', '-q', '-v', 'ON_ERROR_STOP=1', '-o', '/dev/null', '-f', '-'], url);
  const read = start(join(programs, 'pg_restore'), args);
  try {
    psql.stdin.write(`set client_min_messages = warning;\nbegin;\n${before}\n`);
    await pipeline(read.stdout, forOlderServers, psql.stdin, { end: false });
    await read.ended;
    psql.stdin.end(`\n${after}\ncommit;\n`);
  } catch (error) {
    read.kill();
    // Without the commit nothing has happened.
    psql.stdin.destroy();
    await psql.ended; // the reason, if it was psql that gave up
    throw error;
  }
  await psql.ended;
}

/** As text, a newer pg_restore sets what an older server does not know (since 17: transaction_timeout). */
async function* forOlderServers(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let first = true;
  for await (const chunk of chunks) {
    const header = () => chunk.toString('latin1').replace(/^SET transaction_timeout = 0;$/m, '');
    yield first ? Buffer.from(header(), 'latin1') : chunk;
    first = false;
  }
}

type Running = {
  stdin: Writable;
  stdout: Readable;
  /** Rejects with one line when it failed. */
  ended: Promise<void>;
  kill(): void;
};

/** Starts a program, for the database of `url` if given. A command line is for everybody to read: it has no password. */
function start(program: string, args: string[], url?: string): Running {
  const { address, password } = url ? withoutPassword(url) : {};
  const child = spawn(program, [...args, ...(address ? ['--no-password', `--dbname=${address}`] : [])], {
    env: {
      ...process.env,
      LC_ALL: 'C',
      // The time in a backup is that of a clock on the wall.
      TZ: 'UTC',
      PGCONNECT_TIMEOUT: '10',
      PGAPPNAME: 'bilim backup',
      ...(password && { PGPASSWORD: password }),
    },
    stdio: 'pipe',
  });
  child.stdin.on('error', () => {}); // it ended: `ended` says why
  const errors = text(child.stderr);
  const ended = new Promise<void>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) return resolve();
      const fail = (lines: string) =>
        reject(new Error(`${basename(program)}: ${reasonIn(lines) ?? `ended with ${code}`}`));
      errors.then(fail, reject);
    });
  });
  ended.catch(() => {}); // whoever waits for it hears of it
  return { stdin: child.stdin, stdout: child.stdout, ended, kill: () => void child.kill() };
}

async function output(program: Running): Promise<string> {
  program.stdin.end();
  const [out] = await Promise.all([text(program.stdout), program.ended]);
  return out;
}

/** Of the lines that a program complained in, the one with the reason; those around it may quote what people wrote. */
const reasonIn = (lines: string) => /\b(?:error|ERROR|FATAL): +(.*)/.exec(lines)?.[1];

function withoutPassword(url: string): { address: string; password: string } {
  const parsed = new URL(url.replace('@/', '@localhost/'));
  const password = parsed.searchParams.get('password') ?? decodeURIComponent(parsed.password);
  parsed.password = '';
  parsed.searchParams.delete('password');
  return { address: parsed.href, password };
}
