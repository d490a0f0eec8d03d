import { join } from 'node:path';
import type { Config } from './config.ts';
import { connect, type Connection } from './db/connect.ts';
import { startEmbedded } from './db/embedded.ts';
import { migrate } from './db/migrate.ts';

export const MIGRATIONS = join(import.meta.dirname, '../drizzle');

/**
 * The database of DATABASE_URL, or an embedded one in `folder` of DATA_DIR; migrated. Closing it stops the embedded
 * server. Rejects with one line that names the cure.
 */
export async function openDatabase(config: Config, folder: 'bot' | 'playground'): Promise<Connection> {
  const embedded = config.DATABASE_URL ? null : await startEmbedded(join(config.DATA_DIR, folder));
  const url = config.DATABASE_URL ?? embedded!.url;
  await migrate(url, MIGRATIONS);
  const connection = connect(url, { applicationName: 'bilim' });
  return {
    ...connection,
    async close() {
      await connection.close();
      await embedded?.stop();
    },
  };
}
