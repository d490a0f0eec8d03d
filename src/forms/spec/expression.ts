/**
 * The expressions of XLSForm in conditions, constraints and calculations: the part of ODK's XPath that questions in a chat
 * need (docs.getodk.org/form-operators-functions). What is not known here is refused when a form is read, so that no
 * condition is ever half understood.
 *
 * A parser of our own and not an XPath engine: those that are kept up need a DOM, which a draft does not have, and notice
 * what they don't know only when somebody is being asked.
 */

export type Expression =
  | { kind: 'number'; value: number }
  | { kind: 'text'; value: string }
  /** `${name}`: the answer to another question. */
  | { kind: 'answer'; name: string }
  /** `.`: the answer that a constraint is about. */
  | { kind: 'self' }
  /** A bare name: a column of the choice that a filter is about. */
  | { kind: 'column'; name: string }
  | { kind: 'call'; name: FunctionName; args: Expression[] }
  | { kind: 'operation'; operator: Operator; left: Expression; right: Expression }
  | { kind: 'minus'; of: Expression };

/** From the loosest to the tightest (XPath 1.0, 3.5 Numbers and 3.4 Booleans). */
const OPERATORS = [['or'], ['and'], ['=', '!='], ['<', '<=', '>', '>='], ['+', '-'], ['*', 'div', 'mod']] as const;
export type Operator = (typeof OPERATORS)[number][number];

/** How many arguments each function takes, at least and at most. */
const FUNCTIONS = {
  if: [3, 3],
  not: [1, 1],
  true: [0, 0],
  false: [0, 0],
  boolean: [1, 1],
  selected: [2, 2],
  'selected-at': [2, 2],
  'count-selected': [1, 1],
  'string-length': [1, 1],
  regex: [2, 2],
  contains: [2, 2],
  'starts-with': [2, 2],
  'ends-with': [2, 2],
  substr: [2, 3],
  concat: [1, 20],
  coalesce: [2, 2],
  string: [1, 1],
  'normalize-space': [1, 1],
  number: [1, 1],
  int: [1, 1],
  round: [1, 2],
  abs: [1, 1],
  pow: [2, 2],
  min: [1, 20],
  max: [1, 20],
  today: [0, 0],
  date: [1, 1],
} as const satisfies Record<string, [number, number]>;
export type FunctionName = keyof typeof FUNCTIONS;

/** Why an expression is refused. `at`: characters from its beginning. */
export type Problem =
  | { kind: 'unknown function'; name: string; at: number }
  | { kind: 'wrong arguments'; name: FunctionName; at: number }
  | { kind: 'unexpected'; found: string; at: number }
  | { kind: 'unfinished'; at: number }
  | { kind: 'too long'; at: number };

export type Parsed = { kind: 'ok'; expression: Expression } | { kind: 'refused'; problem: Problem };

/** An expression comes from a file: none may be longer, in characters, or nest deeper. */
const LONGEST = 4000;
const DEEPEST = 50;

const SPACE = /\s*/y;
const NUMBER = /\d+(?:\.\d+)?|\.\d+/y;
const TEXT = /"([^"]*)"|'([^']*)'/y;
const ANSWER = /\$\{\s*([\p{L}_][\p{L}\p{N}_.-]*)\s*\}/uy;
const NAME = /[\p{L}_][\p{L}\p{N}_]*(?:[-:][\p{L}_][\p{L}\p{N}_]*)*/uy;
const SYMBOL = /!=|<=|>=|[()=<>+\-*,.]/y;

/** Reads an expression, or says what in it is not understood. */
export function parse(source: string): Parsed {
  let at = 0;
  let depth = 0;

  /** The next token of this form, taken only if it is there. */
  function take(token: RegExp): RegExpExecArray | null {
    SPACE.lastIndex = at;
    SPACE.exec(source);
    token.lastIndex = SPACE.lastIndex;
    const found = token.exec(source);
    if (found) at = token.lastIndex;
    return found;
  }

  function takeOne<S extends string>(token: RegExp, wanted: readonly S[]): S | null {
    const before = at;
    const found = take(token)?.[0];
    const one = wanted.find((each) => each === found);
    if (one === undefined) at = before;
    return one ?? null;
  }

  function unexpected(): never {
    const rest = source.slice(at).trimStart();
    const found = /^(?:[\p{L}\p{N}_]+|.)/u.exec(rest)?.[0];
    throw refusal(found === undefined ? { kind: 'unfinished', at } : { kind: 'unexpected', found, at });
  }

  const expect = (symbol: string) => takeOne(SYMBOL, [symbol]) ?? unexpected();

  function operation(level: number): Expression {
    const operators = OPERATORS[level];
    if (!operators) return unary();
    let left = operation(level + 1);
    for (;;) {
      const operator = takeOne<Operator>(SYMBOL, operators) ?? takeOne<Operator>(NAME, operators);
      if (operator === null) return left;
      left = { kind: 'operation', operator, left, right: operation(level + 1) };
    }
  }

  function unary(): Expression {
    if (takeOne(SYMBOL, ['-'])) return { kind: 'minus', of: nested(unary) };
    return primary();
  }

  function primary(): Expression {
    const number = take(NUMBER);
    if (number) return { kind: 'number', value: Number(number[0]) };
    const text = take(TEXT);
    if (text) return { kind: 'text', value: text[1] ?? text[2] ?? '' };
    const answer = take(ANSWER);
    if (answer) return { kind: 'answer', name: answer[1]! };
    if (takeOne(SYMBOL, ['.'])) return { kind: 'self' };
    if (takeOne(SYMBOL, ['('])) {
      const inner = nested(() => operation(0));
      expect(')');
      return inner;
    }
    const name = take(NAME)?.[0];
    if (name === undefined) return unexpected();
    const start = at - name.length;
    return takeOne(SYMBOL, ['(']) ? call(name, start) : { kind: 'column', name };
  }

  function call(name: string, start: number): Expression {
    if (!isFunction(name)) throw refusal({ kind: 'unknown function', name, at: start });
    const args: Expression[] = [];
    if (!takeOne(SYMBOL, [')'])) {
      do args.push(nested(() => operation(0)));
      while (takeOne(SYMBOL, [',']));
      expect(')');
    }
    const [least, most] = FUNCTIONS[name];
    if (args.length < least || args.length > most) throw refusal({ kind: 'wrong arguments', name, at: start });
    return { kind: 'call', name, args };
  }

  function nested(read: () => Expression): Expression {
    if (++depth > DEEPEST) throw refusal({ kind: 'too long', at });
    const expression = read();
    depth--;
    return expression;
  }

  try {
    if (source.length > LONGEST) throw refusal({ kind: 'too long', at: LONGEST });
    const expression = operation(0);
    if (source.slice(at).trim() !== '') unexpected();
    return { kind: 'ok', expression };
  } catch (error) {
    if (error instanceof Error && 'problem' in error) return { kind: 'refused', problem: error.problem as Problem };
    throw error;
  }
}

const refusal = (problem: Problem) => Object.assign(new Error(problem.kind), { problem });

const isFunction = (name: string): name is FunctionName => Object.hasOwn(FUNCTIONS, name);

/** Everything in an expression, itself first. */
export function* parts(expression: Expression): Generator<Expression> {
  yield expression;
  switch (expression.kind) {
    case 'operation':
      yield* parts(expression.left);
      yield* parts(expression.right);
      break;
    case 'minus':
      yield* parts(expression.of);
      break;
    case 'call':
      for (const arg of expression.args) yield* parts(arg);
      break;
    case 'number':
    case 'text':
    case 'answer':
    case 'self':
    case 'column':
  }
}

/** The questions whose answers it looks at. */
export function answersIn(expression: Expression): string[] {
  return [...new Set([...parts(expression)].flatMap((part) => (part.kind === 'answer' ? [part.name] : [])))];
}
