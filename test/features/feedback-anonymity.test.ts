import { sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import type { Tx } from '../../src/db/connect.ts';
import { answered, person, response } from '../../src/db/schema.ts';
import { submitFeedback } from '../../src/features/feedback/store.ts';
import { createEvent, seat } from '../support/events.ts';
import { answerFeedback, submit } from '../support/feedback.ts';
import { createWorld, type World } from '../support/world.ts';

/*
 * The attacker of these tests may read every table, and the system columns that Postgres keeps with each row. The
 * controls store feedback the naive way, without person and time but otherwise as it comes, and must be found out.
 */

type Submit = (tx: Tx, of: { eventId: number; personId: number }, answers: { useful: string }) => Promise<unknown>;

const naive: Submit = async (tx, { eventId, personId }, answers) => {
  await tx.insert(answered).values({ form: 'feedback', eventId, personId });
  await tx.insert(response).values({ form: 'feedback', eventId, answers });
};

/** Stirred, but without waiting for one another. */
const unlocked: Submit = async (tx, { eventId, personId }, answers) => {
  await tx.insert(answered).values({ form: 'feedback', eventId, personId });
  await tx.execute(sql`
    with old as (delete from response where event_id = ${eventId} returning id, answers)
    insert into response (id, form, event_id, answers)
    select id, 'feedback', ${eventId}, answers
    from (select * from old union all select gen_random_uuid(), ${JSON.stringify(answers)}::text::jsonb) as stirred
    order by random()`);
};

/** How many people's answers the n-th row of the ledger and the n-th answer give away. */
async function pairedByOrder({ db }: World): Promise<number> {
  const [row] = await db.execute<{ pairs: number }>(sql`
    select count(*)::int as pairs
    from (select person_id, row_number() over (order by ctid) as place from answered) as ledger
    join (select answers, row_number() over (order by ctid) as place from response) as answer using (place)
    where answers->>'useful' = person_id::text`);
  return row!.pairs;
}

/** How many answers have but one candidate: the only person whose ledger row the same transaction wrote. */
async function pairedByTransaction({ db }: World): Promise<number> {
  const [row] = await db.execute<{ pairs: number }>(sql`
    select count(*)::int as pairs from (
      select answered.xmin::text from answered join response on response.xmin::text = answered.xmin::text
      group by answered.xmin::text having count(*) = 1) as found`);
  return row!.pairs;
}

/** An event and people who answer with their own id, so that a pair can be recognised. */
async function people(world: World, count: number) {
  const event = await createEvent(world);
  const now = world.clock.now();
  const rows = await world.db
    .insert(person)
    .values(Array.from({ length: count }, () => ({ language: 'en', zone: 'UTC', createdAt: now, seenAt: now })))
    .returning({ id: person.id });
  const say = (submit: Submit, personId: number) =>
    world.db.transaction((tx) => submit(tx, { eventId: event.id, personId }, { useful: String(personId) }));
  return { event, ids: rows.map(({ id }) => id), say };
}

test('after five people have answered, nothing in the database joins an answer to a person', async () => {
  const world = await createWorld();
  const { db, clock } = world;
  const event = await createEvent(world);
  const users = [];
  for (const lang of ['en', 'ru', 'kk', 'ka', 'ko']) {
    const user = await world.arrive(lang);
    await seat(world, event, user);
    users.push(user);
  }
  clock.set(event.endsAt.add({ minutes: 30 }));
  await world.tick();
  for (const user of users) {
    await answerFeedback(user, event.id, { useful: `secret ${user.id}` });
    await submit(user);
  }

  const rows = await db.select().from(response);
  expect(rows).toHaveLength(5);
  for (const row of rows) expect(row).toMatchObject({ personId: null, submittedAt: null, month: 0 });
  expect(new Set(rows.map(({ id }) => id.charAt(14)))).toEqual(new Set(['4'])); // UUIDs of version 7 would hold the time.
  expect(await db.select().from(answered)).toHaveLength(5);

  const tables = await db.execute<{ name: string }>(
    sql`select table_name as name from information_schema.tables where table_schema = 'public'`,
  );
  const holding = [];
  for (const { name } of tables) {
    const found = await db.execute(sql`select 1 from ${sql.identifier(name)} as row where row::text like '%secret%'`);
    if (found.length > 0) holding.push(name);
  }
  expect(holding).toEqual(['response']);
  const [system] = await db.execute(sql`select count(distinct xmin::text)::int as xmins from response`);
  expect(system).toEqual({ xmins: 1 });
  expect(await pairedByTransaction(world)).toBe(0);
});

test('neither the order on disk nor the transaction of thirty answers tells who gave them', async () => {
  const world = await createWorld();
  const { ids, say } = await people(world, 30);
  for (const id of ids) await say(submitFeedback, id);
  expect(await pairedByTransaction(world)).toBe(0);
  // By chance one place is right on average; ten or more are in one of ten million orders.
  expect(await pairedByOrder(world)).toBeLessThan(10);
  expect(await world.db.select().from(response)).toHaveLength(30);
});

test('control: stored as they come, both give everybody away', async () => {
  const world = await createWorld();
  const { ids, say } = await people(world, 30);
  for (const id of ids) await say(naive, id);
  expect(await pairedByTransaction(world)).toBe(30);
  expect(await pairedByOrder(world)).toBe(30);
});

/** Two submissions that meet: the second starts while the first has not committed yet. */
async function meet(world: World, submit: Submit): Promise<void> {
  const { event, ids, say } = await people(world, 5);
  for (const id of ids.slice(2)) await say(submit, id);
  const wrote = Promise.withResolvers<void>();
  const commit = Promise.withResolvers<void>();
  const [one, two] = ids as [number, number];
  const first = world.db.transaction(async (tx) => {
    await submit(tx, { eventId: event.id, personId: one }, { useful: String(one) });
    wrote.resolve();
    await commit.promise;
  });
  await wrote.promise;
  const second = say(submit, two);
  await waitsForLock(world);
  commit.resolve();
  await Promise.all([first, second]);
}

/** Until some statement waits for another transaction. */
async function waitsForLock({ db }: World): Promise<void> {
  for (;;) {
    const rows = await db.execute(
      sql`select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
    );
    if (rows.length > 0) return;
  }
}

test('two who answer at the same moment hide among each other, and no answer is lost', async () => {
  const world = await createWorld();
  await meet(world, submitFeedback);
  expect(await world.db.select().from(response)).toHaveLength(5);
  expect(await pairedByTransaction(world)).toBe(0);
});

test('control: without standing in line, the second is left apart', async () => {
  const world = await createWorld();
  await meet(world, unlocked);
  expect(await pairedByTransaction(world)).toBe(1);
});

test('the same person at the same moment in two transactions: one answer counts', async () => {
  const world = await createWorld();
  const { ids, say } = await people(world, 1);
  const outcomes = await Promise.all([say(submitFeedback, ids[0]!), say(submitFeedback, ids[0]!)]);
  expect(outcomes).toEqual(expect.arrayContaining([{ kind: 'saved' }, { kind: 'already' }]));
  expect(await world.db.select().from(response)).toHaveLength(1);
});
