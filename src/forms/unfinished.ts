import type { Ctx, Deps, PersonCtx } from '../bot/context.ts';
import { hasAnswers, openDrafts, type Draft } from './draft.ts';
import type { Form } from './form.ts';
import { asking } from './talk.ts';

type Unfinished = Awaited<ReturnType<Ctx['unfinished']>>;

/** The person's unfinished forms, the latest first, as long as there is something to fill in. */
export async function unfinished(
  { db, clock }: Pick<Deps, 'db' | 'clock'>,
  find: (key: string) => Form,
  ctx: PersonCtx,
  of: Parameters<Ctx['unfinished']>[0] = 'participant',
): Promise<Unfinished> {
  const titled = [];
  for (const draft of await openDrafts(db, ctx.person)) {
    const form = find(draft.form);
    const wanted = of === 'anybody' || (of === 'organizer') === (form.needs !== 'person');
    if (!wanted || !isUnfinished(form, draft)) continue;
    const subject = await form.load(db, ctx.person, draft.subject, draft.answers);
    if (subject === null) continue;
    titled.push({ id: draft.id, title: form.title(asking(ctx, form, subject, draft.answers, clock.now())) });
  }
  return titled;
}

/** Opened and left without a change, most forms leave nothing to finish; a registration was meant to be sent. */
function isUnfinished({ ephemeral, resumes }: Form, draft: Draft): boolean {
  return !ephemeral && (hasAnswers(draft) || resumes === 'silently');
}

/** Whether a draft that was left is only gone on with after a question. Not when this very update has begun it, before a crash. */
export function asksFirst(ctx: PersonCtx, { resumes, ephemeral }: Form, left: Draft): boolean {
  const mayMeanAnother = resumes !== 'silently' && !ephemeral;
  return mayMeanAnother && hasAnswers(left) && left.lastUpdate !== ctx.update.update_id;
}
