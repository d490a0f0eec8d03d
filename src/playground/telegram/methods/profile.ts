import type { BotCommand, BotCommandScope } from '@grammyjs/types';
import { commandKey } from '../commands.ts';
import { badRequest } from '../refuse.ts';
import { codePoints, findRoom, writableRoom } from '../send.ts';
import type { Handlers, World } from '../world.ts';

/** How the bot presents itself: commands, name, descriptions, menu button. */
export const profile = {
  setMyCommands(world, { commands, scope, language_code }) {
    const checked = checkCommands(commands);
    const key = keyOf(world, scope, language_code);
    // An empty list is no list: narrower scopes fall back to wider ones again.
    if (checked.length === 0) world.commands.delete(key);
    else world.commands.set(key, checked);
    world.changed({ kind: 'profile' });
    return true;
  },
  getMyCommands: (world, args) =>
    structuredClone(world.commands.get(keyOf(world, args.scope, args.language_code)) ?? []),
  deleteMyCommands(world, args) {
    world.commands.delete(keyOf(world, args.scope, args.language_code));
    world.changed({ kind: 'profile' });
    return true;
  },

  setMyName: (world, { name, language_code }) => setText(world, 'name', 64, name, language_code),
  getMyName: (world, { language_code }) => ({
    name: getText(world, 'name', language_code) || world.bot.first_name,
  }),
  setMyDescription: (world, { description, language_code }) =>
    setText(world, 'description', 512, description, language_code),
  getMyDescription: (world, { language_code }) => ({ description: getText(world, 'description', language_code) }),
  setMyShortDescription: (world, { short_description, language_code }) =>
    setText(world, 'short_description', 120, short_description, language_code),
  getMyShortDescription: (world, { language_code }) => ({
    short_description: getText(world, 'short_description', language_code),
  }),

  setChatMenuButton(world, { chat_id, menu_button = { type: 'default' } }) {
    const { type } = menu_button;
    if (!['default', 'commands', 'web_app'].includes(type)) {
      throw badRequest("can't parse menu button: MenuButton has unsupported type");
    }
    if (menu_button.type === 'web_app' && !/^https:\/\//i.test(menu_button.web_app.url)) {
      throw badRequest(`menu button Web App URL '${menu_button.web_app.url}' is invalid: Only HTTPS links are allowed`);
    }
    if (chat_id === undefined) world.menu = menu_button;
    else privateRoom(world, chat_id).menu = menu_button;
    world.changed({ kind: 'profile' });
    return true;
  },
  getChatMenuButton(world, { chat_id }) {
    if (chat_id === undefined) return world.menu;
    const { menu } = privateRoom(world, chat_id);
    return menu && menu.type !== 'default' ? menu : world.menu;
  },
} satisfies Handlers;

function privateRoom(world: World, chatId: number) {
  if (!(chatId > 0)) throw badRequest('invalid chat_id specified');
  if (!world.rooms.has(chatId)) throw badRequest('user not found');
  return findRoom(world, chatId);
}

const wrongScope = (reason: string) => badRequest(`can't parse BotCommandScope: ${reason}`);

function keyOf(world: World, scope: BotCommandScope | undefined, language: string | undefined): string {
  checkLanguage(language);
  if (scope === undefined || !('chat_id' in scope)) {
    const type = scope?.type ?? 'default';
    if (['chat', 'chat_administrators', 'chat_member'].includes(type)) throw wrongScope('Can\'t find field "chat_id"');
    if (!['default', 'all_private_chats', 'all_group_chats', 'all_chat_administrators'].includes(type)) {
      throw wrongScope('Unsupported type specified');
    }
    return commandKey(scope, language);
  }
  const found = findRoom(
    world,
    typeof scope.chat_id === 'string' && /^-?\d+$/.test(scope.chat_id) ? Number(scope.chat_id) : scope.chat_id,
  );
  if (found.chat.type === 'private' && scope.type !== 'chat') {
    throw badRequest("can't use specified scope in private chats");
  }
  if (found.chat.type !== 'private') writableRoom(world, found.chat.id);
  return commandKey({ ...scope, chat_id: found.chat.id }, language);
}

function checkLanguage(language: string | undefined): void {
  if (language && !/^[a-z]{2}$/.test(language)) throw badRequest('invalid language code specified');
}

function checkCommands(commands: readonly BotCommand[] | undefined): BotCommand[] {
  if (commands === undefined) return [];
  if (!Array.isArray(commands)) throw badRequest('expected an Array of BotCommand');
  if (commands.length > 100) throw badRequest('BOT_COMMANDS_TOO_MUCH');
  return commands.map((given: BotCommand) => {
    for (const field of ['command', 'description'] as const) {
      if (typeof given?.[field] !== 'string') throw badRequest(`can't parse BotCommand: Can't find field "${field}"`);
    }
    const command = given.command.trim().replace(/^\//, '');
    const description = given.description.trim();
    if (command === '') throw badRequest('command must be non-empty');
    if (command.length > 32) throw badRequest('command length must not exceed 32');
    if (description === '') throw badRequest('command description must be non-empty');
    if (codePoints(description) > 256) throw badRequest('command description length must not exceed 256');
    if (!/^[a-z0-9_]+$/.test(command)) throw badRequest('BOT_COMMAND_INVALID');
    return { command, description, ...(given.is_ephemeral ? { is_ephemeral: true } : {}) };
  });
}

/** The documented limits; Telegram's own words for what exceeds them are not known. */
function setText(world: World, field: string, limit: number, text = '', language = ''): true {
  checkLanguage(language);
  if (codePoints(text) > limit) throw badRequest(`bot ${field.replace('_', ' ')} must not exceed ${limit} characters`);
  world.texts.set(`${field}|${language}`, text);
  world.changed({ kind: 'profile' });
  return true;
}

function getText(world: World, field: string, language = ''): string {
  checkLanguage(language);
  return world.texts.get(`${field}|${language}`) || world.texts.get(`${field}|`) || '';
}
