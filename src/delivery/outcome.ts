import { GrammyError, HttpError } from 'grammy';

/** What an unsuccessful send means for the message. */
export type Outcome =
  /** 429: too many to this chat, or over all chats. Telegram does not say which. */
  | { kind: 'wait'; seconds: number }
  /** Telegram surely did not take it: try again later. `said`: it was there, and said so. */
  | { kind: 'retry'; reason: string; said: boolean }
  /** The token is revoked or another process uses it: nothing is wrong with the message, and everything waits. */
  | { kind: 'not us'; reason: string }
  /** Nothing is left to do: an edit that changes nothing, a message to delete that is gone. */
  | { kind: 'done' }
  /** The person blocked the bot, or closed the account: both 403s mean stop. */
  | { kind: 'blocked'; reason: string }
  | { kind: 'deactivated'; reason: string }
  | { kind: 'failed'; reason: string }
  /** The answer was lost on the way: Telegram may have taken it. */
  | { kind: 'unknown'; reason: string };

/** The connection was never made, so nothing was sent (libuv and undici error codes). */
const NEVER_SENT = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ENETUNREACH',
  'EHOSTUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/** Telegram's words for what is as it should be already; there is no code for it. */
const DONE = /message is not modified|message to delete not found/;

export function classify(error: unknown): Outcome {
  if (error instanceof GrammyError) {
    const { error_code: code, description: reason, parameters } = error;
    if (code === 429) return { kind: 'wait', seconds: parameters.retry_after ?? 1 };
    if (code === 403) return { kind: reason.includes('deactivated') ? 'deactivated' : 'blocked', reason };
    if (code === 401 || code === 404 || code === 409) return { kind: 'not us', reason };
    // A gateway that gave up waiting does not know whether Telegram took it.
    if (code === 504) return { kind: 'unknown', reason };
    // Telegram answered, so it has decided: an internal error is a refusal for now.
    if (code >= 500) return { kind: 'retry', reason, said: true };
    return DONE.test(reason) ? { kind: 'done' } : { kind: 'failed', reason };
  }
  if (error instanceof HttpError) {
    const code = causeCode(error.error);
    return code && NEVER_SENT.has(code)
      ? { kind: 'retry', reason: code, said: false }
      : { kind: 'unknown', reason: code ?? 'no answer' };
  }
  throw error;
}

function causeCode(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  return code ?? causeCode(error.cause);
}
