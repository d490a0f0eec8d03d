import { RE2JS } from 're2js';
import type { Json } from '../../db/schema.ts';
import type { Expression, FunctionName, Operator } from './expression.ts';

/** As XPath 1.0 knows values; several choices are their names with spaces between, a date is `2026-11-24`. */
export type Value = string | number | boolean;

/** What an expression looks at. */
export type Scope = {
  /** An answer; the empty text when there is none. */
  answer(name: string): Value;
  /** The answer that a constraint is about. */
  self?: Value;
  /** The columns of the choice that a filter is about. */
  columns?: Record<string, string>;
  /** Where the person is. */
  today: Temporal.PlainDate;
};

export function evaluate(expression: Expression, scope: Scope): Value {
  switch (expression.kind) {
    case 'number':
    case 'text':
      return expression.value;
    case 'answer':
      return scope.answer(expression.name);
    case 'self':
      return scope.self ?? '';
    case 'column':
      return scope.columns?.[expression.name] ?? '';
    case 'minus':
      return -toNumber(evaluate(expression.of, scope));
    case 'operation':
      return operate(expression.operator, expression.left, expression.right, scope);
    case 'call':
      return call(expression.name, expression.args, scope);
  }
}

/** Whether a condition holds. */
export const holds = (expression: Expression, scope: Scope): boolean => toBoolean(evaluate(expression, scope));

/** An answer as expressions see it. */
export function toValue(answer: Json | undefined): Value {
  if (Array.isArray(answer)) return answer.map(String).join(' ');
  if (answer === null || answer === undefined || typeof answer === 'object') return '';
  return answer;
}

function operate(operator: Operator, left: Expression, right: Expression, scope: Scope): Value {
  if (operator === 'or') return holds(left, scope) || holds(right, scope);
  if (operator === 'and') return holds(left, scope) && holds(right, scope);
  const [a, b] = [evaluate(left, scope), evaluate(right, scope)];
  const [x, y] = [toNumber(a), toNumber(b)];
  switch (operator) {
    case '=':
      return equal(a, b);
    case '!=':
      return !equal(a, b);
    case '<':
      return x < y;
    case '<=':
      return x <= y;
    case '>':
      return x > y;
    case '>=':
      return x >= y;
    case '+':
      return x + y;
    case '-':
      return x - y;
    case '*':
      return x * y;
    case 'div':
      return x / y;
    case 'mod':
      return x % y;
  }
}

/** By the rules of XPath 1.0, 3.4: as booleans if one is a boolean, as numbers if one is a number, else as texts. */
function equal(a: Value, b: Value): boolean {
  if (typeof a === 'boolean' || typeof b === 'boolean') return toBoolean(a) === toBoolean(b);
  if (typeof a === 'number' || typeof b === 'number') return toNumber(a) === toNumber(b);
  return a === b;
}

function call(name: FunctionName, args: Expression[], scope: Scope): Value {
  const value = (i: number): Value => (args[i] ? evaluate(args[i], scope) : '');
  const text = (i: number): string => toText(value(i));
  const number = (i: number): number => toNumber(value(i));
  switch (name) {
    case 'if':
      return toBoolean(value(0)) ? value(1) : value(2);
    case 'not':
      return !toBoolean(value(0));
    case 'true':
      return true;
    case 'false':
      return false;
    case 'boolean':
      return toBoolean(value(0));
    case 'selected':
      return chosen(text(0)).includes(text(1).trim());
    case 'selected-at':
      return chosen(text(0))[number(1)] ?? '';
    case 'count-selected':
      return chosen(text(0)).length;
    case 'string-length':
      return [...text(0)].length;
    case 'regex':
      return matches(text(0), text(1));
    case 'contains':
      return text(0).includes(text(1));
    case 'starts-with':
      return text(0).startsWith(text(1));
    case 'ends-with':
      return text(0).endsWith(text(1));
    case 'substr':
      return text(0).slice(number(1), args.length > 2 ? number(2) : undefined);
    case 'concat':
      return args
        .map((_, i) => text(i))
        .join('')
        .slice(0, LONGEST_TEXT);
    case 'coalesce':
      return text(0) === '' ? value(1) : value(0);
    case 'string':
      return text(0);
    case 'normalize-space':
      return text(0).trim().replace(/\s+/g, ' ');
    case 'number':
      return number(0);
    case 'int':
      return Math.trunc(number(0));
    case 'round':
      return round(number(0), args.length > 1 ? number(1) : 0);
    case 'abs':
      return Math.abs(number(0));
    case 'pow':
      return number(0) ** number(1);
    case 'min':
      return Math.min(...args.map((_, i) => number(i)));
    case 'max':
      return Math.max(...args.map((_, i) => number(i)));
    case 'today':
      return scope.today.toString();
    case 'date':
      return toDate(value(0));
  }
}

/** Characters: calculations that put each other together, twenty times each, would soon fill the memory. */
const LONGEST_TEXT = 10_000;

const chosen = (text: string): string[] => text.split(/\s+/).filter(Boolean);

/**
 * The whole text, as ODK has it. In linear time: a pattern comes from a file and the text from anybody, and with
 * JavaScript's own engine "(a+)+$" and forty letters would stop the bot for everybody.
 */
function matches(text: string, pattern: string): boolean {
  return compileRegex(pattern)?.matches(text) ?? false;
}

/** Null: RE2 does not know it (it has no look-ahead and no back references). */
export function compileRegex(pattern: string): RE2JS | null {
  try {
    return RE2JS.compile(pattern);
  } catch {
    return null;
  }
}

export function toBoolean(value: Value): boolean {
  if (typeof value === 'number') return value !== 0 && !Number.isNaN(value);
  return typeof value === 'boolean' ? value : value !== '';
}

/** A date is the number of its day since 1970, so that dates can be compared and counted with. */
function toNumber(value: Value): number {
  if (typeof value !== 'string') return Number(value);
  const text = value.trim();
  if (DATE.test(text)) return dayOf(text);
  return /^-?(?:\d+(?:\.\d*)?|\.\d+)$/.test(text) ? Number(text) : Number.NaN;
}

export function toText(value: Value): string {
  return typeof value === 'number' && Number.isNaN(value) ? 'NaN' : String(value);
}

const DATE = /^\d{4}-\d\d-\d\d/;
const EPOCH = Temporal.PlainDate.from('1970-01-01');

function dayOf(text: string): number {
  try {
    return EPOCH.until(Temporal.PlainDate.from(text.slice(0, 10)), { largestUnit: 'days' }).days;
  } catch {
    return Number.NaN;
  }
}

function toDate(value: Value): Value {
  const day = toNumber(value);
  return Number.isFinite(day) && Math.abs(day) < 1e7 ? EPOCH.add({ days: Math.floor(day) }).toString() : '';
}

/** XPath rounds halves up, also below zero. */
function round(value: number, digits: number): number {
  const factor = 10 ** digits;
  return Math.floor(value * factor + 0.5) / factor;
}
