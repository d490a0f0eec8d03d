/** What people call a language in a file, where CLDR calls it otherwise. Without apostrophes, of which Uzbek has four kinds. */
const SPELLINGS: Record<string, string> = {
  ozbekcha: 'uz',
  'ozbek tili': 'uz',
  ўзбекча: 'uz-Cyrl',
  azeri: 'az',
  azərbaycanca: 'az',
  'azərbaycan dili': 'az',
  қазақша: 'kk',
  'кыргыз тили': 'ky',
  kirghiz: 'ky',
  kirgiz: 'ky',
  tajiki: 'tg',
  'забони тоҷикӣ': 'tg',
  'русский язык': 'ru',
};

/** The code of a language by what a file calls it: see languagesByName. */
export type LanguageOf = (header: string) => { code: string; known: boolean };

/**
 * Reads "English (en)", "Русский", "Kazakh", "ky", "Казахский". What nobody knows is its own code, in small letters: its
 * wordings are kept, and read by those for whom there is none in their own. One for each file: the names of CLDR in every
 * language take 0.2 s to gather, which few files need.
 */
export function languagesByName(): LanguageOf {
  const found = new Map<string, ReturnType<LanguageOf>>();
  const names = gathered();
  return (header) => {
    const known = found.get(header);
    if (known) return known;
    const bracketed = /^(.*?)\s*\(([^()]+)\)$/s.exec(header);
    const code = (bracketed && (asCode(bracketed[2]!) ?? names(bracketed[1]!))) ?? names(header) ?? asCode(header);
    const language = code === null ? { code: header.toLowerCase(), known: false } : { code, known: true };
    found.set(header, language);
    return language;
  };
}

/** "eng", "uz-Latn" and "ru_RU" are en, uz and ru; Uzbek in Cyrillic letters is a language of its own here: uz-Cyrl. */
function asCode(tag: string): string | null {
  try {
    const { language, script } = new Intl.Locale(tag.trim().replaceAll('_', '-'));
    if (language === 'und' || language.length > 3) return null;
    return new Intl.Locale(language, { ...(script && { script }) }).minimize().toString();
  } catch {
    return null;
  }
}

/** Codes by the names of CLDR: in English, in Russian, and if need be in the language itself. */
function gathered(): (name: string) => string | null {
  const byName = new Map<string, string>(Object.entries(SPELLINGS));
  const codes: string[] = [];
  const note = (name: string | undefined, code: string) => {
    if (name && !byName.has(plain(name))) byName.set(plain(name), code);
  };
  const steps = [
    () => {
      const letters = Array.from({ length: 26 }, (_, i) => String.fromCharCode(97 + i));
      const inEnglish = new Intl.DisplayNames('en', { type: 'language', fallback: 'none' });
      codes.push(...letters.flatMap((a) => letters.map((b) => a + b)).filter((code) => inEnglish.of(code)));
      for (const code of codes) note(inEnglish.of(code), code);
    },
    () => {
      const inRussian = new Intl.DisplayNames('ru', { type: 'language', fallback: 'none' });
      for (const code of codes) note(inRussian.of(code), code);
    },
    () => {
      for (const code of codes) note(new Intl.DisplayNames(code, { type: 'language' }).of(code), code);
    },
  ];
  return (name) => {
    for (;;) {
      const code = byName.get(plain(name));
      if (code !== undefined) return code;
      const step = steps.shift();
      if (!step) return null;
      step();
    }
  };
}

const plain = (name: string) =>
  name
    .trim()
    .toLowerCase()
    .replaceAll(/['’‘ʻʼ`]/g, '');
