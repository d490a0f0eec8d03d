import { eq, sql } from 'drizzle-orm';
import type { MessageEntity } from 'grammy/types';
import { announcement, message, organizer, person, type Audience } from '../../src/db/schema.ts';
import { createDraft, type Text } from '../../src/features/announcements/store.ts';
import type { TelegramUser } from '../../src/playground/telegram/index.ts';
import { join } from 'node:path';
import { loadProgramme } from '../../src/programme.ts';
import { ROOT, type World } from '../support/world.ts';

/** Presses options of the question that is asked, by their tokens; '.' is "Done". */
export async function choose(user: TelegramUser, ...tokens: string[]): Promise<void> {
  for (const token of tokens) await user.press({ data: new RegExp(`^f:\\d+:\\d+:o:${RegExp.escape(token)}$`) });
}

/** The programme that a world has. */
export const programme = loadProgramme(join(ROOT, 'programme.json'));

type Typed = string | { text: string; entities: MessageEntity[] };

/** Writes an announcement in the chat, up to its preview. `audience`: the tokens of its options, '.' is "Done". */
export async function write(author: TelegramUser, texts: Record<string, Typed>, audience: string[]): Promise<void> {
  await author.send('/announce');
  await answer(author, texts, audience);
}

/** The same, when the form is open already. */
export async function answer(author: TelegramUser, texts: Record<string, Typed>, audience: string[]): Promise<void> {
  await choose(author, ...Object.keys(texts), '.');
  for (const typed of Object.values(texts))
    await (typeof typed === 'string' ? author.send(typed) : author.send(typed.text, { entities: typed.entities }));
  await choose(author, ...audience);
  await author.press({ data: /:ok$/ });
}

export const pressSend = (author: TelegramUser) => author.press({ data: /^announce_send:/ });

/** A draft that is there already, for tests of what comes after. */
export async function draft(
  { db, clock }: World,
  authorId: number,
  audience: Audience = {},
  texts: Record<string, string> = { en: 'News' },
): Promise<number> {
  const bodies = Object.entries(texts).map(([language, body]): Text => ({ language, body, entities: [] }));
  return db.transaction((tx) => createDraft(tx, authorId, { texts: bodies, audience }, clock.now()));
}

export async function makeOrganizer({ db, clock, row }: World, user: TelegramUser): Promise<number> {
  const { id } = await row(user);
  await db.insert(organizer).values({ personId: id, since: clock.now() });
  return id;
}

export async function change(
  { db }: World,
  user: TelegramUser,
  set: Partial<typeof person.$inferInsert>,
): Promise<void> {
  await db.update(person).set(set).where(eq(person.telegramId, user.id));
}

/** How many messages of announcements are in each state. */
export async function states({ db }: World, id?: number): Promise<Record<string, number>> {
  const rows = await db
    .select({ state: message.state, n: sql<number>`count(*)::int` })
    .from(message)
    .where(id === undefined ? sql`announcement_id is not null` : eq(message.announcementId, id))
    .groupBy(message.state);
  return Object.fromEntries(rows.map(({ state, n }) => [state, n]));
}

export async function latest({ db }: World): Promise<typeof announcement.$inferSelect> {
  const [found] = await db
    .select()
    .from(announcement)
    .orderBy(sql`id desc`)
    .limit(1);
  return found!;
}

/** How often a text is in somebody's chat. */
export const copies = (user: TelegramUser, text: string) => user.texts().filter((one) => one === text).length;
