import { languageName } from '../../bot/format/words.ts';
import type { Language, T } from '../../bot/i18n.ts';
import type { Kind } from '../form.ts';
import { choice } from './choice.ts';

/** The answer for a language that is not among them, or several at once. */
export const OTHER_LANGUAGE = 'other';

/** The language that something is in: one of these by its own name, or another one. */
export function language(t: T, languages: readonly Language[]): Kind {
  const options = languages.map((key) => ({ key, label: languageName(key) }));
  return choice(t, [...options, { key: OTHER_LANGUAGE, label: t('forms:other_language') }], { columns: 2 });
}
