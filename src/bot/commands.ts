import { createHash } from 'node:crypto';
import { eq } from 'drizzle-orm';
import type { LanguageCode } from 'grammy/types';
import { description } from '../db/schema.ts';
import type { Deps, Person } from './context.ts';
import type { T } from './i18n.ts';

/** Listed in Telegram's menu, in this order. */
export const COMMANDS = [
  'events',
  'my',
  'materials',
  'directory',
  'profile',
  'settings',
  'mydata',
  'erase',
  'help',
  'cancel',
] as const;

/**
 * Tells Telegram, in every language, the commands and what is said of the bot before somebody starts it; not again at each
 * start, while nothing has changed. Where Telegram's app knows no such language (Tajik, Kyrgyz …) its users see the default
 * one: there the menu in the chat is what they go by.
 */
export async function describeBot({ db, api, i18n, programme, log, me }: Deps): Promise<void> {
  const texts = [undefined, ...i18n.languages].map((language) =>
    describe(i18n.t(language ?? programme.defaultLanguage), language),
  );
  const hash = createHash('sha256').update(JSON.stringify(texts)).digest('base64url');
  const botId = me().id;
  const [told] = await db.select().from(description).where(eq(description.botId, botId));
  if (told?.hash === hash) return;
  let taken = true;
  for (const { commands, long, short, code } of texts) {
    try {
      await api.setMyCommands(commands, code);
      await api.setMyDescription(long, code);
      await api.setMyShortDescription(short, code);
    } catch (error) {
      taken = false;
      // A convenience: without it everything works by buttons.
      log.warn({ ...code, error }, 'Telegram did not take the description of the bot');
    }
  }
  if (taken)
    await db
      .insert(description)
      .values({ botId, hash })
      .onConflictDoUpdate({ target: description.botId, set: { hash } });
}

const describe = (t: T, language: string | undefined) => ({
  commands: COMMANDS.map((command) => ({ command, description: t(`common:command_${command}`) })),
  long: t('common:bot_description'),
  short: t('common:bot_short_description'),
  code: language ? { language_code: language as LanguageCode } : {},
});

/**
 * What one person's own menu lists: organizers have a command more, in the language they chose. Call it when the role or
 * the language changes. Telegram takes the list for one chat before those of everybody (Bot API, BotCommandScopeChat).
 */
export async function listCommands(
  { api, i18n, log }: Pick<Deps, 'api' | 'i18n' | 'log'>,
  { telegramId, language }: Pick<Person, 'telegramId' | 'language'>,
  organizer: boolean,
): Promise<void> {
  if (telegramId === null) return;
  const scope = { type: 'chat', chat_id: telegramId } as const;
  const t = i18n.t(language);
  const names = ['organize', ...COMMANDS] as const;
  try {
    await (organizer
      ? api.setMyCommands(
          names.map((command) => ({ command, description: t(`common:command_${command}`) })),
          { scope },
        )
      : api.deleteMyCommands({ scope }));
  } catch (error) {
    // A convenience: the command works all the same.
    log.warn({ error }, 'Telegram did not take the commands of an organizer');
  }
}
