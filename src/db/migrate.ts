import { sql } from 'drizzle-orm';
import type { PostgresJsDatabase } from 'drizzle-orm/postgres-js';
import { migrate as applyMigrations } from 'drizzle-orm/postgres-js/migrator';
import { connect, type Db } from './connect.ts';

/** Any number, the same in every version of Bilim; other programs in the database must not use it. */
export const MIGRATION_LOCK = 0x62696c696d; // "bilim"

/**
 * Brings the database up to date with the migrations in `folder` (what drizzle-kit generates), all of them or none.
 * Any number of processes may start at once: one migrates, the others wait and find nothing to do. Migrations may take
 * their time; nothing here has a timeout but the connecting.
 *
 * Rejects with one line that names DATABASE_URL when the server cannot be reached or is older than PostgreSQL 15.
 */
export async function migrate(url: string, folder: string): Promise<void> {
  const { db, close } = connect(url, { max: 1, statementTimeout: 0, applicationName: 'bilim migrate' });
  try {
    checkServerVersion(await serverVersion(db));
    // drizzle takes no lock: 6 of 8 simultaneous starts failed. One transaction around all of it, and not a session
    // lock, because then there is nothing to release.
    await db.transaction(async (tx) => {
      await tx.execute(sql`select pg_advisory_xact_lock(${MIGRATION_LOCK}::int8)`);
      // Its type asks for the database; a transaction is one, and nests.
      await applyMigrations(tx as unknown as PostgresJsDatabase, { migrationsFolder: folder });
    });
  } finally {
    await close();
  }
}

/** @param version `server_version_num`, like 180004 */
export function checkServerVersion(version: number): void {
  if (version >= 150_000) return;
  const major = Math.floor(version / 10_000);
  throw new Error(
    `DATABASE_URL names a PostgreSQL ${major} server: Bilim needs 15 or newer. Upgrade it, or leave DATABASE_URL empty to use the embedded one.`,
  );
}

/** `server_version_num`; rejects with one line that names DATABASE_URL when the server cannot be reached. */
export async function serverVersion(db: Db): Promise<number> {
  try {
    const [row] = await db.execute<{ version: number }>(
      sql`select current_setting('server_version_num')::int as version`,
    );
    return row?.version ?? 0;
  } catch (error) {
    throw new Error(`DATABASE_URL: cannot use the database (${reason(error)}). Is it running, and is the URL right?`, {
      cause: error,
    });
  }
}

/** What the driver said, without drizzle's "Failed query". */
function reason(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return cause instanceof Error ? cause.message : String(cause);
}
