import type { MessageEntity } from '@grammyjs/types';
import { byteOffset, linkEntity, unparsable } from './scan.ts';
import type { FormattedText } from './scan.ts';

interface OpenTag {
  name: string;
  attributes: Map<string, string>;
  /** Where its content begins in the resulting text, in UTF-16 code units. */
  offset: number;
}

const simple: Record<string, 'bold' | 'italic' | 'underline' | 'strikethrough' | 'spoiler'> = {
  b: 'bold',
  strong: 'bold',
  i: 'italic',
  em: 'italic',
  u: 'underline',
  ins: 'underline',
  s: 'strikethrough',
  strike: 'strikethrough',
  del: 'strikethrough',
  'tg-spoiler': 'spoiler',
  span: 'spoiler',
};
const others = ['a', 'code', 'pre', 'blockquote', 'tg-emoji', 'tg-time'];

const named: Record<string, string> = { lt: '<', gt: '>', amp: '&', quot: '"' };

/** Bot API, "HTML style". Throws Telegram's refusal for what it can't parse. */
export function parseHtml(source: string): FormattedText {
  const entities: MessageEntity[] = [];
  const open: OpenTag[] = [];
  let text = '';
  let at = 0;

  while (at < source.length) {
    const char = source[at]!;
    if (char === '&') {
      const reference = characterReference(source, at);
      text += reference?.char ?? '&';
      at = reference?.end ?? at + 1;
    } else if (char !== '<') {
      text += char;
      at += 1;
    } else if (source[at + 1] === '/') {
      at = endTag(at);
    } else {
      at = startTag(at);
    }
  }
  const unclosed = open.at(-1);
  if (unclosed) throw unparsable(`Can't find end tag corresponding to start tag "${unclosed.name}"`);
  if (!text.isWellFormed()) {
    throw unparsable(
      'Text contains invalid Unicode characters after decoding HTML entities, check for unmatched surrogate code units',
    );
  }
  return { text, entities: entities.map((entity) => (entity.type === 'code' ? withoutLanguage(entity) : entity)) };

  function startTag(begin: number): number {
    const where = `at byte offset ${byteOffset(source, begin)}`;
    const nameEnd = search(source, /[\s>]/, begin + 1);
    if (nameEnd === -1) throw unparsable(`Unclosed start tag ${where}`);
    const name = source.slice(begin + 1, nameEnd).toLowerCase();
    if (!(name in simple) && !others.includes(name)) throw unparsable(`Unsupported start tag "${name}" ${where}`);

    const attributes = new Map<string, string>();
    let i = nameEnd;
    for (;;) {
      i = skipSpace(source, i);
      if (i >= source.length) throw unparsable(`Unclosed start tag "${name}" ${where}`);
      if (source[i] === '>') break;
      const attributeEnd = search(source, /[\s=>/"']/, i);
      const attribute = source.slice(i, attributeEnd === -1 ? undefined : attributeEnd);
      if (attribute === '') throw unparsable(`Empty attribute name in the tag "${name}" ${where}`);
      i = skipSpace(source, i + attribute.length);
      if (source[i] !== '=') {
        attributes.set(attribute, '');
        continue;
      }
      i = skipSpace(source, i + 1);
      if (i >= source.length) throw unparsable(`Unclosed start tag "${name}" ${where}`);
      const value = attributeValue(source, i);
      if (value.end >= source.length) throw unparsable(`Unclosed start tag ${where}`);
      attributes.set(attribute, value.value);
      i = value.end;
    }
    if (name === 'span' && attributes.get('class') !== 'tg-spoiler') {
      throw unparsable(`Tag "span" must have class "tg-spoiler" ${where}`);
    }
    open.push({ name, attributes, offset: text.length });
    return i + 1;
  }

  function endTag(begin: number): number {
    const where = `at byte offset ${byteOffset(source, begin)}`;
    const tag = open.pop();
    if (!tag) throw unparsable(`Unexpected end tag ${where}`);
    const nameEnd = search(source, /[\s>]/, begin + 2);
    const end = skipSpace(source, nameEnd === -1 ? source.length : nameEnd);
    if (source[end] !== '>') throw unparsable(`Unclosed end tag ${where}`);
    const name = source.slice(begin + 2, nameEnd).toLowerCase();
    // `</>` closes whatever is open.
    if (name !== '' && name !== tag.name) {
      throw unparsable(`Unmatched end tag ${where}, expected "</${tag.name}>", found "</${name}>"`);
    }
    if (text.length > tag.offset) close(tag);
    return end + 1;
  }

  function close({ name, attributes, offset }: OpenTag): void {
    const length = text.length - offset;
    const previous = entities.at(-1);
    const coversTheSame = previous?.offset === offset && previous.length === length;
    const kind = simple[name];
    if (kind) {
      entities.push({ type: kind, offset, length });
    } else if (name === 'a') {
      const link = linkEntity(attributes.get('href') || text.slice(offset), offset, length);
      if (link) entities.push(link);
    } else if (name === 'code') {
      const language = languageOf(attributes);
      if (language && coversTheSame && previous.type === 'pre') previous.language = language;
      // The language travels along until an enclosing `pre` takes it; a lone `code` has none.
      else entities.push({ type: 'code', offset, length, ...(language ? { language } : {}) });
    } else if (name === 'pre') {
      if (coversTheSame && previous.type === 'code' && 'language' in previous) {
        entities.splice(-1, 1, { type: 'pre', offset, length, language: String(previous.language) });
      } else {
        entities.push({ type: 'pre', offset, length });
      }
    } else if (name === 'blockquote') {
      entities.push({ type: attributes.has('expandable') ? 'expandable_blockquote' : 'blockquote', offset, length });
    } else if (name === 'tg-time') {
      const unix_time = Number.parseInt(attributes.get('unix') ?? '', 10) || 0;
      const format = attributes.get('format') ?? '';
      if (!/^(?:r|w?[dD]?[tT]?)$/.test(format)) throw unparsable('Invalid date format used');
      if (unix_time > 0)
        entities.push({ type: 'date_time', offset, length, unix_time, date_time_format: format as 'r' });
    } else {
      const id = attributes.get('emoji-id') ?? '';
      if (!/^[1-9]\d*$/.test(id)) throw unparsable('Invalid custom emoji identifier specified');
      entities.push({ type: 'custom_emoji', offset, length, custom_emoji_id: id });
    }
  }
}

const withoutLanguage = ({ offset, length }: MessageEntity): MessageEntity => ({ type: 'code', offset, length });

const languageOf = (attributes: Map<string, string>) => /^language-(.+)$/s.exec(attributes.get('class') ?? '')?.[1];

function attributeValue(source: string, begin: number): { value: string; end: number } {
  const quote = source[begin];
  if (quote !== '"' && quote !== "'") {
    const token = /^[A-Za-z0-9.-]*/.exec(source.slice(begin))![0];
    const end = begin + token.length;
    if (end < source.length && !/[\s>]/.test(source[end]!)) {
      throw unparsable(`Unexpected end of name token at byte offset ${byteOffset(source, begin)}`);
    }
    return { value: token.toLowerCase(), end };
  }
  let value = '';
  let i = begin + 1;
  while (i < source.length && source[i] !== quote) {
    const reference = source[i] === '&' ? characterReference(source, i) : undefined;
    value += reference?.char ?? source[i];
    i = reference?.end ?? i + 1;
  }
  return { value, end: i + 1 };
}

/** `&lt;`, `&#60;`, `&#x3c;` (the semicolon may be missing); undefined for anything else, which then stays as typed. */
function characterReference(source: string, at: number): { char: string; end: number } | undefined {
  const match = /^&(?:#x([0-9a-f]{1,8})|#(\d{1,8})|([a-z]+));?/i.exec(source.slice(at, at + 12));
  if (!match) return undefined;
  const [whole, hex, decimal, name] = match;
  const end = at + whole.length;
  if (name !== undefined) {
    const char = named[name];
    return char === undefined ? undefined : { char, end };
  }
  const code = hex === undefined ? Number.parseInt(decimal!, 10) : Number.parseInt(hex, 16);
  return code === 0 || code >= 0x10_ff_ff ? undefined : { char: String.fromCodePoint(code), end };
}

function search(source: string, pattern: RegExp, from: number): number {
  const found = source.slice(from).search(pattern);
  return found === -1 ? -1 : found + from;
}

function skipSpace(source: string, from: number): number {
  const found = search(source, /\S/, from);
  return found === -1 ? source.length : found;
}
