import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import {
  formatDate,
  formatOffset,
  formatRange,
  formatTime,
  formatWhen,
  formatWhenBoth,
  onOneDay,
} from '../../src/bot/format/dates.ts';
import { parseDate, parseWhen } from '../../src/bot/format/parse.ts';
import { formatBytes, formatDuration, formatNumber, formatPercent } from '../../src/bot/format/quantities.ts';
import { collator, formatList, languageName } from '../../src/bot/format/words.ts';
import { cityOf, loadProgramme } from '../../src/programme.ts';

const programme = loadProgramme('programme.json');
const at = (text: string) => Temporal.Instant.from(text);
const cityIn = (lang: string) => (zone: string) => cityOf(programme, zone, lang);

const ASTANA = 'Asia/Almaty';
const months = (lang: string) =>
  Array.from({ length: 12 }, (_, index) => {
    const second = Temporal.PlainDate.from({ year: 2026, month: index + 1, day: 2 });
    return formatDate(lang, second.toZonedDateTime(ASTANA).toInstant(), ASTANA);
  });
const thursday = at('2026-09-03T14:05+05:00');

describe('a moment', () => {
  test.each([
    ['en', 'Thursday, 3 September 2026, 14:05 · Astana (UTC+5)'],
    ['ru', 'четверг, 3 сентября 2026 г., 14:05 · Астана (UTC+5)'],
    ['kk', '2026 ж. 3 қыркүйек, бейсенбі, 14:05 · Астана (UTC+5)'],
    ['ky', '2026-ж., 3-сентябрь, бейшемби, 14:05 · Астана (UTC+5)'],
    ['tg', 'панҷшанбе, 3 сентябри соли 2026, 14:05 · Остона (UTC+5)'],
    ['uz', '2026-yil 3-sentabr, payshanba, 14:05 · Ostona (UTC+5)'],
    ['az', '3 sentyabr 2026, cümə axşamı, 14:05 · Astana (UTC+5)'],
    ['hy', '2026 թ. սեպտեմբերի 3, հինգշաբթի, 14:05 · Աստանա (UTC+5)'],
    ['ka', 'ხუთშაბათი, 3 სექტემბერი, 2026, 14:05 · ასტანა (UTC+5)'],
    ['ko', '2026년 9월 3일 목요일 14:05 · 아스타나 (UTC+5)'],
  ])('in %s: %s', (lang, written) => {
    expect(formatWhen(lang, thursday, ASTANA, cityIn(lang)(ASTANA))).toBe(written);
  });

  test.each([
    ['en', '9 May 2026'],
    ['ru', '9 мая 2026 г.'],
    ['kk', '2026 ж. 9 мамыр'],
    ['ky', '2026-ж., 9-май'],
    ['tg', '9 майи соли 2026'],
    ['uz', '2026-yil 9-may'],
    ['az', '9 may 2026'],
    ['hy', '2026 թ. մայիսի 9'],
    ['ka', '9 მაისი, 2026'],
    ['ko', '2026년 5월 9일'],
  ])('as a date in %s: %s', (lang, written) => {
    expect(formatDate(lang, at('2026-05-09T06:00Z'), ASTANA)).toBe(written);
  });

  test('falls on the day of the zone', () => {
    expect(formatDate('en', at('2026-12-31T20:00Z'), 'Asia/Seoul')).toBe('1 January 2027');
    expect(formatDate('en', at('2026-12-31T18:59Z'), ASTANA)).toBe('31 December 2026');
  });

  test.each(programme.languages)('has a clock of 24 hours in %s', (lang) => {
    expect(formatTime(lang, thursday, ASTANA)).toBe('14:05');
    expect(formatTime(lang, at('2026-09-03T00:05+05:00'), ASTANA)).toBe('00:05');
  });

  test('is written in a language without a row of its own in the English order, with its own words', () => {
    expect(formatWhen('fr', thursday, ASTANA, 'Astana')).toBe('jeudi, 3 septembre 2026, 14:05 · Astana (UTC+5)');
  });
});

describe('the offset', () => {
  test('is that of the moment: Kazakhstan moved from +6 to +5 on 1 March 2024', () => {
    expect(formatOffset(at('2022-09-15T04:00Z'), ASTANA)).toBe('UTC+6');
    expect(formatOffset(at('2024-02-29T17:59:59Z'), ASTANA)).toBe('UTC+6');
    expect(formatOffset(at('2024-02-29T18:00Z'), ASTANA)).toBe('UTC+5');
    expect(formatWhen('en', at('2021-11-04T04:00Z'), ASTANA, 'Astana')).toBe(
      'Thursday, 4 November 2021, 10:00 · Astana (UTC+6)',
    );
  });

  test.each([
    ['Asia/Bishkek', 'UTC+6'],
    ['Asia/Dushanbe', 'UTC+5'],
    ['Asia/Tashkent', 'UTC+5'],
    ['Asia/Baku', 'UTC+4'],
    ['Asia/Yerevan', 'UTC+4'],
    ['Asia/Tbilisi', 'UTC+4'],
    ['Asia/Seoul', 'UTC+9'],
    ['Asia/Kolkata', 'UTC+5:30'],
    ['Asia/Kathmandu', 'UTC+5:45'],
    ['America/St_Johns', 'UTC−2:30'],
    ['America/New_York', 'UTC−4'],
    ['UTC', 'UTC'],
  ])('of %s is %s', (zone, offset) => {
    expect(formatOffset(thursday, zone)).toBe(offset);
  });
});

describe("a moment in the person's zone and the event's", () => {
  test('is one line where both clocks show the same', () => {
    expect(formatWhenBoth('tg', thursday, 'Asia/Dushanbe', ASTANA, cityIn('tg'))).toBe(
      'панҷшанбе, 3 сентябри соли 2026, 14:05 · Душанбе (UTC+5)',
    );
  });

  test('is two lines where they differ, the own one first', () => {
    expect(formatWhenBoth('ka', thursday, 'Asia/Tbilisi', ASTANA, cityIn('ka'))).toBe(
      'ხუთშაბათი, 3 სექტემბერი, 2026, 13:05 · თბილისი (UTC+4)\n14:05 · ასტანა (UTC+5)',
    );
  });

  test('repeats the date only where it is another day', () => {
    expect(formatWhenBoth('ko', at('2026-09-03T20:00+05:00'), 'Asia/Seoul', ASTANA, cityIn('ko'))).toBe(
      '2026년 9월 4일 금요일 00:00 · 서울 (UTC+9)\n2026년 9월 3일 목요일 20:00 · 아스타나 (UTC+5)',
    );
  });

  test('says until when, if that is the same day', () => {
    const until = at('2026-09-03T17:00+05:00');
    expect(formatWhenBoth('en', thursday, 'Asia/Tbilisi', ASTANA, cityIn('en'), until)).toBe(
      'Thursday, 3 September 2026, 13:05–16:00 · Tbilisi (UTC+4)\n14:05–17:00 · Astana (UTC+5)',
    );
    expect(formatWhen('ko', thursday, ASTANA, '아스타나', until)).toBe(
      '2026년 9월 3일 목요일 14:05~17:00 · 아스타나 (UTC+5)',
    );
    expect(onOneDay(thursday, at('2026-09-03T23:59+05:00'), ASTANA)).toBe(true);
    expect(onOneDay(thursday, at('2026-09-03T23:59+05:00'), 'Asia/Seoul')).toBe(false);
  });

  test('compares the clocks of that moment: Astana and Bishkek were together until 2024', () => {
    expect(formatWhenBoth('en', at('2023-09-03T09:00Z'), 'Asia/Bishkek', ASTANA, cityIn('en'))).not.toContain('\n');
    expect(formatWhenBoth('en', thursday, 'Asia/Bishkek', ASTANA, cityIn('en'))).toContain('\n');
  });
});

describe('a range', () => {
  const from = at('2026-09-03T14:00+05:00');

  test.each([
    ['en', '3 September 2026, 14:00–16:30'],
    ['ru', '3 сентября 2026 г., 14:00–16:30'],
    ['kk', '2026 ж. 3 қыркүйек, 14:00–16:30'],
    ['ky', '2026-ж., 3-сентябрь, 14:00–16:30'],
    ['tg', '3 сентябри соли 2026, 14:00–16:30'],
    ['uz', '2026-yil 3-sentabr, 14:00–16:30'],
    ['az', '3 sentyabr 2026, 14:00–16:30'],
    ['hy', '2026 թ. սեպտեմբերի 3, 14:00–16:30'],
    ['ka', '3 სექტემბერი, 2026, 14:00–16:30'],
    ['ko', '2026년 9월 3일 14:00~16:30'],
  ])('within a day in %s: %s', (lang, written) => {
    expect(formatRange(lang, from, at('2026-09-03T16:30+05:00'), ASTANA)).toBe(written);
  });

  test.each([
    ['en', '3–5 September 2026', '30 September – 2 October 2026'],
    ['ru', '3–5 сентября 2026 г.', '30 сентября – 2 октября 2026 г.'],
    ['kk', '2026 ж. 3–5 қыркүйек', '2026 ж. 30 қыркүйек – 2 қазан'],
    ['ky', '2026-ж., 3–5-сентябрь', '2026-ж., 30-сентябрь – 2-октябрь'],
    ['tg', '3–5 сентябри соли 2026', '30 сентябри – 2 октябри соли 2026'],
    ['uz', '2026-yil 3–5-sentabr', '2026-yil 30-sentabr – 2-oktabr'],
    ['az', '3–5 sentyabr 2026', '30 sentyabr – 2 oktyabr 2026'],
    ['hy', '2026 թ. սեպտեմբերի 3–5', '2026 թ. սեպտեմբերի 30 – հոկտեմբերի 2'],
    ['ka', '3–5 სექტემბერი, 2026', '30 სექტემბერი – 2 ოქტომბერი, 2026'],
    ['ko', '2026년 9월 3일~5일', '2026년 9월 30일~10월 2일'],
  ])('over days and over months in %s', (lang, days, months) => {
    expect(formatRange(lang, from, at('2026-09-05T18:00+05:00'), ASTANA)).toBe(days);
    expect(formatRange(lang, at('2026-09-30T09:00+05:00'), at('2026-10-02T18:00+05:00'), ASTANA)).toBe(months);
  });

  test.each([
    ['en', '30 December 2026 – 2 January 2027'],
    ['ru', '30 декабря 2026 г. – 2 января 2027 г.'],
    ['kk', '2026 ж. 30 желтоқсан – 2027 ж. 2 қаңтар'],
    ['ky', '2026-ж., 30-декабрь – 2027-ж., 2-январь'],
    ['tg', '30 декабри соли 2026 – 2 январи соли 2027'],
    ['uz', '2026-yil 30-dekabr – 2027-yil 2-yanvar'],
    ['az', '30 dekabr 2026 – 2 yanvar 2027'],
    ['hy', '2026 թ. դեկտեմբերի 30 – 2027 թ. հունվարի 2'],
    ['ka', '30 დეკემბერი, 2026 – 2 იანვარი, 2027'],
    ['ko', '2026년 12월 30일~2027년 1월 2일'],
  ])('over the turn of the year in %s: %s', (lang, written) => {
    expect(formatRange(lang, at('2026-12-30T09:00+05:00'), at('2027-01-02T18:00+05:00'), ASTANA)).toBe(written);
  });

  test('is one day or two according to the zone', () => {
    const evening = [at('2026-09-03T12:00Z'), at('2026-09-03T16:00Z')] as const;
    expect(formatRange('en', ...evening, ASTANA)).toBe('3 September 2026, 17:00–21:00');
    expect(formatRange('en', ...evening, 'Asia/Seoul')).toBe('3–4 September 2026');
  });
});

describe('the months', () => {
  test('each take the izofat in Tajik', () => {
    expect(
      months('tg')
        .map((date) => date.replace('2 ', '').replace(' соли 2026', ''))
        .join(' '),
    ).toBe('январи феврали марти апрели майи июни июли августи сентябри октябри ноябри декабри');
  });

  test('are in the genitive in Russian and Armenian', () => {
    expect(months('ru')[2]).toBe('2 марта 2026 г.');
    expect(months('hy')[2]).toBe('2026 թ. մարտի 2');
  });
});

describe('a list', () => {
  test.each([
    ['en', 'A, B and C', 'A, B or C', 'A and B', 'A or B'],
    ['ru', 'A, B и C', 'A, B или C', 'A и B', 'A или B'],
    ['kk', 'A, B және C', 'A, B немесе C', 'A және B', 'A немесе B'],
    ['ky', 'A, B жана C', 'A, B же C', 'A жана B', 'A же B'],
    ['tg', 'A, B ва C', 'A, B ё C', 'A ва B', 'A ё B'],
    ['uz', 'A, B va C', 'A, B yoki C', 'A va B', 'A yoki B'],
    ['az', 'A, B və C', 'A, B və ya C', 'A və B', 'A və ya B'],
    ['hy', 'A, B և C', 'A, B կամ C', 'A և B', 'A կամ B'],
    ['ka', 'A, B და C', 'A, B ან C', 'A და B', 'A ან B'],
    ['ko', 'A, B 및 C', 'A, B 또는 C', 'A 및 B', 'A 또는 B'],
  ])('in %s: %s; %s', (lang, three, threeOr, two, twoOr) => {
    expect(formatList(lang, ['A', 'B', 'C'], 'and')).toBe(three);
    expect(formatList(lang, ['A', 'B', 'C'], 'or')).toBe(threeOr);
    expect(formatList(lang, ['A', 'B'], 'and')).toBe(two);
    expect(formatList(lang, ['A', 'B'], 'or')).toBe(twoOr);
    expect(formatList(lang, ['A'], 'and')).toBe('A');
    expect(formatList(lang, [], 'and')).toBe('');
  });
});

describe('a number', () => {
  // \u00a0 is the no-break space that Intl groups thousands with.
  test.each([
    ['en', '12,345.6', '46%'],
    ['ru', '12\u00a0345,6', '46\u00a0%'],
    ['kk', '12\u00a0345,6', '46%'],
    ['ky', '12\u00a0345,6', '46%'],
    ['tg', '12\u00a0345,6', '46%'],
    ['uz', '12\u00a0345,6', '46%'],
    ['az', '12.345,6', '46%'],
    ['hy', '12\u00a0345,6', '46%'],
    ['ka', '12\u00a0345,6', '46%'],
    ['ko', '12,345.6', '46%'],
  ])('in %s: %s, %s', (lang, number, percent) => {
    expect(formatNumber(lang, 12_345.6)).toBe(number);
    expect(formatPercent(lang, 0.456)).toBe(percent);
  });

  test.each([
    ['en', '2.4 MB', '300 KB', '512 B', '1.5 GB'],
    ['ru', '2,4 МБ', '300 КБ', '512 Б', '1,5 ГБ'],
    ['kk', '2,4 МБ', '300 КБ', '512 байт', '1,5 ГБ'],
    ['ky', '2,4 МБ', '300 КБ', '512 байт', '1,5 ГБ'],
    ['tg', '2,4 МБ', '300 КБ', '512 байт', '1,5 ГБ'],
    ['uz', '2,4 MB', '300 KB', '512 bayt', '1,5 GB'],
    ['az', '2,4 MB', '300 KB', '512 bayt', '1,5 GB'],
    ['hy', '2,4 ՄԲ', '300 ԿԲ', '512 բայթ', '1,5 ԳԲ'],
    ['ka', '2,4 მბ', '300 კბ', '512 ბაიტი', '1,5 გბ'],
    ['ko', '2.4 MB', '300 KB', '512 B', '1.5 GB'],
  ])('of bytes in %s: %s', (lang, megabytes, kilobytes, bytes, gigabytes) => {
    expect(formatBytes(lang, 2.4 * 1024 ** 2)).toBe(megabytes);
    expect(formatBytes(lang, 300 * 1024)).toBe(kilobytes);
    expect(formatBytes(lang, 512)).toBe(bytes);
    expect(formatBytes(lang, 1.5 * 1024 ** 3)).toBe(gigabytes);
  });

  test('of bytes moves to the larger unit where rounding would fill the smaller', () => {
    expect(formatBytes('en', 1023)).toBe('1,023 B');
    expect(formatBytes('en', 1024)).toBe('1 KB');
    expect(formatBytes('en', 1024 ** 2 - 1)).toBe('1 MB');
    expect(formatBytes('en', 1024 ** 3 - 1)).toBe('1 GB');
    expect(formatBytes('en', 0)).toBe('0 B');
  });
});

describe('a length of time', () => {
  test.each([
    ['en', '7 days', '1 day', '1 hour 30 minutes'],
    ['ru', '7 дней', '1 день', '1 час 30 минут'],
    ['kk', '7 күн', '1 күн', '1 сағат 30 минут'],
    ['ky', '7 күн', '1 күн', '1 саат 30 мүнөт'],
    ['tg', '7 рӯз', '1 рӯз', '1 соат 30 дақиқа'],
    ['uz', '7 kun', '1 kun', '1 soat 30 daqiqa'],
    ['az', '7 gün', '1 gün', '1 saat 30 dəqiqə'],
    ['hy', '7 օր', '1 օր', '1 ժամ 30 րոպե'],
    ['ka', '7 დღე', '1 დღე', '1 საათი 30 წუთი'],
    ['ko', '7일', '1일', '1시간 30분'],
  ])('in %s: %s, %s, %s', (lang, days, day, both) => {
    expect(formatDuration(lang, { days: 7 })).toBe(days);
    expect(formatDuration(lang, { days: 1 })).toBe(day);
    expect(formatDuration(lang, { hours: 1, minutes: 30 })).toBe(both);
  });

  test('has the four Russian forms', () => {
    const days = [1, 2, 5, 11, 21, 22, 90].map((count) => formatDuration('ru', { days: count }));
    expect(days.join(', ')).toBe('1 день, 2 дня, 5 дней, 11 дней, 21 день, 22 дня, 90 дней');
  });

  test('takes a Temporal.Duration', () => {
    const lasts = Temporal.Duration.from({ minutes: 1530 }).round({ largestUnit: 'day' });
    expect(formatDuration('en', lasts)).toBe('1 day 1 hour 30 minutes');
    expect(formatDuration('en', new Temporal.Duration())).toBe('0 minutes');
  });
});

describe('the alphabet', () => {
  test.each([
    ['tg', 'гул ғалаба имрӯз кор қадам умр ӯҳда хона ҳаво чой ҷавоб'],
    ['kk', 'ай әке гүл ғалам кітап қала нан оқу өмір ұлт үй'],
    ['az', 'cib çay dəniz ev əl gül ğ xoş ıldırım iş qız'],
    ['uz', 'bola daftar oʻzbek shahar choy'],
    ['ko', '가나 나라 대한민국 한국'],
  ])('of %s orders: %s', (lang, ordered) => {
    const words = ordered.split(' ');
    expect(words.toReversed().toSorted(collator(lang).compare)).toEqual(words);
  });
});

test('each language is named in itself', () => {
  expect(programme.languages.map(languageName).join(' · ')).toBe(
    'English · Русский · Қазақша · Кыргызча · Тоҷикӣ · Oʻzbekcha · Azərbaycanca · Հայերեն · ქართული · 한국어',
  );
  expect(languageName('fr')).toBe('français');
});

test('nothing depends on the language of the host', () => {
  const modules = ['dates', 'quantities', 'words'].map(
    (name) => new URL(`../../src/bot/format/${name}.ts`, import.meta.url).href,
  );
  const script = `
    const modules = ${JSON.stringify(modules)};
    const f = Object.assign({}, ...(await Promise.all(modules.map((module) => import(module)))));
    const from = Temporal.Instant.from('2026-09-03T09:05Z');
    const all = (lang) => [
      f.formatWhen(lang, from, 'Asia/Dushanbe', 'X'), f.formatRange(lang, from, from.add({ hours: 72 }), 'Asia/Dushanbe'),
      f.formatDuration(lang, { days: 2, hours: 5, minutes: 21 }), f.formatList(lang, ['A', 'B', 'C'], 'or'),
      f.formatNumber(lang, 12345.6), f.formatPercent(lang, 0.5), f.formatBytes(lang, 2e6), f.languageName(lang),
      ...['ҳаво', 'ғалаба', 'гул', 'хона'].toSorted(f.collator(lang).compare),
    ];
    const said = ${JSON.stringify(programme.languages)}.map(all);
    console.log(JSON.stringify({ said, trap: new Intl.PluralRules('tg').select(2) }));`;
  const on = (LC_ALL: string): { said: string[][]; trap: string } =>
    JSON.parse(
      execFileSync(process.execPath, ['--input-type=module', '-e', script], {
        env: { ...process.env, LC_ALL },
        encoding: 'utf8',
      }),
    );
  const [c, russian] = [on('C'), on('ru_RU.UTF-8')];
  expect(russian.said).toEqual(c.said);
  expect(c.said[4]).toContain('2 рӯз 5 соат 21 дақиқа');
  // The control: the host does reach what has no Tajik data of its own.
  expect([c.trap, russian.trap]).toEqual(['other', 'few']);
});

describe('what an organizer types', () => {
  const now = at('2026-11-24T00:00Z');
  const expected = at('2026-12-03T14:00+05:00');

  test.each([
    '2026-12-03 14:00',
    '2026-12-03T14:00',
    '2026-12-3 14:00',
    '2026.12.03 14:00',
    '03.12.2026 14:00',
    '3.12.2026 14.00',
    '3/12/2026 14:00',
    '3-12-2026 14:00',
    '03.12.2026, 14:00',
    '  3.12.2026\u00a0 14:00 \n',
  ])('%j is 3 December, two in the afternoon', (typed) => {
    const parsed = parseWhen(typed, ASTANA, now);
    expect(parsed).toEqual({ kind: 'ok', instant: expect.any(Temporal.Instant) });
    expect(parsed.kind === 'ok' && parsed.instant.equals(expected)).toBe(true);
  });

  test.each([
    '',
    'tomorrow',
    '14:00',
    '2026-12-03',
    '03.12.26 14:00',
    '3.12 14:00',
    '03.12/2026 14:00',
    '2026-12-03 14',
    '2026-12-03 2:00 PM',
    '2026-12-03 14:00:30',
    '2026-12-03 14:00 16:00',
    '٢٠٢٦-١٢-٠٣ ١٤:٠٠',
    '20261203 1400',
    '-2026-12-03 14:00',
    '12/31/2026 14:00',
  ])('%j is not readable', (typed) => {
    expect(parseWhen(typed, ASTANA, now)).toEqual({ kind: 'invalid' });
  });

  test.each(['31.11.2026 14:00', '29.02.2027 14:00', '0.12.2026 14:00', '3.12.2026 24:00', '3.12.2026 14:60'])(
    '%j does not exist',
    (typed) => {
      expect(parseWhen(typed, ASTANA, now)).toEqual({ kind: 'impossible' });
    },
  );

  test('an hour that the clocks skip is told apart', () => {
    const before = at('2020-01-01T00:00Z');
    expect(parseWhen('28.03.2027 02:30', 'Europe/Berlin', now)).toEqual({ kind: 'gap' });
    expect(parseWhen('28.03.2027 03:00', 'Europe/Berlin', now).kind).toBe('ok');
    expect(parseWhen('28.03.2027 02:30', 'Asia/Tbilisi', now).kind).toBe('ok');
    expect(parseWhen('30.12.2011 12:00', 'Pacific/Apia', before)).toEqual({ kind: 'gap' });
  });

  test('of an hour that the clocks show twice the first is meant', () => {
    const parsed = parseWhen('31.10.2027 02:30', 'Europe/Berlin', now);
    expect(parsed.kind === 'ok' && parsed.instant.toString()).toBe('2027-10-31T00:30:00Z');
  });

  test('a time before now is past, now itself is not', () => {
    const parsed = parseWhen('23.11.2026 14:00', ASTANA, now);
    expect(parsed.kind === 'past' && parsed.instant.toString()).toBe('2026-11-23T09:00:00Z');
    expect(parseWhen('24.11.2026 05:00', ASTANA, now).kind).toBe('ok');
    expect(parseWhen('24.11.2026 04:59', ASTANA, now).kind).toBe('past');
  });

  test('a date alone is read the same way', () => {
    const parsed = parseDate(' 3/12/2026 ');
    expect(parsed.kind === 'ok' && parsed.date.toString()).toBe('2026-12-03');
    expect(parseDate('30.02.2026')).toEqual({ kind: 'impossible' });
    expect(parseDate('3 December')).toEqual({ kind: 'invalid' });
  });
});
