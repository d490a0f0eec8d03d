import type { InlineKeyboardButton, KeyboardButton, Message } from '@grammyjs/types';
import { labelOf } from './transcript.ts';
import type { CallbackAnswer, Entry, Room } from './world.ts';

/** A button by its label (exact, or a pattern), or by its callback data. */
export type Target = string | RegExp | { data: string | RegExp };

/** What a press did. */
export type Press =
  /** `answer` is what the bot has said with answerCallbackQuery, if it has by now. */
  | { kind: 'callback'; id: string; answer: CallbackAnswer | undefined }
  | { kind: 'message'; message: Message }
  | { kind: 'url'; url: string }
  | { kind: 'copied'; text: string };

type Effect =
  | { kind: 'callback'; data: string; entry: Entry }
  | { kind: 'text'; text: string }
  | { kind: 'contact'; keyboard: number }
  | { kind: 'url'; url: string }
  | { kind: 'copied'; text: string };

/**
 * Finds the button on the newest message that has it, the open reply keyboard included; with `messageId` on that message, even
 * a deleted one (an app may still show it). Throws with a list of the visible buttons when there is none.
 */
export function pressOn(room: Room, target: Target, messageId?: number): Effect {
  const open = openKeyboard(room);
  const entries =
    messageId === undefined
      ? [...room.entries.values()].filter(({ deleted }) => !deleted).toReversed()
      : [room.entries.get(messageId)].filter((entry) => entry !== undefined);
  for (const entry of entries) {
    for (const button of entry.message.reply_markup?.inline_keyboard.flat() ?? []) {
      if (fits(target, button.text, 'callback_data' in button ? button.callback_data : undefined)) {
        return inlineEffect(button, entry);
      }
    }
    const button =
      entry === open?.entry ? open.buttons.find((one) => fits(target, labelOf(one), undefined)) : undefined;
    if (button !== undefined) return keyboardEffect(button, entry);
  }
  throw new Error(`${describe(target)} is not there to press. ${visible(entries, open?.buttons ?? [])}`);
}

/** The reply keyboard that the person has open: the last one sent, unless removed or its message deleted since. */
function openKeyboard(room: Room): { entry: Entry; buttons: KeyboardButton[] } | undefined {
  const entry = [...room.entries.values()].findLast(({ keyboard }) => keyboard !== undefined);
  if (!entry?.keyboard || entry.deleted || !('keyboard' in entry.keyboard)) return undefined;
  return { entry, buttons: entry.keyboard.keyboard.flat() };
}

function fits(target: Target, label: string, data: string | undefined): boolean {
  if (typeof target === 'string') return label === target;
  if (target instanceof RegExp) return label.search(target) !== -1;
  if (data === undefined) return false;
  return typeof target.data === 'string' ? data === target.data : data.search(target.data) !== -1;
}

function inlineEffect(button: InlineKeyboardButton, entry: Entry): Effect {
  if ('callback_data' in button) return { kind: 'callback', data: button.callback_data, entry };
  if ('url' in button) return { kind: 'url', url: button.url };
  if ('login_url' in button) return { kind: 'url', url: button.login_url.url };
  if ('web_app' in button) return { kind: 'url', url: button.web_app.url };
  if ('copy_text' in button) return { kind: 'copied', text: button.copy_text.text };
  throw new Error(`Nobody can press "${button.text}" here: the emulator knows no ${Object.keys(button).join(', ')}`);
}

function keyboardEffect(button: KeyboardButton, entry: Entry): Effect {
  if (typeof button === 'string') return { kind: 'text', text: button };
  if ('request_contact' in button && button.request_contact)
    return { kind: 'contact', keyboard: entry.message.message_id };
  const other = Object.keys(button).find((field) => field.startsWith('request_') || field === 'web_app');
  if (other) throw new Error(`Nobody can press "${button.text}" here: the emulator knows no ${other}`);
  return { kind: 'text', text: button.text };
}

function describe(target: Target): string {
  if (typeof target === 'string') return `"${target}"`;
  return target instanceof RegExp ? String(target) : `A button with the data ${target.data}`;
}

function visible(entries: Entry[], reply: KeyboardButton[]): string {
  const lines = entries.flatMap(({ message }) => {
    const rows = message.reply_markup?.inline_keyboard ?? [];
    if (rows.length === 0) return [];
    const shown = rows.map((row) => row.map(({ text }) => `[${text}]`).join(' ')).join(' / ');
    return [`message ${message.message_id} "${(message.text ?? message.caption ?? '').slice(0, 40)}": ${shown}`];
  });
  if (reply.length > 0) lines.push(`reply keyboard: ${reply.map((button) => `[${labelOf(button)}]`).join(' ')}`);
  if (lines.length === 0) return 'There are no buttons at all.';
  return `Visible, newest first:\n  ${lines.slice(0, 10).join('\n  ')}`;
}
