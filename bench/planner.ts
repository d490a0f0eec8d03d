import { sql } from 'drizzle-orm';
import { createApp } from '../src/app.ts';
import { createLog } from '../src/bot/log.ts';
import { parseConfig } from '../src/config.ts';
import type { connect } from '../src/db/connect.ts';
import { loadProgramme } from '../src/programme.ts';
import { createRig, percentile, ROOT, round, timed, TOKEN } from './support.ts';

/** A tick of the planner, all jobs of all features, with 100,000 registrations and nothing due. */
export async function benchPlanner() {
  const rig = await createRig();
  try {
    const small = await tick(rig, 1000);
    const large = await tick(rig, 100_000);
    return {
      '1,000 registrations, ms': round(small, 1),
      '100,000, ms': round(large, 1),
      ratio: round(large / small, 1),
    };
  } finally {
    await rig.close();
  }
}

async function tick(rig: Awaited<ReturnType<typeof createRig>>, registrations: number): Promise<number> {
  // 100 people an event: half of the events are past, half lie beyond the reminders' reach.
  await rig.db.execute(sql`truncate person, event cascade`);
  await rig.db.execute(sql`
    insert into person (telegram_id, language, zone, created_at, seen_at)
    select 8000000000 + i, 'en', 'Asia/Almaty', now(), now() from generate_series(1, ${registrations}::int) i`);
  await rig.db.execute(sql`
    insert into event (code, kind, status, zone, begins_at, ends_at, created_at)
    select 'bench' || i, 'workshop', 'published', 'Asia/Almaty', at, at + interval '3 hours', now()
    from generate_series(1, ${registrations / 100}::int) i,
      lateral (select now() + case when i % 2 = 0 then i * interval '3 hours' + interval '20 days'
                                   else i * interval '-3 hours' - interval '400 days' end as at) as time`);
  await rig.db.execute(sql`
    insert into registration (event_id, person_id, status, attended, created_at, changed_at)
    select e.id, p.id, 'registered', e.ends_at < now(), now(), now()
    from (select id, ends_at, row_number() over (order by id) - 1 as n from event) e
    join (select id, row_number() over (order by id) - 1 as n from person) p on p.n / 100 = e.n`);
  await rig.db.execute(sql`analyze`);

  const app = createApp({
    config: parseConfig({ TELEGRAM_API_ROOT: rig.url }),
    token: TOKEN,
    programme: loadProgramme(`${ROOT}/programme.json`),
    locales: `${ROOT}/locales`,
    connection: { db: rig.db } as ReturnType<typeof connect>,
    clock: { now: () => Temporal.Now.instant() },
    log: createLog('warn'),
  });
  await app.tick();
  const runs = [];
  for (let i = 0; i < 30; i++) runs.push(await timed(() => app.tick()));
  return percentile(runs, 0.5);
}
