import { sql } from 'drizzle-orm';
import type { Update } from 'grammy/types';
import { onTestFinished } from 'vitest';
import { connect, type Db } from '../../../src/db/connect.ts';
import type { TelegramUser } from '../../../src/playground/telegram/index.ts';
import { pressed, said } from '../../support/updates.ts';
import { arrive } from './people.ts';
import { openDoors, postAll } from './post.ts';
import { createRig, MAIN } from './rig.ts';

/** Half of the people have a seat at one of them, the others wait for one. */
const EVENTS = 10;
/** Of each person: gives the seat up or asks for it, votes twice, asks for help. */
const EACH = 4;

/**
 * Updates of many people, a fifth of them twice, in any order, dealt to processes behind a webhook: requests for help, votes,
 * and seats that are given up, each of which goes to the next in line.
 */
export async function shuffled({
  updates: count,
  processes,
  entry = MAIN,
}: {
  updates: number;
  processes: number;
  entry?: string;
}) {
  const rig = await createRig({ floodLimits: false });
  const { db, close } = connect(rig.url, { max: 2, applicationName: 'chaos' });
  onTestFinished(close);
  const people = await arrive(db, rig.telegram, 2 * EVENTS * Math.ceil(count / 1.2 / EACH / 2 / EVENTS));
  await seat(db);
  const updates = people.flatMap((one, i) => of(one, i));
  const answers = new Map<string, number>();
  rig.onCalls.add(({ method, payload }) => {
    const id = String(payload.callback_query_id);
    if (method === 'answerCallbackQuery') answers.set(id, (answers.get(id) ?? 0) + 1);
  });

  const doors = await openDoors(rig, processes, entry);
  const began = performance.now();
  const deliveries = shuffle([...updates, ...updates.filter((_, i) => i % 5 === 0)], rig.random);
  await postAll(doors, deliveries);
  const times = () => [
    ...people.map((one) => one.texts().filter((text) => text.includes('/events') || text === 'help').length),
    ...updates.flatMap(({ callback_query: press }) => (press ? [answers.get(press.id) ?? 0] : [])),
  ];
  const open = () => db.execute(sql`select from inbox where done_at is null limit 1`);
  const handled = async () => (await open()).length === 0 && times().every((n) => n > 0);
  await rig.eventually(handled, () => 'all to be handled', 120);
  const seconds = (performance.now() - began) / 1000;

  const [effects] = await db.execute<Record<string, number>>(sql`
    select (select count(*) from registration where status = 'cancelled')::int as "given up",
           (select count(*) from registration where status = 'registered')::int as "taken by the next",
           (select count(*) from message where kind = 'promoted')::int as "told so",
           (select count(*) from poll_copy where choice = person_id % 3)::int as "votes"`);
  return {
    updates: updates.length,
    deliveries: deliveries.length,
    processes,
    'answered once': times().filter((n) => n === 1).length,
    'more than once': times().filter((n) => n > 1).length,
    ...effects!,
    'updates/s': Math.round(updates.length / seconds),
    exits: rig.exits.length,
  };
}

/** What one person does; the database's ids of people follow their numbers here. */
function of(one: TelegramUser, i: number): Update[] {
  const [first, event, choice] = [1 + i * EACH, 1 + (i % EVENTS), (i + 1) % 3];
  const vote = (poll: number) => ({
    poll_answer: { poll_id: `${poll}:${one.id}`, user: one.user, option_ids: [choice], option_persistent_ids: [] },
  });
  return [
    said(one, first, '/help'),
    pressed(one, first + 1, i % (2 * EVENTS) < EVENTS ? `give_up:${event}` : 'home'),
    { update_id: first + 2, ...vote(1) },
    { update_id: first + 3, ...vote(2) },
  ];
}

/** Ten events, at each of which half of its people have a seat and half wait; two polls, of which each has a copy. */
async function seat(db: Db): Promise<void> {
  await db.execute(sql`
    with made as (
      insert into event (code, kind, status, zone, begins_at, ends_at, seats, created_at)
      select 'e' || i, 'webinar', 'published', 'Asia/Almaty', now() + interval '10 days', now() + interval '11 days',
             (select count(*) / 2 / ${EVENTS}::int from person), now()
      from generate_series(1, ${EVENTS}::int) as i
      returning id
    ), worded as (
      insert into event_text (event_id, language, title) select id, 'en', 'Webinar' from made
    ), seated as (
      insert into registration (event_id, person_id, status, waiting_since, created_at, changed_at)
      select made.id, person.id, status, case status when 'waiting' then now() end, now(), now()
      from person
      join made on made.id = 1 + (person.id - 1) % ${EVENTS}::int
      cross join lateral (select case when (person.id - 1) % ${2 * EVENTS}::int < ${EVENTS}::int then 'registered' else 'waiting' end as status) as given
    ), asked as (
      insert into poll (event_id, question, options, created_at)
      select min(made.id), '?', '["a", "b", "c"]', now() from made, generate_series(1, 2) as i group by i
      returning id
    )
    insert into poll_copy (telegram_poll_id, poll_id, person_id, message_id)
    select asked.id || ':' || telegram_id, asked.id, person.id, 1 from asked, person`);
  await db.execute(sql`analyze registration, poll_copy`);
}

function shuffle<T>(all: T[], random: () => number): T[] {
  return all
    .map((one) => ({ one, at: random() }))
    .toSorted((a, b) => a.at - b.at)
    .map(({ one }) => one);
}
