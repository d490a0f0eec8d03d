import type { T } from '../../bot/i18n.ts';
import { isPassportLatin, suggestLatin } from '../../names/latin.ts';
import type { Kind } from '../form.ts';

/** The name as in the passport, offered by transliteration of the name as typed; what the passport says wins. */
export function latinName(t: T, from: { name: string; country?: string; language: string }): Kind {
  const { name, ...hint } = from;
  const suggestion = suggestLatin(name, hint);
  return {
    ...(isPassportLatin(suggestion) && { suggestion }),
    read({ text }) {
      const value = text?.trim().replace(/\s+/g, ' ').toUpperCase() ?? '';
      return isPassportLatin(value) ? { kind: 'ok', value } : { kind: 'invalid', say: t('forms:expect_latin') };
    },
    show: String,
  };
}
