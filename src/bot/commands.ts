import type { LanguageCode } from 'grammy/types';
import type { Deps, Person } from './context.ts';

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
 * Tells Telegram, in every language, the commands and what is said of the bot before somebody starts it. Where
 * Telegram's app knows no such language (Tajik, Kyrgyz …) its users see the default one: there the menu in the chat is
 * what they go by.
 */
export async function describeBot({ api, i18n, programme, log }: Deps): Promise<void> {
  for (const language of [undefined, ...i18n.languages]) {
    const t = i18n.t(language ?? programme.defaultLanguage);
    const commands = COMMANDS.map((command) => ({ command, description: t(`common:command_${command}`) }));
    const code = language ? { language_code: language as LanguageCode } : {};
    try {
      await api.setMyCommands(commands, code);
      await api.setMyDescription(t('common:bot_description'), code);
      await api.setMyShortDescription(t('common:bot_short_description'), code);
    } catch (error) {
      // A convenience: without it everything works by buttons.
      log.warn({ language, error }, 'Telegram did not take the description of the bot');
    }
  }
}

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
