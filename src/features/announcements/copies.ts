import { and, eq, inArray, isNotNull, isNull, or, sql, type SQL } from 'drizzle-orm';
import type { DbOrTx, Db, Tx } from '../../db/connect.ts';
import { instantToSql } from '../../db/instant.ts';
import { announcement, announcementText, message, type Json } from '../../db/schema.ts';
import { OUTDATED } from '../../delivery/messages.ts';
import { about, cancelOwed, releaseOwed } from '../../delivery/outbox.ts';
import { oweNotices } from './notices.ts';
import { again, refusal, take, type Decision, type State } from './steps.ts';
import { decidedBy, type Organizer, type Row, type Text } from './store.ts';

/*
 * What is in people's chats already. Each copy is corrected, or deleted, by a row of the outbox of its own, which waits out
 * a 429 and goes on after a crash: `announcement_edit:<revision>:<copy>`, `announcement_recall:<copy>`.
 *
 * A copy that is on its way at that moment, or is just being opened from a digest, has no id at Telegram yet. It is marked
 * (OUTDATED in its data), and gets its row when it has landed. That is settled by its row's lock: either the mark is made before the copy is marked as sent,
 * or it is among the copies that are there already, which are looked for after it.
 */
export const SENT: State[] = ['sending', 'paused', 'stopped', 'finished'];

/** Hours after which Telegram deletes nothing any more (Bot API, deleteMessage). */
const RECALLABLE = 48;

/**
 * Puts another text in the place of one that was sent. What is still waiting goes out with the new one. `revision`: of the
 * announcement, grown by the step that leads here, which also makes it unfinished.
 */
export async function correct(
  tx: Tx,
  { id, revision }: Pick<Row, 'id' | 'revision'>,
  { language, ...text }: Text,
  now: Temporal.Instant,
): Promise<void> {
  await tx
    .update(announcementText)
    .set({ ...text, entities: text.entities as unknown as Json[] })
    .where(and(eq(announcementText.announcementId, id), eq(announcementText.language, language)));
  const reading = and(about.announcement(id), sql`${message.data} ->> 'language' = ${language}`)!;
  await cancelOwed(tx, correctionsOf(reading, revision - 1), 'corrected again');
  await releaseOwed(tx, or(reading, digestsWith(reading)));
  await markOnTheWay(tx, reading);
  await oweCorrections(tx, reading, revision, now);
}

/** Stops what is still waiting, and has what was sent deleted, as far as Telegram does that. */
export async function recall(db: Db, id: number, by: Organizer, now: Temporal.Instant): Promise<Decision> {
  return db.transaction(async (tx) => {
    const only = and(decidedBy(by), isNull(announcement.recalledAt));
    const recalled = await take(
      tx,
      id,
      { from: SENT, only },
      {
        state: sql`case ${announcement.state} when 'finished' then 'finished' else 'stopped' end`,
        recalledAt: now,
        finishedAt: null,
        revision: again,
      },
    );
    if (!recalled) return refusal(tx, id, SENT, by);
    await cancelOwed(tx, about.announcement(id), 'recalled');
    await cancelOwed(tx, correctionsOf(about.announcement(id), recalled.revision - 1), 'recalled');
    await markOnTheWay(tx, about.announcement(id));
    await closeUnopened(tx, id);
    await oweRecalls(tx, about.announcement(id), now);
    await oweNotices(tx, recalled, 'recalled', by.id, now);
    return 'done';
  });
}

/** Named in a digest, and not opened: at this moment it may be on its way to who opens it. */
const unopened = and(isNotNull(message.digestId), isNull(message.telegramMessageId));

async function markOnTheWay(tx: Tx, which: SQL): Promise<void> {
  // Parts of a digest stay `queued` while it is on its way.
  const parts = and(unopened, inArray(message.state, ['queued', 'sent', 'unknown']));
  await tx
    .update(message)
    .set({ data: sql`${message.data} || jsonb_build_object(${OUTDATED}::text, true)` })
    .where(and(which, or(eq(message.state, 'sending'), parts)));
}

/** It can't be opened any more. */
async function closeUnopened(tx: DbOrTx, id: number): Promise<void> {
  await tx
    .update(message)
    .set({ state: 'recalled' })
    .where(and(about.announcement(id), unopened, eq(message.state, 'sent')));
}

/** The digests that name these copies: they are put together anew. */
const digestsWith = (copies: SQL): SQL =>
  sql`${message.id} in (select digest_id from message where ${copies} and digest_id is not null)`;

const inChat = and(eq(message.state, 'sent'), isNotNull(message.telegramMessageId), isNotNull(message.personId));

async function oweCorrections(tx: DbOrTx, which: SQL | undefined, revision: number, now: Temporal.Instant) {
  const at = sql`${instantToSql(now)}::timestamptz`;
  await tx.execute(sql`
    insert into message (person_id, kind, key, data, bulk, repeats, due_at, created_at)
    select person_id, 'announcement_edit', format('announcement_edit:%s:%s', ${revision}::int, id),
           jsonb_build_object('announcement', announcement_id, 'message', id), true, 3, ${at}, ${at}
    from message
    where ${and(which, inChat)}
    order by id
    on conflict (key) do nothing`);
}

/** Who recalls is in a hurry: before all else that is not urgent. */
async function oweRecalls(tx: DbOrTx, which: SQL | undefined, now: Temporal.Instant) {
  const at = sql`${instantToSql(now)}::timestamptz`;
  const fresh = sql`${message.sentAt} > ${at} - ${RECALLABLE} * interval '1 hour'`;
  const first = sql`(
    select least(${at}, min(due_at)) - interval '1 second' from message
    where bulk and state = 'queued' and digest_id is null)`;
  await tx.execute(sql`
    insert into message (person_id, kind, key, data, bulk, repeats, due_at, created_at)
    select person_id, 'announcement_recall', format('announcement_recall:%s', id),
           jsonb_build_object('announcement', announcement_id, 'message', id), true, 3, ${first}, ${at}
    from message
    where ${and(which, inChat, fresh)}
    order by id
    on conflict (key) do nothing`);
}

/** The corrections of these copies, of any revision up to this one. */
const correctionsOf = (copies: SQL, revision: number): SQL => sql`${message.key} in (
  select format('announcement_edit:%s:%s', revision, message.id)
  from message, generate_series(2, ${revision}) as revision
  where ${copies})`;

/**
 * Owes what copies need that were on their way when their text was corrected or recalled and have landed since; and notes
 * which ones are deleted.
 */
export async function catchUp(tx: DbOrTx, id: number, now: Temporal.Instant): Promise<void> {
  const [of] = await tx.select().from(announcement).where(eq(announcement.id, id));
  if (!of) return;
  if (of.recalledAt !== null) await closeUnopened(tx, id);
  const landed = await tx
    .update(message)
    // One that was opened while it was recalled is there all the same.
    .set({ data: sql`${message.data} - ${OUTDATED}::text`, state: 'sent' })
    .where(and(about.announcement(id), outdated))
    .returning({ id: message.id });
  const these = inArray(
    message.id,
    landed.map((one) => one.id),
  );
  if (landed.length > 0 && of.recalledAt === null) await oweCorrections(tx, these, of.revision, now);
  if (landed.length > 0 && of.recalledAt !== null) await oweRecalls(tx, these, now);
  if (of.recalledAt !== null) await noteRecalled(tx, id);
}

/** Which copies are deleted. */
export async function noteRecalled(tx: DbOrTx, id: number): Promise<void> {
  await tx.execute(sql`
    update message set state = 'recalled'
    from message as recall
    where message.announcement_id = ${id} and message.state = 'sent'
      and recall.key = format('announcement_recall:%s', message.id) and recall.state = 'sent'`);
}

/** Copies in chats that have their old text still, or are there though they were recalled. */
export const outdated = and(
  inArray(message.state, ['sent', 'recalled']),
  isNotNull(message.telegramMessageId),
  sql`${message.data} ? ${OUTDATED}::text`,
);

/** A copy in somebody's chat; null: it is not there, or not any more. */
export async function findCopy(
  db: DbOrTx,
  id: number,
): Promise<{ announcementId: number; language: string; messageId: number } | null> {
  const [copy] = await db
    .select()
    .from(message)
    .where(and(eq(message.id, id), inChat));
  if (!copy?.announcementId) return null;
  return {
    announcementId: copy.announcementId,
    language: copy.data.language as string,
    messageId: copy.telegramMessageId!,
  };
}

/** `erased`: in chats that nobody knows any more. */
export type Copies = { fresh: number; late: number; erased: number; unknown: number; waiting: number };

/** How many copies stand how, for who thinks of a recall or a correction: of all texts, or of that in one language. */
export async function countCopies(
  db: DbOrTx,
  id: number,
  now: Temporal.Instant,
  language: string | null = null,
): Promise<Copies> {
  const since = sql`${instantToSql(now)}::timestamptz - ${RECALLABLE} * interval '1 hour'`;
  const [counted] = await db.execute<Copies>(sql`
    select
      (count(*) filter (where state = 'sent' and person_id is not null and sent_at > ${since}))::int as fresh,
      (count(*) filter (where state = 'sent' and person_id is not null and sent_at <= ${since}))::int as late,
      (count(*) filter (where state = 'sent' and person_id is null))::int as erased,
      (count(*) filter (where state = 'unknown'))::int as unknown,
      (count(*) filter (where state in ('queued', 'paused', 'claimed', 'sending')))::int as waiting
    from message
    where announcement_id = ${id} and data ->> 'language' = coalesce(${language}, data ->> 'language')`);
  return counted!;
}
