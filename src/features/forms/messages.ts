import type { T } from '../../bot/i18n.ts';
import { clip } from '../../bot/view.ts';
import { choiceLabel } from '../../forms/spec/answers.ts';
import { askedItems, type AskedItem, type FormSpec, type Texts } from '../../forms/spec/spec.ts';
import { pick } from '../../programme.ts';
import { oneAnswerIn } from './condition.ts';

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

/** "Visa? = Yes"; an expression that says anything else as it is written. */
export function conditionInWords(source: string, spec: FormSpec, t: T): string {
  const one = oneAnswerIn(source);
  const item = one && askedItems(spec).find(({ name }) => name === one.name);
  if (!one || !item) return clip(source, LONGEST.condition);
  const answer = answerLabel(item, one.choice, spec, t);
  return `${clip(worded(item.label, t) || item.name, LONGEST.question)} = ${clip(answer, LONGEST.choices)}`;
}

/** How an answer to choose reads. */
export function answerLabel(item: AskedItem, choice: string, spec: FormSpec, t: T): string {
  if (item.type === 'acknowledge') return t('forms:i_agree');
  return 'list' in item ? choiceLabel(item.list, choice, [spec], t) : choice;
}
