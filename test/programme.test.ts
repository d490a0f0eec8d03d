import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import {
  agencyName,
  cityOf,
  countryName,
  loadProgramme,
  OTHER_COUNTRY,
  pick,
  ProgrammeError,
  readingOrder,
  text,
} from '../src/programme.ts';

const FILE = 'programme.json';
const programme = loadProgramme(FILE);
const TEN = ['en', 'ru', 'kk', 'ky', 'tg', 'uz', 'az', 'hy', 'ka', 'ko'];

const folder = mkdtempSync(join(tmpdir(), 'programme-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** The complaint about a file, without its path. */
function complaint(content: string): string {
  const path = join(folder, 'programme.json');
  writeFileSync(path, content);
  try {
    loadProgramme(path);
  } catch (error) {
    if (error instanceof ProgrammeError) return error.message.replace(`${path}: `, '');
    throw error;
  }
  return 'none';
}

/** A place in the parsed JSON, as `countries.2.names`, and its last key. */
function at(root: unknown, path: string): [Record<string, unknown>, string] {
  const keys = path.split('.');
  const last = keys.pop()!;
  return [keys.reduce((value, key) => (value as Record<string, unknown>)[key], root) as Record<string, unknown>, last];
}

/** The file of this repository with one value changed, or removed where `value` is undefined. */
function broken(path: string, value?: unknown): string {
  const file = JSON.parse(readFileSync(FILE, 'utf8'));
  const [parent, key] = at(file, path);
  if (value === undefined) delete parent[key];
  else parent[key] = value;
  return JSON.stringify(file);
}

describe('programme.json', () => {
  test('speaks ten languages', () => {
    expect(programme.languages).toEqual(TEN);
  });

  test('has the countries of the first programme, one more, and "other country"', () => {
    const codes = programme.countries.map(({ code }) => code).join(' ');
    expect(codes).toBe(`KZ KG TJ UZ AZ AM GE KR PH ${OTHER_COUNTRY}`);
  });

  test.each(TEN)('has a consent text in %s that says who, how long, and how to see and erase', (lang) => {
    const consent = text(programme, programme.consent.text, lang);
    expect(consent).toContain(text(programme, programme.controller.names, lang));
    expect(consent).toContain(programme.controller.email);
    expect(consent).toContain('/mydata');
    expect(consent).toContain('/erase');
    expect(consent).toMatch(/\b5/u);
    expect(programme.retention.profile).toBe('P5Y');
    expect(consent).not.toMatch(/[<>&]/u);
    expect(consent.length).toBeLessThanOrEqual(700);
  });

  test('prints every text composed, without straight quotes', () => {
    const json = readFileSync(FILE, 'utf8');
    expect(json.normalize('NFC')).toBe(json);
    expect(json.match(/['`]|\\"/u)?.[0]).toBeUndefined();
  });

  test('has no Latin look-alikes in Cyrillic words, nor the other way', () => {
    const words = JSON.stringify(programme).replaceAll(String.raw`\n`, ' ');
    expect(
      words.match(/\p{Script=Latin}\p{Script=Cyrillic}|\p{Script=Cyrillic}\p{Script=Latin}/u)?.[0],
    ).toBeUndefined();
  });
});

describe('lookups', () => {
  test('a country is named in the language of the reader', () => {
    expect(countryName(programme, 'TJ', 'tg')).toBe('Тоҷикистон');
    expect(countryName(programme, 'KG', 'ru')).toBe('Кыргызстан');
    expect(countryName(programme, 'KR', 'en')).toBe('Republic of Korea');
    expect(countryName(programme, OTHER_COUNTRY, 'ka')).toBe('სხვა ქვეყანა');
  });

  test('a country that left the file keeps a name', () => {
    expect(countryName(programme, 'MN', 'ru')).toBe('Монголия');
  });

  test('a zone is known by its city: Asia/Almaty by Astana', () => {
    expect(cityOf(programme, 'Asia/Almaty', 'tg')).toBe('Остона');
    expect(cityOf(programme, 'Asia/Seoul', 'ko')).toBe('서울');
    expect(cityOf(programme, 'America/New_York', 'kk')).toBe('New York');
  });

  test('a text falls back to the default language, then to any the programme speaks', () => {
    expect(text(programme, { en: 'Venue', kk: 'Орны' }, 'kk')).toBe('Орны');
    expect(text(programme, { en: 'Venue', kk: 'Орны' }, 'ko')).toBe('Venue');
    expect(text(programme, { kk: 'Орны' }, 'ko')).toBe('Орны');
    expect(text(programme, {}, 'ko')).toBe('');
  });

  test('the readers of a language have the fallbacks that the programme gives it', () => {
    const texts = { en: 'Venue', ru: 'Место', ko: '장소' };
    expect(text(programme, texts, 'kk')).toBe('Место');
    expect(text(programme, texts, 'ka')).toBe('Место');
    expect(text(programme, { en: 'Venue', ko: '장소' }, 'kk')).toBe('Venue');
    expect(readingOrder(programme, 'uz').slice(0, 3)).toEqual(['uz', 'ru', 'en']);
    expect(readingOrder(programme, 'ko').slice(0, 2)).toEqual(['ko', 'en']);
    expect(readingOrder(programme, 'fr').toSorted()).toEqual(['fr', ...TEN].toSorted());
    // A language that the programme gave up: better than nothing.
    expect(pick({ fr: 'Lieu' }, readingOrder(programme, 'kk'))).toBe('Lieu');
  });

  test("an agency has its own name for those who read its country's language", () => {
    const georgia = programme.countries.find(({ code }) => code === 'GE')!;
    const bureau = georgia.agencies[0]!;
    expect(agencyName(georgia, bureau, 'ka')).toBe('საჯარო სამსახურის ბიურო');
    expect(agencyName(georgia, bureau, 'ru')).toBe('Бюро публичной службы');
    expect(agencyName(georgia, bureau, 'ko')).toBe('Civil Service Bureau');
  });
});

describe('a wrong file stops with one line that names the place and the cure', () => {
  test.each([
    ['countries.2.names.tg', undefined, 'countries[2].names.tg is missing: add the name of the country in Tajik'],
    ['consent.text.hy', undefined, 'consent.text.hy is missing: add the consent text in Armenian'],
    ['expertise.0.names.ka', ' ', 'expertise[0].names.ka is empty: add the name of the tag in Georgian'],
    ['name', undefined, 'name is missing: add the short and the full name of the programme'],
    ['name.full', 'Bilim', 'name.full is "Bilim": write the full name of the programme in each language'],
    ['countries.0', 'KZ', 'countries[0] is "KZ": write a country'],
    ['countries', {}, 'countries is Object: write the list of countries'],
    [
      'countries.1.agencies',
      undefined,
      'countries[1].agencies is missing: add the list of agencies, which may be empty',
    ],
    ['countries.1.agencies.0.ru', 7, "countries[1].agencies[0].ru is 7: write the agency's name in Russian"],
    ['countries.0.names.kz', 'Қазақстан', 'countries[0].names.kz is not known: remove it or correct its spelling'],
    ['colour', 'blue', 'colour is not known: remove it or correct its spelling'],
    ['countries.0.code', 'kz', 'countries[0].code is "kz": write the code of the country, such as KZ'],
    ['countries.3.code', 'KZ', 'countries[3].code is "KZ" for the second time: remove it or change it'],
    ['zones.1.zone', 'Asia/Almaty', 'countries[1].zone is "Asia/Bishkek": add this zone and its city to zones'],
    [
      'zones.9',
      { zone: 'Asia/Seoul', city: programme.zones[7]!.city },
      'zones[9].zone is "Asia/Seoul" for the second time: remove it or change it',
    ],
    [
      'expertise.1.key',
      'digital_government',
      'expertise[1].key is "digital_government" for the second time: remove it or change it',
    ],
    ['partners.1.key', 'gov_korea', 'partners[1].key is "gov_korea" for the second time: remove it or change it'],
    [
      'countries.0.zone',
      'Asia/Astana',
      'countries[0].zone is "Asia/Astana", which is no time zone: write an IANA name such as Asia/Almaty',
    ],
    ['defaultZone', '+05:00', 'defaultZone is "+05:00", which is no time zone: write an IANA name such as Asia/Almaty'],
    ['countries.8.zone', 'Europe/Paris', 'countries[8].zone is "Europe/Paris": add this zone and its city to zones'],
    [
      'countries.7.names.en',
      'The Republic of Korea, in the south',
      'countries[7].names.en has 35 characters: shorten it to 30, it is the label of a button',
    ],
    [
      'expertise.3.names.ru',
      'Искусственный интеллект в госуправлении',
      'expertise[3].names.ru has 39 characters: shorten it to 30, it is the label of a button',
    ],
    ['languages', undefined, 'languages is missing: add the list of languages'],
    ['languages', [], 'languages is empty: add at least one language'],
    ['languages.1', 'Russian', 'languages[1] is "Russian": write a language tag, such as kk'],
    ['languages.9', 'en', 'name.short.ko is not known: remove it or correct its spelling'],
    ['languages.10', 'en', 'languages[10] is "en" for the second time: remove it or change it'],
    ['languages.10', 'fr', 'name.short.fr is missing: add the short name of the programme in French'],
    [
      'fallbacks.kk',
      ['ru', 'fr'],
      'fallbacks.kk names a language that is not in languages: remove it or add the language',
    ],
    ['fallbacks.fr', ['ru'], 'fallbacks.fr names a language that is not in languages: remove it or add the language'],
    ['defaultLanguage', 'fr', 'defaultLanguage is "fr": write one of en, ru, kk, ky, tg, uz, az, hy, ka, ko'],
    [
      'retention.drafts',
      '90 days',
      'retention.drafts is "90 days": write a period of days, months or years such as P90D or P5Y',
    ],
    [
      'retention.drafts',
      'PT90H',
      'retention.drafts is "PT90H": write a period of days, months or years such as P90D or P5Y',
    ],
    ['retention.inbox', undefined, "retention.inbox is missing: add how long Telegram's updates are kept"],
    ['bulkPerDay', 0, 'bulkPerDay must be at least 1'],
    [
      'announcements.approvalAbove',
      'many',
      'announcements.approvalAbove is "many": write above how many recipients a second organizer has to approve',
    ],
    ['consent.version', 'v2', 'consent.version is "v2": write the date of the consent text, such as 2026-11-01'],
    ['controller.email', 'office', 'controller.email is "office": write an e-mail address such as name@example.org'],
  ])('%s = %j', (path, value, line) => {
    expect(complaint(broken(path, value))).toBe(line);
  });

  test('no JSON', () => {
    expect(complaint('{"languages":\n\n["en",]}')).toMatch(/^is not JSON \(.+\): correct the file at that place$/u);
  });

  test('no object', () => {
    expect(complaint('[]')).toBe('languages is missing: add the list of languages');
    expect(complaint('5')).toBe('the file is 5: write an object');
  });

  test('no file', () => {
    const path = join(folder, 'nowhere.json');
    expect(() => loadProgramme(path)).toThrow(
      new ProgrammeError(
        `${path}: cannot be read (ENOENT: no such file or directory, open '${path}'): put the programme's file there`,
      ),
    );
  });
});
