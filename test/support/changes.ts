import { and, asc, eq } from 'drizzle-orm';
import { event, message, person, registration } from '../../src/db/schema.ts';
import type { TelegramUser } from '../../src/playground/telegram/index.ts';
import { createEvent } from './events.ts';
import { pressAny } from './press.ts';
import { createWorld, type World } from './world.ts';

/** 14:00 in Almaty, ten days from the beginning of the world. */
export const BEGINS = Temporal.Instant.from('2026-12-04T09:00:00Z');

export async function story(given: Parameters<typeof createEvent>[1] = {}) {
  const world = await createWorld();
  const one = await createEvent(world, { beginsAt: BEGINS, ...given });
  const owner = await world.owner();
  return { world, one, owner, registered: people(world, one.id) };
}

/** People who have agreed and stand so with the event, without the dialogs that lead there. */
export function people({ telegram, db, clock }: World, eventId: number) {
  return async (
    language: string,
    status: 'registered' | 'waiting' | 'cancelled',
    zone = 'Asia/Almaty',
  ): Promise<TelegramUser> => {
    const someone = telegram.user({ started: true });
    const now = clock.now();
    const [row] = await db
      .insert(person)
      .values({ telegramId: someone.id, language, zone, createdAt: now, seenAt: now })
      .returning();
    const standing = { status, waitingSince: status === 'waiting' ? now : null, createdAt: now, changedAt: now };
    await db.insert(registration).values({ eventId, personId: row!.id, ...standing });
    return someone;
  };
}

export async function move(world: World, someone: TelegramUser, id: number, begins: string): Promise<void> {
  await pressAny(world, someone, `move:${id}`);
  await someone.send(begins);
  for (const label of ['Keep the duration', 'Keep as it is', 'No link', 'Skip', 'Save and tell everyone'])
    await someone.press(label);
}

/** Owes what is due, with a sender that is not as quick as the organizer. */
export async function owedButNotSent({ app, db }: World): Promise<void> {
  await app.tick();
  await db.update(message).set({ retryAt: Temporal.Instant.from('2999-01-01T00:00:00Z') });
}

export async function rows({ db }: World, eventId: number) {
  return db.select().from(message).where(eq(message.eventId, eventId)).orderBy(asc(message.id));
}

export async function seatsOf({ db }: World, eventId: number) {
  const [one] = await db.select().from(event).where(eq(event.id, eventId));
  const having = async (status: 'registered' | 'waiting') =>
    (
      await db
        .select()
        .from(registration)
        .where(and(eq(registration.eventId, eventId), eq(registration.status, status)))
    ).length;
  return { seats: one!.seats, registered: await having('registered'), waiting: await having('waiting') };
}

/** What is struck through in the last message. */
export function strikes(someone: TelegramUser): string {
  const { text, message } = someone.last();
  return (message.entities ?? [])
    .filter(({ type }) => type === 'strikethrough')
    .map(({ offset, length }) => text.slice(offset, offset + length))
    .join('\n');
}

/** What stands in quotation blocks in the last message. */
export function quotes(someone: TelegramUser): string[] {
  const { text, message } = someone.last();
  return (message.entities ?? [])
    .filter(({ type }) => type === 'blockquote')
    .map(({ offset, length }) => text.slice(offset, offset + length));
}

export const datas = (someone: TelegramUser) =>
  someone
    .last()
    .message.reply_markup?.inline_keyboard.flat()
    .map((button) => ('callback_data' in button ? button.callback_data : null));
