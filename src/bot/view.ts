import { GrammyError } from 'grammy';
import type { InlineKeyboardButton, InlineKeyboardMarkup } from 'grammy/types';
import type { Ctx } from './context.ts';
import type { Html } from './html.ts';
import type { T } from './i18n.ts';

export type Button = { text: string; data: string } | { text: string; url: string };

/** What a person sees: a text and rows of buttons. */
export type View = { text: Html; buttons?: Button[][] };

/** The data of a button: `name:arg:arg`, at most 64 bytes (Bot API, InlineKeyboardButton). Only ids, never words. */
export function data(name: string, ...args: (string | number)[]): string {
  const text = [name, ...args].join(':');
  if (Buffer.byteLength(text) > 64) throw new Error(`callback_data of ${name} is over 64 bytes: pass an id instead.`);
  return text;
}

/**
 * The data of a button under a message that must stay as it is, because somebody wrote it: what the button opens comes as
 * a message of its own, where `show` would otherwise edit this one. The router takes the mark off.
 */
export const apart = (data: string): string => `${APART}${data}`;
export const APART = '+';

/** An id out of a pressed button; 0, which no row has, for anything else that a modified app may send. */
export function idOf(argument: string | undefined): number {
  return /^\d{1,15}$/.test(argument ?? '') ? Number(argument) : 0;
}

export function keyboard(rows: Button[][] = []): InlineKeyboardMarkup {
  const button = (b: Button): InlineKeyboardButton =>
    'url' in b ? { text: b.text, url: b.url } : { text: b.text, callback_data: b.data };
  return { inline_keyboard: rows.filter((row) => row.length > 0).map((row) => row.map(button)) };
}

/** The payload of sendMessage and editMessageText; an edit without `reply_markup` takes the old buttons away. */
export function payload({ text, buttons }: View) {
  const markup = keyboard(buttons);
  return {
    text: text.html,
    parse_mode: 'HTML' as const,
    link_preview_options: { is_disabled: true },
    ...(markup.inline_keyboard.length > 0 && { reply_markup: markup }),
  };
}

export async function send(ctx: Ctx, view: View): Promise<number> {
  const { text, ...other } = payload(view);
  return (await ctx.reply(text, other)).message_id;
}

/**
 * Edits the message whose button was pressed, or sends a new one: fewer messages on a weak network. Where the pressed
 * message has to stay as it is, `ctx.keepPressed` says so.
 */
export async function show(ctx: Ctx, view: View): Promise<void> {
  const pressed = ctx.keepPressed ? undefined : ctx.callbackQuery?.message;
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

/** The way out of every dead end. */
export const menu = (t: T): Button => ({ text: t('common:main_menu'), data: 'home' });

/** Phones cut longer labels; the whole title stands in the text above the buttons. */
export function shorten(label: string): string {
  const characters = [...label];
  return characters.length <= 30 ? label : `${characters.slice(0, 29).join('').trimEnd()}…`;
}

/** Characters that a message holds once its entities are parsed (Bot API, sendMessage). */
export const MESSAGE_LENGTH = 4096;

/** As many of the last ones as a message holds; tags and line breaks are counted, so some room is left. */
export function lastOf(told: Html[], ...around: Html[]): Html[] {
  let room = MESSAGE_LENGTH - around.reduce((sum, { html }) => sum + html.length + 1, 0);
  const fits = told.findLastIndex(({ html }) => (room -= html.length + 1) < 0);
  return told.slice(fits + 1);
}

/** The beginning of a text with "…" when it is longer. In UTF-16 units, as Telegram counts; never half of a letter. */
export function clip(text: string, longest: number): string {
  if (text.length <= longest) return text;
  return longest < 1 ? '' : `${text.slice(0, longest - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}

/** What somebody typed, or what holds it, in one line of a list. */
export const oneLine = (text: string): string => clip(text.replace(/\s+/g, ' ').trim(), 60).replace(/\s+…$/, '…');

/** Rows of `width` buttons. */
export function grid(buttons: Button[], width: number): Button[][] {
  return Array.from({ length: Math.ceil(buttons.length / width) }, (_, row) =>
    buttons.slice(row * width, (row + 1) * width),
  );
}
