import { sql } from 'drizzle-orm';
import type { DbOrTx } from '../../db/connect.ts';
import { instantToSql } from '../../db/instant.ts';
import type { Message } from '../../delivery/messages.ts';
import type { Row } from './store.ts';

/** How many messages of an announcement stand where. All but the last three add up to `total`. */
export type Progress = {
  total: number;
  sent: number;
  blocked: number;
  deactivated: number;
  failed: number;
  unknown: number;
  cancelled: number;
  recalled: number;
  waiting: number;
  /** Those among `waiting` that were put off: quiet hours have to end, or the person's day. */
  held: number;
  /** Those among `waiting` whose hour comes later, by their own clock. */
  later: number;
  /** Messages that went out in the last minute; null: it is too early to say. */
  perMinute: number | null;
};

const WAITING: Message['state'][] = ['queued', 'paused', 'claimed', 'sending'];

type StateCount = { state: Message['state']; count: number; held: number; later: number; latest: number };

export async function progressOf(
  db: DbOrTx,
  { id, startedAt }: Pick<Row, 'id' | 'startedAt'>,
  now: Temporal.Instant,
): Promise<Progress> {
  const at = sql`${instantToSql(now)}::timestamptz`;
  const rows = [
    ...(await db.execute<StateCount>(sql`
      select state, count(*)::int as count,
        (count(*) filter (where held and due_at > ${at}))::int as held,
        (count(*) filter (where not held and due_at > ${at}))::int as later,
        (count(*) filter (where state = 'sent' and sent_at > ${at} - interval '1 minute'))::int as latest
      from message where announcement_id = ${id} group by state`)),
  ];
  const sum = (of: (row: StateCount) => number) => rows.reduce((total, row) => total + of(row), 0);
  const inState = (...states: Message['state'][]) => sum(({ state, count }) => (states.includes(state) ? count : 0));
  const waiting = (of: (row: StateCount) => number) => sum((row) => (WAITING.includes(row.state) ? of(row) : 0));
  return {
    total: inState('sent', 'blocked', 'deactivated', 'failed', 'unknown', 'cancelled', 'recalled', ...WAITING),
    sent: inState('sent'),
    blocked: inState('blocked'),
    deactivated: inState('deactivated'),
    failed: inState('failed'),
    unknown: inState('unknown'),
    cancelled: inState('cancelled'),
    recalled: inState('recalled'),
    waiting: inState(...WAITING),
    held: waiting(({ held }) => held),
    later: waiting(({ later }) => later),
    perMinute: rateOf(
      sum(({ latest }) => latest),
      startedAt,
      now,
    ),
  };
}

/** Seconds after which a rate means something. */
const TELLING = 5;

function rateOf(latest: number, startedAt: Temporal.Instant | null, now: Temporal.Instant): number | null {
  const seconds = startedAt?.until(now).total('seconds') ?? 0;
  return seconds < TELLING ? null : Math.round((latest * 60) / Math.min(60, seconds));
}

/** What became of the corrections, or of the recall, of the copies that were sent. */
export type FollowUp = { done: number; waiting: number; refused: Reason[] };
/** In Telegram's words. */
export type Reason = { reason: string; count: number };

type Outcome = { state: Message['state'] | null; error: string | null; count: number };

/** Of the latest correction of each copy; null: nothing was corrected. */
export async function correctionsOf(db: DbOrTx, { id, revision }: Pick<Row, 'id' | 'revision'>) {
  if (revision === 1) return null;
  const outcomes = await db.execute<Outcome>(sql`
    select state, error, count(*)::int as count
    from (
      select distinct on (copy.id) edit.state, edit.error
      from message as copy
        cross join generate_series(2, ${revision}) as revision
        join message as edit on edit.key = format('announcement_edit:%s:%s', revision, copy.id)
      where copy.announcement_id = ${id}
      order by copy.id, revision desc
    ) as latest
    where state <> 'cancelled'
    group by state, error`);
  return outcomes.length === 0 ? null : followUp(outcomes);
}

/** What stays, since it was too old for a recall, or since nobody knows any more whose chat it is in. */
export type Recall = FollowUp & { late: number; erased: number };

/** Null: it was not recalled. */
export async function recallOf(db: DbOrTx, { id, recalledAt }: Pick<Row, 'id' | 'recalledAt'>): Promise<Recall | null> {
  if (recalledAt === null) return null;
  const outcomes = [
    ...(await db.execute<Outcome & { erased: boolean }>(sql`
      select recall.state, recall.error, copy.person_id is null as erased, count(*)::int as count
      from message as copy left join message as recall on recall.key = format('announcement_recall:%s', copy.id)
      where copy.announcement_id = ${id} and copy.state = 'sent'
      group by recall.state, recall.error, erased`)),
  ];
  const without = (erased: boolean) => outcomes.find((one) => one.state === null && one.erased === erased)?.count ?? 0;
  return { ...followUp(outcomes.filter(({ state }) => state !== null)), late: without(false), erased: without(true) };
}

function followUp(outcomes: Iterable<Outcome>): FollowUp {
  const all = [...outcomes];
  const sum = (some: Outcome[]) => some.reduce((total, { count }) => total + count, 0);
  const waiting = all.filter(({ state }) => WAITING.includes(state!));
  const done = all.filter(({ state }) => state === 'sent');
  const refused = all.filter((one) => !waiting.includes(one) && !done.includes(one));
  return {
    done: sum(done),
    waiting: sum(waiting),
    refused: [...Map.groupBy(refused, ({ error }) => error ?? '—')]
      .map(([reason, some]) => ({ reason, count: sum(some) }))
      .toSorted((a, b) => b.count - a.count),
  };
}

/** How many of those with the same country, or the same text, got it. */
export type Share<Key> = { key: Key; sent: number; total: number };
/** A country's code; ERASED: of somebody who has deleted their data since; null: they have not given one. */
export type CountryKey = string | null;
export const ERASED = 'erased';
export type Breakdown = {
  countries: Share<CountryKey>[];
  /** By the language of the text. */
  languages: Share<string>[];
  reasons: Reason[];
};

type Cell = { country: CountryKey; language: string; sent: boolean; count: number };

export async function breakdownOf(db: DbOrTx, id: number): Promise<Breakdown> {
  const cells = await db.execute<Cell>(sql`
    select case when message.person_id is null then ${ERASED} else person.country end as country,
           message.data ->> 'language' as language, message.state = 'sent' as sent, count(*)::int as count
    from message left join person on person.id = message.person_id
    where message.announcement_id = ${id}
    group by 1, 2, 3
    order by 1, 2`);
  const reasons = await db.execute<Reason>(sql`
    select coalesce(error, '—') as reason, count(*)::int as count
    from message
    where announcement_id = ${id} and state = 'failed'
    group by error
    order by count desc, reason
    limit 10`);
  return {
    countries: sharesBy(cells, ({ country }) => country),
    languages: sharesBy(cells, ({ language }) => language),
    reasons: [...reasons],
  };
}

/** The largest first. */
function sharesBy<Key>(cells: Iterable<Cell>, keyOf: (cell: Cell) => Key): Share<Key>[] {
  const sum = (some: Cell[]) => some.reduce((total, { count }) => total + count, 0);
  return [...Map.groupBy(cells, keyOf)]
    .map(([key, some]) => ({ key, sent: sum(some.filter(({ sent }) => sent)), total: sum(some) }))
    .toSorted((a, b) => b.total - a.total);
}
