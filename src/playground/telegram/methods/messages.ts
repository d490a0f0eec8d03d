import { badRequest } from '../refuse.ts';
import { deliver, messageText, prepare, writableRoom } from '../send.ts';
import type { Handlers } from '../world.ts';

const chatActions = [
  'typing',
  'upload_photo',
  'record_video',
  'upload_video',
  'record_voice',
  'upload_voice',
  'upload_document',
  'choose_sticker',
  'find_location',
  'record_video_note',
  'upload_video_note',
];

export const messages = {
  sendMessage(world, args) {
    const { text, entities } = messageText(world, args);
    return deliver(world, prepare(world, args), {
      text,
      ...(entities.length > 0 ? { entities } : {}),
      ...(args.link_preview_options ? { link_preview_options: args.link_preview_options } : {}),
    });
  },

  sendContact(world, args) {
    if (!args.phone_number) throw badRequest('parameter "phone_number" is required');
    if (!args.first_name) throw badRequest('parameter "first_name" is required');
    const { phone_number, first_name, last_name, vcard } = args;
    return deliver(world, prepare(world, args), {
      contact: { phone_number, first_name, ...(last_name ? { last_name } : {}), ...(vcard ? { vcard } : {}) },
    });
  },

  sendLocation(world, args) {
    if (args.latitude === undefined) throw badRequest('latitude is empty');
    if (args.longitude === undefined) throw badRequest('longitude is empty');
    const { latitude, longitude } = args;
    if (Math.abs(latitude) > 90 || Math.abs(longitude) > 180) throw badRequest('wrong location specified');
    return deliver(world, prepare(world, args), { location: { latitude, longitude } });
  },

  sendChatAction(world, { chat_id, action }) {
    if (!chatActions.includes(action?.toLowerCase())) throw badRequest('wrong parameter action in request');
    const room = writableRoom(world, chat_id);
    room.action = action;
    world.changed({ kind: 'action', chat_id: room.chat.id });
    return true;
  },

  setMessageReaction(world, { chat_id, message_id, reaction = [] }) {
    if (!Array.isArray(reaction)) throw badRequest('expected an Array of ReactionType');
    if (reaction.some(({ type }) => type !== 'emoji' && type !== 'custom_emoji')) {
      throw badRequest("can't parse ReactionType: invalid reaction type specified");
    }
    const room = writableRoom(world, chat_id);
    const entry = room.entries.get(message_id);
    if (!entry || entry.deleted) throw badRequest('message to react not found');
    // "As non-premium users, bots can set up to one reaction per message."
    if (reaction.length > 1) throw badRequest('REACTIONS_TOO_MANY');
    const strange = reaction.some((one) => one.type === 'emoji' && !/^\p{Emoji}/u.test(one.emoji));
    if (strange) throw badRequest('REACTION_INVALID');
    if (reaction.length > 0) entry.reactions.set(world.bot.id, reaction);
    else entry.reactions.delete(world.bot.id);
    world.changed({ kind: 'reaction', chat_id: room.chat.id, message_id });
    return true;
  },
} satisfies Handlers;
