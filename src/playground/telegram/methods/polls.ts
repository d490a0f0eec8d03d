import type { Message, Poll } from '@grammyjs/types';
import { checkInline } from '../keyboards.ts';
import { format } from '../markup/index.ts';
import { pollUpdate, showPoll } from '../polls.ts';
import { badRequest } from '../refuse.ts';
import { codePoints, deliver, prepare, writableRoom } from '../send.ts';
import { unixTime } from '../clock.ts';
import type { Args, Handlers, World } from '../world.ts';

const limits = { question: 300, options: 12, option: 100, explanation: 200, description: 1024, seconds: 2_628_000 };

export const polls = {
  sendPoll(world, args) {
    const ready = prepare(world, args);
    const poll = newPoll(world, args);
    const stored = { poll, votes: new Map<number, number[]>(), ofBot: true };
    return deliver(world, ready, {}, { poll: stored }) as Message.PollMessage;
  },

  stopPoll(world, args) {
    const markup = checkInline(args.reply_markup);
    const room = writableRoom(world, args.chat_id);
    const entry = room.entries.get(args.message_id);
    if (!entry || entry.deleted) throw badRequest('message with poll to stop not found');
    if (!entry.poll) throw badRequest('message is not a poll');
    if (entry.author !== 'bot' || entry.message.forward_origin) throw badRequest("poll can't be stopped");
    if (showPoll(world, entry.poll).is_closed) throw badRequest('poll has already been closed');
    entry.poll.poll.is_closed = true;
    if (markup) entry.message.reply_markup = markup;
    else delete entry.message.reply_markup;
    world.changed({ kind: 'poll', chat_id: room.chat.id, message_id: args.message_id });
    world.updates.later({ poll: pollUpdate(world, entry.poll) });
    return showPoll(world, entry.poll);
  },
} satisfies Handlers;

function newPoll(world: World, args: Args<'sendPoll'>): Poll {
  const question = plainText(args.question ?? '', args.question_parse_mode, args.question_entities);
  if (codePoints(question) > limits.question) {
    throw badRequest(`poll question length must not exceed ${limits.question}`);
  }
  const options = pollOptions(args.options);
  const type = args.type || 'regular';
  if (type !== 'regular' && type !== 'quiz') throw badRequest('unsupported poll type specified');
  const isAnonymous = args.is_anonymous ?? true;
  const poll: Poll = {
    id: String(world.next('poll', 5_100_000_000_000_000)),
    question,
    options,
    total_voter_count: 0,
    is_closed: args.is_closed ?? false,
    is_anonymous: isAnonymous,
    type,
    allows_multiple_answers: args.allows_multiple_answers ?? false,
    allows_revoting: args.allows_revoting ?? type === 'regular',
    members_only: false,
    ...closing(world, args),
    ...(type === 'quiz' ? quiz(args, options.length) : {}),
  };
  if (args.description) {
    const { text, entities } = format(
      args.description,
      args.description_parse_mode as 'HTML',
      args.description_entities,
    );
    if (codePoints(text) > limits.description) throw badRequest('message caption is too long');
    poll.description = text;
    if (entities.length > 0) poll.description_entities = entities;
  }
  return poll;
}

function pollOptions(given: Args<'sendPoll'>['options']): Poll['options'] {
  if (!Array.isArray(given)) throw badRequest('expected an Array of InputPollOption as options');
  if (given.length === 0) throw badRequest('poll must have at least one answer option');
  if (given.length > limits.options) throw badRequest(`poll can't have more than ${limits.options} options`);
  return given.map((option: (typeof given)[number] | string, i) => {
    const text =
      typeof option === 'string'
        ? plainText(option)
        : plainText(option.text ?? '', option.text_parse_mode, option.text_entities);
    if (codePoints(text) > limits.option) throw badRequest(`poll options length must not exceed ${limits.option}`);
    return { persistent_id: String(i), text, voter_count: 0 };
  });
}

/** Of formatting, questions and options keep custom emoji alone; the emulator keeps none. */
function plainText(source: string, ...rest: [Parameters<typeof format>[1]?, Parameters<typeof format>[2]?]): string {
  const { text } = format(source, ...rest);
  if (text === '') throw badRequest('text must be non-empty');
  return text;
}

function closing(
  world: World,
  { open_period, close_date }: Args<'sendPoll'>,
): Pick<Poll, 'open_period' | 'close_date'> {
  const now = unixTime(world);
  const seconds = open_period || (close_date ? close_date - now : undefined);
  if (seconds === undefined) return {};
  if (seconds < 5 || seconds > limits.seconds) throw badRequest('OPEN_PERIOD_INVALID');
  return { open_period: seconds, close_date: now + seconds };
}

function quiz(args: Args<'sendPoll'>, options: number): Partial<Poll> {
  const correct = args.correct_option_ids ?? [];
  if (correct.length === 0 || correct.some((id) => !Number.isInteger(id) || id < 0 || id >= options)) {
    throw badRequest('wrong correct option ID specified');
  }
  const { text, entities } = format(args.explanation ?? '', args.explanation_parse_mode, args.explanation_entities);
  if (codePoints(text) > limits.explanation) throw badRequest('poll explanation is too long');
  return {
    correct_option_ids: correct,
    ...(text ? { explanation: text } : {}),
    ...(entities.length > 0 ? { explanation_entities: entities } : {}),
  };
}
