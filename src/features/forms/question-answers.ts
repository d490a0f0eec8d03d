import type { TextKey } from '../../bot/i18n.ts';
import type { Answers } from '../../db/schema.ts';
import { linesOf } from '../../forms/kinds/list.ts';
import { textOf } from '../../forms/kinds/text.ts';
import { putItem } from '../../forms/spec/edit.ts';
import {
  askedItems,
  type AskedItem,
  type Choice,
  type FormSpec,
  type Item,
  type Texts,
} from '../../forms/spec/spec.ts';
import { oneAnswer, oneAnswerIn } from './condition.ts';

/** The types that the chat offers, the usual ones first; each is one of XLSForm's with what makes it so. */
export const TYPES = {
  text: { type: 'text' },
  multiline: { type: 'text', as: 'multiline' },
  choice: { type: 'select_one' },
  choices: { type: 'select_multiple' },
  yes_no: { type: 'select_one' },
  integer: { type: 'integer' },
  rating_5: { type: 'range', range: { start: 1, end: 5, step: 1 } },
  date: { type: 'date' },
  decimal: { type: 'decimal' },
  rating_10: { type: 'range', range: { start: 0, end: 10, step: 1 } },
  email: { type: 'text', as: 'email' },
  phone: { type: 'text', as: 'phone' },
  geopoint: { type: 'geopoint' },
  file: { type: 'file' },
  image: { type: 'image' },
  acknowledge: { type: 'acknowledge' },
  note: { type: 'note' },
} as const;
export type TypeName = keyof typeof TYPES;
export const typeNames = Object.keys(TYPES) as TypeName[];

/** Before its list is known. */
type NewItem = (typeof TYPES)[TypeName] & { name: string; label: Texts; relevant?: string };

const YES_NO = 'yes_no';

/** Lines that a message with choices may have. */
export const MOST_CHOICES = 30;

/** The list whose choices the chat may ask for: one that this question has for itself, and that says nothing else. */
export function ownList(item: AskedItem, spec: FormSpec): Choice[] | null {
  if (!('list' in item) || item.filter !== undefined) return null;
  const list = spec.choices[item.list] ?? [];
  const users = askedItems(spec).filter((one) => 'list' in one && one.list === item.list);
  const plain = list.every(({ columns }) => columns === undefined) && item.list !== YES_NO;
  return plain && users.length === 1 && list.length <= MOST_CHOICES ? list : null;
}

/** The languages that the question is written in: a translation may be left out, and then its choices are, too. */
export const writtenIn = (languages: string[], answers: Answers): string[] =>
  languages.filter((language) => textOf(answers[`label_${language}`]) !== '');

/** What would have been answered to get this question. */
export function answersAbout(item: AskedItem, spec: FormSpec, languages: string[]): Answers {
  const one = item.relevant === undefined ? null : oneAnswerIn(item.relevant);
  const list = ownList(item, spec) ?? [];
  const lines = languages.flatMap((language): [string, string[]][] => {
    const said = list.flatMap(({ label }) => label[language] ?? []);
    return said.length === list.length && said.length > 0 ? [[`choices_${language}`, said]] : [];
  });
  return {
    ...Object.fromEntries(languages.map((language) => [`label_${language}`, item.label[language] ?? null])),
    ...Object.fromEntries(lines),
    ...('required' in item || item.type !== 'note'
      ? { required: 'required' in item && item.required ? 'yes' : 'no' }
      : {}),
    when: item.relevant === undefined ? 'always' : one ? 'answer' : 'expression',
    ...(one && { which: one.name, answer: one.choice }),
    ...(item.relevant !== undefined && !one && { expression: item.relevant }),
  };
}

type Reading = {
  spec: FormSpec;
  /** What it was; null: a new question, of this name. */
  item: AskedItem | null;
  name: string;
  languages: string[];
  says(key: TextKey): Texts;
};

/** The form with the question that the answers describe. */
export function readQuestion(answers: Answers, { spec, item, name, says, ...given }: Reading): FormSpec {
  const languages = writtenIn(given.languages, answers);
  const typeName = typeNames.find((one) => one === answers.type) ?? 'text';
  const written = Object.fromEntries(languages.map((language) => [language, textOf(answers[`label_${language}`])]));
  // A wording without a language is in none of those that it is now written in; and a translation may have gone.
  const asked = ['', ...given.languages];
  const others = Object.fromEntries(
    Object.entries(item?.label ?? {}).filter(([language]) => !asked.includes(language)),
  );
  const was: AskedItem | NewItem = item ?? { ...TYPES[typeName], name, label: {} };
  const { relevant: _relevant, ...kept } = was;
  const relevant = conditionIn(answers, spec);
  const described = {
    ...kept,
    label: { ...others, ...written },
    ...(relevant !== null && { relevant }),
    ...(item === null && listFor(typeName, name) !== null && { list: listFor(typeName, name)! }),
  };
  const list =
    item === null
      ? newChoices(typeName, name, answers, languages, says)
      : changedChoices(item, spec, answers, languages);
  return putItem(spec, withRequired(described as Item, answers), list ?? undefined);
}

const listFor = (type: TypeName, name: string): string | null =>
  type === 'yes_no' ? YES_NO : type === 'choice' || type === 'choices' ? name : null;

function withRequired(item: Item, answers: Answers): Item {
  if (item.type === 'note' || !isAnswered(item) || typeof item.required === 'string') return item;
  const { required: _, ...rest } = item;
  return answers.required === 'yes' ? { ...rest, required: true } : rest;
}

const isAnswered = (item: Item): item is Exclude<AskedItem, { type: 'note' }> =>
  !['note', 'group', 'calculate', 'metadata'].includes(item.type);

/** Null: it is always asked. */
export function conditionIn({ when, which, answer, expression }: Answers, spec: FormSpec): string | null {
  if (when === 'expression') return textOf(expression) || null;
  const item = when === 'answer' ? askedItems(spec).find(({ name }) => name === which) : undefined;
  return item ? oneAnswer(item, textOf(answer)) : null;
}

type List = { list: string; of: Choice[] };

function newChoices(
  type: TypeName,
  name: string,
  answers: Answers,
  languages: string[],
  says: Reading['says'],
): List | null {
  if (type === 'yes_no') {
    const of = (['yes', 'no'] as const).map((one) => ({ name: one, label: says(`common:${one}`) }));
    return { list: YES_NO, of };
  }
  if (type !== 'choice' && type !== 'choices') return null;
  return { list: name, of: choicesIn(answers, languages, []) };
}

function changedChoices(item: AskedItem, spec: FormSpec, answers: Answers, languages: string[]): List | null {
  const was = ownList(item, spec);
  return was && 'list' in item ? { list: item.list, of: choicesIn(answers, languages, was) } : null;
}

/**
 * A choice keeps its name, by which it was answered: one that is worded as before, wherever it stands now; and one that is
 * worded anew, in the place where it was. What is left is new.
 */
function choicesIn(answers: Answers, languages: string[], was: Choice[]): Choice[] {
  const lines = languages.map((language) => linesOf(answers[`choices_${language}`]));
  const [first = ''] = languages;
  const wordings = lines[0] ?? [];
  const same = wordings.map((line) => was.find(({ label }) => label[first] === line));
  const taken = new Set(same.flatMap((one) => one?.name ?? []));
  const names = new Set(was.map(({ name }) => name));
  let n = 0;
  const fresh = () => {
    do n++;
    while (names.has(`o${n}`));
    return `o${n}`;
  };
  return wordings.map((_, i): Choice => {
    const inPlace = was[i] && !taken.has(was[i].name) ? was[i] : undefined;
    const old = same[i] ?? inPlace;
    const { '': _without, ...others } = old?.label ?? {};
    const label = Object.fromEntries(languages.map((language, at) => [language, lines[at]?.[i] ?? '']));
    return { name: old?.name ?? fresh(), label: { ...others, ...label } };
  });
}
