import { setTimeout as sleep } from 'node:timers/promises';
import { clientOptions, connectionEnded, connectionLost, openBackend } from './backend.ts';
import type { Backend, ClientOptions, ConnectionOptions, Execution, Rows } from './backend.ts';

export interface PoolOptions extends ConnectionOptions {
  /** Most backends at a time (default 10). Every `session()` comes on top. */
  max?: number;
}

/** Already on its way, awaited or not. `.values()`, called in the same breath, asks for arrays instead of objects. */
export type Statement = Promise<Rows> & { values(): Promise<Rows> };

export interface Queryable {
  unsafe: (text: string, parameters?: readonly unknown[], execution?: Execution) => Statement;
}

export interface Transaction extends Queryable {
  /** Runs `work` under a savepoint: if it fails, its own statements are undone and the error is rethrown. */
  savepoint: <T>(work: (tx: Transaction) => Promise<T>) => Promise<T>;
}

/** One backend of the caller's own, for what a session holds: advisory locks, temporary tables. */
export interface Session extends Queryable {
  /** Resolves when the backend has died; stays pending after `release()`. Never rejects. */
  lost: Promise<void>;
  /** Ends the backend, and with it everything the session held. */
  release: () => Promise<void>;
}

/** As much of a postgres.js client as drizzle-orm's driver uses; and sessions. */
export interface Pool extends Queryable {
  options: ClientOptions;
  /**
   * Runs `work` in a transaction on one backend and commits when it returns. Rolls back and rejects when `work` throws,
   * when a statement outside a savepoint failed (even if `work` swallowed the error), and when the backend died. If it
   * died during COMMIT, nobody knows whether the commit happened.
   */
  begin: <T>(work: (tx: Transaction) => Promise<T>) => Promise<T>;
  /** Opens a backend of the caller's own, with a timeout of its own (seconds, 0 for none). */
  session: (options?: { statementTimeout?: number }) => Promise<Session>;
  /** How many backends work and rest, without those of sessions, and how many calls wait for one. */
  usage: () => { busy: number; idle: number; waiting: number };
  /** Refuses new work, gives what runs five seconds, and closes every backend. */
  end: () => Promise<void>;
}

/**
 * A pool over postgres.js that stays right when backends die (failover, restart, out of memory): no statement moves to
 * another session, nothing half done is committed, nothing hangs. `backend.ts` says why postgres.js alone does not.
 * Nothing connects before the first statement.
 *
 * @param url `postgres://user:password@host:5432/name`, or `…?host=/directory` for a unix socket as in libpq. Needs a
 *   server that gives real sessions: a pooler in transaction mode does not.
 */
export function openPool(url: string, settings: PoolOptions = {}): Pool {
  const { max = 10, statementTimeout = 30 } = settings;
  const options = clientOptions(url, settings);
  const all = new Set<Backend>();
  const idle: Backend[] = [];
  const waiting: PromiseWithResolvers<Backend>[] = [];
  const sessions = new Set<Backend>();
  const drained = Promise.withResolvers<void>();
  let ended: Error | undefined;

  function open(): Backend {
    const backend = openBackend(options, statementTimeout, () => forget(backend));
    all.add(backend);
    return backend;
  }

  function forget(backend: Backend): void {
    all.delete(backend);
    if (idle.includes(backend)) idle.splice(idle.indexOf(backend), 1);
    waiting.shift()?.resolve(open());
    if (all.size === 0) drained.resolve();
  }

  async function take(): Promise<Backend> {
    if (ended) throw ended;
    const backend = idle.pop() ?? (all.size < max ? open() : undefined);
    if (backend) return backend;
    const turn = Promise.withResolvers<Backend>();
    waiting.push(turn);
    return turn.promise;
  }

  function give(backend: Backend): void {
    if (backend.isLost()) return; // and forgotten
    const next = waiting.shift();
    if (next) next.resolve(backend);
    else if (ended) void close(backend);
    else idle.push(backend);
  }

  async function close(backend: Backend): Promise<void> {
    await backend.close(1);
    forget(backend);
  }

  function unsafe(text: string, parameters?: readonly unknown[], execution?: Execution): Statement {
    return statement(async (asArrays) => {
      const backend = await take();
      try {
        return await backend.query(text, parameters, execution, asArrays);
      } finally {
        give(backend);
      }
    });
  }

  async function begin<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    const backend = await take();
    let clean = false;
    try {
      await backend.query('begin');
      let result: T;
      try {
        result = await transact(backend, work, 's');
      } catch (error) {
        const rollback = backend.query('rollback');
        clean = await rollback.then(() => true).catch(() => false);
        throw error;
      }
      const { command } = await backend.query('commit');
      clean = true;
      // In a transaction that a statement broke, COMMIT succeeds and answers ROLLBACK.
      if (command !== 'COMMIT') throw new Error('the transaction was rolled back: a statement in it had failed');
      return result;
    } finally {
      if (!clean) backend.discard(connectionLost('a transaction did not end cleanly'));
      give(backend);
    }
  }

  async function session({ statementTimeout: timeout = statementTimeout } = {}): Promise<Session> {
    if (ended) throw ended;
    const lost = Promise.withResolvers<void>();
    const backend = openBackend(options, timeout, () => {
      sessions.delete(backend);
      lost.resolve();
    });
    sessions.add(backend);
    await backend.query(`set statement_timeout = ${timeout * 1000}`);
    return {
      unsafe: (text, parameters, execution) =>
        statement((asArrays) => backend.query(text, parameters, execution, asArrays)),
      lost: lost.promise,
      release() {
        sessions.delete(backend);
        return backend.close(1);
      },
    };
  }

  async function end(): Promise<void> {
    if (ended) return;
    ended = connectionEnded('the database pool is closed');
    for (const turn of waiting.splice(0)) turn.reject(ended);
    for (const backend of idle.splice(0)) void close(backend);
    if (all.size > 0) await Promise.race([drained.promise, sleep(5000, undefined, { ref: false })]);
    for (const backend of all) backend.discard(ended);
    await Promise.all([...sessions].map((backend) => backend.close(1)));
  }

  const usage = () => ({ busy: all.size - idle.length, idle: idle.length, waiting: waiting.length });

  return { options, unsafe, begin, session, usage, end };
}

/** `work` between a BEGIN or SAVEPOINT and its end, which both belong to the caller. `name` prefixes its savepoints. */
async function transact<T>(backend: Backend, work: (tx: Transaction) => Promise<T>, name: string): Promise<T> {
  let failure: { error: unknown } | undefined;
  let savepoints = 0;
  let over = false;
  const refuseWhenOver = () => {
    if (over) throw new Error('the transaction is over: await every statement inside it');
  };

  const tx: Transaction = {
    unsafe: (text, parameters, execution) =>
      statement(async (asArrays) => {
        refuseWhenOver();
        try {
          return await backend.query(text, parameters, execution, asArrays);
        } catch (error) {
          failure ??= { error };
          throw error;
        }
      }),
    async savepoint(work) {
      refuseWhenOver();
      // Unique names: two savepoints taken at once then fail, and do not undo each other's work in silence.
      const inner = `${name}_${++savepoints}`;
      await backend.query(`savepoint ${inner}`);
      try {
        const result = await transact(backend, work, inner);
        await backend.query(`release savepoint ${inner}`);
        return result;
      } catch (error) {
        // If even this fails, the transaction stays broken and COMMIT answers ROLLBACK.
        await backend.query(`rollback to savepoint ${inner}; release savepoint ${inner}`).catch(() => {});
        throw error;
      }
    },
  };

  try {
    const result = await work(tx);
    if (failure) throw failure.error;
    return result;
  } finally {
    over = true;
  }
}

/** Starts `run` after the caller had the chance to say `.values()`: drizzle's driver says it on the returned promise. */
function statement(run: (asArrays: boolean) => Promise<Rows>): Statement {
  let asArrays = false;
  const answer = Promise.resolve().then(() => run(asArrays));
  return Object.assign(answer, {
    values() {
      asArrays = true;
      return answer;
    },
  });
}
