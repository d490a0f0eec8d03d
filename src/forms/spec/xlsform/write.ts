import type { Choice, FormSpec, Item, Texts } from '../spec.ts';
import type { Sheet } from './cells.ts';
import { columnOf, type Languages } from './columns.ts';
import { rangeText } from './parameters.ts';
import { typeOf } from './types.ts';

/** A row by its columns, in the order in which they are to stand. */
type Line = Record<string, string>;

/** The columns as XLSForm's own templates have them; others come after these, as they came. */
const SURVEY = (
  'type name label hint required required_message relevant constraint constraint_message calculation choice_filter ' +
  'default appearance parameters'
).split(' ');
const CHOICES = ['list_name', 'name', 'label'];
/** Without these nothing is read. */
const NEEDED = ['type', 'list_name', 'name'];
const SETTINGS = ['form_title', 'form_id', 'version', 'default_language'];

/** The sheets of a form: read again, they are the same form. */
export function writeForm(spec: FormSpec): Sheet[] {
  const { languages } = spec;
  return [
    { name: 'survey', rows: tableOf(linesOf(spec.items, languages), SURVEY, languages) },
    {
      name: 'choices',
      rows: tableOf(
        Object.entries(spec.choices).flatMap(([list, choices]) =>
          choices.map((one) => lineOfChoice(list, one, languages)),
        ),
        CHOICES,
        languages,
      ),
    },
    { name: 'settings', rows: tableOf([spec.settings], SETTINGS, []) },
  ];
}

/** Under their headers; what every sheet must have stands there also with nothing under it. */
function tableOf(lines: Line[], standard: string[], languages: Languages): string[][] {
  const used = new Set(lines.flatMap((line) => Object.keys(line)));
  const inLanguages = (base: string) => [base, ...languages.map(({ code }) => columnOf(base, code, languages))];
  const ordered = new Set([...standard.flatMap(inLanguages), ...used]);
  const headers = [...ordered].filter((header) => used.has(header) || NEEDED.includes(header));
  return [headers, ...lines.map((line) => headers.map((header) => line[header] ?? ''))];
}

function linesOf(items: Item[], languages: Languages): Line[] {
  return items.flatMap((item) => {
    const line = lineOf(item, languages);
    return item.type === 'group'
      ? [{ ...line, type: 'begin_group' }, ...linesOf(item.items, languages), { type: 'end_group' }]
      : [line];
  });
}

function lineOf(item: Item, languages: Languages): Line {
  const { kept = {} } = item;
  const texts = (base: string, of: Texts | undefined) => textsUnder(base, of, languages);
  const and = (own: string, column: string) => [own, kept[column]].filter(Boolean).join(' ');
  return {
    ...kept,
    type: typeOf(item),
    name: item.name,
    ...texts('label', item.label),
    ...texts('hint', item.hint),
    ...text('relevant', item.relevant),
    ...('required' in item && text('required', item.required === true ? 'yes' : item.required)),
    ...('requiredMessage' in item && texts('required_message', item.requiredMessage)),
    ...('constraint' in item && text('constraint', item.constraint)),
    ...('constraintMessage' in item && texts('constraint_message', item.constraintMessage)),
    ...('default' in item && text('default', item.default)),
    ...('filter' in item && text('choice_filter', item.filter)),
    ...(item.type === 'calculate' && { calculation: item.calculation }),
    ...(item.type === 'range' && { parameters: and(rangeText(item.range), 'parameters') }),
    ...(item.type === 'text' && item.as && { appearance: and(item.as, 'appearance') }),
  };
}

function lineOfChoice(list: string, { name, label, columns }: Choice, languages: Languages): Line {
  return { ...columns, list_name: list, name, ...textsUnder('label', label, languages) };
}

function textsUnder(base: string, texts: Texts | undefined, languages: Languages): Line {
  return Object.fromEntries(Object.entries(texts ?? {}).map(([code, text]) => [columnOf(base, code, languages), text]));
}

const text = (column: string, value: string | undefined): Line => (value ? { [column]: value } : {});
