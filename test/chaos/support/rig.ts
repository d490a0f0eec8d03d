import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { inject, onTestFinished } from 'vitest';
import { migrate } from '../../../src/db/migrate.ts';
import { seededRandom } from '../../../src/playground/telegram/faults.ts';
import { createTelegram, type LoggedCall } from '../../../src/playground/telegram/index.ts';
import { createDatabase } from '../../support/database.ts';
import { launch, type BotProcess } from '../../support/process.ts';
import { ROOT, TOKEN } from '../../support/world.ts';
import type { Command } from './bot.ts';

export const MAIN = 'src/main.ts';
export const BOT = 'test/chaos/support/bot.ts';
export const NAIVE_SENDER = 'test/chaos/support/naive-sender.ts';
export const NAIVE_UPDATES = 'test/chaos/support/naive-updates.ts';
export const POISONED = 'test/chaos/support/poisoned.ts';
export const NAIVE_REMINDERS = 'test/chaos/support/naive-reminders.ts';
export const CONTENDERS = 'test/chaos/support/contenders.ts';
export const NAIVE_REGISTRATIONS = 'test/chaos/support/naive-registrations.ts';

/** A bot in a process of its own. */
export type Bot = BotProcess & {
  /** In pg_stat_activity. */
  name: string;
  isAtWork(): boolean;
  isGone(): boolean;
  tell(command: Command): void;
  /** kill -9 */
  kill(): void;
};

/** What Telegram has seen. `accepted`: messages that are in somebody's chat; `cut`: those of which the bot never heard. */
export type Counts = { accepted: number; cut: number; limited: number; blocked: number };

export type Rig = Awaited<ReturnType<typeof createRig>>;

/** Below the ports that the system gives to others, since an outage lets go of it for a while. */
let nextPort = 10_000 + (process.pid % 1000) * 20;

/**
 * Telegram with its flood limits, in this process; a database; and bots in processes of their own. Chance is seeded, so a
 * run can be had again as far as the machine's scheduler allows. `url`: of a database of the caller's own.
 */
export async function createRig({
  seed = 1,
  url,
  floodLimits = true,
}: { seed?: number; url?: string; floodLimits?: boolean } = {}) {
  // Of its own to the end, and dropped then: the next test must not find what this one hangs into it.
  const databaseUrl = url ?? (await createDatabase({ template: 'template0' })).url;
  if (!url) await migrate(databaseUrl, join(ROOT, 'drizzle'));
  const counts: Counts = { accepted: 0, cut: 0, limited: 0, blocked: 0 };
  const onCalls = new Set<(call: LoggedCall) => void>([(call) => count(counts, call)]);
  const telegram = createTelegram({
    token: TOKEN,
    floodLimits,
    seed,
    keepCalls: 1000,
    onCall: (call) => onCalls.forEach((tell) => tell(call)),
  });
  const server = await telegram.listen(nextPort++);
  onTestFinished(() => server.close());
  const exits: string[] = [];
  let started = 0;

  function start(entry: string, env: Record<string, string> = {}): Bot {
    const name = entry === MAIN ? 'bilim' : `bot ${++started}`;
    const bot = launch(
      {
        DATABASE_URL: databaseUrl,
        TELEGRAM_API_ROOT: server.url,
        LOG_LEVEL: 'info',
        ALLOW_PAID_BROADCAST: 'true',
        NAME: name,
        ...env,
      },
      programOf(entry),
    );
    let state: 'starting' | 'at work' | 'gone' = 'starting';
    const atWork = () => {
      if (state === 'starting') state = 'at work';
    };
    bot.child.once('message', atWork);
    bot.child.stdout!.on('data', () => bot.output().includes('is at work') && atWork());
    bot.child.on('error', () => {}); // a message to one that has just been killed
    bot.child.once('exit', (code, signal) => {
      state = 'gone';
      if (signal !== 'SIGKILL') exits.push(`${name} ended by itself (${code ?? signal}): ${bot.output().slice(-2000)}`);
    });
    return {
      ...bot,
      name,
      isAtWork: () => state === 'at work',
      isGone: () => state === 'gone',
      tell: (command) => void (state === 'gone' || bot.child.send(command)),
      kill() {
        state = 'gone';
        bot.child.kill('SIGKILL');
      },
    };
  }

  /** Fails at once when a bot has ended by itself. */
  async function eventually<T>(
    condition: () => T | Promise<T>,
    what: () => string,
    seconds: number,
  ): Promise<NonNullable<T>> {
    const deadline = performance.now() + seconds * 1000;
    for (;;) {
      if (exits.length > 0) throw new Error(exits.join('\n'));
      const value = await condition();
      if (value) return value;
      if (performance.now() > deadline) throw new Error(`waited ${seconds} s for ${what()}`);
      await sleep(20);
    }
  }

  /** Resolves when all of these are at work. */
  async function atWork(bots: Bot[], seconds = 60): Promise<void> {
    const ready = () => bots.every((bot) => bot.isAtWork());
    await eventually(ready, () => 'all to be at work', seconds);
  }

  return {
    telegram,
    url: databaseUrl,
    counts,
    onCalls,
    exits,
    start,
    eventually,
    atWork,
    random: seededRandom(seed),
  };
}

/** Its bundle, where there is one: see global-setup.ts. */
function programOf(entry: string): string {
  const bundle = join(inject('bundles') ?? '', basename(entry, '.ts') + '.js');
  return existsSync(bundle) ? bundle : entry;
}

function count(counts: Counts, { method, ok, lost, error }: LoggedCall): void {
  if (method !== 'sendMessage') return;
  if (ok) counts.accepted += 1;
  if (ok && lost) counts.cut += 1;
  if (error?.error_code === 429) counts.limited += 1;
  if (error?.error_code === 403) counts.blocked += 1;
}
