import type { MiddlewareHandler } from 'hono';
import type { Language } from './i18n.ts';

/** Pages load their own files, and nothing else: whatever somebody typed can't become a script. */
const CSP = ["default-src 'none'", "style-src 'self'", "img-src 'self'"];
const SCRIPTS = ["script-src 'self'", "connect-src 'self'"];
const NOWHERE = ["base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'"];

/**
 * Of pages for whoever has their address: they are not indexed, and tell nobody where somebody came from. `kept`: how long by a
 * browser, where the page itself does not say.
 */
export function pageHeaders({ kept, scripts = false }: { kept: string; scripts?: boolean }): MiddlewareHandler {
  const policy = [...CSP, ...(scripts ? SCRIPTS : []), ...NOWHERE].join('; ');
  return async (c, next) => {
    await next();
    c.header('Content-Security-Policy', policy);
    c.header('X-Content-Type-Options', 'nosniff');
    c.header('Referrer-Policy', 'no-referrer');
    c.header('X-Robots-Tag', 'noindex');
    if (!c.res.headers.has('Cache-Control')) c.header('Cache-Control', kept);
    c.header('Vary', 'Accept-Language');
  };
}

/**
 * The language of ours that a browser asks for first (RFC 9110, 12.5.4): "ru-RU,ru;q=0.9,en;q=0.8". Region and script do not
 * matter; null: none of them.
 */
export function languageOf(accept: string | undefined, languages: readonly Language[]): Language | null {
  const asked = (accept ?? '')
    .slice(0, 500)
    .split(',')
    .map((part) => {
      const [tag = '', ...parameters] = part.trim().split(/\s*;\s*/);
      const q = parameters.find((one) => one.startsWith('q='))?.slice(2);
      return { tag: tag.toLowerCase(), q: q === undefined ? 1 : Number(q) };
    })
    .filter(({ q }) => q > 0)
    .toSorted((a, b) => b.q - a.q);
  for (const { tag } of asked) {
    const found =
      languages.find((one) => one.toLowerCase() === tag) ?? languages.find((one) => one === tag.split('-')[0]);
    if (found !== undefined) return found;
  }
  return null;
}
