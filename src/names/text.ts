/**
 * How a name is cleaned before it is spelled in another alphabet. Shared by the passport suggestion and the search.
 */

/**
 * Every mark that stands for Uzbek ʻ ʼ, a glottal stop or an Irish O’: keyboards and websites type all of these, and no
 * passport or search keeps any of them.
 */
const APOSTROPHES = /['’‘‛`´ʼʻʽʾʿʹ′＇՚]/gu;

/** Capitals apart from small letters, because Cyrillic Н looks like Latin H and not like h. */
const CYRILLIC_LOOKALIKES = 'ҺАВЕІЈКМНОРСТУХӘаеіјорсухһә';
const LATIN_LOOKALIKES = 'HABEIJKMHOPCTYXƏaeijopcyxhə';

const pair = (from: string, to: string): ReadonlyMap<string, string> =>
  new Map(Array.from(from, (letter, at) => [letter, to.charAt(at)]));
const toCyrillic = pair(LATIN_LOOKALIKES, CYRILLIC_LOOKALIKES);
const toLatin = pair(CYRILLIC_LOOKALIKES, LATIN_LOOKALIKES);

/**
 * A word typed on two keyboards, put into the alphabet that most of it is in: Айгерiм with a Latin i (the Russian layout
 * has no і), Məmmәdov with a Cyrillic ә.
 */
function mendLookalikes(word: string): string {
  const cyrillic = word.match(/\p{Script=Cyrillic}/gu)?.length ?? 0;
  const latin = word.match(/\p{Script=Latin}/gu)?.length ?? 0;
  if (cyrillic === 0 || latin === 0) return word;
  const table = cyrillic >= latin ? toCyrillic : toLatin;
  return Array.from(word, (letter) => table.get(letter) ?? letter).join('');
}

/**
 * The words of a text in lower case: NFC, apostrophes and invisible characters dropped, look-alikes mended.
 * A word is letters, marks and digits; it keeps its hyphens (as '-'), everything else parts words.
 * Lower case is the root locale's with İ taken first: 'İ'.toLowerCase() is two code points, and what the host's locale does
 * to I must not matter.
 * @param limit in UTF-16 units; what lies behind is ignored, so that no input costs more than this
 */
export function words(text: string, limit: number): string[] {
  const tidy = text
    .slice(0, limit)
    .replace(APOSTROPHES, '')
    .replace(/\p{Cf}/gu, '')
    .normalize('NFC');
  const found = tidy.match(/[\p{L}\p{M}\p{N}]+(?:\p{Pd}[\p{L}\p{M}\p{N}]+)*/gu) ?? [];
  return found.map((word) =>
    mendLookalikes(word)
      .replaceAll('İ', 'i')
      .toLowerCase()
      .replace(/\p{Pd}/gu, '-'),
  );
}

/** Reads "ш:sh щ:shch ь:" into a table. A key may be two letters, and starts with ^ when it holds only at a word's start. */
export function letters(pairs: string): ReadonlyMap<string, string> {
  return new Map(
    pairs.split(/\s+/).map((pair): [string, string] => {
      const [from = '', to = ''] = pair.split(':');
      return [from, to];
    }),
  );
}

/** Spells a word letter by letter, the longest key first. What no table knows goes through `other`. */
export function transliterate(
  word: string,
  table: ReadonlyMap<string, string>,
  other: (letter: string) => string,
): string {
  const typed = Array.from(word);
  let spelled = '';
  let at = 0;
  while (at < typed.length) {
    const one = typed[at] ?? '';
    const two = one + (typed[at + 1] ?? '');
    const atStart = (keys: string[]): string[] => (at === 0 ? keys.flatMap((key) => [`^${key}`, key]) : keys);
    const pair = two === one ? undefined : atStart([two]).find((key) => table.has(key));
    const key = pair ?? atStart([one]).find((key) => table.has(key));
    spelled += key === undefined ? other(one) : (table.get(key) ?? '');
    at += pair === undefined ? 1 : 2;
  }
  return spelled;
}
