import { GrammyError, HttpError } from 'grammy';
import type { PersonCtx } from '../bot/context.ts';
import { payload, type View } from '../bot/view.ts';
import type { Html } from '../bot/html.ts';
import type { Draft } from './draft.ts';
import type { Kind } from './form.ts';

/** Characters that an alert shows (Bot API, answerCallbackQuery). */
const ALERT_LENGTH = 200;

/**
 * The message that asked stays as a record without buttons. What keeps them from being taken away (it is gone, or too old, or
 * Telegram is away) holds up nobody: buttons carry the draft's revision, so that old ones do nothing.
 */
export async function settle(ctx: PersonCtx, draft: Draft, view: View | null): Promise<void> {
  if (draft.promptMessageId === null) return;
  const chat = ctx.chat!.id;
  try {
    if (view && ctx.callbackQuery) {
      const { text, ...other } = payload(view);
      await ctx.api.editMessageText(chat, draft.promptMessageId, text, other);
    } else await ctx.api.editMessageReplyMarkup(chat, draft.promptMessageId);
  } catch (error) {
    if (!(error instanceof GrammyError || error instanceof HttpError)) throw error;
  }
}

/**
 * In place of the person's keyboard: the button by which their app gives a contact or a place. It comes with a message of its
 * own, because a message has either such a keyboard or the buttons of the form (Bot API, reply_markup).
 */
export async function raiseKeyboard(ctx: PersonCtx, request: NonNullable<Kind['request']>): Promise<void> {
  const button =
    'contact' in request
      ? { text: request.contact, request_contact: true as const }
      : { text: request.location, request_location: true as const };
  const keyboard = { keyboard: [[button]], resize_keyboard: true, one_time_keyboard: true };
  await ctx.reply(ctx.t('forms:or_button'), { reply_markup: keyboard });
}

/** The person's own keyboard again: only a message can take the other one away. `text`: what that message says. */
export async function lowerKeyboard(ctx: PersonCtx, text: Html): Promise<void> {
  await ctx.reply(text.html, { parse_mode: 'HTML', reply_markup: { remove_keyboard: true } });
}

/** A press that can't count is answered where the person looks, without another message in the chat. */
export async function refuse(ctx: PersonCtx, say: string): Promise<void> {
  if (ctx.callbackQuery) await ctx.answerCallbackQuery({ text: say.slice(0, ALERT_LENGTH), show_alert: true });
  else await ctx.reply(say);
}
