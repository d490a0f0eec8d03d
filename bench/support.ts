import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import { startEmbedded } from '../src/db/embedded.ts';
import { migrate } from '../src/db/migrate.ts';
import { connect, type Tx } from '../src/db/connect.ts';
import { createTelegram, type Telegram, type TelegramUser } from '../src/playground/telegram/index.ts';

export const ROOT = join(import.meta.dirname, '..');
export const TOKEN = '123456:bench-token-of-the-emulator-012345678';

/** A Telegram, a database server, and what must be tidied up. */
export async function createRig(options: Partial<Parameters<typeof createTelegram>[0]> = {}) {
  const telegram = createTelegram({ token: TOKEN, ...options });
  const server = await telegram.listen();
  const folder = await mkdtemp(join(tmpdir(), 'bilim-bench-'));
  const postgres = await startEmbedded(folder, { durable: true });
  await migrate(postgres.url, join(ROOT, 'drizzle'));
  const connection = connect(postgres.url);
  const children: ChildProcess[] = [];

  /** Starts a program against this rig; `env` adds settings. */
  function start(program: string, env: Record<string, string> = {}, ...channel: 'ipc'[]): ChildProcess {
    const child = spawn(process.execPath, [program], {
      cwd: ROOT,
      env: {
        PATH: process.env.PATH!,
        BOT_TOKEN: TOKEN,
        TELEGRAM_API_ROOT: server.url,
        DATABASE_URL: postgres.url,
        LOG_LEVEL: 'warn',
        PORT: '0',
        ...env,
      },
      stdio: ['ignore', 'inherit', 'inherit', ...channel],
    });
    children.push(child);
    return child;
  }

  async function stop(child: ChildProcess): Promise<void> {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGTERM');
    await once(child, 'exit');
  }

  async function close(): Promise<void> {
    await Promise.all(children.map(stop));
    await connection.close();
    await postgres.stop();
    await server.close();
    await rm(folder, { recursive: true, force: true });
  }
  return { telegram, url: server.url, db: connection.db, databaseUrl: postgres.url, start, stop, close };
}

export type Rig = Awaited<ReturnType<typeof createRig>>;

/**
 * Fills the database with rows that are right, in one transaction that may take its time: to check each of them against
 * those that it refers to would take most of it.
 */
export async function fill({ databaseUrl }: Rig, work: (tx: Tx) => Promise<void>): Promise<void> {
  const { db, close } = connect(databaseUrl, { max: 1, statementTimeout: 0 });
  await db.transaction(async (tx) => {
    await tx.execute(sql`set local session_replication_role = replica`);
    await work(tx);
  });
  await db.execute(sql`vacuum analyze`);
  await close();
}

/** People who have agreed, without quiet hours. */
export async function registerAll({ db }: Rig, ids: number[]): Promise<void> {
  await db.execute(sql`
    with arrived as (
      insert into person (telegram_id, language, zone, quiet_from, quiet_to, created_at, seen_at)
      select id, 'en', 'Asia/Almaty', null, null, now(), now() from unnest(${sql.param(ids)}::bigint[]) as id
      returning id
    )
    insert into consent (person_id, version, language, given_at) select id, '2026-11-01', 'en', now() from arrived`);
}

/** How many messages the bot has sent to this person. */
export function answersOf(user: TelegramUser): number {
  return user.chat.filter(({ from }) => from === 'bot').length;
}

export async function until(condition: () => boolean, telegram: Telegram, seconds = 120): Promise<void> {
  await telegram.until(condition, seconds * 1000);
}

export function percentile(values: number[], p: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * p))] ?? Number.NaN;
}

export const round = (n: number, digits = 0) => Number(n.toFixed(digits));

/** ms */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}
