import type { Deps } from '../bot/context.ts';
import { declareOutage, endOutage, takeProbe } from './pace.ts';

/** One lost answer may be one connection's fault. So many, with nothing that went well between them, are Telegram's. */
const IN_A_ROW = 3;

export type Outage = ReturnType<typeof createOutage>;

/** Notices that Telegram does not answer, tells all processes so, and finds out when it is back. */
export function createOutage({ db, log, sendingApi }: Pick<Deps, 'db' | 'log' | 'sendingApi'>) {
  let lostInARow = 0;
  /** performance.now() when the last one that this process noticed was known to all. */
  let declaredAt = Number.NEGATIVE_INFINITY;

  return {
    /**
     * What was taken then, and is not on its way yet, stays here: an outage has been noticed since. What is taken later was
     * taken because it is over (claims.ts), whichever process found that out.
     */
    sinceTaken: (at: number) => at <= declaredAt,

    /** Telegram has said something: it is there. */
    async answered(): Promise<void> {
      if (lostInARow >= IN_A_ROW) await endOutage(db);
      lostInARow = 0;
    },

    async lost(): Promise<void> {
      lostInARow++;
      if (lostInARow < IN_A_ROW) return;
      if (lostInARow === IN_A_ROW) log.error('Telegram does not answer: nothing is sent until it does');
      declaredAt = Number.POSITIVE_INFINITY;
      try {
        await declareOutage(db);
      } finally {
        declaredAt = performance.now();
      }
    },

    /**
     * During an outage: asks Telegram for nothing in particular, at most once a second over all processes, and when it
     * answers sends one message. So an outage of any length costs no message more than those that were on their way.
     */
    async probe(sendOne: () => Promise<void>): Promise<void> {
      if (!(await takeProbe(db))) return;
      try {
        await sendingApi.getMe();
      } catch {
        return;
      }
      lostInARow = 0;
      await sendOne();
      if (lostInARow > 0) return declareOutage(db);
      await endOutage(db);
      log.info('Telegram answers again');
    },
  };
}
