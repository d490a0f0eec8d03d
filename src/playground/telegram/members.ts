import type { ChatMember, User } from '@grammyjs/types';
import { botUser } from './world.ts';
import type { MemberStatus, World } from './world.ts';

/** A ChatMember of the Bot API: with every right for an administrator, since the emulator does not model single rights. */
export function memberOf(world: World, of: User, status: MemberStatus): ChatMember {
  const user = of.id === world.bot.id ? botUser(world) : structuredClone(of);
  switch (status) {
    case 'creator':
      return { status, user, is_anonymous: false };
    case 'administrator':
      return {
        status,
        user,
        can_be_edited: false,
        is_anonymous: false,
        can_manage_chat: true,
        can_delete_messages: true,
        can_manage_video_chats: true,
        can_restrict_members: true,
        can_promote_members: false,
        can_change_info: true,
        can_invite_users: true,
        can_post_stories: true,
        can_edit_stories: true,
        can_delete_stories: true,
        can_pin_messages: true,
        can_manage_topics: true,
        can_manage_direct_messages: false,
        can_manage_tags: false,
      } as ChatMember;
    case 'member':
    case 'left':
      return { status, user };
    case 'kicked':
      // 0: for ever, and also when a person blocks the bot.
      return { status, user, until_date: 0 };
  }
}
