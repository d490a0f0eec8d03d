import { setTimeout as sleep } from 'node:timers/promises';
import { isDatabaseAway, isDeadlock } from '../db/away.ts';
import { LEASE, type Settlement } from './claims.ts';

type Waiting = { settlement: Settlement; since: number; resolve(counted: boolean): void; reject(error: unknown): void };

/** Messages that are written at once, at most. */
const MOST = 500;
const PAUSE_MS = 200;

/** What ends by itself: the database is away, or a deadlock with somebody who pauses an announcement. */
const passes = (error: unknown) => isDatabaseAway(error) || isDeadlock(error);
const leaseRuns = (since: number) => performance.now() - since < LEASE * 1000;

/**
 * Writes down what came of messages. While one statement is under way the next results gather, and go together: at 30 a
 * second each goes by itself, at 1,000 some twenty go at once. What Telegram has said must not be lost: see insist().
 */
export function createResults(settle: (settlements: Settlement[]) => Promise<Set<number>>) {
  let waiting: Waiting[] = [];
  let writing = false;

  async function write(): Promise<void> {
    writing = true;
    while (waiting.length > 0) {
      const batch = waiting.splice(0, MOST);
      try {
        const counted = await settle(batch.map(({ settlement }) => settlement));
        for (const { settlement, resolve } of batch) resolve(counted.has(settlement.id));
      } catch (error) {
        const alive = ({ since }: Waiting) => passes(error) && leaseRuns(since);
        for (const one of batch) if (!alive(one)) one.reject(error);
        waiting = [...batch.filter(alive), ...waiting];
        if (waiting.length > 0) await sleep(PAUSE_MS);
      }
    }
    writing = false;
  }

  /** False: the claim was lost before. */
  return (settlement: Settlement): Promise<boolean> =>
    new Promise((resolve, reject) => {
      waiting.push({ settlement, since: performance.now(), resolve, reject });
      if (!writing) void write();
    });
}

/** Writes again what could not be written because the database was away, until the lease is over. */
export async function insist<T>(write: () => Promise<T>): Promise<T> {
  for (const since = performance.now(); ; await sleep(PAUSE_MS)) {
    try {
      return await write();
    } catch (error) {
      if (!passes(error) || !leaseRuns(since)) throw error;
    }
  }
}
