import type { Message, MessageOrigin } from '@grammyjs/types';
import { badRequest } from '../refuse.ts';
import { captionOf, deliver, findRoom, prepare } from '../send.ts';
import type { Ready, SendArgs } from '../send.ts';
import type { Entry, Handlers, Room, World } from '../world.ts';

export const copying = {
  forwardMessage(world, args) {
    const entry = original(world, args.from_chat_id, args.message_id, 'message to forward');
    if (!forwardable(entry)) throw badRequest("the message can't be forwarded");
    return forward(world, prepare(world, unpaid(args)), entry);
  },

  forwardMessages(world, args) {
    const entries = originals(world, args.from_chat_id, args.message_ids).filter((entry) => forwardable(entry));
    if (entries.length === 0) throw badRequest("messages can't be forwarded");
    const ready = prepare(world, unpaid(args), entries.length);
    return entries.map((entry) => ({ message_id: forward(world, ready, entry).message_id }));
  },

  copyMessage(world, args) {
    const caption = args.caption === undefined ? undefined : captionOf(world, args);
    const entry = original(world, args.from_chat_id, args.message_id, 'message to copy');
    if (!copyable(entry)) throw badRequest("the message can't be copied");
    return copy(world, prepare(world, args), entry, caption);
  },

  copyMessages(world, args) {
    const entries = originals(world, args.from_chat_id, args.message_ids).filter((entry) => copyable(entry));
    if (entries.length === 0) throw badRequest("messages can't be forwarded");
    const ready = prepare(world, unpaid(args), entries.length);
    return entries.map((entry) => copy(world, ready, entry, args.remove_caption ? {} : undefined));
  },
} satisfies Handlers;

/** Of these methods only copyMessage knows allow_paid_broadcast; for the others it means nothing. */
const unpaid = (args: SendArgs): SendArgs => ({ ...args, allow_paid_broadcast: false });

/** 1-100 message ids. */
export function checkIds(ids: number[] | undefined): void {
  if (!ids || (Array.isArray(ids) && ids.length === 0)) throw badRequest('message identifiers are not specified');
  if (!Array.isArray(ids)) throw badRequest('expected an Array of message identifiers');
  if (ids.length > 100) throw badRequest('too many message identifiers specified');
  if (ids.some((id) => !(id > 0))) throw badRequest('invalid message identifier specified');
}

function sourceRoom(world: World, chatId: number | string | undefined): Room {
  if (chatId === undefined || chatId === '') throw badRequest('parameter "from_chat_id" is required');
  return findRoom(world, chatId);
}

function original(world: World, chatId: number | string | undefined, messageId: number, what: string): Entry {
  const entry = sourceRoom(world, chatId).entries.get(messageId);
  if (!entry || entry.deleted) throw badRequest(`${what} not found`);
  return entry;
}

function originals(world: World, chatId: number | string | undefined, ids: number[]): Entry[] {
  checkIds(ids);
  const room = sourceRoom(world, chatId);
  if (ids.some((id, i) => i > 0 && id <= ids[i - 1]!)) {
    throw badRequest('message identifiers must be in a strictly increasing order');
  }
  const entries = ids.map((id) => room.entries.get(id)).filter((entry) => entry !== undefined && !entry.deleted);
  if (entries.length === 0) throw badRequest('there are no messages to forward');
  return entries as Entry[];
}

const isService = ({ message }: Entry) =>
  (message.new_chat_members ?? message.left_chat_member ?? message.group_chat_created) !== undefined;

/** Bots may copy protected messages, and nobody may forward them (TDLib: can_forward_message). */
const copyable = (entry: Entry) => !isService(entry) && !entry.message.invoice;
const forwardable = (entry: Entry) => copyable(entry) && !entry.message.has_protected_content;

/** What a message says, without who said it, when and how it was answered. */
function body({ message }: Entry): Partial<Message> {
  const {
    message_id: _id,
    from: _from,
    chat: _chat,
    date: _date,
    edit_date: _edited,
    ...rest
  } = structuredClone(message);
  const {
    reply_markup: _markup,
    forward_origin: _origin,
    has_protected_content: _protected,
    effect_id: _effect,
    ...said
  } = rest;
  delete said.media_group_id;
  return said;
}

function forward(world: World, ready: Ready, entry: Entry): Message {
  const { from, date, forward_origin, reply_markup } = entry.message;
  const origin: MessageOrigin = forward_origin ?? { type: 'user', sender_user: from!, date };
  // A keyboard goes along only if all of its buttons work anywhere.
  const keeps = reply_markup?.inline_keyboard.flat().every((button) => 'url' in button || 'copy_text' in button);
  return deliver(
    world,
    ready,
    { ...body(entry), forward_origin: origin, ...(reply_markup && keeps ? { reply_markup } : {}) },
    entry.poll ? { poll: entry.poll } : {},
  );
}

function copy(world: World, ready: Ready, entry: Entry, caption: Partial<Message> | undefined): { message_id: number } {
  const said = body(entry);
  if (caption && said.text === undefined) {
    delete said.caption;
    delete said.caption_entities;
    Object.assign(said, caption);
  }
  return {
    message_id: deliver(world, ready, said, entry.poll ? { poll: freshPoll(world, entry.poll) } : {}).message_id,
  };
}

/** A copied poll is a new one: open, without votes, of the bot. */
function freshPoll(world: World, { poll }: NonNullable<Entry['poll']>): NonNullable<Entry['poll']> {
  const id = String(world.next('poll', 5_100_000_000_000_000));
  return {
    poll: { ...structuredClone(poll), id, is_closed: false },
    votes: new Map<number, number[]>(),
    ofBot: true,
  };
}
