import { GrammyError } from 'grammy';
import type { Deps, PersonCtx } from '../bot/context.ts';
import { html } from '../bot/html.ts';
import { data, payload, send, show, type View } from '../bot/view.ts';
import type { Answers } from '../db/schema.ts';
import { answeredView, editView, questionView, summaryView } from './ask.ts';
import * as drafts from './draft.ts';
import type { Draft } from './draft.ts';
import { asked, nextQuestion, type Asking, type Form, type Question } from './form.ts';
import { draftOf, listen, type Said } from './listen.ts';

/** Where the dialog stands after an update: it waits for the next answer, is over, or the update is not for it. */
export type Stand = 'open' | 'closed' | 'not mine';

/** A draft with everything that is known about it at this moment. `question` null: all are answered. */
type Talk = {
  ctx: PersonCtx;
  form: Form;
  draft: Draft;
  at: Asking<never>;
  questions: Question[];
  question: Question | null;
};

export type Engine = ReturnType<typeof createEngine>;

/**
 * The one form engine. The draft row is the truth: each call loads it, takes one step, and asks the next question, so
 * a dialog survives errors, restarts and changed forms. dialog.ts decides when it is called.
 */
export function createEngine({ db, clock }: Pick<Deps, 'db' | 'clock'>, find: (key: string) => Form) {
  /** Opens the person's draft of this form, new or left earlier, and asks what is missing. Null: nothing to fill in. */
  async function start(ctx: PersonCtx, key: string, subjectId: number, given: Answers = {}): Promise<number | null> {
    const form = find(key);
    const at = await look(ctx, form, subjectId, {});
    if (!at) return null;
    // A draft that was left earlier keeps its own answers.
    const answers = { ...form.known?.(at), ...given };
    const current = nextQuestion(form.questions({ ...at, answers }), answers)?.key ?? null;
    const draft = await drafts.openDraft(
      db,
      ctx.person,
      { form: key, subject: subjectId, answers, current },
      clock.now(),
    );
    return resume(ctx, draft);
  }

  /** Goes on with a draft where it was left. Null: there is nothing to fill in any more. */
  async function resume(ctx: PersonCtx, draft: Draft): Promise<number | null> {
    await drafts.activate(db, draft);
    const talk = await open(ctx, draft);
    const stand = talk && (await proceed(talk));
    return stand === 'open' ? draft.id : null;
  }

  async function receive(ctx: PersonCtx, draftId: number): Promise<Stand> {
    const draft = await drafts.findDraft(db, ctx.person, draftId);
    const addressed = ctx.callbackQuery ? draftOf(ctx.callbackQuery.data) === draftId : ctx.message !== undefined;
    if (!draft || !addressed) return 'not mine';
    const talk = await open(ctx, draft);
    if (!talk) return 'closed';
    // Handled before a crash, and now again: the step is taken, but the next question may not have been asked.
    if (draft.lastUpdate === ctx.update.update_id) return proceed(talk);
    const { current } = draft;
    const gone = current !== null && !talk.questions.some(({ key }) => key === current);
    // A deploy took the question away that this update answers: it must not be taken for an answer to another one.
    if (gone) return move(talk, talk.question?.key ?? null, false);
    return step(talk, listen(ctx, draft, talk.question));
  }

  async function step(talk: Talk, said: Said): Promise<Stand> {
    const { ctx, draft, at, questions, question } = talk;
    switch (said.verb) {
      case 'old':
        await ctx.answerCallbackQuery({ text: at.t('forms:old_button') });
        return 'open';
      case 'nothing':
        return proceed(talk);
      case 'answer': {
        const { read } = said;
        if (read.kind === 'invalid') {
          await ctx.reply(read.say);
          return 'open';
        }
        const answers = { ...draft.answers, [said.question.key]: read.value };
        return read.kind === 'ok' ? advance(talk, said.question, answers) : tick(talk, said.question, answers);
      }
      case 'skip':
        return advance(talk, said.question, { ...draft.answers, [said.question.key]: null });
      case 'keep':
        return advance(talk, said.question, draft.answers);
      case 'back': {
        const previous = question && !draft.editing ? questions[questions.indexOf(question) - 1] : null;
        return move(talk, previous?.key ?? null, false);
      }
      case 'list':
        await show(ctx, editView(talk.form, at, draft, questions, said.page));
        return 'open';
      case 'edit':
        return move(talk, questions[said.index]?.key ?? null, true);
      case 'cancel':
        await cancel(talk);
        return 'closed';
      case 'submit':
        return question ? proceed(talk) : submit(talk);
    }
  }

  /** An answer is in: the next question, or the summary, or the end. */
  async function advance(talk: Talk, question: Question, answers: Answers): Promise<Stand> {
    const questions = talk.form.questions({ ...talk.at, answers });
    const current = nextQuestion(questions, answers)?.key ?? null;
    const moved = await take(talk, { answers, current, editing: false });
    if (moved) await settle(talk, answeredView(question, answers));
    return again(talk, moved);
  }

  /** To another question, or to the summary, with nothing new answered. */
  async function move(talk: Talk, current: string | null, editing: boolean): Promise<Stand> {
    const moved = await take(talk, { answers: talk.draft.answers, current, editing });
    return again(talk, moved, { edit: true });
  }

  /** A box was ticked: the same question, in the same message. */
  async function tick(talk: Talk, question: Question, answers: Answers): Promise<Stand> {
    const { current, editing } = talk.draft;
    return again(talk, await take(talk, { answers, current: current ?? question.key, editing }), { edit: true });
  }

  function take({ ctx, draft }: Talk, to: drafts.Step): Promise<Draft | null> {
    return drafts.takeStep(db, draft, to, ctx.update.update_id, clock.now());
  }

  /** Asks what the draft now needs. Null: somebody else took the step (a second device); the draft tells where it is. */
  async function again({ ctx, draft }: Talk, moved: Draft | null, how = { edit: false }): Promise<Stand> {
    const now = moved ?? (await drafts.findDraft(db, ctx.person, draft.id));
    const talk = now && (await open(ctx, now));
    return talk ? proceed(talk, how) : 'closed';
  }

  async function proceed(talk: Talk, how = { edit: false }): Promise<Stand> {
    const { ctx, form, draft, at, questions, question } = talk;
    if (!question && !form.confirm) return submit(talk);
    const view = question ? questionView(at.t, draft, questions, question) : summaryView(form, at, draft, questions);
    const here = ctx.callbackQuery?.message?.message_id;
    if (how.edit && here !== undefined && here === draft.promptMessageId) await show(ctx, view);
    else await drafts.rememberPrompt(db, draft, await send(ctx, view));
    return 'open';
  }

  async function submit(talk: Talk): Promise<Stand> {
    const { ctx, form, draft, questions } = talk;
    const at = { ...talk.at, answers: asked(questions, draft.answers) };
    const result = await db.transaction(async (tx) =>
      (await drafts.closeDraft(tx, draft)) ? { outcome: await form.submit(tx, at) } : null,
    );
    if (!result) return again(talk, null);
    await settle(talk, null);
    await form.done(ctx, result.outcome, at);
    return 'closed';
  }

  async function cancel(talk: Pick<Talk, 'ctx' | 'draft'>): Promise<void> {
    const { ctx, draft } = talk;
    await drafts.deactivate(db, ctx.person.id);
    await settle(talk, null);
    await send(ctx, {
      text: html`${ctx.t('forms:stopped')}`,
      buttons: [
        [{ text: ctx.t('common:continue'), data: data('resume', draft.id) }],
        [{ text: ctx.t('forms:drop'), data: data('drop', draft.id) }],
      ],
    });
  }

  /** The message that asked stays as a record without buttons. It may be gone or too old: that is no error. */
  async function settle({ ctx, draft }: Pick<Talk, 'ctx' | 'draft'>, view: View | null): Promise<void> {
    if (draft.promptMessageId === null) return;
    const chat = ctx.chat!.id;
    try {
      if (view && ctx.callbackQuery) {
        const { text, ...other } = payload(view);
        await ctx.api.editMessageText(chat, draft.promptMessageId, text, other);
      } else await ctx.api.editMessageReplyMarkup(chat, draft.promptMessageId);
    } catch (error) {
      if (!(error instanceof GrammyError && error.error_code === 400)) throw error;
    }
  }

  async function open(ctx: PersonCtx, draft: Draft): Promise<Talk | null> {
    const form = find(draft.form);
    const at = await look(ctx, form, draft.subject, draft.answers);
    if (!at) {
      // Not dropped: a deadline may be moved, and what was typed is kept until its period ends.
      await drafts.deactivate(db, ctx.person.id);
      return null;
    }
    const questions = form.questions(at);
    const question = questions.find(({ key }) => key === draft.current) ?? nextQuestion(questions, draft.answers);
    return { ctx, form, draft, at, questions, question };
  }

  async function look(ctx: PersonCtx, form: Form, subjectId: number, answers: Answers): Promise<Asking<never> | null> {
    const subject = await form.load(db, ctx.person, subjectId);
    if (subject !== null) return asking(ctx, subject, answers);
    await form.gone(ctx, subjectId);
    return null;
  }

  function asking({ t, lang, person, from }: PersonCtx, subject: never, answers: Answers): Asking<never> {
    return { t, lang, person, username: from?.username ?? null, subject, answers, now: clock.now() };
  }

  /** The person's unfinished forms, the latest first, as long as there is something to fill in. */
  async function unfinished(ctx: PersonCtx): Promise<{ id: number; title: string }[]> {
    const titled = [];
    for (const draft of await drafts.openDrafts(db, ctx.person)) {
      const form = find(draft.form);
      const subject = await form.load(db, ctx.person, draft.subject);
      if (subject !== null) titled.push({ id: draft.id, title: form.title(asking(ctx, subject, draft.answers)) });
    }
    return titled;
  }

  return { start, resume, receive, cancel, unfinished };
}
