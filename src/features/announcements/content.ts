import type { InlineKeyboardMarkup } from 'grammy/types';
import type { Outgoing } from '../../delivery/messages.ts';
import type { Text } from './store.ts';

type Content = Pick<Text, 'body' | 'entities' | 'media'>;

/** A text as it is sent. Without parse_mode: what the author typed arrives as it was typed, also `<b>`. */
export function sending({ body, entities, media }: Content, reply_markup: InlineKeyboardMarkup): Outgoing {
  const caption = { caption: body, caption_entities: entities, reply_markup };
  switch (media?.kind) {
    case undefined:
      return { method: 'sendMessage', payload: { text: body, entities, reply_markup } };
    case 'photo':
      return { method: 'sendPhoto', payload: { photo: media.fileId, ...caption } };
    case 'document':
      return { method: 'sendDocument', payload: { document: media.fileId, ...caption } };
  }
}

/**
 * The same in the place of what was sent. The buttons are repeated: an edit without them takes them away. A file is always
 * given, even if only its caption is another: an earlier correction, of the file, may not have reached this copy.
 */
export function correcting(
  { body, entities, media }: Content,
  message_id: number,
  reply_markup: InlineKeyboardMarkup,
): Outgoing {
  if (!media) return { method: 'editMessageText', payload: { message_id, text: body, entities, reply_markup } };
  const item = { type: media.kind, media: media.fileId, caption: body, caption_entities: entities };
  return { method: 'editMessageMedia', payload: { message_id, media: item, reply_markup } };
}
