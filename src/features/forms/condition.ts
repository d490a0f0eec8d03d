import { check } from '../../forms/spec/check.ts';
import { putItem } from '../../forms/spec/edit.ts';
import { OTHER, type AskedItem, type FormSpec, type Item } from '../../forms/spec/spec.ts';

/** What the chat makes of "only after this answer". */
export type OneAnswer = { name: string; choice: string };

const ONE_ANSWER = /^\s*(?:selected\(\s*)?\$\{(?<name>[\w.-]+)\}\s*[=,]\s*'(?<choice>[^']*)'\s*\)?\s*$/;

/** Null: the expression says something else. */
export function oneAnswerIn(source: string): OneAnswer | null {
  const { name, choice } = ONE_ANSWER.exec(source)?.groups ?? {};
  return name !== undefined && choice !== undefined ? { name, choice } : null;
}

export const oneAnswer = ({ type, name }: AskedItem, choice: string): string =>
  type === 'select_multiple' ? `selected(\${${name}}, '${choice}')` : `\${${name}} = '${choice}'`;

/** The names of the answers that something can hang on; none: it is no question to choose in. */
export function answersOf(item: AskedItem, { choices }: FormSpec): string[] {
  if (item.type === 'acknowledge') return ['OK'];
  if (!('list' in item)) return [];
  const names = (choices[item.list] ?? []).map(({ name }) => name);
  return item.orOther ? [...names, OTHER] : names;
}

/** What is wrong with a condition of this item in this form. */
export function problemsOfCondition(spec: FormSpec, item: Item, relevant: string) {
  const about = { ...item, relevant } as Item;
  return check(putItem(spec, about)).filter(
    (finding) =>
      finding.about === about && (finding.column === 'relevant' || finding.kind === 'goes round in a circle'),
  );
}
