import type { ChatMember } from '@grammyjs/types';
import { memberOf } from '../members.ts';
import { badRequest } from '../refuse.ts';
import { findRoom, writableRoom } from '../send.ts';
import type { Handlers } from '../world.ts';

const gifts = {
  unlimited_gifts: false,
  limited_gifts: false,
  unique_gifts: false,
  premium_subscription: false,
  gifts_from_channels: false,
};

export const chats = {
  getChat(world, { chat_id }) {
    const { chat } = findRoom(world, chat_id);
    const full = { ...structuredClone(chat), accent_color_id: 0, max_reaction_count: 11, accepted_gift_types: gifts };
    return full;
  },

  getChatMember(world, { chat_id, user_id }): ChatMember {
    if (!user_id || user_id < 0) throw badRequest('invalid user_id specified');
    const room = findRoom(world, chat_id);
    const user = user_id === world.bot.id ? world.bot : world.people.get(user_id)?.user;
    if (!user) throw badRequest('user not found');
    const inPrivate = room.chat.type === 'private' && [room.chat.id, world.bot.id].includes(user_id);
    return memberOf(world, user, inPrivate ? 'member' : (room.members.get(user_id) ?? 'left'));
  },

  getChatMemberCount(world, { chat_id }) {
    const room = findRoom(world, chat_id);
    if (room.chat.type === 'private') return 2;
    return [...room.members.values()].filter((status) => status !== 'left' && status !== 'kicked').length;
  },

  leaveChat(world, { chat_id }) {
    const room = writableRoom(world, chat_id);
    if (room.chat.type === 'private') throw badRequest("can't leave private chats");
    room.members.set(world.bot.id, 'left');
    return true;
  },
} satisfies Handlers;
