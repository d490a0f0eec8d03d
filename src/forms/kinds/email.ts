import type { T } from '../../bot/i18n.ts';
import type { Kind } from '../form.ts';

/**
 * One @ with something on both sides and a dot in the domain. RFC 5322 allows far more, but what it allows beyond this
 * is a slip of the finger in practice; whether an address exists only a letter to it can tell.
 */
const ADDRESS = /^[^\s@<>,;"]+@[^\s@<>,;".]+(\.[^\s@<>,;".]+)+$/u;

export function email(t: T): Kind {
  return {
    read({ text }) {
      const value = text?.trim() ?? '';
      if (value.length > 254 || !ADDRESS.test(value)) return { kind: 'invalid', say: t('forms:expect_email') };
      return { kind: 'ok', value };
    },
    show: String,
  };
}
