import type { CallbackQuery, Message, MessageEntity, User } from '@grammyjs/types';
import { format } from './markup/index.ts';
import { pressOn } from './press.ts';
import type { Press, Target } from './press.ts';
import { castVote } from './polls.ts';
import { codePoints } from './send.ts';
import { unixTime } from './clock.ts';
import { post, show } from './world.ts';
import type { CallbackAnswer, Entry, Person, Room, World } from './world.ts';

export interface SendOptions {
  entities?: MessageEntity[];
  /** The id of the message to reply to. */
  reply_to?: number;
}

/** A message of the person's own, by its id or as the transcript has it. */
export type MessageRef = number | { message_id: number };
const idOf = (ref: MessageRef) => (typeof ref === 'number' ? ref : ref.message_id);

/** What a person does in a chat, whether a private one or a group. Each waits until the bot has dealt with it, if it is set up so. */
export function actionsIn(world: World, person: Person, room: () => Room) {
  const { user } = person;

  function mayAct(): void {
    if (person.deactivated) throw new Error(`${user.first_name} has deleted the account and can't do anything`);
    if (person.blocked && room().chat.type === 'private') {
      throw new Error(`${user.first_name} has blocked the bot: unblock() first`);
    }
  }

  /** The message with this id as it is in the chat now. */
  function find(ref: MessageRef): Entry {
    const entry = room().entries.get(idOf(ref));
    if (!entry || entry.deleted) throw new Error(`${user.first_name} sees no message ${idOf(ref)}`);
    return entry;
  }

  async function say(content: Partial<Message>, options: SendOptions = {}): Promise<Message> {
    mayAct();
    const here = room();
    const entry = post(world, here, user.id, content);
    if (options.reply_to !== undefined) entry.reply_to = options.reply_to;
    world.changed({ kind: 'message', chat_id: here.chat.id, message_id: entry.message.message_id });
    const message = show(world, here, entry);
    if (reaches(world, here, message))
      await world.updates.push({ message: message as Message & { chat: typeof here.chat; from: User } });
    return message;
  }

  async function send(text: string, options: SendOptions = {}): Promise<Message> {
    const formatted = format(text, undefined, options.entities);
    if (formatted.text === '') throw new Error('An app does not send an empty message');
    if (codePoints(formatted.text) > 4096)
      throw new Error('An app splits a text of more than 4096 characters: send the parts');
    const { entities } = formatted;
    return say({ text: formatted.text, ...(entities.length > 0 ? { entities } : {}) }, options);
  }

  async function edit(ref: MessageRef, text: string, options: SendOptions = {}): Promise<Message> {
    mayAct();
    const entry = find(ref);
    if (entry.author !== user.id) throw new Error(`Message ${idOf(ref)} is not ${user.first_name}'s`);
    const formatted = format(text, undefined, options.entities);
    const [textField, entitiesField] =
      entry.message.text === undefined ? (['caption', 'caption_entities'] as const) : (['text', 'entities'] as const);
    entry.message[textField] = formatted.text;
    entry.message[entitiesField] = formatted.entities;
    if (formatted.entities.length === 0) delete entry.message[entitiesField];
    entry.message.edit_date = unixTime(world);
    const here = room();
    world.changed({ kind: 'edited', chat_id: here.chat.id, message_id: idOf(ref) });
    const message = show(world, here, entry) as Message & { edit_date: number; chat: typeof here.chat; from: User };
    if (reaches(world, here, message)) await world.updates.push({ edited_message: message });
    return message;
  }

  /** Deletes for everyone; bots are not told. */
  async function remove(ref: MessageRef): Promise<void> {
    find(ref).deleted = true;
    world.changed({ kind: 'deleted', chat_id: room().chat.id, message_id: idOf(ref) });
  }

  async function press(target: Target, options: { message?: MessageRef } = {}): Promise<Press> {
    mayAct();
    const pressed = pressOn(room(), target, options.message === undefined ? undefined : idOf(options.message));
    if (pressed.kind === 'callback') {
      return { kind: 'callback', ...(await callback(pressed.data, pressed.entry)) };
    }
    if (pressed.kind === 'text') return { kind: 'message', message: await send(pressed.text) };
    if (pressed.kind === 'contact') {
      const message = await say({ contact: ownContact(person) }, { reply_to: pressed.keyboard });
      return { kind: 'message', message };
    }
    return pressed;
  }

  async function callback(data: string, entry: Entry): Promise<{ id: string; answer: CallbackAnswer | undefined }> {
    const here = room();
    const id = String(world.next('query', 4_000_000_000_000_000));
    const { chat, message_id } = entry.message;
    world.queries.set(id, { from: user.id, asked: world.now() });
    const message: CallbackQuery['message'] = entry.deleted ? { chat, message_id, date: 0 } : show(world, here, entry);
    const chat_instance = String(-8_000_000_000_000_000 - Math.abs(chat.id));
    await world.updates.push({ callback_query: { id, from: user, message, chat_instance, data } });
    return { id, answer: world.queries.get(id)?.answer };
  }

  /** Options by position or by text; none takes the vote back. */
  async function vote(ref: MessageRef, options: readonly (number | string)[]): Promise<void> {
    mayAct();
    const { poll } = find(ref);
    if (!poll) throw new Error(`Message ${idOf(ref)} is no poll`);
    const chosen = options.map((option) => {
      const position = typeof option === 'number' ? option : poll.poll.options.findIndex(({ text }) => text === option);
      if (position === -1)
        throw new Error(
          `The poll has no option "${option}", but ${poll.poll.options.map(({ text }) => `"${text}"`).join(', ')}`,
        );
      return position;
    });
    await castVote(world, poll, user, chosen);
  }

  return { say, send, edit, remove, press, vote, retract: (ref: MessageRef) => vote(ref, []) };
}

export const ownContact = ({ user, phone }: Person) => ({
  phone_number: phone,
  first_name: user.first_name,
  ...(user.last_name ? { last_name: user.last_name } : {}),
  user_id: user.id,
});

/** In a group with privacy mode on, a bot sees commands, replies to it, mentions of it, and service messages; as administrator all. */
function reaches(world: World, room: Room, message: Message): boolean {
  if (room.chat.type === 'private') return true;
  const status = room.members.get(world.bot.id) ?? 'left';
  if (status === 'left' || status === 'kicked') return false;
  if (status === 'administrator' || world.bot.can_read_all_group_messages) return true;
  if (message.reply_to_message?.from?.id === world.bot.id) return true;
  const text = message.text ?? message.caption ?? '';
  const own = `@${world.bot.username}`.toLowerCase();
  return (message.entities ?? message.caption_entities ?? []).some(({ type, offset, length }) => {
    const part = text.slice(offset, offset + length).toLowerCase();
    if (type === 'mention') return part === own;
    return type === 'bot_command' && (!part.includes('@') || part.endsWith(own));
  });
}
