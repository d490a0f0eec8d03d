import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Deps } from '../bot/context.ts';
import { isDatabaseAway } from '../db/away.ts';
import { createBarrier } from './barrier.ts';
import { createClaims, LEASE, type Claimed, type Settlement } from './claims.ts';
import type { Digest } from './digest.ts';
import { createDelivery, type Ready } from './deliver.ts';
import type { Message } from './messages.ts';
import { createOutage } from './outage.ts';
import { gate, reserve } from './pace.ts';
import { prepare } from './prepare.ts';
import { createResults } from './results.ts';
import { createWindow } from './window.ts';

/** How long `drain` waits for what Telegram has asked to wait for. */
const PATIENCE_MS = 5000;
/** How far ahead turns are taken. Short, so that something urgent waits no longer than this behind what is bulk. */
const AHEAD_MS = 400;
/** Turns within it are marked `sending` together. Short, since all of them are `unknown` if the process dies just then. */
const SLICE_MS = 20;
const IDLE_MS = 1000;
/** How often a running sender looks for what a dead one left behind. */
const RECOVER_MS = 5000;
/** What is marked `sending` goes out within this: a call may take 20 seconds then, and its lease must not end meanwhile. */
const FRESH_MS = (LEASE - 20) * 1000;

export type Sender = { start(): void; stop(): Promise<void>; kick(): void; drain(): Promise<void> };

export type SenderOptions = {
  /** See pace.ts. */
  perSecond: number;
  /** When messages went out past the outbox since this was last asked (performance.now()): they count with Telegram, too. */
  answered?: () => number[];
};

/**
 * Sends what the outbox owes. A message is claimed, rendered, given its turn at the shared pace, marked `sending`, sent,
 * and marked with what came of it (claims.ts). Only what is really sent takes a turn. A slow answer holds up nobody:
 * the next ones go out meanwhile.
 */
export function createSender(
  deps: Deps,
  { kinds, merge }: Digest,
  { perSecond, answered: answersSince = () => [] }: SenderOptions,
): Sender {
  const { db, clock, log, metrics } = deps;
  const silent = Object.keys(kinds).filter((kind) => kinds[kind]!.silent);
  const claims = createClaims(db, randomUUID(), silent);
  const settle = createResults((settlements) => claims.settle(settlements));
  const barrier = createBarrier();
  const outage = createOutage(deps, barrier);
  const delivery = createDelivery(deps, { claims, outage, barrier, conclude });
  const halt = new AbortController();
  /** What is claimed at once: as much as goes out in some tenths of a second. */
  const batch = Math.ceil(perSecond * 0.3);
  /** Calls on their way at once: enough for round trips of more than a second. */
  const inFlight = Math.ceil(perSecond * 1.3) + 10;
  const window = createWindow(Math.ceil(perSecond), answersSince, halt.signal);
  const flying = new Set<Promise<void>>();
  let inHand = 0;
  /** Done with, but their kinds have not heard of it yet. */
  let landed: Message[] = [];
  /** One after another: of two reports on progress, the later one must not arrive first. */
  let afterwards: Promise<void> = Promise.resolve();
  /** performance.now() of the last turn that was taken. */
  let lastTurn = 0;
  let recoveredAt = Number.NEGATIVE_INFINITY;
  let wake = () => {};
  let kicked = false;
  let running: Promise<void> | null = null;

  /** Claims, prepares, and lets go of what is ready; returns how many were claimed. `probing`: one, during an outage. */
  async function round({ probing = false } = {}): Promise<number> {
    const most = probing ? 1 : Math.min(batch, inFlight - inHand);
    const takenAt = performance.now();
    const claimed = await claims.take(clock.now(), most, { probing });
    const prepared = await Promise.all((await oneByOne(claimed)).map(look));
    const ready = prepared.filter((one) => one !== null);
    if (ready.length > 0) {
      const waits = await reserve(db, ready.length, perSecond, window.charge());
      const now = performance.now();
      lastTurn = now + waits.at(-1)!;
      for (const slice of slices(ready.map((one, i) => ({ one, at: now + waits[i]! })))) launch(slice, takenAt);
    }
    report();
    return claimed.length;
  }

  /**
   * Of what waited for one person only the first is looked at: the others go back, so that it finds them beside it and they
   * are merged. And each message that is not urgent counts in its person's day before the next one is looked at.
   */
  async function oneByOne(claimed: Claimed[]): Promise<Claimed[]> {
    const waited = new Set<number>();
    const bulk = new Map<number, number>();
    const chosen: Claimed[] = [];
    for (const one of claimed) {
      const { id } = one.person;
      if (one.message.held && waited.has(id)) {
        await conclude(one.message, { from: 'claimed', state: 'queued' });
        continue;
      }
      if (one.message.held) waited.add(id);
      const before = bulk.get(id) ?? 0;
      if (one.message.bulk && !silent.includes(one.message.kind)) bulk.set(id, before + 1);
      chosen.push({ ...one, today: one.today + before });
    }
    return chosen;
  }

  /** Null: nothing is to be sent. */
  async function look(claimed: Claimed): Promise<Ready | null> {
    const { message } = claimed;
    const put = (to: Omit<Settlement, 'id' | 'fence' | 'from'>) => conclude(message, { from: 'claimed', ...to });
    try {
      const prepared = await prepare(deps, kinds, claimed);
      switch (prepared.kind) {
        case 'ready':
          return { ...prepared, message };
        case 'hold':
          await put({ state: 'queued', heldUntil: prepared.until });
          break;
        case 'merge':
          // Nothing else waited for this person: it comes as it is.
          if (!(await merge(claimed))) return await look({ ...claimed, message: { ...message, held: false } });
          break;
        case 'unreachable':
          await put({ state: 'blocked', error: 'has blocked the bot before' });
          break;
        case 'drop':
          await put({ state: 'cancelled', error: prepared.reason });
          break;
      }
    } catch (error) {
      // Nothing is wrong with the message when the database went away: its lease ends, and it is queued again.
      if (isDatabaseAway(error)) throw error;
      log.error({ message: message.id, kind: message.kind, error }, 'message could not be rendered');
      await put({ state: 'failed', error: 'could not be rendered' });
    }
    landed.push(message);
    return null;
  }

  function launch(slice: Turn[], takenAt: number): void {
    const flight = fly(slice, takenAt)
      .catch((error: unknown) => {
        // Their leases end, and they become what recover() makes of them.
        log.error({ messages: slice.map(({ one }) => one.message.id), error }, 'messages left to their lease');
      })
      .finally(() => {
        flying.delete(flight);
        inHand -= slice.length;
        for (const { one } of slice) landed.push(one.message);
      });
    flying.add(flight);
    inHand += slice.length;
  }

  async function fly(slice: Turn[], takenAt: number): Promise<void> {
    const messages = slice.map(({ one }) => one.message);
    const ms = slice[0]!.at - performance.now();
    if (ms > 0) await sleep(ms, undefined, { signal: halt.signal }).catch(() => undefined);
    if (mustStay(takenAt)) {
      await Promise.all(messages.map((message) => conclude(message, { from: 'claimed', state: 'queued' })));
      return;
    }
    const begunAt = performance.now();
    const begun = await claims.begin(messages);
    const going = slice.filter(({ one }) => begun.has(one.message.id));
    await Promise.all(going.map(({ one }) => go(one, { takenAt, begunAt })));
  }

  /**
   * Marked `sending` before it goes through the last gate: the database may be slow, and that must not make it late. After a
   * while it does not go at all: the process may have been stopped, and others have sent it since, or erased the person.
   */
  async function go(one: Ready, { takenAt, begunAt }: { takenAt: number; begunAt: number }): Promise<void> {
    const turn = await window.take();
    const fresh = performance.now() - begunAt < FRESH_MS;
    if (turn && fresh && !mustStay(takenAt)) return delivery.deliver(one);
    await conclude(one.message, { from: 'sending', state: 'queued' });
  }

  const mustStay = (takenAt: number) => halt.signal.aborted || barrier.holds(takenAt);

  async function conclude(message: Message, to: Omit<Settlement, 'id' | 'fence'>): Promise<boolean> {
    const { id, fence } = message;
    const counted = await settle({ id, fence, ...to });
    if (!counted)
      log.warn({ message: id, state: to.state }, 'the claim was lost before: what came of it does not count');
    else if (to.state !== 'queued') metrics.sent(to.state);
    return counted;
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
    while (inHand >= inFlight) await Promise.race(flying);
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

  async function sendOne(): Promise<void> {
    await round({ probing: true });
    await Promise.all(flying);
  }

  async function recover(): Promise<void> {
    if (performance.now() - recoveredAt < RECOVER_MS) return;
    recoveredAt = performance.now();
    await claims.recover();
  }

  async function loop(): Promise<void> {
    while (!halt.signal.aborted) {
      try {
        await recover();
        while (!halt.signal.aborted && (await round()) > 0) {
          await room();
          await recover();
        }
        if ((await gate(db)).kind === 'outage') await outage.probe(sendOne);
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
      for (;;) {
        let more = false;
        while ((await round()) > 0) {
          more = true;
          await room();
        }
        await land();
        // What landed may have owed something.
        if (more) continue;
        const shut = await gate(db);
        if (shut.kind === 'outage') {
          await sleep(IDLE_MS);
          await outage.probe(sendOne);
          if ((await gate(db)).kind === 'outage') return;
          continue;
        }
        const ms = Math.max(delivery.limitedFor(), shut.kind === 'blocked' ? shut.ms : 0);
        if (ms <= 0 || ms > PATIENCE_MS) return;
        await sleep(ms);
      }
    },
  };
}

type Turn = { one: Ready; at: number };

/** Turns that are so close to each other that they go together. */
function slices(turns: Turn[]): Turn[][] {
  return [...Map.groupBy(turns, ({ at }) => Math.floor(at / SLICE_MS)).values()];
}
