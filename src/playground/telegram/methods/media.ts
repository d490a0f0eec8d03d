import type { Message, MessageEntity, ParseMode } from '@grammyjs/types';
import { fileFor } from '../files.ts';
import type { FileKind, Upload } from '../files.ts';
import { captioned, mediaContent } from '../media.ts';
import type { MediaDetails } from '../media.ts';
import { badRequest } from '../refuse.ts';
import { captionOf, deliver, prepare } from '../send.ts';
import type { SendArgs } from '../send.ts';
import type { Handlers, World } from '../world.ts';

type MediaArgs = SendArgs &
  MediaDetails & {
    caption?: string;
    parse_mode?: ParseMode;
    caption_entities?: MessageEntity[];
    show_caption_above_media?: boolean;
    has_spoiler?: boolean;
  };

export const media = {
  sendPhoto: (world, args) => send(world, 'photo', args.photo, args) as Message.PhotoMessage,
  sendDocument: (world, args) => send(world, 'document', args.document, args) as Message.DocumentMessage,
  sendVideo: (world, args) => send(world, 'video', args.video, args) as Message.VideoMessage,
  sendAudio: (world, args) => send(world, 'audio', args.audio, args) as Message.AudioMessage,
  sendVoice: (world, args) => send(world, 'voice', args.voice, args) as Message.VoiceMessage,
  sendAnimation: (world, args) => send(world, 'animation', args.animation, args) as Message.AnimationMessage,
  sendVideoNote: (world, args) => send(world, 'video_note', args.video_note, args) as Message.VideoNoteMessage,
  sendSticker: (world, args) => send(world, 'sticker', args.sticker, args) as Message.StickerMessage,

  sendMediaGroup(world, args) {
    const items = args.media as unknown as GroupItem[];
    if (!Array.isArray(items)) throw badRequest('expected an Array of InputMedia');
    if (items.length > 10) throw badRequest('too many messages to send as an album');
    // "must include 2-10 items"
    if (items.length < 2) throw badRequest('there must be 2-10 items in an album');
    const contents = items.map((item) => groupContent(world, item));
    const kinds = new Set(items.map(({ type }) => (type === 'video' ? 'photo' : type)));
    if (kinds.size > 1) {
      const odd = items.find(({ type }) => type === 'document' || type === 'audio')!;
      throw badRequest(`${odd.type} can't be mixed with other media types`);
    }
    const media_group_id = String(world.next('media group', 13_000_000_000_000));
    const ready = prepare(world, args, contents.length);
    return contents.map((content) => deliver(world, ready, { ...content, media_group_id }) as Message.PhotoMessage);
  },
} satisfies Handlers;

function send(world: World, kind: FileKind, given: Upload | string, args: MediaArgs): Message {
  const caption = captioned.includes(kind) ? captionOf(world, args) : {};
  // Checked before the file: TDLib uploads only once it knows where to.
  const ready = prepare(world, args);
  const content = mediaContent(world, fileFor(world, kind, given), args);
  return deliver(world, ready, {
    ...content,
    ...caption,
    ...(args.show_caption_above_media && caption.caption ? { show_caption_above_media: true } : {}),
    ...(args.has_spoiler ? { has_media_spoiler: true } : {}),
  });
}

export type GroupItem = MediaDetails & {
  type: FileKind;
  media: Upload | string;
  caption?: string;
  parse_mode?: ParseMode;
  caption_entities?: MessageEntity[];
};

const groupable: readonly string[] = ['photo', 'video', 'audio', 'document'];

function groupContent(world: World, item: GroupItem): Partial<Message> {
  if (!groupable.includes(item?.type)) {
    throw badRequest(`can't parse InputMedia: type "${item?.type}" can't be used in sendMediaGroup`);
  }
  return inputMedia(world, item);
}

/** An InputMedia as the content of a message. */
export function inputMedia(world: World, item: GroupItem): Partial<Message> {
  if (!item.media) throw badRequest("can't parse InputMedia: media not found");
  return { ...mediaContent(world, fileFor(world, item.type, item.media), item), ...captionOf(world, item) };
}
