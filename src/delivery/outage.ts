import type { Deps } from '../bot/context.ts';
import type { Barrier } from './barrier.ts';
import { declareOutage, endOutage, putOffProbe, takeProbe } from './pace.ts';

/** One lost answer may be one connection's fault. So many, with nothing that went well between them, are Telegram's. */
const IN_A_ROW = 3;

export type Outage = ReturnType<typeof createOutage>;

/** Notices that Telegram does not answer, tells all processes so, and finds out when it is back. */
export function createOutage({ db, log, sendingApi }: Pick<Deps, 'db' | 'log' | 'sendingApi'>, barrier: Barrier) {
  let lostInARow = 0;

  return {
    /** Telegram has said something: it is there. */
    async answered(): Promise<void> {
      const away = lostInARow >= IN_A_ROW;
      lostInARow = 0;
      if (away) await endOutage(db);
    },

    async lost(): Promise<void> {
      lostInARow++;
      if (lostInARow < IN_A_ROW) return;
      if (lostInARow === IN_A_ROW) log.error('Telegram does not answer: nothing is sent until it does');
      await barrier.raise(() => declareOutage(db));
    },

    /**
     * During an outage: asks Telegram for nothing in particular, at most once a second over all processes, and when it
     * answers sends one message. So an outage costs no message more than those that were on their way. Where Telegram
     * answers, but takes no messages, each attempt costs one: these come ever more rarely.
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
      if (lostInARow > 0) return putOffProbe(db);
      await endOutage(db);
      log.info('Telegram answers again');
    },
  };
}
