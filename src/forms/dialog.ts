import { createConversation } from '@grammyjs/conversations';
import type { Context, MiddlewareFn } from 'grammy';
import type { Ctx, Deps, PersonCtx } from '../bot/context.ts';
import { hasPerson } from '../bot/roles.ts';
import type { Route } from '../bot/routes.ts';
import { idOf, send, show } from '../bot/view.ts';
import type { Answers } from '../db/schema.ts';
import * as drafts from './draft.ts';
import { createEngine, type Stand } from './engine.ts';
import type { Form } from './form.ts';
import { droppedView, nothingToCancelView, reallyDropView } from './left.ts';
import { draftOf } from './listen.ts';
import { unfinished } from './unfinished.ts';

const NAME = 'form';

/**
 * Hosts the engine in the one conversation of Bilim. The conversation only waits: it rewinds to its beginning after
 * each answer, so what it stores stays flat however long the form is. What was answered is in the draft.
 */
export function createForms(deps: Deps, forms: Form[]) {
  const byKey = new Map(forms.map((form) => [form.key, form]));
  function find(key: string): Form {
    const form = byKey.get(key);
    if (!form) throw new Error(`There is no form "${key}": list it in its feature's forms.`);
    return form;
  }
  const engine = createEngine(deps, find);

  const conversation = createConversation<Ctx, Context>(async (conversation, _ctx, draftId: number) => {
    const top = conversation.checkpoint();
    await conversation.wait();
    // The conversation keeps a clone of an error, which is but its text: whose fault it is would be lost (bot/failure.ts).
    let thrown: unknown;
    const stand: Stand = await conversation.external({
      task: (ctx) => (hasPerson(ctx) ? engine.receive(ctx, draftId) : 'closed'),
      beforeStoreError: (error) => void (thrown = error),
      afterLoadError: () => thrown,
    });
    if (stand === 'open') await conversation.rewind(top);
    if (stand === 'not mine') await conversation.skip({ next: true });
    if (stand === 'left') await conversation.halt({ next: true });
  }, NAME);

  async function enter(ctx: Ctx, draftId: number | null): Promise<void> {
    await ctx.conversation.exitAll();
    if (draftId !== null) await ctx.conversation.enter(NAME, draftId);
  }

  /** Starts a form, or goes on with it. */
  async function fill(ctx: PersonCtx, key: string, subject = 0, given: Answers = {}): Promise<void> {
    await enter(ctx, await engine.start(ctx, key, subject, given));
  }

  /** An update that answers a draft whose conversation is not there: another dialog, a deploy or an error took it. */
  async function pickUp(ctx: PersonCtx): Promise<boolean> {
    const id = draftOf(ctx.callbackQuery?.data) ?? (ctx.message && (await drafts.activeDraft(deps.db, ctx.person))?.id);
    const draft = id && (await drafts.findDraft(deps.db, ctx.person, id));
    if (!draft) return false;
    await drafts.activate(deps.db, draft);
    const stand = await engine.receive(ctx, draft.id);
    await enter(ctx, stand === 'open' ? draft.id : null);
    return stand === 'open' || stand === 'closed';
  }

  /** A command leaves the open dialog; its answers stay. */
  const leave: MiddlewareFn<Ctx> = async (ctx, next) => {
    if (hasPerson(ctx) && ctx.message?.text?.startsWith('/')) {
      await ctx.conversation.exitAll();
      if (!ctx.message.text.startsWith('/cancel')) await drafts.deactivate(deps.db, ctx.person.id);
    }
    await next();
  };

  const old = (ctx: Ctx) => ctx.answerCallbackQuery({ text: ctx.t('forms:old_button') });

  const routes: Route[] = [
    {
      on: 'command',
      name: 'cancel',
      needs: 'person',
      async do(ctx) {
        const draft = await drafts.activeDraft(deps.db, ctx.person);
        if (draft) await engine.cancel({ ctx, draft });
        else await send(ctx, nothingToCancelView(ctx.t));
      },
    },
    {
      on: 'press',
      name: 'f',
      needs: 'person',
      async do(ctx) {
        if (!(await pickUp(ctx))) await old(ctx);
      },
    },
    {
      on: 'press',
      name: 'resume',
      needs: 'person',
      async do(ctx, id) {
        const draft = await drafts.findDraft(deps.db, ctx.person, idOf(id));
        if (draft) await enter(ctx, await engine.resume(ctx, draft));
        else await old(ctx);
      },
    },
    {
      on: 'press',
      name: 'anew',
      needs: 'person',
      async do(ctx, id, revision) {
        const draft = await drafts.findDraft(deps.db, ctx.person, idOf(id));
        const begun = draft ? await engine.anew(ctx, draft, idOf(revision)) : 'old';
        if (begun === 'old') await old(ctx);
        else await enter(ctx, begun);
      },
    },
    {
      on: 'press',
      name: 'drop',
      needs: 'person',
      async do(ctx, id) {
        const draft = await drafts.findDraft(deps.db, ctx.person, idOf(id));
        if (draft) await show(ctx, reallyDropView(ctx.t, draft));
        else await old(ctx);
      },
    },
    {
      on: 'press',
      name: 'drop_now',
      needs: 'person',
      async do(ctx, id, revision) {
        if (await drafts.dropDraft(deps.db, ctx.person, idOf(id), idOf(revision))) await show(ctx, droppedView(ctx.t));
        else await old(ctx);
      },
    },
  ];
  return {
    conversation,
    leave,
    fill,
    pickUp,
    unfinished: (ctx: PersonCtx, of?: Parameters<Ctx['unfinished']>[0]) => unfinished(deps, find, ctx, of),
    routes,
  };
}
