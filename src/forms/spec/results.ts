import type { Answers, Json } from '../../db/schema.ts';
import { chosen } from '../kinds/choice.ts';
import type { Answered } from './answers.ts';

/** What people answered to one question, all together. */
export type Result = { label: string; answers: number } & (
  | { kind: 'numbers'; average: number; least: number; most: number; counts: { label: string; count: number }[] }
  | { kind: 'choices'; counts: { label: string; count: number }[] }
  | { kind: 'texts'; texts: string[] }
);

/** `all`: the answers of each person, in no order that tells anything. */
export function resultOf(question: Answered, all: Answers[]): Result {
  const { name, label, item } = question;
  const given = all.filter((answers) => question.inWords(answers) !== null);
  const result = { label, answers: given.length };
  switch (item.type) {
    case 'integer':
    case 'decimal':
    case 'range': {
      const numbers = given.map((answers) => Number(answers[name]));
      const average = numbers.reduce((sum, value) => sum + value, 0) / numbers.length;
      const counts = countsOf(numbers.toSorted((a, b) => a - b).map(String));
      return { ...result, kind: 'numbers', average, least: Math.min(...numbers), most: Math.max(...numbers), counts };
    }
    case 'select_one':
    case 'select_multiple':
    case 'acknowledge': {
      // One name after the other, so that each is counted by itself.
      const one = (value: Json) => question.inWords({ [name]: value }) ?? '';
      const labels = given.flatMap((answers) => chosen([answers[name] ?? []].flat()).map(one));
      return { ...result, kind: 'choices', counts: countsOf(labels).toSorted((a, b) => b.count - a.count) };
    }
    default:
      return { ...result, kind: 'texts', texts: given.map((answers) => question.inWords(answers) ?? '') };
  }
}

const countsOf = (labels: string[]) =>
  [...Map.groupBy(labels, (label) => label)].map(([label, same]) => ({ label, count: same.length }));
