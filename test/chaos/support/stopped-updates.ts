import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import { onTestFinished } from 'vitest';
import { connect, type Db } from '../../../src/db/connect.ts';
import { deadLetter, inbox } from '../../../src/db/schema.ts';
import { arrive } from './people.ts';
import { BOT, createRig, type Bot } from './rig.ts';

const PEOPLE = 30;
const ROUND_TRIP_MS = 60;

/**
 * Two processes; the one that polls is stopped with updates in hand, until the other one has declared it dead and taken over.
 * Then it wakes up, and goes on as if nothing had been, while the other one is stopped in turn.
 */
export async function pollersStopped({ stops }: { stops: number }) {
  const rig = await createRig({ floodLimits: false });
  const { telegram } = rig;
  const { db, close } = connect(rig.url, { max: 2, applicationName: 'chaos' });
  onTestFinished(close);
  const people = await arrive(db, telegram, PEOPLE);
  await watchHolders(db);
  telegram.fail({ method: 'sendMessage', hang: ROUND_TRIP_MS, times: Number.POSITIVE_INFINITY });
  const bots = [rig.start(BOT), rig.start(BOT)];
  await rig.atWork(bots);

  const began = performance.now();
  let asked = 0;
  let held = 0;
  let going = true;
  const asking = people.map(async (one) => {
    for (; going; await sleep(300)) {
      await one.send('/help');
      asked += 1;
    }
  });
  let awake = await pollerOf(rig, db, bots);
  for (let stopped = 0; stopped < stops; stopped += 1) {
    const accepted = rig.counts.accepted;
    await rig.eventually(
      () => rig.counts.accepted > accepted + 20,
      () => 'answers',
      30,
    );
    awake.child.kill('SIGSTOP');
    await sleep(5); // what it had asked of the database is done
    held += await inHandOf(db, awake);
    await age(db, awake);
    const other = bots.find((bot) => bot !== awake)!;
    await rig.eventually(
      async () => await polls(db, other),
      () => 'the other one to poll',
      30,
    );
    awake.child.kill('SIGCONT');
    awake = other;
  }
  going = false;
  await Promise.all(asking);
  const open = () => db.$count(inbox, sql`done_at is null`);
  await rig.eventually(
    async () => (await open()) === 0,
    () => 'all to be handled',
    60,
  );
  await sleep(500); // for the last one who wakes up late
  const [marks] = await db.execute<{ late: number }>(sql`
    select count(*)::int as late from marked left join taken using (worker) where taken.by is distinct from marked.by`);
  const figures = {
    asked,
    answers: rig.counts.accepted,
    stops,
    'in hand when stopped': held,
    'late marks accepted': marks!.late,
    'never answered': people.filter((one) => one.texts().length === 0).length,
    'dead letters': await db.$count(deadLetter),
    exits: rig.exits.length,
    seconds: Math.round((performance.now() - began) / 1000),
  };
  for (const bot of bots) bot.kill();
  return figures;
}

/** Writes down which connections take updates up, and which mark them: those of one process have one name. */
async function watchHolders(db: Db): Promise<void> {
  await db.execute(sql`
    create table taken (worker text primary key, by text);
    create table marked (update_id bigint, worker text, by text);
    create function watch() returns trigger language plpgsql as $$ begin
      if new.worker is distinct from old.worker and new.worker is not null then
        insert into taken values (new.worker, current_setting('application_name')) on conflict do nothing;
      end if;
      if new.done_at is not null then
        insert into marked values (old.update_id, old.worker, current_setting('application_name'));
      end if;
      return new;
    end $$;
    create trigger watch before update on inbox for each row execute function watch()`);
}

/** Its worker, by the name of its connections. */
const workerOf = ({ name }: Bot) => sql`(select worker from taken where by = ${name})`;

async function inHandOf(db: Db, bot: Bot): Promise<number> {
  return db.$count(inbox, sql`done_at is null and worker in ${workerOf(bot)}`);
}

/** As if it had been silent for long enough. */
async function age(db: Db, bot: Bot): Promise<void> {
  await db.execute(sql`update worker set seen_at = seen_at - interval '1 minute' where id in ${workerOf(bot)}`);
}

/** Whether its session has the lock of who polls. */
async function polls(db: Db, bot: Bot): Promise<boolean> {
  const rows = await db.execute(sql`
    select from pg_locks join pg_stat_activity using (pid)
    where locktype = 'advisory' and granted and application_name in (select 'bilim ' || worker from taken where by = ${bot.name})`);
  return rows.length > 0;
}

async function pollerOf(rig: Awaited<ReturnType<typeof createRig>>, db: Db, bots: Bot[]): Promise<Bot> {
  return rig.eventually(
    async () => {
      for (const bot of bots) if (await polls(db, bot)) return bot;
      return null;
    },
    () => 'one of them to poll',
    30,
  );
}
