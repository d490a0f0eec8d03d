import type { Poll, User } from '@grammyjs/types';
import { unixTime } from './clock.ts';
import type { World } from './world.ts';

/** A poll with its ballot box; forwarded messages share it. */
export interface StoredPoll {
  /** Without counts: these come from the votes. */
  poll: Poll;
  /** The chosen options per user id. */
  votes: Map<number, number[]>;
  /** Bots receive votes only in polls that they sent themselves. */
  ofBot: boolean;
}

/** The poll with its counts as of now; closed once its time is over. */
export function showPoll(world: World, { poll, votes }: StoredPoll): Poll {
  const ballots = [...votes.values()];
  return {
    ...structuredClone(poll),
    options: poll.options.map((option, i) => ({
      ...structuredClone(option),
      voter_count: ballots.filter((ballot) => ballot.includes(i)).length,
    })),
    total_voter_count: ballots.length,
    is_closed: isClosed(world, poll),
  };
}

const isClosed = (world: World, { is_closed, close_date }: Poll) =>
  is_closed || (close_date !== undefined && close_date <= unixTime(world));

/**
 * A person's vote (no options: taken back), refused with an error as an app would not even offer it. The bot that sent the poll
 * gets `poll_answer`, unless votes are anonymous, and then `poll` with the new counts.
 */
export async function castVote(world: World, stored: StoredPoll, user: User, options: number[]): Promise<void> {
  const { poll, votes } = stored;
  const chosen = [...new Set(options)].toSorted((a, b) => a - b);
  const before = votes.get(user.id);
  if (isClosed(world, poll)) throw new Error('The poll is closed');
  if (chosen.some((option) => !poll.options[option])) throw new Error(`The poll has no option ${chosen.join(', ')}`);
  if (chosen.length > 1 && !poll.allows_multiple_answers) throw new Error('The poll takes one answer only');
  if (before && !poll.allows_revoting) throw new Error('The poll does not let people change their vote');
  if ((before ?? []).join() === chosen.join()) return;
  if (chosen.length > 0) votes.set(user.id, chosen);
  else votes.delete(user.id);
  world.changed({ kind: 'poll' });
  if (!stored.ofBot) return;
  if (!poll.is_anonymous) {
    const option_persistent_ids = chosen.map((option) => poll.options[option]!.persistent_id);
    await world.updates.push({ poll_answer: { poll_id: poll.id, user, option_ids: chosen, option_persistent_ids } });
  }
  await world.updates.push({ poll: pollUpdate(world, stored) });
}

/** The poll as in an update: description and media are "for polls inside the Message object only". */
export function pollUpdate(world: World, stored: StoredPoll): Poll {
  const { description: _, description_entities: __, media: ___, ...poll } = showPoll(world, stored);
  return poll;
}
