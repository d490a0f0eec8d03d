import { describe, expect, test } from 'vitest';
import { PASSPORT_LATIN_MAX, isPassportLatin, suggestLatin } from '../../src/names/latin.ts';
import { people } from './people.ts';

describe('suggestLatin over the fixtures', () => {
  const local = people.filter(({ country }) => country !== 'KR');
  const parts = local.flatMap(({ country, lang, family, given }) =>
    [family, given].map(({ native, latin }) => ({ country, lang, native, latin })),
  );

  test('meets 98 % of the name parts in passports when the country is known', () => {
    const right = parts.filter(({ country, native, latin }) => suggestLatin(native, { country }) === latin);
    expect(parts).toHaveLength(140);
    expect(right.length / parts.length).toBeGreaterThanOrEqual(0.98);
  });

  test('meets as many when only the language is known', () => {
    const right = parts.filter(({ lang, native, latin }) => suggestLatin(native, { language: lang }) === latin);
    expect(right.length / parts.length).toBeGreaterThanOrEqual(0.98);
  });

  test('meets the Korean family names but for 정, which 46 of 100 passports write Jung and 42 Jeong', () => {
    const korean = people.filter(({ country }) => country === 'KR');
    const families = korean.map(({ native }) => suggestLatin(native, { country: 'KR' }).split(' ')[0]);
    expect(families).toEqual(['KIM', 'PARK', 'JUNG', 'YOON', 'OH']);
  });

  test('keeps the order and number of the words outside Korean', () => {
    for (const { native, country } of local) {
      expect(suggestLatin(native, { country }).split(' ')).toHaveLength(native.split(' ').length);
    }
  });

  test('gives what the validation accepts', () => {
    for (const { native, ru, country } of people) {
      expect(isPassportLatin(suggestLatin(native, { country }))).toBe(true);
      expect(suggestLatin(ru, { country })).toMatch(/^[A-Z]+(?:[ -][A-Z]+)*$/);
    }
  });
});

describe('suggestLatin by country', () => {
  test.each([
    // ICAO 9303
    ['Дмитрий Щукин-Объедков', {}, 'DMITRII SHCHUKIN-OBIEEDKOV'],
    ['Юлия Цой', { country: 'KG' }, 'IULIIA TSOI'],
    ['Талантбек кызы Сезим', { country: 'KG' }, 'TALANTBEK KYZY SEZIM'],
    // Kazakhstan
    ['Ерлан Абаев', { country: 'KZ' }, 'YERLAN ABAYEV'],
    ['Дмитрий Семёнов', { country: 'KZ' }, 'DMITRIY SEMYONOV'],
    ['Айгерiм', { country: 'KZ' }, 'AIGERIM'],
    ['АЙГЕРІМ ӘДІЛҚЫЗЫ', { country: 'KZ' }, 'AIGERIM ADILKYZY'],
    // Tajikistan
    ['Қурбонӣ Ҷамшед', { country: 'TJ' }, 'QURBONI JAMSHED'],
    ['Джураева Зебо', { country: 'TJ' }, 'JURAEVA ZEBO'],
    // Uzbekistan
    ['Toʻxtayev Oʻtkir', { country: 'UZ' }, 'TOXTAYEV OTKIR'],
    ["To'xtayev O`tkir", { country: 'UZ' }, 'TOXTAYEV OTKIR'],
    ['Тўхтаев Жаҳонгир', {}, 'TOXTAYEV JAHONGIR'],
    ['Мирзиёев', { country: 'UZ' }, 'MIRZIYOYEV'],
    // Azerbaijan
    ['Sevinc İbrahimxanlı', {}, 'SEVINJ IBRAHIMKHANLI'],
    ['SEVİNC ƏLİYEVA', { language: 'az' }, 'SEVINJ ALIYEVA'],
    ['İshaq Qurbanov', { country: 'AZ' }, 'ISHAG GURBANOV'],
    ['Vaqif Quliyev', { country: 'AZ' }, 'VAGIF GULIYEV'],
    ['Sevinj Aghayeva', { country: 'AZ' }, 'SEVINJ AGHAYEVA'],
    ['Джафарзаде Лейла', { country: 'AZ' }, 'JAFARZADE LEYLA'],
    // Armenia
    ['ԱՆԱՀԻՏ ԳԵՒՈՐԳՅԱՆ', {}, 'ANAHIT GEVORGYAN'],
    ['Սևակ Եղիազարյան', {}, 'SEVAK YEGHIAZARYAN'],
    ['Ովսաննա Ոսկանյան', {}, 'OVSANNA VOSKANYAN'],
    ['Ուրարտու', {}, 'URARTU'],
    // Georgia
    ['ყიფშიძე გიორგი', {}, 'QIPSHIDZE GIORGI'],
    ['ᲧᲘᲤᲨᲘᲫᲔ', {}, 'QIPSHIDZE'],
    // Korea
    ['박준서', {}, 'PARK JUNSEO'],
    ['이 지은', {}, 'LEE JIEUN'],
    ['한복남', {}, 'HAN BOKNAM'],
    ['남궁민', {}, 'NAMGUNG MIN'],
    ['Kim Do-yul', { country: 'KR' }, 'KIM DO-YUL'],
  ])('%s %o → %s', (name, hint, latin) => {
    expect(suggestLatin(name, hint)).toBe(latin);
  });

  test('the country of the passport goes before the language of the chat', () => {
    expect(suggestLatin('Жумабаев', { country: 'UZ', language: 'ru' })).toBe('JUMABAYEV');
    expect(suggestLatin('Жумабаев', { country: 'KG', language: 'uz' })).toBe('ZHUMABAEV');
  });

  test('plain Latin is only upper-cased', () => {
    expect(suggestLatin("  Xi o'Brien-Quick ")).toBe('XI OBRIEN-QUICK');
    expect(suggestLatin('Zilola Ismoilova', { country: 'UZ' })).toBe('ZILOLA ISMOILOVA');
  });

  test('letters and marks typed apart (NFD) are read as one', () => {
    expect(suggestLatin('Сергей Ёлкин'.normalize('NFD'))).toBe('SERGEI ELKIN');
    expect(suggestLatin('Şəbnəm Çələbi'.normalize('NFD'))).toBe('SHABNAM CHALABI');
    expect(suggestLatin('박준서'.normalize('NFD'))).toBe('PARK JUNSEO');
  });

  test.each([
    ['', ''],
    ['😀 👩‍👩‍👧', ''],
    ['李明', ''],
    ['محمد', ''],
    ['\u202eАнна\u202c', 'ANNA'],
    ['- Анна - –', 'ANNA'],
    ['<b>Анна</b>', 'B ANNA B'],
  ])('%o gives %o', (name, latin) => {
    expect(suggestLatin(name)).toBe(latin);
  });

  test('an endless name gives a bounded suggestion', () => {
    for (const piece of ['щ', 'Щ ', 'e\u0301', '\u0301', 'щ-', '\ud800', '😀', '한']) {
      const latin = suggestLatin(piece.repeat(5000), { country: 'KZ' });
      expect(latin.length).toBeLessThanOrEqual(PASSPORT_LATIN_MAX);
      expect(latin).toMatch(/^(?:[A-Z]+(?:[ -][A-Z]+)*)?$/);
    }
  });
});

describe('isPassportLatin', () => {
  test.each(['AIGERIM', 'Oh Hyunwoo', 'Kim Do-yul', "O'BRIEN", 'O’BRIEN ANNA', ' ANNA ', 'A'.repeat(80)])(
    'takes %o',
    (text) => {
      expect(isPassportLatin(text)).toBe(true);
    },
  );

  test.each([
    '',
    ' ',
    'A',
    'Анна',
    'ƏLİ',
    'ANNA2',
    'ANNA  LEE',
    '-ANNA',
    'ANNA-',
    "ANNA'",
    'A_B',
    'A.B',
    'A\nB',
    '=A()',
    'A'.repeat(81),
  ])('refuses %o', (text) => {
    expect(isPassportLatin(text)).toBe(false);
  });
});
