import type { Message } from 'grammy/types';
import type { Person, PersonCtx } from '../bot/context.ts';
import type { Html } from '../bot/html.ts';
import type { Language, T } from '../bot/i18n.ts';
import type { CountryOf, EventOf, Need } from '../bot/routes.ts';
import type { Db, Tx } from '../db/connect.ts';
import type { Answers, Json } from '../db/schema.ts';

/** An answer as a kind of question understood it. `again`: noted, and the same question stays open (a ticked box). */
export type Read =
  | { kind: 'ok'; value: Json }
  | { kind: 'again'; value: Json }
  /** `say` is one clear sentence in the person's language: what is expected. */
  | { kind: 'invalid'; say: string };

/** A type of question: how it is answered by button or by message, and how its answer reads. */
export type Kind = {
  /** Answers to choose from; `token` is short, comes back in `press`, and begins with a dot if it is no answer ("Done"). */
  options?(current: Json | undefined): { token: string; label: string }[];
  /** How many option buttons stand in a row, when their labels are short. */
  columns?: number;
  press?(token: string, current: Json | undefined): Read;
  /** What the person's app can give by itself: a button with this label in place of their keyboard. */
  request?: { contact: string } | { location: string };
  /** An answer offered as one button, e.g. a name transliterated from an earlier answer. */
  suggestion?: string;
  read(message: Message): Read;
  /** False for an answer that a changed form does not know any more, e.g. a removed option: it is asked again. */
  accepts?(value: Json): boolean;
  /** The answer in words, for the summary. */
  show(value: Json): string;
};

/** `key` names the answer for good: drafts survive a deploy because questions are found by it, never by position. */
export type Question = {
  key: string;
  /** A noun, for the summary: "Country". */
  label: string;
  /** The sentence that asks. */
  ask: string;
  optional?: boolean;
  /** The key of the question that this answer is derived from: when that one is answered anew, this one is asked again. */
  follows?: string;
  kind: Kind;
};

/** Everything a form may look at while it is being asked. */
export type Asking<S> = {
  t: T;
  lang: Language;
  person: Person;
  /** Telegram's @name of the person at this moment; it is stored nowhere else. */
  username: string | null;
  subject: S;
  answers: Answers;
  now: Temporal.Instant;
};

/**
 * `load` looks up what the form is about, anew with each update. Null: there is nothing to fill in any more (event cancelled,
 * not theirs): the dialog is left and `gone` says why. `rereads`: it depends on the answers of the draft so far, so that it
 * is looked up once more after each answer; for most forms that would be a quarter of what an answer costs.
 */
type Loading<S> =
  | { rereads?: never; load(db: Db, person: Person, subjectId: number): Promise<S | null> }
  | { rereads: true; load(db: Db, person: Person, subjectId: number, answers: Answers): Promise<S | null> };

/**
 * A list of questions as data, asked in a chat, one question a message.
 * S: what the form is about, loaded anew at each step. O: what came of submitting it.
 */
export type FormDefinition<S, O> = Loading<S> & {
  key: string;
  /**
   * Who may fill it in: looked at in the database at each step, since somebody who may no more does not go on with what they
   * began. Its subject is the argument. What is not for every person is work: it is listed with that of organizers, not
   * among what a participant has not finished.
   */
  needs: Exclude<Need, 'anyone'>;
  /** The event that it is about, which is its subject if it does not say otherwise. */
  of?: EventOf;
  /** The country that it is about, where a focal point may fill it in. */
  country?: CountryOf;
  /** Asks so little that leaving it leaves nothing unfinished behind, e.g. a search. */
  ephemeral?: true;
  /**
   * Its button goes on with what was answered earlier without a word: right where the subject leaves no doubt what is
   * meant (registering for this event), wrong where something new may be (a new event), so that others ask first.
   */
  resumes?: 'silently';
  gone(ctx: PersonCtx, subjectId: number): Promise<void>;
  title(at: Asking<S>): string;
  /** In order. May depend on the answers given so far: a question that disappears loses its answer at submission. */
  questions(at: Asking<S>): Question[];
  /**
   * Answers that are known already: not asked again, only shown for confirmation in the summary. Looked up at each step
   * and never stored in the draft, so that a form that was left for a while can't bring back what was changed since.
   */
  known?(at: Asking<S>): Answers;
  /** The label of the button that submits; without it there is no summary and the last answer submits. */
  confirm?(t: T): string;
  /** Stands in the summary in place of the list of answers: what others will see, as they will see it. */
  preview?(at: Asking<S>): Html;
  /** Runs in the transaction that deletes the draft, so a submission has its effect exactly once. */
  submit(tx: Tx, at: Asking<S>): Promise<O>;
  /** Tells the person what came of it. Runs after the commit. */
  done(ctx: PersonCtx, outcome: O, at: Asking<S>): Promise<void>;
  /**
   * For a message that is no answer to the open question (its key; null: the summary), such as a second file while the
   * first is being described. True: it is dealt with, and the question stays open.
   */
  besides?(ctx: PersonCtx, at: Asking<S>, question: string | null): Promise<boolean>;
  /** Cancelling drops the answers, and this says where the person is now. Without it they are kept for later. */
  cancelled?(ctx: PersonCtx, subjectId: number): Promise<void>;
};

/** A form whose subject and outcome only its own definition knows. */
export type Form = FormDefinition<never, never>;

export function defineForm<S, O>(definition: FormDefinition<S, O>): Form {
  return definition as unknown as Form;
}

/** The first question that has no answer, or none that counts any more; null: all are answered. */
export function nextQuestion(questions: Question[], answers: Answers): Question | null {
  return questions.find((question) => !isAnswered(question, answers[question.key])) ?? null;
}

export function isAnswered({ optional, kind }: Question, value: Json | undefined): boolean {
  if (value === undefined) return false;
  if (value === null) return optional === true;
  return kind.accepts?.(value) ?? true;
}

/** The question whose answer was derived from this one's and is given already, so that it has to be looked at again. */
export function follower(questions: Question[], { key }: Question, answers: Answers): Question | null {
  return questions.find((other) => other.follows === key && isAnswered(other, answers[other.key])) ?? null;
}

/** Only the answers of questions that are really asked: a branch the person left again leaves nothing behind. */
export function asked(questions: Question[], answers: Answers): Answers {
  return Object.fromEntries(questions.map(({ key }) => [key, answers[key] ?? null]));
}

/** The answer in words; a skipped one as a dash. */
export function shownAnswer({ kind, key }: Question, answers: Answers): string {
  const value = answers[key];
  return value === null || value === undefined ? '—' : kind.show(value);
}
