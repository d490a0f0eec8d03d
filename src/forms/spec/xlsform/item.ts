import { isYes } from '../check.ts';
import type { Item, Texts } from '../spec.ts';
import { readAppearance, readRange } from './parameters.ts';
import type { RowType } from './types.ts';

/** What a row says, by the columns of the standard. */
export type RowCells = {
  text(base: string): string;
  expression(base: string): string;
  texts(base: string): Texts;
  /** Every cell that says something; `name`: what its column is called when it is written again. */
  all: { base: string | null; name: string; text: string }[];
};

/** An item, the cells without which it would be another one, and those that mean nothing here. */
export type ReadItem = { item: Item; refused: string[]; unused: string[] };

type Readable = Exclude<RowType, { kind: 'end' | 'unknown' | 'not supported' }>;

const DESCRIBED = ['type', 'name', 'label', 'hint', 'relevant'];
const ANSWERED = [...DESCRIBED, 'required', 'required_message', 'constraint', 'constraint_message', 'default'];
/** Where an explicit "no" is what an empty cell is. */
const SWITCHES = ['required', 'read_only', 'disabled'];

export function readItem(type: Readable, name: string, cells: RowCells): ReadItem {
  const described = {
    name,
    label: cells.texts('label'),
    ...some('hint', cells.texts('hint')),
    ...some('relevant', cells.expression('relevant')),
  };
  switch (type.kind) {
    case 'begin':
      return finish({ ...described, type: 'group', items: [] }, DESCRIBED, cells);
    case 'metadata': {
      const { item } = finish({ ...described, type: 'metadata', what: type.what }, DESCRIBED, cells);
      return { item: { ...item, name: name || type.what }, refused: [], unused: [] };
    }
    case 'calculate':
      return calculated(described, cells);
    case 'asked':
      if (type.type === 'note') return finish({ ...described, type: 'note' }, DESCRIBED, cells);
      break;
    case 'select':
  }
  // A question that nobody sees is the other way to write a calculation.
  if (cells.text('calculation') !== '' && Object.keys(described.label).length === 0)
    return calculated(described, cells);
  const answered = { ...described, ...answeredIn(cells) };
  if (type.kind === 'select') {
    const filter = some('filter', cells.expression('choice_filter'));
    const select = { ...answered, type: type.type, list: type.list, ...filter };
    return finish({ ...select, ...(type.orOther && { orOther: true }) }, [...ANSWERED, 'choice_filter'], cells);
  }
  if (type.type === 'range') {
    const { range, rest } = readRange(cells.text('parameters'));
    return finish({ ...answered, type: 'range', range }, ANSWERED, cells, { parameters: rest });
  }
  if (type.type !== 'text') return finish({ ...answered, type: type.type }, ANSWERED, cells);
  const { as = type.as, rest } = readAppearance(cells.text('appearance'));
  return finish({ ...answered, type: 'text', ...(as && { as }) }, ANSWERED, cells, { appearance: rest });
}

type Described = { name: string; label: Texts; hint?: Texts; relevant?: string };

function calculated(described: Described, cells: RowCells): ReadItem {
  const calculation = cells.expression('calculation');
  return finish({ ...described, type: 'calculate', calculation }, [...DESCRIBED, 'calculation'], cells);
}

function answeredIn(cells: RowCells) {
  const required = cells.expression('required');
  const fixed = cells.text('default');
  return {
    ...(isYes(required) ? { required: true as const } : isNo(required) ? {} : { required }),
    ...some('requiredMessage', cells.texts('required_message')),
    ...some('constraint', cells.expression('constraint')),
    ...some('constraintMessage', cells.texts('constraint_message')),
    ...(fixed !== '' && !isComputed(fixed) && { default: fixed }),
  };
}

/** `rest`: what is left of a cell that was understood in part. */
function finish(item: Item, used: string[], cells: RowCells, rest: Record<string, string> = {}): ReadItem {
  const asked = item.type !== 'note' && item.type !== 'calculate' && item.type !== 'group';
  const says = (base: string) => cells.text(base) !== '';
  const refused = [
    ...(says('trigger') ? ['trigger'] : []),
    ...(asked && says('calculation') ? ['calculation'] : []),
    ...(asked && !isNo(cells.text('read_only')) ? ['read_only'] : []),
    // Choices out of a file that is not here.
    ...(/\bsearch\s*\(/.test(cells.text('appearance')) ? ['appearance'] : []),
  ];
  const left = cells.all.flatMap(({ base, name, text }): [string, string][] => {
    if (base !== null && Object.hasOwn(rest, base)) return rest[base] === '' ? [] : [[name, rest[base]!]];
    if (base !== null && SWITCHES.includes(base) && isNo(text)) return [];
    if (base === 'default' && isComputed(text)) return [[name, text]];
    return base !== null && used.includes(base) ? [] : [[name, text]];
  });
  const kept = left.length === 0 ? {} : { kept: Object.fromEntries(left) };
  return { item: { ...item, ...kept }, refused, unused: left.map(([name]) => name) };
}

/** `today()`, `${age}`, `1 + 1`: what pyxform works out when the form is opened (pyxform/utils.py, default_is_dynamic). */
const isComputed = (text: string): boolean => /\$\{|[\w-]\s*\(/.test(text);

const isNo = (text: string): boolean => /^(?:|no|false|false\(\)|0)$/i.test(text.trim());

function some<Key extends string, Value extends string | Texts>(key: Key, value: Value): { [K in Key]?: Value } {
  return (typeof value === 'string' ? value !== '' : Object.keys(value).length > 0)
    ? ({ [key]: value } as { [K in Key]?: Value })
    : {};
}
