import type { Message, MessageEntity, ParseMode, ReplyParameters } from '@grammyjs/types';
import { checkMarkup, checkPlace } from './keyboards.ts';
import type { Markup } from './keyboards.ts';
import { format } from './markup/index.ts';
import type { FormattedText } from './markup/index.ts';
import { badRequest, forbidden } from './refuse.ts';
import { post, show } from './world.ts';
import type { Entry, Room, World } from './world.ts';

/** The parameters that all sending methods have in common. */
export interface SendArgs {
  chat_id: number | string;
  reply_parameters?: ReplyParameters;
  reply_to_message_id?: number;
  reply_markup?: Markup;
  protect_content?: boolean;
  message_effect_id?: string;
  allow_paid_broadcast?: boolean;
}

/** A message that may be sent: its chat, its keyboard, what it replies to. */
export interface Ready {
  room: Room;
  markup: Markup | undefined;
  reply: Pick<Entry, 'reply_to' | 'reply_to_chat'>;
  args: SendArgs;
}

/** The chat the bot may write to, or Telegram's reason why it may not. */
export function writableRoom(world: World, chatId: number | string | undefined): Room {
  const room = findRoom(world, chatId);
  const kind = room.chat.type;
  if (kind === 'private') {
    const someone = world.people.get(room.chat.id)!;
    if (someone.deactivated) throw forbidden('user is deactivated');
    if (someone.blocked) throw forbidden('bot was blocked by the user');
    return room;
  }
  const status = room.members.get(world.bot.id) ?? 'left';
  if (status === 'kicked') throw forbidden(`bot was kicked from the ${kind} chat`);
  if (status === 'left') throw forbidden(`bot is not a member of the ${kind} chat`);
  return room;
}

/** A chat that the bot has seen. */
export function findRoom(world: World, chatId: number | string | undefined): Room {
  if (chatId === undefined || chatId === '') throw badRequest('chat_id is empty');
  if (typeof chatId === 'string') {
    // A person is no chat by @username, only a public supergroup is.
    const named = [...world.rooms.values()].find(
      ({ chat }) => chat.type === 'supergroup' && `@${chat.username}`.toLowerCase() === chatId.toLowerCase(),
    );
    if (named) return named;
    throw badRequest('chat not found');
  }
  const room = world.rooms.get(chatId);
  if (room) return room;
  const someone = world.people.get(chatId);
  const met = someone && [...world.rooms.values()].some(({ members }) => members.has(someone.user.id));
  if (met && someone.deactivated) throw forbidden('user is deactivated');
  if (met) throw forbidden("bot can't initiate conversation with a user");
  throw badRequest('chat not found');
}

/** Everything that Telegram checks for any kind of message, floods last: a refused message does not count. */
export function prepare(world: World, args: SendArgs, messages = 1): Ready {
  // In this order: Telegram reads the keyboard before it looks for the chat.
  const markup = checkMarkup(args.reply_markup);
  const room = writableRoom(world, args.chat_id);
  checkPlace(markup, room.chat.type === 'private');
  const reply = repliedTo(world, room, args);
  world.floods.take(room, messages, args.allow_paid_broadcast ?? false);
  return { room, markup, reply, args };
}

/** Puts the bot's message into the chat; what it contains is also in what is returned. */
export function deliver<Content extends Partial<Message>>(
  world: World,
  { room, markup, reply, args }: Ready,
  content: Content,
  extra: Partial<Pick<Entry, 'poll'>> = {},
): Message & Content {
  const entry = post(world, room, 'bot', {
    ...content,
    ...(markup && 'inline_keyboard' in markup ? { reply_markup: markup } : {}),
    ...(args.protect_content ? { has_protected_content: true } : {}),
    ...(args.message_effect_id ? { effect_id: args.message_effect_id } : {}),
  });
  Object.assign(entry, reply, extra);
  if (markup && !('inline_keyboard' in markup)) entry.keyboard = markup;
  world.changed({ kind: 'message', chat_id: room.chat.id, message_id: entry.message.message_id });
  return show(world, room, entry) as Message & Content;
}

function repliedTo(world: World, room: Room, args: SendArgs): Ready['reply'] {
  const { reply_parameters: given } = args;
  const id = given?.message_id ?? args.reply_to_message_id ?? 0;
  if (id <= 0) return {};
  const from = given?.chat_id === undefined ? room : findRoom(world, given.chat_id);
  const original = from.entries.get(id);
  if (original && !original.deleted) {
    return from === room ? { reply_to: id } : { reply_to: id, reply_to_chat: from.chat.id };
  }
  if (given?.allow_sending_without_reply) return {};
  throw badRequest('message to be replied not found');
}

/** Characters as Telegram counts them: code points. */
export const codePoints = (text: string) => Array.from(text).length;

interface Captioned {
  caption?: string;
  parse_mode?: ParseMode;
  caption_entities?: MessageEntity[];
}

/** Text for a message, 1-4096 characters (code points) after parsing. */
export function messageText(
  world: World,
  args: { text?: string; parse_mode?: ParseMode; entities?: MessageEntity[] },
): FormattedText {
  if (!args.text) throw badRequest('message text is empty');
  const { text, entities } = format(args.text, args.parse_mode, args.entities);
  if (text === '') throw badRequest('text must be non-empty');
  if (codePoints(text) > 4096) throw badRequest('message is too long');
  return { text, entities: withPeople(world, entities) };
}

/** The caption of a file, 0-1024 characters (code points) after parsing. */
export function captionOf(world: World, args: Captioned): Pick<Message, 'caption' | 'caption_entities'> {
  if (!args.caption) return {};
  const { text, entities } = format(args.caption, args.parse_mode, args.caption_entities);
  if (codePoints(text) > 1024) throw badRequest('message caption is too long');
  if (text === '') return {};
  return { caption: text, ...(entities.length > 0 ? { caption_entities: withPeople(world, entities) } : {}) };
}

/** Markup mentions people by id alone; a mention of somebody unknown is dropped. */
function withPeople(world: World, entities: MessageEntity[]): MessageEntity[] {
  return entities.flatMap((entity): MessageEntity[] => {
    if (entity.type !== 'text_mention') return [entity];
    const user = world.people.get(entity.user.id)?.user;
    return user ? [{ ...entity, user: structuredClone(user) }] : [];
  });
}
