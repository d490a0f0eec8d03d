import type { Message, MessageEntity } from 'grammy/types';
import type { T } from '../../bot/i18n.ts';
import type { Json } from '../../db/schema.ts';
import type { Kind, Read } from '../form.ts';
import { fileOf } from './file.ts';

/** A file that the text is the caption of, as Telegram keeps it. */
export type Media = { kind: 'photo' | 'document'; fileId: string };

/** A text with its formatting. Offsets and lengths of entities count UTF-16 code units (Bot API, MessageEntity). */
export type RichText = { text: string; entities: MessageEntity[]; media: Media | null };

/** UTF-16 code units; a message holds 4096 characters (Bot API, sendMessage), a caption 1024 (sendPhoto). */
const LONGEST = { text: 4096, caption: 1024 };
/** Characters. Ten such texts fit into one summary. */
const SHOWN = 150;

/**
 * The entities that a bot gives when it sends. Links, mentions, hashtags and the like are found by Telegram itself, in
 * the text. `text_mention` is left out, so its words stay and the link goes: it holds the name and the id of somebody
 * who may never have agreed that we keep them.
 */
const KEPT = new Set<MessageEntity['type']>([
  'bold',
  'italic',
  'underline',
  'strikethrough',
  'spoiler',
  'blockquote',
  'expandable_blockquote',
  'code',
  'pre',
  'text_link',
  'custom_emoji',
  'date_time',
]);

/** What became of an earlier message: its text can only become another text, its photo another photo. */
type Stays = { media: Media | null; /** The sentence for anything else. */ say: string };

/**
 * A text with bold, links and other formatting, as Telegram's apps write it, alone or under a photo or a document. The
 * answer is a RichText, exactly as it came: trimming or normalising the text would move it away from under its entities,
 * and Telegram has trimmed it already. `stays`: for a message that is sent already; a text alone then keeps its file.
 */
export function richText(t: T, stays?: Stays): Kind {
  const invalid = (say: string): Read => ({ kind: 'invalid', say });
  return {
    read(message) {
      if (message.media_group_id !== undefined) return invalid(t('forms:no_album'));
      const media = mediaOf(message);
      const given = media ? (message.caption ?? '') : message.text;
      if (given === undefined) return invalid(stays?.say ?? t('forms:expect_text_or_file'));
      const fits = !stays || !media || media.kind === stays.media?.kind;
      if (!fits) return invalid(stays.say);
      return checked(t, {
        text: given,
        entities: (message.entities ?? message.caption_entities ?? []).filter(({ type }) => KEPT.has(type)),
        media: media ?? stays?.media ?? null,
      });
    },
    show(value) {
      const { text, media } = richTextOf(value);
      const characters = [...text];
      const shown = characters.length <= SHOWN ? text : `${characters.slice(0, SHOWN).join('').trimEnd()}…`;
      return [media && t(`forms:file_${media.kind}`), shown].filter(Boolean).join(' · ');
    },
  };
}

/** A photo or a document that can be sent on with a caption; null: something else, or nothing. */
function mediaOf(message: Message): Media | null {
  const file = fileOf(message);
  return file?.kind === 'photo' || file?.kind === 'document' ? { kind: file.kind, fileId: file.fileId } : null;
}

function checked(t: T, value: RichText): Read {
  const { length } = value.text;
  if (value.media && length > LONGEST.caption)
    return { kind: 'invalid', say: t('forms:expect_shorter_caption', { count: LONGEST.caption, length }) };
  if (length > LONGEST.text)
    return { kind: 'invalid', say: t('forms:expect_shorter', { count: LONGEST.text, length }) };
  return { kind: 'ok', value: value as unknown as Json };
}

export function richTextOf(value: Json | undefined): RichText {
  return value as unknown as RichText;
}
