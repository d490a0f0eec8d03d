import type { Language } from '../i18n.ts';

/** Plain `en` is American: "September 3", and a comma before "and". */
export function locale(lang: Language): string {
  return lang === 'en' ? 'en-GB' : lang;
}

/** Makes one per language and keeps it: a new Intl formatter costs 0.1 ms, a hundred times what it then formats in. */
export function perLanguage<Made>(make: (lang: Language) => Made): (lang: Language) => Made {
  const kept = new Map<Language, Made>();
  return (lang) => {
    const made = kept.get(lang) ?? make(lang);
    kept.set(lang, made);
    return made;
  };
}
