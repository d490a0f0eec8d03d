import type { PgAsyncDatabase } from 'drizzle-orm/pg-core';
import { drizzle } from 'drizzle-orm/postgres-js';
import type { PostgresJsDatabase, PostgresJsQueryResultHKT } from 'drizzle-orm/postgres-js';
import type { Sql } from 'postgres';
import { openPool, type Pool, type PoolOptions } from './postgres.ts';
import { setWireTypes } from './wire-types.ts';

export type Db = PostgresJsDatabase;
export type Tx = Parameters<Parameters<Db['transaction']>[0]>[0];
/** For functions that run in the caller's transaction or without one. */
export type DbOrTx = PgAsyncDatabase<PostgresJsQueryResultHKT>;

export interface Connection {
  db: Db;
  pool: Pool;
  /** Gives running statements five seconds, then closes every backend. */
  close: () => Promise<void>;
}

/** Opens the database behind `url` (see `openPool`). Connects with the first statement, not before. */
export function connect(url: string, options: PoolOptions = {}): Connection {
  const pool = openPool(url, options);
  // drizzle's types ask for a whole postgres.js client; its driver calls only options, unsafe, begin and savepoint.
  const db = drizzle({ client: pool as unknown as Sql });
  setWireTypes(pool.options);
  return { db, pool, close: () => pool.end() };
}
