import { describe, expect, test } from 'vitest';
import { fold } from '../../src/names/fold.ts';
import { searchKeys, searchPatterns, wordKeys } from '../../src/names/search.ts';
import { people } from './people.ts';

/** No character that LIKE would interpret but the % of the two ends; '%' alone for what is optional. */
const SAFE = /^%(?: [afksvw]:[a-z0-9]+(?: %|%))?$/;

/** LIKE as Postgres has it, for such patterns. */
const isLike = (text: string, pattern: string): boolean => SAFE.test(pattern) && text.includes(pattern.slice(1, -1));

/** What the SQL computes: null when a word is not found, else the sum of the best weights. */
function rank(keys: string, query: string, patterns = searchPatterns(query)): number | null {
  const best = patterns.map((word) => word.find(({ like }) => isLike(keys, like))?.weight);
  return best.reduce<number | null>((sum, weight) => (sum === null || weight === undefined ? null : sum + weight), 0);
}

const finds = (keys: string, query: string): boolean => rank(keys, query) !== null;

const scripts = ['native', 'latin', 'ru'] as const;
const forms = people.flatMap((person) =>
  scripts.flatMap((stored) =>
    scripts.filter((sought) => sought !== stored).map((sought) => ({ person, stored, sought })),
  ),
);
const share = <T>(items: T[], holds: (item: T) => boolean): number => items.filter(holds).length / items.length;

describe('recall over the fixtures, one form stored and another sought', () => {
  test('by the full name', () => {
    expect(forms).toHaveLength(450);
    expect(share(forms, ({ person, stored, sought }) => finds(searchKeys(person[stored]), person[sought]))).toBe(1);
  });

  test('by the family name', () => {
    expect(share(forms, ({ person, stored, sought }) => finds(searchKeys(person[stored]), person.family[sought]))).toBe(
      1,
    );
  });

  test('by the given name', () => {
    expect(share(forms, ({ person, stored, sought }) => finds(searchKeys(person[stored]), person.given[sought]))).toBe(
      1,
    );
  });

  test('by the other spellings that are met', () => {
    const spellings = people.flatMap((person) =>
      scripts.flatMap((stored) => person.alt.map((alt) => ({ name: person[stored], alt }))),
    );
    expect(spellings.length).toBeGreaterThan(300);
    expect(share(spellings, ({ name, alt }) => finds(searchKeys(name), alt))).toBe(1);
  });

  test('when an alternative spelling is what is stored', () => {
    const spellings = people.flatMap(({ alt, family, given }) =>
      alt.flatMap((stored) => scripts.map((script) => ({ stored, parts: [family[script], given[script]] }))),
    );
    expect(
      share(spellings, ({ stored, parts }) => parts.some((part) => finds(searchKeys(stored), part))),
    ).toBeGreaterThanOrEqual(0.97);
  });
});

describe('precision over the fixtures', () => {
  const rows = people.map((person) => ({ person, keys: searchKeys(person.native, person.latin, person.ru) }));
  const hits = (query: string) => {
    const patterns = searchPatterns(query);
    const found = rows.flatMap(({ person, keys }) => {
      const found = rank(keys, query, patterns);
      return found === null ? [] : [{ person, rank: found }];
    });
    return found.toSorted((one, other) => other.rank - one.rank);
  };

  test('no two people have the same keys', () => {
    expect(new Set(rows.map(({ keys }) => keys)).size).toBe(people.length);
  });

  test('a family name brings 1.2 people on average, and its bearer first', () => {
    const queries = people.flatMap(({ family }, at) => scripts.map((script) => ({ at, query: family[script] })));
    const found = queries.map(({ at, query }) => ({ at, hits: hits(query) }));
    expect(found.reduce((sum, { hits }) => sum + hits.length, 0) / found.length).toBeLessThan(1.2);
    expect(share(found, ({ at, hits }) => hits[0]?.person === people[at])).toBeGreaterThan(0.98);
  });

  test('a given name brings fewer than two people on average', () => {
    const counts = people.flatMap(({ given }) => scripts.map((script) => hits(given[script]).length));
    expect(counts.reduce((sum, count) => sum + count, 0) / counts.length).toBeLessThan(2);
  });

  test('a full name brings its bearer alone', () => {
    for (const person of people) {
      for (const script of scripts) expect(hits(person[script]).map(({ person }) => person)).toEqual([person]);
    }
  });

  test('the exact spelling goes before the same sound', () => {
    const asked = searchPatterns('Хачатрян')[0]?.map(({ weight }) => weight) ?? [];
    expect(asked).toEqual(asked.toSorted((one, other) => other - one));
    expect(rank(searchKeys('Гасанова'), 'Гасанова')).toBeGreaterThan(rank(searchKeys('Касанова'), 'Гасанова') ?? 0);
  });

  test('the keys of a person are short', () => {
    expect(rows.reduce((sum, { keys }) => sum + keys.length, 0) / rows.length).toBeLessThan(100);
  });
});

describe('one name in many spellings', () => {
  test.each([
    ['Хачатрян Khachatryan Խաչատրյան Hachatryan Xaçatryan Khachatrian Хачатурян ԽԱՉԱՏՐՅԱՆ'],
    [
      'Yoʻldosheva Yoʼldosheva Yo‘ldosheva Yo’ldosheva Yo`ldosheva Yo´ldosheva Yoldosheva Йўлдошева Юлдашева Yuldasheva',
    ],
    ['Cəfərzadə Jafarzada Ceferzade Джафарзаде CƏFƏRZADƏ Dzhafarzade'],
    ['İbrahimxanlı IBRAHIMKHANLI ibrahimxanli İBRAHİMXANLI Ибрагимханлы'],
    ['Həsənova Гасанова Hasanova Hesenova Gasanova Хасанова'],
    ['Семёнов Семенов Semyonov Semenov Semionov'],
    ['Жылдыз Jyldyz Zhyldyz Джылдыз'],
    ['Қуанышбаева Куанышбаева Kuanyshbayeva Quanyshbaeva'],
    ['Давид Davit Դավիթ დავით Davud'],
    ['София Sopio სოფიო Софио Sophia Sofia'],
    ['Акоп Hakob Հակոբ Акоб Hagop'],
    ['Георгий Giorgi გიორგი Georgiy Գևորգ Gevorg'],
    ['Иван Ivane ივანე Ivan'],
    ['Оганесян Ованнисян Hovhannisyan Հովհաննիսյան'],
    ['Варданян Վարդանյան Вартанян Vardanian'],
    ['Мухаммед Muhammad Məhəmməd Магомед Mehmet'],
    ['Пак Park 박 Bak PAK'],
    ['Ли Lee 이 Yi Rhee'],
    ['Цой Choi 최 Choe Tsoi'],
    ['Юн Yoon 윤 Yun'],
    ['Нурғалиев Нургалиев Nurgaliyev Nurgaliev Nurghaliyev'],
    ['ყიფიანი Qipiani Kipiani Кипиани'],
  ])('%s', (line) => {
    const spellings = line.split(' ');
    for (const stored of spellings) {
      for (const sought of spellings) expect(finds(searchKeys(stored), sought), `${sought} finds ${stored}`).toBe(true);
    }
  });
});

describe('a query', () => {
  const row =
    searchKeys('Анна-Мария Խաչատրյան') + wordKeys('Բարձր տեխնոլոգիական արդյունաբերություն, кибербезопасность');

  test('finds the words in any order', () => {
    expect(finds(row, 'Khachatryan Anna')).toBe(true);
    expect(finds(row, 'мария хачатрян анна')).toBe(true);
    expect(finds(row, 'Khachatryan Nina')).toBe(false);
  });

  test.each([
    ...people.map(({ native }) => native),
    ...people.map(({ ru }) => ru),
    ...people.map(({ latin }) => latin),
  ])('finds %s at each letter typed', (name) => {
    const keys = searchKeys(name);
    const typed = Array.from(name);
    for (let length = 1; length <= typed.length; length++) {
      expect(keys).toSatisfy((keys: string) => finds(keys, typed.slice(0, length).join('')));
    }
  });

  test('may have a patronymic that the row lacks, and ranks the one that has it first', () => {
    const [having, lacking] = [searchKeys('Петренко Светлана Викторовна'), searchKeys('Петренко Светлана')];
    expect(rank(having, 'Петренко Светлана Викторовна')).toBeGreaterThan(
      rank(lacking, 'Петренко Светлана Викторовна') ?? 3,
    );
    expect(finds(searchKeys('Tursunova Zilola'), 'Турсунова Зилола Анвар қизи')).toBe(true);
    expect(finds(searchKeys('Турсунова Зилола Анваровна'), 'Tursunova Zilola Rustamovna')).toBe(true);
    expect(finds(searchKeys('Сезим Асанова'), 'Талантбек кызы Сезим')).toBe(false);
    expect(finds(searchKeys('Петренко'), 'Викторовна')).toBe(false);
  });

  test.each([
    ['Хача', 'Khachatryan'],
    ['Khach', 'Խաչատրյան'],
    ['Xach', 'Хачатрян'],
    ['Гасан', 'Həsənova'],
    ['Qoʻch', 'Қўчқоров'],
    ['Baye', 'Баева'],
    ['Cəf', 'Jafarzada'],
    ['Ж', 'Jyldyz'],
    ['도율', '김도율'],
    ['Doyul', '김도율'],
    ['Do yul', '김도율'],
    ['Jun-seo', 'Пак Чунсо'],
    ['Junseo', 'Park Jun Seo'],
    ['Абдул Азиз', 'Абдулазиз'],
    ['Talantbek', 'Талантбек кызы Сезим'],
  ])('half a word finds the whole: %s finds %s', (query, name) => {
    expect(finds(searchKeys(name), query)).toBe(true);
  });

  test('letters typed apart (NFD), look-alikes and invisible characters change nothing', () => {
    expect(finds(searchKeys('Сергей Ёлкин'), 'Сергей Ёлкин'.normalize('NFD'))).toBe(true);
    expect(finds(searchKeys('Şəbnəm'.normalize('NFD')), 'Şəbnəm')).toBe(true);
    expect(finds(searchKeys('Айгерім'), 'Айгерiм')).toBe(true);
    expect(finds(searchKeys('Анна'), '\u200fАн\u00adна\u200b')).toBe(true);
  });

  test('finds free text by the beginning of its own words, not by their sound', () => {
    expect(finds(row, 'кибербез')).toBe(true);
    expect(finds(row, 'кибербезопасности')).toBe(true);
    expect(finds(row, 'տեխնոլոգ')).toBe(true);
    expect(finds(row, 'Хачатрян кибербезопасность')).toBe(true);
    expect(finds(wordKeys('гибридная'), 'кибертная')).toBe(false);
    expect(finds(wordKeys('Анита'), 'Анато')).toBe(false);
  });

  test('finds a Korean compound by a word in its middle', () => {
    expect(finds(wordKeys('한국지능정보사회진흥원'), '정보')).toBe(true);
    expect(finds(wordKeys('디지털정부'), '정부')).toBe(true);
    expect(finds(wordKeys('디지털정부'), '교육')).toBe(false);
    expect(rank(wordKeys('디지털정부'), '정부')).toBeGreaterThanOrEqual(rank(searchKeys('정민부'), '정부') ?? 3);
  });

  test('ranks a name before a text that has the same word', () => {
    expect(rank(searchKeys('Астана'), 'Астана')).toBeGreaterThan(rank(wordKeys('Астана'), 'Астана') ?? 0);
  });

  test('numbers and letters of other alphabets find themselves', () => {
    expect(finds(wordKeys('5G 2026 李明'), '2026 李')).toBe(true);
    expect(finds(wordKeys('محمد'), 'محم')).toBe(true);
    expect(finds(wordKeys('2026'), '206')).toBe(false);
  });

  test.each(['', ' ', '%', '_', '\\', '%%%', "' OR 1=1 --", '🙂', '\u202e', '\ud800', '\0', ':', 'f:a', '* & | !'])(
    '%o has nothing that LIKE would interpret',
    (query) => {
      for (const { like } of searchPatterns(query).flat()) expect(like).toMatch(SAFE);
    },
  );

  test('without a word asks for nothing', () => {
    expect(searchPatterns('')).toEqual([]);
    expect(searchPatterns('%_\\ 🙂')).toEqual([]);
    expect(searchKeys('', '🙂')).toBe('');
    expect(wordKeys('—')).toBe('');
  });

  test('of any length stays small', () => {
    for (const piece of ['щ', 'ёəxqcj ', 'a ', 'a-', '한', '한국 ', '👩‍👩‍👧', '\u0301', 'e\u0301', 'ə', '%', 'ع ']) {
      const long = piece.repeat(5000);
      const patterns = searchPatterns(long);
      expect(patterns.length).toBeLessThanOrEqual(6);
      expect(patterns.flat().length).toBeLessThan(600);
      expect(searchKeys(long, long).length).toBeLessThanOrEqual(25_000);
      expect(wordKeys(long).length).toBeLessThanOrEqual(25_000);
      expect(searchKeys(long) + wordKeys(long)).toMatch(/^(?: [afksvw]:[a-z0-9]+)* ? ?(?:[afksvw]:[a-z0-9]+ ?)*$/);
    }
  });
});

describe('fold', () => {
  test('gives the words in one alphabet', () => {
    expect(fold('Խաչատրյան Khachatryan Хачатрян')).toEqual(['khachatrian', 'khachatrian', 'khachatrian']);
    expect(fold('Oʻgʻil  O‘g‘il')).toEqual(['ogil', 'ogil']);
    expect(fold('')).toEqual([]);
  });
});
