import type { BotCommand, Message, User } from '@grammyjs/types';
import { actionsIn } from './actions.ts';
import { commandsFor } from './commands.ts';
import { memberOf } from './members.ts';
import type { TelegramUser } from './people.ts';
import { transcript } from './transcript.ts';
import type { ChatMessage } from './transcript.ts';
import { unixTime } from './clock.ts';
import { botUser, person, post, show } from './world.ts';
import type { MemberStatus, Room, World } from './world.ts';

export interface NewGroup {
  title: string;
  /** The first one is its creator, who adds the bot. */
  members: readonly [TelegramUser, ...TelegramUser[]];
  username?: string;
  /** A supergroup by default; a basic group has few members and shares its message ids with private chats. */
  type?: 'group' | 'supergroup';
}

export type TelegramGroup = Awaited<ReturnType<typeof createGroup>>;

/** A group that the bot is added to: my_chat_member and new_chat_members come first. */
export async function createGroup(world: World, { title, members, username, type = 'supergroup' }: NewGroup) {
  const number = world.next('group', 2_000_000_000);
  const id = type === 'supergroup' ? -1_000_000_000_000 - number : -number;
  const room: Room = {
    chat: type === 'group' ? { id, type, title } : { id, type, title, ...(username ? { username } : {}) },
    entries: new Map(),
    members: new Map(members.map((member, i) => [member.id, i === 0 ? 'creator' : 'member'])),
  };
  world.rooms.set(id, room);
  const creator = members[0].user;
  const as = (member: TelegramUser) => {
    if (!isIn(member.id)) throw new Error(`${member.user.first_name} is not in "${title}": add() them first`);
    return actionsIn(world, person(world, member.id), () => room);
  };
  const isIn = (userId: number) => !['left', 'kicked'].includes(room.members.get(userId) ?? 'left');

  async function service(from: User, content: Partial<Message>): Promise<void> {
    const entry = post(world, room, from.id, content);
    world.changed({ kind: 'message', chat_id: id, message_id: entry.message.message_id });
    if (!isIn(world.bot.id) && !content.left_chat_member) return;
    await world.updates.push({ message: show(world, room, entry) as Message & { chat: typeof room.chat; from: User } });
  }

  /** my_chat_member for the bot, chat_member for others (which needs to be asked for, and the bot an administrator). */
  async function setStatus(user: User, status: MemberStatus, from: User): Promise<void> {
    const before = room.members.get(user.id) ?? 'left';
    room.members.set(user.id, status);
    const changed = {
      chat: room.chat,
      from,
      date: unixTime(world),
      old_chat_member: memberOf(world, user, before),
      new_chat_member: memberOf(world, user, status),
    };
    if (user.id === world.bot.id) await world.updates.push({ my_chat_member: changed });
    else if (room.members.get(world.bot.id) === 'administrator') await world.updates.push({ chat_member: changed });
  }

  async function add(member: TelegramUser | 'bot', by: TelegramUser = members[0]): Promise<void> {
    const user = member === 'bot' ? botUser(world) : member.user;
    await setStatus(user, 'member', by.user);
    await service(by.user, { new_chat_members: [user] });
  }

  async function remove(member: TelegramUser | 'bot', by: TelegramUser = members[0]): Promise<void> {
    const user = member === 'bot' ? botUser(world) : member.user;
    const itself = member !== 'bot' && member.id === by.id;
    await setStatus(user, itself ? 'left' : 'kicked', by.user);
    if (member !== 'bot') await service(by.user, { left_chat_member: user });
  }

  await add('bot');

  return {
    id,
    title,
    /** Sends as this member. In privacy mode the bot only gets commands, replies to it and mentions of it. */
    send: (member: TelegramUser, ...args: Parameters<ReturnType<typeof as>['send']>) => as(member).send(...args),
    press: (member: TelegramUser, ...args: Parameters<ReturnType<typeof as>['press']>) => as(member).press(...args),
    vote: (member: TelegramUser, ...args: Parameters<ReturnType<typeof as>['vote']>) => as(member).vote(...args),
    add,
    remove,
    /** Makes a member, or the bot, an administrator. */
    promote: (member: TelegramUser | 'bot') =>
      setStatus(member === 'bot' ? botUser(world) : member.user, 'administrator', creator),
    /** The chat as they all see it; `viewer` decides which messages are from 'me'. */
    transcript: (viewer: TelegramUser = members[0]): ChatMessage[] => transcript(world, room, viewer.id),
    get chat(): readonly ChatMessage[] {
      return transcript(world, room, creator.id);
    },
    texts: (): string[] =>
      transcript(world, room, creator.id).flatMap(({ from, text }) => (from === 'bot' ? [text] : [])),
    commands: (member: TelegramUser): BotCommand[] => commandsFor(world, room, member.id, member.user.language_code),
  };
}
