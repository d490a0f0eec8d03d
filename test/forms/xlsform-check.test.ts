import { expect, test } from 'vitest';
import { problemsOf, survey, tables } from './xlsform/tables.ts';

test('"Other" is a question too: its answer can be asked for, and its name is taken', () => {
  const choices = '| choices | list_name | name | label |\n| | n | a | A |';
  const other = '| | select_one n or_other | pick | Pick | |';
  const form = (row: string) => tables(`| survey | type | name | label | relevant |\n${other}\n${row}\n${choices}`);
  expect(problemsOf(form("| | text | why | Why? | ${pick_other} != '' |"))).toEqual([]);
  expect(problemsOf(form('| | text | pick_other | Other | |'))).toEqual([
    ['survey 3 name', { kind: 'duplicate name', name: 'pick_other' }],
  ]);
  const own = `${choices}\n| | n | other | Something else |`;
  expect(problemsOf(tables(`| survey | type | name | label |\n${other}\n${own}`))).toEqual([
    ['survey 2 type', { kind: 'duplicate choice', list: 'n', name: 'other' }],
  ]);
});

test('what only a phone knows is no answer that anything could hang on', () => {
  const form = (name: string) => survey('username | user |', 'today | day |', `note | hello | Hello \${${name}}`);
  expect(problemsOf(form('user'))).toEqual([['survey 4 label', { kind: 'never filled in', name: 'user' }]]);
  expect(problemsOf(form('day'))).toEqual([]);
});

test('names that every object has are nobody’s', () => {
  const names = ['constructor', '__proto__', 'toString'];
  for (const name of names) {
    expect(problemsOf(survey(`text | ${name} | One`)), name).toEqual([['survey 2 name', { kind: 'bad name', name }]]);
    const list = tables(`| choices | list_name | name | label |\n| | ${name} | a | A |`);
    expect(problemsOf([...survey(`select_one ${name} | one | One`), ...list]), name).toEqual([
      ['choices 2 list_name', { kind: 'bad name', name }],
    ]);
    expect(problemsOf(survey(`select_one ${name} | one | One`)), name).toEqual([
      ['survey 2 type', { kind: 'no such list', list: name }],
    ]);
  }
});

test('a form has its limits', () => {
  const many = Array.from({ length: 201 }, (_, i) => `text | q${i} | Question ${i}`);
  expect(problemsOf(survey(...many))).toEqual([['survey null null', { kind: 'too many', of: 'questions', most: 200 }]]);
  expect(problemsOf(survey(`text | one | ${'x'.repeat(1501)}`))).toEqual([
    ['survey 2 label', { kind: 'text too long', length: 1501, most: 1500 }],
  ]);
  const deep = Array.from({ length: 9 }, (_, i) => `begin_group | g${i} | Group`);
  expect(problemsOf(survey(...deep, 'text | one | One', ...deep.map(() => 'end_group | |')))).toEqual([
    ['survey null null', { kind: 'too many', of: 'nested groups', most: 8 }],
  ]);
  expect(problemsOf(survey())).toEqual([['survey null null', { kind: 'no questions' }]]);
  expect(problemsOf(tables('| choices | list_name | name |'))).toEqual([
    ['survey null null', { kind: 'no such sheet', name: 'survey' }],
  ]);
});
