import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { createConcurrentSink, createRunner, createSource, type RunnerHandle } from '@grammyjs/runner';
import type { Bot } from 'grammy';
import type { Update } from 'grammy/types';
import type { Pool } from '../db/postgres.ts';
import { ALLOWED_UPDATES } from './bot.ts';
import type { Ctx, Deps } from './context.ts';
import { createInbox } from './inbox.ts';

/** Any number, the same in every version of Bilim. */
const POLLER_LOCK = 0x706f6c6c; // "poll"
/** Updates that are handled at the same time; those of one person go one after the other. */
const CONCURRENCY = 100;
/** Seconds that Telegram keeps a poll open when there is nothing. */
const POLL_SECONDS = 25;

export type Updates = ReturnType<typeof createUpdates>;

/** Brings updates from Telegram to the bot, over the inbox: by polling or by webhook, never losing one. */
export function createUpdates(deps: Deps, bot: Bot<Ctx>, pool: Pool, afterwards: () => void) {
  const { log } = deps;
  const inbox = createInbox(deps, randomUUID());
  const inFlight = new Map<number, Promise<void>>();
  const stopped = new AbortController();
  let runner: RunnerHandle | null = null;
  let polling: Promise<void> = Promise.resolve();

  function handle(update: Update): Promise<void> {
    const known = inFlight.get(update.update_id);
    if (known) return known;
    const handling = (async () => {
      try {
        await bot.handleUpdate(update);
        await inbox.done(update);
        afterwards();
      } catch (error) {
        // Not marked done, so `recover` takes it up again when the database is back.
        log.error({ update: update.update_id, error }, 'update left in the inbox');
      } finally {
        inFlight.delete(update.update_id);
      }
    })();
    inFlight.set(update.update_id, handling);
    return handling;
  }

  /** Handles what is new among these, and resolves when that is done: what a webhook or a test hands in. */
  async function receive(updates: Update[]): Promise<void> {
    await Promise.all((await inbox.store(updates)).map(handle));
  }

  /** The same, but resolves as soon as the updates are written down: Telegram need not wait for the rest. */
  async function accept(updates: Update[]): Promise<void> {
    for (const update of await inbox.store(updates)) void handle(update);
  }

  /** Takes up what a process that died, or a database that was away, left unfinished. */
  async function recover(how = { abandoned: false }): Promise<void> {
    const known = new Set(inFlight.keys());
    await inbox.renew([...known]);
    for (;;) {
      const left = await inbox.takeUp([...known], how);
      if (left.length === 0) return;
      // Whatever becomes of them now: they are not tried again before the next time.
      for (const { update_id } of left) known.add(update_id);
      await Promise.all(left.map(handle));
    }
  }

  /**
   * One process polls, the others stand by: Telegram answers two pollers with 409. The lock belongs to a database
   * session, so it is free the moment the process that holds it dies, and a stand-by takes over.
   */
  async function poll(): Promise<void> {
    while (!stopped.signal.aborted) {
      try {
        // Waiting for the lock may take months.
        const session = await pool.session({ statementTimeout: 0 });
        try {
          const locked = session.unsafe('select pg_advisory_lock($1)', [POLLER_LOCK]);
          const out = await Promise.race([locked.then(() => 'ours'), session.lost.then(() => 'lost'), aborted()]);
          if (out !== 'ours') continue;
          await recover({ abandoned: true });
          runner = startRunner();
          await Promise.race([session.lost, aborted()]);
          await runner.stop();
          runner = null;
        } finally {
          await session.release();
        }
      } catch (error) {
        log.error({ error }, 'polling: trying again in a second');
        await sleep(1000);
      }
    }
  }

  const aborted = () =>
    new Promise<'stopped'>((resolve) => {
      if (stopped.signal.aborted) return resolve('stopped');
      stopped.signal.addEventListener('abort', () => resolve('stopped'), { once: true });
    });

  function startRunner(): RunnerHandle {
    let offset = 0;
    const source = createSource({
      async supply(limit, signal) {
        // Never throws: an error here would end the runner for good. Two seconds are kind to a Telegram in trouble.
        for (; !signal.aborted; await sleep(2000)) {
          try {
            const options = {
              offset,
              limit: Math.min(limit, 100),
              timeout: POLL_SECONDS,
              allowed_updates: ALLOWED_UPDATES,
            };
            const updates = await bot.api.getUpdates(options, signal);
            const fresh = await inbox.store(updates);
            // The next call confirms these to Telegram: they are in the inbox by now.
            offset = (updates.at(-1)?.update_id ?? offset - 1) + 1;
            return fresh;
          } catch (error) {
            if (signal.aborted) return [];
            log.warn({ error }, 'polling: no updates, trying again');
          }
        }
        return [];
      },
    });
    const sink = createConcurrentSink<Update>({ consume: handle }, async () => undefined, { concurrency: CONCURRENCY });
    const started = createRunner(source, sink);
    started.start();
    return started;
  }

  return {
    receive,
    accept,
    recover,
    forget: inbox.forget,
    startPolling() {
      polling = poll();
    },
    /** Takes no more updates and waits until those at hand are handled; runner's own stop() does not wait. */
    async stop() {
      stopped.abort();
      await polling;
      await Promise.all(inFlight.values());
    },
  };
}
