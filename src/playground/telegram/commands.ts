import type { BotCommand, BotCommandScope } from '@grammyjs/types';
import type { Room, World } from './world.ts';

/** Where a list of commands is kept: one key per scope and language ('' for all). */
export function commandKey(scope: BotCommandScope | undefined, language = ''): string {
  const { type, ...rest } = { type: 'default', ...scope } as Record<string, unknown>;
  return [type, rest['chat_id'] ?? '', rest['user_id'] ?? '', language].join('|');
}

/**
 * The commands that a person sees in a chat: the first list that is set, in the order of "Determining list of commands"
 * (Bot API, BotCommandScope).
 */
export function commandsFor(world: World, room: Room, userId: number, languageCode: string | undefined): BotCommand[] {
  const language = languageCode?.split('-')[0] ?? '';
  for (const scope of scopesFor(room, userId)) {
    for (const key of [commandKey(scope, language), commandKey(scope)]) {
      const commands = world.commands.get(key);
      if (commands) return structuredClone(commands);
    }
  }
  return [];
}

function scopesFor(room: Room, user_id: number): BotCommandScope[] {
  const chat_id = room.chat.id;
  if (room.chat.type === 'private') {
    return [{ type: 'chat', chat_id }, { type: 'all_private_chats' }, { type: 'default' }];
  }
  const administers = ['creator', 'administrator'].includes(room.members.get(user_id) ?? '');
  return [
    { type: 'chat_member', chat_id, user_id },
    ...(administers ? [{ type: 'chat_administrators', chat_id } as const] : []),
    { type: 'chat', chat_id },
    ...(administers ? [{ type: 'all_chat_administrators' } as const] : []),
    { type: 'all_group_chats' },
    { type: 'default' },
  ];
}
