import { expect, test } from 'vitest';
import { everyItem, placed, type FormSpec } from '../../src/forms/spec/spec.ts';
import { writeFile } from '../../src/forms/spec/xlsform/file.ts';
import { readForm } from '../../src/forms/spec/xlsform/read.ts';
import { writeForm } from '../../src/forms/spec/xlsform/write.ts';
import { formIn, formNamed, FORMS, linesOf, opened, problemsOf, read } from './xlsform/tables.ts';

/** All that changes between what came and what goes again; anything else is a loss. `''`: it says nothing. */
const SPELLINGS: Record<string, Record<string, string>> = {
  'consent.md': { 'list name': 'list_name', true: 'yes' },
  'emergency-contact.md': {
    'label:Қазақша (kk)': 'label::Қазақша (kk)',
    'begin group': 'begin_group',
    'end group': 'end_group',
  },
  'transport.md': {
    'list name': 'list_name',
    'label:Armenian': 'label::Armenian',
    'select one from transports or specify other': 'select_one transports or_other',
  },
  'attendance.md': {
    'list name': 'list_name',
    'label:uzbek': 'label::uzbek',
    'select one from came_or_missed': 'select_one came_or_missed',
  },
  'workshop-registration.md': {
    ...Object.fromEntries(
      'Type Name Label Hint Required Constraint Calculation Default Appearance Parameters Version'
        .split(' ')
        .map((header) => [header, header.toLowerCase()]),
    ),
    Relevance: 'relevant',
    'Required message': 'required_message',
    'Constraint message': 'constraint_message',
    'Choice filter': 'choice_filter',
    'List name': 'list_name',
    Value: 'name',
    'Form title': 'form_title',
    'Form ID': 'form_id',
    'begin group': 'begin_group',
    'end group': 'end_group',
    TRUE: 'yes',
    'true()': 'yes',
    FALSE: '',
  },
};

test.for(FORMS)('%s goes out as a file that is the same form when it comes in', { timeout: 30_000 }, async (file) => {
  const { spec } = read(await formIn(file));
  expect(read(await opened(await writeFile(writeForm(spec)))).spec).toEqual(spec);
});

test.for(FORMS.filter((file) => file.endsWith('.md')))('%s goes out with all that stood in it', async (file) => {
  const came = await formIn(file);
  const went = writeForm(read(came).spec);
  const standard = (text: string) => SPELLINGS[file]?.[text] ?? text;
  const standards = (line: object) =>
    Object.fromEntries(
      Object.entries(line)
        .map(([column, cell]) => [standard(column), standard(String(cell))])
        .filter(([, cell]) => cell !== ''),
    );
  for (const sheet of ['survey', 'choices', 'settings']) {
    const expected = linesOf(came, sheet).map(standards);
    // "phone number" is a type of pyxform's own; what it means is a text that is one.
    for (const line of expected)
      if (line['type'] === 'phone number') Object.assign(line, { type: 'text', appearance: 'phone' });
    expect(linesOf(went, sheet), sheet).toEqual(expected);
  }
});

test('a form in three languages, one of them without a name, is read with all of them, and what it keeps is told', () => {
  const { spec, warnings } = read(formNamed('consent'));
  expect(spec.languages).toEqual([
    { code: 'ru', header: 'Russian' },
    { code: 'ky', header: 'Kyrgyz' },
  ]);
  expect(spec.items[0]).toMatchObject({
    type: 'select_one',
    list: 'qk3ev72',
    required: true,
    label: {
      '': 'B.07 May the programme keep your answers until the end of the year?',
      ru: 'Можно ли хранить Ваши ответы до конца года?',
      ky: 'Жоопторуңузду жылдын аягына чейин сактоого болобу?',
    },
    kept: { 'media::audio::Kyrgyz': 'consent-ky.mp3' },
  });
  expect(spec.choices['qk3ev72']![0]).toEqual({
    name: '0',
    label: { '': 'I do not agree', ru: 'Не даю согласия', ky: 'Макул эмесмин' },
  });
  expect(warnings).toMatchObject([
    { kind: 'column not used', name: 'media::audio::Kyrgyz', where: { sheet: 'survey', row: 1 } },
    { kind: 'column not used', name: 'media::audio::Russian' },
  ]);
});

test('old spellings mean what the new ones do', () => {
  expect(read(formNamed('transport')).spec).toMatchObject({
    languages: [{ code: 'hy', header: 'Armenian' }],
    items: [{ type: 'select_one', list: 'transports', orOther: true }],
  });
  expect(read(formNamed('attendance')).spec).toMatchObject({
    languages: [{ code: 'uz', header: 'uzbek' }],
    items: [{ type: 'select_one', list: 'came_or_missed' }],
  });
  expect(read(formNamed('emergency-contact')).spec).toMatchObject({
    languages: [{ code: 'kk', header: 'Қазақша (kk)' }],
    items: [{ type: 'text' }, { type: 'group', items: [{ type: 'text', as: 'phone' }, { type: 'integer' }] }],
  });
  expect(read(formNamed('feedback')).spec.languages.map(({ code }) => code)).toEqual(['az', 'ka', 'ko', 'tg']);
});

test('a cascade keeps its columns, and a group its condition', () => {
  expect(read(formNamed('cascade')).spec).toMatchObject({
    items: [{}, { filter: 'country=${country}' }, { filter: "country=${country} and (city=${city} or city='every')" }],
    choices: { agencies: { 2: { name: 'kz_akimat', columns: { country: 'kz', city: 'every' } } } },
  });
  expect(read(formNamed('arrangements')).spec.items[3]).toMatchObject({
    type: 'group',
    relevant: "selected(${to_arrange}, 'hotel')",
    items: [{ type: 'integer', name: 'nights', constraint: '. >= 1 and . < 15' }, { name: 'guests' }],
  });
});

test('a long form is read whole: what is deep in it hangs on every group around it', () => {
  const conditionsIn = (form: string, name: string) =>
    placed(read(formNamed(form)).spec.items).find(({ item }) => item.name === name)?.conditions;
  expect(conditionsIn('needs-assessment', 'a6_budget')).toEqual([
    "${consent} = 'yes'",
    "${a4_level} = 'senior' or ${a4_level} = 'middle'",
    '${a5_share} < 25',
    "selected(${a6_obstacles}, 'money')",
  ]);
  expect(conditionsIn('needs-assessment', 'goodbye')).toEqual([]);
  expect(conditionsIn('workshop-registration', 'passport_until')).toEqual([
    "${format} = 'in_person'",
    "${country} != 'kz'",
    "${needs_visa} = 'yes'",
  ]);
  expect(conditionsIn('workshop-registration', 'remarks')).toEqual([]);
  for (const form of ['needs-assessment', 'workshop-registration']) {
    const { spec } = read(formNamed(form));
    const rows = linesOf(formNamed(form), 'survey');
    expect(everyItem(spec.items).map(({ name }) => name)).toEqual(
      rows.flatMap((row) => String(row['name'] ?? row['Name'] ?? '') || []),
    );
  }
});

test('forms with what a chat can’t ask are refused, every such row of them', () => {
  expect(problemsOf(formNamed('refused-everything'))).toEqual([
    ['survey 6 type', { kind: 'type not supported', type: 'time' }],
    ['survey 10 bind:readonly', { kind: 'column not supported', name: 'read_only' }],
    ['survey 10 bind:relevant', { kind: 'unexpected', found: '/', at: 9 }],
    ['survey 12 type', { kind: 'type not supported', type: 'barcode' }],
    ['survey 14 type', { kind: 'type not supported', type: 'audio' }],
    ['survey 15 type', { kind: 'type not supported', type: 'video' }],
    ['survey 18 type', { kind: 'type not supported', type: 'dateTime' }],
  ]);
  expect(problemsOf(formNamed('refused-loop'))).toEqual([
    ['survey 3 type', { kind: 'type not supported', type: 'begin loop over equipment' }],
  ]);
  expect(problemsOf(formNamed('refused-repeat'))).toEqual([
    ['survey 3 type', { kind: 'type not supported', type: 'begin_repeat' }],
  ]);
  expect(problemsOf(formNamed('refused-lookup'))).toEqual([
    ['survey 3 trigger', { kind: 'column not supported', name: 'trigger' }],
    ['survey 3 calculation', { kind: 'column not supported', name: 'calculation' }],
  ]);
});

test('a form of the chat goes out, and comes in as the same', () => {
  const both = (text: string) => ({ en: text, kk: `${text} (kk)` });
  const asked = { label: both('Label'), hint: both('Hint'), required: true as const, relevant: "${zero} = 'a'" };
  const spec: FormSpec = {
    languages: [
      { code: 'en', header: 'English (en)' },
      { code: 'kk', header: 'Қазақша (kk)' },
    ],
    items: [
      { type: 'select_one', name: 'zero', label: both('Zero'), list: 'letters', orOther: true, default: 'a' },
      { ...asked, type: 'text', name: 'one', constraint: 'string-length(.) > 2', constraintMessage: both('Longer') },
      { ...asked, type: 'text', name: 'two', as: 'email', required: 'true()  and ${zero} != 2' },
      { ...asked, type: 'range', name: 'three', range: { start: 0, end: 1, step: 0.25 }, requiredMessage: both('!') },
      {
        type: 'group',
        name: 'four',
        label: both('Group'),
        relevant: '1 = 1',
        items: [
          { type: 'group', name: 'five', label: {}, items: [{ ...asked, type: 'integer', name: 'six' }] },
          { ...asked, type: 'select_multiple', name: 'seven', list: 'letters', filter: 'of = ${zero}' },
        ],
      },
      { type: 'calculate', name: 'eight', label: {}, calculation: '${six} + 1' },
      { type: 'note', name: 'nine', label: both('It is ${eight}') },
      { type: 'metadata', name: 'today', label: {}, what: 'today' },
      ...(['decimal', 'date', 'geopoint', 'file', 'image', 'acknowledge'] as const).map((type) => ({
        ...asked,
        type,
        name: `a_${type}`,
      })),
    ],
    choices: {
      letters: [
        { name: 'a', label: both('A') },
        { name: 'b', label: both('B'), columns: { of: 'a' } },
      ],
    },
    settings: { form_title: 'Form', form_id: 'form', version: '3' },
  };
  expect(read(writeForm(spec)).spec).toEqual(spec);
});

test('whatever stands in the cells, it is read or refused', () => {
  const words = [
    ...' |type|name|label|label::ru|hint:en|relevant|constraint|choice_filter|calculation|default|list_name'.split('|'),
    ...'text|integer|select_one a|select_multiple a or_other|begin_group|end_group|note|range|calculate|a|b'.split('|'),
    ...'${a}|${a} = 1|selected(., "a")|((|yes|start=1|__proto__|constructor|multiline|today()|::|jr:|bind::x'.split(
      '|',
    ),
  ];
  let seed = 1;
  const pick = <T>(from: T[]): T => {
    seed = (seed * 48_271) % 0x7fffffff;
    return from[seed % from.length]!;
  };
  const cells = [...words, null, 18, -0.5, true, new Date(0), new Date(Number.NaN)];
  const table = (headers: string[]) => [
    [...headers, pick(words), pick(words)],
    ...Array.from({ length: 6 }, () => Array.from({ length: headers.length + 2 }, () => pick(cells))),
  ];
  for (let i = 0; i < 2000; i++) {
    const sheets = [
      {
        name: 'survey',
        rows: table(['type', 'name', 'label', 'relevant', 'constraint', 'choice_filter', 'calculation']),
      },
      { name: 'choices', rows: table(['list_name', 'name', 'label']) },
      { name: 'settings', rows: table([]) },
    ];
    const form = readForm(sheets);
    const again = form.kind === 'ok' ? readForm(writeForm(form.spec)) : form;
    expect('spec' in again && again.spec).toEqual('spec' in form && form.spec);
  }
});
