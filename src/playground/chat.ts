import { formatDate, formatTime } from '../bot/format/dates.ts';
import { formatBytes } from '../bot/format/quantities.ts';
import type { Actor } from './cast.ts';
import type { ChatMessage } from './telegram/index.ts';

/** A chat as the page shows it; times and sizes are in words already, in the person's language and zone. */
export type Chat = {
  /** False before /start: then a newcomer sees nothing but the button to start. */
  started: boolean;
  blocked: boolean;
  /** What the bot is doing, such as 'typing'. */
  action: string | null;
  messages: Shown[];
  /** The open reply keyboard. */
  keyboard: string[][] | null;
  commands: { command: string; description: string }[];
  /** The bot's answers to presses so far; `alert`: to be closed by hand. */
  answers: { text: string; alert: boolean }[];
};

export type Shown = {
  id: number;
  from: 'me' | 'bot';
  /** Safe, but for the addresses of its links. */
  html: string;
  day: string;
  time: string;
  edited: boolean;
  buttons: ShownButton[][];
  picture?: { src: string; width: number; height: number };
  file?: { src: string; name: string; size: string };
  poll?: ShownPoll;
  /** The text of the message that this one answers. */
  replyTo?: string;
};

export type ShownButton =
  | { text: string; data: string }
  | { text: string; url: string }
  | { text: string; copy: string }
  | { text: string };

export type ShownPoll = {
  question: string;
  description: string;
  options: { text: string; votes: number; mine: boolean }[];
  total: number;
  multiple: boolean;
  voted: boolean;
  closed: boolean;
  canRevote: boolean;
};

export function chatOf({ user, blocked }: Actor, { language, zone }: { language: string; zone: string }): Chat {
  const { chat } = user;
  return {
    started: chat.length > 0,
    blocked,
    action: user.action() ?? null,
    messages: chat.map((message) => shown(message, chat, language, zone)),
    keyboard: keyboardOf(chat),
    commands: chat.length > 0 ? user.commands() : [],
    answers: user.alerts.map(({ text, show_alert }) => ({ text, alert: show_alert })),
  };
}

function shown(message: ChatMessage, chat: readonly ChatMessage[], language: string, zone: string): Shown {
  const at = Temporal.Instant.fromEpochMilliseconds(message.date * 1000);
  const replyTo = chat.find(({ message_id }) => message_id === message.reply_to)?.text;
  return {
    id: message.message_id,
    from: message.from === 'bot' ? 'bot' : 'me',
    html: message.html || contactOf(message),
    day: formatDate(language, at, zone),
    time: formatTime(language, at, zone),
    edited: message.edited,
    buttons: buttonsOf(message),
    ...attached(message, language),
    ...(message.poll && { poll: pollOf(message) }),
    ...(replyTo !== undefined && { replyTo }),
  };
}

/** Digits only, so there is nothing to escape. */
const contactOf = ({ message }: ChatMessage) =>
  message.contact ? `+${message.contact.phone_number.replace(/\D/g, '')}` : '';

function buttonsOf({ reply_markup }: ChatMessage): ShownButton[][] {
  if (!reply_markup || !('inline_keyboard' in reply_markup)) return [];
  return reply_markup.inline_keyboard.map((row) =>
    row.map((button): ShownButton => {
      if ('callback_data' in button) return { text: button.text, data: button.callback_data };
      if ('url' in button) return { text: button.text, url: button.url };
      if ('copy_text' in button) return { text: button.text, copy: button.copy_text.text };
      return { text: button.text };
    }),
  );
}

function keyboardOf(chat: readonly ChatMessage[]): string[][] | null {
  const last = chat.findLast(({ reply_markup: m }) => m && ('keyboard' in m || 'remove_keyboard' in m));
  return last?.reply_markup && 'keyboard' in last.reply_markup ? last.buttons : null;
}

function attached({ photo, document, message }: ChatMessage, language: string): Pick<Shown, 'picture' | 'file'> {
  const src = (id: string) => `/api/files/${encodeURIComponent(id)}`;
  const largest = photo?.at(-1);
  if (largest) return { picture: { src: src(largest.file_id), width: largest.width, height: largest.height } };
  const file = document ?? message.video ?? message.audio ?? message.voice ?? message.video_note;
  if (!file) return {};
  const name = 'file_name' in file && file.file_name !== undefined ? file.file_name : '';
  return { file: { src: src(file.file_id), name, size: formatBytes(language, file.file_size ?? 0) } };
}

function pollOf({ poll, vote }: ChatMessage): ShownPoll {
  const { question, description = '', options, total_voter_count, allows_multiple_answers, is_closed } = poll!;
  return {
    question,
    description,
    options: options.map(({ text, voter_count }, i) => ({ text, votes: voter_count, mine: vote.includes(i) })),
    total: total_voter_count,
    multiple: allows_multiple_answers,
    voted: vote.length > 0,
    closed: is_closed,
    canRevote: poll!.allows_revoting,
  };
}
