import type { Finding } from './check.ts';
import { compileRegex } from './evaluate.ts';
import { answersIn, parse, parts, type Expression } from './expression.ts';
import type { OfExpression } from './problems.ts';
import { everyItem, otherOf, type FormSpec, type Item, type Texts } from './spec.ts';
import { columnOf } from './xlsform/columns.ts';

/** An expression of a form and where it stands. */
type Written = { item: Item; column: string; source: string };

/** What a form's expressions and texts may name. */
type Known = {
  /** By the name of the answer, also that of an "Other"; groups have none. */
  answers: Map<string, Item>;
  /** Of the lists of choices. */
  columns: Set<string>;
};

export function checkExpressions(spec: FormSpec): Finding[] {
  const items = [...everyItem(spec.items)];
  const known: Known = {
    answers: new Map(items.flatMap(namesOf)),
    columns: new Set([
      'name',
      ...Object.values(spec.choices)
        .flat()
        .flatMap(({ columns = {} }) => Object.keys(columns)),
    ]),
  };
  return [
    ...items.flatMap((item) => [
      ...writtenIn(item).flatMap((written) => checkOne(written, known)),
      ...textsOf(item, spec).flatMap(([column, text]) =>
        named(text).flatMap((name) => missing(name, known).map((problem) => ({ ...problem, about: item, column }))),
      ),
    ]),
    ...circles(spec, known),
  ];
}

function namesOf(item: Item): [string, Item][] {
  if (item.type === 'group') return [];
  const other = 'orOther' in item && item.orOther ? [[otherOf(item.name), item] as [string, Item]] : [];
  return [[item.name, item], ...other];
}

function writtenIn(item: Item): Written[] {
  const all: Record<string, string | true | undefined> = {
    relevant: item.relevant,
    ...('required' in item && { required: item.required }),
    ...('constraint' in item && { constraint: item.constraint }),
    ...('filter' in item && { choice_filter: item.filter }),
    ...('calculation' in item && { calculation: item.calculation }),
  };
  return Object.entries(all).flatMap(([column, source]) =>
    typeof source === 'string' ? [{ item, column, source }] : [],
  );
}

function checkOne({ item, column, source }: Written, known: Known): Finding[] {
  const at = { about: item, column };
  const parsed = parse(source);
  if (parsed.kind === 'refused') return [{ ...parsed.problem, ...at }];
  return [...parts(parsed.expression)].flatMap((part) =>
    checkPart(part, item, column, known).map((problem) => ({ ...problem, ...at })),
  );
}

type InExpression = OfExpression | ReturnType<typeof missing>[number];

function checkPart(part: Expression, item: Item, column: string, known: Known): InExpression[] {
  switch (part.kind) {
    case 'answer':
      return missing(part.name, known);
    case 'self':
      return column === 'constraint' ? [] : [{ kind: 'dot means nothing here' }];
    case 'column':
      if (column !== 'choice_filter' || !('list' in item)) return [{ kind: 'bare name', name: part.name }];
      return known.columns.has(part.name) ? [] : [{ kind: 'no such column in list', name: part.name, list: item.list }];
    case 'call': {
      const pattern = part.name === 'regex' ? part.args[1] : undefined;
      if (!pattern) return [];
      if (pattern.kind !== 'text') return [{ kind: 'pattern not fixed' }];
      return compileRegex(pattern.value) ? [] : [{ kind: 'pattern not understood', pattern: pattern.value }];
    }
    case 'number':
    case 'text':
    case 'operation':
    case 'minus':
      return [];
  }
}

function missing(name: string, { answers }: Known) {
  const item = answers.get(name);
  if (!item) return [{ kind: 'no such question' as const, name }];
  if (item.type === 'metadata' && item.what !== 'today') return [{ kind: 'never filled in' as const, name }];
  return [];
}

/** The answers that a wording names, as questions.ts fills them in. */
const named = (text: string): string[] => [...text.matchAll(/\$\{\s*([^}\s]+)\s*\}/g)].map(([, name]) => name!);

function textsOf(item: Item, { languages }: FormSpec): [string, string][] {
  const all: Record<string, Texts | undefined> = {
    label: item.label,
    hint: item.hint,
    ...('constraintMessage' in item && { constraint_message: item.constraintMessage }),
    ...('requiredMessage' in item && { required_message: item.requiredMessage }),
  };
  return Object.entries(all).flatMap(([base, texts = {}]) =>
    Object.entries(texts).map(([code, text]): [string, string] => [columnOf(base, code, languages), text]),
  );
}

/** What an answer hangs on: its own conditions and those of the groups around it, its calculation, its choices. */
function circles(spec: FormSpec, { answers }: Known): Finding[] {
  const edges = new Map<string, { name: string; written: Written }[]>();
  const collect = (items: Item[], around: Written[]) => {
    for (const item of items) {
      const own = writtenIn(item).filter(({ column }) => column !== 'constraint' && column !== 'required');
      if (item.type === 'group') collect(item.items, [...around, ...own]);
      else if (!edges.has(item.name))
        edges.set(
          item.name,
          [...around, ...own].flatMap((written) =>
            refersTo(written).map((name) => ({ name: answers.get(name)?.name ?? name, written })),
          ),
        );
    }
  };
  collect(spec.items, []);

  const findings: Finding[] = [];
  const done = new Set<string>();
  const path: string[] = [];
  const follow = (name: string) => {
    path.push(name);
    for (const { name: next, written } of edges.get(name) ?? []) {
      const start = path.indexOf(next);
      if (start >= 0) {
        const about = written.item;
        findings.push({ kind: 'goes round in a circle', names: path.slice(start), about, column: written.column });
      } else if (!done.has(next)) follow(next);
    }
    path.pop();
    done.add(name);
  };
  for (const name of edges.keys()) if (!done.has(name)) follow(name);
  return findings;
}

function refersTo({ source }: Written): string[] {
  const parsed = parse(source);
  return parsed.kind === 'ok' ? answersIn(parsed.expression) : [];
}
