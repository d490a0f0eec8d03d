import type { Deps, PersonCtx } from '../../bot/context.ts';
import type { Feature } from '../feature.ts';
import { entry } from '../../bot/routes.ts';
import type { Home, Welcome } from '../../bot/router.ts';
import { send, show } from '../../bot/view.ts';
import { isOrganizer } from '../../bot/roles.ts';
import { agree, markUnreachable, setLanguage } from './store.ts';
import { consentView, declinedView, helpView, homeView, languagesView } from './messages.ts';

/** Arrival: the language, the consent, and the home page. */
export function people(deps: Deps): Feature & { welcome: Welcome; home: Home } {
  const { db, clock, programme, i18n } = deps;

  const welcome: Welcome = async (ctx, payload) => {
    await show(ctx, languagesView(i18n, ctx.from?.language_code, payload));
  };

  const home: Home = async (ctx, reason) => {
    await send(ctx, homeView(ctx.t, programme, ctx.lang, { reason, organizer: await isOrganizer(deps, ctx.person) }));
  };

  return {
    name: 'people',
    welcome,
    home,
    routes: [
      {
        on: 'press',
        name: 'lang',
        needs: 'anyone',
        async do(ctx, lang = '', payload = '') {
          if (!i18n.has(lang)) return welcome(ctx, payload);
          if (!ctx.person) return show(ctx, consentView(i18n.t(lang), programme, lang, payload));
          const person = await setLanguage(db, ctx.person, lang);
          const organizer = await isOrganizer(deps, person);
          await show(ctx, homeView(i18n.t(lang), programme, lang, { reason: 'start', organizer }));
        },
      },
      {
        on: 'press',
        name: 'agree',
        needs: 'anyone',
        async do(ctx, lang = '', payload = '') {
          if (!i18n.has(lang)) return welcome(ctx, payload);
          ctx.person = await agree(db, programme, { telegramId: ctx.from!.id, language: lang, now: clock.now() });
          ctx.lang = lang;
          ctx.t = i18n.t(lang);
          await ctx.editMessageReplyMarkup();
          await ctx.follow(payload);
        },
      },
      {
        on: 'press',
        name: 'decline',
        needs: 'anyone',
        async do(ctx, lang = '') {
          await show(ctx, declinedView(i18n.t(lang)));
        },
      },
      {
        on: 'press',
        name: 'languages',
        needs: 'anyone',
        do: (ctx, payload = '') => welcome(ctx, payload),
      },
      {
        on: 'update',
        name: 'my_chat_member',
        needs: 'anyone',
        async do(ctx) {
          const gone = ctx.myChatMember?.new_chat_member.status === 'kicked';
          if (gone && ctx.person) await markUnreachable(db, ctx.person, clock.now());
        },
      },
      ...entry('home', 'person', async (ctx) => {
        await show(ctx, homeView(ctx.t, programme, ctx.lang, { reason: 'start', organizer: await organizes(ctx) }));
      }),
      ...entry('help', 'person', async (ctx) => {
        await show(ctx, helpView(ctx.t, programme, await organizes(ctx)));
      }),
    ],
  };

  function organizes(ctx: PersonCtx): Promise<boolean> {
    return isOrganizer(deps, ctx.person);
  }
}
