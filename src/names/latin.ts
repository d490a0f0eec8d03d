/**
 * The Latin form of a name as a passport has it. Only ever a suggestion: the holder's passport is right, whatever the rules
 * say (SS for С in Assel, ISKAKOVA for Ысқақова), so the person sees it and edits it.
 *
 * Sources: ICAO Doc 9303 part 3, section 6 (Cyrillic); the national rules that passports of each state show where they part
 * from ICAO; BGN/PCGN without apostrophes for Armenian; the national transliteration of 2002 for Georgian; Revised Romanization
 * with the commonest family names for Korean.
 */
import { FAMILY_NAMES, isHangul, romanize, splitHangulName } from './korean.ts';
import { letters, transliterate, words } from './text.ts';

/** Whose rules to follow. An ISO country of the passport decides; else letters that one alphabet alone has; else the language. */
export interface LatinHint {
  country?: string | undefined;
  language?: string | undefined;
}

/** Longest passport name we take, in characters. The visual zone may hold more than the 39 of the machine-readable one. */
export const PASSPORT_LATIN_MAX = 80;

type Table = ReadonlyMap<string, string>;

/**
 * ICAO for every Cyrillic letter of the region, and for the national letters what all rules share. Є is Ukrainian, and
 * stands for a Russian е that is spelled ye (see `softE`).
 */
const ICAO = letters(
  'а:a б:b в:v г:g д:d е:e ё:e ж:zh з:z и:i й:i к:k л:l м:m н:n о:o п:p р:r с:s т:t у:u ф:f х:kh ц:ts ч:ch ш:sh щ:shch ' +
    'ъ:ie ы:y ь: э:e ю:iu я:ia є:ie і:i ї:i ґ:g ә:a ғ:g қ:k ң:n ӊ:n ө:o ұ:u ү:u һ:h ӣ:i ӯ:u ҳ:h ҷ:j җ:j ў:o',
);

const rules = (pairs: string): Table => new Map([...ICAO, ...letters(pairs)]);

/** What each state does otherwise. Kyrgyzstan keeps to ICAO. For Armenia, Azerbaijan, Georgia: names typed in Russian. */
const CYRILLIC: Record<string, Table> = {
  KZ: rules('ё:yo ю:yu я:ya ъ: ий:iy є:ye'),
  TJ: rules('ё:yo ю:yu я:ya й:y ъ: қ:q ғ:gh дж:j'),
  UZ: rules('ё:yo ю:yu я:ya й:y ъ: ж:j х:x қ:q ы:i щ:sh є:ye дж:j'),
  AZ: rules('ё:yo ю:yu я:ya й:y ъ: дж:j є:ye'),
  AM: rules('ё:yo ю:yu я:ya й:y ъ: дж:j є:ye'),
  GE: rules('ё:yo ю:yu я:ya й:y ъ: дж:j'),
};

/** States whose passports spell е as YE at the start of a word, after a vowel and after a sign: YERLAN, ABAYEV. */
const SOFT_E = new Set(['KZ', 'UZ', 'AZ', 'AM']);
const softE = (word: string): string => word.replace(/(?<=^|[аеёиоуыэюяіәөұүўъь])е/gu, 'є');

const ARMENIAN = letters(
  'ա:a բ:b գ:g դ:d ե:e ^ե:ye զ:z է:e ը:y թ:t ժ:zh ի:i լ:l խ:kh ծ:ts կ:k հ:h ձ:dz ղ:gh ճ:ch մ:m յ:y ն:n շ:sh ո:o ^ո:vo ^ով:ov ' +
    'ու:u ^ու:u չ:ch պ:p ջ:j ռ:r ս:s վ:v տ:t ր:r ց:ts ւ:v փ:p ք:k օ:o ֆ:f և:ev ^և:yev',
);

const GEORGIAN = letters(
  'ა:a ბ:b გ:g დ:d ე:e ვ:v ზ:z თ:t ი:i კ:k ლ:l მ:m ნ:n ო:o პ:p ჟ:zh რ:r ს:s ტ:t უ:u ფ:p ქ:k ღ:gh ყ:q შ:sh ჩ:ch ც:ts ' +
    'ძ:dz წ:ts ჭ:ch ხ:kh ჯ:j ჰ:h',
);

/** Latin letters whose mark carries a sound. Other marks are dropped: oʻ, ö, ñ. */
const MARKED = letters('ə:a ı:i ş:sh ç:ch ğ:g š:sh č:ch ž:zh ß:ss æ:ae œ:oe ø:o ł:l đ:d ð:d þ:th');
const AZERBAIJANI: Table = new Map([...MARKED, ...letters('c:j ch:ch ğ:gh x:kh q:g')]);

const bare = (letter: string): string => letter.normalize('NFKD').replace(/[^a-z]/g, '');

const COUNTRY_OF_LANGUAGE: Record<string, string> = {
  kk: 'KZ',
  ky: 'KG',
  tg: 'TJ',
  uz: 'UZ',
  az: 'AZ',
  hy: 'AM',
  ka: 'GE',
  ko: 'KR',
};

function countryOf(name: string, hint: LatinHint): string {
  if (hint.country !== undefined && hint.country !== '') return hint.country.toUpperCase();
  if (name.includes('ў')) return 'UZ';
  if (/[ҷӣӯ]/u.test(name)) return 'TJ';
  if (/[әұі]/u.test(name)) return 'KZ';
  if (/[əğış]/u.test(name)) return 'AZ';
  return COUNTRY_OF_LANGUAGE[hint.language ?? ''] ?? '';
}

/**
 * Whether Latin letters have their Azerbaijani sounds (c = J, x = KH, q = G). A mark decides for the whole name (Sevinc
 * İbrahimxanlı); an unmarked name is taken so from an Azerbaijani, unless it shows English spelling and so is the passport's form
 * already (Sevinj, Aghayeva).
 */
function soundsAzerbaijani(typed: string, name: string, country: string): boolean {
  if (name.includes('ə')) return true;
  return country === 'AZ' && (/[ıİğşçöü]/u.test(typed) || !/[cgksz]h|j/.test(name));
}

/**
 * Suggests the passport's Latin form of a name typed in Cyrillic, Armenian, Georgian, Hangul or Latin.
 * The person's order and words stay ("Талантбек кызы" is two words); only a Hangul name is parted into family and given name.
 * Latin without marks is only upper-cased (but see `soundsAzerbaijani`).
 * @returns A-Z, single spaces and hyphens, at most PASSPORT_LATIN_MAX characters; '' when nothing can be spelled
 */
export function suggestLatin(name: string, hint: LatinHint = {}): string {
  const typed = words(name, 2 * PASSPORT_LATIN_MAX);
  const whole = typed.join(' ');
  const country = countryOf(whole, hint);
  const latin = soundsAzerbaijani(name.normalize('NFC'), whole, country) ? AZERBAIJANI : MARKED;

  const spell = (word: string): string => {
    if (/\p{Script=Cyrillic}/u.test(word)) {
      return transliterate(SOFT_E.has(country) ? softE(word) : word, CYRILLIC[country] ?? ICAO, bare);
    }
    // և is one letter to a keyboard and two to a capitalised word (ԵՒ, ԵՎ).
    if (/\p{Script=Armenian}/u.test(word)) return transliterate(word.replaceAll('եւ', 'և'), ARMENIAN, bare);
    if (/\p{Script=Georgian}/u.test(word)) return transliterate(word, GEORGIAN, bare);
    return transliterate(word, latin, bare);
  };

  return spellHangul(typed)
    .map((word) => word.split('-').map(spell).filter(Boolean).join('-'))
    .filter(Boolean)
    .join(' ')
    .slice(0, PASSPORT_LATIN_MAX)
    .replace(/[ -]+$/, '')
    .toUpperCase();
}

/** The first Hangul word is the family's name, or family and given name in one; what follows is the given name. */
function spellHangul(typed: string[]): string[] {
  const first = typed.findIndex(isHangul);
  return typed.flatMap((word, at) => {
    if (at !== first) return [romanize(word)];
    const alone = typed.length > 1 && FAMILY_NAMES.has(word);
    const split = alone ? { family: word, given: '' } : splitHangulName(word);
    if (split === null) return [romanize(word)];
    return [familyPassport(split.family), romanize(split.given)];
  });
}

const familyPassport = (hangul: string): string => FAMILY_NAMES.get(hangul)?.[0] ?? romanize(hangul);

/**
 * Whether a typed text can be a passport's Latin name: letters A-Z in words parted by one space, hyphen or apostrophe; 2 to
 * PASSPORT_LATIN_MAX characters once trimmed. Marks (É, Ə) are refused: the machine-readable zone has none.
 */
export function isPassportLatin(text: string): boolean {
  const trimmed = text.trim();
  return trimmed.length >= 2 && trimmed.length <= PASSPORT_LATIN_MAX && /^[a-z]+(?:[ '’-][a-z]+)*$/i.test(trimmed);
}
