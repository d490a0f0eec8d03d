import { sql } from 'drizzle-orm';
import { createApp } from '../src/app.ts';
import type { Deps } from '../src/bot/context.ts';
import { createLog } from '../src/bot/log.ts';
import { parseConfig } from '../src/config.ts';
import type { connect } from '../src/db/connect.ts';
import { lookAtEvents, type Occasion } from '../src/delivery/agenda.ts';
import { afterTheEnd } from '../src/features/feedback/job.ts';
import { phases } from '../src/features/materials/store.ts';
import { keepRetention } from '../src/features/privacy/retention.ts';
import { beforeTheBeginning } from '../src/features/reminders/job.ts';
import { monthsAfter } from '../src/features/surveys/job.ts';
import { loadProgramme } from '../src/programme.ts';
import { createRig, fill, percentile, ROOT, round, timed, TOKEN, type Rig } from './support.ts';

const SIZES = [1000, 100_000, 1_000_000];
const DUE = [100, 10_000];
const TICKS = 30;
const OCCASIONS = [beforeTheBeginning, phases, afterTheEnd, monthsAfter];

/** 02:00 in UTC: events begin at 9 and end at 12, so in this hour nothing falls due by itself. */
const NOW = Temporal.Instant.from('2026-12-02T02:00:00Z');

type Row = Record<string, number>;

/**
 * A tick of the planner for ever more registrations, in ms: with nothing due (medians), all of it and its parts, and with
 * something due. Each row should say the same in all columns.
 */
export async function benchPlanner(): Promise<Record<string, Row>> {
  const table: Record<string, Row> = {};
  for (const size of SIZES) {
    const enter = (row: string, ms: number) => ((table[row] ??= {})[size.toLocaleString('en')] = round(ms, 1));
    const rig = await createRig();
    try {
      enter('(set up, s)', (await timed(() => setUp(rig, size))) / 1000);
      const clock = movedClock();
      const deps = { db: rig.db, programme: loadProgramme(`${ROOT}/programme.json`), log: createLog('warn') } as Deps;
      const look = (occasions: Occasion[]) => () => lookAtEvents(deps, occasions).run(clock.next());
      enter('(the first look, at all events, s)', (await timed(look(OCCASIONS))) / 1000);
      await rig.db.execute(sql`vacuum analyze`);

      const app = appOf(rig, clock);
      await app.tick();
      enter('the whole tick', await median(TICKS, () => (clock.next(), app.tick())));
      enter('looking at events', await median(TICKS, look(OCCASIONS)));
      enter('retention, once an hour', await median(TICKS, () => keepRetention(deps, clock.next())));
      for (const due of DUE)
        for (const [name, { occasion, make }] of Object.entries(KINDS)) {
          const runs = [];
          for (let i = 0; i < 3; i++) {
            await make(rig, clock.now(), due);
            const before = await owedOf(rig);
            runs.push(await timed(look([occasion])));
            const owed = (await owedOf(rig)) - before;
            if (owed !== due) throw new Error(`${name}: ${owed} were owed and not ${due}`);
          }
          enter(`${due.toLocaleString('en')} due: ${name}`, percentile(runs, 0.5));
        }
    } finally {
      await rig.close();
    }
  }
  return table;
}

/** Each tick is a minute later than the one before. */
function movedClock() {
  let now = NOW;
  return { now: () => now, next: () => (now = now.add({ minutes: 1 })) };
}

async function median(times: number, work: () => Promise<unknown>): Promise<number> {
  const runs = [];
  for (let i = 0; i < times; i++) runs.push(await timed(work));
  return percentile(runs, 0.5);
}

async function owedOf({ db }: Rig): Promise<number> {
  const [row] = await db.execute<{ n: number }>(sql`select count(*)::int as n from message where state = 'queued'`);
  return row!.n;
}

/** What makes something due for so many people, 100 an event. */
const KINDS: Record<string, { occasion: Occasion; make(rig: Rig, now: Temporal.Instant, due: number): Promise<void> }> =
  {
    reminders: {
      occasion: beforeTheBeginning,
      make: (rig, now, due) => addEvents(rig, now, due, `now + interval '1 hour'`),
    },
    materials: {
      occasion: phases,
      make: (rig, now, due) => addEvents(rig, now, due, `now - interval '4 hours'`, { material: true }),
    },
    feedback: {
      occasion: afterTheEnd,
      make: (rig, now, due) => addEvents(rig, now, due, `now - interval '4 hours'`),
    },
    surveys: {
      occasion: monthsAfter,
      make: (rig, now, due) => addEvents(rig, now, due, `now - interval '3 months 4 hours'`),
    },
    'survey reminders': {
      occasion: monthsAfter,
      make: (rig, now, due) => addEvents(rig, now, due, `now - interval '3 months 8 days'`, { invited: true }),
    },
  };

/** `invited`: to the survey after three months, a week ago. */
async function addEvents(
  { db }: Rig,
  now: Temporal.Instant,
  due: number,
  begins: string,
  { material = false, invited = false } = {},
): Promise<void> {
  await db.execute(sql`
    with at as materialized (select ${now.toString()}::timestamptz as now),
    added as (
      insert into event (code, kind, status, zone, begins_at, ends_at, follow_up_months, created_at)
      select gen_random_uuid(), 'workshop', 'published', 'Asia/Almaty', begins_at, begins_at + interval '3 hours', '{3}', now
      from at, generate_series(1, ${due / 100}::int), lateral (select ${sql.raw(begins)} as begins_at) as _
      returning id
    ), seated as (
      insert into registration (event_id, person_id, status, attended, created_at, changed_at)
      select id, i, 'registered', true, now - interval '1 year', now - interval '1 year'
      from at, added, generate_series(1, 100) i
      returning event_id, person_id
    ), materials as (
      insert into material (event_id, kind, title, url, phase, added_at)
      select id, 'link', 'Slides', 'https://example.org', 'after', now from at, added where ${material}
    )
    insert into message (person_id, kind, key, data, event_id, due_at, state, created_at, sent_at)
    select person_id, 'survey_invitation', format('survey:%s:3:%s', event_id, person_id), '{"month": 3}', event_id,
      now - interval '7 days', 'sent', now - interval '7 days', now - interval '7 days'
    from at, seated where ${invited}`);
}

function appOf({ db, url }: Rig, clock: Deps['clock']) {
  return createApp({
    config: parseConfig({ TELEGRAM_API_ROOT: url }),
    token: TOKEN,
    programme: loadProgramme(`${ROOT}/programme.json`),
    locales: `${ROOT}/locales`,
    connection: { db } as ReturnType<typeof connect>,
    clock,
    log: createLog('warn'),
  });
}

/**
 * Two years of a programme: 100 people an event, each at five events; the last of 24 months lie ahead. What fell due in the
 * last 120 days was owed, so the outbox holds 1,500,000 messages in the end.
 */
async function setUp(rig: Rig, registrations: number): Promise<void> {
  const at = sql`${NOW.toString()}::timestamptz`;
  await fill(rig, async (tx) => {
    await tx.execute(sql`
      insert into person (telegram_id, language, zone, created_at, seen_at)
      select 8000000000 + i, 'en', 'Asia/Almaty', ${at}, ${at} from generate_series(1, ${registrations / 5}::int) i`);
    await tx.execute(sql`
      insert into event (code, kind, status, zone, begins_at, ends_at, created_at)
      select 'bench' || i, 'workshop', 'published', 'Asia/Almaty', day + interval '9 hours', day + interval '12 hours', ${at}
      from generate_series(0, ${registrations / 100 - 1}::int) i,
        lateral (select date_trunc('day', ${at}, 'UTC') + interval '30 days' - interval '1 day' * (i * 730 / ${registrations / 100}::int) as day) as _`);
    await tx.execute(sql`
      insert into registration (event_id, person_id, status, attended, created_at, changed_at)
      select event.id, 1 + (event.id * 100 + i) % ${registrations / 5}::int, 'registered',
        case when event.ends_at < ${at} then i % 10 > 0 end, event.begins_at - interval '60 days', event.begins_at - interval '60 days'
      from event, generate_series(0, 99) i`);
    const owed = (kind: string, key: string, data: string, due: string) =>
      tx.execute(sql`
        insert into message (person_id, kind, key, data, event_id, bulk, due_at, state, created_at, sent_at)
        select person_id, ${kind}, concat_ws(':', ${sql.raw(key)}, person_id), ${sql.raw(data)}, event.id, true, due_at,
          'sent', due_at, due_at
        from event join registration on event_id = event.id, ${sql.raw(due)}
        where due_at <= ${at} and due_at > ${at} - interval '120 days'`);
    const surveyed = (days: number) =>
      `unnest(follow_up_months) month, lateral (
        select ends_at + make_interval(months => month, days => ${days}) as due_at where attended) as due`;
    const month = `jsonb_build_object('month', month)`;
    await owed(
      'reminder',
      `'reminder', event.id, 1, minutes`,
      `jsonb_build_object('revision', 1, 'minutes', minutes)`,
      `unnest(reminder_offsets) minutes, lateral (select begins_at - minutes * interval '1 minute' as due_at) as due`,
    );
    await owed(
      'feedback_invitation',
      `'feedback', event.id`,
      `'{}'`,
      `lateral (select ends_at + interval '30 minutes' as due_at where attended) as due`,
    );
    await owed('survey_invitation', `'survey', event.id, month`, month, surveyed(0));
    await owed('survey_reminder', `'survey_reminder', event.id, month`, month, surveyed(7));
    await tx.execute(sql`
      insert into answered (form, event_id, month, person_id)
      select 'follow_up', event.id, month, person_id
      from event join registration on event_id = event.id, unnest(follow_up_months) month
      where attended and registration.id % 2 = 0
        and ends_at + make_interval(months => month) <= ${at}`);
    await tx.execute(sql`insert into agenda (event_id) select id from event`);
  });
}
