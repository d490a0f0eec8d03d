import { once } from 'node:events';
import { sql } from 'drizzle-orm';
import { connect } from '../../src/db/connect.ts';
import { startEmbedded } from '../../src/db/embedded.ts';

// Opens the databases that a failed run kept, until Ctrl-C: node test/support/inspect.ts FOLDER
const folder = process.argv[2];
if (!folder) throw new Error('usage: node test/support/inspect.ts FOLDER');
const server = await startEmbedded(folder);
const { db, close } = connect(server.url, { max: 1 });
const kept = await db.execute<{ name: string }>(
  sql`select datname as name from pg_database where datname like 'failed%'`,
);
for (const { name } of kept) {
  console.log(`psql '${server.url.replace('/postgres?', `/${name}?`)}'`);
}
await once(process, 'SIGINT');
await close();
await server.stop();
