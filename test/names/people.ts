import { readFileSync } from 'node:fs';

/** One invented person of fixtures.tsv. */
export interface FixturePerson {
  country: string;
  lang: string;
  native: string;
  /** The passport's form, family name first. */
  latin: string;
  ru: string;
  family: { native: string; latin: string; ru: string };
  given: { native: string; latin: string; ru: string };
  /** Other spellings that are met: a whole name or one part of it. */
  alt: string[];
}

export const people: FixturePerson[] = readFileSync(new URL('fixtures.tsv', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .slice(1)
  .map((line) => {
    const [country = '', lang = '', native = '', latin = '', ru = '', ...rest] = line.split('\t');
    const [familyNative = '', givenNative = '', familyLatin = '', givenLatin = '', alt = ''] = rest;
    const russian = ru.split(' ');
    return {
      country,
      lang,
      native,
      latin,
      ru,
      family: { native: familyNative, latin: familyLatin, ru: russian.slice(0, -1).join(' ') },
      given: { native: givenNative, latin: givenLatin, ru: russian.at(-1) ?? '' },
      alt: alt.split('; ').filter(Boolean),
    };
  });
