import type { MessageEntity } from '@grammyjs/types';

const escapes: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escape = (text: string) => text.replaceAll(/[&<>"]/g, (char) => escapes[char]!);

/**
 * A text with its entities as HTML for a page: Telegram's own tags, plus links for addresses and `<span class="tg-…">`
 * for mentions, commands and tags. What a person typed is always escaped. Line breaks stay line breaks.
 */
export function renderHtml(text: string, entities: readonly MessageEntity[] = []): string {
  const sorted = entities.toSorted((a, b) => a.offset - b.offset || b.length - a.length);
  return render(0, text.length, sorted);

  function render(begin: number, end: number, inside: readonly MessageEntity[]): string {
    let html = '';
    let at = begin;
    let rest = inside;
    for (;;) {
      const [entity, ...following] = rest;
      if (!entity) return html + escape(text.slice(at, end));
      const entityEnd = Math.min(entity.offset + entity.length, end);
      const nested = following.filter((other) => other.offset < entityEnd);
      html += escape(text.slice(at, entity.offset));
      const [before, after] = tags(entity, text.slice(entity.offset, entityEnd));
      html += before + render(entity.offset, entityEnd, nested) + after;
      at = entityEnd;
      // An entity that sticks out of this one goes on after it.
      rest = following.flatMap((other) => {
        const offset = Math.max(other.offset, entityEnd);
        const length = other.offset + other.length - offset;
        return length > 0 ? [{ ...other, offset, length }] : [];
      });
    }
  }
}

function tags(entity: MessageEntity, content: string): [string, string] {
  switch (entity.type) {
    case 'bold':
      return ['<b>', '</b>'];
    case 'italic':
      return ['<i>', '</i>'];
    case 'underline':
      return ['<u>', '</u>'];
    case 'strikethrough':
      return ['<s>', '</s>'];
    case 'spoiler':
      return ['<tg-spoiler>', '</tg-spoiler>'];
    case 'code':
      return ['<code>', '</code>'];
    case 'pre':
      return entity.language
        ? [`<pre><code class="language-${escape(entity.language)}">`, '</code></pre>']
        : ['<pre>', '</pre>'];
    case 'blockquote':
      return ['<blockquote>', '</blockquote>'];
    case 'expandable_blockquote':
      return ['<blockquote expandable>', '</blockquote>'];
    case 'text_link':
      return [`<a href="${escape(entity.url)}">`, '</a>'];
    case 'text_mention':
      return [`<a href="tg://user?id=${entity.user.id}">`, '</a>'];
    case 'custom_emoji':
      return [`<tg-emoji emoji-id="${escape(entity.custom_emoji_id)}">`, '</tg-emoji>'];
    case 'date_time':
      return [`<tg-time unix="${entity.unix_time}" format="${escape(entity.date_time_format)}">`, '</tg-time>'];
    case 'url':
      return [`<a href="${escape(/^[a-z]+:\/\//i.test(content) ? content : `http://${content}`)}">`, '</a>'];
    case 'email':
      return [`<a href="mailto:${escape(content)}">`, '</a>'];
    case 'bot_command':
      return ['<span class="tg-command">', '</span>'];
    case 'mention':
    case 'hashtag':
    case 'cashtag':
    case 'phone_number':
      return [`<span class="tg-${entity.type}">`, '</span>'];
  }
}
