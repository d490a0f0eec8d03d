import { eq } from 'drizzle-orm';
import { Context } from 'grammy';
import type { Update } from 'grammy/types';
import { person } from '../db/schema.ts';
import type { Deps } from './context.ts';

/** The person hears that it was not their fault, in their language, and no button waits for an answer. */
export async function apologize({ db, api, i18n, me }: Deps, update: Update): Promise<void> {
  const ctx = new Context(update, api, me());
  if (ctx.callbackQuery) await ctx.answerCallbackQuery().catch(() => undefined);
  if (!ctx.from || ctx.chat?.type !== 'private') return;
  const [known] = await db.select().from(person).where(eq(person.telegramId, ctx.from.id));
  const t = i18n.t(known?.language ?? ctx.from.language_code ?? '');
  await ctx.reply(t('common:something_failed'));
}
