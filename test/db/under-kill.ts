import { setTimeout as sleep } from 'node:timers/promises';
import postgres from 'postgres';
import { openPool, type Pool } from '../../src/db/postgres.ts';

/*
 * Runs reads and transactions while their backends are killed, in a process of its own because bare postgres.js brings
 * the process down: node under-kill.ts (pool|bare) URL KILLS. Prints what went wrong as JSON, after so many kills and as
 * many statements that came back right; ends early if anything is wrong.
 */
export interface Report {
  kills: number;
  right: number;
  /** Statements that failed with an error, as they should when killed. */
  failed: number;
  /** Reads that returned another read's rows, or not all. */
  wrong: number;
  /** Statements without an answer after 3 s. */
  hung: number;
  /** Errors that would have ended the process. */
  uncaught: number;
  /** Transactions of which one of two inserts is there. */
  half: number;
}

const [driver, url = '', kills] = process.argv.slice(2);
const report: Report = { kills: 0, right: 0, failed: 0, wrong: 0, hung: 0, uncaught: 0, half: 0 };
for (const event of ['uncaughtException', 'unhandledRejection']) process.on(event, () => report.uncaught++);

const admin = openPool(url, { max: 1 });
const victim = driver === 'bare' ? openBare() : openPool(url, { max: 3, applicationName: 'victim' });
await admin.unsafe('create table if not exists pair (id int, half int)');
await admin.unsafe('truncate pair');

const goOn = () =>
  Math.min(report.kills, report.right) < Number(kills) && report.wrong + report.hung + report.uncaught === 0;
let next = 0;

async function read(): Promise<void> {
  const first = ++next * 10_000;
  const count = first % 20_000 ? 3 : 3000; // one packet, and many
  const query = `select $1::int + i as n, repeat('x', 100) as padding from generate_series(1, $2::int) as i`;
  const rows = await answer(victim.unsafe(query, [first, count], { prepare: true }));
  if (!rows) return;
  const right = rows.length === count && rows.every((row, i) => row['n'] === first + i + 1);
  if (right) report.right++;
  else report.wrong++;
}

async function insertPair(): Promise<void> {
  const id = ++next;
  const insert = 'insert into pair values ($1, $2)';
  await answer(
    victim.begin(async (tx) => {
      await tx.unsafe(insert, [id, 1]);
      await sleep(1);
      await tx.unsafe(insert, [id, 2]);
    }),
  );
}

async function answer<T>(work: Promise<T>): Promise<T | undefined> {
  const hung = Symbol('hung');
  const timer = new AbortController();
  const first = await Promise.race([
    work.catch(() => undefined),
    sleep(3000, hung, { signal: timer.signal }).catch(() => hung),
  ]);
  timer.abort();
  if (first === hung) report.hung++;
  else if (first === undefined) report.failed++;
  return first === hung ? undefined : (first as T | undefined);
}

async function repeat(act: () => Promise<void>): Promise<void> {
  while (goOn()) await act();
}

async function kill(): Promise<void> {
  await sleep(15);
  const victims = `select pid from pg_stat_activity where application_name = 'victim' order by random() limit 1`;
  const killed = await admin.unsafe(`select pg_terminate_backend(pid) from (${victims}) as victim`);
  report.kills += killed.length;
}

function openBare(): Pick<Pool, 'unsafe' | 'begin'> {
  const host = new URL(url).searchParams.get('host') ?? '';
  const connection = { application_name: 'victim' };
  return postgres(url.split('?')[0] ?? '', { host, connection, max: 3, onnotice() {} }) as unknown as Pool;
}

await Promise.all([repeat(read), repeat(read), repeat(read), repeat(insertPair), repeat(insertPair), repeat(kill)]);
const halves = await admin.unsafe('select id from pair group by id having count(*) = 1');
report.half = halves.length;
console.log(JSON.stringify(report));
process.exit(0);
