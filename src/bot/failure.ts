import { BotError, GrammyError, HttpError } from 'grammy';
import { isDatabaseAway } from '../db/away.ts';

/** Why an update could not be handled. `what`: the error without what a person wrote. */
export type Failure =
  /** Not the fault of the update: it is handled when the database is back. */
  | { kind: 'database away' }
  /** The person blocked the bot while it answered: nobody is there to answer. */
  | { kind: 'blocked' }
  /** What was asked for is done, but the answer did not get through. `seconds`: how long Telegram asked to wait. */
  | { kind: 'telegram away'; what: string; seconds: number | null }
  /** An error of ours, or an update like no other. */
  | { kind: 'fault'; what: string };

export function failureOf(thrown: unknown): Failure {
  const error = thrown instanceof BotError ? thrown.error : thrown;
  if (isDatabaseAway(error)) return { kind: 'database away' };
  if (error instanceof HttpError) return { kind: 'telegram away', what: 'Telegram did not answer', seconds: null };
  if (!(error instanceof GrammyError)) return { kind: 'fault', what: describe(error) };
  const { error_code: code, parameters } = error;
  if (code === 403) return { kind: 'blocked' };
  // 401: the token is revoked. That is mended by hand, or not at all.
  if (code === 429 || code === 401 || code >= 500)
    return { kind: 'telegram away', what: describe(error), seconds: parameters.retry_after ?? null };
  return { kind: 'fault', what: describe(error) };
}

/**
 * What went wrong and where, for a table and a chat that outlive the log. Messages of errors quote what a person wrote
 * ("Unexpected token …"), so only those that are known not to are taken, and of others the class and the place.
 */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return `thrown: ${typeof error}`;
  if (error instanceof GrammyError)
    return `${error.method}: ${error.error_code} ${error.description.replaceAll(/"[^"]*"/g, '"…"')}`;
  const cause = error.message.startsWith('Failed query') && error.cause instanceof Error ? error.cause : error;
  const { name, code, table_name: table, constraint_name: constraint } = cause as Error & Record<string, unknown>;
  const known = name === 'PostgresError' ? [code, table, constraint] : [];
  return [name, ...known, placeOf(error)].filter(Boolean).join(' ');
}

/** The first line of our own that it went through. */
function placeOf({ stack = '' }: Error): string | undefined {
  const frame = stack.split('\n').find((line) => /\/src\/.*\.ts:/.test(line) && !line.includes('node_modules'));
  return frame && `at ${/src\/[^\s:]+:\d+/.exec(frame)![0]}`;
}
