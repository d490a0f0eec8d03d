import { expect, test } from 'vitest';
import { problemsOf, tables, textNamed } from './xlsform/tables.ts';

/** One cell of a good form put wrong: what is said of it. */
const BROKEN: [what: string, form: string, from: string, to: string, ...ReturnType<typeof problemsOf>][] = [
  [
    'a type of nobody',
    'travel-costs',
    '| decimal |',
    '| money |',
    ['survey 2 type', { kind: 'unknown type', type: 'money' }],
  ],
  [
    'a question that is not there',
    'arrangements',
    '| integer | nights | Number of nights | | |',
    '| integer | nights | Number of nights | | ${days} > 1 |',
    ['survey 6 relevant', { kind: 'no such question', name: 'days' }],
  ],
  [
    'a question that is not there, under two empty rows of a long form',
    'needs-assessment',
    'count-selected(${b1_used}) > 1',
    'count-selected(${b1}) > 1',
    ['survey 51 relevant', { kind: 'no such question', name: 'b1' }],
  ],
  [
    'a question that is not there, in a text',
    'travel-costs',
    '$${fee}\\n',
    '$${tax}\\n',
    ['survey 5 label', { kind: 'no such question', name: 'tax' }],
  ],
  [
    'an unknown function',
    'travel-costs',
    'round((',
    'format-number((',
    ['survey 3 calculation', { kind: 'unknown function', name: 'format-number', at: 0 }],
  ],
  [
    'too few arguments',
    'arrangements',
    "selected(${to_arrange}, 'meals')",
    'selected(${to_arrange})',
    ['survey 3 relevant', { kind: 'wrong arguments', name: 'selected', at: 0 }],
  ],
  [
    'half an expression',
    'arrangements',
    '. >= 1 and . < 15',
    '. >= 1 and',
    ['survey 6 constraint', { kind: 'unfinished', at: 10 }],
  ],
  [
    'a name without its ${}',
    'travel-costs',
    '${fare} + ${fee}',
    'fare + ${fee}',
    ['survey 4 calculation', { kind: 'bare name', name: 'fare' }],
  ],
  [
    'a dot in a condition',
    'arrangements',
    "selected(${to_arrange}, 'else')",
    "selected(., 'else')",
    ['survey 9 relevant', { kind: 'dot means nothing here' }],
  ],
  ['a name twice', 'arrangements', 'guests', 'nights', ['survey 7 name', { kind: 'duplicate name', name: 'nights' }]],
  [
    'a sheet without names',
    'contact',
    '| name |',
    '| names |',
    ['survey 1 null', { kind: 'no such column', name: 'name' }],
  ],
  [
    'a name that begins with a digit',
    'arrangements',
    '| wish |',
    '| 1wish |',
    ['survey 9 name', { kind: 'bad name', name: '1wish' }],
  ],
  ['no name', 'arrangements', '| wish |', '| |', ['survey 9 name', { kind: 'no name' }]],
  [
    'a list that is not there',
    'arrangements',
    'select_multiple diets',
    'select_multiple menus',
    ['survey 3 type', { kind: 'no such list', list: 'menus' }],
  ],
  ['no list', 'contact', 'select_one channels', 'select_one', ['survey 4 type', { kind: 'no list' }]],
  [
    'a choice twice',
    'cascade',
    'agencies | kz_agency |',
    'agencies | kz_ministry |',
    ['choices 11 name', { kind: 'duplicate choice', list: 'agencies', name: 'kz_ministry' }],
  ],
  [
    'a filter by a column that is not there',
    'cascade',
    'country=$',
    'land=$',
    ['survey 3 choice_filter', { kind: 'no such column in list', name: 'land', list: 'cities' }],
  ],
  [
    'a circle',
    'travel-costs',
    'round((${fare} * 0.04),2)',
    '${to_refund} - ${fare}',
    ['survey 4 calculation', { kind: 'goes round in a circle', names: ['fee', 'to_refund'] }],
  ],
  [
    'a question that asks for itself',
    'arrangements',
    "selected(${to_arrange}, 'transfer')",
    "selected(${transfer}, 'to_hotel')",
    ['survey 4 relevant', { kind: 'goes round in a circle', names: ['transfer'] }],
  ],
  [
    'a pattern that looks ahead',
    'contact',
    '\\p{Lu}',
    '(?=A)\\p{Lu}',
    ['survey 3 constraint', { kind: 'pattern not understood', pattern: '(?=A)\\p{Lu}' }],
  ],
  [
    'a default that is none of the choices',
    'contact',
    '| telegram | | |',
    '| fax | | |',
    ['survey 4 default', { kind: 'default does not fit', value: 'fax' }],
  ],
  [
    'a group that never ends',
    'emergency-contact',
    '| | end group | | |',
    '',
    ['survey 3 type', { kind: 'group not closed', name: 'contact_details' }],
  ],
  [
    'an end of no group',
    'emergency-contact',
    '| begin group | contact_details | Осы адам туралы |',
    '| note | contact_details | Осы адам туралы |',
    ['survey 6 type', { kind: 'group not opened' }],
  ],
  [
    'a language twice',
    'topics',
    'hint::Հայերեն (hy)',
    'hint::en',
    ['survey 1 hint::en', { kind: 'duplicate column', name: 'hint::en' }],
  ],
  [
    '"Other" and a filter',
    'cascade',
    'select_one cities',
    'select_one cities or_other',
    ['survey 3 choice_filter', { kind: 'filter with other' }],
  ],
];

test.for(BROKEN)('%s is refused with its row', ([, name, from, to, ...problems]) => {
  const text = textNamed(name);
  expect(text).toContain(from);
  expect(problemsOf(tables(text.replace(from, () => to)))).toEqual(problems);
});
