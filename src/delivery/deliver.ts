import { eq } from 'drizzle-orm';
import type { Deps } from '../bot/context.ts';
import type { Tx } from '../db/connect.ts';
import { person } from '../db/schema.ts';
import type { Barrier } from './barrier.ts';
import { LEASE, type Claims, type Settlement } from './claims.ts';
import type { Message, Outgoing, Result } from './messages.ts';
import { classify, type Outcome } from './outcome.ts';
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

  async function deliver({ message, as, chat, outgoing }: Ready): Promise<void> {
    const startedAt = performance.now();
    let result: Result;
    try {
      result = await call(chat, outgoing);
    } catch (error) {
      const outcome = classify(error);
      // This process was stopped for a while: that says nothing about Telegram.
      const late = performance.now() - startedAt > LEASE * 1000;
      const told = late ? null : tell(outcome);
      await refused(message, outcome);
      await told;
      return;
    }
    const told = tell({ kind: 'done' });
    const sent = {
      from: 'sending',
      state: 'sent',
      telegramMessageId: result.message_id,
      sentAt: clock.now(),
    } as const;
    if (as.sent) await keep(message, sent, (tx) => as.sent!(tx, message, result));
    else await conclude(message, sent);
    await told;
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

  async function refused(message: Message, outcome: Outcome): Promise<void> {
    const put = (to: Omit<Settlement, 'id' | 'fence' | 'from'>) => conclude(message, { from: 'sending', ...to });
    const { attempts, repeats } = message;
    switch (outcome.kind) {
      case 'wait':
        await put({ state: 'queued', error: 'Too Many Requests', retryIn: outcome.seconds });
        break;
      case 'not us':
        await put({ state: 'queued' });
        break;
      case 'retry':
        if (outcome.said && attempts + 1 >= TRIES) await put({ state: 'failed', error: outcome.reason });
        else await put({ state: 'queued', error: outcome.reason, retryIn: Math.min(300, 2 ** (attempts + 1)) });
        break;
      case 'unknown':
        log.warn({ message: message.id, kind: message.kind, reason: outcome.reason }, 'message unknown');
        if (repeats === 0) await put({ state: 'unknown', error: outcome.reason });
        else await put({ state: 'queued', error: outcome.reason, retryIn: 2, repeats: repeats - 1 });
        break;
      case 'done':
        await put({ state: 'sent', sentAt: clock.now() });
        break;
      case 'blocked':
      case 'deactivated':
        if (await put({ state: outcome.kind, error: outcome.reason }))
          await db.update(person).set({ unreachableSince: clock.now() }).where(eq(person.id, message.personId!));
        break;
      case 'failed':
        log.warn({ message: message.id, kind: message.kind, reason: outcome.reason }, 'message failed');
        await put({ state: 'failed', error: outcome.reason });
        break;
    }
  }

  /**
   * What an answer means to all that is yet to be sent. It is counted at once, in the order in which answers come; that the
   * database can't be told is no reason to lose what came of the message.
   */
  async function tell(outcome: Outcome): Promise<void> {
    try {
      await heed(outcome);
    } catch (error) {
      log.warn({ error }, 'the other processes could not be told what Telegram said');
    }
  }

  async function heed(outcome: Outcome): Promise<void> {
    switch (outcome.kind) {
      case 'wait':
        metrics.limited();
        limitedInARow++;
        // A moment longer: the database counts from when that is written down.
        limitedUntil = performance.now() + outcome.seconds * 1000 + 100;
        if (limitedInARow >= IN_A_ROW) await barrier.raise(() => block(db, outcome.seconds));
        return outage.answered();
      case 'not us':
        log.error({ reason: outcome.reason }, 'Telegram refuses the bot: check BOT_TOKEN');
        return block(db, REFUSED);
      case 'retry':
      case 'unknown':
        return outage.lost();
      case 'done':
      case 'blocked':
      case 'deactivated':
      case 'failed':
        limitedInARow = 0;
        return outage.answered();
    }
  }

  return { deliver, limitedFor: () => Math.max(0, limitedUntil - performance.now()) };
}
