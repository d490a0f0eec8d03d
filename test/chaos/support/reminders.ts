import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import { onTestFinished } from 'vitest';
import { connect, type Db } from '../../../src/db/connect.ts';
import type { TelegramUser } from '../../../src/playground/telegram/index.ts';
import { createFleet, DAY } from './fleet.ts';
import { watchLeases } from './leases.ts';
import { arrive } from './people.ts';
import { createRig, NAIVE_REMINDERS } from './rig.ts';

const HOUR = 3_600_000;
const EVENTS = 30;
/** When the events begin, in ms of the bots' clocks from the machine's. */
const BEGIN = 11 * DAY;

/**
 * Reminders so many hours before, each due for everybody at the same hour. While they are sent, the clocks stay between the
 * day before and the hour before the next ones make them useless.
 */
const WAVES = [240, 96, 20].map((hours, i, all) => {
  const due = BEGIN - hours * HOUR;
  return { hours, due, first: due - DAY, last: BEGIN - (all[i + 1] ?? 0) * HOUR - HOUR };
});

export type JumpOptions = {
  /** Each has a seat at one event, and gets three reminders. */
  people: number;
  entries: string[];
  kills: number;
  /** How long it may take. */
  seconds: number;
};

/**
 * Reminders fall due while the clock of each process jumps by two hours and by a day, to and fro, each on its own, and
 * processes are killed.
 */
export async function underJumps({ people, entries, kills, seconds }: JumpOptions) {
  const { rig, db, users } = await seated(people);
  const { random } = rig;
  const began = performance.now();
  const left = () => seconds - (performance.now() - began) / 1000;
  const fleet = createFleet(rig, db, entries);
  let jumps = 0;
  let killed = 0;
  const figures = { missed: 0, twice: 0, 'repeated after a lost answer': 0, unknown: 0 };
  for (const [i, wave] of WAVES.entries()) {
    for (const slot of fleet.slots) fleet.set(slot, wave.first + Math.floor(random() * 2) * DAY);
    const before = users.map((user) => user.texts().length);
    const moments = Array.from({ length: Math.round((kills * (i + 1)) / WAVES.length) - killed }, () => random() * 0.9);
    let settled = 0;
    await rig.eventually(
      async () => {
        await sleep(50);
        if (random() < 0.5 && fleet.jump(wave)) jumps += 1;
        settled = await settledOf(db, wave.hours);
        const passed = moments.findIndex((moment) => settled / people >= moment);
        if (passed >= 0 && (await fleet.kill())) killed += moments.splice(passed, 1).length;
        if (moments.length > 0 || settled < people * 0.9) return false;
        // In the end every clock comes to where they are due.
        for (const slot of fleet.slots) if (slot.clock < wave.due) fleet.set(slot, wave.due + HOUR);
        return settled === people;
      },
      () => `the reminders of ${wave.hours} hours before, of which ${settled} are settled\n${fleet.logs()}`,
      left(),
    );
    await judge(db, wave.hours, users, before, figures);
  }
  fleet.stop();
  return {
    reminders: people * WAVES.length,
    kills: killed,
    jumps,
    ...figures,
    seconds: Math.round((performance.now() - began) / 1000),
  };
}

/** The same for a timer and a memory: one wave, some jumps, one kill. */
export async function naiveUnderJumps(people: number) {
  const { rig, db, users } = await seated(people);
  const fleet = createFleet(rig, db, [NAIVE_REMINDERS, NAIVE_REMINDERS]);
  await fleet.atWork();
  const [wave] = WAVES;
  for (const slot of fleet.slots) fleet.set(slot, wave!.first);
  for (let i = 0; i < 20; i += 1) {
    fleet.jump(wave!);
    if (i === 10) await fleet.kill();
    await sleep(50);
  }
  await fleet.atWork();
  for (const slot of fleet.slots) fleet.set(slot, wave!.due + HOUR);
  await sleep(1500);
  fleet.stop();
  const copies = users.map((user) => user.texts().length);
  return { missed: copies.filter((n) => n === 0).length, twice: copies.filter((n) => n > 1).length };
}

/** People who have a seat each at one of the events. */
async function seated(people: number) {
  const rig = await createRig();
  const { db, close } = connect(rig.url, { max: 2, applicationName: 'chaos' });
  onTestFinished(close);
  const users = await arrive(db, rig.telegram, people);
  await watchLeases(db);
  const begin = Temporal.Now.instant().add({ milliseconds: BEGIN }).toString();
  await db.execute(sql`
    with events as (
      insert into event (code, kind, status, zone, begins_at, ends_at, place, reminder_offsets, follow_up_months, created_at, published_at)
      select 'chaos' || i, 'workshop', 'published', 'Asia/Almaty', ${begin}::timestamptz, ${begin}::timestamptz + interval '3 hours',
             'Astana', ${sql.param(WAVES.map(({ hours }) => hours * 60))}::int[], '{}', now() - interval '30 days', now() - interval '30 days'
      from generate_series(1, ${EVENTS}::int) as i
      returning id, code
    ), texts as (
      insert into event_text (event_id, language, title) select id, 'en', code from events
    )
    insert into registration (event_id, person_id, status, created_at, changed_at)
    select events.id, person.id, 'registered', now() - interval '20 days', now() - interval '20 days'
    from person join events on events.code = 'chaos' || (1 + person.id % ${EVENTS}::int)`);
  await db.execute(sql`analyze registration, event`);
  return { rig, db, users };
}

/** How many reminders of the wave have come to their end. */
async function settledOf(db: Db, hours: number): Promise<number> {
  const [row] = await db.execute<{ count: number }>(sql`
    select count(*)::int as count from message
    where kind = 'reminder' and (data ->> 'minutes')::int = ${hours * 60} and state not in ('queued', 'claimed', 'sending')`);
  return row!.count;
}

/** Compares what the outbox says of a wave with what is in the chats. `before`: messages in each chat until then. */
async function judge(
  db: Db,
  hours: number,
  users: TelegramUser[],
  before: number[],
  figures: { missed: number; twice: number; 'repeated after a lost answer': number; unknown: number },
): Promise<void> {
  const rows = await db.execute<{ chat: number; state: string; attempts: number; again: boolean }>(sql`
    select person.telegram_id as chat, state, attempts, expires_at = event.begins_at and repeats = 0 as again
    from message join person on person.id = person_id join event on event.id = event_id
    where message.kind = 'reminder' and (data ->> 'minutes')::int = ${hours * 60}`);
  const byChat = new Map(rows.map((row) => [row.chat, row]));
  for (const [i, user] of users.entries()) {
    const copies = user.texts().length - before[i]!;
    const row = byChat.get(user.id);
    if (row?.state === 'unknown') figures.unknown += 1;
    else if (copies === 0) figures.missed += 1;
    // The last one before the beginning is sent once more when its answer was lost, and says so.
    if (copies === 2 && row?.again) figures['repeated after a lost answer'] += 1;
    else if (copies > 1) figures.twice += copies - 1;
  }
}
