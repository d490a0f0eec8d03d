import { badRequest, forbidden } from '../refuse.ts';
import { findRoom, writableRoom } from '../send.ts';
import { unixTime } from '../clock.ts';
import type { Entry, Handlers, Room, World } from '../world.ts';
import { checkIds } from './copy.ts';

/** "A message can only be deleted if it was sent less than 48 hours ago." */
const maxAgeSeconds = 48 * 3600;

export const deletion = {
  deleteMessage(world, { chat_id, message_id }) {
    if (chat_id === undefined || chat_id === '') throw badRequest('chat identifier is not specified');
    if (!message_id || message_id < 0) throw badRequest('message identifier is not specified');
    const room = deletableRoom(world, chat_id);
    const entry = room.entries.get(message_id);
    if (!entry || entry.deleted) throw badRequest('message to delete not found');
    checkDeletable(world, room, entry);
    remove(world, room, entry);
    return true;
  },

  deleteMessages(world, { chat_id, message_ids }) {
    checkIds(message_ids);
    const room = deletableRoom(world, chat_id);
    // "If some of the specified messages can't be found, they are skipped."
    const entries = message_ids.map((id) => room.entries.get(id)).filter((entry) => entry && !entry.deleted);
    for (const entry of entries) checkDeletable(world, room, entry!);
    for (const entry of entries) remove(world, room, entry!);
    return true;
  },
} satisfies Handlers;

/** Unlike writing, deleting works when the person has blocked the bot; a deleted account is out of reach. */
function deletableRoom(world: World, chatId: number | string | undefined): Room {
  const room = findRoom(world, chatId);
  if (room.chat.type !== 'private') return writableRoom(world, chatId);
  if (world.people.get(room.chat.id)?.deactivated) throw forbidden('user is deactivated');
  return room;
}

function checkDeletable(world: World, room: Room, entry: Entry): void {
  const administers = room.members.get(world.bot.id) === 'administrator';
  const mayDeleteOthers = administers || room.chat.type === 'private';
  if (entry.author !== 'bot' && !mayDeleteOthers) throw badRequest("message can't be deleted");
  if (!administers && unixTime(world) - entry.message.date > maxAgeSeconds) {
    throw badRequest("message can't be deleted for everyone");
  }
}

function remove(world: World, room: Room, entry: Entry): void {
  entry.deleted = true;
  world.changed({ kind: 'deleted', chat_id: room.chat.id, message_id: entry.message.message_id });
}
