import type { MessageEntity, ParseMode } from '@grammyjs/types';
import { checkLink } from '../links.ts';
import { badRequest } from '../refuse.ts';
import { parseHtml } from './html.ts';
import { parseMarkdownV2 } from './markdown.ts';
import { normalise } from './normalise.ts';
import type { FormattedText } from './scan.ts';

export type { FormattedText } from './scan.ts';
export { renderHtml } from './render.ts';

/** Found by Telegram itself; what a sender gives of these is ignored. */
const detected = ['mention', 'hashtag', 'cashtag', 'bot_command', 'url', 'email', 'phone_number', 'bank_card_number'];
const givable = [
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
  'text_mention',
  'custom_emoji',
  'date_time',
];

/**
 * The text as Telegram keeps it: markup parsed (or else the given entities taken), everything normalised. Empty text is for
 * the caller to refuse. Throws Telegram's refusals; offsets and lengths are UTF-16 code units.
 */
export function format(source: string, mode?: ParseMode, given?: readonly MessageEntity[]): FormattedText {
  if (Buffer.byteLength(source, 'utf8') > 32_768) throw badRequest('text is too long');
  return normalise(parse(source, mode, given));
}

function parse(
  source: string,
  mode: ParseMode | undefined,
  given: readonly MessageEntity[] | undefined,
): FormattedText {
  switch (mode?.toLowerCase()) {
    case undefined:
    case '':
    case 'none':
      return { text: source, entities: Array.isArray(given) ? checkGiven(given) : [] };
    case 'html':
      return parseHtml(source);
    case 'markdownv2':
      return parseMarkdownV2(source);
    case 'markdown':
      // A deviation on purpose: the Bot API keeps this mode "for backward compatibility", and a new bot has no reason to use it.
      throw badRequest('the emulator does not read the legacy Markdown mode: use HTML or MarkdownV2');
    default:
      throw badRequest('unsupported parse_mode');
  }
}

const wrongEntity = (reason: string) => badRequest(`can't parse MessageEntity: ${reason}`);

function checkGiven(given: readonly MessageEntity[]): MessageEntity[] {
  return given.flatMap((entity): MessageEntity[] => {
    if (typeof entity !== 'object' || entity === null) throw wrongEntity('expected an Object');
    if (detected.includes(entity.type)) return [];
    if (!givable.includes(entity.type)) throw wrongEntity('Unsupported type specified');
    if (entity.type !== 'text_link') return [structuredClone(entity)];
    const link = checkLink(entity.url ?? '');
    if (!link.ok) throw badRequest(`entity URL '${entity.url}' is invalid: ${link.reason}`);
    return [{ ...entity, url: link.url }];
  });
}
