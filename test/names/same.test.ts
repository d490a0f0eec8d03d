import { describe, expect, test } from 'vitest';
import { indexNames, sameName } from '../../src/names/same.ts';
import { people } from './people.ts';

describe('sameName', () => {
  test('knows every fixture person in each of three forms', () => {
    for (const { native, latin, ru } of people) {
      expect(sameName(native, ru), `${native} = ${ru}`).toBe(true);
      expect(sameName(latin, native), `${latin} = ${native}`).toBe(true);
      expect(sameName(ru, latin), `${ru} = ${latin}`).toBe(true);
    }
  });

  test('takes no two fixture people for one', () => {
    const taken = people.flatMap((one, at) =>
      people.slice(at + 1).filter((other) => sameName(one.native, other.ru) || sameName(one.latin, other.native)),
    );
    expect(taken).toEqual([]);
  });

  test.each([
    ['Асанова Айпери', 'айпери АСАНОВА'],
    ['Асанова Айпери', 'Асанова Айпери Маратовна'],
    ['박준서', 'Park Jun-seo'],
    ['Park Jun Seo', 'Пак Чунсо'],
    ["Yo'ldosheva Nilufar", 'Йўлдошева Нилуфар'],
    ['Анаит Мелкумян', 'Melkumyan Anahit'],
    ['Семёнов Пётр', 'Семенов Петр'],
    ['Нино', 'ნინო'],
  ])('%s = %s', (one, other) => {
    expect(sameName(one, other)).toBe(true);
  });

  test.each([
    ['Каримова Марина', 'Каримова Мариана'],
    ['Каримова Лола', 'Каримова Лейла'],
    ['Асанова Айпери', 'Асанова Айзада'],
    ['Асанова', 'Асанова Айпери'],
    ['Иванов Иван Петрович', 'Иванов Иван Сергеевич'],
    ['Али Али', 'Али Вали'],
    ['', ''],
    ['🙂', '🙂'],
  ])('%s ≠ %s', (one, other) => {
    expect(sameName(one, other)).toBe(false);
  });

  test('answers at once whatever is typed', () => {
    expect(sameName(`${'а '.repeat(5000)}б`, 'а '.repeat(5000))).toBe(true);
    expect(sameName('а а а а а а а б', 'а '.repeat(5000))).toBe(false);
  });
});

describe('indexNames', () => {
  test('finds the same people as comparing everybody with everybody', async () => {
    const like = await indexNames(people.map((item) => ({ names: [item.native, item.latin], item })));
    for (const { native, ru } of people)
      for (const name of [native, ru]) {
        const found = people.filter((one) => sameName(name, one.native) || sameName(name, one.latin));
        expect(new Set(like(name)), name).toEqual(new Set(found));
      }
    expect(like('Nobody Atall')).toEqual([]);
    expect(like('🙂')).toEqual([]);
  });
});
