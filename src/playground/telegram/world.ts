import type {
  ApiMethods,
  BotCommand,
  Chat,
  ForceReply,
  MenuButton,
  Message,
  Opts,
  ReactionType,
  ReplyKeyboardMarkup,
  ReplyKeyboardRemove,
  Update,
  User,
  UserFromGetMe,
} from '@grammyjs/types';
import { unixTime } from './clock.ts';
import type { StoredFile, Upload } from './files.ts';
import { showPoll } from './polls.ts';
import type { StoredPoll } from './polls.ts';
import type { createFloods } from './floods.ts';
import type { Updates } from './updates.ts';

export type Method = keyof ApiMethods<Upload>;
export type Args<M extends Method> = Opts<Upload>[M];
type Result<M extends Method> = ReturnType<ApiMethods<Upload>[M]>;
/** One Bot API method; what it throws as `Refusal` becomes the error answer. `signal` fires when the caller hangs up. */
export type Handler<M extends Method> = (
  world: World,
  args: Args<M>,
  signal: AbortSignal,
) => Result<M> | Promise<Result<M>>;
export type Handlers = { [M in Method]?: Handler<M> };

/** A message as it is kept; `show` turns it into the Bot API's Message. */
export interface Entry {
  /** Without reply_to_message and poll: these are joined in `show`, so that they are always as of now. */
  message: Message;
  author: 'bot' | number;
  deleted: boolean;
  reply_to?: number;
  /** Set when the original is in another chat: shown as external_reply. */
  reply_to_chat?: number;
  poll?: StoredPoll;
  /** The reply keyboard sent along; a Message never carries it back. */
  keyboard?: ReplyKeyboardMarkup | ReplyKeyboardRemove | ForceReply;
  reactions: Map<number, ReactionType[]>;
}

export interface Person {
  user: User;
  blocked: boolean;
  deactivated: boolean;
  phone: string;
  alerts: CallbackAnswer[];
}

export type MemberStatus = 'creator' | 'administrator' | 'member' | 'left' | 'kicked';

export interface Room {
  chat: Chat.PrivateChat | Chat.GroupChat | Chat.SupergroupChat;
  entries: Map<number, Entry>;
  /** Groups only, the bot included. */
  members: Map<number, MemberStatus>;
  /** The last chat action ("typing…"), until the next message. */
  action?: string;
  menu?: MenuButton;
}

export interface CallbackAnswer {
  text: string;
  show_alert: boolean;
  url?: string;
}

export interface OpenQuery {
  from: number;
  asked: Temporal.Instant;
  answer?: CallbackAnswer;
}

/** Something a person could see has changed; for a page's event stream. */
export interface Change {
  kind: 'message' | 'edited' | 'deleted' | 'poll' | 'reaction' | 'answer' | 'action' | 'profile';
  chat_id?: number;
  message_id?: number;
}

/** An update before it has its number. */
export type NewUpdate = Omit<Update, 'update_id'>;

export interface World {
  readonly token: string;
  readonly bot: UserFromGetMe;
  readonly now: () => Temporal.Instant;
  readonly people: Map<number, Person>;
  readonly rooms: Map<number, Room>;
  readonly files: Map<string, StoredFile>;
  readonly queries: Map<string, OpenQuery>;
  /** `scope key|language` -> commands, in the words of BotCommandScope. */
  readonly commands: Map<string, BotCommand[]>;
  /** `name|language`, `description|language`, `short_description|language` */
  readonly texts: Map<string, string>;
  menu: MenuButton;
  readonly updates: Updates;
  readonly floods: ReturnType<typeof createFloods>;
  readonly changed: (change: Change) => void;
  /** A fresh number, counting up for each counter: `base` + the first id, and on. */
  readonly next: (counter: string, base?: number) => number;
}

/**
 * Message ids: private chats and basic groups share one counter per account, a supergroup has its own
 * (that is why ids in a private chat have gaps).
 */
function nextMessageId(world: World, room: Room): number {
  return world.next(room.chat.type === 'supergroup' ? `message in ${room.chat.id}` : 'message');
}

export function post(world: World, room: Room, author: 'bot' | number, content: Partial<Message>): Entry {
  const message: Message = {
    message_id: nextMessageId(world, room),
    from: author === 'bot' ? botUser(world) : person(world, author).user,
    chat: room.chat,
    date: unixTime(world),
    ...content,
  };
  const entry: Entry = { message, author, deleted: false, reactions: new Map() };
  room.entries.set(message.message_id, entry);
  delete room.action;
  return entry;
}

export function botUser(world: World): User {
  const { id, is_bot, first_name, username } = world.bot;
  return { id, is_bot, first_name, username };
}

export function person(world: World, id: number): Person {
  const found = world.people.get(id);
  if (!found) throw new Error(`The emulator knows no user ${id}: create one with telegram.user({id: ${id}})`);
  return found;
}

/** The message as it is now, as the Bot API would show it to the bot; a copy, never shared. */
export function show(world: World, room: Room, entry: Entry): Message {
  const message = content(world, entry);
  if (entry.reply_to === undefined) return message;
  const from = entry.reply_to_chat === undefined ? room : world.rooms.get(entry.reply_to_chat);
  const original = from?.entries.get(entry.reply_to);
  if (!from || !original || original.deleted) return message;
  if (from === room) {
    // The type asks for `reply_to_message: undefined` in it; JSON has no undefined, so the field is simply absent.
    message.reply_to_message = content(world, original) as NonNullable<Message['reply_to_message']>;
  } else {
    const { from: sender_user, date } = original.message;
    if (sender_user) message.external_reply = { origin: { type: 'user', sender_user, date } };
  }
  return message;
}

function content(world: World, entry: Entry): Message {
  const message = structuredClone(entry.message);
  if (entry.poll) message.poll = showPoll(world, entry.poll);
  return message;
}
