import type { Answers } from '../../db/schema.ts';
import type { Asking, Question } from '../../forms/form.ts';
import { specQuestions } from '../../forms/spec/questions.ts';
import type { FormSpec } from '../../forms/spec/spec.ts';

type At = Pick<Asking<unknown>, 't' | 'lang' | 'person' | 'answers' | 'now'>;

/**
 * What organizers made, to be asked beside the questions of a form of Bilim's own, as it stands with what was answered to
 * it. A prefix keeps their keys apart from those of the others.
 */
export function madeQuestions(spec: FormSpec, prefix: string, { t, lang, person, answers, now }: At): Question[] {
  const today = now.toZonedDateTimeISO(person.zone).toPlainDate();
  const questions = specQuestions(spec, { t, lang, answers: unprefixed(prefix, answers), today });
  return questions.map((question) => ({ ...question, key: prefix + question.key }));
}

export const prefixed = (prefix: string, answers: Answers): Answers =>
  Object.fromEntries(Object.entries(answers).map(([key, value]) => [prefix + key, value]));

export const unprefixed = (prefix: string, answers: Answers): Answers =>
  Object.fromEntries(
    Object.entries(answers).flatMap(([key, value]) =>
      key.startsWith(prefix) ? [[key.slice(prefix.length), value]] : [],
    ),
  );
