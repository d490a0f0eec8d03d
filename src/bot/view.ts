import { GrammyError } from 'grammy';
import type { InlineKeyboardButton, InlineKeyboardMarkup } from 'grammy/types';
import type { Ctx } from './context.ts';
import type { Html } from './html.ts';

export type Button = { text: string; data: string } | { text: string; url: string };

/** What a person sees: a text and rows of buttons. */
export type View = { text: Html; buttons?: Button[][] };

/** The data of a button: `name:arg:arg`, at most 64 bytes (Bot API, InlineKeyboardButton). Only ids, never words. */
export function data(name: string, ...args: (string | number)[]): string {
  const text = [name, ...args].join(':');
  if (Buffer.byteLength(text) > 64) throw new Error(`callback_data of ${name} is over 64 bytes: pass an id instead.`);
  return text;
}

/** An id out of a pressed button; 0, which no row has, for anything else that a modified app may send. */
export function idOf(argument: string | undefined): number {
  return /^\d{1,15}$/.test(argument ?? '') ? Number(argument) : 0;
}

export function keyboard(rows: Button[][] = []): InlineKeyboardMarkup {
  const button = (b: Button): InlineKeyboardButton =>
    'url' in b ? { text: b.text, url: b.url } : { text: b.text, callback_data: b.data };
  return { inline_keyboard: rows.filter((row) => row.length > 0).map((row) => row.map(button)) };
}

/** The payload of sendMessage and editMessageText. */
export function payload(view: View) {
  return {
    text: view.text.html,
    parse_mode: 'HTML' as const,
    link_preview_options: { is_disabled: true },
    reply_markup: keyboard(view.buttons),
  };
}

export async function send(ctx: Ctx, view: View): Promise<number> {
  const { text, ...other } = payload(view);
  return (await ctx.reply(text, other)).message_id;
}

/** Edits the message whose button was pressed, or sends a new one: fewer messages on a weak network. */
export async function show(ctx: Ctx, view: View): Promise<void> {
  const pressed = ctx.callbackQuery?.message;
  if (!pressed || !('text' in pressed)) return void (await send(ctx, view));
  const { text, ...other } = payload(view);
  try {
    await ctx.editMessageText(text, other);
  } catch (error) {
    if (!(error instanceof GrammyError)) throw error;
    if (error.description.includes('message is not modified')) return;
    await send(ctx, view);
  }
}

/** Rows of `width` buttons. */
export function grid(buttons: Button[], width: number): Button[][] {
  return Array.from({ length: Math.ceil(buttons.length / width) }, (_, row) =>
    buttons.slice(row * width, (row + 1) * width),
  );
}
