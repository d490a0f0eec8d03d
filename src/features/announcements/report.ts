import { and, eq, inArray, isNull, or, sql } from 'drizzle-orm';
import type { Db, DbOrTx } from '../../db/connect.ts';
import { instantToSql } from '../../db/instant.ts';
import { announcement, message } from '../../db/schema.ts';
import { about, cancelOwed, countStates, owe } from '../../delivery/outbox.ts';

/** How many messages of an announcement stand where. All but `held` add up to `total`. */
export type Progress = {
  total: number;
  sent: number;
  blocked: number;
  failed: number;
  unknown: number;
  cancelled: number;
  waiting: number;
  /** Those among `waiting` whose quiet hours have to end first. */
  held: number;
};

export async function progressOf(db: DbOrTx, id: number, now: Temporal.Instant): Promise<Progress> {
  const { queued = 0, claimed = 0, sending = 0, ...settled } = await countStates(db, about.announcement(id));
  const { sent = 0, blocked = 0, failed = 0, unknown = 0, cancelled = 0 } = settled;
  const waiting = queued + claimed + sending;
  const held = await db.$count(
    message,
    and(about.announcement(id), eq(message.state, 'queued'), sql`${message.dueAt} > ${instantToSql(now)}::timestamptz`),
  );
  const total = sent + blocked + failed + unknown + cancelled + waiting;
  return { total, sent, blocked, failed, unknown, cancelled, waiting, held };
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
  /** In Telegram's words. */
  reasons: { reason: string; count: number }[];
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
  const reasons = await db.execute<{ reason: string; count: number }>(sql`
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

/** True for the one caller who finds that nothing is left to send; the report is owed with it. */
export async function finish(db: Db, id: number, now: Temporal.Instant): Promise<boolean> {
  return db.transaction(async (tx) => {
    const open = tx
      .select({ id: message.id })
      .from(message)
      .where(and(about.announcement(id), inArray(message.state, ['queued', 'claimed', 'sending'])));
    const [finished] = await tx
      .update(announcement)
      .set({ state: 'finished', finishedAt: now })
      .where(and(eq(announcement.id, id), eq(announcement.state, 'sending'), sql`not exists ${open}`))
      .returning();
    if (!finished) return false;
    const readers = new Set([finished.authorId, finished.confirmedBy].filter((reader) => reader !== null));
    // Without announcement_id: it is about the announcement, not one of its messages.
    const report = { kind: 'announcement_report', data: { announcement: id }, dueAt: now };
    await owe(
      tx,
      [...readers].map((personId) => ({ ...report, personId, key: `announcement_report:${id}:${personId}` })),
      now,
    );
    return true;
  });
}

/**
 * Every three seconds at most, whoever asks: Telegram lets a bot write once a second to one chat (Bot FAQ), and the
 * answers to the author count as well. By the database's clock, since this is about the pace of calls to Telegram: it
 * must go on in a playground whose clock stands still, and several processes share it.
 */
export async function takeTurn(db: DbOrTx, id: number): Promise<boolean> {
  const rows = await db
    .update(announcement)
    .set({ progressAt: sql`clock_timestamp()` })
    .where(
      and(
        eq(announcement.id, id),
        eq(announcement.state, 'sending'),
        or(
          isNull(announcement.progressAt),
          sql`${announcement.progressAt} <= clock_timestamp() - interval '3 seconds'`,
        ),
      ),
    )
    .returning({ id: announcement.id });
  return rows.length === 1;
}

/** Messages to people who were erased meanwhile: nobody is left to send them to, and the report waits for them. */
export async function cancelErased(db: DbOrTx, id: number): Promise<void> {
  await cancelOwed(db, and(about.announcement(id), isNull(message.personId)), 'erased');
}

export async function unfinished(db: DbOrTx): Promise<number[]> {
  const rows = await db.select({ id: announcement.id }).from(announcement).where(eq(announcement.state, 'sending'));
  return rows.map(({ id }) => id);
}
