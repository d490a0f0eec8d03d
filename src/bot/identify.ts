import { and, eq, isNotNull, lt, or } from 'drizzle-orm';
import type { Context, MiddlewareFn } from 'grammy';
import type { User } from 'grammy/types';
import { person } from '../db/schema.ts';
import type { Ctx, Deps, Person } from './context.ts';

/** Who an update comes from. grammY's `ctx.from` leaves out poll answers, which come without a chat, too. */
export const userOf = (ctx: Context): User | undefined => ctx.from ?? ctx.pollAnswer?.user;

/** Loads who wrote, and their texts. Somebody without consent is no person yet: nothing about them is stored. */
export function identify(deps: Pick<Deps, 'db' | 'clock' | 'i18n' | 'programme'>): MiddlewareFn<Ctx> {
  return async (ctx, next) => {
    const user = userOf(ctx);
    ctx.person = user ? await seen(deps, user.id) : null;
    const wanted = ctx.person?.language ?? user?.language_code;
    ctx.lang = deps.i18n.has(wanted) ? wanted! : deps.programme.defaultLanguage;
    ctx.t = deps.i18n.t(ctx.lang);
    await next();
  };
}

/** Who writes can be reached again. `seenAt` is kept to the hour: retention needs no more, and most updates write nothing. */
async function seen({ db, clock }: Pick<Deps, 'db' | 'clock'>, telegramId: number): Promise<Person | null> {
  const now = clock.now();
  const [known] = await db.select().from(person).where(eq(person.telegramId, telegramId));
  if (!known) return null;
  const hourAgo = now.subtract({ hours: 1 });
  if (known.unreachableSince === null && Temporal.Instant.compare(known.seenAt, hourAgo) >= 0) return known;
  const [updated] = await db
    .update(person)
    .set({ seenAt: now, unreachableSince: null })
    .where(and(eq(person.id, known.id), or(lt(person.seenAt, hourAgo), isNotNull(person.unreachableSince))))
    .returning();
  return updated ?? known;
}
