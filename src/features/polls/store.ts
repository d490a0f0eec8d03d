import type { EventOf } from '../../bot/routes.ts';
import { idOf } from '../../bot/view.ts';
import { and, count, desc, eq, exists, isNull, sql, type SQL } from 'drizzle-orm';
import type { Person } from '../../bot/context.ts';
import { pageAt, PAGE_SIZE, type Page } from '../../bot/pages.ts';
import type { Db, DbOrTx, Tx } from '../../db/connect.ts';
import { instantToSql } from '../../db/instant.ts';
import { message, poll, pollCopy, registration } from '../../db/schema.ts';
import { cancelOwed } from '../../delivery/outbox.ts';

export type Poll = typeof poll.$inferSelect;
/** `sent`: how many people have it in their chats. `votes`: one number per option. */
export type Results = { poll: Poll; sent: number; answered: number; votes: number[] };

async function findPoll(db: DbOrTx, id: number): Promise<Poll | null> {
  const [found] = await db.select().from(poll).where(eq(poll.id, id));
  return found ?? null;
}

/** The latest first. */
export async function findPolls(db: DbOrTx, eventId: number, wanted?: string): Promise<Page<Poll>> {
  const which = eq(poll.eventId, eventId);
  const at = pageAt(await db.$count(poll, which), wanted);
  const items = await db.select().from(poll).where(which).orderBy(desc(poll.id)).limit(PAGE_SIZE).offset(at.first);
  return { ...at, items };
}

/**
 * Starts a poll: everyone who has a seat at the event now is owed a copy. Who registers later gets none, since a live
 * poll is over in minutes. `recipients`: how many are owed one.
 */
export async function startPoll(
  tx: Tx,
  given: { eventId: number; question: string; options: string[]; createdBy: number; now: Temporal.Instant },
): Promise<{ poll: Poll; recipients: number }> {
  const { now, ...values } = given;
  const [made] = await tx
    .insert(poll)
    .values({ ...values, createdAt: now })
    .returning();
  const at = sql`${instantToSql(now)}::timestamptz`;
  const owed = await tx.execute(sql`
    insert into message (person_id, kind, key, data, event_id, due_at, created_at)
    select person_id, 'poll', concat_ws(':', 'poll', ${made!.id}::bigint, person_id),
           jsonb_build_object('poll', ${made!.id}::bigint), event_id, ${at}, ${at}
    from registration
    where event_id = ${given.eventId} and status = 'registered'
    on conflict (key) do nothing
    returning id`);
  return { poll: made!, recipients: owed.length };
}

/** The poll, if this person should still get a copy: it runs, and they have their seat. */
export async function findRunningFor(db: DbOrTx, id: number, person: Person): Promise<Poll | null> {
  const seat = db
    .select()
    .from(registration)
    .where(
      and(
        eq(registration.eventId, poll.eventId),
        eq(registration.personId, person.id),
        eq(registration.status, 'registered'),
      ),
    );
  const [found] = await db
    .select()
    .from(poll)
    .where(and(eq(poll.id, id), isNull(poll.closedAt), exists(seat)));
  return found ?? null;
}

type Copy = typeof pollCopy.$inferInsert;

/**
 * Keeps which native poll is whose. The poll's row is locked against `closePoll`: either that sees this copy, or this
 * sees that the poll was closed while its copy was on the way, and has it stopped.
 */
export async function keepCopy(tx: Tx, copy: Copy, now: Temporal.Instant): Promise<void> {
  const [of] = await tx.select().from(poll).where(eq(poll.id, copy.pollId)).for('share');
  if (!of) return;
  await tx.insert(pollCopy).values(copy).onConflictDoNothing();
  if (of.closedAt !== null) await oweStops(tx, of, now);
}

export async function findCopy(
  db: DbOrTx,
  pollId: number,
  person: Person,
): Promise<typeof pollCopy.$inferSelect | null> {
  const [found] = await db
    .select()
    .from(pollCopy)
    .where(and(eq(pollCopy.pollId, pollId), eq(pollCopy.personId, person.id)));
  return found ?? null;
}

/**
 * What somebody chose; null: they took it back. A vote in a poll that is closed, that is not ours, or that was sent to
 * somebody else changes nothing.
 */
export async function vote(db: DbOrTx, person: Person, telegramPollId: string, choice: number | null): Promise<void> {
  const running = db
    .select()
    .from(poll)
    .where(and(eq(poll.id, pollCopy.pollId), isNull(poll.closedAt)));
  await db
    .update(pollCopy)
    .set({ choice })
    .where(and(eq(pollCopy.telegramPollId, telegramPollId), eq(pollCopy.personId, person.id), exists(running)));
}

export async function findResults(db: DbOrTx, id: number): Promise<Results | null> {
  const found = await findPoll(db, id);
  if (!found) return null;
  const rows = await db
    .select({ choice: pollCopy.choice, n: count() })
    .from(pollCopy)
    .where(eq(pollCopy.pollId, id))
    .groupBy(pollCopy.choice);
  const votes = found.options.map((_, i) => rows.find(({ choice }) => choice === i)?.n ?? 0);
  return {
    poll: found,
    sent: rows.reduce((sum, { n }) => sum + n, 0),
    answered: votes.reduce((sum, n) => sum + n, 0),
    votes,
  };
}

/**
 * Closes it, once: from then on no vote counts, no copy goes out, those that are out are owed a stop, and those who voted
 * the results.
 */
export async function closePoll(db: Db, id: number, now: Temporal.Instant): Promise<boolean> {
  return db.transaction(async (tx) => {
    const [closed] = await tx
      .update(poll)
      .set({ closedAt: now })
      .where(and(eq(poll.id, id), isNull(poll.closedAt)))
      .returning();
    if (!closed) return false;
    const copies = and(
      eq(message.eventId, closed.eventId),
      eq(message.kind, 'poll'),
      sql`${message.data} ->> 'poll' = ${String(id)}`,
    );
    await cancelOwed(tx, copies, 'the poll is closed');
    await oweStops(tx, closed, now);
    await oweResults(tx, closed, now);
    return true;
  });
}

/**
 * A stop per copy, through the outbox: it keeps the pace, waits out a 429, goes on after a crash, and gives up on a copy
 * that its person deleted. Rejected: a loop of stopPoll in the organizer's own update, which a conference of 500 would
 * hold up for 20 seconds and a crash would leave half done.
 */
const oweStops = (tx: Tx, poll: Poll, now: Temporal.Instant) => oweToHolders(tx, 'poll_stop', poll, sql`true`, now);

const oweResults = (tx: Tx, poll: Poll, now: Temporal.Instant) =>
  oweToHolders(tx, 'poll_results', poll, sql`choice is not null`, now);

/** To those who have a copy of the poll, as far as this is true of it. */
async function oweToHolders(
  tx: Tx,
  kind: string,
  { id, eventId }: Poll,
  which: SQL,
  now: Temporal.Instant,
): Promise<void> {
  const at = sql`${instantToSql(now)}::timestamptz`;
  await tx.execute(sql`
    insert into message (person_id, kind, key, data, event_id, due_at, created_at)
    select person_id, ${kind}, concat_ws(':', ${kind}::text, poll_id, person_id),
           jsonb_build_object('poll', poll_id), ${eventId}::bigint, ${at}, ${at}
    from poll_copy
    where poll_id = ${id} and ${which}
    on conflict (key) do nothing`);
}

/** The event that a poll belongs to, by its id. */
export const eventOfPoll: EventOf = async (db, [id]) => {
  const [found] = await db
    .select({ eventId: poll.eventId })
    .from(poll)
    .where(eq(poll.id, idOf(id)));
  return found?.eventId ?? null;
};
