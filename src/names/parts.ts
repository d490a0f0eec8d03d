/**
 * A name taken apart: which words it has, and how each may be spelled.
 */
import { aliasesOf, isKoreanFamily } from './aliases.ts';
import { spellings } from './fold.ts';
import { FAMILY_NAMES, givenSpellings, isHangul, splitHangulName } from './korean.ts';
import { words } from './text.ts';

/** What is read of a name: UTF-16 units, and words. */
const NAME_MAX = 200;
const NAME_WORDS_MAX = 8;

export const unique = <T>(items: T[]): T[] => [...new Set(items)];

/** The spellings to expect of one word; a Hangul word is taken for a given name. */
export const spellingsOf = (word: string): string[] =>
  unique((isHangul(word) ? givenSpellings(word) : [word]).flatMap(spellings));

/**
 * What a Korean given name sounds like in any spelling (Taekyung, Taegyeong, Тхэгён): voiced and voiceless, r and l, n and ng are
 * one, h counts only at the start.
 */
export function koreanKeys(spelling: string): string[] {
  const classes = spelling
    .replace(/dzh|zh|ch/g, 'j')
    .replaceAll('sh', 's')
    .replaceAll('kh', 'h')
    .replace(/(?<=.)h/g, '')
    .replaceAll('ng', 'n')
    .replace(/[gq]/g, 'k')
    .replace(/[bf]/g, 'p')
    .replaceAll('d', 't')
    .replaceAll('r', 'l')
    .replace(/[aeiouv]/g, '')
    .replace(/(.)\1+/g, '$1');
  return classes === '' ? [] : [`k:${classes}`];
}

export interface Part {
  /** The likeliest first; [] for a word that nothing can be spelled of. */
  spellings: string[];
  koreanGiven: boolean;
}

const isFamily = (spellings: string[]): boolean =>
  spellings.some((spelling) => aliasesOf(spelling).some(isKoreanFamily));
const isSyllable = (spellings: string[]): boolean => /^[^aeiou]*[aeiou]+[^aeiou]*$/.test(spellings[0] ?? '');

/**
 * A name as parts that a person would compare: one word each, hyphens closed (Do-yul is Doyul), 김도율 in two, and the two
 * syllables of a Korean given name in one (Park Jun Seo).
 */
export function nameParts(name: string): Part[] {
  const typed = words(name, NAME_MAX)
    .flatMap((word) => {
      const split = splitHangulName(word);
      return split === null ? [word.replaceAll('-', '')] : [split.family, split.given];
    })
    .slice(0, NAME_WORDS_MAX);
  const spelled = typed.map((word) => {
    const family = FAMILY_NAMES.get(word);
    return family === undefined ? spellingsOf(word) : unique([...family.slice(0, 1), word].flatMap(spellingsOf));
  });
  const family = [0, spelled.length - 1].find((at) => spelled.length > 1 && isFamily(spelled[at] ?? []));
  if (family === undefined) return spelled.map((spellings) => ({ spellings, koreanGiven: false }));

  const given = spelled.filter((_, at) => at !== family);
  const inSyllables = given.length === 2 && given.every(isSyllable);
  const closed = typed.filter((_, at) => at !== family).join('');
  return [
    { spellings: spelled[family] ?? [], koreanGiven: false },
    ...(inSyllables ? [spellingsOf(closed)] : given).map((spellings) => ({ spellings, koreanGiven: true })),
  ];
}

/** The pieces of a word that are also sought alone: of Анна-Мария each name, of a Hangul given name each syllable. */
export function namePieces(name: string): string[] {
  return words(name, NAME_MAX)
    .flatMap((word) => {
      if (word.includes('-')) return word.split('-');
      const split = splitHangulName(word);
      return split !== null && split.given.length > 1 ? Array.from(split.given) : [];
    })
    .slice(0, NAME_WORDS_MAX);
}
