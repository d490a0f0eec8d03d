import type { MessageEntity } from '@grammyjs/types';
import { byteOffset, linkEntity, unparsable } from './scan.ts';
import type { FormattedText } from './scan.ts';

type Style = 'bold' | 'italic' | 'underline' | 'strikethrough' | 'spoiler';
type Kind = Style | 'code' | 'pre' | 'link' | 'custom' | 'quote';

interface Open {
  kind: Kind;
  /** Where its content begins in the resulting text, in UTF-16 code units. */
  offset: number;
  /** Where its mark stands in the source. */
  begin: number;
  language?: string;
  expandable?: boolean;
}

const reserved = '_*[]()~`>#+-=|{}.!';

/** Bot API, "MarkdownV2 style". Throws Telegram's refusal for what it can't parse. */
export function parseMarkdownV2(source: string): FormattedText {
  const entities: MessageEntity[] = [];
  const open: Open[] = [];
  let text = '';
  let at = 0;

  const top = () => open.at(-1);
  const quote = () => open.find(({ kind }) => kind === 'quote');

  while (at < source.length) {
    const char = source[at]!;
    const next = source.charCodeAt(at + 1);
    if (char === '\\' && next >= 1 && next <= 126) {
      text += source[at + 1];
      at += 2;
      continue;
    }
    const current = top();
    if (current?.kind === 'code' || current?.kind === 'pre') at = insideCode(current, char);
    else if (char === '\n') at = newline();
    else if (reserved.includes(char)) at = mark(char);
    else at = plain(char);
  }
  if (top()?.kind === 'quote') closeQuote();
  const unclosed = top();
  if (unclosed) throw missingEnd(unclosed);
  return { text, entities };

  function plain(char: string): number {
    text += char;
    return at + 1;
  }

  function missingEnd({ kind, begin, language }: Open) {
    const name = kind === 'pre' && language !== undefined ? 'PreCode' : labels[kind];
    return unparsable(`Can't find end of ${name} entity at byte offset ${byteOffset(source, begin)}`);
  }

  function newline(): number {
    text += '\n';
    const current = quote();
    // A line that does not begin with `>` ends the quotation, which keeps its last line break.
    if (current && (current.expandable || source[at + 1] !== '>')) {
      if (top() !== current) throw missingEnd(top()!);
      closeQuote();
    }
    return at + 1;
  }

  function closeQuote(): void {
    const { offset, expandable } = open.pop()!;
    const length = text.length - offset;
    if (length > 0) entities.push({ type: expandable ? 'expandable_blockquote' : 'blockquote', offset, length });
  }

  /** Inside code only a backtick means something, inside pre only three. */
  function insideCode({ kind, offset, language }: Open, char: string): number {
    if (char !== '`') return plain(char);
    if (kind === 'pre' && !source.startsWith('```', at)) return push('code', 1);
    open.pop();
    const length = text.length - offset;
    if (length > 0 && kind === 'code') entities.push({ type: 'code', offset, length });
    if (length > 0 && kind === 'pre') entities.push({ type: 'pre', offset, length, ...(language ? { language } : {}) });
    return at + (kind === 'pre' ? 3 : 1);
  }

  function mark(char: string): number {
    const current = top();
    const after = source[at + 1];
    if (char === '_') return after === '_' ? toggle('underline', 2) : toggle('italic', 1);
    if (char === '*') return toggle('bold', 1);
    if (char === '~') return toggle('strikethrough', 1);
    if (char === '|' && after === '|') return bars(current);
    if (char === '`') return source.startsWith('```', at) ? pre() : push('code', 1);
    if (char === '[') return push('link', 1);
    if (char === '!' && after === '[') return push('custom', 2);
    if (char === ']' && (current?.kind === 'link' || current?.kind === 'custom')) return closeLink(current);
    // The line so far is empty: empty entities in front leave no trace, which is how `**>` parts two quotations.
    if (char === '>' && /(?:^|\n)\r*$/.test(text)) return quote() ? at + 1 : push('quote', 1);
    throw unparsable(`Character '${char}' is reserved and must be escaped with the preceding '\\'`);
  }

  /** `||` opens and closes a spoiler; at the end of a line right in a quotation it makes the quotation expandable. */
  function bars(current: Open | undefined): number {
    if (current?.kind !== 'quote' || !/^\|\|(?:\r*\n|$)/.test(source.slice(at))) return toggle('spoiler', 2);
    current.expandable = true;
    return at + 2;
  }

  function push(kind: Kind, size: number, language?: string): number {
    open.push({ kind, offset: text.length, begin: at, ...(language === undefined ? {} : { language }) });
    return at + size;
  }

  function toggle(kind: Style, size: number): number {
    if (top()?.kind !== kind) return push(kind, size);
    const { offset } = open.pop()!;
    if (text.length > offset) entities.push({ type: kind, offset, length: text.length - offset });
    return at + size;
  }

  function pre(): number {
    // A language is a word with a blank after it; a line break right after the mark or the language is not content.
    const [head, language] = /^```([^\s`]+(?=\s))?(?:\r\n|\n\r|\n|\r)?/.exec(source.slice(at))!;
    return push('pre', head.length, language);
  }

  function closeLink({ kind, offset }: Open): number {
    open.pop();
    let end = at + 1;
    let url: string | undefined;
    if (source[end] === '(') {
      const begin = end + 1;
      const address = /^((?:\\\p{ASCII}|[^)\\]|\\(?!\p{ASCII}))*)\)/su.exec(source.slice(begin));
      if (!address) {
        const what = kind === 'link' ? 'URL' : 'custom emoji URL';
        throw unparsable(`Can't find end of a ${what} at byte offset ${byteOffset(source, begin)}`);
      }
      url = address[1]!.replaceAll(/\\(\p{ASCII})/gu, '$1');
      end = begin + address[0].length;
    }
    const length = text.length - offset;
    if (kind === 'custom') customEmoji(url, offset, length);
    else if (length > 0) link(url ?? text.slice(offset), offset, length);
    return end;
  }

  function link(url: string, offset: number, length: number): void {
    const entity = linkEntity(url, offset, length);
    if (entity) entities.push(entity);
  }

  function customEmoji(url: string | undefined, offset: number, length: number): void {
    if (url === undefined) throw unparsable('Custom emoji entity must contain a tg://emoji URL');
    const time = /^tg:(?:\/\/)?time\/?\?unix=([1-9]\d*)(?:&format=(r|w?[dD]?[tT]?))?$/i.exec(url);
    if (time) {
      const format = (time[2] ?? '') as 'r';
      if (length > 0)
        entities.push({ type: 'date_time', offset, length, unix_time: Number(time[1]), date_time_format: format });
      return;
    }
    if (!/^tg:/i.test(url)) throw unparsable('Custom emoji URL must have scheme tg');
    if (!/^tg:(?:\/\/)?emoji(?:[/?#]|$)/i.test(url)) throw unparsable('Custom emoji URL must have host "emoji"');
    const id = /^tg:(?:\/\/)?emoji\/?\?(?:[^#]*&)?id=([^&#]*)/i.exec(url)?.[1];
    if (id === undefined) throw unparsable('Custom emoji URL must have an emoji identifier');
    if (!/^[1-9]\d*$/.test(id)) throw unparsable('Invalid custom emoji identifier specified');
    if (length > 0) entities.push({ type: 'custom_emoji', offset, length, custom_emoji_id: id });
  }
}

/** The names that Telegram's errors give to entities. */
const labels: Record<Kind, string> = {
  bold: 'Bold',
  italic: 'Italic',
  underline: 'Underline',
  strikethrough: 'Strikethrough',
  spoiler: 'Spoiler',
  code: 'Code',
  pre: 'Pre',
  link: 'TextUrl',
  custom: 'CustomEmoji',
  quote: 'BlockQuote',
};
