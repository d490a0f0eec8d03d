import type { Deps, PersonCtx } from '../bot/context.ts';
import { html } from '../bot/html.ts';
import { may } from '../bot/roles.ts';
import { send, show } from '../bot/view.ts';
import type { Answers } from '../db/schema.ts';
import { answeredView, editView, questionView, summaryView } from './ask.ts';
import * as drafts from './draft.ts';
import type { Draft } from './draft.ts';
import { asked, follower, nextQuestion, type Asking, type Form, type Question } from './form.ts';
import { cancelledView, stoppedView, unfinishedView } from './left.ts';
import { draftOf, listen, type Said } from './listen.ts';
import { lowerKeyboard, raiseKeyboard, refuse, settle } from './prompt.ts';
import { asking, talkAbout, whereToGoOn, type Talk } from './talk.ts';
import { asksFirst } from './unfinished.ts';

/**
 * Where the dialog stands after an update: it waits for the next answer, is over, or the update is not for it. `left`: over
 * before the update came, a file say, which may mean something to others.
 */
export type Stand = 'open' | 'closed' | 'not mine' | 'left';

export type Engine = ReturnType<typeof createEngine>;

/**
 * The one form engine. The draft row is the truth: each call loads it, takes one step, and asks the next question, so
 * a dialog survives errors, restarts and changed forms. dialog.ts decides when it is called.
 */
export function createEngine(
  { db, clock, config }: Pick<Deps, 'db' | 'clock' | 'config'>,
  find: (key: string) => Form,
) {
  /** Opens the person's draft of this form, new or left earlier, and asks what is missing. Null: nothing to fill in. */
  async function start(ctx: PersonCtx, key: string, subjectId: number, given: Answers = {}): Promise<number | null> {
    const form = find(key);
    const at = await look(ctx, form, subjectId, given);
    if (!at) return null;
    const left = await drafts.draftAbout(db, ctx.person, key, subjectId);
    if (left && asksFirst(ctx, form, left)) {
      await drafts.deactivate(db, ctx.person.id);
      const title = form.title(asking(ctx, form, at.subject, left.answers, clock.now()));
      await send(ctx, unfinishedView(ctx.t, left, title));
      return null;
    }
    const draft = await drafts.openDraft(
      db,
      ctx.person,
      {
        form: key,
        subject: subjectId,
        answers: given,
        current: nextQuestion(form.questions(at), at.answers)?.key ?? null,
        lastUpdate: ctx.update.update_id,
      },
      clock.now(),
    );
    return resume(ctx, draft);
  }

  /** Begins a form that was left half-way from the start. `revision`: as the person saw it when they were asked. */
  async function anew(ctx: PersonCtx, left: Draft, revision: number): Promise<number | null | 'old'> {
    const again = left.lastUpdate === ctx.update.update_id;
    if (left.revision !== revision && !again) return 'old';
    const form = find(left.form);
    const at = await look(ctx, form, left.subject, {});
    if (!at) return null;
    const current = nextQuestion(form.questions(at), at.answers)?.key ?? null;
    const step = { answers: {}, current, editing: false, promptMessageId: null };
    return resume(ctx, (await drafts.takeStep(db, left, step, ctx.update.update_id, clock.now())) ?? left);
  }

  /** Goes on with a draft where it was left. Null: there is nothing to fill in any more. */
  async function resume(ctx: PersonCtx, draft: Draft): Promise<number | null> {
    await drafts.activate(db, draft);
    const talk = await open(ctx, draft);
    const stand = talk && (await proceed({ ...talk, question: whereToGoOn(talk) }));
    return stand === 'open' ? draft.id : null;
  }

  async function receive(ctx: PersonCtx, draftId: number): Promise<Stand> {
    const draft = await drafts.findDraft(db, ctx.person, draftId);
    const addressed = ctx.callbackQuery ? draftOf(ctx.callbackQuery.data) === draftId : ctx.message !== undefined;
    if (!draft || !addressed) return 'not mine';
    const talk = await open(ctx, draft);
    if (!talk) return ctx.message && ctx.message.text === undefined ? 'left' : 'closed';
    // Handled before a crash, and now again: the step is taken, but the next question may not have been asked.
    if (draft.lastUpdate === ctx.update.update_id) return proceed(talk);
    const { current } = draft;
    const gone = current !== null && !talk.questions.some(({ key }) => key === current);
    // A deploy took the question away that this update answers: it must not be taken for an answer to another one.
    if (gone) return move(talk, talk.question?.key ?? null, false);
    if (ctx.message && (await talk.form.besides?.(ctx, talk.at, talk.question?.key ?? null))) return 'open';
    return step(talk, listen(ctx, draft, talk.question, talk.at.answers));
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
          await refuse(ctx, read.say);
          return 'open';
        }
        const given = { [said.question.key]: read.value };
        return read.kind === 'ok' ? advance(talk, said.question, given) : tick(talk, said.question, given);
      }
      case 'skip':
        return advance(talk, said.question, { [said.question.key]: null });
      case 'keep':
        return advance(talk, said.question, {});
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
        if (question?.kind.request) await lowerKeyboard(ctx, html`✕ ${question.label}`);
        return 'closed';
      case 'submit':
        return question ? proceed(talk) : submit(talk);
    }
  }

  /** An answer is in: the next question, or the summary, or the end. */
  async function advance(talk: Talk, question: Question, given: Answers): Promise<Stand> {
    const { form, draft, at } = talk;
    const answers = { ...at.answers, ...given };
    const questions = form.questions({ ...at, answers });
    const changed = JSON.stringify(answers[question.key]) !== JSON.stringify(at.answers[question.key]);
    const derived = changed ? follower(questions, question, answers) : null;
    const next = derived ?? nextQuestion(questions, answers);
    const moved = await take(talk, {
      answers: { ...draft.answers, ...given },
      current: next?.key ?? null,
      editing: draft.editing && derived !== null,
      promptMessageId: null,
    });
    if (!moved) return again(talk, null);
    const view = answeredView(question, answers);
    if (question.kind.request) await lowerKeyboard(talk.ctx, view.text);
    // Beside each other: the next question does not wait for a round trip more.
    const [stand] = await Promise.all([again(talk, moved), settle(talk.ctx, talk.draft, view)]);
    return stand;
  }

  /** To another question, or to the summary, with nothing new answered. */
  async function move(talk: Talk, current: string | null, editing: boolean): Promise<Stand> {
    const { ctx, question } = talk;
    const moved = await take(talk, { answers: talk.draft.answers, current, editing });
    if (question?.kind.request && moved) await lowerKeyboard(ctx, html`↩ ${question.label}`);
    return again(talk, moved, { edit: true });
  }

  /** A box was ticked: the same question, in the same message; or in a new one, below what was typed to find boxes. */
  async function tick(talk: Talk, question: Question, given: Answers): Promise<Stand> {
    const { answers, current, editing } = talk.draft;
    const step = { answers: { ...answers, ...given }, current: current ?? question.key, editing };
    const moved = await take(talk, step);
    if (moved && !talk.ctx.callbackQuery) await settle(talk.ctx, talk.draft, null);
    return again(talk, moved, { edit: true });
  }

  function take({ ctx, draft }: Talk, to: drafts.Step): Promise<Draft | null> {
    return drafts.takeStep(db, draft, to, ctx.update.update_id, clock.now());
  }

  /** Asks what the draft now needs. Null: somebody else took the step (a second device); the draft tells where it is. */
  async function again({ ctx, form, draft, at }: Talk, moved: Draft | null, how = { edit: false }): Promise<Stand> {
    if (moved && !form.rereads) {
      const known = asking(ctx, form, at.subject, moved.answers, clock.now());
      return proceed(talkAbout(ctx, form, moved, known), how);
    }
    const now = moved ?? (await drafts.findDraft(db, ctx.person, draft.id));
    const talk = now && (await open(ctx, now));
    return talk ? proceed(talk, how) : 'closed';
  }

  async function proceed(talk: Talk, how = { edit: false }): Promise<Stand> {
    const { ctx, form, draft, at, questions, question } = talk;
    if (!question && !form.confirm) return submit(talk);
    const view = question ? questionView(at, draft, questions, question) : summaryView(form, at, draft, questions);
    const here = ctx.callbackQuery?.message?.message_id;
    const edit = how.edit && here !== undefined && here === draft.promptMessageId;
    if (edit) await show(ctx, view);
    const promptMessageId = edit ? here : await send(ctx, view);
    await drafts.rememberPrompt(db, draft, { promptMessageId, current: question?.key ?? null });
    if (question?.kind.request) await raiseKeyboard(ctx, question.kind.request);
    return 'open';
  }

  async function submit(talk: Talk): Promise<Stand> {
    const { ctx, form, draft, questions } = talk;
    const at = { ...talk.at, answers: asked(questions, talk.at.answers) };
    const result = await db.transaction(async (tx) =>
      (await drafts.closeDraft(tx, draft)) ? { outcome: await form.submit(tx, at) } : null,
    );
    if (!result) return again(talk, null);
    await settle(talk.ctx, talk.draft, null);
    await form.done(ctx, result.outcome, at);
    return 'closed';
  }

  async function cancel(talk: Pick<Talk, 'ctx' | 'draft'>): Promise<void> {
    const { ctx, draft } = talk;
    const { ephemeral, cancelled } = find(draft.form);
    const keeps = drafts.hasAnswers(draft) && !ephemeral && !cancelled;
    await leave(talk);
    if (!keeps) await drafts.dropDraft(db, ctx.person, draft.id, draft.revision);
    if (cancelled) return cancelled(ctx, draft.subject);
    await send(ctx, keeps ? stoppedView(ctx.t, draft) : cancelledView(ctx.t));
  }

  /** What is typed from now on is no answer, and no button stands there as if it were. */
  async function leave({ ctx, draft }: Pick<Talk, 'ctx' | 'draft'>): Promise<void> {
    await drafts.deactivate(db, ctx.person.id);
    await settle(ctx, draft, null);
    await drafts.rememberPrompt(db, draft, { promptMessageId: null, current: draft.current });
  }

  async function open(ctx: PersonCtx, draft: Draft): Promise<Talk | null> {
    const form = find(draft.form);
    const at = await look(ctx, form, draft.subject, draft.answers, draft);
    return at && talkAbout(ctx, form, draft, at);
  }

  /** Null: there is nothing to fill in any more, which the form said; what it asked last loses its buttons. */
  async function look(
    ctx: PersonCtx,
    form: Form,
    subjectId: number,
    answers: Answers,
    draft?: Draft,
  ): Promise<Asking<never> | null> {
    const allowed = await may({ db, config }, ctx.person, form, [String(subjectId)]);
    const subject = allowed ? await form.load(db, ctx.person, subjectId, answers) : null;
    if (subject !== null) return asking(ctx, form, subject, answers, clock.now());
    // Not dropped: a deadline may be moved, and what was typed is kept until its period ends.
    if (draft) await leave({ ctx, draft });
    await form.gone(ctx, subjectId);
    return null;
  }

  return { start, anew, resume, receive, cancel };
}
