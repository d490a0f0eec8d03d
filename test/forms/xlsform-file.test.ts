import { crc32, deflateRawSync } from 'node:zlib';
import { expect, test } from 'vitest';
import writeExcel from 'write-excel-file/node';
import type { Cell } from '../../src/forms/spec/xlsform/cells.ts';
import { BIGGEST_FILE, readFile, writeFile } from '../../src/forms/spec/xlsform/file.ts';

/** A ZIP file. `claimed`: what its directory says of the unpacked size of the first of its files. */
function zip(files: Record<string, string | Buffer>, claimed?: number): Buffer {
  const [parts, directory]: [Buffer[], Buffer[]] = [[], []];
  let at = 0;
  for (const [i, [name, text]] of Object.entries(files).entries()) {
    const content = Buffer.from(text);
    const packed = deflateRawSync(content);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(8, 4);
    common.writeUInt32LE(crc32(content), 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(i === 0 && claimed !== undefined ? claimed : content.length, 18);
    common.writeUInt16LE(name.length, 22);
    const where = Buffer.alloc(14);
    where.writeUInt32LE(at, 10);
    parts.push(Buffer.from('PK\u0003\u0004'), common, Buffer.from(name), packed);
    directory.push(Buffer.from('PK\u0001\u0002'), Buffer.from([20, 0]), common, where, Buffer.from(name));
    at += 30 + name.length + packed.length;
  }
  const end = Buffer.alloc(18);
  const count = Object.keys(files).length;
  end.writeUInt16LE(count, 4);
  end.writeUInt16LE(count, 6);
  end.writeUInt32LE(Buffer.concat(directory).length, 8);
  end.writeUInt32LE(at, 12);
  return Buffer.concat([...parts, ...directory, Buffer.from('PK\u0005\u0006'), end]);
}

const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
/** The files of a workbook with one sheet, of which the rows are given as they stand in its XML. */
const workbook = (rows: string, more: Record<string, string> = {}) => ({
  'xl/worksheets/sheet1.xml': `<worksheet><sheetData>${rows}</sheetData></worksheet>`,
  'xl/workbook.xml': `<workbook xmlns:r="${OFFICE}"><sheets><sheet name="survey" sheetId="1" r:id="rId1"/></sheets></workbook>`,
  'xl/_rels/workbook.xml.rels': `<Relationships><Relationship Id="rId1" Type="${OFFICE}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`,
  ...more,
});
const cell = (at: string, text: string) => `<c r="${at}" t="inlineStr"><is><t>${text}</t></is></c>`;
const A1 = `<row r="1">${cell('A1', 'type')}</row>`;

async function refusal(bytes: Uint8Array) {
  const file = await readFile(bytes);
  return file.kind === 'refused' ? file.problems.map(({ kind }) => kind) : 'read';
}

test('a workbook of the least that one needs is read', async () => {
  expect(await readFile(zip(workbook(A1)))).toEqual({ kind: 'ok', sheets: [{ name: 'survey', rows: [['type']] }] });
});

test('what is no workbook is refused', async () => {
  const good = zip(workbook(A1));
  const odd: Record<string, Uint8Array> = {
    nothing: new Uint8Array(),
    text: Buffer.from('type,name,label\ntext,one,One'),
    'an XLS, or one with a password': Buffer.concat([Buffer.from('D0CF11E0A1B11AE1', 'hex'), Buffer.alloc(4096)]),
    'half a file': good.subarray(0, good.length / 2),
    'a file without its beginning': good.subarray(40),
    'another ZIP': zip({ 'readme.txt': 'hello' }),
    'a directory that lies': zip(workbook(A1), 4_000_000_000),
    'a broken sheet': zip(workbook('<row r="1"><c r="A1"><v>1</c>')),
    'a sheet that is not there': zip({ ...workbook(A1), 'xl/worksheets/sheet1.xml': '', 'xl/workbook.xml': '<' }),
    'a cell that is nowhere': zip(workbook('<row r="1"><c r="ÄÖ" t="n"><v>1</v></c></row>')),
  };
  for (const [what, bytes] of Object.entries(odd)) expect(await refusal(bytes), what).toEqual(['not a workbook']);
}, 60_000);

test('damaged anywhere, it is read or refused, and nobody is stopped', async () => {
  const good = await writeFile([
    {
      name: 'survey',
      rows: [
        ['type', 'name'],
        ['text', 'one'],
      ],
    },
  ]);
  for (let at = 0; at < good.length; at += Math.ceil(good.length / 25)) {
    const bad = Buffer.from(good);
    bad[at]! ^= 0xff;
    expect(['ok', 'refused']).toContain((await readFile(bad)).kind);
  }
}, 60_000);

test('bombs are refused before they go off', async () => {
  const before = process.memoryUsage().rss;
  expect(await refusal(Buffer.alloc(BIGGEST_FILE + 1))).toEqual(['file too big']);
  const zeros = zip({ 'xl/media/zeros.bin': Buffer.alloc(100_000_000) });
  expect(zeros.length).toBeLessThan(BIGGEST_FILE);
  expect(await refusal(zeros)).toEqual(['file too big']);

  const far = zip(workbook(`${A1}<row r="1048576">${cell('XFD1048576', 'x')}</row>`));
  expect(await refusal(far)).not.toBe('read');
  const laughs = Array.from({ length: 9 }, (_, i) => `<!ENTITY l${i + 1} "${`&l${i};`.repeat(10)}">`).join('');
  const entities = workbook(`<row r="1">${cell('A1', '&l9;')}</row>`);
  const xml = `<!DOCTYPE w [<!ENTITY l0 "ha">${laughs}]>${entities['xl/worksheets/sheet1.xml']}`;
  const file = await readFile(zip({ ...entities, 'xl/worksheets/sheet1.xml': xml }));
  expect(JSON.stringify(file).length).toBeLessThan(1000);
  expect(process.memoryUsage().rss - before).toBeLessThan(500_000_000);
}, 60_000);

test('a sheet may be long and wide only so far', async () => {
  const wide = [Array.from({ length: 201 }, (_, i) => `c${i}`)];
  const long = Array.from({ length: 3001 }, (_, i) => [`r${i}`]);
  for (const [of, rows] of Object.entries({ columns: wide, rows: long }))
    expect(await readFile(await writeFile([{ name: 'survey', rows }]))).toMatchObject({
      kind: 'refused',
      problems: [{ kind: 'too many', of, where: { sheet: 'survey' } }],
    });
}, 60_000);

test('LibreOffice’s empty row at the very end counts for nothing', async () => {
  const file = zip(workbook(`${A1}<row r="1048576" ht="12.8"><c r="A1048576" s="0"/></row>`));
  expect(await readFile(file)).toEqual({ kind: 'ok', sheets: [{ name: 'survey', rows: [['type']] }] });
}, 30_000);

test('numbers, ticks and dates of Excel come as what they are, and an empty row keeps its number', async () => {
  const bytes = await writeExcel([
    {
      sheet: 'survey',
      data: [
        [{ value: 'default', type: String }],
        [{ value: 18, type: Number }],
        [],
        [{ value: true, type: Boolean }],
        [{ value: new Date('2026-11-24T00:00:00Z'), type: Date, format: 'dd.mm.yyyy' }],
      ],
    },
  ]).toBuffer();
  expect(await readFile(bytes)).toEqual({
    kind: 'ok',
    sheets: [{ name: 'survey', rows: [['default'], [18], [null], [true], [new Date('2026-11-24T00:00:00Z')]] }],
  });
}, 30_000);

test('what somebody wrote comes back as they wrote it', async () => {
  const words = [
    'constructor',
    '__proto__',
    '_x0041_',
    '=1+1',
    '@x',
    '007',
    'a < b & "c"',
    'two\nlines',
    '한국어',
    '👩‍🏫',
  ];
  const rows: Cell[][] = words.map((word) => [word, `${word}!`]);
  const file = await readFile(await writeFile([{ name: 'survey', rows }]));
  expect(file).toEqual({ kind: 'ok', sheets: [{ name: 'survey', rows }] });
}, 30_000);
