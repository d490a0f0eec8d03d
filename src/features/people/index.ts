import type { Ctx, Deps, PersonCtx } from '../../bot/context.ts';
import type { Feature } from '../feature.ts';
import { listCommands } from '../../bot/commands.ts';
import { entry } from '../../bot/routes.ts';
import type { Home, Welcome } from '../../bot/router.ts';
import { send, show, type View } from '../../bot/view.ts';
import { hasRole, isFocalPoint, isOwner, organizes } from '../../bot/roles.ts';
import { agree, givenConsent, markUnreachable, setLanguage } from './store.ts';
import {
  agreedView,
  consentView,
  declinedView,
  helpView,
  homeView,
  languagesView,
  useButtonsView,
} from './messages.ts';

/** Arrival: the language, the consent, and the home page. */
export function people(deps: Deps): Feature & { welcome: Welcome; home: Home } {
  const { db, clock, programme, i18n } = deps;

  const welcome: Welcome = async (ctx, payload) => {
    const hint = ctx.person?.language ?? ctx.from?.language_code;
    await show(ctx, payload === null ? useButtonsView(i18n, hint) : languagesView(i18n, hint, payload));
  };

  const home: Home = async (ctx, reason) => {
    await send(ctx, await homePage(ctx, reason));
  };

  function speak(ctx: Ctx, lang: string): void {
    ctx.lang = lang;
    ctx.t = i18n.t(lang);
  }

  async function homePage(ctx: PersonCtx, reason: 'start' | 'lost'): Promise<View> {
    const [unfinished] = await ctx.unfinished('anybody');
    const organizer = await organizes(deps, ctx.person, 'any');
    const translator = await hasRole(deps, ctx.person, 'translator', 'any');
    const focalPoint = await isFocalPoint(deps, ctx.person);
    const reviewer = await hasRole(deps, ctx.person, 'reviewer', 'any');
    return homeView(ctx.t, programme, ctx.lang, { reason, organizer, translator, reviewer, focalPoint, unfinished });
  }

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
          // An old message: they have agreed since, and where it was to lead stands open.
          ctx.person = await setLanguage(db, ctx.person, lang);
          speak(ctx, lang);
          const organizer = await organizes(deps, ctx.person, 'any');
          if (organizer) await listCommands(deps, ctx.person, organizer);
          await (payload ? ctx.follow(payload) : show(ctx, await homePage(ctx as PersonCtx, 'start')));
        },
      },
      {
        on: 'press',
        name: 'agree',
        needs: 'anyone',
        async do(ctx, lang = '', payload = '') {
          if (!i18n.has(lang)) return welcome(ctx, payload);
          const person = await agree(db, programme, { telegramId: ctx.from!.id, language: lang, now: clock.now() });
          ctx.person = person;
          speak(ctx, lang);
          if (isOwner(deps, person)) await listCommands(deps, person, true);
          const given = await givenConsent(db, person);
          if (given) await show(ctx, agreedView(ctx.t, lang, person.zone, given));
          ctx.keepPressed = true;
          await ctx.follow(payload);
        },
      },
      {
        on: 'press',
        name: 'decline',
        needs: 'anyone',
        async do(ctx, lang = '', payload = '') {
          if (ctx.person) return home(ctx as PersonCtx, 'start');
          if (!i18n.has(lang)) return welcome(ctx, payload);
          await show(ctx, declinedView(i18n.t(lang), lang, payload));
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
        await show(ctx, await homePage(ctx, 'start'));
      }),
      {
        on: 'press',
        name: 'consent',
        needs: 'person',
        async do(ctx) {
          const given = await givenConsent(db, ctx.person);
          const back = [[{ text: ctx.t('common:back'), data: 'help' }]];
          if (given) await show(ctx, { ...agreedView(ctx.t, ctx.lang, ctx.person.zone, given), buttons: back });
        },
      },
      ...entry('help', 'person', async (ctx) => {
        await show(ctx, helpView(ctx.t, programme, await organizes(deps, ctx.person, 'any')));
      }),
    ],
  };
}
