import type { PersonCtx } from '../bot/context.ts';
import type { Answers } from '../db/schema.ts';
import type { Draft } from './draft.ts';
import { isAnswered, nextQuestion, type Asking, type Form, type Question } from './form.ts';

/**
 * A draft with everything that is known about it at this moment: in `at.answers` lie those of the draft over those that
 * were known already. `question` null: all are answered.
 */
export type Talk = {
  ctx: PersonCtx;
  form: Form;
  draft: Draft;
  at: Asking<never>;
  questions: Question[];
  question: Question | null;
};

/** What was answered in the form lies over what is known now, never over what was known when it was begun. */
export function asking(
  { t, lang, person, from }: PersonCtx,
  form: Form,
  subject: never,
  answers: Answers,
  now: Temporal.Instant,
): Asking<never> {
  const at = { t, lang, person, username: from?.username ?? null, subject, answers, now };
  return { ...at, answers: { ...form.known?.(at), ...answers } };
}

export function talkAbout(ctx: PersonCtx, form: Form, draft: Draft, at: Asking<never>): Talk {
  const questions = form.questions(at);
  const question = questions.find(({ key }) => key === draft.current) ?? nextQuestion(questions, at.answers);
  return { ctx, form, draft, at, questions, question };
}

/** Where a form that was left goes on: a question that was answered elsewhere since is not asked again. */
export function whereToGoOn({ draft, at, questions, question }: Talk): Question | null {
  if (!question || draft.editing || question.key in draft.answers) return question;
  return isAnswered(question, at.answers[question.key]) ? nextQuestion(questions, at.answers) : question;
}
