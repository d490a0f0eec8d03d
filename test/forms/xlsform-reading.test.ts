import { expect, test } from 'vitest';
import { writeForm } from '../../src/forms/spec/xlsform/write.ts';
import { linesOf, problemsOf, read, survey, tables } from './xlsform/tables.ts';

test('all problems of a form are told at once, in the order of the file', () => {
  const form = tables(`
    | survey | type | name | label | relevant | constraint |
    | | text | first | First | \${second} = 'x' | |
    | | repeat | second | Second | | |
    | | select_one colours | third | Third | sum(1) > 0 | regex(., '(a)\\1') |
    | | begin_group | fourth | Fourth | | |
    | | integer | first | Again | | . > |
    | choices | list_name | name | label |
    | | colors | red | Red |
    | | colors | bad name | Bad |
    | | | green | Green |`);
  expect(problemsOf(form).map(([where, { kind }]) => `${where}: ${kind}`)).toEqual([
    'survey 3 type: unknown type',
    'survey 4 type: no such list',
    'survey 4 relevant: unknown function',
    'survey 4 constraint: pattern not understood',
    'survey 5 type: group not closed',
    'survey 6 name: duplicate name',
    'survey 6 constraint: unfinished',
    'choices 3 name: bad name',
    'choices 4 list_name: no list',
  ]);
});

test('types are understood as pyxform understands them', () => {
  const types: [string, object][] = [
    ['Text', { type: 'text' }],
    ['string', { type: 'text' }],
    ['phone number', { type: 'text', as: 'phone' }],
    ['INT', { type: 'integer' }],
    ['decimal', { type: 'decimal' }],
    ['date', { type: 'date' }],
    ['gps', { type: 'geopoint' }],
    ['photo', { type: 'image' }],
    ['file', { type: 'file' }],
    ['trigger', { type: 'acknowledge' }],
    ['note', { type: 'note' }],
    ['range', { type: 'range', range: { start: 1, end: 10, step: 1 } }],
    ['select_one yes_or_other', { type: 'select_one', list: 'yes_or_other' }],
    ['select1 yes_or_other', { type: 'select_one', list: 'yes_or_other' }],
    ['Select  One From yes_or_other', { type: 'select_one', list: 'yes_or_other' }],
    ['select_one yes_or_other or_other', { type: 'select_one', list: 'yes_or_other', orOther: true }],
    ['select all that apply from yes_or_other', { type: 'select_multiple', list: 'yes_or_other' }],
    ['select_multiple yes_or_other or other', { type: 'select_multiple', orOther: true }],
    ['deviceid', { type: 'metadata', what: 'deviceid' }],
    ['start time', { type: 'metadata', what: 'start' }],
  ];
  const choices = tables('| choices | list_name | name | label |\n| | yes_or_other | yes | Yes |');
  for (const [type, item] of types)
    expect(read([...survey(`${type} | one | One`), ...choices]).spec.items[0], type).toMatchObject(item);
});

test('what a chat can’t ask is refused by its type', () => {
  const types = (
    'begin_repeat,begin repeat,rank colors,time,dateTime,geotrace,geoshape,barcode,audio,video,hidden,osm,percentage,' +
    'background-audio,csv-external,select_one_from_file places.csv,select_one places.csv,select_one_external places,' +
    'select_multiple_from_file x.geojson,select_one ${name}'
  ).split(',');
  for (const type of types)
    expect(
      problemsOf(survey(`${type} | one | One`, ...(type.startsWith('begin') ? ['end repeat | |'] : []))),
      type,
    ).toEqual([['survey 2 type', { kind: 'type not supported', type }]]);
});

test('cells are read as people type them into Excel', async () => {
  const day = new Date('2026-11-24T00:00:00Z');
  const sheets = [
    {
      name: 'Survey ',
      rows: [
        ['Type', 'NAME', 'Label', 'Required', 'Default', 'Constraint'],
        ['integer', 'age', 'Age', true, 18, '. >= 18'],
        [],
        ['date', 'day', 'Day', 1, day, null],
        ['select_one n', 'number', 'Number', 'TRUE', 2, ' regex(., “[0-9]”) '],
        ['text', 'more', 'More', false, null, null],
      ],
    },
    {
      name: 'choices',
      rows: [
        ['list name', 'value', 'label'],
        ['n', 1, 'One'],
        ['n', 2.0, true],
      ],
    },
    {
      name: 'settings',
      rows: [
        ['form_title', 'version'],
        ['Cells', 20_261_124],
      ],
    },
    { name: 'Notes', rows: [['about this form']] },
  ];
  const { spec, warnings } = read(sheets);
  expect(spec.items).toEqual([
    { type: 'integer', name: 'age', label: { '': 'Age' }, required: true, default: '18', constraint: '. >= 18' },
    { type: 'date', name: 'day', label: { '': 'Day' }, required: true, default: '2026-11-24' },
    {
      type: 'select_one',
      name: 'number',
      list: 'n',
      label: { '': 'Number' },
      required: true,
      default: '2',
      constraint: 'regex(., "[0-9]")',
    },
    { type: 'text', name: 'more', label: { '': 'More' } },
  ]);
  expect(spec.choices['n']).toEqual([
    { name: '1', label: { '': 'One' } },
    { name: '2', label: { '': 'TRUE' } },
  ]);
  expect(spec.settings).toEqual({ form_title: 'Cells', version: '20261124' });
  expect(warnings).toEqual([
    { kind: 'sheet not used', name: 'notes', where: { sheet: 'notes', row: null, column: null } },
  ]);
});

test('languages are known by code and by name, and who is unknown keeps their texts', () => {
  const names = [
    'English (en)',
    'Русский',
    'Қазақ тілі',
    'kyrgyz',
    'Таджикский',
    "O'zbekcha (uz-Latn)",
    'Azeri',
    'hy',
    'ქართული',
    '한국어 (kor)',
  ];
  const codes = ['en', 'ru', 'kk', 'ky', 'tg', 'uz', 'az', 'hy', 'ka', 'ko'];
  const row = (cells: string[]) => `| ${cells.join(' | ')} |`;
  const sheets = tables(
    `${row(['survey', 'type', 'name', ...names.map((name) => `label::${name}`)])}
     ${row(['', 'text', 'one', ...codes])}`,
  );
  const { spec, warnings } = read(sheets);
  expect(spec.items[0]!.label).toEqual(Object.fromEntries(codes.map((code) => [code, code])));
  expect(warnings).toEqual([]);
  expect(linesOf(writeForm(spec), 'survey')).toEqual(linesOf(sheets, 'survey'));

  const odd = read(tables('| survey | type | name | label::Klingon | hint::Klingon |\n| | text | one | nuq | jIyaj |'));
  expect(odd.spec.items[0]).toMatchObject({ label: { klingon: 'nuq' }, hint: { klingon: 'jIyaj' } });
  expect(odd.warnings).toMatchObject([{ kind: 'unknown language', language: 'Klingon', where: { row: 1 } }]);
});

test('what means nothing here is kept, told once, and written again', () => {
  const sheets = tables(`
    | survey | type | name | label | appearance | parameters | body::accept | default | calculation |
    | | text | about | About | multiline w2 | rows=4 | | today() | |
    | | text | mail | Mail | email | | | | |
    | | text | call | Phone | phone | | | | |
    | | file | paper | Paper | | | .pdf | | |
    | | range | mark | Mark | rating | start=0 end=5 step=0.5 tick_interval=1 | | | |
    | | integer | double | | | | | | 2 * 2 |
    | | audit | | | | location-priority=balanced | | | |`);
  const { spec, warnings } = read(sheets);
  expect(spec.items).toMatchObject([
    { as: 'multiline', kept: { appearance: 'w2', parameters: 'rows=4', default: 'today()' } },
    { as: 'email' },
    { as: 'phone' },
    { type: 'file', kept: { 'body::accept': '.pdf' } },
    { range: { start: 0, end: 5, step: 0.5 }, kept: { parameters: 'tick_interval=1', appearance: 'rating' } },
    { type: 'calculate', calculation: '2 * 2' },
    { type: 'metadata', name: 'audit', what: 'audit' },
  ]);
  expect(warnings.map((warning) => 'name' in warning && warning.name)).toEqual([
    'appearance',
    'parameters',
    'default',
    'body::accept',
  ]);
  const expected = linesOf(sheets, 'survey');
  expected[5]!['type'] = 'calculate';
  expected[6]!['name'] = 'audit';
  expect(linesOf(writeForm(spec), 'survey')).toEqual(expected);
});

test('who misses a wording is told', () => {
  const sheets = tables(`
    | survey | type | name | label::en | label::ru |
    | | text | one | One | |
    | | text | two | | |`);
  expect(read(sheets).warnings).toEqual([
    { kind: 'not translated', name: 'one', language: 'ru', where: { sheet: 'survey', row: 2, column: 'label::ru' } },
    { kind: 'no label', name: 'two', where: { sheet: 'survey', row: 3, column: 'label' } },
  ]);
});
