import { and, asc, count, desc, eq, inArray, isNotNull, or, sql, type SQL } from 'drizzle-orm';
import type { MessageEntity } from 'grammy/types';
import { PAGE_SIZE, pageAt, type Page } from '../../bot/pages.ts';
import type { Db, DbOrTx, Tx } from '../../db/connect.ts';
import { instantToSql } from '../../db/instant.ts';
import { announcement, announcementText, type Audience, type Json } from '../../db/schema.ts';
import { readingOrder, type Programme } from '../../programme.ts';
import { audienceQuery, languageFor } from './audience.ts';

type Row = typeof announcement.$inferSelect;
export type Text = { language: string; body: string; entities: MessageEntity[] };
/** With its texts, in the order in which the author chose their languages. */
export type Announcement = Row & { texts: Text[] };

export type Input = { texts: Text[]; audience: Audience };

/** Who wants to do something with an announcement. */
export type Organizer = { id: number; owner: boolean };

/** An announcement is decided on by its author or an owner; other organizers see it once it was sent. */
const decidedBy = ({ id, owner }: Organizer): SQL | undefined => (owner ? undefined : eq(announcement.authorId, id));

export function mayDecide({ authorId }: Pick<Row, 'authorId'>, { id, owner }: Organizer): boolean {
  return owner || authorId === id;
}

export async function createDraft(
  tx: Tx,
  authorId: number,
  { texts, audience }: Input,
  now: Temporal.Instant,
): Promise<number> {
  const [made] = await tx
    .insert(announcement)
    .values({ authorId, audience, createdAt: now })
    .returning({ id: announcement.id });
  const announcementId = made!.id;
  await tx.insert(announcementText).values(
    texts.map(({ language, body, entities }, position) => ({
      announcementId,
      language,
      position,
      body,
      entities: entities as unknown as Json[],
    })),
  );
  return announcementId;
}

/**
 * The author changed a draft: it goes, and another one comes, so that the Send button under a preview can only ever send
 * what that preview shows. Null: it is no draft any more.
 */
export async function replaceDraft(
  tx: Tx,
  id: number,
  authorId: number,
  input: Input,
  now: Temporal.Instant,
): Promise<number | null> {
  const gone = await tx
    .delete(announcement)
    .where(and(eq(announcement.id, id), eq(announcement.state, 'draft'), eq(announcement.authorId, authorId)))
    .returning({ id: announcement.id });
  return gone.length === 1 ? createDraft(tx, authorId, input, now) : null;
}

export async function findAnnouncement(db: DbOrTx, id: number): Promise<Announcement | null> {
  const [found] = await withTexts(db, await db.select().from(announcement).where(eq(announcement.id, id)));
  return found ?? null;
}

export async function findText(
  db: DbOrTx,
  announcementId: number,
  language: string,
): Promise<{ text: Text; audience: Audience } | null> {
  const [found] = await db
    .select({ text: announcementText, audience: announcement.audience })
    .from(announcementText)
    .innerJoin(announcement, eq(announcement.id, announcementText.announcementId))
    .where(and(eq(announcementText.announcementId, announcementId), eq(announcementText.language, language)));
  return found ? { text: textOf(found.text), audience: found.audience } : null;
}

/** The latest first: what was sent by anybody, and one's own drafts and discarded ones. */
export async function announcementsPage(
  db: DbOrTx,
  viewer: Organizer,
  page: string | undefined,
): Promise<Page<Announcement>> {
  const visible = viewer.owner ? undefined : or(isNotNull(announcement.confirmedAt), decidedBy(viewer));
  const [all] = await db.select({ total: count() }).from(announcement).where(visible);
  const place = pageAt(all!.total, page);
  const rows = await db
    .select()
    .from(announcement)
    .where(visible)
    .orderBy(desc(announcement.id))
    .limit(PAGE_SIZE)
    .offset(place.first);
  return { ...place, items: await withTexts(db, rows) };
}

async function withTexts(db: DbOrTx, rows: Row[]): Promise<Announcement[]> {
  if (rows.length === 0) return [];
  const ids = rows.map(({ id }) => id);
  const texts = await db
    .select()
    .from(announcementText)
    .where(inArray(announcementText.announcementId, ids))
    .orderBy(asc(announcementText.position));
  return rows.map((row) => ({
    ...row,
    texts: texts.filter(({ announcementId }) => announcementId === row.id).map(textOf),
  }));
}

function textOf({ language, body, entities }: typeof announcementText.$inferSelect): Text {
  return { language, body, entities: entities as unknown as MessageEntity[] };
}

/** `decided`: it was sent or discarded before, or is not there. */
export type Decision = 'done' | 'not yours' | 'decided';

/**
 * Sends a draft, once: of two presses one changes the state. From then on the recipients are fixed, as rows of the outbox,
 * made by one statement, so that they are the audience of one moment. `messageId`: the message whose Send was pressed; it
 * goes on to show the progress.
 */
export async function send(
  db: Db,
  id: number,
  by: Organizer,
  { now, messageId, programme }: { now: Temporal.Instant; messageId: number; programme: Programme },
): Promise<Decision> {
  return db.transaction(async (tx) => {
    const [confirmed] = await tx
      .update(announcement)
      .set({ state: 'sending', confirmedAt: now, confirmedBy: by.id, progressMessageId: messageId })
      .where(and(eq(announcement.id, id), eq(announcement.state, 'draft'), decidedBy(by)))
      .returning();
    const [sent] = confirmed ? await withTexts(tx, [confirmed]) : [];
    if (!sent) return undecided(tx, id);
    await oweToAudience(tx, sent, programme, now);
    return 'done';
  });
}

/**
 * Which text somebody gets is fixed with the recipients: what the preview counted, what arrives and what the report says
 * are the same, also when a language is changed meanwhile. The country is not copied: the report asks the person's row
 * for it, so nothing of it is left once that is erased.
 */
async function oweToAudience(
  tx: Tx,
  { id, audience, texts }: Announcement,
  programme: Programme,
  now: Temporal.Instant,
): Promise<void> {
  const given = texts.map(({ language }) => language);
  // By the same rule as the preview, worked out here for each language that somebody may have.
  const textFor = (language: string) => languageFor(readingOrder(programme, language), given);
  const texted = Object.fromEntries(
    [...programme.languages, ...given].map((language) => [language, textFor(language)]),
  );
  const at = sql`${instantToSql(now)}::timestamptz`;
  await tx.execute(sql`
    insert into message (person_id, kind, key, data, announcement_id, bulk, due_at, created_at)
    select id, 'announcement', format('announcement:%s:%s', ${id}::bigint, id),
           jsonb_build_object('language',
             coalesce(${JSON.stringify(texted)}::text::jsonb ->> language, ${textFor(programme.defaultLanguage)}::text)),
           ${id}, true, ${at}, ${at}
    from (${audienceQuery(audience)}) as audience
    where standing = 'reachable'
    order by id`);
}

export async function discard(db: Db, id: number, by: Organizer): Promise<Decision> {
  const rows = await db
    .update(announcement)
    .set({ state: 'cancelled' })
    .where(and(eq(announcement.id, id), eq(announcement.state, 'draft'), decidedBy(by)))
    .returning({ id: announcement.id });
  return rows.length === 1 ? 'done' : undecided(db, id);
}

/** Why a decision had no effect. */
async function undecided(db: DbOrTx, id: number): Promise<Decision> {
  const [found] = await db.select().from(announcement).where(eq(announcement.id, id));
  return found?.state === 'draft' ? 'not yours' : 'decided';
}
