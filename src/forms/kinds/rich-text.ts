import type { MessageEntity } from 'grammy/types';
import type { T } from '../../bot/i18n.ts';
import type { Json } from '../../db/schema.ts';
import type { Kind } from '../form.ts';

/** A text with its formatting. Offsets and lengths of entities count UTF-16 code units (Bot API, MessageEntity). */
export type RichText = { text: string; entities: MessageEntity[] };

/** UTF-16 code units; a message holds 4096 characters (Bot API, sendMessage). */
const LONGEST = 4096;
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

/**
 * A text with bold, links and other formatting, as Telegram's apps write it. The answer is a RichText, exactly as it
 * came: trimming or normalising the text would move it away from under its entities, and Telegram has trimmed it already.
 */
export function richText(t: T): Kind {
  return {
    read({ text, entities = [] }) {
      if (text === undefined) return { kind: 'invalid', say: t('forms:expect_text') };
      const { length } = text;
      if (length > LONGEST) return { kind: 'invalid', say: t('forms:expect_shorter', { count: LONGEST, length }) };
      return {
        kind: 'ok',
        value: { text, entities: entities.filter(({ type }) => KEPT.has(type)) as unknown as Json[] },
      };
    },
    show(value) {
      const characters = [...richTextOf(value).text];
      return characters.length <= SHOWN ? characters.join('') : `${characters.slice(0, SHOWN).join('').trimEnd()}…`;
    },
  };
}

export function richTextOf(value: Json | undefined): RichText {
  return value as unknown as RichText;
}
