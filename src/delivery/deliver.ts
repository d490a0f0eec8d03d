import { eq } from 'drizzle-orm';
import type { Deps } from '../bot/context.ts';
import { person } from '../db/schema.ts';
import type { Barrier } from './barrier.ts';
import type { Claims, Settlement } from './claims.ts';
import type { Message, Outgoing, Result } from './messages.ts';
import { classify } from './outcome.ts';
import type { Outage } from './outage.ts';
import { block } from './pace.ts';
import type { Prepared } from './prepare.ts';

/** Seconds of rest when Telegram does not know the bot any more. */
const REFUSED = 30;
/** One 429 may concern one chat. So many, with nothing that went well between them, concern all: then everybody waits. */
const IN_A_ROW = 3;

export type Ready = Extract<Prepared, { kind: 'ready' }> & { message: Message };

type Parts = {
  claims: Claims;
  outage: Outage;
  barrier: Barrier;
  /** Writes down what came of it. */
  conclude(message: Message, to: Omit<Settlement, 'id' | 'fence'>): Promise<void>;
};

/** Calls Telegram for one message that is marked `sending`, and settles what came of it. */
export function createDelivery(
  { db, clock, log, sendingApi, metrics, config }: Deps,
  { claims, outage, barrier, conclude }: Parts,
) {
  let limitedInARow = 0;
  /** performance.now() when the last 429 is over. */
  let limitedUntil = 0;

  async function deliver({ message, as, chat, outgoing }: Ready): Promise<void> {
    let result;
    try {
      result = await call(chat, outgoing);
    } catch (error) {
      return refused(message, error);
    }
    await answered();
    const sent = {
      from: 'sending',
      state: 'sent',
      telegramMessageId: result.message_id,
      sentAt: clock.now(),
    } as const;
    if (!as.sent) return conclude(message, sent);
    await db.transaction(async (tx) => {
      const { id, fence } = message;
      const counted = await claims.settle([{ id, fence, ...sent }], tx);
      if (counted.size > 0) await as.sent!(tx, message, result);
    });
    metrics.sent('sent');
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
        await outage.answered();
        await limited(outcome.seconds);
        return put({ state: 'queued', error: 'Too Many Requests', retryIn: outcome.seconds });
      case 'not us':
        log.error({ reason: outcome.reason }, 'Telegram refuses the bot: check BOT_TOKEN');
        await block(db, REFUSED);
        return put({ state: 'queued' });
      case 'retry':
        await outage.lost();
        return put({ state: 'queued', error: outcome.reason, retryIn: Math.min(60, 2 ** (message.attempts + 1)) });
      case 'unknown':
        log.warn({ message: message.id, kind: message.kind, reason: outcome.reason }, 'message unknown');
        await outage.lost();
        if (message.repeats === 0) return put({ state: 'unknown', error: outcome.reason });
        return put({ state: 'queued', error: outcome.reason, retryIn: 2, repeats: message.repeats - 1 });
      case 'done':
        await answered();
        return put({ state: 'sent', sentAt: clock.now() });
      case 'blocked':
      case 'deactivated':
        await answered();
        await db.update(person).set({ unreachableSince: clock.now() }).where(eq(person.id, message.personId!));
        return put({ state: outcome.kind, error: outcome.reason });
      case 'failed':
        await answered();
        log.warn({ message: message.id, kind: message.kind, reason: outcome.reason }, 'message failed');
        return put({ state: 'failed', error: outcome.reason });
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
