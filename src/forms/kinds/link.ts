import type { T } from '../../bot/i18n.ts';
import type { Kind } from '../form.ts';

/** An address on the web as it is typed; one without a scheme gets https. */
export function link(t: T): Kind {
  return {
    read({ text }) {
      const value = readLink(text ?? '');
      return value === null ? { kind: 'invalid', say: t('forms:expect_link') } : { kind: 'ok', value };
    },
    show: String,
  };
}

/** Characters. Joining links carry long tokens, but the messages that quote them hold 4096 in all. */
const LONGEST = 1000;

/**
 * Only http and https, and a host with a dot: Telegram refuses the whole message when a button leads anywhere else
 * ("Wrong HTTP URL"). Null: no such address.
 */
export function readLink(text: string): string | null {
  const typed = text.trim();
  const value = /^[a-z][a-z\d+.-]*:\/\//i.test(typed) ? typed : `https://${typed}`;
  if (value.length > LONGEST || /\s/.test(value) || !URL.canParse(value)) return null;
  const { protocol, username, hostname } = new URL(value);
  // `mailto:a@b.c` would otherwise pass as a user "mailto" at b.c.
  const web = /^https?:$/.test(protocol) && username === '' && /[^.]\.[^.]/.test(hostname);
  return web ? value : null;
}
