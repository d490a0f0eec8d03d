import net from 'node:net';
import postgres from 'postgres';

/** What postgres.js makes of a URL and settings: one object, whose parsers and serializers all backends share. */
export type ClientOptions = postgres.ParsedOptions;
/** Rows as objects, or as arrays when asked; with postgres.js's `command` and `count`. */
export type Rows = postgres.RowList<postgres.Row[]>;
export interface Execution {
  /** Keep the statement prepared in its backend (only statements with parameters ever are). */
  prepare?: boolean;
}

export interface ConnectionOptions {
  /** Shown in `pg_stat_activity` (default `bilim`). */
  applicationName?: string;
  /** Seconds after which the server cancels a statement (default 30; 0 for never). */
  statementTimeout?: number;
  /** Seconds that an open transaction may do nothing before the server ends it, and its locks (default 20). */
  idleTimeout?: number;
  /** Seconds to reach the server and log in (default 10). */
  connectTimeout?: number;
  /** Seconds of silence before both ends probe the connection; a dead one is given up about 15 s later (default 30). */
  keepAlive?: number;
  /** Receives the server's notices, which are dropped otherwise. */
  onnotice?: (notice: postgres.Notice) => void;
}

export interface Backend {
  /**
   * Sends one statement and waits for its answer; a call made meanwhile waits its turn. Rejects with a `PostgresError`
   * when the server refused the statement and the backend lives on; after any other error the backend is lost.
   */
  query(text: string, parameters?: readonly unknown[], execution?: Execution, asArrays?: boolean): Promise<Rows>;
  /** Whether the backend died, was thrown away or closed. */
  isLost(): boolean;
  /** Throws the backend away now, with what it runs; the server rolls back what it had open. */
  discard(reason: Error): void;
  /** Ends the backend politely: what it runs has `seconds` to finish. */
  close(seconds: number): Promise<void>;
}

/**
 * One postgres.js client that is one backend session, and never another.
 *
 * postgres.js 3.4.9 reconnects by itself when its backend dies, and then runs the remaining statements of a broken
 * transaction in the new session, or hands rows to the wrong query (porsager/postgres #1186, #1204). Here a client may
 * dial once. Statements go out one at a time: pipelining would save a round trip inside `Promise.all`, but then an
 * error on our side of the wire (a value that cannot be serialized) rejects another statement than its own.
 *
 * @param statementTimeout seconds after which the server cancels a statement; 0 for never. Without an answer for so long
 *   plus the time to connect, the backend is given up.
 * @param onLost called once when the backend dies or is discarded, not when it is closed
 */
export function openBackend(options: ClientOptions, statementTimeout: number, onLost: () => void): Backend {
  let socket: net.Socket | undefined;
  let lost: Error | undefined;
  let last: Promise<unknown> = Promise.resolve();

  function dial(): net.Socket {
    if (socket) throw lost ?? connectionLost('the backend is gone');
    const host = options.host[0] ?? 'localhost';
    const keepAliveInitialDelay = (options.keep_alive ?? 0) * 1000;
    socket = options.path
      ? net.connect(options.path)
      : net.connect({ host, port: options.port[0] ?? 5432, noDelay: true, keepAlive: true, keepAliveInitialDelay });
    return Object.assign(socket, { host }); // postgres.js takes the TLS server name from here
  }

  const client = postgres({
    ...options,
    max: 1,
    keep_alive: null, // set by dial: postgres.js asks for it before the socket exists, and the delay gets lost
    socket: dial,
    onclose: () => discard(connectionLost('the backend is gone')),
  } as unknown as postgres.Options<Record<string, postgres.PostgresType>>);

  /** postgres.js types an array after its first element (`[true]` is a boolean): let the server say what it expects. */
  const untyped = (value: unknown) => (Array.isArray(value) ? client.typed(value as never, 0) : value);

  function discard(reason: Error): void {
    if (lost) return;
    lost = reason;
    void end(0); // rejects what postgres.js still holds
    onLost();
  }

  async function end(seconds: number): Promise<void> {
    await client.end({ timeout: seconds }).catch(() => {});
    // Only now: under TLS, postgres.js would write its farewell to the closed socket, and crash the process.
    socket?.destroy();
  }

  async function send(text: string, parameters: readonly unknown[], execution: Execution, asArrays: boolean) {
    if (lost) throw lost;
    // A severed network answers nothing, not even the server's timeout; TCP alone would take a quarter of an hour.
    const patience = (statementTimeout + options.connect_timeout) * 1000;
    const watchdog = statementTimeout > 0 && setTimeout(() => discard(connectionLost('no answer in time')), patience);
    try {
      const query = client.unsafe(text, parameters.map(untyped) as never[], execution);
      return (await (asArrays ? query.values() : query)) as Rows;
    } catch (error) {
      if (isRefusal(error)) throw error;
      discard(connectionLost(reasonOf(error), error));
      throw isSevered(error) ? lost : error;
    } finally {
      if (watchdog) clearTimeout(watchdog);
    }
  }

  return {
    query(text, parameters = [], execution = {}, asArrays = false) {
      const answer = last.then(() => send(text, parameters, execution, asArrays));
      last = answer.catch(() => {});
      return answer;
    },
    isLost: () => lost !== undefined,
    discard,
    close(seconds) {
      lost ??= connectionEnded('the database connection was closed');
      return end(seconds);
    },
  };
}

/** Settings as postgres.js keeps them, from a client that never connects. */
export function clientOptions(url: string, settings: ConnectionOptions): ClientOptions {
  const { applicationName = 'bilim', statementTimeout = 30, idleTimeout = 20 } = settings;
  const { connectTimeout = 10, keepAlive = 30 } = settings;
  const { href, ...socket } = parseUrl(url);
  return postgres(href, {
    ...socket,
    connect_timeout: connectTimeout,
    keep_alive: keepAlive,
    max_lifetime: null,
    fetch_types: false, // wire-types.ts knows the arrays; asking costs a round trip, and crashes if the backend dies then
    onnotice: settings.onnotice ?? (() => {}),
    connection: {
      application_name: applicationName,
      TimeZone: 'UTC',
      DateStyle: 'ISO',
      statement_timeout: String(statementTimeout * 1000) as unknown as number, // a plain 0 would be left out
      // A process that was stopped in the middle of a transaction must not keep its locks until it wakes up.
      idle_in_transaction_session_timeout: idleTimeout * 1000,
      tcp_keepalives_idle: keepAlive,
      tcp_keepalives_interval: 5,
      tcp_keepalives_count: 3,
    },
  }).options;
}

/** postgres.js knows neither libpq's `?host=` nor some of its parameters, which it would send to the server. */
function parseUrl(url: string): { href: string; host?: string; port?: number } {
  const parsed = URL.parse(url.replace('@/', '@localhost/'));
  // The URL holds a password: no error may quote it.
  if (!parsed || !/^postgres(ql)?:$/.test(parsed.protocol)) {
    throw new Error(
      'DATABASE_URL: not the address of one PostgreSQL server. Give one like postgres://user:password@host:5432/bilim.',
    );
  }
  const query = parsed.searchParams;
  const host = query.get('host');
  const port = query.get('port');
  for (const name of ['host', 'port', 'channel_binding', 'gssencmode']) query.delete(name);
  return { href: parsed.href, ...(host && { host }), ...(port && { port: Number(port) }) };
}

/**
 * For a connection that is gone or could not be made. The server may have executed the statement or not: repeat only
 * what is idempotent.
 */
export function connectionLost(reason: string, cause?: unknown): Error {
  return Object.assign(new Error(`no connection to PostgreSQL: ${reason}`, { cause }), { code: 'CONNECTION_LOST' });
}

export function connectionEnded(message: string): Error {
  return Object.assign(new Error(message), { code: 'CONNECTION_ENDED' });
}

/** Whether the server refused the statement and keeps the session; FATAL and PANIC end it. */
function isRefusal(error: unknown): boolean {
  return error instanceof postgres.PostgresError && error.severity === 'ERROR';
}

/** Whether the system, a stream or postgres.js (CONNECTION_CLOSED, CONNECT_TIMEOUT …) says that there is no connection. */
function isSevered(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return 'syscall' in error || ('code' in error && /^(E[A-Z]+$|ERR_STREAM_|CONNECT)/.test(String(error.code)));
}

/** A host with several addresses fails with an AggregateError, which has no message of its own. */
function reasonOf(error: unknown): string {
  const first: unknown = error instanceof AggregateError ? error.errors[0] : error;
  return first instanceof Error ? first.message : String(first);
}
