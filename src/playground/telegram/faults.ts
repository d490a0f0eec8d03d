import type { ResponseParameters } from '@grammyjs/types';
import type { Method } from './world.ts';

/** A fault to come: the next call that fits meets it. */
export interface Fault {
  /** Only this method; any when absent. */
  method?: Method;
  /** Only calls to this chat. */
  chat_id?: number;
  /** How many calls it meets, 1 by default; `Infinity` until `heal()`. */
  times?: number;
  /** Each call that fits meets it with this probability, 0-1, by the generator of `seed`; else it goes on to the next fault. */
  chance?: number;
  /** Wait so many milliseconds of real time before anything else happens. */
  hang?: number;
  /** The same until this is fulfilled: what happens meanwhile happens while the call is on its way. */
  until?: Promise<unknown>;
  /** Refuse with these words, like `{error_code: 429, description: '…', parameters: {retry_after: 3}}`. */
  error_code?: number;
  description?: string;
  parameters?: ResponseParameters;
  /** Answer with this HTTP status and an HTML page, as a proxy in between does (502, 504). */
  status?: number;
  /**
   * Drop the connection without an answer: `true` or `'after'` once the call was carried out (the caller can't know that),
   * `'before'` without carrying it out.
   */
  cut?: boolean | 'before' | 'after';
  /** The person of this chat blocks the bot first: 403 to this call and to all that follow. */
  block?: boolean;
  /** Too much for this chat: 429 to this call, and to all that come within so many seconds of real time. */
  flood?: number;
}

export function createFaults(random: () => number) {
  let waiting: Fault[] = [];
  return {
    add(fault: Fault): void {
      waiting.push({ ...fault });
    },
    clear(): void {
      waiting = [];
    },
    /** The first waiting fault that meets this call, used up by one. */
    take(method: string, chatId: unknown): Fault | undefined {
      const fault = waiting.find(
        (one) =>
          (one.method === undefined || one.method.toLowerCase() === method.toLowerCase()) &&
          (one.chat_id === undefined || one.chat_id === chatId) &&
          (one.chance === undefined || random() < one.chance),
      );
      if (!fault) return undefined;
      fault.times = (fault.times ?? 1) - 1;
      if (fault.times <= 0) waiting = waiting.filter((one) => one !== fault);
      return fault;
    },
  };
}

/** Mulberry32: the same numbers from 0 to 1 for the same seed, so that a run of chance can be had again. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
