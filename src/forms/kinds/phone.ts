import type { T } from '../../bot/i18n.ts';
import type { Kind } from '../form.ts';

/** With the code of the country, at most 15 digits (ITU-T E.164); spaces, hyphens and brackets are how people write it. */
const NUMBER = /^\+?[1-9]\d{6,14}$/;

/** A number that can be called, by Telegram's button or typed; kept as +77011234567. */
export function phone(t: T): Kind {
  return {
    request: { contact: t('forms:share_phone') },
    read({ contact, text = '' }) {
      const digits = (contact?.phone_number ?? text).replace(/[\s().-]/g, '').replace(/^00/, '+');
      if (!NUMBER.test(digits)) return { kind: 'invalid', say: t('forms:expect_phone') };
      return { kind: 'ok', value: digits.startsWith('+') ? digits : `+${digits}` };
    },
    show: String,
  };
}
