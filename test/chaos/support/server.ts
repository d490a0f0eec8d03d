import { mkdtemp, readFile, rename, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import { startEmbedded, type Embedded } from '../../../src/db/embedded.ts';
import { migrate } from '../../../src/db/migrate.ts';
import { ROOT } from '../../support/world.ts';

/** `fast` closes the connections and writes everything out; `immediate` is a crash, with recovery at the next start. */
export type Shutdown = 'fast' | 'immediate';

/**
 * A Postgres of the test's own that keeps what it has promised, migrated, which can be restarted under the same address:
 * the folder of its socket is new each time, so a link leads there.
 */
export async function startServer() {
  const folder = await mkdtemp(join(tmpdir(), 'bilim-chaos-'));
  const link = join(folder, 'socket');
  const url = `postgres://postgres@localhost/postgres?host=${encodeURIComponent(link)}`;
  let server = await open();
  onTestFinished(async () => {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  });
  await migrate(url, join(ROOT, 'drizzle'));

  async function open(): Promise<Embedded> {
    const opened = await startEmbedded(folder);
    await symlink(new URL(opened.url).searchParams.get('host')!, `${link}.new`);
    await rename(`${link}.new`, link);
    return opened;
  }

  /** Resolves when it takes connections again. */
  async function restart(how: Shutdown): Promise<void> {
    if (how === 'immediate') {
      const [pid] = (await readFile(join(folder, 'postgres/postmaster.pid'), 'utf8')).split('\n');
      process.kill(Number(pid), 'SIGQUIT');
      await sleep(50);
    }
    await server.stop();
    server = await open();
  }

  return { url, restart };
}
