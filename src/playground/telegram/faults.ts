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
  /** Wait so many milliseconds of real time before anything else happens. */
  hang?: number;
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
}

export function createFaults() {
  let waiting: Fault[] = [];
  return {
    add(fault: Fault): void {
      waiting.push({ ...fault });
    },
    clear(): void {
      waiting = [];
    },
    /** The first waiting fault that fits this call, used up by one. */
    take(method: string, chatId: unknown): Fault | undefined {
      const fault = waiting.find(
        (one) =>
          (one.method === undefined || one.method.toLowerCase() === method.toLowerCase()) &&
          (one.chat_id === undefined || one.chat_id === chatId),
      );
      if (!fault) return undefined;
      fault.times = (fault.times ?? 1) - 1;
      if (fault.times <= 0) waiting = waiting.filter((one) => one !== fault);
      return fault;
    },
  };
}
