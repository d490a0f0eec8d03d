import { existsSync, readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { getTableName, is, sql } from 'drizzle-orm';
import { PgTable } from 'drizzle-orm/pg-core';
import { redact } from './bot/log.ts';
import { POLLER_LOCK } from './bot/polling.ts';
import { parseConfig } from './config.ts';
import { MIGRATIONS } from './database.ts';
import { connect, type Connection, type Db } from './db/connect.ts';
import { startEmbedded } from './db/embedded.ts';
import { migrate, MIGRATION_LOCK, serverVersion } from './db/migrate.ts';
import { findPrograms, load, readArchive, type Archive } from './db/programs.ts';
import * as schema from './db/schema.ts';
import { eraseAgain, ERASURES } from './features/privacy/erase.ts';

/** A bot that runs says so more often than this; see bot/updates.ts and the table `worker`. */
const SILENCE = sql`interval '20 seconds'`;

type Present = { people: number; events: number };
/** `cameAt` tells who it was where the number alone does not: a restored database may give it to somebody else. */
type Erasure = { id: number; cameAt: string | null; erasedAt: string };

/**
 * `npm run restore <file>`: replaces the database by a backup. Nothing is changed unless all of it can be loaded. Who was
 * erased since is erased again, and nothing is sent until an owner has looked at what waits (/outbox).
 */
async function restore(): Promise<string> {
  if (existsSync('.env')) process.loadEnvFile('.env');
  const config = parseConfig(process.env);
  const { positionals, values } = parseArgs({ options: { yes: { type: 'boolean' } }, allowPositionals: true });
  const [name] = positionals;
  if (!name) throw new Error('Which backup? Give its file: npm run restore <file>');
  // npm takes an option for one of its own, unless it stands behind `--`.
  const yes = values.yes ?? process.env.npm_config_yes === 'true';
  const file = resolve(process.env.INIT_CWD ?? '.', name);
  if (!existsSync(file)) throw new Error(`${file} is not there: give the file that npm run backup has written.`);

  const embedded = config.DATABASE_URL ? null : await startEmbedded(join(config.DATA_DIR, 'bot'));
  const url = config.DATABASE_URL ?? embedded!.url;
  const connection = connect(url, { statementTimeout: 0, applicationName: 'bilim restore' });
  try {
    const { db } = connection;
    const programs = await findPrograms(
      Math.floor((await serverVersion(db)) / 10_000),
      'restore where the server is (in compose.yaml: tools)',
    );
    const archive = await readArchive(programs, file).catch((error: Error) => {
      throw new Error(`${file} is not a whole backup (${error.message}): take another one.`);
    });
    if (!archive.tables.includes('message')) throw new Error(`${file} is a backup of something else than Bilim.`);
    const alone = await makeSureOfBeingAlone(connection);
    try {
      const { people, events } = await lookAt(db);
      if (people + events > 0 && !yes)
        throw new Error(
          `The database holds ${people} people and ${events} events, which the backup would replace. If you want that: npm run restore ${name} -- --yes`,
        );
      const safe = makeSafe(archive, [...(await erasuresIn(db)), ...(await erasuresNoted(config.DATA_DIR))]);
      await load(programs, url, file, { before: CLEAR, after: `${refuseNewer()}\nset search_path = public;\n${safe}` });
      await migrate(url, MIGRATIONS);
      await db.execute(sql.raw(safe));
      const erased = await eraseAgain(db, Temporal.Now.instant());
      await db.execute(sql`analyze`);
      return summary(archive, erased);
    } finally {
      await alone.release();
    }
  } finally {
    await connection.close();
    await embedded?.stop();
  }
}

function summary({ madeAt }: Archive, erased: number): string {
  return [
    `Restored: the backup of ${madeAt.toString()}.`,
    erased > 0 ? `Deleted again, as it was done since the backup: ${erased} people.` : null,
    'Start the bot: it sends nothing until an owner releases the outbox, and tells the owners how (/outbox).',
  ]
    .filter(Boolean)
    .join('\n');
}

/** Holds the poller's place as long as the session lives, so that no bot starts to work meanwhile. */
async function makeSureOfBeingAlone({ db, pool }: Connection) {
  const session = await pool.session({ statementTimeout: 0 });
  const [lock] = await session.unsafe('select pg_try_advisory_lock($1) as ours', [POLLER_LOCK]);
  const workers = (await exists(db, 'worker'))
    ? await db.execute(sql`select from worker where seen_at > clock_timestamp() - ${SILENCE}`)
    : [];
  if (lock!.ours && workers.length === 0) return session;
  await session.release();
  throw new Error(
    'A bot is at work on this database, or was until a moment ago: stop it, wait 20 seconds, and try again.',
  );
}

async function lookAt(db: Db): Promise<Present> {
  const ours: string[] = Object.values(schema).flatMap((one) => (is(one, PgTable) ? [getTableName(one)] : []));
  const tables = await db.execute<{ name: string }>(
    sql`select tablename as name from pg_tables where schemaname = 'public'`,
  );
  const strange = tables.map(({ name }) => name).filter((name) => !ours.includes(name));
  if (strange.length > 0)
    throw new Error(
      `The database holds tables that are not Bilim's (${strange.join(', ')}), which would be lost: give Bilim a database of its own in DATABASE_URL.`,
    );
  return { people: await count(db, 'person'), events: await count(db, 'event') };
}

async function exists(db: Db, table: string): Promise<boolean> {
  const [row] = await db.execute<{ there: boolean }>(
    sql`select to_regclass(${`public.${table}`}) is not null as there`,
  );
  return row!.there;
}

async function count(db: Db, table: string): Promise<number> {
  if (!(await exists(db, table))) return 0;
  const [row] = await db.execute<{ count: number }>(sql`select count(*)::int as count from ${sql.identifier(table)}`);
  return row!.count;
}

async function erasuresIn(db: Db): Promise<Erasure[]> {
  if (!(await exists(db, 'erasure'))) return [];
  const rows = await db.select().from(schema.erasure);
  return rows.map(({ personId, erasedAt }) => ({ id: personId, cameAt: null, erasedAt: erasedAt.toString() }));
}

/** For when the database is lost; see features/privacy/erase.ts. */
async function erasuresNoted(dataDir: string): Promise<Erasure[]> {
  const noted = await readFile(join(dataDir, ERASURES), 'utf8').catch(() => '');
  return noted.split('\n').flatMap((line) => {
    const [, id, cameAt, erasedAt] = /^(\d{1,15}) ([\d:.TZ-]+) ([\d:.TZ-]+)$/.exec(line) ?? [];
    return id ? [{ id: Number(id), cameAt: cameAt!, erasedAt: erasedAt! }] : [];
  });
}

/** Not what an extension has put there: it stays, and so does the schema, which belongs to who made the database. */
const free = (catalog: string) =>
  `not exists (select from pg_depend where classid = '${catalog}'::regclass and objid = ${catalog}.oid and deptype = 'e')`;

/** Also what the backup does not know. A bot that starts now waits in its migration until we are through. */
const CLEAR = `
select pg_advisory_xact_lock(${MIGRATION_LOCK});
do $$ declare command text; begin
  for command in
    select format('drop table if exists %s cascade', oid::regclass) from pg_class
    where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and ${free('pg_class')}
    union all
    select format('drop routine if exists %s cascade', oid::regprocedure) from pg_proc
    where pronamespace = 'public'::regnamespace and ${free('pg_proc')}
    union all
    select format('drop type if exists %s cascade', oid::regtype) from pg_type
    where typnamespace = 'public'::regnamespace and typtype in ('e', 'd') and ${free('pg_type')}
  loop
    execute command;
  end loop;
end $$;
drop schema if exists drizzle cascade;
create schema drizzle;`;

function refuseNewer(): string {
  const known = readdirSync(MIGRATIONS, { withFileTypes: true }).filter((entry) => entry.isDirectory()).length;
  return `
do $$ begin
  if (select count(*) from drizzle.__drizzle_migrations) > ${known} then
    raise exception 'the backup is from a newer version of Bilim: install that first';
  end if;
end $$;`;
}

/**
 * Makes the outbox wait, and puts on record who was erased. In the transaction that loads the backup, so that there is no
 * moment without it; a backup from before these tables gets it after its migration.
 */
function makeSafe({ madeAt }: Archive, erasures: Erasure[]): string {
  const quote = (instant: string | null) =>
    instant === null ? 'null' : `'${Temporal.Instant.from(instant).toString()}'`;
  const known = erasures.map(({ id, cameAt, erasedAt }) => `(${id}, ${quote(cameAt)}, ${quote(erasedAt)})`);
  return `
do $$ begin
  if to_regclass('public.erasure') is null then return; end if;
  insert into erasure (person_id, erased_at)
    select distinct on (id) id, erased_at
    from (values (null::bigint, null::timestamptz, null::timestamptz)${known.map((row) => `, ${row}`).join('')})
      as known(id, came_at, erased_at)
    where id is not null
      and (came_at is null or exists (select from person where person.id = known.id and created_at = came_at))
    order by id, erased_at desc
    on conflict (person_id) do update set erased_at = greatest(erasure.erased_at, excluded.erased_at);
  insert into pace (key, next_at, blocked_until, rate, held_since)
    values ('outbox', clock_timestamp(), clock_timestamp(), 1, '${Temporal.Now.instant().toString()}')
    on conflict (key) do update set
      held_since = excluded.held_since, next_at = excluded.next_at, blocked_until = excluded.blocked_until,
      outage_since = null, probe_at = null;
  delete from worker;
  delete from alert;
  insert into alert (kind, since) values ('restored', '${madeAt.toString()}');
end $$;`;
}

try {
  process.stdout.write(`${await restore()}\n`);
} catch (error) {
  process.stderr.write(`${redact(oneLine(error))}\n`);
  process.exitCode = 1;
}

/** A database error quotes its query: what the server said is enough. */
function oneLine(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const [first = ''] = error.message.split('\n');
  return error.message.startsWith('Failed query') && error.cause ? oneLine(error.cause) : first;
}
