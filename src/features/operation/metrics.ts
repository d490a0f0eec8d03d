import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import type { Deps } from '../../bot/context.ts';
import type { Db } from '../../db/connect.ts';
import { instantToSql } from '../../db/instant.ts';
import type { Pool } from '../../db/postgres.ts';

/** Prometheus gives a scrape up after ten seconds; what it wants to know most is said without the database. */
const PATIENCE_MS = 3000;

type Figure = { name: string; labels: Record<string, string>; value: number };

/** What a name means; the names of the figures that `read` returns. */
const HELP: Record<string, string> = {
  bilim_outbox_messages: 'Messages that are not at their end, by state; parts of a digest count as one',
  bilim_outbox_due_messages: 'Those among the queued that are due',
  bilim_outbox_oldest_due_seconds: 'How long the oldest of them has been due',
  bilim_outbox_rate: 'Messages a second that the outbox allows itself',
  bilim_outbox_held: '1: an owner has to release the outbox',
  bilim_telegram_outage: '1: Telegram does not answer',
  bilim_updates_waiting: 'Updates that are stored and not handled yet',
  bilim_dead_letters: 'Updates that failed each time they were tried',
  bilim_database_up: '0: the database did not answer in time, and what it knows is left out',
  bilim_database_connections: 'Backends of the pool of this process, by what they do',
  bilim_database_waiting: 'Statements of this process that wait for a backend',
};

/** Returns what a scrape gets: the counters of this process, and what all processes share. */
export function createScrape(
  { db, clock }: Pick<Deps, 'db' | 'clock'>,
  counters: Registry,
  pool: Pool,
): () => Promise<string> {
  let watching = false;
  let reading: Promise<Figure[] | null> | null = null;

  /** One reading at a time: behind a network that is cut each would hold a connection of the pool. */
  async function shared(): Promise<Figure[] | null> {
    reading ??= read(db, clock.now())
      .catch(() => null)
      .finally(() => (reading = null));
    const enough = new AbortController();
    const late = sleep(PATIENCE_MS, null, { signal: enough.signal }).catch(() => null);
    const figures = await Promise.race([reading, late]);
    enough.abort();
    return figures;
  }

  return async () => {
    // Only when somebody asks: it keeps an observer of the garbage collector, for ever.
    if (!watching) collectDefaultMetrics({ register: counters });
    watching = true;
    const figures = await shared();
    const { busy, idle, waiting } = pool.usage();
    const own = [
      figure('bilim_database_up', figures ? 1 : 0),
      figure('bilim_database_connections', busy, { state: 'busy' }),
      figure('bilim_database_connections', idle, { state: 'idle' }),
      figure('bilim_database_waiting', waiting),
    ];
    return `${await counters.metrics()}\n${await written([...own, ...(figures ?? [])])}`;
  };
}

const figure = (name: string, value: number, labels: Record<string, string> = {}): Figure => ({ name, labels, value });

/** Gauges made anew each time: one that could not be read is not there, where an old one would go on saying what it knew. */
async function written(figures: Figure[]): Promise<string> {
  const registry = new Registry();
  for (const [name, some] of Map.groupBy(figures, (one) => one.name)) {
    const gauge = new Gauge({
      name,
      help: HELP[name]!,
      labelNames: Object.keys(some[0]!.labels),
      registers: [registry],
    });
    for (const { labels, value } of some) gauge.set(labels, value);
  }
  return registry.metrics();
}

/** By indexes that hold only what is open: a scrape must not cost more the longer the bot has been running. */
async function read(db: Db, now: Temporal.Instant): Promise<Figure[]> {
  const at = sql`${instantToSql(now)}::timestamptz`;
  return db.transaction(async (tx) => {
    await tx.execute(sql.raw(`set local statement_timeout = ${PATIENCE_MS}`));
    const open = await tx.execute<{
      state: string;
      bulk: boolean;
      count: number;
      due: number;
      oldest: number | null;
    }>(sql`
      select state, bulk, count(*)::int as count, count(*) filter (where due_at <= ${at})::int as due,
             extract(epoch from ${at} - min(due_at))::float8 as oldest
      from message where state = 'queued' and digest_id is null group by state, bulk
      union all
      select state, bulk, count(*)::int, 0, null
      from message where state in ('claimed', 'sending') group by state, bulk
      union all
      select message.state, bulk, count(*)::int, 0, null
      from message join announcement on announcement.id = announcement_id
      where announcement.state in ('scheduled', 'sending', 'paused') and message.state = 'paused' and digest_id is null
      group by message.state, bulk`);
    const [row] = await tx.execute<{ rate: number; held: number; outage: number; updates: number; dead: number }>(sql`
      select coalesce((select max(rate) from pace), 0) as rate,
             (select count(*) from pace where held_since is not null)::int as held,
             (select count(*) from pace where outage_since is not null)::int as outage,
             (select count(*) from inbox where done_at is null)::int as updates,
             (select count(*) from dead_letter)::int as dead`);
    const { rate, held, outage, updates, dead } = row!;
    const count = (state: string, bulk: boolean) => open.find((one) => one.state === state && one.bulk === bulk);
    const kinds = [true, false].map((bulk) => ({ bulk, label: { bulk: String(bulk) } }));
    return [
      ...['queued', 'paused', 'claimed', 'sending'].flatMap((state) =>
        kinds.map(({ bulk, label }) =>
          figure('bilim_outbox_messages', count(state, bulk)?.count ?? 0, { state, ...label }),
        ),
      ),
      ...kinds.flatMap(({ bulk, label }) => {
        const queued = count('queued', bulk);
        return [
          figure('bilim_outbox_due_messages', queued?.due ?? 0, label),
          figure('bilim_outbox_oldest_due_seconds', Math.max(0, queued?.oldest ?? 0), label),
        ];
      }),
      figure('bilim_outbox_rate', rate),
      figure('bilim_outbox_held', held),
      figure('bilim_telegram_outage', outage),
      figure('bilim_updates_waiting', updates),
      figure('bilim_dead_letters', dead),
    ];
  });
}
