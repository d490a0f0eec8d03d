import type { Deps, PersonCtx } from '../../bot/context.ts';
import type { Feature } from '../feature.ts';
import { entry } from '../../bot/routes.ts';
import { show } from '../../bot/view.ts';
import { outgoing, type Message, type MessageKind } from '../../delivery/messages.ts';
import { browsing, type Inside } from './browse.ts';
import { contacting } from './contact.ts';
import { entryForm } from './form.ts';
import { closedView, directoryView, welcomeView } from './messages.ts';
import { findEntry, findProfile, hideFromDirectory, mayLook } from './store.ts';

/** The directory of those who attended: who shows themselves, who looks for whom, and how two of them get in contact. */
export function alumni(deps: Deps): Feature {
  const { db, programme } = deps;

  /** A route for those who may look; for everybody else it is closed, whatever their button says. */
  const inside: Inside =
    (go) =>
    async (ctx, ...args) => {
      if (await mayLook(deps, ctx.person)) await go(ctx, ...args);
      else await show(ctx, closedView(ctx.t));
    };

  async function home(ctx: PersonCtx): Promise<void> {
    const { t, lang, person } = ctx;
    const attended = (await findProfile(db, person.id)) !== null;
    await show(ctx, directoryView(attended ? await findEntry(db, person.id) : undefined, { t, lang, programme }));
  }

  /** Nobody needs to be told of what they have left, or found by themselves. */
  async function isNew({ personId }: Message): Promise<boolean> {
    return personId !== null && (await findProfile(db, personId))?.visible === false;
  }

  const welcome: MessageKind = {
    async render(message, { t }) {
      return (await isNew(message)) ? outgoing(welcomeView(t)) : { drop: 'is no alumna, or in the directory already' };
    },
    async title(message, { t }) {
      return (await isNew(message)) ? t('alumni:welcome_title') : null;
    },
  };

  const browse = browsing(deps, inside);
  const contact = contacting(deps, inside);

  return {
    name: 'alumni',
    forms: [entryForm(deps), ...browse.forms, ...contact.forms],
    messages: { alumni_welcome: welcome, ...contact.messages },
    jobs: browse.jobs,
    routes: [
      ...entry('directory', 'person', inside(home)),
      { on: 'press', name: 'list_me', needs: 'person', do: (ctx) => ctx.fill('directory_profile') },
      {
        on: 'press',
        name: 'hide_me',
        needs: 'person',
        do: inside(async (ctx) => {
          await hideFromDirectory(db, ctx.person.id);
          await ctx.answerCallbackQuery({ text: ctx.t('alumni:hidden_now') });
          await home(ctx);
        }),
      },
      ...browse.routes,
      ...contact.routes,
    ],
  };
}
