import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliDecompressSync } from 'node:zlib';
import PDFKit from 'pdfkit';
import QRCode from 'qrcode';
import { printed, type Face, type Run } from './faces.ts';
import type { Paper } from './paper.ts';
import { linesOf, type Line } from './setting.ts';

const FONTS = join(import.meta.dirname, '../fonts');

/** A4, landscape, in points (1/72 inch). */
const [WIDTH, HEIGHT] = [841.89, 595.28];
/** What is centred stays within. */
const MEASURE = 640;
const SIDE = 66;
/** Where the middle part begins and ends, and the foot ends. */
const [TOP, MIDDLE, FOOT] = [58, 436, 540];
const QR = 82;

const INK = '#1d2733';
const SOFT = '#5b6673';
const BLUE = '#17365d';
const GOLD = '#b08d3e';

type Doc = InstanceType<typeof PDFKit>;
type Words = { text: string; size: number; color: string; above: number };
/** `most`: lines that it may take before it is set smaller. */
type Centred = Words & { most: number };

/** Sets each certificate on a page of its own. A font that all pages use is in the file once, with the letters used. */
export async function draw(papers: Paper[]): Promise<Buffer> {
  const [first] = papers;
  const alone = papers.length === 1 ? first : undefined;
  const doc = new PDFKit({
    size: 'A4',
    layout: 'landscape',
    margin: 0,
    autoFirstPage: false,
    pdfVersion: '1.7',
    lang: first?.language ?? 'en',
    displayTitle: true,
    info: {
      Title: printed(alone ? `${alone.heading}: ${alone.name}` : (first?.heading ?? '')),
      Author: printed(first?.programme ?? ''),
      ...(alone && { Subject: printed(alone.title), CreationDate: new Date(alone.issuedAt) }),
    },
  });
  const opened = new Set<Face>();
  const font = (face: Face): Doc => {
    if (!opened.has(face)) doc.registerFont(face, brotliDecompressSync(readFileSync(join(FONTS, `${face}.ttf.br`))));
    opened.add(face);
    return doc.font(face);
  };
  const chunks: Buffer[] = [];
  doc.on('data', (chunk: Buffer) => chunks.push(chunk));
  const ended = new Promise((resolve) => doc.on('end', resolve));
  for (const paper of papers) page(doc, font, paper);
  doc.end();
  await ended;
  return Buffer.concat(chunks);
}

function page(doc: Doc, font: (face: Face) => Doc, paper: Paper): void {
  const measured = new Map<string, number>();
  /** Widths grow with the size, so each text is measured once, however often it is tried smaller. */
  function measure({ face, text }: Run, size: number): number {
    const key = `${face} ${text}`;
    const width = measured.get(key) ?? font(face).fontSize(1000).widthOfString(text) / 1000;
    measured.set(key, width);
    return width * size;
  }
  const set = (text: string, size: number, width: number) => linesOf(printed(text), size, width, measure);

  function write({ runs }: Line, size: number, x: number, baseline: number, color: string): void {
    let at = x;
    for (const run of runs) {
      font(run.face).fontSize(size).fillColor(color);
      doc.text(run.text, at, baseline, { baseline: 'alphabetic', lineBreak: false });
      at += measure(run, size);
    }
  }

  /** Lines one under the other that end at the foot; `right`: each ends there, and not at any end of its own. */
  function column(texts: Words[], left: number, width: number, right = false): void {
    let y = FOOT - heightIn(texts, width);
    for (const { text, size, color, above } of texts) {
      y += above;
      for (const line of set(text, size, width))
        write(line, size, left + (right ? width - line.width : 0), (y += size * 1.3), color);
    }
  }

  doc.addPage();
  frame(doc);
  middle(paper);
  foot(paper);
  if (paper.specimen !== null) across(paper.specimen);

  function middle({ programme, heading, lead, name, took, title, details }: Paper): void {
    const words: Centred[] = [
      { text: programme, size: 12.5, color: SOFT, above: 0, most: 1 },
      { text: heading, size: 34, color: BLUE, above: 14, most: 1 },
      { text: lead, size: 13, color: INK, above: 16, most: 1 },
      { text: name, size: 33, color: BLUE, above: 12, most: 1 },
      { text: took, size: 13, color: INK, above: 20, most: 1 },
      { text: title, size: 21, color: INK, above: 8, most: 3 },
      ...details.map((text, i) => ({ text, size: 12.5, color: SOFT, above: i === 0 ? 10 : 2, most: 2 })),
    ];
    const given = words.filter(({ text }) => printed(text) !== '');
    // Smaller, until all of it has its place: a long name and a long title are read all the same.
    const scale = [1, 0.95, 0.9, 0.85, 0.8, 0.75, 0.7, 0.65, 0.6, 0.55, 0.5].find(
      (scale) => heightOf(given, scale) <= MIDDLE - TOP,
    );
    const blocks = laid(given, scale ?? 0.5);
    let y = TOP + Math.max(0, (MIDDLE - TOP - heightOf(given, scale ?? 0.5)) / 2);
    for (const { lines, size, color, above, text } of blocks) {
      y += above;
      for (const line of lines) write(line, size, (WIDTH - line.width) / 2, (y += size * 1.22), color);
      if (text === name) {
        const half = Math.min(MEASURE, Math.max(300, ...lines.map(({ width }) => width + 60))) / 2;
        doc.moveTo(WIDTH / 2 - half, y + 11).lineTo(WIDTH / 2 + half, y + 11);
        doc.lineWidth(0.8).strokeColor(GOLD).stroke();
      }
    }
  }

  function laid(words: Centred[], scale: number) {
    return words.map(({ text, size, color, above, most }) => {
      let fitting = size * scale;
      // Down to that; then it takes more lines.
      while (fitting > size * scale * 0.62 && set(text, fitting, MEASURE).length > most) fitting *= 0.95;
      return { lines: set(text, fitting, MEASURE), size: fitting, color, above: above * scale, text };
    });
  }

  function heightOf(words: Centred[], scale: number): number {
    return laid(words, scale).reduce((sum, { lines, size, above }) => sum + above + lines.length * size * 1.22, 0);
  }

  function foot({ partnersLabel, partners, issued, checkLabel, address, code, link }: Paper): void {
    const right = WIDTH - SIDE - QR;
    square(doc, link, right, FOOT - QR, QR);
    const small = { size: 8, color: SOFT, above: 1 };
    const check = [
      { text: issued, size: 9.5, color: INK, above: 0 },
      { ...small, text: checkLabel, above: 7 },
      { ...small, text: address },
      { text: code, size: 9.5, color: INK, above: 2 },
    ];
    const checkWidth = 190;
    const checkLeft = right - checkWidth - 14;
    column(check, checkLeft, checkWidth, true);
    const width = checkLeft - SIDE - 20;
    const fitting = [9.5, 9, 8.5, 8, 7.5, 7, 6.5, 6, 5.5, 5].find(
      (size) => heightIn(namesAt(size), width) <= FOOT - MIDDLE - 6,
    );
    column(namesAt(fitting ?? 5), SIDE, width);

    function namesAt(size: number) {
      return [
        { text: partnersLabel, size: Math.min(8, size), color: SOFT, above: 0 },
        ...partners.map((text) => ({ text, size, color: INK, above: 1.5 })),
      ].filter(({ text }) => printed(text) !== '');
    }
  }

  function heightIn(texts: Words[], width: number): number {
    return texts.reduce((sum, { text, size, above }) => sum + above + set(text, size, width).length * size * 1.3, 0);
  }

  function across(specimen: string): void {
    const size = Math.min(92, (92 * 560) / Math.max(1, set(specimen, 92, 10_000)[0]?.width ?? 1));
    const [line] = set(specimen, size, 10_000);
    if (!line) return;
    doc
      .save()
      .rotate(-24, { origin: [WIDTH / 2, HEIGHT / 2] })
      .fillOpacity(0.13);
    write(line, size, (WIDTH - line.width) / 2, HEIGHT / 2 + size / 3, '#a02020');
    doc.restore();
  }
}

function frame(doc: Doc): void {
  doc
    .rect(24, 24, WIDTH - 48, HEIGHT - 48)
    .lineWidth(2.4)
    .strokeColor(BLUE)
    .stroke();
  doc
    .rect(31, 31, WIDTH - 62, HEIGHT - 62)
    .lineWidth(0.8)
    .strokeColor(GOLD)
    .stroke();
}

/** A QR code as squares, not as a picture: sharp in any size, and small. The quiet zone is the white of the page. */
function square(doc: Doc, link: string, left: number, top: number, side: number): void {
  const { size, data } = QRCode.create(link, { errorCorrectionLevel: 'M' }).modules;
  const step = side / size;
  for (let row = 0; row < size; row++)
    for (let from = 0; from < size; from++) {
      if (!data[row * size + from]) continue;
      let to = from;
      while (to + 1 < size && data[row * size + to + 1]) to++;
      doc.rect(left + from * step, top + row * step, (to - from + 1) * step, step);
      from = to;
    }
  doc.fillColor('black').fill();
}
