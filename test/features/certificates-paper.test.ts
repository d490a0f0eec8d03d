import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliDecompressSync } from 'node:zlib';
import PDFKit from 'pdfkit';
import { expect, test } from 'vitest';
import { createI18n } from '../../src/bot/i18n.ts';
import { FACES, faceOf, printed, unprintable, type Face } from '../../src/features/certificates/paper/faces.ts';
import { pdfOf } from '../../src/features/certificates/paper/paper.ts';
import { LARGEST, paperOf } from '../../src/features/certificates/papers.ts';
import { codeIn, grouped, newCode } from '../../src/features/certificates/code.ts';
import { loadProgramme } from '../../src/programme.ts';
import { people } from '../names/people.ts';
import { readPdf } from '../support/pdf.ts';
import { ROOT } from '../support/world.ts';

const programme = loadProgramme(join(ROOT, 'programme.json'));
const i18n = createI18n(join(ROOT, 'locales'), programme);
const deps = {
  programme,
  i18n,
  config: { PUBLIC_URL: 'https://bilim.example.org' } as never,
  me: () => ({ username: 'bilim_bot' }) as never,
};

/** A name and a title in each language, with the letters that fonts are known to lack. */
const WORDS: Record<string, [name: string, title: string]> = {
  en: ['AIPERI ASANOVA', 'Digital services workshop'],
  ru: ['Ёлкина Съёмщица-Щукина Юлия', 'Воркшоп по цифровым услугам'],
  kk: ['Сәрсенбаева Әйгерім Қанатқызы', 'Мемлекеттік көрсетілетін қызметтер: ҚҒҢӘӨҮҰІҺ қғңәөүұіһ'],
  ky: ['Кубатбек уулу Эрмек', 'Ачык өкмөт: ҢӨҮ ңөү'],
  tg: ['Раҳимзода Ҷӯрабек Ғафурӣ', 'Хизматрасониҳои давлатӣ: ҒӢҚӮҲҶ ғӣқӯҳҷ'],
  uz: ['Toʻxtayeva Dilnoza Gʻayrat qizi', 'Sunʼiy intellekt'],
  az: ['Əliyeva Günel İlqar qızı', 'Rəqəmsal hökumət: ÇƏĞIİÖŞÜ çəğıiöşü'],
  hy: ['Հակոբյան Անի', 'Բաց տվյալներ և ծառայություններ՝ նոր'],
  ka: ['ნინო ბერიძე', 'ღია მონაცემები და საჯარო სერვისები'],
  ko: ['김민지', '디지털정부 초청연수: 뷁 홍길동'],
};

function paper(language: string, given: { name?: string; title?: string; place?: string } = {}) {
  const [name, title] = WORDS[language]!;
  const certified = {
    programme: programme.name.full,
    partners: programme.partners.map(({ names }) => names),
    title: { [language]: given.title ?? title },
    kind: 'study_visit',
    from: '2026-09-03',
    to: '2026-09-05',
    place: given.place ?? 'Astana, Abai avenue 33a',
    attended: 5,
    of: 6,
  };
  const issuedAt = Temporal.Instant.from('2026-09-07T06:00:00Z');
  const row = { code: 'K7QM3XRT9WPA2DFN', name: given.name ?? name, language, certified, issuedAt };
  return paperOf(deps, row, programme.defaultZone);
}

const fontFile = (face: Face) =>
  brotliDecompressSync(readFileSync(join(ROOT, `src/features/certificates/fonts/${face}.ttf.br`)));
const bare = (text: string) => text.replace(/\s/gu, '');

test.each(programme.languages)(
  '%s: all of a certificate can be read and copied, and no glyph is missing',
  async (language) => {
    const one = paper(language);
    const file = await pdfOf([one]);
    const { shown, text, pages, raw } = readPdf(file);
    expect(pages).toBe(1);
    expect(shown.filter(({ missing }) => missing)).toEqual([]);
    expect(text).not.toContain('\uFFFD');
    const words = [
      one.heading,
      one.programme,
      one.name,
      one.took,
      one.title,
      ...one.details,
      ...one.partners,
      one.issued,
    ];
    for (const expected of [...words, one.address, one.code]) expect(bare(text)).toContain(bare(expected));
    expect(file.length).toBeLessThan(LARGEST);
    expect(raw).toMatch(new RegExp(`/Lang \\(${language}\\)`));
    expect(raw).toContain('/DisplayDocTitle true');
  },
);

test('the longest names and titles stay on one page, whatever their script', async () => {
  const long = (words: string, most: number) => words.repeat(40).slice(0, most).trim();
  for (const [language, word] of [
    ['ru', 'Константинопольская-Рождественская '],
    ['hy', 'Տեղեկատվական հասարակության '],
    ['ko', '디지털정부초청연수공공서비스혁신'],
  ] as const) {
    const one = paper(language, { name: long(word, 100), title: long(word, 150), place: long(word, 200) });
    const file = await pdfOf([one]);
    const { pages, text } = readPdf(file);
    expect(pages).toBe(1);
    expect(bare(text)).toContain(bare(one.name));
    expect(bare(text)).toContain(bare(one.title));
    expect(file.length).toBeLessThan(LARGEST);
  }
});

test('many certificates are one file, a page each', async () => {
  const file = await pdfOf(programme.languages.map((language) => paper(language)));
  expect(readPdf(file).pages).toBe(programme.languages.length);
});

test('the control: a letter that the font lacks is found out', async () => {
  const doc = new PDFKit();
  const chunks: Buffer[] = [];
  doc.on('data', (chunk: Buffer) => chunks.push(chunk));
  const ended = new Promise((resolve) => doc.on('end', resolve));
  doc.font(fontFile('noto-serif')).text('Ани Անի').end();
  await ended;
  expect(readPdf(Buffer.concat(chunks)).shown.some(({ missing }) => missing)).toBe(true);
});

test('what a font is said to have, it has; all names of the test people are among it', () => {
  const doc = new PDFKit() as unknown as {
    registerFont(name: string, data: Buffer): void;
    font(name: string): unknown;
  };
  for (const face of FACES) doc.registerFont(face, fontFile(face));
  const claimed = Array.from({ length: 0x10000 }, (_, code) => code).filter(
    (code) => (code < 0xd800 || code > 0xdfff) && faceOf(String.fromCodePoint(code)) !== null,
  );
  expect(claimed.length).toBeGreaterThan(12_000);
  const has = new Map(
    FACES.map((face) => {
      doc.font(face);
      const { font } = Reflect.get(doc, '_font') as { font: { hasGlyphForCodePoint(code: number): boolean } };
      return [face, font];
    }),
  );
  const wrong = claimed.filter((code) => !has.get(faceOf(String.fromCodePoint(code))!)!.hasGlyphForCodePoint(code));
  expect(wrong).toEqual([]);
  expect(people.length).toBeGreaterThan(50);
  expect(people.flatMap(({ native, latin }) => unprintable(`${native} ${latin}`))).toEqual([]);
});

test('an emoji is left out, what no font has is named', () => {
  expect(printed('Open data 🎉 workshop 👩‍💻')).toBe('Open data workshop');
  expect(unprintable('Асанова 漢 Айпери 漢字')).toEqual(['漢', '字']);
  expect(unprintable('й\u0438\u0306'), 'й of two parts is one letter').toEqual([]);
});

test('a code is 16 signs that nobody mixes up, and is read in any case, with or without hyphens', () => {
  const codes = Array.from({ length: 1000 }, newCode);
  expect(new Set(codes).size).toBe(1000);
  expect(codes.filter((code) => !/^[0-9A-HJKMNP-TV-Z]{16}$/.test(code))).toEqual([]);
  expect(new Set(codes.join('')).size, 'all 32 signs come').toBe(32);
  expect(grouped('K7QM3XRT9WPA2DFN')).toBe('K7QM-3XRT-9WPA-2DFN');
  expect(codeIn(' k7qm-3xrt–9wpa 2dfn')).toBe('K7QM3XRT9WPA2DFN');
  expect(codeIn('oi1l')).toBe('0111');
});
