import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '..');
const LANGUAGES = ['en', 'ru', 'kk', 'ky', 'tg', 'uz', 'az', 'hy', 'ka', 'ko'];

/**
 * The plural forms each language ships, by CLDR's cardinal categories. Written out instead of asked from Intl, because
 * Intl has no plural rules for Tajik and silently takes those of the host: it ships the plain key too, as a net.
 */
const FORMS: Record<string, string[]> = {
  ru: ['one', 'few', 'many', 'other'],
  ko: ['other'],
  tg: ['', 'one', 'other'],
};
const formsOf = (language: string) => FORMS[language] ?? ['one', 'other'];

type Texts = Map<string, string>;

function read(language: string): Texts {
  const folder = join(ROOT, 'locales', language);
  const files = readdirSync(folder).filter((file) => file.endsWith('.json'));
  return new Map(
    files.flatMap((file) =>
      Object.entries(JSON.parse(readFileSync(join(folder, file), 'utf8')) as Record<string, string>).map(
        ([key, text]) => [`${file.replace('.json', '')}:${key}`, text] as const,
      ),
    ),
  );
}

const texts = Object.fromEntries(LANGUAGES.map((language) => [language, read(language)]));
const english = texts.en!;
const plural = (key: string) => /^(.*)_(one|few|many|other|zero|two)$/.exec(key);
/** Keys with a plural have both forms in English; a key that merely ends in `_other` does not. */
const baseOf = (key: string) => {
  const [, base = key] = plural(key) ?? [];
  return english.has(`${base}_one`) && english.has(`${base}_other`) ? base : key;
};
const counted = new Set([...english.keys()].filter((key) => baseOf(key) !== key).map(baseOf));
const expectedKeys = (language: string) =>
  new Set(
    [...english.keys()].flatMap((key) =>
      counted.has(baseOf(key))
        ? formsOf(language).map((form) => (form ? `${baseOf(key)}_${form}` : baseOf(key)))
        : [key],
    ),
  );

const placeholders = (text: string) => new Set([...text.matchAll(/\{\{(\w+)\}\}/g)].map(([, name]) => name!));
const source = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .map((file) => readFileSync(join(ROOT, 'src', file), 'utf8'))
  .join('\n');

/** What the code asks for: whole keys, and the beginnings of keys that end in a value: t(`events:kind_${kind}`). */
const asked = [...source.matchAll(/\bt\(\s*['`]([a-z]+:[a-z0-9_]*)/g)].map(([, key]) => key!);
const literals = [...source.matchAll(/['`]([a-z]+:[a-z0-9_]+)['`$]/g)].map(([, key]) => key!);

/** Texts that stand on a button: `{ text: t('…'), data }` and what confirms a form. */
const onButtons = [
  ...source.matchAll(/(?<!answerCallbackQuery\(\{\s*)\btext: (?:\w+\.)?t\(\s*(?:[\w.]+ \? )?['`]([a-z]+:[a-z0-9_]*)/g),
  ...source.matchAll(/\bconfirm: \(t\) => t\(\s*(?:\w+ \? )?['`]([a-z]+:[a-z0-9_]*)/g),
].map(([, key]) => key!);

describe.each(LANGUAGES)('%s', (language) => {
  const own = texts[language]!;

  test('has every text and plural form, and none too many', () => {
    const expected = expectedKeys(language);
    expect([...expected].filter((key) => !own.has(key))).toEqual([]);
    expect([...own.keys()].filter((key) => !expected.has(key))).toEqual([]);
  });

  test('has the same placeholders as English', () => {
    const wrong = [...own].filter(([key, text]) => {
      const form = plural(key)?.[2];
      const twin = english.get(key) ?? english.get(`${baseOf(key)}_other`) ?? english.get(`${key}_other`) ?? '';
      const [mine, theirs] = [placeholders(text), placeholders(twin)];
      // "One seat" may do without its number, where only 1 is "one".
      const differ = mine.symmetricDifference(theirs);
      if (form === 'one' && language !== 'hy') differ.delete('count');
      return differ.size > 0;
    });
    expect(wrong).toEqual([]);
  });

  test('attaches nothing to a placeholder', () => {
    const glued = [...own].filter(([, text]) => /\}\}[\p{L}\p{M}]|\}\}[-‑][\p{L}]|[\p{L}]\{\{/u.test(text));
    expect(glued).toEqual([]);
  });

  test('holds plain text: no tags, no stray white space, composed letters', () => {
    const wrong = [...own].filter(
      ([, text]) => /<\/?[a-z]+>/i.test(text) || text !== text.trim() || text !== text.normalize('NFC') || text === '',
    );
    expect(wrong).toEqual([]);
  });

  test('keeps every button within 30 characters', () => {
    const long = [...own].filter(([key, text]) => {
      const button = onButtons.some((name) => key === name || (name.endsWith('_') && key.startsWith(name)));
      return button && [...text.replace(/\{\{\w+\}\}/g, '')].length > 30;
    });
    expect(long).toEqual([]);
  });

  test.skipIf(language === 'en')('is translated', () => {
    // Names and signs that are the same everywhere.
    const same = [...own].filter(([key, text]) => text === english.get(key) && /\p{L}{4}/u.test(strip(text)));
    expect(same.filter(([, text]) => !INTERNATIONAL.has(text))).toEqual([]);
  });
});

const INTERNATIONAL = new Set(['Online', 'Onlayn', 'Material', 'Email', 'Poll']);
const strip = (text: string) => text.replace(/\{\{\w+\}\}|\/\w+/g, '');
const words = (language: string, wrong: RegExp) => [...texts[language]!].filter(([, text]) => wrong.test(strip(text)));

describe('traps of each language (languages/style.md)', () => {
  test.each(LANGUAGES)('%s: no word mixes scripts', (language) => {
    const mixed = /\p{Script=Latin}\p{Script=Cyrillic}|\p{Script=Cyrillic}\p{Script=Latin}/u;
    expect(words(language, mixed)).toEqual([]);
  });

  test('Tajik has no ц щ ы ь', () => expect(words('tg', /[цщыьЦЩЫЬ]/u)).toEqual([]));
  test('Kazakh does not borrow Kyrgyz words', () =>
    expect(words('kk', /(?<!\p{L})жана(?!\p{L})|уу(?!\p{L})/u)).toEqual([]));
  test('Kyrgyz has no Kazakh letters', () => expect(words('ky', /[әғқұһі]/iu)).toEqual([]));
  test('Uzbek prints ʻ and ʼ only', () => expect(words('uz', /['’‘`´]/u)).toEqual([]));
  test('Azerbaijani says parametrlər, not Turkish ayarlar', () =>
    expect(words('az', /ayarlar|lütfen|katılımcı/iu)).toEqual([]));
  test('Armenian has no ASCII punctuation', () => expect(words('hy', /\p{Script=Armenian}\s*[:?!]/u)).toEqual([]));
  test('Georgian has no capitals (Mtavruli)', () => expect(words('ka', /[\u{1C90}-\u{1CBF}]/u)).toEqual([]));
  test('Korean writes 워크숍 and 아니요', () => expect(words('ko', /워크샵|아니오|당신|귀하/u)).toEqual([]));
  test('English has typographic quotes and apostrophes', () => expect(words('en', /["]|\w'\w/u)).toEqual([]));
});

describe('the code and the texts', () => {
  test('every text is used', () => {
    const prefixes = asked.filter((key) => /[_:]$/.test(key));
    const unused = [...english.keys()].filter(
      (key) =>
        !literals.includes(baseOf(key)) &&
        !literals.includes(key) &&
        !prefixes.some((prefix) => key.startsWith(prefix)),
    );
    expect(unused).toEqual([]);
  });
});
