import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import { onTestFinished } from 'vitest';
import { connect, type Db } from '../../../src/db/connect.ts';
import { ROOT } from '../../support/world.ts';
import { react, registerAndCancel } from './human.ts';
import { arrive } from './people.ts';
import { createRig, MAIN, NAIVE_REGISTRATIONS } from './rig.ts';
import { startServer } from './server.ts';

const SEATS = 5;
const LISTENERS = 100;

export type PostgresOptions = {
  /** Who register and cancel all the time, for two events. */
  people: number;
  restarts: number;
  kills: number;
};

/**
 * People register and cancel, and announcements go out, while connections are killed and the server is restarted under
 * them, fast and immediate in turns.
 */
export async function underRestarts({ people, restarts, kills }: PostgresOptions) {
  const server = await startServer();
  const rig = await createRig({ url: server.url });
  const { telegram, counts } = rig;
  const { db, close } = connect(server.url, { max: 3, applicationName: 'chaos' });
  onTestFinished(close);
  const [asker, ...users] = await arrive(db, telegram, 1 + people + LISTENERS);
  await describe(db, people);
  const env = { ALLOW_PAID_BROADCAST: 'true', PROGRAMME_FILE: await talkative() };
  const bots = [rig.start(MAIN, env), rig.start(MAIN, env)];
  await rig.atWork(bots, 120);

  let over = false;
  const load = users.slice(0, people).map((user, i) => registerAndCancel(user, `chaos${i % 2}`, () => !over));
  const announcing = repeat(
    () => !over,
    1000,
    () => announce(db),
  );
  const began = performance.now();
  const recoveries: number[] = [];
  const sending: number[] = [];
  let killed = 0;
  for (let i = 0; i < restarts; i += 1) {
    for (; killed < (kills * (i + 1)) / restarts;) {
      await sleep(100);
      killed += await killOne(db);
    }
    await server.restart(i % 2 === 0 ? 'immediate' : 'fast');
    const back = performance.now();
    const accepted = counts.accepted;
    await announce(db);
    while (!(await react(asker!, () => asker!.send('/help'), 1))) {
      if (performance.now() - back > 30_000) throw new Error('no answer 30 s after the database was back');
    }
    recoveries.push((performance.now() - back) / 1000);
    await rig.eventually(
      () => counts.accepted > accepted + 1,
      () => 'messages to be sent after the database was back',
      30,
    );
    sending.push((performance.now() - back) / 1000);
  }
  over = true;
  await Promise.all([...load, announcing]);
  // What was claimed when a connection died waits for the end of its lease.
  await db.execute(sql`update message set lease_until = clock_timestamp() where state = 'claimed'`);
  let states: Record<string, number> = {};
  await rig.eventually(
    async () => {
      states = await statesOf(db);
      const { queued = 0, claimed = 0, sending = 0 } = states;
      return queued + claimed + sending === 0;
    },
    () => `all to be sent: ${JSON.stringify(states)}`,
    90,
  );
  return {
    'backends killed': killed,
    restarts,
    registrations: await registrationsOf(db),
    announcements: await announcementsOf(db),
    'half-committed': await halfCommitted(db),
    'answers again after s, at most': round(Math.max(...recoveries)),
    'sends again after s, at most': round(Math.max(...sending)),
    'messages sent': states.sent ?? 0,
    unknown: states.unknown ?? 0,
    exits: rig.exits.length,
    seconds: Math.round((performance.now() - began) / 1000),
  };
}

/** The same for bare postgres.js, until it goes wrong. Nothing else is needed than backends that die. */
export async function naiveUnderKills(seconds: number) {
  const server = await startServer();
  const rig = await createRig({ url: server.url });
  const { db, close } = connect(server.url, { max: 3, applicationName: 'chaos' });
  onTestFinished(close);
  await arrive(db, rig.telegram, 5);
  await describe(db, 5);
  let bot = rig.start(NAIVE_REGISTRATIONS);
  const began = performance.now();
  let killed = 0;
  let half = 0;
  while ((half === 0 || rig.exits.length === 0) && performance.now() - began < seconds * 1000) {
    await sleep(15);
    killed += await killOne(db);
    if (killed % 20 === 0) half = await halfCommitted(db);
    if (bot.isGone()) bot = rig.start(NAIVE_REGISTRATIONS);
  }
  bot.kill();
  return { 'backends killed': killed, 'half-committed': half, exits: rig.exits.length };
}

const round = (n: number) => Math.round(n * 10) / 10;

/** Two events with few seats; people whose profile is complete, so that to register is two presses; listeners elsewhere. */
async function describe(db: Db, people: number): Promise<void> {
  await db.execute(sql`
    update person set full_name = 'Асанова Айпери', latin_name = 'ASANOVA AIPERI', country = 'KG', agency = 'Статистика',
      position = 'Адис', sex = 'female', email = 'aiperi@example.org'`);
  await db.execute(sql`update person set country = 'KZ' where id > ${1 + people}::int`);
  await db.execute(sql`
    with events as (
      insert into event (code, kind, status, zone, begins_at, ends_at, place, seats, created_at, published_at)
      select 'chaos' || i, 'workshop', 'published', 'Asia/Almaty', now() + interval '60 days', now() + interval '61 days',
             'Astana', ${SEATS}::int, now(), now()
      from generate_series(0, 1) as i
      returning id, code
    )
    insert into event_text (event_id, language, title) select id, 'en', code from events`);
}

/** The programme, but people may get as many announcements a day as there are. */
async function talkative(): Promise<string> {
  const { default: programme } = (await import(join(ROOT, 'programme.json'), { with: { type: 'json' } })) as {
    default: object;
  };
  const file = join(tmpdir(), `bilim-chaos-${process.pid}.json`);
  await writeFile(file, JSON.stringify({ ...programme, bulkPerDay: 1000 }));
  return file;
}

async function announce(db: Db): Promise<void> {
  await db
    .execute(
      sql`
        with made as (
          insert into announcement (author_id, audience, state, created_at, confirmed_at, starts_at)
          select id, '{"countries": ["KZ"]}', 'scheduled', now(), now(), now()
          from person where country = 'KZ' order by random() limit 1
          returning id
        )
        insert into announcement_text (announcement_id, language, position, body) select id, 'en', 0, 'News' from made`,
    )
    .catch(() => undefined); // the database is away
}

async function killOne(db: Db): Promise<number> {
  const rows = await db
    .execute(
      sql`
        select pg_terminate_backend(pid) from pg_stat_activity
        where application_name = 'bilim' order by random() limit 1`,
    )
    .catch(() => []);
  return rows.length;
}

async function repeat(goOn: () => boolean, ms: number, act: () => Promise<void>): Promise<void> {
  while (goOn()) {
    await act();
    await sleep(ms);
  }
}

/** What is there by halves, of what is only ever written together. */
async function halfCommitted(db: Db): Promise<number> {
  const [row] = await db.execute<{ count: number }>(sql`
    select (
      -- more seats than there are
      (select count(*) from (
        select from registration join event on event.id = event_id
        where registration.status = 'registered' group by event.id, seats having count(*) > seats) as full_up)
      -- a change of a registration, and the message that tells it
      + (select count(*) from registration, generate_series(1, revision) as change
         where 1 <> (select count(*) from message
           where key in (format('confirmation:%s:%s', registration.id, change), format('promoted:%s:%s', registration.id, change))))
      + (select count(*) from message where kind in ('confirmation', 'promoted') and not exists (
           select from registration where id = (data ->> 'registration')::bigint and revision >= split_part(key, ':', 3)::int))
      -- an announcement that has begun, and its recipients
      + (select count(*) from announcement
         where (select count(*) from message where announcement_id = announcement.id)
           <> case when started_at is null then 0 else ${LISTENERS}::int end)
    )::int as count`);
  return row!.count;
}

async function registrationsOf(db: Db): Promise<number> {
  const [row] = await db.execute<{ count: number }>(
    sql`select coalesce(sum(revision), 0)::int as count from registration`,
  );
  return row!.count;
}

async function announcementsOf(db: Db): Promise<number> {
  const [row] = await db.execute<{ count: number }>(sql`select count(*)::int as count from announcement`);
  return row!.count;
}

async function statesOf(db: Db): Promise<Record<string, number>> {
  const rows = await db.execute<{ state: string; count: number }>(
    sql`select state, count(*)::int as count from message where due_at <= now() group by state`,
  );
  return Object.fromEntries(rows.map(({ state, count }) => [state, count]));
}
