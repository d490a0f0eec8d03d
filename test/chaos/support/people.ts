import { sql } from 'drizzle-orm';
import type { Db } from '../../../src/db/connect.ts';
import type { Telegram, TelegramUser } from '../../../src/playground/telegram/index.ts';

const FIRST = 7_000_000_000;

/** So many people who have agreed and may be written to at any hour; `count` chats with them in Telegram. */
export async function arrive(db: Db, telegram: Telegram, count: number): Promise<TelegramUser[]> {
  await db.execute(sql`
    with arrived as (
      insert into person (telegram_id, language, zone, quiet_from, quiet_to, created_at, seen_at)
      select ${FIRST}::bigint + i, 'en', 'Asia/Almaty', null, null, now() - interval '30 days', now() - interval '30 days'
      from generate_series(1, ${count}::int) as i
      returning id
    )
    insert into consent (person_id, version, language, given_at)
    select id, '2026-11-01', 'en', now() - interval '30 days' from arrived`);
  await db.execute(sql`analyze person, consent`);
  return Array.from({ length: count }, (_, i) => telegram.user({ id: FIRST + i + 1, started: true }));
}

/** An announcement to the first `most` of them that is being sent, as rows: what is under test is how it goes out. */
export async function announce(db: Db, body: string, most = Number.MAX_SAFE_INTEGER): Promise<number> {
  const [made] = await db.execute<{ id: number }>(sql`
    with made as (
      insert into announcement (author_id, audience, state, created_at, confirmed_at, starts_at, started_at)
      select min(id), '{}', 'sending', now(), now(), now(), now() from person
      returning id
    ), texts as (
      insert into announcement_text (announcement_id, language, position, body) select id, 'en', 0, ${body} from made
    ), owed as (
      insert into message (person_id, kind, key, data, announcement_id, bulk, due_at, created_at)
      select person.id, 'announcement', format('announcement:%s:%s', made.id, person.id), '{"language": "en"}',
             made.id, true, now(), now()
      from made, (select id from person order by id limit ${most}::bigint) as person
    )
    select id from made`);
  await db.execute(sql`analyze message`);
  return made!.id;
}

/** How many of them have it how often: `{0: 3, 1: 297}`. */
export function copies(users: TelegramUser[], body: string): Record<number, number> {
  const counts = users.map((user) => user.texts().filter((text) => text === body).length);
  return Object.fromEntries([...Map.groupBy(counts, (n) => n)].map(([n, all]) => [n, all.length]));
}

/** Of `copies`: how many there are beyond one for each. */
export const surplus = (got: Record<number, number>) =>
  Object.entries(got).reduce((sum, [n, people]) => sum + Math.max(0, Number(n) - 1) * people, 0);

/** How many messages of the announcement are in each state. */
export async function statesOf(db: Db): Promise<Record<string, number>> {
  const rows = await db.execute<{ state: string; count: number }>(
    sql`select state, count(*)::int as count from message where announcement_id is not null group by state`,
  );
  return Object.fromEntries(rows.map(({ state, count }) => [state, count]));
}

/** How many of its messages have not come to their end. */
export async function openOf(db: Db): Promise<number> {
  const [row] = await db.execute<{ count: number }>(sql`
    select count(*)::int as count from message
    where announcement_id is not null and state in ('queued', 'claimed', 'sending')`);
  return row!.count;
}

/** Those of them of whose message the outbox says so. */
export async function usersOf(db: Db, users: TelegramUser[], state: 'sent' | 'unknown'): Promise<TelegramUser[]> {
  const rows = await db.execute<{ chat: number }>(sql`
    select telegram_id as chat from message join person on person.id = person_id
    where announcement_id is not null and state = ${state}`);
  const chats = new Set(rows.map(({ chat }) => chat));
  return users.filter(({ id }) => chats.has(id));
}

/** Why messages are `unknown`: `9 no answer, 2 ECONNRESET`. */
export async function reasonsOf(db: Db): Promise<string> {
  const rows = await db.execute<{ reason: string }>(sql`
    select count(*) || ' ' || error as reason from message
    where announcement_id is not null and state = 'unknown' group by error order by count(*) desc`);
  return rows.map(({ reason }) => reason).join(', ');
}
