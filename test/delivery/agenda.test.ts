import { eq, sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { createLog } from '../../src/bot/log.ts';
import { connect, type Db, type Tx } from '../../src/db/connect.ts';
import { event, material, message, registration } from '../../src/db/schema.ts';
import { lookAtEvents, type Occasion } from '../../src/delivery/agenda.ts';
import { afterTheEnd } from '../../src/features/feedback/job.ts';
import { phases } from '../../src/features/materials/store.ts';
import { beforeTheBeginning, dueReminders } from '../../src/features/reminders/job.ts';
import { monthsAfter } from '../../src/features/surveys/job.ts';
import type { TelegramUser } from '../../src/playground/telegram/index.ts';
import { createEvent, seat } from '../support/events.ts';
import { pressAny } from '../support/press.ts';
import { createWorld, type World } from '../support/world.ts';

type Event = typeof event.$inferSelect;

const OCCASIONS = [beforeTheBeginning, phases, afterTheEnd, monthsAfter];
const planner = (db: Db | Tx, occasions = OCCASIONS) => lookAtEvents({ db, log: createLog('silent') }, occasions);

/** What an event owes, to whom. */
async function owed({ db }: World, { id }: Event): Promise<string[]> {
  const rows = await db.select().from(message).where(eq(message.eventId, id));
  return rows.map(({ kind, personId }) => `${kind} ${personId}`).toSorted();
}

test('with nothing due a tick reads no event, no registration and no message', async () => {
  const world = await createWorld();
  const { db, clock } = world;
  const one = await createEvent(world);
  await seat(world, one, await world.arrive('en'));
  await world.tick();
  clock.advance({ minutes: 1 });

  await db.transaction(async (tx) => {
    const scans = async (work: () => Promise<unknown>) => {
      const before = await scansOf(tx);
      await work();
      const after = await scansOf(tx);
      return after.map(({ name, scans }, i) => `${name} ${scans - before[i]!.scans}`);
    };
    expect(await scans(() => planner(tx).run(clock.now()))).toEqual([
      'agenda 2',
      'event 0',
      'message 0',
      'registration 0',
    ]);
    // Control: who does not know when to look looks each minute.
    const due = dueReminders([one.id], one.beginsAt.subtract({ minutes: 30 }));
    expect(await scans(() => tx.execute(due))).toEqual(['agenda 0', 'event 1', 'message 1', 'registration 1']);
  });
});

/** How often this transaction has looked into these tables and their indexes. */
const scansOf = (tx: Tx) =>
  tx.execute<{ name: string; scans: number }>(sql`
    select relname as name, (coalesce(seq_scan, 0) + coalesce(idx_scan, 0))::int as scans
    from pg_stat_xact_user_tables where relname in ('agenda', 'event', 'registration', 'message') order by name`);

test.for([{ hours: 2 }, { hours: 24 }, { hours: -2 }, { hours: -24 }])(
  'a clock that jumps by %o and back: each moment of an event is owed once to everybody, late comers included',
  async (jump) => {
    const world = await createWorld();
    const { db, clock } = world;
    const one = await createEvent(world, { zone: 'UTC', reminderOffsets: [60], followUpMonths: [1] });
    await db.insert(material).values({
      eventId: one.id,
      kind: 'link',
      title: 'Slides',
      url: 'https://example.org',
      phase: 'during',
      addedAt: clock.now(),
    });
    const early = await seat(world, one, await world.arrive('en'), { attended: true });
    const late = [await world.arrive('ru'), await world.arrive('kk')];
    const naive = await naiveFeedback(db, one);
    const tickAt = async (time: Temporal.Instant) => {
      clock.set(time);
      await world.tick();
      await naive.tick(time);
    };
    const { beginsAt, endsAt } = one;
    const moments: { moment: Temporal.Instant; comesLate?: TelegramUser | undefined }[] = [
      { moment: beginsAt.subtract({ minutes: 60 }) },
      { moment: beginsAt },
      { moment: endsAt.add({ minutes: 30 }), comesLate: late[0] },
      { moment: monthsLater(one, 1), comesLate: late[1] },
    ];
    for (const { moment, comesLate } of moments) {
      // The jump passes the moment: from a quarter of an hour before it ahead, or from behind it back.
      const home = moment.add({ minutes: jump.hours > 0 ? -15 : 15 });
      await tickAt(home);
      await tickAt(home.add(jump));
      if (comesLate) await seat(world, one, comesLate, { attended: true });
      await tickAt(home);
      await tickAt(moment.add({ minutes: 15 }));
      await tickAt(moment.add({ hours: 25 }));
    }

    const [first, second] = [await world.row(late[0]!), await world.row(late[1]!)];
    expect(await owed(world, one)).toEqual(
      [
        ...['reminder', 'material', 'feedback_invitation', 'survey_invitation'].map((kind) => `${kind} ${early.id}`),
        ...['feedback_invitation', 'survey_invitation'].map((kind) => `${kind} ${first.id}`),
        `survey_invitation ${second.id}`,
      ].toSorted(),
    );
    expect(await naive.invited(), 'the control forgets who came while the clock was wrong').toEqual([early.id]);
  },
);

/** Control: what fell due since the last tick. */
async function naiveFeedback(db: Db, { id, endsAt }: Event) {
  await db.execute(sql`create table naive (person_id bigint primary key)`);
  const due = endsAt.add({ minutes: 30 });
  let last: Temporal.Instant | null = null;
  return {
    async tick(now: Temporal.Instant): Promise<void> {
      const fellDue = Temporal.Instant.compare(due, now) <= 0 && (!last || Temporal.Instant.compare(due, last) > 0);
      if (fellDue) await db.execute(sql`insert into naive select person_id from registration where event_id = ${id}`);
      if (!last || Temporal.Instant.compare(now, last) > 0) last = now;
    },
    async invited(): Promise<number[]> {
      const rows = await db.execute<{ id: number }>(sql`select person_id as id from naive`);
      await db.execute(sql`drop table naive`);
      return rows.map((row) => row.id);
    },
  };
}

/** An event that ended half an hour ago, and somebody who was marked absent. */
async function ended(world: World) {
  const one = await createEvent(world);
  const user = await world.arrive('en');
  const { id } = await seat(world, one, user, { attended: false });
  world.clock.set(one.endsAt.add({ minutes: 30 }));
  return { one, user, id };
}

const present = (db: Db | Tx, personId: number) =>
  db.update(registration).set({ attended: true }).where(eq(registration.personId, personId));

test('an attendance that is not committed yet when the planner comes by is found by the next tick', async () => {
  const world = await createWorld();
  const { one, id } = await ended(world);
  const other = connect(world.database.url, { max: 1 });
  // Control: who notes that an event is done, under no lock that the change takes as well, never comes back.
  await world.db.execute(sql`create table naive (event_id bigint primary key, invited bigint[])`);
  const naive = () =>
    world.db.execute(sql`
      insert into naive select event.id, array(
        select person_id from registration where event_id = event.id and attended is distinct from false)
      from event on conflict do nothing`);

  await other.db.transaction(async (tx) => {
    await present(tx, id);
    await world.tick();
    await naive();
    expect(await owed(world, one)).toEqual([]);
  });
  await world.tick();
  await naive();
  expect(await owed(world, one)).toEqual([`feedback_invitation ${id}`]);
  expect(await world.db.execute(sql`select invited from naive`)).toEqual([{ invited: [] }]);
  await world.db.execute(sql`drop table naive`);
  await other.close();
});

test('an attendance that is marked while the planner looks at the event is found by the next tick', async () => {
  const world = await createWorld();
  const owner = await world.owner();
  const { one, id } = await ended(world);
  const [seated] = await world.db.select().from(registration);
  const other = connect(world.database.url, { max: 1 });
  const pressed = await other.db.transaction(async (tx) => {
    await planner(tx).run(world.clock.now());
    const press = pressAny(world, owner, `attend:${seated!.id}:1:0`);
    const waiting = sql`select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
    await expect.poll(() => world.db.execute(waiting)).toHaveLength(1);
    return { press };
  });
  await pressed.press;
  expect(await owed(world, one)).toEqual([]);
  await world.tick();
  expect(await owed(world, one)).toEqual([`feedback_invitation ${id}`]);
  await other.close();
});

type Case = {
  what: string;
  event?: Partial<Event>;
  seat?: Parameters<typeof seat>[3];
  /** The planner has looked by then and found nothing due. */
  at(one: Event): Temporal.Instant;
  change(db: Db, one: Event): Promise<unknown>;
  kind: string;
};

const monthsLater = ({ endsAt }: Event, months: number) => endsAt.toZonedDateTimeISO('UTC').add({ months }).toInstant();

const cases: Case[] = [
  {
    what: 'the event ended earlier',
    at: ({ endsAt }) => endsAt.subtract({ minutes: 10 }),
    change: (db, { endsAt }) => db.update(event).set({ endsAt: endsAt.subtract({ minutes: 40 }) }),
    kind: 'feedback_invitation',
  },
  {
    what: 'it was a published one',
    event: { status: 'draft' },
    at: ({ endsAt }) => endsAt.add({ hours: 1 }),
    change: (db) => db.update(event).set({ status: 'published' }),
    kind: 'feedback_invitation',
  },
  {
    what: 'another survey is wanted',
    event: { followUpMonths: [6] },
    seat: { attended: true },
    at: (one) => monthsLater(one, 2).add({ hours: 24 * 9 }),
    change: (db) => db.update(event).set({ followUpMonths: [2, 6] }),
    kind: 'survey_invitation',
  },
  {
    what: 'somebody was there after all',
    seat: { attended: false },
    at: (one) => monthsLater(one, 3).add({ hours: 24 * 9 }),
    change: (db) => db.update(registration).set({ attended: true }),
    kind: 'survey_invitation',
  },
  {
    what: 'somebody had a seat after all',
    seat: { status: 'waiting' },
    at: ({ beginsAt }) => beginsAt.subtract({ hours: 2 }),
    change: (db) => db.update(registration).set({ status: 'registered', waitingSince: null }),
    kind: 'reminder',
  },
  {
    what: 'a material was left out',
    at: ({ beginsAt }) => beginsAt,
    change: (db, { id, beginsAt }) =>
      db
        .insert(material)
        .values({ eventId: id, kind: 'link', title: 'A', url: 'https://x.org', phase: 'during', addedAt: beginsAt }),
    kind: 'material',
  },
];

test.for(cases)('what is due by a changed row is owed by the next tick, whoever changed it: $what', async (one) => {
  const world = await createWorld();
  const { db, clock } = world;
  const of = await createEvent(world, one.event);
  const { id } = await seat(world, of, await world.arrive('en'), one.seat);
  clock.set(one.at(of));
  await world.tick();
  expect(await owed(world, of)).not.toContain(`${one.kind} ${id}`);
  await one.change(db, of);
  await world.tick();
  expect(await owed(world, of)).toContain(`${one.kind} ${id}`);
});

test('an occasion that fails keeps neither the others nor other events from their turn, and is tried again', async () => {
  const world = await createWorld();
  const { db } = world;
  const user = await world.arrive('en');
  const who = await world.row(user);
  const events: Event[] = [];
  for (let i = 0; i < 60; i++) events.push(await createEvent(world));
  for (const one of events) await seat(world, one, user);
  const now = events[0]!.endsAt.add({ minutes: 30 });
  let broken = true;
  const breaks: Occasion = {
    ...beforeTheBeginning,
    async owe(tx, ids) {
      const bad = broken && ids.includes(events[3]!.id);
      await tx.execute(sql`insert into message (person_id, kind, key, data, due_at, created_at)
        select ${who.id}, 'x', 'x:' || id, '{}', now(), ${bad ? sql`null` : sql`now()`}
        from unnest(${sql.param(ids)}::bigint[]) as id on conflict (key) do nothing`);
    },
  };
  const job = planner(db, [breaks, afterTheEnd]);
  const count = (kind: string) => db.$count(message, eq(message.kind, kind));
  await job.run(now);
  expect(await count('feedback_invitation')).toBe(60);
  expect(await count('x')).toBe(60 - 25);
  broken = false;
  await job.run(now.add({ minutes: 1 }));
  expect(await count('feedback_invitation')).toBe(60);
  expect(await count('x')).toBe(60);
});
