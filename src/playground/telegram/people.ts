import type { BotCommand, Chat, Message, User } from '@grammyjs/types';
import { actionsIn } from './actions.ts';
import { attachmentsOf } from './attachments.ts';
import { commandsFor } from './commands.ts';
import { memberOf } from './members.ts';
import { transcript } from './transcript.ts';
import type { ChatMessage } from './transcript.ts';
import { unixTime } from './clock.ts';
import { botUser } from './world.ts';
import type { CallbackAnswer, NewUpdate, Person, Room, World } from './world.ts';

export interface NewPerson {
  /** A fresh number past 2^32 by default, as today's accounts have. */
  id?: number;
  first_name?: string;
  last_name?: string;
  username?: string;
  language_code?: string;
  /** With country code, for the contact that they share. */
  phone?: string;
  /** True: has talked to the bot before, so the bot may write at once. */
  started?: boolean;
}

export type TelegramUser = ReturnType<typeof createPerson>;

/** A person with a Telegram account; the private chat with the bot begins with the first message. */
export function createPerson(world: World, given: NewPerson) {
  const person = register(world, given);
  const { user } = person;
  const room = () => privateRoom(world, person);
  const actions = actionsIn(world, person, room);
  if (given.started) room();

  async function open(payload?: string): Promise<Message> {
    if (payload !== undefined && !/^[A-Za-z0-9_-]{1,64}$/.test(payload)) {
      throw new Error(
        `No deep link carries ${JSON.stringify(payload)}: it takes 1-64 characters of A-Z, a-z, 0-9, _ and -`,
      );
    }
    await block(false);
    return actions.send(payload === undefined ? '/start' : `/start ${payload}`);
  }

  async function block(blocked: boolean): Promise<void> {
    if (person.blocked !== blocked) await world.updates.push(setBlocked(world, person, blocked));
  }

  const chat = (): ChatMessage[] => {
    const mine = world.rooms.get(user.id);
    return mine ? transcript(world, mine, user.id) : [];
  };

  return {
    id: user.id,
    user,
    send: actions.send,
    edit: actions.edit,
    remove: actions.remove,
    press: actions.press,
    vote: actions.vote,
    retract: actions.retract,
    open,
    ...attachmentsOf(world, person, actions.say),
    block: () => block(true),
    unblock: () => block(false),
    /** Deletes the account; the bot learns of it when it writes. */
    async deactivate(): Promise<void> {
      person.deactivated = true;
    },
    /** The private chat as they see it now: edits applied, deleted messages gone. */
    get chat(): readonly ChatMessage[] {
      return chat();
    },
    /** The last message from the bot; throws when there is none. */
    last(): ChatMessage {
      const last = chat().findLast(({ from }) => from === 'bot');
      if (!last) throw new Error(`The bot has not written to ${user.first_name} yet`);
      return last;
    },
    /** The texts and captions of the bot's messages, oldest first. */
    texts: (): string[] => chat().flatMap(({ from, text }) => (from === 'bot' ? [text] : [])),
    /** What the bot answered to presses with a text, oldest first. */
    get alerts(): readonly CallbackAnswer[] {
      return person.alerts;
    },
    /** The commands in their menu: scopes and languages resolved as the Bot API says. */
    commands: (): BotCommand[] => commandsFor(world, room(), user.id, user.language_code),
    /** What the bot is doing, such as 'typing', until it writes. */
    action: (): string | undefined => world.rooms.get(user.id)?.action,
  };
}

/** Returns the update by which the bot hears of it. */
export function setBlocked(world: World, person: Person, blocked: boolean): NewUpdate {
  person.blocked = blocked;
  return {
    my_chat_member: {
      chat: privateRoom(world, person).chat,
      from: person.user,
      date: unixTime(world),
      old_chat_member: memberOf(world, botUser(world), blocked ? 'member' : 'kicked'),
      new_chat_member: memberOf(world, botUser(world), blocked ? 'kicked' : 'member'),
    },
  };
}

function register(world: World, given: NewPerson): Person {
  const id = given.id ?? world.next('user', 5_000_000_000);
  if (world.people.has(id)) throw new Error(`There is a user ${id} already: give another id, or none`);
  const { first_name = `User ${id}`, last_name, username, language_code } = given;
  const user: User = { id, is_bot: false, first_name };
  Object.assign(
    user,
    last_name ? { last_name } : {},
    username ? { username } : {},
    language_code ? { language_code } : {},
  );
  const phone = given.phone ?? `+7701${String(id).slice(-7).padStart(7, '0')}`;
  const person: Person = { user, blocked: false, deactivated: false, phone, alerts: [] };
  world.people.set(id, person);
  return person;
}

function privateRoom(world: World, { user }: Person): Room & { chat: Chat.PrivateChat } {
  const known = world.rooms.get(user.id);
  if (known) return known as Room & { chat: Chat.PrivateChat };
  const { id, first_name, last_name, username } = user;
  const names = { first_name, ...(last_name ? { last_name } : {}), ...(username ? { username } : {}) };
  const room = { chat: { id, type: 'private' as const, ...names }, entries: new Map(), members: new Map() };
  world.rooms.set(id, room);
  return room;
}
