import type { Deps, PersonCtx } from '../../bot/context.ts';
import type { Route } from '../../bot/routes.ts';
import { idOf, show } from '../../bot/view.ts';
import { outgoing, type Message, type MessageKind, type Messages } from '../../delivery/messages.ts';
import { backToList, type Inside } from './browse.ts';
import { contactForm } from './contact-form.ts';
import { alumnaView, answerView, decidedView, requestLine, requestView } from './contact-messages.ts';
import { decide, findContact, standing, type Contact, type ContactRequest } from './contact-store.ts';
import { goneView } from './messages.ts';
import { entryOf, findListed } from './store.ts';

/** Somebody's page, and the request that leads from there to two people who can write to each other. */
export function contacting(deps: Deps, inside: Inside) {
  const { db, clock, programme } = deps;

  /** Shows somebody's page; `mayAsk` is called instead when the reader may ask them now. */
  async function page(ctx: PersonCtx, id: number, list: string[], mayAsk?: () => Promise<void>): Promise<void> {
    const { t, lang } = ctx;
    const listed = await findListed(db, id);
    if (!listed) return show(ctx, goneView(t, 'entry_gone'));
    const between = await standing(db, ctx.person, listed.person, clock.now());
    if (mayAsk && between.kind === 'may ask') return mayAsk();
    const shown = entryOf(listed.person, listed.profile);
    await show(ctx, alumnaView(shown, between, listed.person, backToList(list, ctx), { t, lang, programme }));
  }

  const decision = (state: 'accepted' | 'declined') => async (ctx: PersonCtx, id?: string) => {
    const { t, lang } = ctx;
    const made = { by: ctx.person, state, username: ctx.from?.username ?? null, now: clock.now() };
    const contact = await db.transaction((tx) => decide(tx, idOf(id), made));
    await show(ctx, contact ? decidedView(contact, { t, lang, programme }) : goneView(t, 'request_gone'));
  };

  /** Both are still there, and the request stands as the message says. */
  async function standingAs({ data }: Message, state: ContactRequest['state']): Promise<Contact | null> {
    const contact = await findContact(db, Number(data.request));
    return contact?.request.state === state ? contact : null;
  }

  const about = (state: ContactRequest['state'], view: typeof requestView): MessageKind => ({
    async render(message, { t, lang }) {
      const contact = await standingAs(message, state);
      return contact ? outgoing(view(contact, { t, lang, programme })) : { drop: 'the request is gone or decided' };
    },
  });

  const messages: Messages = {
    contact_request: {
      topic: 'contacts',
      ...about('pending', requestView),
      async title(message, { t }) {
        const contact = await standingAs(message, 'pending');
        return contact && requestLine(contact, t);
      },
    },
    // Answers to what somebody has asked themselves: they always come, but not at night.
    contact_accepted: { ...about('accepted', answerView), patient: () => true },
    contact_declined: { ...about('declined', answerView), patient: () => true },
  };
  const routes: Route[] = [
    { on: 'press', name: 'alumna', needs: 'person', do: inside((ctx, id, ...list) => page(ctx, idOf(id), list)) },
    {
      on: 'press',
      name: 'contact',
      needs: 'person',
      do: inside((ctx, id) => page(ctx, idOf(id), [], () => ctx.fill('contact', idOf(id)))),
    },
    { on: 'press', name: 'accept_contact', needs: 'person', do: decision('accepted') },
    { on: 'press', name: 'decline_contact', needs: 'person', do: decision('declined') },
  ];
  return { routes, messages, forms: [contactForm(deps)] };
}
