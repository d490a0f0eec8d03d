import type { InlineKeyboardMarkup, Message } from '@grammyjs/types';
import { isDeepStrictEqual } from 'node:util';
import type { FileKind } from '../files.ts';
import { checkInline } from '../keyboards.ts';
import { badRequest } from '../refuse.ts';
import { captionOf, messageText, writableRoom } from '../send.ts';
import { unixTime } from '../clock.ts';
import { show } from '../world.ts';
import type { Entry, Handlers, Room, World } from '../world.ts';
import { inputMedia } from './media.ts';
import type { GroupItem } from './media.ts';

const notModified =
  'message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message';

type Edited = Message & { edit_date: number };
type Changes = { [K in keyof Message]?: Message[K] | undefined };

const files = ['photo', 'document', 'video', 'audio', 'voice', 'animation'] as const;
const noFile = Object.fromEntries(files.map((kind) => [kind, undefined])) as Changes;
/** "only to an audio for audio albums, only to a document for document albums and to a photo … or a video otherwise" */
const albums: FileKind[][] = [['audio'], ['document'], ['photo', 'video']];
const hasFile = ({ message }: Entry) => files.some((kind) => message[kind] !== undefined);

export const edit = {
  editMessageText(world, args) {
    if (args.rich_message) throw badRequest('the emulator does not know rich messages');
    const { text, entities } = messageText(world, args);
    const { room, entry } = editable(world, args);
    if (entry.message.text === undefined) throw badRequest('there is no text in the message to edit');
    return apply(world, room, entry, args.reply_markup, {
      text,
      entities: entities.length > 0 ? entities : undefined,
      link_preview_options: args.link_preview_options,
    }) as Edited & Message.TextMessage;
  },

  editMessageCaption(world, args) {
    const { caption, caption_entities } = captionOf(world, args);
    const { room, entry } = editable(world, args);
    if (!hasFile(entry)) throw badRequest('there is no caption in the message to edit');
    return apply(world, room, entry, args.reply_markup, {
      caption,
      caption_entities,
      show_caption_above_media: args.show_caption_above_media ? true : undefined,
    });
  },

  editMessageMedia(world, args) {
    const item = args.media as unknown as GroupItem;
    if (!['photo', 'video', 'animation', 'audio', 'document'].includes(item?.type)) {
      throw badRequest(`can't parse InputMedia: type "${item?.type}" is unsupported`);
    }
    const { room, entry } = editable(world, args);
    if (entry.message.voice || (entry.message.text === undefined && !hasFile(entry))) {
      throw badRequest("message media can't be edited");
    }
    const { media_group_id } = entry.message;
    if (
      media_group_id &&
      !albums.some((kinds) => kinds.includes(item.type) && kinds.some((kind) => entry.message[kind]))
    ) {
      throw badRequest("can't change media type in the album");
    }
    const gone: Changes = {
      ...noFile,
      text: undefined,
      entities: undefined,
      link_preview_options: undefined,
      caption: undefined,
      caption_entities: undefined,
    };
    return apply(world, room, entry, args.reply_markup, { ...gone, ...inputMedia(world, item) });
  },

  editMessageReplyMarkup(world, args) {
    const { room, entry } = editable(world, args);
    return apply(world, room, entry, args.reply_markup, {});
  },
} satisfies Handlers;

/** The bot's own message that the arguments name. */
function editable(
  world: World,
  args: {
    chat_id?: number | string;
    message_id?: number;
    inline_message_id?: string;
    reply_markup?: InlineKeyboardMarkup;
  },
): { room: Room; entry: Entry } {
  // Telegram reads the keyboard before it looks for the message.
  checkInline(args.reply_markup);
  if (args.chat_id === undefined && !args.message_id) {
    throw badRequest(args.inline_message_id ? 'MESSAGE_ID_INVALID' : 'message identifier is not specified');
  }
  const room = writableRoom(world, args.chat_id);
  const entry = room.entries.get(args.message_id ?? 0);
  if (!entry || entry.deleted) throw badRequest('message to edit not found');
  // A message with a reply keyboard can't be edited, either: the keyboard is no part of it any more.
  if (entry.author !== 'bot' || entry.message.forward_origin || entry.keyboard) {
    throw badRequest("message can't be edited");
  }
  return { room, entry };
}

/** Applies the changes; without `reply_markup` the keyboard goes away. */
function apply(
  world: World,
  room: Room,
  entry: Entry,
  markup: InlineKeyboardMarkup | undefined,
  changes: Changes,
): Edited {
  const next: Changes = { ...changes, reply_markup: checkInline(markup) };
  const current: Changes = entry.message;
  const keys = Object.keys(next) as (keyof Message)[];
  if (keys.every((key) => isDeepStrictEqual(next[key], current[key]))) throw badRequest(notModified);
  const merged: Changes = { ...current, ...next, edit_date: unixTime(world) };
  for (const key of keys) if (merged[key] === undefined) delete merged[key];
  entry.message = merged as Message;
  world.changed({ kind: 'edited', chat_id: room.chat.id, message_id: entry.message.message_id });
  return show(world, room, entry) as Edited;
}
