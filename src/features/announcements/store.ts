import type { EventOf } from '../../bot/routes.ts';
import { idOf } from '../../bot/view.ts';
import { and, asc, count, desc, eq, inArray, isNotNull, or, sql, type SQL } from 'drizzle-orm';
import type { MessageEntity } from 'grammy/types';
import { PAGE_SIZE, pageAt, type Page } from '../../bot/pages.ts';
import type { DbOrTx, Tx } from '../../db/connect.ts';
import { announcement, announcementText, type AnnouncementButton, type Audience, type Json } from '../../db/schema.ts';
import type { Media } from '../../forms/kinds/rich-text.ts';

export type Row = typeof announcement.$inferSelect;
/** A text in one language; with media it is the caption, which may be empty. */
export type Text = { language: string; body: string; entities: MessageEntity[]; media: Media | null };
/** With its texts, in the order in which the author chose their languages. */
export type Announcement = Row & { texts: Text[] };

export type Input = { texts: Text[]; audience: Audience; buttons: AnnouncementButton[] };

/** Who wants to do something with an announcement. */
export type Organizer = { id: number; owner: boolean };

/** An announcement is in the hands of its author, of who pressed Send, and of the owners. */
export const decidedBy = ({ id, owner }: Organizer): SQL | undefined =>
  owner ? undefined : or(eq(announcement.authorId, id), eq(announcement.confirmedBy, id));

export function mayDecide(
  { authorId, confirmedBy }: Pick<Row, 'authorId' | 'confirmedBy'>,
  { id, owner }: Organizer,
): boolean {
  return owner || authorId === id || confirmedBy === id;
}

export async function createDraft(
  tx: Tx,
  authorId: number,
  { texts, audience, buttons }: Input,
  now: Temporal.Instant,
): Promise<number> {
  const [made] = await tx
    .insert(announcement)
    .values({ authorId, audience, buttons, createdAt: now })
    .returning({ id: announcement.id });
  const announcementId = made!.id;
  await tx.insert(announcementText).values(
    texts.map(({ entities, ...text }, position) => ({
      ...text,
      announcementId,
      position,
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

/**
 * One text, and the announcement that it belongs to. Waits for a correction that is just being written down: that looks for
 * copies with the old text, and would miss those that are claimed and rendered before it is done.
 */
export async function findText(
  db: DbOrTx,
  announcementId: number,
  language: string,
): Promise<{ text: Text; of: Row } | null> {
  const [found] = await db
    .select({ text: announcementText, of: announcement })
    .from(announcementText)
    .innerJoin(announcement, eq(announcement.id, announcementText.announcementId))
    .where(and(eq(announcementText.announcementId, announcementId), eq(announcementText.language, language)))
    .for('share', { of: announcementText });
  return found ? { text: textOf(found.text), of: found.of } : null;
}

const ofEvents = (events: number[]) =>
  sql`(${announcement.audience}->'event'->>'id')::bigint = any(${sql.param(events)}::bigint[])`;

/** The latest first: what was let go to the people of these events, and one's own drafts and discarded ones. */
export async function announcementsPage(
  db: DbOrTx,
  viewer: Organizer,
  events: 'all' | number[],
  page: string | undefined,
): Promise<Page<Announcement>> {
  const letGo = and(isNotNull(announcement.confirmedAt), events === 'all' ? undefined : ofEvents(events));
  const visible = viewer.owner ? undefined : or(letGo, decidedBy(viewer));
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

/** What somebody wrote, or let go, and what is not at its end yet. The latest first. */
export async function unfinishedOf(db: DbOrTx, personId: number): Promise<Announcement[]> {
  const live = inArray(announcement.state, ['approval', 'scheduled', 'sending', 'paused']);
  const theirs = or(eq(announcement.authorId, personId), eq(announcement.confirmedBy, personId));
  const rows = await db.select().from(announcement).where(and(live, theirs)).orderBy(desc(announcement.id));
  return withTexts(db, rows);
}

export async function withTexts(db: DbOrTx, rows: Row[]): Promise<Announcement[]> {
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

function textOf({ language, body, entities, media }: typeof announcementText.$inferSelect): Text {
  return { language, body, entities: entities as unknown as MessageEntity[], media };
}

/** The event whose organizers an announcement concerns, by its id: the one whose people get it. */
export const eventOfAnnouncement: EventOf = async (db, [id]) => {
  const [found] = await db
    .select({ audience: announcement.audience })
    .from(announcement)
    .where(eq(announcement.id, idOf(id)));
  return found ? (found.audience.event?.id ?? 'all') : null;
};
