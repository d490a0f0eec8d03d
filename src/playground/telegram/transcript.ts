import type { Document, KeyboardButton, Message, PhotoSize, Poll, ReactionType } from '@grammyjs/types';
import { renderHtml } from './markup/index.ts';
import type { Markup } from './keyboards.ts';
import { show } from './world.ts';
import type { Entry, Room, World } from './world.ts';

/** One message of a chat as a person sees it now. */
export interface ChatMessage {
  message_id: number;
  /** `me` is the person looking; in a group other people are `them`. */
  from: 'me' | 'bot' | 'them';
  name: string;
  /** Text or caption, without markup; '' when there is none. */
  text: string;
  /** Text or caption with its entities as HTML, safe to put into a page. */
  html: string;
  /** Only when it belongs to a file; then `text` has it, too. */
  caption: string | undefined;
  /** The labels of the inline keyboard, else of the reply keyboard sent along; row by row. */
  buttons: string[][];
  reply_markup: Markup | undefined;
  document: Document | undefined;
  photo: PhotoSize[] | undefined;
  poll: Poll | undefined;
  /** The options that the person looking has chosen in the poll, by position. */
  vote: number[];
  reactions: ReactionType[];
  /** The original when this is a reply. */
  reply_to: number | undefined;
  /** Unix time in seconds. */
  date: number;
  edited: boolean;
  /** All the rest, as the Bot API has it. */
  message: Message;
}

export function transcript(world: World, room: Room, viewer: number): ChatMessage[] {
  return [...room.entries.values()].filter(({ deleted }) => !deleted).map((entry) => seen(world, room, entry, viewer));
}

function seen(world: World, room: Room, entry: Entry, viewer: number): ChatMessage {
  const message = show(world, room, entry);
  const text = message.text ?? message.caption ?? '';
  const markup = message.reply_markup ?? entry.keyboard;
  return {
    message_id: message.message_id,
    from: entry.author === 'bot' ? 'bot' : entry.author === viewer ? 'me' : 'them',
    name: [message.from?.first_name, message.from?.last_name].filter(Boolean).join(' '),
    text,
    html: renderHtml(text, message.entities ?? message.caption_entities),
    caption: message.caption,
    buttons: labels(markup),
    reply_markup: markup,
    document: message.document,
    photo: message.photo,
    poll: message.poll,
    vote: entry.poll?.votes.get(viewer) ?? [],
    reactions: [...entry.reactions.values()].flat(),
    reply_to: message.reply_to_message?.message_id,
    date: message.date,
    edited: message.edit_date !== undefined,
    message,
  };
}

export const labelOf = (button: KeyboardButton) => (typeof button === 'string' ? button : button.text);

function labels(markup: Markup | undefined): string[][] {
  if (markup && 'inline_keyboard' in markup) return markup.inline_keyboard.map((row) => row.map(({ text }) => text));
  if (markup && 'keyboard' in markup) return markup.keyboard.map((row) => row.map((button) => labelOf(button)));
  return [];
}
