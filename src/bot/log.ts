import { pino, type DestinationStream, type Logger } from 'pino';

/**
 * JSON lines on standard output. Logs carry ids of rows and of updates, never names, texts or tokens: a bot token in an
 * error's message (grammY's HttpError holds the address that was called) is cut out, and of an error only its message
 * and stack are taken, since its other fields may hold what a person wrote.
 */
export function createLog(level: string, destination?: DestinationStream): Logger {
  return pino(
    {
      level,
      base: null,
      serializers: { error: describe, err: describe },
      hooks: {
        logMethod(args, method) {
          method.apply(this, args.map((arg: unknown) => (typeof arg === 'string' ? redact(arg) : arg)) as typeof args);
        },
      },
    },
    ...(destination ? [destination] : []),
  );
}

const TOKEN = /\d{5,}:[\w-]{20,}/g;

export function redact(text: string): string {
  return text.replace(TOKEN, '<token>');
}

function describe(error: unknown): { message: string; stack?: string; cause?: unknown } {
  if (!(error instanceof Error)) return { message: redact(String(error)) };
  const message = redact(messageOf(error));
  const stack = error.stack
    ?.split('\n')
    .filter((line) => line.startsWith('    at '))
    .join('\n');
  // grammY's HttpError keeps its cause in `error`.
  const cause = error.cause ?? ('error' in error ? error.error : undefined);
  return { message, ...(stack && { stack }), ...(cause ? { cause: describe(cause) } : {}) };
}

/** What PostgreSQL says may quote a value ("Key (email)=(…) already exists"): the code and the names tell enough. */
function messageOf(error: Error): string {
  if (error.name !== 'PostgresError') return error.message;
  const { code, table_name: table, constraint_name: constraint } = error as Error & Record<string, unknown>;
  return ['PostgresError', code, table, constraint].filter(Boolean).join(' ');
}
