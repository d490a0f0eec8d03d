import { join } from 'node:path';
import { eq, sql } from 'drizzle-orm';
import type { MessageEntity } from 'grammy/types';
import { onTestFinished } from 'vitest';
import { createApp, type App } from '../../src/app.ts';
import { createLog } from '../../src/bot/log.ts';
import { parseConfig } from '../../src/config.ts';
import { connect } from '../../src/db/connect.ts';
import { announcement, consent, message, role, person, type Audience } from '../../src/db/schema.ts';
import { send } from '../../src/features/announcements/decisions.ts';
import { UNDO } from '../../src/features/announcements/schedule.ts';
import { start } from '../../src/features/announcements/start.ts';
import { createDraft, type Text } from '../../src/features/announcements/store.ts';
import type { TelegramUser } from '../../src/playground/telegram/index.ts';
import { loadProgramme, type Programme } from '../../src/programme.ts';
import { OWNER_ID, ROOT, TOKEN, type World } from '../support/world.ts';

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
  await choose(author, ...audience, '.');
  await author.press({ data: /:ok$/ });
}

/** Presses Send, and waits out the time to undo it. */
export async function pressSend(world: World, author: TelegramUser): Promise<void> {
  await author.press({ data: /^announce_send:/ });
  await begin(world);
}

/** The time to undo is over: what was let go begins. */
export async function begin({ clock, tick }: World): Promise<void> {
  clock.advance({ seconds: UNDO });
  await tick();
}

/** The same for a draft that nobody wrote in the chat. */
export async function sendDraft({ db, clock }: World, id: number, by: number): Promise<void> {
  const at = clock.now();
  const house = { programme: { ...programme, announcements: { approvalAbove: Infinity } }, config: { OWNER_IDS: [] } };
  await db.transaction((tx) => send(tx, id, { id: by, owner: true }, house, { now: at, schedule: null, messageId: 1 }));
  await start(db, id, house, at.add({ seconds: UNDO }));
}

/** A draft that is there already, for tests of what comes after. */
export async function draft(
  { db, clock }: World,
  authorId: number,
  audience: Audience = {},
  texts: Record<string, string> = { en: 'News' },
): Promise<number> {
  const bodies = Object.entries(texts).map(([language, body]): Text => ({ language, body, entities: [], media: null }));
  return db.transaction((tx) => createDraft(tx, authorId, { texts: bodies, audience, buttons: [] }, clock.now()));
}

export async function makeOrganizer({ db, clock, row }: World, user: TelegramUser): Promise<number> {
  const { id } = await row(user);
  await db.insert(role).values({ kind: 'organizer', personId: id, since: clock.now() });
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

/** People who have agreed, without the dialog that leads there. */
export async function settle(
  { telegram, db, clock }: World,
  count: number,
  given: Partial<typeof person.$inferInsert> = {},
): Promise<TelegramUser[]> {
  const users = Array.from({ length: count }, () => telegram.user({ started: true }));
  const now = clock.now();
  const rows = await db
    .insert(person)
    .values(
      users.map(({ id }) => ({
        telegramId: id,
        language: 'en',
        zone: 'Asia/Almaty',
        createdAt: now,
        seenAt: now,
        ...given,
      })),
    )
    .returning();
  await db
    .insert(consent)
    .values(rows.map(({ id, language }) => ({ personId: id, version: 'v1', language, givenAt: now })));
  return users;
}

/** Another process on the same database and the same Telegram. */
export async function anotherApp(
  { telegram, database, clock }: World,
  rules: Partial<Programme['announcements']> = {},
): Promise<App> {
  const server = await telegram.listen();
  onTestFinished(() => server.close());
  const connection = connect(database.url);
  onTestFinished(() => connection.close());
  const app = createApp({
    config: parseConfig({ OWNER_IDS: String(OWNER_ID), TELEGRAM_API_ROOT: server.url, LOG_LEVEL: 'warn' }),
    token: TOKEN,
    programme: { ...programme, announcements: { ...programme.announcements, ...rules } },
    locales: join(ROOT, 'locales'),
    connection,
    clock,
    log: createLog('warn'),
    perSecond: 1000,
  });
  await app.init();
  return app;
}

/** From now on updates go to a bot with these rules. */
export async function withRules(world: World, rules: Partial<Programme['announcements']>): Promise<World> {
  const app = await anotherApp(world, rules);
  world.telegram.onUpdate = async (update) => {
    await app.receive([update]);
    await app.drain();
  };
  return {
    ...world,
    app,
    async tick() {
      await app.tick();
      await app.drain();
    },
  };
}
