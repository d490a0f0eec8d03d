/** Lists, the order of the alphabet, and the languages' own names. */
import type { Language } from '../i18n.ts';
import { locale, perLanguage } from './intl.ts';

const lists = perLanguage((lang) => ({
  and: new Intl.ListFormat(locale(lang), { type: 'conjunction' }),
  or: new Intl.ListFormat(locale(lang), { type: 'disjunction' }),
}));

/** Where CLDR leaves "and" out of three and more (kk, tg), or has another "or" than people say (kk, tg, az). */
const CONNECTIVES: Record<Language, { and: string; or: string }> = {
  kk: { and: 'және', or: 'немесе' },
  tg: { and: 'ва', or: 'ё' },
  az: { and: 'və', or: 'və ya' },
};

/** "A, B and C", "A, B or C". Nothing is an empty text. */
export function formatList(lang: Language, items: readonly string[], type: 'and' | 'or'): string {
  const connective = CONNECTIVES[lang]?.[type];
  if (connective === undefined) return lists(lang)[type].format(items);
  const last = items.at(-1) ?? '';
  return items.length < 2 ? last : `${items.slice(0, -1).join(', ')} ${connective} ${last}`;
}

/** The order of the language's alphabet. ICU has none for Tajik; Russian order puts ғ ӣ қ ӯ ҳ ҷ where they belong. */
export const collator = perLanguage((lang) => new Intl.Collator(lang === 'tg' ? ['tg', 'ru'] : locale(lang)));

const AUTONYMS: Record<Language, string> = {
  en: 'English',
  ru: 'Русский',
  kk: 'Қазақша',
  ky: 'Кыргызча',
  tg: 'Тоҷикӣ',
  uz: 'Oʻzbekcha',
  az: 'Azərbaycanca',
  hy: 'Հայերեն',
  ka: 'ქართული',
  ko: '한국어',
};

/** The language's name in itself. CLDR's are lower-case adjectives in some languages, and in Uzbek misspelt (U+2018). */
export function languageName(lang: Language): string {
  return AUTONYMS[lang] ?? new Intl.DisplayNames(lang, { type: 'language' }).of(lang) ?? lang;
}
