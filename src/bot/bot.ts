import { conversations } from '@grammyjs/conversations';
import { Bot, GrammyError, HttpError, type MiddlewareFn } from 'grammy';
import type { Ctx, Deps, PersonCtx } from './context.ts';
import { conversationStorage } from './conversations.ts';
import { identify, userOf } from './identify.ts';
import { hasPerson } from './roles.ts';
import type { Telegram } from './telegram.ts';

/** Given to Telegram by name: its default leaves out some kinds and sends others that nobody here handles. */
export const ALLOWED_UPDATES = ['message', 'callback_query', 'my_chat_member', 'poll_answer'] as const;

/** What the bot needs of the forms; forms/dialog.ts has it. */
type Dialogs = {
  /** Commands leave the open dialog. */
  leave: MiddlewareFn<Ctx>;
  /** The open dialog. */
  conversation: MiddlewareFn<Ctx>;
  /** An answer whose dialog is not there any more. */
  pickUp(ctx: PersonCtx): Promise<boolean>;
  fill(ctx: PersonCtx, ...form: Parameters<Ctx['fill']>): Promise<void>;
  unfinished(ctx: PersonCtx, ...of: Parameters<Ctx['unfinished']>): ReturnType<Ctx['unfinished']>;
};

type Parts = { forms: Dialogs; router: MiddlewareFn<Ctx> };

export function createBot({ token, options }: Telegram): Bot<Ctx> {
  return new Bot<Ctx>(token, { client: options });
}

/** The way of an update, from top to bottom. */
export function mount(bot: Bot<Ctx>, deps: Deps, { forms, router }: Parts): void {
  bot.use(onlyAllowed);
  bot.use(answerPresses);
  bot.use(privateOnly(deps));
  bot.use(identify(deps));
  bot.use(
    conversations<Ctx, Ctx>({
      storage: { type: 'key', version: 1, getStorageKey: chatKey, adapter: conversationStorage(deps) },
    }),
  );
  bot.use(async (ctx, next) => {
    ctx.fill = async (form, subject, given) => {
      if (hasPerson(ctx)) await forms.fill(ctx, form, subject, given);
    };
    ctx.unfinished = async (of) => (hasPerson(ctx) ? forms.unfinished(ctx, of) : []);
    await next();
  });
  bot.use(forms.leave);
  bot.use(forms.conversation);
  bot.use(async (ctx, next) => {
    const mayAnswer = ctx.message && !ctx.message.text?.startsWith('/');
    if (!(mayAnswer && hasPerson(ctx) && (await forms.pickUp(ctx)))) await next();
  });
  bot.use(router);
}

/** Poll answers come without a chat: they must not share one key, so they are keyed by the person. */
const chatKey = (ctx: Ctx) => String(ctx.chat?.id ?? userOf(ctx)?.id);

/** Of kinds that an earlier version had asked for, Telegram still sends what came before it heard of this one (getUpdates). */
const onlyAllowed: MiddlewareFn<Ctx> = async ({ update }, next) => {
  if (ALLOWED_UPDATES.some((kind) => update[kind])) await next();
};

/** Telegram shows a spinner on a button until it is answered. */
const answerPresses: MiddlewareFn<Ctx> = async (ctx, next) => {
  if (!ctx.callbackQuery) return next();
  let answered = false;
  const answer = ctx.answerCallbackQuery.bind(ctx);
  ctx.answerCallbackQuery = async (...args) => {
    answered = true;
    return tolerate(answer(...args));
  };
  // Not when it fails: it is tried again, and what it then has to say belongs into the answer.
  await next();
  // What was asked for is done, so nothing of it is tried again for the sake of this.
  if (!answered) await answer().catch(() => undefined);
};

/**
 * A press older than 15 minutes (we were away) can't be answered any more, and an answer may be lost on the way; what the
 * press asked for was done all the same.
 */
async function tolerate(answer: Promise<true>): Promise<true> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof HttpError || (error instanceof GrammyError && error.error_code === 400)) return true;
    throw error;
  }
}

/** Groups get no personal data and no dialogs: whoever calls the bot there is sent to the private chat. */
function privateOnly(deps: Deps): MiddlewareFn<Ctx> {
  return async (ctx, next) => {
    if (!ctx.chat || ctx.chat.type === 'private') return next();
    const [, name, of] = /^\/(\w+)(?:@(\w+))?/.exec(ctx.message?.text ?? '') ?? [];
    const called = name !== undefined && (!of || of.toLowerCase() === deps.me().username.toLowerCase());
    if (!called && !ctx.callbackQuery) return;
    const t = deps.i18n.t(ctx.from?.language_code ?? deps.programme.defaultLanguage);
    const text = t('common:write_in_private');
    if (ctx.callbackQuery) return void (await ctx.answerCallbackQuery({ text, show_alert: true }));
    const url = `https://t.me/${deps.me().username}?start`;
    await ctx.reply(text, { reply_markup: { inline_keyboard: [[{ text: t('common:open_chat'), url }]] } });
  };
}
