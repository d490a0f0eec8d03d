import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Bot } from 'grammy';
import type { Update } from 'grammy/types';
import type { Pool } from '../db/postgres.ts';
import type { Ctx, Deps } from './context.ts';
import { createHands } from './hands.ts';
import { createInbox } from './inbox.ts';
import { createPolling } from './polling.ts';
import { createTries, type Pause } from './tries.ts';
import { BEAT_MS, createWorkers, sessionOf } from './workers.ts';

/** How often Telegram is asked whether it is back, over all processes. */
const ASK_MS = 2000;

export type UpdatesOptions = {
  /** Whether Telegram has answered the last call. */
  reached(): boolean;
  /** Called after each update that was handled. */
  afterwards(): void;
  /** For tests. */
  pause?: Pause | undefined;
  settledMs?: number | undefined;
};

export type Updates = ReturnType<typeof createUpdates>;

/**
 * Brings updates from Telegram to the bot, over the inbox: by polling or by webhook, never losing one. Whichever process
 * writes an update down, any of them may take it up. What is guaranteed, with any number of processes, whenever they die:
 *
 * - An update that Telegram was told of as received is handled, or is a dead letter after three tries (tries.ts). It may be
 *   handled more than once; then what it does counts once, by the update's number in a draft, by keys, by conditions.
 * - The updates of one person are handled one after the other, in the order of their numbers as far as they are known
 *   (inbox.ts), and one person has no more than one of the hands of all processes (hands.ts).
 * - A process that hangs, or was stopped, is dead to the others after 20 seconds (workers.ts), and they take up what it had
 *   in hand. If it wakes up, its handlers go on, besides those of the others, to their end: that is the one case in which
 *   two updates of a person are handled at once, and they may read an answer twice. But it takes up nothing before it has
 *   said that it is alive again, and it marks, tries again and buries only what it still holds.
 */
export function createUpdates(deps: Deps, bot: Bot<Ctx>, pool: Pool, options: UpdatesOptions) {
  const { reached, afterwards, pause, settledMs } = options;
  const { db, clock, log, metrics } = deps;
  const me = randomUUID();
  const halt = new AbortController();
  const inbox = createInbox(deps, me);
  const workers = createWorkers(db, me);
  const tries = createTries(deps, bot, inbox, {
    stopped: halt.signal,
    pause,
    reached,
    // Who polls tries that again and again anyway.
    askEvery: () => (polling.isOn() ? null : ASK_MS * workers.alive()),
    onTelegramBack: () => void lookAround(),
  });
  const hands = createHands(deps, inbox, tries, {
    stopped: halt.signal,
    settledMs,
    afterwards({ receivedAt }) {
      metrics.updated(receivedAt.until(clock.now()).total('seconds'));
      afterwards();
    },
  });
  const polling = createPolling(deps, bot.api, pool, { session: sessionOf(me), store, stopped: halt.signal });
  let beating: Promise<void> | null = null;

  async function store(updates: Update[]): Promise<number[]> {
    const people = await inbox.store(updates);
    if (people.length > 0) hands.call(people);
    return people;
  }

  async function lookAround(): Promise<void> {
    await hands.lookAround().catch((error: unknown) => log.warn({ error }, 'updates: trying again'));
  }

  async function beat(): Promise<void> {
    try {
      await workers.beat({ polling: polling.isOn() });
      await hands.lookAround();
    } catch (error) {
      log.warn({ error }, 'updates: trying again');
    }
  }

  async function keepBeating(): Promise<void> {
    while (!halt.signal.aborted) {
      await beat();
      await sleep(BEAT_MS, undefined, { signal: halt.signal }).catch(() => undefined);
    }
  }

  return {
    /** Writes updates down, and resolves when that is done: Telegram need not wait for the rest. */
    async accept(updates: Update[]): Promise<void> {
      await store(updates);
    },

    /** The same, but resolves when what was new among them is handled. */
    async receive(updates: Update[]): Promise<void> {
      await hands.handled(new Set(await store(updates)));
    },

    /** Takes up what a process that died, or a database that was away, left unfinished; resolves when that is handled. */
    async recover(): Promise<void> {
      await beat();
      await hands.handled();
    },

    forget: inbox.forget,

    async start({ poll }: { poll: boolean }): Promise<void> {
      await inbox.adopt();
      beating ??= keepBeating();
      if (poll) polling.start();
    },

    /** Takes no more updates, and waits until those at hand are handled; what is left is for others to take up at once. */
    async stop(): Promise<void> {
      halt.abort();
      await polling.stopped();
      await beating;
      await hands.handled();
      await workers.leave().catch((error: unknown) => log.warn({ error }, 'updates: others will wait 20 seconds'));
    },
  };
}
