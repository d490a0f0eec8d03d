import type { MessageEntity } from '@grammyjs/types';

type Found = Extract<MessageEntity['type'], 'bot_command' | 'mention' | 'hashtag' | 'cashtag' | 'url' | 'email'>;

const email = /(?<![\p{L}\p{N}_.+-])[\w.+-]+@(?:[a-z0-9-]+\.)+[a-z]{2,24}(?![\p{L}\p{N}_])/giu;
const url =
  /(?<![\p{L}\p{N}_@.])(?:(?:https?|ftp|tg|ton):\/\/[^\s<>"«»]+|(?:[\p{L}\p{N}-]+\.)+(?:com|org|net|info|kz|kg|tj|uz|az|am|ge|kr|ru|me|io|dev|app|edu|gov|int|eu|uk|de|fr|tv|ai|co|рф|қаз)(?![\p{L}\p{N}_])(?::\d{1,5})?(?:[/?#][^\s<>"«»]*)?)/giu;
const mention = /(?<![\p{L}\p{N}_/])@[a-z0-9_]{3,32}(?![\p{L}\p{N}_])/giu;
const hashtag = /(?<![\p{L}\p{N}_/&#])#[\p{L}\p{N}_]*[\p{L}_][\p{L}\p{N}_]*/gu;
const cashtag = /(?<![\p{L}\p{N}_$])\$[A-Z]{1,8}(?![\p{L}\p{N}_$])/gu;
const command = /(?<![\p{L}\p{N}_/<>])\/[a-z0-9_]{1,64}(?:@[a-z0-9_]{3,32})?(?![\p{L}\p{N}_/<>])/giu;

/** What Telegram finds by itself in any text, whoever wrote it: links, commands, @mentions, #tags. */
export function detect(text: string): MessageEntity[] {
  const found: MessageEntity[] = [];
  const add = (type: Found, pattern: RegExp) => {
    for (const match of text.matchAll(pattern)) {
      // A sentence's full stop or bracket is not part of the address.
      const value = type === 'url' ? match[0].replace(/[.,:;!?'")\]}]+$/u, '') : match[0];
      const entity = { type, offset: match.index, length: value.length };
      if (!found.some((other) => overlaps(other, entity))) found.push(entity);
    }
  };
  add('email', email);
  add('url', url);
  add('bot_command', command);
  add('mention', mention);
  add('hashtag', hashtag);
  add('cashtag', cashtag);
  return found.toSorted((a, b) => a.offset - b.offset);
}

type Span = Pick<MessageEntity, 'offset' | 'length'>;

export const overlaps = (a: Span, b: Span) => a.offset < b.offset + b.length && b.offset < a.offset + a.length;
