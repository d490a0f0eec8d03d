import { GrammyError } from 'grammy';
import type { PersonCtx } from '../bot/context.ts';
import { payload, type View } from '../bot/view.ts';
import type { Draft } from './draft.ts';

/** Characters that an alert shows (Bot API, answerCallbackQuery). */
const ALERT_LENGTH = 200;

/** The message that asked stays as a record without buttons. It may be gone or too old: that is no error. */
export async function settle(ctx: PersonCtx, draft: Draft, view: View | null): Promise<void> {
  if (draft.promptMessageId === null) return;
  const chat = ctx.chat!.id;
  try {
    if (view && ctx.callbackQuery) {
      const { text, ...other } = payload(view);
      await ctx.api.editMessageText(chat, draft.promptMessageId, text, other);
    } else await ctx.api.editMessageReplyMarkup(chat, draft.promptMessageId);
  } catch (error) {
    if (!(error instanceof GrammyError && error.error_code === 400)) throw error;
  }
}

/** A press that can't count is answered where the person looks, without another message in the chat. */
export async function refuse(ctx: PersonCtx, say: string): Promise<void> {
  if (ctx.callbackQuery) await ctx.answerCallbackQuery({ text: say.slice(0, ALERT_LENGTH), show_alert: true });
  else await ctx.reply(say);
}
