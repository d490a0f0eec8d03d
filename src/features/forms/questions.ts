import type { I18n, TextKey } from '../../bot/i18n.ts';
import type { Answers } from '../../db/schema.ts';
import type { Asking, Question } from '../../forms/form.ts';
import { specQuestions } from '../../forms/spec/questions.ts';
import type { FormSpec, Texts } from '../../forms/spec/spec.ts';

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

/** Bilim's own words, as the beginning of something that organizers change: in all languages of the programme. */
export const inAllLanguages = (i18n: I18n, key: TextKey): Texts =>
  Object.fromEntries(i18n.languages.map((language) => [language, i18n.t(language)(key)]));
