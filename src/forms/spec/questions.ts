import type { T } from '../../bot/i18n.ts';
import type { Answers, Json } from '../../db/schema.ts';
import { pick } from '../../programme.ts';
import type { Kind, Question, Read } from '../form.ts';
import { offering } from '../kinds/offering.ts';
import { text } from '../kinds/text.ts';
import { holds, evaluate, toText, toValue, type Scope, type Value } from './evaluate.ts';
import { parse } from './expression.ts';
import { kindOf } from './kinds.ts';
import { isAsked, OTHER, otherOf, placed, type AskedItem, type FormSpec, type Placed, type Texts } from './spec.ts';

export type SpecContext = {
  t: T;
  lang: string;
  answers: Answers;
  /** Where the person is. */
  today: Temporal.PlainDate;
};

/**
 * The questions of a form as it stands with these answers: a condition that does not hold any more takes its question away,
 * and what was answered to it counts as nothing to the others.
 */
export function specQuestions(spec: FormSpec, context: SpecContext): Question[] {
  const all = placed(spec.items);
  const scope = scopeOf(all, context);
  return all.flatMap(({ item, conditions }): Question[] => {
    if (!isAsked(item) || !conditions.every((condition) => is(condition, scope))) return [];
    return [
      {
        ...describe(item, scope, context),
        kind: constrained(item, withDefault(item, kindOf(item, spec, scope, context), context.t), scope, context),
      },
      ...askOther(item, scope, context.t),
    ];
  });
}

/** What expressions see of the answers; each is looked at once, when it is asked for. */
function scopeOf(all: Placed[], { answers, today }: SpecContext): Scope {
  const known = new Map<string, Value>();
  const byName = new Map(all.map((one) => [one.item.name, one]));
  const scope: Scope = {
    today,
    answer(name) {
      // What depends on itself is refused when the form is read; this only keeps it from going round for ever.
      if (!known.has(name)) {
        known.set(name, '');
        known.set(name, look(name));
      }
      return known.get(name)!;
    },
  };
  function look(name: string): Value {
    const found = byName.get(name);
    if (!found) return toValue(answers[name]);
    const { item, conditions } = found;
    if (!conditions.every((condition) => is(condition, scope))) return '';
    switch (item.type) {
      case 'calculate':
        return valueOf(item.calculation, scope);
      case 'metadata':
        return item.what === 'today' ? today.toString() : '';
      default:
        return toValue(answers[name]);
    }
  }
  return scope;
}

/** Checked when the form was read: see check.ts. */
function valueOf(source: string, scope: Scope): Value {
  const parsed = parse(source);
  return parsed.kind === 'ok' ? evaluate(parsed.expression, scope) : '';
}

function is(source: string, scope: Scope): boolean {
  const parsed = parse(source);
  return parsed.kind === 'ok' && holds(parsed.expression, scope);
}

function describe(item: AskedItem, scope: Scope, { t }: SpecContext): Omit<Question, 'kind'> {
  const label = filled(item.label, scope, t);
  const hint = item.hint ? filled(item.hint, scope, t) : '';
  const required = item.type === 'note' || item.required === true || (item.required ? is(item.required, scope) : false);
  return {
    key: item.name,
    label: label || item.name,
    ask: [label || item.name, hint].filter(Boolean).join('\n\n'),
    optional: !required,
  };
}

/** The wording for its reader, with the answers that it names. */
function filled(texts: Texts, scope: Scope, t: T): string {
  const wording = pick(texts, t.reads) ?? '';
  return wording.replace(/\$\{\s*([^}\s]+)\s*\}/g, (_, name: string) => toText(scope.answer(name))).trim();
}

/** What stands in a form on paper before anybody wrote is one press here. A choice has its button anyway. */
function withDefault(item: AskedItem, kind: Kind, t: T): Kind {
  if (!('default' in item) || item.default === undefined || 'list' in item) return kind;
  const isNumber = item.type === 'integer' || item.type === 'decimal' || item.type === 'range';
  const value = isNumber ? Number(item.default) : item.default;
  const isReady = ['text', 'date', 'integer', 'decimal', 'range'].includes(item.type);
  // A scale has its buttons anyway, too.
  if (!isReady || kind.options) return kind;
  const shown = kind.show(value);
  return offering(t, kind, [{ token: 'default', label: shown, value, shown }]);
}

/** An answer must also be what the form's own constraint says, and is asked again when it is not any more. */
function constrained(item: AskedItem, kind: Kind, scope: Scope, { t }: SpecContext): Kind {
  if (item.type === 'note' || item.constraint === undefined) return kind;
  const { constraint, constraintMessage } = item;
  const fits = (value: Json) => is(constraint, { ...scope, self: toValue(value) });
  const say = (constraintMessage && filled(constraintMessage, scope, t)) || t('forms:expect_constraint');
  const check = (read: Read): Read => (read.kind === 'ok' && !fits(read.value) ? { kind: 'invalid', say } : read);
  return {
    ...kind,
    ...(kind.press && { press: (token, current) => check(kind.press!(token, current)) }),
    read: (message) => check(kind.read(message)),
    accepts: (value) => (kind.accepts?.(value) ?? true) && fits(value),
  };
}

function askOther(item: AskedItem, scope: Scope, t: T): Question[] {
  if ((item.type !== 'select_one' && item.type !== 'select_multiple') || !item.orOther) return [];
  if (!toText(scope.answer(item.name)).split(' ').includes(OTHER)) return [];
  const label = t('forms:other');
  return [{ key: otherOf(item.name), label, ask: t('forms:ask_other'), kind: text(t, { max: 300 }) }];
}
