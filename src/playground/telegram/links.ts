/** An address as Telegram keeps it, or why it refuses it. */
export type CheckedLink = { ok: true; url: string } | { ok: false; reason: string };

/**
 * Telegram's rules for addresses in texts and buttons: a missing scheme becomes `http://`, the host is written in lower case
 * and needs a dot (so `localhost` is refused), a path is at least `/`. `tg:`, `ton:` and `tonsite:` links are kept.
 */
export function checkLink(given: string): CheckedLink {
  const link = given.trim();
  const own = /^(tg|ton|tonsite):(?:\/\/)?([A-Za-z0-9_.-]+)(.*)$/is.exec(link);
  if (own) return { ok: true, url: `${own[1]!.toLowerCase()}://${own[2]!.toLowerCase()}${own[3]}` };
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(link)?.[1]?.toLowerCase() ?? 'http';
  if (scheme !== 'http' && scheme !== 'https') return { ok: false, reason: 'Unsupported URL protocol' };
  const parts = /^([^/?#]*)(.*)$/s.exec(link.replace(/^[a-z][a-z0-9+.-]*:\/\//i, ''))!;
  const host = parts[1]!.toLowerCase();
  const rest = parts[2]!;
  if (host === '') return { ok: false, reason: 'URL host is empty' };
  if (/[\s"<>\\^`{|}]/.test(host)) return { ok: false, reason: 'Disallowed character in URL host' };
  if (/\s/.test(rest) || !host.includes('.')) return { ok: false, reason: 'Wrong HTTP URL' };
  return { ok: true, url: `${scheme}://${host}${rest.startsWith('/') ? rest : `/${rest}`}` };
}

/** The person whom a `tg://user?id=…` link mentions. */
export function mentionedUser(link: string): number | undefined {
  const id = /^tg:(?:\/\/)?user\/?\?(?:[^#]*&)?id=(\d+)(?:[&#].*)?$/i.exec(link.trim())?.[1];
  return id === undefined ? undefined : Number(id);
}
