import { eq } from 'drizzle-orm';
import type { Deps } from '../bot/context.ts';
import type { Tx } from '../db/connect.ts';
import { person } from '../db/schema.ts';
import type { Barrier } from './barrier.ts';
import type { Claims, Settlement } from './claims.ts';
import type { Message, Outgoing, Result } from './messages.ts';
import { classify } from './outcome.ts';
import type { Outage } from './outage.ts';
import { block } from './pace.ts';
import type { Prepared } from './prepare.ts';
import { insist } from './results.ts';

/** Seconds of rest when Telegram does not know the bot any more. */
const REFUSED = 30;
/**
 * So often a message is tried that Telegram answers with an error of its own, which takes an hour: otherwise an announcement
 * with one such message would never come to its end. An outage costs a message few tries, since there is but one a second.
 */
const TRIES = 20;
/** One 429 may concern one chat. So many, with nothing that went well between them, concern all: then everybody waits. */
const IN_A_ROW = 3;

export type Ready = Extract<Prepared, { kind: 'ready' }> & { message: Message };

type Parts = {
  claims: Claims;
  outage: Outage;
  barrier: Barrier;
  /** Writes down what came of it, for as long as the lease runs; false: the claim was lost before, and it does not count. */
  conclude(message: Message, to: Omit<Settlement, 'id' | 'fence'>): Promise<boolean>;
};

/** Calls Telegram for one message that is marked `sending`, and settles what came of it. */
export function createDelivery(
  { db, clock, log, sendingApi, metrics, config }: Deps,
  { claims, outage, barrier, conclude }: Parts,
) {
  let limitedInARow = 0;
  /** performance.now() when the last 429 is over. */
  let limitedUntil = 0;

  /** What came of it is written first: what it means to others is not worth losing that. */
  async function deliver({ message, as, chat, outgoing }: Ready): Promise<void> {
    let result: Result;
    try {
      result = await call(chat, outgoing);
    } catch (error) {
      return refused(message, error);
    }
    const sent = {
      from: 'sending',
      state: 'sent',
      telegramMessageId: result.message_id,
      sentAt: clock.now(),
    } as const;
    if (as.sent) await keep(message, sent, (tx) => as.sent!(tx, message, result));
    else await conclude(message, sent);
    await answered();
  }

  /** What Telegram returned is kept together with the state of the message, or not at all. */
  async function keep(
    { id, fence }: Message,
    sent: Omit<Settlement, 'id' | 'fence'>,
    also: (tx: Tx) => Promise<void>,
  ): Promise<void> {
    const counted = await insist(() =>
      db.transaction(async (tx) => {
        const settled = await claims.settle([{ id, fence, ...sent }], tx);
        if (settled.size > 0) await also(tx);
        return settled.size > 0;
      }),
    );
    if (counted) metrics.sent('sent');
  }

  function call(chat: number, { method, payload }: Outgoing): Promise<Result> {
    const send = sendingApi.raw[method] as (payload: object) => Promise<Result>;
    const paid = config.ALLOW_PAID_BROADCAST && method.startsWith('send') && { allow_paid_broadcast: true };
    return send({ chat_id: chat, ...payload, ...paid });
  }

  async function refused(message: Message, error: unknown): Promise<void> {
    const outcome = classify(error);
    const put = (to: Omit<Settlement, 'id' | 'fence' | 'from'>) => conclude(message, { from: 'sending', ...to });
    switch (outcome.kind) {
      case 'wait':
        await Promise.all([
          put({ state: 'queued', error: 'Too Many Requests', retryIn: outcome.seconds }),
          // At once: others are about to go.
          limited(outcome.seconds),
        ]);
        return outage.answered();
      case 'not us':
        log.error({ reason: outcome.reason }, 'Telegram refuses the bot: check BOT_TOKEN');
        await put({ state: 'queued' });
        return block(db, REFUSED);
      case 'retry': {
        const hopeless = outcome.said && message.attempts + 1 >= TRIES;
        const retryIn = Math.min(300, 2 ** (message.attempts + 1));
        const counted = await put({
          error: outcome.reason,
          ...(hopeless ? { state: 'failed' } : { state: 'queued', retryIn }),
        });
        if (counted) await outage.lost();
        return;
      }
      case 'unknown': {
        log.warn({ message: message.id, kind: message.kind, reason: outcome.reason }, 'message unknown');
        const again = message.repeats > 0;
        const counted = await put({
          error: outcome.reason,
          ...(again ? { state: 'queued', retryIn: 2, repeats: message.repeats - 1 } : { state: 'unknown' }),
        });
        // Otherwise it may be this process that was stopped for a while, and not Telegram.
        if (counted) await outage.lost();
        return;
      }
      case 'done':
        await put({ state: 'sent', sentAt: clock.now() });
        return answered();
      case 'blocked':
      case 'deactivated': {
        const counted = await put({ state: outcome.kind, error: outcome.reason });
        if (counted)
          await db.update(person).set({ unreachableSince: clock.now() }).where(eq(person.id, message.personId!));
        return answered();
      }
      case 'failed':
        log.warn({ message: message.id, kind: message.kind, reason: outcome.reason }, 'message failed');
        await put({ state: 'failed', error: outcome.reason });
        return answered();
    }
  }

  async function answered(): Promise<void> {
    limitedInARow = 0;
    await outage.answered();
  }

  async function limited(seconds: number): Promise<void> {
    metrics.limited();
    limitedInARow++;
    // A moment longer: the database counts from when that is written down.
    limitedUntil = performance.now() + seconds * 1000 + 100;
    if (limitedInARow >= IN_A_ROW) await barrier.raise(() => block(db, seconds));
  }

  return { deliver, limitedFor: () => Math.max(0, limitedUntil - performance.now()) };
}
