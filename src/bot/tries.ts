import { setTimeout as sleep } from 'node:timers/promises';
import type { Bot } from 'grammy';
import type { Update } from 'grammy/types';
import { apologize } from './apology.ts';
import type { Ctx, Deps } from './context.ts';
import { failureOf } from './failure.ts';
import type { Inbox, Taken } from './inbox.ts';

/** How often an update is tried that fails, or ends the process. */
export const TRIES = 3;
/** Between them: a clash of two transactions is over by then, and the person does not notice. */
const FAULT_MS = [100, 500];
/** A backend that died is replaced at once; a database that is away stays so for longer. */
const DATABASE_MS = 1000;
/** Telegram answers others, but not this: again after 1, 2, 4 … 30 seconds, for a quarter of an hour. */
const LOST_TRIES = 35;
const lostMs = (times: number) => Math.min(30_000, 500 * 2 ** times);
/** How often somebody who waits looks whether Telegram is back. */
const LOOK_MS = 500;

/** Waits, but not beyond the end of the process. Tests wait less. */
export type Pause = (ms: number, stopped: AbortSignal) => Promise<void>;

const pauseFor: Pause = (ms, signal) => sleep(ms, undefined, { signal }).catch(() => undefined);

type Options = {
  stopped: AbortSignal;
  pause?: Pause | undefined;
  /** Whether Telegram has answered the last call, whoever made it. */
  reached(): boolean;
  /** ms until the next time this process asks Telegram whether it is back, a multiple of 500; null: others do. */
  askEvery(): number | null;
  onTelegramBack(): void;
};

/** Handled, or in the hands of another process; or it waits for better times, and that try counts as none. */
export type End = 'done' | 'given back';

export type Tries = ReturnType<typeof createTries>;

/**
 * Handles one update, and knows what to do when that fails. Trying again is safe: whatever a handler does counts once, by
 * the update's number in a draft, by keys, by conditions.
 *
 * - The database is away: the update is given back, and that costs no try.
 * - Telegram is away: what the person asked for is done, only the answer is lost. It is tried again until Telegram is
 *   back, which costs no try either: an answer that comes late, or twice where only its receipt was lost, is better than
 *   a button that seems to do nothing. Rejected: to leave it at that; the person would press again, and wonder.
 * - Any other error: three times in all, so that nobody notices one that passes. Only then the person hears that it was
 *   not their fault, and the update is set aside among the dead letters.
 */
export function createTries(deps: Deps, bot: Bot<Ctx>, inbox: Inbox, options: Options) {
  const { log } = deps;
  const { stopped, reached, askEvery, onTelegramBack } = options;
  const pause = (ms: number) => (options.pause ?? pauseFor)(ms, stopped);
  let away: Promise<void> | null = null;

  /** One asks for all who wait: at once, since it may be but one call that failed, and then now and then. */
  function telegramBack(): Promise<void> {
    away ??= untilBack().finally(() => {
      away = null;
      onTelegramBack();
    });
    return away;
  }

  async function untilBack(): Promise<void> {
    for (let ms = 0; !stopped.aborted; ms += LOOK_MS) {
      const every = askEvery();
      const asks = ms === 0 || (every !== null && ms % every === 0);
      if (asks ? await answers() : reached()) return;
      await pause(LOOK_MS);
    }
  }

  const answers = () =>
    bot.api.getMe().then(
      () => true,
      () => false,
    );

  async function attempt(update: Update): Promise<{ error: unknown } | null> {
    try {
      await bot.handleUpdate(update);
      return null;
    } catch (error) {
      return { error };
    }
  }

  async function tryAll({ update, attempts: begun }: Taken): Promise<End> {
    const { update_id: id } = update;
    if (begun > TRIES) return bury(update, 'the process ended during each try');
    for (let attempts = begun, lost = 0; ;) {
      const failed = await attempt(update);
      if (!failed) return 'done';
      const failure = failureOf(failed.error);
      switch (failure.kind) {
        case 'blocked':
          return 'done';
        case 'database away':
          await pause(DATABASE_MS);
          return 'given back';
        case 'telegram away':
          log.warn({ update: id, error: failed.error }, 'update failed: Telegram did not take the answer');
          if (++lost > LOST_TRIES) return bury(update, failure.what);
          await pause(failure.seconds === null ? lostMs(lost) : failure.seconds * 1000);
          if (failure.seconds === null) await telegramBack();
          if (stopped.aborted) return 'given back';
          break;
        case 'fault': {
          log.error({ update: id, error: failed.error }, 'update failed');
          if (attempts >= TRIES) return bury(update, failure.what);
          await pause(FAULT_MS[attempts - 1]!);
          if (stopped.aborted) return 'given back';
          const again = await inbox.again(id);
          // This process was stopped, and another one has it in hand.
          if (again === null) return 'done';
          attempts = again;
        }
      }
    }
  }

  async function bury(update: Update, error: string): Promise<'done'> {
    const { update_id: id } = update;
    if (!(await inbox.bury(id, { error, attempts: TRIES }))) return 'done';
    log.error({ update: id, reason: error }, 'update is set aside: see the table dead_letter');
    await apologize(deps, update).catch(() => undefined);
    return 'done';
  }

  return {
    /** Whether Telegram is known not to answer. */
    isAway: () => away !== null,
    /** Never rejects: what could not be written down because the database is away is given back. */
    async run(taken: Taken): Promise<End> {
      try {
        return await tryAll(taken);
      } catch (error) {
        log.error({ update: taken.update.update_id, error }, 'update left in the inbox');
        await pause(DATABASE_MS);
        return 'given back';
      }
    },
  };
}
