import type {
  ForceReply,
  InlineKeyboardButton,
  InlineKeyboardMarkup,
  KeyboardButton,
  ReplyKeyboardMarkup,
  ReplyKeyboardRemove,
} from '@grammyjs/types';
import { checkLink, mentionedUser } from './links.ts';
import { badRequest } from './refuse.ts';

export type Markup = InlineKeyboardMarkup | ReplyKeyboardMarkup | ReplyKeyboardRemove | ForceReply;

/** "Exactly one of the optional fields must be used to specify type of the button." */
const actions = [
  'url',
  'callback_data',
  'web_app',
  'login_url',
  'disabled',
  'switch_inline_query',
  'switch_inline_query_current_chat',
  'switch_inline_query_chosen_chat',
  'copy_text',
  'callback_game',
  'pay',
] as const;
const requests = ['request_contact', 'request_location', 'request_poll', 'request_users', 'request_chat'];

/** Telegram's servers take no more; an app shows at most eight buttons in a row. */
const maxButtons = 100;
const maxInRow = 8;

/** Checks a reply_markup as Telegram does; undefined when it holds nothing, such as a keyboard without buttons. */
export function checkMarkup(markup: Markup | undefined): Markup | undefined {
  if (markup === undefined) return undefined;
  if (typeof markup !== 'object' || markup === null || Array.isArray(markup)) {
    throw badRequest('object expected as reply markup');
  }
  if ('keyboard' in markup) {
    const keyboard = checkReplyKeyboard(markup);
    if (keyboard) return keyboard;
  }
  if ('inline_keyboard' in markup) return checkInline(markup);
  if ('remove_keyboard' in markup && markup.remove_keyboard) return markup;
  return 'force_reply' in markup && markup.force_reply ? markup : undefined;
}

/** Some buttons ask for what only a private chat gives. */
export function checkPlace(markup: Markup | undefined, inPrivate: boolean): void {
  if (inPrivate || !markup || !('keyboard' in markup)) return;
  const buttons = markup.keyboard.flat();
  const asks = buttons.some((button) => typeof button !== 'string' && requests.some((request) => request in button));
  if (asks) throw badRequest('phone number can be requested in private chats only');
}

export function checkInline(markup: InlineKeyboardMarkup | undefined): InlineKeyboardMarkup | undefined {
  if (markup?.inline_keyboard === undefined) return undefined;
  const rows = rowsOf<InlineKeyboardButton>(markup.inline_keyboard, 'inline_keyboard').map((row) =>
    row.map((button) => checkInlineButton(button)),
  );
  checkSize(rows);
  return rows.length === 0 ? undefined : { ...markup, inline_keyboard: rows };
}

function checkReplyKeyboard(markup: ReplyKeyboardMarkup): ReplyKeyboardMarkup | undefined {
  const rows = rowsOf<KeyboardButton>(markup.keyboard, 'keyboard').map((row) =>
    row.map((button) => checkKeyboardButton(button)),
  );
  checkSize(rows);
  if (markup.input_field_placeholder !== undefined && markup.input_field_placeholder.length > 64) {
    throw badRequest('input field placeholder is too long');
  }
  return rows.length === 0 ? undefined : { ...markup, keyboard: rows };
}

function rowsOf<Button>(rows: unknown, field: 'keyboard' | 'inline_keyboard'): Button[][] {
  if (!Array.isArray(rows)) throw badRequest(`field "${field}" must be of type Array`);
  if (!rows.every((row) => Array.isArray(row))) {
    const owner = field === 'keyboard' ? '' : ' of the InlineKeyboardMarkup';
    throw badRequest(`field "${field}"${owner} must be an Array of Arrays`);
  }
  return (rows as Button[][]).filter((row) => row.length > 0);
}

function checkSize(rows: unknown[][]): void {
  const tooMany = rows.flat().length > maxButtons || rows.some((row) => row.length > maxInRow);
  if (tooMany) throw badRequest('reply markup is too long');
}

const wrongKey = (reason: string) => badRequest(`can't parse keyboard button: ${reason}`);
const wrongButton = (reason: string) => badRequest(`can't parse inline keyboard button: ${reason}`);

function checkKeyboardButton(button: KeyboardButton): KeyboardButton {
  if (typeof button !== 'string' && (typeof button !== 'object' || button === null)) {
    throw wrongKey('KeyboardButton must be a String or an Object');
  }
  const text = typeof button === 'string' ? button : button.text;
  if (text === undefined) throw wrongKey('Can\'t find field "text"');
  if (typeof text !== 'string') throw wrongKey('Field "text" must be of type String');
  if (text.trim() === '') throw badRequest('keyboard button text must be non-empty');
  if (typeof button === 'string') return { text };
  return button;
}

function checkInlineButton(button: InlineKeyboardButton): InlineKeyboardButton {
  if (typeof button !== 'object' || button === null || Array.isArray(button)) {
    throw wrongButton('InlineKeyboardButton must be an Object');
  }
  if (button.text === undefined) throw wrongButton('Can\'t find field "text"');
  if (typeof button.text !== 'string') throw wrongButton('Field "text" must be of type String');
  // An empty `url` or `callback_data` counts as not given.
  const fields = button as unknown as Record<string, unknown>;
  const given = actions.filter((action) => {
    const value = fields[action];
    return value !== undefined && (value !== '' || action.startsWith('switch_inline'));
  });
  if (given.length === 0) throw wrongButton('Text buttons are unallowed in the inline keyboard');
  // Telegram silently takes the first of several; the documentation calls it wrong, so a test should notice.
  if (given.length > 1) throw wrongButton(`Exactly one action is allowed, found ${given.join(', ')}`);
  if (button.text.trim() === '') throw badRequest('inline keyboard button text must be non-empty');
  if ('callback_data' in button) {
    const bytes = Buffer.byteLength(button.callback_data, 'utf8');
    if (bytes < 1 || bytes > 64) throw badRequest('BUTTON_DATA_INVALID');
  }
  if ('url' in button) return { ...button, url: buttonUrl(button.url) };
  if ('copy_text' in button) {
    const { length } = button.copy_text.text;
    if (length < 1 || length > 256) throw badRequest('BUTTON_COPY_TEXT_INVALID');
  }
  if ('web_app' in button && !/^https:\/\//i.test(button.web_app.url)) {
    throw badRequest(
      `inline keyboard button Web App URL '${button.web_app.url}' is invalid: Only HTTPS links are allowed`,
    );
  }
  return button;
}

function buttonUrl(given: string): string {
  if (mentionedUser(given) !== undefined) return given;
  const link = checkLink(given);
  if (!link.ok) throw badRequest(`inline keyboard button URL '${given}' is invalid: ${link.reason}`);
  return link.url;
}
