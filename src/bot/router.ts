import type { Filter, FilterQuery, MiddlewareFn } from 'grammy';
import type { Ctx, Deps, PersonCtx } from './context.ts';
import { eventIn, type Declared, type Route } from './routes.ts';
import { access, noteRefusal } from './roles.ts';
import { html } from './html.ts';
import { APART, menu, send } from './view.ts';

type Target = { on: Route['on']; name: string; args: string[] };

/**
 * What the people feature does for somebody who has not agreed yet. `payload`: where they want to go afterwards; null:
 * they wrote something, and where they wanted to go is known only to the question that stands above.
 */
export type Welcome = (ctx: Ctx, payload: string | null) => Promise<void>;
/** What the bot shows when nothing else fits: where one is, and where to go. */
export type Home = (ctx: PersonCtx, reason: 'start' | 'lost') => Promise<void>;

/**
 * Takes an update to the route that declares it. The role is read from the database on each update, because a pressed
 * button or a link proves nothing about who presses it.
 */
export function createRouter(deps: Deps, routes: Route[], welcome: Welcome, home: Home): MiddlewareFn<Ctx> {
  const table = new Map<string, Route>();
  for (const route of routes) {
    const key = `${route.on}:${route.name}`;
    if (route.on !== 'message' && table.has(key))
      throw new Error(`Two features declare the ${route.on} "${route.name}".`);
    table.set(key, route);
  }
  const messages = routes.filter((route) => route.on === 'message');

  async function run(ctx: Ctx, { on, name, args }: Target): Promise<boolean> {
    const route = table.get(`${on}:${name}`);
    if (!route) return false;
    const allowed = await access(deps, ctx, route, args);
    switch (allowed.kind) {
      case 'allowed':
        await (route.do as (ctx: Ctx, ...args: string[]) => Promise<void>)(ctx, ...args);
        return true;
      case 'no consent':
        await welcome(ctx, wanted({ on, name, args }));
        return true;
      case 'no role':
        await noteRefusal(deps, ctx.person!, `${on} ${name}`, await eventOf(deps, route, args));
        await refuse(ctx);
        return true;
    }
  }

  async function start(ctx: Ctx, payload: string): Promise<void> {
    const [name, argument] = split(payload, '_');
    if (payload && (await run(ctx, { on: 'link', name, args: [argument] }))) return;
    if (!ctx.person) return welcome(ctx, payload);
    await home(ctx as PersonCtx, payload ? 'lost' : 'start');
  }

  return async (ctx) => {
    ctx.follow = (payload) => start(ctx, payload);
    ctx.keepPressed = ctx.callbackQuery?.data?.startsWith(APART) ?? false;
    const target = targetOf(ctx, deps);
    if (target?.on === 'command' && target.name === 'start') return start(ctx, target.args[0] ?? '');
    if (target && (await run(ctx, target))) return;
    if (ctx.poll ?? ctx.pollAnswer ?? ctx.myChatMember) return;
    if (!ctx.person) return welcome(ctx, target ? wanted(target) : null);
    // A button of a version that is gone, or of a modified app.
    if (ctx.callbackQuery) return void (await ctx.answerCallbackQuery({ text: ctx.t('forms:old_button') }));
    for (const route of messages) {
      if (!ctx.has(route.name)) continue;
      if ((await access(deps, ctx, route)).kind !== 'allowed') continue;
      if (await (route.do as (ctx: Filter<Ctx, FilterQuery>) => Promise<boolean>)(ctx)) return;
    }
    await home(ctx as PersonCtx, 'lost');
  };
}

async function refuse(ctx: Ctx): Promise<void> {
  const text = ctx.t('common:no_access');
  if (ctx.callbackQuery) await ctx.answerCallbackQuery({ text, show_alert: true });
  else await send(ctx, { text: html`${text} ${ctx.t('common:no_access_cure')}`, buttons: [[menu(ctx.t)]] });
}

/** The event that was not for them, if it was about one. */
async function eventOf({ db }: Deps, { needs, of = eventIn }: Declared, args: string[]): Promise<number | null> {
  const event = needs.endsWith('of it') ? await of(db, args) : null;
  return typeof event === 'number' ? event : null;
}

/** A deep link is kept through the consent, a button starts from the beginning. */
function wanted({ on, name, args }: Target): string | null {
  switch (on) {
    case 'link':
      return [name, ...args].join('_');
    case 'press':
      return '';
    default:
      return null;
  }
}

function targetOf(ctx: Ctx, deps: Deps): Target | null {
  if (ctx.callbackQuery?.data) {
    const { data } = ctx.callbackQuery;
    const [name, ...args] = (data.startsWith(APART) ? data.slice(APART.length) : data).split(':');
    return { on: 'press', name: name!, args };
  }
  if (ctx.pollAnswer) return { on: 'update', name: 'poll_answer', args: [] };
  if (ctx.myChatMember) return { on: 'update', name: 'my_chat_member', args: [] };
  // `/events`, `/events@our_bot`, `/start payload`; a command for another bot is none of ours.
  const command = /^\/(\w+)(?:@(\w+))?(?:\s+([\s\S]*))?$/.exec(ctx.message?.text ?? '');
  if (!command) return null;
  const [, name, bot, rest = ''] = command;
  if (bot && bot.toLowerCase() !== deps.me().username.toLowerCase()) return null;
  return { on: 'command', name: name!.toLowerCase(), args: [rest.trim()] };
}

function split(text: string, by: string): [string, string] {
  const at = text.indexOf(by);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}
