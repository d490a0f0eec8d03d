import { inflateSync } from 'node:zlib';

/** Text of one font on a page, as it is drawn. `missing`: some of its glyphs are .notdef, the box. */
export type Shown = { font: string; text: string; missing: boolean };

/**
 * What a reader's "copy" finds in a PDF as PDFKit writes it (ISO 32000-1): streams by Flate, strings of 2-byte glyph ids in hex,
 * a ToUnicode map for each font. No more than that, and no dependency for it.
 */
export function readPdf(file: Buffer): { shown: Shown[]; text: string; pages: number; raw: string } {
  const raw = file.toString('latin1');
  const objects = new Map(
    [...raw.matchAll(/(\d+) 0 obj\s([\s\S]*?)endobj/g)].map(([, id, body]) => [Number(id), body!] as const),
  );
  const streamOf = (body: string): string => {
    const data = /stream\r?\n([\s\S]*?)\r?\nendstream/.exec(body)?.[1] ?? '';
    const bytes = Buffer.from(data, 'latin1');
    return (body.includes('/FlateDecode') ? inflateSync(bytes) : bytes).toString('latin1');
  };
  const fonts = new Map<string, { name: string; letters: Map<number, string> }>();
  for (const body of objects.values())
    for (const [, names] of body.matchAll(/\/Font\s*<<([^>]*)>>/g))
      for (const [, name, id] of names!.matchAll(/\/(F\d+) (\d+) 0 R/g)) {
        const font = objects.get(Number(id)) ?? '';
        const map = objects.get(Number(/\/ToUnicode (\d+) 0 R/.exec(font)?.[1])) ?? '';
        const base = /\/BaseFont \/\w+\+([\w-]+)/.exec(font)?.[1] ?? '';
        fonts.set(name!, { name: base, letters: lettersOf(streamOf(map)) });
      }
  const pages = [...objects.values()].filter((body) => /\/Type \/Page\b(?!s)/.test(body));
  const shown = pages.flatMap((page) => {
    const content = streamOf(objects.get(Number(/\/Contents (\d+) 0 R/.exec(page)?.[1])) ?? '');
    return [...content.matchAll(/\/(F\d+) [\d.]+ Tf[\s\S]*?\[([^\]]*)\] TJ/g)].map(([, name, strings]): Shown => {
      const glyphs = [...strings!.matchAll(/<([\da-f]+)>/g)].flatMap(([, hex]) => hex!.match(/.{4}/g) ?? []);
      const { name: font, letters } = fonts.get(name!)!;
      const ids = glyphs.map((glyph) => Number.parseInt(glyph, 16));
      return { font, text: ids.map((id) => letters.get(id) ?? '\uFFFD').join(''), missing: ids.includes(0) };
    });
  });
  return { shown, text: shown.map(({ text }) => text).join(''), pages: pages.length, raw };
}

/** `<0000> <00ff> [<0000> <0041> …]` of a CMap: glyph id -> letters in UTF-16. */
function lettersOf(cmap: string): Map<number, string> {
  const letters = new Map<number, string>();
  for (const [, first, list] of cmap.matchAll(/<([\da-f]+)> <[\da-f]+> \[([^\]]*)\]/g))
    [...list!.matchAll(/<([\da-f ]*)>/g)].forEach(([, hex], i) => {
      const units = hex!.replaceAll(' ', '').match(/.{4}/g) ?? [];
      letters.set(
        Number.parseInt(first!, 16) + i,
        String.fromCharCode(...units.map((unit) => Number.parseInt(unit, 16))),
      );
    });
  return letters;
}
