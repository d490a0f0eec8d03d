import { setTimeout as sleep } from 'node:timers/promises';
import type { Api } from 'grammy';
import type { Update } from 'grammy/types';
import type { Pool } from '../db/postgres.ts';
import { ALLOWED_UPDATES } from './bot.ts';
import type { Deps } from './context.ts';

/** Any number, the same in every version of Bilim. */
export const POLLER_LOCK = 0x706f6c6c; // "poll"
/** Seconds that Telegram keeps a poll open when there is nothing. */
const POLL_SECONDS = 25;
/** Kind to a Telegram in trouble. */
const PAUSE_MS = 2000;

type Options = {
  /** What the session of this process is called in pg_stat_activity. */
  session: string;
  /** Resolves when the updates are written down. */
  store(updates: Update[]): Promise<unknown>;
  stopped: AbortSignal;
};

/** grammY's types know the signal of a polyfill only. */
type PollSignal = Parameters<Api['getUpdates']>[1] & AbortSignal;

/**
 * One process polls, the others stand by: Telegram answers two pollers with 409. The lock belongs to a database session,
 * so it is free the moment the process that holds it dies, and a stand-by takes over.
 */
export function createPolling({ log }: Pick<Deps, 'log'>, api: Api, pool: Pool, options: Options) {
  const { session: name, store, stopped } = options;
  let running: Promise<void> | null = null;

  async function standBy(): Promise<void> {
    while (!stopped.aborted) {
      try {
        // Waiting for the lock may take months.
        const session = await pool.session({ statementTimeout: 0 });
        const over = new AbortController();
        void session.lost.then(() => over.abort());
        const signal = AbortSignal.any([over.signal, stopped]);
        try {
          await session.unsafe(`select set_config('application_name', $1, false)`, [name]);
          const locked = session.unsafe('select pg_advisory_lock($1)', [POLLER_LOCK]).then(() => true);
          if (await Promise.race([locked, aborted(signal)])) await poll(signal);
        } finally {
          await session.release();
        }
      } catch (error) {
        log.error({ error }, 'polling: trying again in a second');
        await pause(1000, stopped);
      }
    }
  }

  async function poll(signal: AbortSignal): Promise<void> {
    for (let offset = 0; !signal.aborted;) {
      try {
        const options = { offset, limit: 100, timeout: POLL_SECONDS, allowed_updates: ALLOWED_UPDATES };
        const updates = await api.getUpdates(options, signal as PollSignal);
        await store(updates);
        // The next call confirms these to Telegram: they are in the inbox by now.
        offset = (updates.at(-1)?.update_id ?? offset - 1) + 1;
      } catch (error) {
        if (signal.aborted) return;
        log.warn({ error }, 'polling: no updates, trying again');
        await pause(PAUSE_MS, signal);
      }
    }
  }

  return {
    isOn: () => running !== null,
    start() {
      running ??= standBy();
    },
    /** Resolves when nothing more comes in. */
    async stopped() {
      await running;
    },
  };
}

const pause = (ms: number, signal: AbortSignal) => sleep(ms, undefined, { signal }).catch(() => undefined);

const aborted = (signal: AbortSignal) =>
  new Promise<false>((resolve) => {
    if (signal.aborted) return resolve(false);
    signal.addEventListener('abort', () => resolve(false), { once: true });
  });
