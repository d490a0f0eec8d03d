import type { Deps } from '../../bot/context.ts';
import { html, type Html } from '../../bot/html.ts';
import { send } from '../../bot/view.ts';
import { defineForm, type Form } from '../../forms/form.ts';
import { text } from '../../forms/kinds/text.ts';
import { notSentView, requestSentView, standingText } from './contact-messages.ts';
import { ask, type Asked } from './contact-store.ts';
import { closedView, profileFirstView } from './messages.ts';
import { findEntry, isNamed, mayLook } from './store.ts';

/** `name` null: they have hidden themselves. What was written meanwhile is not dropped with the form, but given back. */
type Subject = { id: number; name: string | null };

/** A few words to somebody of the directory. Whether they may be sent is decided when they are: see contact-store.ts. */
export function contactForm(deps: Deps): Form {
  return defineForm<Subject, Asked>({
    key: 'contact',
    needs: 'person',
    ephemeral: true,
    async load(db, person, id) {
      if (!isNamed(person) || !(await mayLook(deps, person))) return null;
      return { id, name: (await findEntry(db, id))?.name ?? null };
    },
    gone: async (ctx) => void (await send(ctx, isNamed(ctx.person) ? closedView(ctx.t) : profileFirstView(ctx.t))),
    title: ({ t, subject: { name } }) =>
      name === null ? t('alumni:contact_request') : t('alumni:contact_title', { name }),
    questions: ({ t }) => [
      { key: 'body', label: t('alumni:message'), ask: t('alumni:ask_message'), kind: text(t, { max: 500 }) },
    ],
    confirm: (t) => t('alumni:send_request'),
    submit: (tx, { person, subject, answers, username, now }) =>
      ask(tx, { from: person, to: subject.id, body: answers.body as string, username, now }),
    async done(ctx, outcome, { answers }) {
      const { t } = ctx;
      const notSent = (why: Html) => notSentView(why, answers.body as string, t);
      switch (outcome.kind) {
        case 'asked':
          return void (await send(ctx, requestSentView(t)));
        case 'gone':
          return void (await send(ctx, notSent(html`${t('alumni:entry_gone')}`)));
        case 'refused':
          return void (await send(ctx, notSent(standingText(outcome.standing, outcome.other, t)!)));
      }
    },
  });
}
