import type { PersonCtx } from '../bot/context.ts';
import type { Answers } from '../db/schema.ts';
import type { Draft } from './draft.ts';
import type { Question, Read } from './form.ts';

/** What an update says to the form that is open. */
export type Said =
  | { verb: 'answer'; question: Question; read: Read }
  | { verb: 'skip' | 'keep'; question: Question }
  | { verb: 'back' | 'cancel' | 'submit' }
  /** The list of answers to edit, at this page. */
  | { verb: 'list'; page: string }
  | { verb: 'edit'; index: number }
  /** A button of an earlier step, or pressed twice. */
  | { verb: 'old' }
  /** Nothing that can be answered with: ask again. */
  | { verb: 'nothing' };

/** `f:<draft>:<revision>:<verb>[:<argument>]`, see ask.ts. */
const PRESS = /^f:\d+:(\d+):(\w+)(?::(.*))?$/;

/** The draft that a button belongs to. */
export function draftOf(callbackData: string | undefined): number | null {
  const match = /^f:(\d{1,15}):/.exec(callbackData ?? '');
  return match ? Number(match[1]) : null;
}

/** `answers`: all there are, those that were known already among them. */
export function listen(ctx: PersonCtx, draft: Draft, question: Question | null, answers: Answers): Said {
  if (!ctx.callbackQuery) {
    return question && ctx.message
      ? { verb: 'answer', question, read: question.kind.read(ctx.message) }
      : { verb: 'nothing' };
  }
  const [, revision, verb, argument = ''] = PRESS.exec(ctx.callbackQuery.data ?? '') ?? [];
  if (Number(revision) !== draft.revision) return { verb: 'old' };
  switch (verb) {
    case 'b':
      return { verb: 'back' };
    case 'x':
      return { verb: 'cancel' };
    case 'e':
      return { verb: 'list', page: argument };
    case 'q':
      return { verb: 'edit', index: Number(argument) };
    case 'ok':
      return { verb: 'submit' };
    default:
      return question ? answerTo(question, verb, argument, answers) : { verb: 'old' };
  }
}

function answerTo(question: Question, verb: string | undefined, argument: string, answers: Answers): Said {
  const { kind, key, optional } = question;
  if (verb === 's' && optional) return { verb: 'skip', question };
  if (verb === 'k' && answers[key] !== undefined) return { verb: 'keep', question };
  if (verb === 'g' && kind.suggestion) {
    return { verb: 'answer', question, read: { kind: 'ok', value: kind.suggestion } };
  }
  if (verb === 'o' && kind.press) {
    return { verb: 'answer', question, read: kind.press(argument, answers[key]) };
  }
  return { verb: 'old' };
}
