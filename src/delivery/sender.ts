import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { eq } from 'drizzle-orm';
import type { Deps } from '../bot/context.ts';
import { isDatabaseAway } from '../db/away.ts';
import { person } from '../db/schema.ts';
import { createClaims, type Claimed } from './claims.ts';
import type { Message, Messages } from './messages.ts';
import { classify } from './outcome.ts';
import { block, blockedFor, reserve, type PaceLimits } from './pace.ts';
import { prepare, type Prepared } from './prepare.ts';

const BATCH = 8;
/** Calls on their way at once: at 28 messages a second it fills a round trip of more than a second. */
const IN_FLIGHT = 40;
/** How far ahead turns are taken. Short, so that something urgent waits no longer than this behind what is bulk. */
const AHEAD_MS = 400;
const IDLE_MS = 1000;
/** Seconds of rest when Telegram does not know the bot any more. */
const REFUSED = 30;

type Ready = Extract<Prepared, { kind: 'ready' }> & { message: Message };

export type Sender = { start(): void; stop(): Promise<void>; kick(): void; drain(): Promise<void> };

/**
 * Sends what the outbox owes. A message is claimed, rendered, given its turn at the shared pace, marked `sending`, sent,
 * and marked with what came of it (claims.ts). Only what is really sent takes a turn. A slow answer holds up nobody:
 * the next ones go out meanwhile.
 */
export function createSender(deps: Deps, kinds: Messages, limits: PaceLimits): Sender {
  const { db, clock, log, sendingApi } = deps;
  const claims = createClaims(db, randomUUID());
  const halt = new AbortController();
  const flying = new Set<Promise<void>>();
  /** Done with, but their kinds have not heard of it yet. */
  let landed: Message[] = [];
  /** One after another: of two reports on progress, the later one must not arrive first. */
  let afterwards: Promise<void> = Promise.resolve();
  /** performance.now() of the last turn that was taken. */
  let lastTurn = 0;
  let wake = () => {};
  let kicked = false;
  let running: Promise<void> | null = null;

  /** Claims, prepares, and lets go of what is ready; returns how many were claimed. */
  async function round(): Promise<number> {
    const claimed = await claims.take(clock.now(), Math.min(BATCH, IN_FLIGHT - flying.size));
    const prepared = await Promise.all(claimed.map(look));
    const ready = prepared.filter((one) => one !== null);
    if (ready.length > 0) {
      const waits = await reserve(db, ready.length, limits);
      lastTurn = performance.now() + waits.at(-1)!;
      for (const [i, one] of ready.entries()) launch(one, waits[i]!);
    }
    report();
    return claimed.length;
  }

  async function look(claimed: Claimed): Promise<Ready | null> {
    const { message } = claimed;
    try {
      const prepared = await prepare(deps, kinds, claimed);
      switch (prepared.kind) {
        case 'ready':
          return { ...prepared, message };
        case 'hold':
          await claims.settle(message.id, 'claimed', { state: 'queued', dueAt: prepared.until });
          break;
        case 'drop':
          await claims.settle(message.id, 'claimed', { state: 'cancelled', error: prepared.reason });
          break;
      }
    } catch (error) {
      // Nothing is wrong with the message when the database went away: its lease ends, and it is queued again.
      if (isDatabaseAway(error)) throw error;
      log.error({ message: message.id, kind: message.kind, error }, 'message could not be rendered');
      await claims.settle(message.id, 'claimed', { state: 'failed', error: 'could not be rendered' });
    }
    landed.push(message);
    return null;
  }

  function launch(one: Ready, waitMs: number): void {
    const flight = fly(one, waitMs)
      .catch((error: unknown) => {
        // Its lease ends, and it becomes what recover() makes of it.
        log.error({ message: one.message.id, kind: one.message.kind, error }, 'message left to its lease');
      })
      .finally(() => {
        flying.delete(flight);
        landed.push(one.message);
      });
    flying.add(flight);
  }

  async function fly({ message, as, chat, outgoing }: Ready, waitMs: number): Promise<void> {
    const turn = await sleep(waitMs, true, { signal: halt.signal }).catch(() => false);
    if (!turn) return claims.settle(message.id, 'claimed', { state: 'queued' });
    if (!(await claims.begin(message.id))) return;
    const { method, payload } = outgoing;
    let result;
    try {
      const send = sendingApi.raw[method] as (p: object) => Promise<{ message_id: number; poll?: { id: string } }>;
      result = await send({ chat_id: chat, ...payload });
    } catch (error) {
      return refused(message, error);
    }
    await db.transaction(async (tx) => {
      const sent = { state: 'sent', telegramMessageId: result.message_id, sentAt: clock.now(), error: null } as const;
      await claims.settle(message.id, 'sending', sent, tx);
      await as.sent?.(tx, message, result);
    });
  }

  async function refused(message: Message, error: unknown): Promise<void> {
    const outcome = classify(error);
    const { id, kind, personId } = message;
    switch (outcome.kind) {
      case 'wait':
        await block(db, outcome.seconds);
        return claims.settle(id, 'sending', { state: 'queued' });
      case 'retry':
        return claims.later(id, outcome.reason);
      case 'not us':
        log.error({ reason: outcome.reason }, 'Telegram refuses the bot: check BOT_TOKEN');
        await block(db, REFUSED);
        return claims.settle(id, 'sending', { state: 'queued' });
      case 'blocked':
        await db.update(person).set({ unreachableSince: clock.now() }).where(eq(person.id, personId!));
        return claims.settle(id, 'sending', { state: 'blocked', error: outcome.reason });
      case 'failed':
      case 'unknown':
        log.warn({ message: id, kind, reason: outcome.reason }, `message ${outcome.kind}`);
        return claims.settle(id, 'sending', { state: outcome.kind, error: outcome.reason });
    }
  }

  /** Tells the kinds what has landed since the last time. */
  function report(): void {
    const groups = Map.groupBy(landed, ({ kind }) => kind);
    landed = [];
    for (const [kind, messages] of groups)
      afterwards = afterwards
        .then(() => kinds[kind]?.afterRound?.(messages))
        .catch((error: unknown) => log.error({ kind, error }, 'what follows a round of the sender failed'));
  }

  /** Until there is room for the next round: turns are taken only a little ahead, and not too many calls wait. */
  async function room(): Promise<void> {
    const ms = lastTurn - performance.now() - AHEAD_MS;
    if (ms > 0) await sleep(ms, undefined, { signal: halt.signal }).catch(() => undefined);
    if (flying.size >= IN_FLIGHT) await Promise.race(flying);
  }

  /** Until the next second, or until somebody kicks, even if that was while the last round ran. */
  async function nap(): Promise<void> {
    if (!kicked && !halt.signal.aborted) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, IDLE_MS);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    kicked = false;
  }

  async function loop(): Promise<void> {
    while (!halt.signal.aborted) {
      try {
        await claims.recover();
        while (!halt.signal.aborted && (await round()) > 0) await room();
      } catch (error) {
        log.error({ error }, 'sender: trying again');
      }
      await nap();
    }
  }

  async function land(): Promise<void> {
    await Promise.all(flying);
    report();
    await afterwards;
  }

  return {
    start() {
      running ??= loop();
    },
    /** Waits for what is on its way; what waits for its turn returns to the queue. */
    async stop() {
      halt.abort();
      wake();
      await running;
      await land();
    },
    /** Something new may be due: look at once instead of at the next second. */
    kick() {
      kicked = true;
      wake();
    },
    /** Sends all that is due now, and what comes of it; for tests and for the playground's clock. */
    async drain() {
      for (let more = true; more;) {
        more = false;
        while ((await round()) > 0) {
          more = true;
          await room();
        }
        await land();
        const blocked = more ? 0 : await blockedFor(db);
        if (blocked > 0) {
          await sleep(blocked);
          more = true;
        }
      }
    },
  };
}
