import { setTimeout as sleep } from 'node:timers/promises';

/**
 * ms over which messages are counted. Telegram counts by the second where they arrive: the rest is for the way there, which
 * is longer for one than for the next.
 */
const WINDOW_MS = 1010;

/**
 * The last gate before Telegram: of this process never more than `most` messages go within a second, its answers to people
 * included. The turns at the shared pace (pace.ts) alone would not do: when the machine or the database stalls for some
 * tenths of a second, those that were missed would go all at once. `answered`: when messages went out past the outbox since
 * this was last asked (performance.now()).
 */
export function createWindow(most: number, answered: () => number[], signal: AbortSignal) {
  /** When messages went out, the oldest first. */
  let sent: number[] = [];
  let uncharged = 0;
  let line: Promise<unknown> = Promise.resolve();

  function hear(): void {
    const answers = answered();
    uncharged += answers.length;
    sent.push(...answers);
    const since = performance.now() - WINDOW_MS;
    const first = sent.findIndex((at) => at > since);
    sent = first < 0 ? [] : sent.slice(first);
  }

  async function go(): Promise<boolean> {
    for (;;) {
      hear();
      if (sent.length < most) break;
      const ms = sent[sent.length - most]! + WINDOW_MS - performance.now();
      await sleep(Math.max(1, ms), undefined, { signal }).catch(() => undefined);
      if (signal.aborted) return false;
    }
    sent.push(performance.now());
    return true;
  }

  return {
    /** Resolves when one more may go, call after call; false: the process stops. */
    take(): Promise<boolean> {
      const turn = line.then(go);
      line = turn;
      return turn;
    },
    /** How many answers went out since this was last asked: the shared pace has to know of them. */
    charge(): number {
      hear();
      const count = uncharged;
      uncharged = 0;
      return count;
    },
  };
}
