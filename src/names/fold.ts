/**
 * Names and words in one alphabet: how a word of any script is spelled for search, and how that spelling sounds.
 *
 * Two rules hold everywhere. A key has only [a-z0-9]. And letter by letter the spelling of a word's beginning is a beginning of the
 * word's spelling, so that a half-typed word finds the whole one: for that е after a vowel becomes "ie" (Бае… and Baye… both
 * lead to "baieva") rather than "ie" becoming "e".
 */
import { romanize } from './korean.ts';
import { letters, transliterate, words } from './text.ts';

/**
 * A capital is a letter with more than one reading; `READINGS` has them. Latin c is Azerbaijani c, English c or a ç without
 * its mark; j is Azerbaijani c or Kyrgyz ж; x is Uzbek x or English ks; ə is typed as a or e; ё often as е; and ю, ё stand for
 * Azerbaijani ü, ö (Гюнель, Кёнюль). Ո is an Armenian ո at the end, where ու may be half typed.
 */
const LETTERS = letters(
  'а:a б:b в:v г:g д:d е:e ё:O ж:zh з:z и:i й:i к:k л:l м:m н:n о:o п:p р:r с:s т:t у:u ф:f х:kh ц:ts ч:ch ш:sh щ:shch ' +
    'ъ: ы:i ь: ье:ie ъе:ie э:e ю:U я:ia є:ie і:i ї:i ґ:g ә:A ғ:g қ:k ң:n ӊ:n ө:o ұ:u ү:u һ:h ӣ:i ӯ:u ҳ:h ҷ:J җ:J ў:o ј:i ' +
    'ա:a բ:b գ:g դ:d ե:e զ:z է:e ը:i թ:t ժ:zh ի:i լ:l խ:kh ծ:ts կ:k հ:h ձ:dz ղ:g ճ:ch մ:m յ:i ն:n շ:sh ո:o ^ո:vo ^ով:ov ' +
    'ու:u ^ու:u Ո:W չ:ch պ:p ջ:dzh ռ:r ս:s վ:v տ:t ր:r ց:ts ւ:v փ:p ք:k օ:o ֆ:f և:ev ' +
    'ა:a ბ:b გ:g დ:d ე:e ვ:v ზ:z თ:t ი:i კ:k ლ:l მ:m ნ:n ო:o პ:p ჟ:zh რ:r ს:s ტ:t უ:u ფ:p ქ:k ღ:g ყ:k შ:sh ჩ:ch ც:ts ' +
    'ძ:dz წ:ts ჭ:ch ხ:kh ჯ:dzh ჰ:h ' +
    'ə:A ä:A x:X q:Q c:C ch:ch ck:k j:J ph:p th:t gh:g w:v y:i ı:i ş:sh ç:ch ğ:g š:sh č:ch ž:zh ß:ss æ:ae œ:oe ø:o ł:l đ:d ð:d þ:t',
);

const READINGS: Record<string, readonly string[]> = {
  A: ['a', 'e'],
  C: ['dzh', 'k', 'ch'],
  J: ['dzh', 'zh'],
  O: ['e', 'io', 'o'],
  Q: ['k', 'g'],
  U: ['iu', 'u'],
  W: ['o', 'u', 'vo'],
  X: ['kh', 'ks'],
};

/** A word has at most this many spellings, of at most this many characters. */
const SPELLINGS_MAX = 8;
const SPELLING_MAX = 48;

/** A letter of no table: without its mark, or by its code point, so that 李 and ع find themselves. */
function other(letter: string): string {
  if (/\p{M}|\p{Lm}/u.test(letter)) return '';
  const bare = letter
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]/g, '');
  return bare === '' ? (letter.codePointAt(0) ?? 0).toString(36) : bare;
}

/** One reading for each letter in the whole word: Cəfərzadə is typed Jafarzada or Ceferzade, seldom half and half. */
function read(spelled: string): string[] {
  let readings = [spelled];
  for (const [letter, sounds] of Object.entries(READINGS)) {
    if (spelled.includes(letter)) {
      readings = readings.flatMap((reading) => sounds.map((sound) => reading.replaceAll(letter, sound)));
    }
  }
  return readings.slice(0, SPELLINGS_MAX);
}

const even = (spelled: string): string =>
  spelled
    .replace(/(?<=^|[aeiou])e/g, 'ie')
    .replace(/([a-z])\1+/g, '$1')
    .slice(0, SPELLING_MAX);

/** The spellings of one word without hyphens, the likeliest first; [] when nothing of it can be spelled. */
export function spellings(word: string): string[] {
  const typed = romanize(word).replaceAll('եւ', 'և').replace(/ո$/u, 'Ո');
  return [...new Set(read(transliterate(typed, LETTERS, other)).map(even))].filter(Boolean);
}

/**
 * The folded words of a text: lower case, [a-z0-9], one spelling each.
 * @param limit in UTF-16 units of the text
 */
export function fold(text: string, limit = 200): string[] {
  return words(text, limit).flatMap((word) => word.split('-').flatMap((part) => spellings(part).slice(0, 1)));
}

export interface Sound {
  /** Classes of consonants only: kctrn for khachatrian, hachaturyan. */
  skeleton: string;
  /** The same with a class for each run of vowels: a for a e o, u, i. Tells Marina from Mariana. */
  vowelled: string;
}

/**
 * How a spelling sounds through Russian, Turkic and Caucasian ears. Merged: kh gh k g q; b p f; d t; zh j; sh s z; ch ts dz. h is
 * heard as kh (Гасанова for Həsənova) or not at all (Акоп for Hakob), so a word with h has two sounds.
 */
export function sounds(spelling: string): Sound[] {
  const classes = spelling
    .replace(/dzh|zh/g, 'j')
    .replace(/shch|sch|sh/g, 's')
    .replace(/ch|ts|dz/g, 'c')
    .replaceAll('z', 's')
    .replaceAll('kh', 'k')
    .replaceAll('ng', 'n')
    .replace(/[gq]/g, 'k')
    .replace(/[bf]/g, 'p')
    .replaceAll('d', 't');
  const heard = new Set([classes.replaceAll('h', 'k'), classes.replaceAll('h', '')]);
  return [...heard].map((sound) => {
    const even = sound.replace(/([a-z])\1+/g, '$1');
    return {
      skeleton: even.replace(/[aeiou]/g, ''),
      vowelled: even.replace(/[aeiou]+/g, (run) => (run.includes('u') ? 'u' : /[aeo]/.test(run) ? 'a' : 'i')),
    };
  });
}
