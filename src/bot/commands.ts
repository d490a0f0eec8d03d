import type { LanguageCode } from 'grammy/types';
import type { Deps } from './context.ts';

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
