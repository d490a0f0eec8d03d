import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import type { Deps } from '../../bot/context.ts';
import { databaseDownView, databaseOverView } from './messages.ts';
import type { Owners } from './owners.ts';

const EVERY_MS = 10_000;
/** A database that says nothing for so long is away for the people in the chat, too. */
const PATIENCE_MS = 5000;
/** A restart or a failover takes less: nobody needs to hear of it. */
const DOWN = Temporal.Duration.from({ seconds: 30 });

export type Watch = { look(): Promise<void>; start(): void; stop(): Promise<void> };

/**
 * Tells the owners when the database is away, and when it is back. What was told can't be a row this time: it is a file in
 * DATA_DIR, which one process alone can make, and one remove. So it is told once by all that share the folder, and by a
 * restart loop; processes on different machines tell it once each.
 */
export function createWatch(
  { db, clock, log, dataDir }: Pick<Deps, 'db' | 'clock' | 'log' | 'dataDir'>,
  owners: Owners,
): Watch {
  const file = dataDir && join(dataDir, 'database-away');
  const stopped = new AbortController();
  let running: Promise<void> | null = null;
  let asking: Promise<boolean> | null = null;
  let since: Temporal.Instant | null = null;
  let told = false;

  /** One question at a time: behind a network that is cut each would hold a connection of the pool. */
  async function answers(): Promise<boolean> {
    asking ??= db
      .execute(sql`select 1`)
      .then(
        () => true,
        () => false,
      )
      .finally(() => (asking = null));
    const enough = new AbortController();
    const late = sleep(PATIENCE_MS, false, { signal: enough.signal }).catch(() => false);
    const answer = await Promise.race([asking, late]);
    enough.abort();
    return answer;
  }

  /** True: nobody else has told it. */
  async function claim(): Promise<boolean> {
    if (!file) return true;
    try {
      await mkdir(dataDir, { recursive: true });
      await writeFile(file, '', { flag: 'wx' });
      return true;
    } catch (error) {
      // A folder that can't be written to must not keep the owners in the dark.
      return (error as NodeJS.ErrnoException).code !== 'EEXIST';
    }
  }

  /** True: it was told, and nobody else has taken it back. */
  async function withdraw(): Promise<boolean> {
    const mine = told;
    told = false;
    if (!file) return mine;
    return rm(file).then(
      () => true,
      (error: NodeJS.ErrnoException) => mine && error.code !== 'ENOENT',
    );
  }

  async function look(): Promise<void> {
    if (await answers()) {
      since = null;
      if (!(await withdraw()) || (await owners.tell(databaseOverView))) return;
      told = true;
      return void (await claim());
    }
    const now = clock.now();
    const down = (since ??= now);
    if (told || Temporal.Duration.compare(now.since(down), DOWN) < 0) return;
    log.error({ since: down.toString() }, 'the database does not answer');
    told = true;
    if (!(await claim())) return;
    if (!(await owners.tell((reader) => databaseDownView(down, reader)))) await withdraw();
  }

  async function loop(): Promise<void> {
    while (!stopped.signal.aborted) {
      await look().catch((error: unknown) => log.error({ error }, 'watching the database: trying again'));
      await sleep(EVERY_MS, undefined, { signal: stopped.signal }).catch(() => undefined);
    }
  }

  return {
    look,
    start() {
      running ??= loop();
    },
    async stop() {
      stopped.abort();
      await running;
    },
  };
}
