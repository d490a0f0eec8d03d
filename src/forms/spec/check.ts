import { columnOf } from './xlsform/columns.ts';
import { checkExpressions } from './check-expressions.ts';
import type { Countable, OfForm } from './problems.ts';
import { everyItem, OTHER, otherOf, type Choice, type FormSpec, type Item, type Texts } from './spec.ts';

/** A problem and what has it: an item, a choice, or (null) the form as a whole. `column`: as XLSForm calls it. */
export type Finding = OfForm & { about: Item | Choice | null; column: string | null };

/**
 * A form is asked in a chat, by people with better things to do; and a file may come from anybody. Kobo's household surveys
 * have about a hundred questions, and cascades of places the most choices.
 */
const MOST = { questions: 200, choices: 1000, languages: 10, 'nested groups': 8 } as const satisfies Partial<
  Record<Countable, number>
>;

/** Characters. One message holds a question with its hint and a page of choices (Bot API, sendMessage: 4096). */
const LONGEST = { note: 3500, label: 1500, hint: 500, message: 300, choice: 150, name: 64, setting: 500 };
/** Characters, as it is stored: room for twice as much as the limits of a form with two languages make. */
const BIGGEST = 1_000_000;
/** Bytes: the name of a choice travels in its button (Bot API, InlineKeyboardButton: 64 with all else). */
const CHOICE_NAME = 40;

/** All that keeps a form from being asked, in the order of its items. Nothing: it can be. */
export function check(spec: FormSpec): Finding[] {
  const items = [...everyItem(spec.items)];
  return [...checkSize(spec, items), ...items.flatMap((item) => checkItem(item, spec)), ...checkNames(items)].concat(
    checkChoices(spec),
    checkExpressions(spec),
  );
}

function checkSize(spec: FormSpec, items: Item[]): Finding[] {
  const counts = {
    questions: items.length,
    choices: Object.values(spec.choices).flat().length,
    languages: spec.languages.length,
    'nested groups': depthOf(spec.items),
  };
  const over = (Object.keys(MOST) as (keyof typeof MOST)[]).filter((of) => counts[of] > MOST[of]);
  return [
    ...(items.length === 0 ? [{ kind: 'no questions' as const, about: null, column: null }] : []),
    ...(JSON.stringify(spec).length > BIGGEST
      ? [{ kind: 'form too big' as const, most: BIGGEST, about: null, column: null }]
      : []),
    ...over.map((of): Finding => ({ kind: 'too many', of, most: MOST[of], about: null, column: null })),
    ...Object.entries(spec.settings).flatMap(([column, text]) => tooLong(text, LONGEST.setting, null, column)),
  ];
}

const depthOf = (items: Item[]): number =>
  Math.max(0, ...items.map((item) => (item.type === 'group' ? 1 + depthOf(item.items) : 0)));

function checkItem(item: Item, spec: FormSpec): Finding[] {
  const at = (column: string) => ({ about: item, column });
  const findings: Finding[] = [
    ...textsTooLong(item, 'label', item.label, item.type === 'note' ? LONGEST.note : LONGEST.label, spec),
    ...textsTooLong(item, 'hint', item.hint, LONGEST.hint, spec),
  ];
  if ('constraintMessage' in item)
    findings.push(...textsTooLong(item, 'constraint_message', item.constraintMessage, LONGEST.message, spec));
  if ('requiredMessage' in item)
    findings.push(...textsTooLong(item, 'required_message', item.requiredMessage, LONGEST.message, spec));
  if (item.type === 'range' && !isRange(item.range)) findings.push({ kind: 'bad range', ...at('parameters') });
  if ('list' in item) {
    const list = Object.hasOwn(spec.choices, item.list) ? spec.choices[item.list]! : null;
    if (item.list === '') findings.push({ kind: 'no list', ...at('type') });
    else if (!list) findings.push({ kind: 'no such list', list: item.list, ...at('type') });
    else if (list.length === 0) findings.push({ kind: 'empty list', list: item.list, ...at('type') });
    // Its buttons would be told apart by nothing.
    if (item.orOther && list?.some(({ name }) => name === OTHER))
      findings.push({ kind: 'duplicate choice', list: item.list, name: OTHER, ...at('type') });
    // As pyxform has it: "Other" has none of the columns that a filter looks at.
    if (item.orOther && item.filter !== undefined) findings.push({ kind: 'filter with other', ...at('choice_filter') });
  }
  if ('default' in item && item.default !== undefined && !canBe(item, item.default, spec))
    findings.push({ kind: 'default does not fit', value: item.default, ...at('default') });
  return findings;
}

function isRange({ start, end, step }: { start: number; end: number; step: number }): boolean {
  if (![start, end, step].every(Number.isFinite) || step <= 0 || start >= end) return false;
  const steps = (end - start) / step;
  return steps <= 1000 && Math.abs(steps - Math.round(steps)) < 1e-6;
}

/** Whether somebody could have answered that. */
function canBe(item: Item, answer: string, spec: FormSpec): boolean {
  switch (item.type) {
    case 'integer':
      return /^-?\d{1,9}$/.test(answer);
    case 'decimal':
    case 'range':
      return /^-?\d+(\.\d+)?$/.test(answer);
    case 'date':
      return isDate(answer);
    case 'select_one':
    case 'select_multiple': {
      if (!Object.hasOwn(spec.choices, item.list)) return true;
      const names = new Set(spec.choices[item.list]!.map(({ name }) => name));
      const all = item.type === 'select_one' ? [answer] : answer.split(/\s+/);
      return all.every((name) => names.has(name) || (item.orOther === true && name === OTHER));
    }
    default:
      return true;
  }
}

function isDate(text: string): boolean {
  try {
    return Temporal.PlainDate.from(text).toString() === text;
  } catch {
    return false;
  }
}

/** One name, one answer: also across groups, where ODK lets a name come twice and answers are told apart by their path. */
function checkNames(items: Item[]): Finding[] {
  const taken = new Set<string>();
  return items.flatMap((item): Finding[] => {
    const at = { about: item, column: 'name' };
    if (item.name === '') return [{ kind: 'no name', ...at }];
    if (item.name.length > LONGEST.name) return tooLong(item.name, LONGEST.name, item, 'name');
    if (!isName(item.name)) return [{ kind: 'bad name', name: item.name, ...at }];
    const names = 'orOther' in item && item.orOther ? [item.name, otherOf(item.name)] : [item.name];
    const again = names.filter((name) => taken.has(name));
    names.forEach((name) => taken.add(name));
    return again.map((name) => ({ kind: 'duplicate name', name, ...at }));
  });
}

/** Answers are kept in an object: what every object has ("constructor") can't be one's name. */
const isName = (name: string) => /^[a-z_][\w.-]*$/i.test(name) && !(name in {});

function checkChoices(spec: FormSpec): Finding[] {
  const mayRepeat = isYes(spec.settings['allow_choice_duplicates'] ?? '');
  return Object.entries(spec.choices).flatMap(([list, choices]) => {
    const taken = new Set<string>();
    return choices.flatMap((choice): Finding[] => {
      const at = { about: choice, column: 'name' };
      const findings = textsTooLong(choice, 'label', choice.label, LONGEST.choice, spec);
      if (list in {}) findings.push({ kind: 'bad name', name: list, about: choice, column: 'list_name' });
      if (choice.name === '') findings.push({ kind: 'no name', ...at });
      else if (!isChoiceName(choice.name)) findings.push({ kind: 'bad name', name: choice.name, ...at });
      else if (taken.has(choice.name) && !mayRepeat)
        findings.push({ kind: 'duplicate choice', list, name: choice.name, ...at });
      taken.add(choice.name);
      return findings;
    });
  });
}

/** Several are one text with spaces between; in a button a colon parts it from the rest, and a dot begins what is no answer. */
const isChoiceName = (name: string) => /^[^\s:.][^\s:]*$/.test(name) && Buffer.byteLength(name) <= CHOICE_NAME;

export const isYes = (text: string): boolean => /^(?:yes|true|true\(\)|1)$/i.test(text.trim());

function textsTooLong(
  about: Item | Choice,
  column: string,
  texts: Texts | undefined,
  most: number,
  { languages }: FormSpec,
): Finding[] {
  return Object.entries(texts ?? {}).flatMap(([code, text]) =>
    tooLong(text, most, about, columnOf(column, code, languages)),
  );
}

function tooLong(text: string, most: number, about: Finding['about'], column: string): Finding[] {
  return text.length > most ? [{ kind: 'text too long', length: text.length, most, about, column }] : [];
}
