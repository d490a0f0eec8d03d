/**
 * Finding people across scripts: Хачатрян = Khachatryan = Խաչատրյան, in any word order, while typing.
 *
 * A row of the directory stores `searchKeys(…names) + wordKeys(…texts)` in one text column; a query becomes `searchPatterns(query)`, LIKE
 * patterns for that column: every word must match by one of its alternatives, and the best alternative's weight ranks.
 * Patterns hold no character that LIKE would interpret, except the % put here: keys are [a-z0-9:] alone.
 *
 * A key is a kind, a colon and a spelling, between spaces:
 *   f: a name as spelled · a: an alias group · s: its consonants · v: its sound when it has fewer than three consonants ·
 *   k: the sound of a Korean name · w: a word of free text (never by sound: that would flood)
 * pg_trgm's similarity() was the alternative: it needs one alphabet first all the same, and ranks Асанова beside Хасанова
 * but not Юлдашева beside Yoʻldosheva.
 */
import { aliasesOf } from './aliases.ts';
import { type Sound, sounds, spellings } from './fold.ts';
import { FAMILY_NAMES, isHangul, splitHangulName } from './korean.ts';
import { koreanKeys, nameParts, namePieces, type Part, spellingsOf, unique } from './parts.ts';
import { words } from './text.ts';

/** What a row holds at most; a key is at most 50 characters. */
const KEYS_MAX = 400;
/** What is read of a text and of a query, in UTF-16 units, and of a query in words. */
const TEXT_MAX = 2000;
const QUERY_MAX = 100;
const QUERY_WORDS_MAX = 6;

export interface Alternative {
  /** A LIKE pattern for the key column, like '% f:khach%'. */
  like: string;
  /** 1 for a name spelled exactly so, down to 0. */
  weight: number;
}

/** From three consonants on, a skeleton tells people apart; below that it needs its vowels. */
const soundKey = ({ skeleton, vowelled }: Sound): string => (skeleton.length >= 3 ? `s:${skeleton}` : `v:${vowelled}`);

const column = (keys: string[]): string => (keys.length === 0 ? '' : ` ${unique(keys).slice(0, KEYS_MAX).join(' ')} `);

/**
 * The keys of a person: pass every form of the name that is known (as typed, passport, Russian).
 * @returns keys between spaces, with one at each end, so that a word's start is '% f:…'; '' when no form has a word
 */
export function searchKeys(...forms: string[]): string {
  const parts = forms.flatMap(nameParts);
  const alone = forms.flatMap(namePieces).map((piece): Part => ({ spellings: spellingsOf(piece), koreanGiven: false }));
  return column(
    [...parts, ...alone].flatMap(({ spellings, koreanGiven }) =>
      spellings.flatMap((spelling) => [
        `f:${spelling}`,
        ...aliasesOf(spelling).map((id) => `a:${id}`),
        ...sounds(spelling).map(soundKey),
        ...(koreanGiven ? koreanKeys(spelling) : []),
      ]),
    ),
  );
}

/**
 * The keys of free text in any of the languages: agency, position, expertise, "about me". Found by a word's beginning in its own
 * spelling; a Korean compound also from each of its syllables on (한국지능정보사회진흥원 by 정보).
 * @returns as `searchKeys`; join the two by plain concatenation
 */
export function wordKeys(text: string): string {
  return column(
    words(text, TEXT_MAX)
      .flatMap((word) => word.split('-'))
      .flatMap((word) => (isHangul(word) ? Array.from(word, (_, at) => word.slice(at, at + 12)) : [word]))
      .flatMap(spellings)
      .map((spelling) => `w:${spelling}`),
  );
}

/** How a word may be found, by weight: names before text, spelling before sound, whole before beginning. */
function alternatives(word: string): Alternative[] {
  return spellingsOf(word).flatMap((spelling) => [
    { like: `% f:${spelling} %`, weight: 1 },
    // 이 is a whole name, not the beginning of Irina.
    ...(isHangul(word) && spelling.length < 3 ? [] : [{ like: `% f:${spelling}%`, weight: 0.9 }]),
    ...aliasesOf(spelling).map((id) => ({ like: `% a:${id} %`, weight: 0.8 })),
    ...sounds(spelling).flatMap((sound) => {
      const key = soundKey(sound);
      const whole = { like: `% ${key} %`, weight: key.startsWith('s:') ? 0.6 : 0.4 };
      return key.startsWith('s:') ? [whole, { like: `% ${key}%`, weight: 0.3 }] : [whole];
    }),
    ...koreanKeys(spelling).map((key) => ({ like: `% ${key} %`, weight: 0.3 })),
    { like: `% w:${spelling} %`, weight: 0.5 },
    { like: `% w:${spelling}%`, weight: 0.45 },
    // Endings: кибербезопасности is sought as кибербезопасность, services as service.
    ...(spelling.length >= 6 ? [{ like: `% w:${spelling.slice(0, -2)}%`, weight: 0.1 }] : []),
  ]);
}

interface SoughtWord {
  word: string;
  /** The word it is a part of, or itself. */
  typed: string;
}

/**
 * Two neighbours of a query that may be one word in the row: Абдул Азиз; or that were one as typed: Jun-seo, and 정보, taken for
 * family 정 and given 보, which must not rank behind people who have the two apart.
 */
function joined(first: SoughtWord, second: SoughtWord): Alternative[] {
  const wasOne = first.typed === second.typed;
  return spellingsOf(first.word + second.word).flatMap((spelling) => [
    { like: `% f:${spelling}%`, weight: wasOne ? 1 : 0.85 },
    { like: `% w:${spelling}%`, weight: wasOne ? 1 : 0.45 },
    ...sounds(spelling)
      .map(soundKey)
      .filter((key) => key.startsWith('s:'))
      .map((key) => ({ like: `% ${key} %`, weight: 0.5 })),
    ...koreanKeys(spelling).map((key) => ({ like: `% ${key} %`, weight: 0.3 })),
  ]);
}

/** A query's words, each to be found by itself. */
const soughtWords = (query: string): SoughtWord[] =>
  words(query, QUERY_MAX)
    .flatMap((typed) => {
      const split = splitHangulName(typed);
      const parts = split === null ? typed.split('-') : [split.family, split.given];
      return parts.map((word) => ({ word, typed }));
    })
    .filter(({ word }) => spellings(word).length > 0)
    .slice(0, QUERY_WORDS_MAX);

/** -ович, -овна, -ұлы, -қызы in one spelling; and the words oğlu, qızı, уулу, which take the father's name before them along. */
const PATRONYMIC = /(?:[oe]vi?ch|ich|[oe]vna|ichna|uli|[kg]izi)$/;
const SON_OR_DAUGHTER = /^(?:og(?:li|lu)|[kg]izi|ulu|uli)$/;

/**
 * Which words of a query are a patronymic: many write it in a query and few in a profile, so it ranks but does not exclude.
 * Two words at least stay required; so the кызы of Талантбек кызы Сезим, a family name, does.
 */
function patronymics(sought: SoughtWord[]): boolean[] {
  const folded = sought.map(({ word }) => spellings(word)[0] ?? '');
  const found = folded.map(
    (word, at) =>
      at > 0 && (PATRONYMIC.test(word) || SON_OR_DAUGHTER.test(word) || SON_OR_DAUGHTER.test(folded[at + 1] ?? '')),
  );
  return found.filter((is) => !is).length >= 2 ? found : found.map(() => false);
}

/**
 * What a query becomes: for each of its words (at most QUERY_WORDS_MAX) the alternatives, best first. A row matches when every word
 * has one that it is LIKE; its rank is the sum over the words of the best weight. [] when there is no word to look for. A patronymic's last
 * alternative is '%', of weight 0.
 */
export function searchPatterns(query: string): Alternative[][] {
  const sought = soughtWords(query);
  const optional = patronymics(sought);
  return sought.map((one, at) => {
    const before = sought[at - 1];
    const after = sought[at + 1];
    const all = [
      ...alternatives(one.word),
      ...(FAMILY_NAMES.get(one.word)?.slice(0, 1).flatMap(alternatives) ?? []),
      ...(before === undefined ? [] : joined(before, one)),
      ...(after === undefined ? [] : joined(one, after)),
      ...(optional[at] === true ? [{ like: '%', weight: 0 }] : []),
    ].toSorted((a, b) => b.weight - a.weight);
    return all.filter(({ like }, at) => {
      // One Korean consonant is enough beside a family name, and alone would bring 유나 to whoever seeks Анна.
      if (sought.length === 1 && /^% k:. %$/.test(like)) return false;
      return all.findIndex((other) => other.like === like) === at;
    });
  });
}
