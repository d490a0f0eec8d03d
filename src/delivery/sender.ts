import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { and, eq, inArray, sql } from 'drizzle-orm';
import type { Deps, Person } from '../bot/context.ts';
import type { DbOrTx } from '../db/connect.ts';
import { message, person } from '../db/schema.ts';
import type { Message, MessageKind, Messages, Outgoing } from './messages.ts';
import { classify } from './outcome.ts';
import { block, reserve, type PaceLimits } from './pace.ts';
import { quietUntil } from './quiet.ts';

const BATCH = 8;
/** Seconds. Longer than a send can take (bot/telegram.ts times out after 20), so that only a dead process loses it. */
const LEASE = sql`interval '60 seconds'`;
const IDLE_MS = 1000;

type Claimed = { message: Message; person: Person; waitMs: number };

export type Sender = { start(): void; stop(): Promise<void>; kick(): void; drain(): Promise<void> };

/**
 * Sends what the outbox owes. A message is claimed with a lease, rendered, marked `sending`, sent, and marked with what
 * came of it. If the process dies, a `claimed` one returns to the queue; one in `sending` may have reached the person,
 * and Telegram has no idempotency key, so it becomes `unknown` and is not sent again by itself.
 */
export function createSender(deps: Deps, kinds: Messages, limits: PaceLimits): Sender {
  const { db, clock, log, i18n, sendingApi } = deps;
  const worker = randomUUID();
  let wake = () => {};
  let kicked = false;
  let running: Promise<void> | null = null;
  let stopping = false;
  /** What kinds do after a round, one after another: of two reports on progress, the later one must not arrive first. */
  let afterwards: Promise<void> = Promise.resolve();

  async function recover(): Promise<void> {
    await db
      .update(message)
      .set({
        state: sql`case ${message.state} when 'claimed' then 'queued' else 'unknown' end`,
        worker: null,
        leaseUntil: null,
      })
      .where(and(inArray(message.state, ['claimed', 'sending']), sql`${message.leaseUntil} < clock_timestamp()`));
  }

  /** Claims due messages and their turns at the shared pace, in one transaction. */
  async function claim(): Promise<Claimed[]> {
    const now = clock.now();
    return db.transaction(async (tx) => {
      const due = await tx
        .select({ message, person })
        .from(message)
        .innerJoin(person, eq(person.id, message.personId))
        .where(
          and(
            eq(message.state, 'queued'),
            sql`${message.dueAt} <= ${now.toString()}`,
            sql`(${message.retryAt} is null or ${message.retryAt} <= clock_timestamp())`,
          ),
        )
        .orderBy(message.bulk, message.dueAt, message.id)
        .limit(BATCH)
        .for('update', { of: message, skipLocked: true });
      if (due.length === 0) return [];
      const ids = due.map((row) => row.message.id);
      await tx
        .update(message)
        .set({ state: 'claimed', worker, leaseUntil: sql`clock_timestamp() + ${LEASE}` })
        .where(inArray(message.id, ids));
      const waits = await reserve(tx, due.length, limits);
      return due.map((row, i) => ({ ...row, waitMs: waits[i]! }));
    });
  }

  const mine = (id: number, state: Message['state']) =>
    and(eq(message.id, id), eq(message.worker, worker), eq(message.state, state));

  const settle = (id: number, from: 'claimed' | 'sending', to: Partial<typeof message.$inferInsert>, tx: DbOrTx = db) =>
    tx
      .update(message)
      .set({ worker: null, leaseUntil: null, ...to })
      .where(mine(id, from));

  async function deliver({ message: one, person: to, waitMs }: Claimed): Promise<void> {
    const now = clock.now();
    const kind = kinds[one.kind];
    if (!kind) throw new Error(`No feature renders messages of kind "${one.kind}".`);
    const drop = (reason: string) => settle(one.id, 'claimed', { state: 'cancelled', error: reason });
    if (one.expiresAt && Temporal.Instant.compare(one.expiresAt, now) <= 0) return void (await drop('too late'));
    if (kind.topic && to.muted.includes(kind.topic)) return void (await drop('not wanted'));
    const held = one.bulk ? quietUntil(to, now) : null;
    if (held) return void (await settle(one.id, 'claimed', { state: 'queued', dueAt: held }));

    const rendered = await kind.render(one, { person: to, t: i18n.t(to.language), lang: to.language, now });
    if ('drop' in rendered) return void (await drop(rendered.drop));
    if (to.telegramId === null) return void (await drop('has not written to the bot'));

    await sleep(waitMs);
    const sending = await db
      .update(message)
      .set({ state: 'sending', attempts: sql`${message.attempts} + 1`, leaseUntil: sql`clock_timestamp() + ${LEASE}` })
      .where(mine(one.id, 'claimed'))
      .returning({ id: message.id });
    if (sending.length === 1) await post(one, kind, rendered, to.telegramId);
  }

  async function post(one: Message, kind: MessageKind, { method, payload }: Outgoing, chat: number): Promise<void> {
    try {
      const send = sendingApi.raw[method] as (p: object) => Promise<{ message_id: number; poll?: { id: string } }>;
      const result = await send({ chat_id: chat, ...payload });
      await db.transaction(async (tx) => {
        const sent = { state: 'sent', telegramMessageId: result.message_id, sentAt: clock.now() } as const;
        await settle(one.id, 'sending', sent, tx);
        await kind.sent?.(tx, one, result);
      });
    } catch (error) {
      const outcome = classify(error);
      switch (outcome.kind) {
        case 'wait':
          await block(db, outcome.seconds);
          return void (await settle(one.id, 'sending', { state: 'queued' }));
        case 'retry':
          return void (await settle(one.id, 'sending', {
            state: 'queued',
            error: outcome.reason,
            retryAt: sql`clock_timestamp() + least(60, 2 ^ ${message.attempts}) * interval '1 second'` as never,
          }));
        case 'blocked':
          await db.update(person).set({ unreachableSince: clock.now() }).where(eq(person.id, one.personId!));
          return void (await settle(one.id, 'sending', { state: 'blocked', error: outcome.reason }));
        case 'failed':
        case 'unknown':
          log.warn({ message: one.id, kind: one.kind, reason: outcome.reason }, `message ${outcome.kind}`);
          return void (await settle(one.id, 'sending', { state: outcome.kind, error: outcome.reason }));
      }
    }
  }

  async function round(): Promise<number> {
    const claimed = await claim();
    const results = await Promise.allSettled(claimed.map(deliver));
    for (const [i, result] of results.entries()) {
      if (result.status === 'fulfilled') continue;
      const { id, kind } = claimed[i]!.message;
      log.error({ message: id, kind, error: result.reason }, 'message could not be rendered');
      await settle(id, 'claimed', { state: 'failed', error: 'could not be rendered' });
    }
    afterwards = afterwards.then(() => conclude(claimed));
    return claimed.length;
  }

  async function conclude(claimed: Claimed[]): Promise<void> {
    for (const [name, group] of Map.groupBy(claimed, ({ message: one }) => one.kind)) {
      try {
        await kinds[name]?.afterRound?.(group.map(({ message: one }) => one));
      } catch (error) {
        log.error({ kind: name, error }, 'what follows a round of the sender failed');
      }
    }
  }

  /** Until the next second, or until somebody kicks, even if that was while the last round ran. */
  async function nap(): Promise<void> {
    if (!kicked && !stopping) {
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
    while (!stopping) {
      try {
        await recover();
        while (!stopping && (await round()) > 0);
      } catch (error) {
        log.error({ error }, 'sender: the database did not answer, trying again');
      }
      await nap();
    }
  }

  return {
    start() {
      running ??= loop();
    },
    /** Waits for what is on its way. */
    async stop() {
      stopping = true;
      wake();
      await running;
      await afterwards;
    },
    /** Something new may be due: look at once instead of at the next second. */
    kick() {
      kicked = true;
      wake();
    },
    /** Sends all that is due now; for tests and for the playground's clock. */
    async drain() {
      do {
        while ((await round()) > 0);
        // It may owe something itself, such as the report at the end.
        await afterwards;
      } while ((await round()) > 0);
    },
  };
}
