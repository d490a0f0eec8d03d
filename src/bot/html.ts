/** Text in Telegram's HTML, with everything that came from people or locales escaped exactly once. */
export type Html = { readonly html: string };

type Part = Html | string | number | null | undefined | false | Part[];

/** Telegram needs only these three escaped in text, and the quote inside an attribute (Bot API, "HTML style"). */
const ESCAPES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

function escapeHtml(text: string): string {
  return text.replace(/[&<>"]/g, (char) => ESCAPES[char]!);
}

/**
 * `html`<b>${title}</b>`` escapes what is put in; an Html inside stays as it is; an array becomes lines; null and false
 * become nothing. Only the literal parts of the template may hold tags.
 */
export function html(literals: TemplateStringsArray, ...parts: Part[]): Html {
  return { html: literals.reduce((text, literal, i) => text + toHtml(parts[i - 1]) + literal) };
}

/** Joins what is there with line breaks; null and false leave no empty line. An empty string is an empty line. */
export function lines(...parts: Part[]): Html {
  return { html: parts.filter(present).map(toHtml).join('\n') };
}

const present = (part: unknown) => part !== null && part !== undefined && part !== false;

function toHtml(part: Part): string {
  if (part === null || part === undefined || part === false) return '';
  if (Array.isArray(part)) return lines(...part).html;
  return typeof part === 'object' ? part.html : escapeHtml(String(part));
}
