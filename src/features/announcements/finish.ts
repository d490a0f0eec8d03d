import { and, eq, exists, inArray, isNotNull, isNull, or, sql } from 'drizzle-orm';
import type { Db, DbOrTx } from '../../db/connect.ts';
import { announcement, message } from '../../db/schema.ts';
import { about, cancelOwed, owe } from '../../delivery/outbox.ts';
import { catchUp, noteRecalled, outdated } from './copies.ts';
import { align } from './decisions.ts';
import type { Row } from './store.ts';

/** Something of it is still to be done: sent, corrected or deleted. */
const unfinished = and(isNotNull(announcement.startedAt), isNull(announcement.finishedAt));

const OPEN = ['queued', 'paused', 'claimed', 'sending'] as const;

/**
 * True for the one caller who finds that nothing is left to do; the report is owed with it, in each round anew. One that was
 * paused when its last message had gone is finished as well. One that was finished is not any more when a copy has landed
 * since that a correction or a recall did not find: somebody was just opening it.
 */
export async function finish(db: Db, id: number, now: Temporal.Instant): Promise<boolean> {
  const open = db
    .select({ id: message.id })
    .from(message)
    .where(and(about.announcement(id), inArray(message.state, [...OPEN])));
  const late = db
    .select({ id: message.id })
    .from(message)
    .where(and(about.announcement(id), outdated));
  // By itself first: while it goes out, nothing else needs to be looked at.
  if ((await open.limit(1)).length > 0) return false;
  return db.transaction(async (tx) => {
    // Whatever owes more of it holds this lock.
    const [live] = await tx
      .select()
      .from(announcement)
      .where(and(eq(announcement.id, id), or(unfinished, exists(late))))
      .for('update');
    if (!live) return false;
    if (live.finishedAt !== null)
      await tx.update(announcement).set({ finishedAt: null }).where(eq(announcement.id, id));
    await catchUp(tx, id, now);
    const following = sql`
      select from message as copy join message as following on following.key = any(
        array(select format('announcement_edit:%s:%s', revision, copy.id) from generate_series(2, ${live.revision}) as revision)
        || format('announcement_recall:%s', copy.id))
      where copy.announcement_id = ${id} and following.state in ('queued', 'claimed', 'sending')`;
    const [finished] = await tx
      .update(announcement)
      .set({
        state: sql`case ${announcement.state} when 'stopped' then 'stopped' else 'finished' end`,
        finishedAt: now,
      })
      .where(and(eq(announcement.id, id), sql`not exists ${open} and not exists (${following})`))
      .returning();
    if (!finished) return false;
    // Those that were deleted while it was looked whether anything is left to do.
    if (finished.recalledAt !== null) await noteRecalled(tx, id);
    await oweReports(tx, finished, now);
    return true;
  });
}

/** Without announcement_id: they are about the announcement, not some of its messages. */
async function oweReports(
  tx: DbOrTx,
  { id, revision, authorId, confirmedBy }: Row,
  now: Temporal.Instant,
): Promise<void> {
  const readers = new Set([authorId, confirmedBy].filter((reader) => reader !== null));
  const report = { kind: 'announcement_report', data: { announcement: id }, dueAt: now };
  const key = (personId: number) => `announcement_report:${id}:${revision}:${personId}`;
  await owe(
    tx,
    [...readers].map((personId) => ({ ...report, personId, key: key(personId) })),
    now,
  );
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
        unfinished,
        or(
          isNull(announcement.progressAt),
          sql`${announcement.progressAt} <= clock_timestamp() - interval '3 seconds'`,
        ),
      ),
    )
    .returning({ id: announcement.id });
  return rows.length === 1;
}

/** Those that go out at this moment. Asked each second, like those that are due. */
export async function going(db: Db): Promise<number[]> {
  const rows = await db
    .select({ id: announcement.id })
    .from(announcement)
    .where(sql`${announcement.state} = 'sending'`);
  return rows.map(({ id }) => id);
}

/**
 * What no round of the sender notices: people who were erased meanwhile, messages that a process left behind when it died,
 * or that Telegram gave back after the announcement was paused or stopped. Returns those that go on.
 */
export async function tidy(db: Db): Promise<number[]> {
  const rows = await db.select().from(announcement).where(unfinished);
  for (const { id, state } of rows) {
    // Nobody is left to send them to, and the report waits for them.
    await cancelOwed(db, and(about.announcement(id), isNull(message.personId)), 'erased');
    if (state === 'sending' || state === 'paused' || state === 'stopped') await align(db, id, state);
  }
  return rows.map(({ id }) => id);
}
