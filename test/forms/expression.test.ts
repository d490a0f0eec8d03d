import { expect, test } from 'vitest';
import { evaluate, holds, toValue, type Scope, type Value } from '../../src/forms/spec/evaluate.ts';
import { answersIn, parse, type Expression } from '../../src/forms/spec/expression.ts';

const scope: Scope = {
  today: Temporal.PlainDate.from('2026-11-24'),
  self: '17',
  columns: { name: 'almaty', country: 'kz' },
  answer: (name) =>
    ({ age: 18, name: 'Хачатрян', fruits: 'apple pear', born: '2008-11-24', empty: '', yes: 'yes', half: 0.5 })[name] ??
    '',
};

function parsed(source: string): Expression {
  const read = parse(source);
  if (read.kind === 'refused') throw new Error(`${source}: ${JSON.stringify(read.problem)}`);
  return read.expression;
}

const value = (source: string): Value => evaluate(parsed(source), scope);

/** By the rules of XPath 1.0 and of ODK's additions to it (docs.getodk.org/form-operators-functions). */
const VALUES: [source: string, value: Value][] = [
  // Numbers, and what is tighter than what.
  ['1 + 2 * 3', 7],
  ['(1 + 2) * 3', 9],
  ['10 - 4 - 3', 3],
  ['7 mod 4', 3],
  ['-7 mod 4', -3],
  ['7 div 2', 3.5],
  ['1 div 0', Infinity],
  ['-(2)', -2],
  ['- - 2', 2],
  ['5-3', 2],
  ['.5 + 0.25', 0.75],
  ['2 * .5', 1],
  ['${age}-1', 17],
  ['${half} * 2', 1],
  // Comparing: as booleans, else as numbers, else as texts.
  ['1 = 1.0', true],
  ["'1' = 1", true],
  ["'1.0' = '1'", false],
  ["'a' = 'a'", true],
  ["'a' != 'b'", true],
  ['true() = 1', true],
  ["true() = 'no'", true],
  ["false() = ''", true],
  // A chain is read from the left: (3 > 2) is 1, which is not more than 1.
  ['3 > 2 > 1', false],
  ['1 < 2 = true()', true],
  // Texts can't be put in order: they are no numbers.
  ["'a' < 'b'", false],
  ["'10' > '9'", true],
  ["'2026-03-01' > '2026-02-28'", true],
  // What was not answered is no number and not 0: nothing holds of it, except that it is not the same.
  ['${empty} = 0', false],
  ['${empty} != 0', true],
  ['${empty} < 1', false],
  ['${empty} >= 0', false],
  ["${empty} = ''", true],
  ["${nobody} = ''", true],
  ['coalesce(${empty}, 0) + 1', 1],
  ["if(${empty} = '', 'none', ${empty})", 'none'],
  // And, or; a text holds if there is one, whatever it says.
  ['true() or false() and false()', true],
  ['(true() or false()) and false()', false],
  ["boolean('false')", true],
  ["boolean('')", false],
  ['boolean(0)', false],
  ["not('0')", false],
  ["not(${empty}) and ${yes} = 'yes'", true],
  ["if(${age} >= 18, 'adult', 'child')", 'adult'],
  // Choices.
  ["selected(${fruits}, 'pear')", true],
  ["selected(${fruits}, 'app')", false],
  ["selected(${fruits}, 'apple pear')", false],
  ["selected(${empty}, '')", false],
  ['selected-at(${fruits}, 1)', 'pear'],
  ['selected-at(${fruits}, 5)', ''],
  ['count-selected(${fruits})', 2],
  ['count-selected(${empty})', 0],
  // Texts: letters, not bytes.
  ['string-length(${name})', 8],
  ["string-length('👩')", 1],
  ["concat('a', 1, true())", 'a1true'],
  ["contains(${name}, 'чат')", true],
  ["starts-with('abc', 'ab') and ends-with('abc', 'bc')", true],
  ["substr('abcdef', 1, 3)", 'bc'],
  ["substr('abcdef', 4)", 'ef'],
  ["normalize-space('  a   b ')", 'a b'],
  ['string(1 div 3 > 0)', 'true'],
  [`"it's"`, "it's"],
  [`'say "yes"'`, 'say "yes"'],
  // Patterns: the whole text, as in ODK.
  ["regex('ab', 'a')", false],
  ["regex('ab', '[a-z]+')", true],
  ["regex(${name}, '\\p{L}+')", true],
  // Rounding: halves go up, also below zero.
  ['round(2.5)', 3],
  ['round(-2.5)', -2],
  ['round(12.346, 2)', 12.35],
  ['round(1234, -2)', 1200],
  ["int('12.9')", 12],
  ['int(-3.7)', -3],
  ['abs(-3)', 3],
  ['pow(2, 10)', 1024],
  ['min(3, 1, 2)', 1],
  ['max(3, ${age})', 18],
  ["number(' 5 ')", 5],
  ["number('1e3')", Number.NaN],
  ["number('abc')", Number.NaN],
  ["number('2026-02-30')", Number.NaN],
  // Days can be counted.
  ['today()', '2026-11-24'],
  ['today() - ${born}', 6574],
  ['(today() - ${born}) div 365.25 >= 17.99', true],
  ['date(today() + 7)', '2026-12-01'],
  ["date('2026-12-01') > today()", true],
  ["date('soon')", ''],
  // A constraint, a filter.
  ['. > 16 and . < 18', true],
  ['.>=18', false],
  ["country = 'kz' and name != 'astana'", true],
  ['somewhere = 1', false],
];

test.for(VALUES)('%s', ([source, expected]) => {
  expect(value(source)).toEqual(expected);
});

test('NaN holds no more than nothing does', () => {
  expect(holds(parsed("number('x')"), scope)).toBe(false);
  expect(holds(parsed('${empty}'), scope)).toBe(false);
});

const REFUSED: [source: string, problem: object][] = [
  ['', { kind: 'unfinished', at: 0 }],
  ['1 +', { kind: 'unfinished', at: 3 }],
  ['(1', { kind: 'unfinished', at: 2 }],
  ['1)', { kind: 'unexpected', found: ')', at: 1 }],
  ['1 2', { kind: 'unexpected', found: '2' }],
  ["'open", { kind: 'unexpected', found: "'" }],
  ['${age', { kind: 'unexpected', found: '$' }],
  ['${last-saved#age}', { kind: 'unexpected', found: '$' }],
  ['${age} => 18', { kind: 'unexpected', found: '>' }],
  ['${age} == 18', { kind: 'unexpected', found: '=' }],
  ['${age} ≥ 18', { kind: 'unexpected', found: '≥' }],
  ['${age} && 1', { kind: 'unexpected', found: '&' }],
  ['/data/age', { kind: 'unexpected', found: '/' }],
  ['../age', { kind: 'unexpected', found: '.' }],
  ['${people}[age < 18]', { kind: 'unexpected', found: '[' }],
  ['position(..)', { kind: 'unknown function', name: 'position', at: 0 }],
  ["1 + jr:choice-name(${a}, '${a}')", { kind: 'unknown function', name: 'jr:choice-name', at: 4 }],
  ["pulldata('a', 'b', 'c', 'd')", { kind: 'unknown function', name: 'pulldata' }],
  ["instance('a')/root", { kind: 'unknown function', name: 'instance' }],
  ['constructor()', { kind: 'unknown function', name: 'constructor' }],
  ['not()', { kind: 'wrong arguments', name: 'not' }],
  ['if(1, 2)', { kind: 'wrong arguments', name: 'if' }],
  ['today(1)', { kind: 'wrong arguments', name: 'today' }],
];

test.for(REFUSED)('%s is refused', ([source, problem]) => {
  expect(parse(source)).toMatchObject({ kind: 'refused', problem });
});

test('an expression may be long and deep only so far', () => {
  const nested = (depth: number) => `${'('.repeat(depth)}1${')'.repeat(depth)}`;
  expect(value(nested(50))).toBe(1);
  for (const source of [nested(51), 'not('.repeat(51), '-'.repeat(51), `${nested(10)}${' '.repeat(4000)}`])
    expect(parse(source)).toMatchObject({ kind: 'refused', problem: { kind: 'too long' } });
  expect(value(`1${'+1'.repeat(1999)}`)).toBe(2000);
});

test('no pattern and no text take long', () => {
  const started = performance.now();
  for (const pattern of ['(a+)+$', '(a|a)*b', '(a*)*b', '(.*)*(.*)*(.*)*x'])
    expect(evaluate(parsed(`regex(., '${pattern}')`), { ...scope, self: `${'a'.repeat(4000)}!` })).toBe(false);
  for (const pattern of ['((a{100}){100}){100}', '(?=a)', '(a)\\1', '(', 'a{1001}'])
    expect(evaluate(parsed(`regex(., '${pattern}')`), scope), pattern).toBe(false);
  expect(performance.now() - started).toBeLessThan(5000);
});

test('what grows by itself stays within bounds', () => {
  let text = 'x'.repeat(4000);
  const twenty = parsed(`concat(${Array(20).fill('.').join(', ')})`);
  for (let i = 0; i < 20; i++) text = String(evaluate(twenty, { ...scope, self: text }));
  expect(text.length).toBeLessThanOrEqual(10_000);
});

test('answers are what they are to an expression', () => {
  expect(toValue(['apple', 'pear'])).toBe('apple pear');
  expect(toValue(null)).toBe('');
  expect(toValue(undefined)).toBe('');
  expect(toValue(5)).toBe(5);
});

test('an expression says whose answers it looks at, each once', () => {
  expect(answersIn(parsed("if(${a} > -${b}, concat(${a}, 'x'), not(${c}))"))).toEqual(['a', 'b', 'c']);
});
