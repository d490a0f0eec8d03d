import type { T } from '../../bot/i18n.ts';
import { clip } from '../../bot/view.ts';
import { choiceLabel } from '../../forms/spec/answers.ts';
import { askedItems, type AskedItem, type FormSpec, type Texts } from '../../forms/spec/spec.ts';
import { pick } from '../../programme.ts';

/** UTF-16 units. */
const LONGEST = { question: 80, choices: 50, condition: 120 };

/** What organizers wrote, for its reader. */
export const worded = (texts: Texts, { reads }: Pick<T, 'reads'>): string => pick(texts, reads) ?? '';

/** "Which track? · Law / Technology · required". */
export function questionLine(item: AskedItem, { choices }: FormSpec, t: T): string {
  const options = 'list' in item ? (choices[item.list] ?? []).map(({ label, name }) => worded(label, t) || name) : [];
  const required = 'required' in item && item.required !== undefined;
  return [
    clip(worded(item.label, t) || item.name, LONGEST.question),
    options.length > 0 && item.type === 'select_one' ? clip(options.join(' / '), LONGEST.choices) : typeName(item, t),
    ...(required ? [t('organize:required')] : []),
  ].join(' · ');
}

const SELECT = { select_one: 'choice', select_multiple: 'choices' } as const;

export function typeName(item: AskedItem, t: T): string {
  switch (item.type) {
    case 'text':
      return t(`questionnaires:type_${item.as ?? 'text'}`);
    case 'select_one':
    case 'select_multiple':
      return t(`questionnaires:type_${SELECT[item.type]}`);
    default:
      return t(`questionnaires:type_${item.type}`);
  }
}

/** What the chat makes of "only if this was answered so". */
const ONE_ANSWER = /^\s*(?:selected\(\s*)?\$\{(?<name>[\w.-]+)\}\s*[=,]\s*'(?<choice>[^']*)'\s*\)?\s*$/;

/** "Visa? = Yes"; an expression that says anything else as it is written. */
export function conditionInWords(source: string, spec: FormSpec, t: T): string {
  const { name, choice } = ONE_ANSWER.exec(source)?.groups ?? {};
  const item = askedItems(spec).find((one) => one.name === name);
  if (!item || choice === undefined) return clip(source, LONGEST.condition);
  const answer = 'list' in item ? choiceLabel(item.list, choice, [spec], t) : choice;
  return `${clip(worded(item.label, t) || item.name, LONGEST.question)} = ${clip(answer, LONGEST.choices)}`;
}
