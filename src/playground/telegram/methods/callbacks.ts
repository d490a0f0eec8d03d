import { badRequest } from '../refuse.ts';
import type { Handlers } from '../world.ts';

/** By the emulated clock. */
const answerWithin = Temporal.Duration.from({ minutes: 15 });

export const callbacks = {
  answerCallbackQuery(world, args) {
    if ((args.text ?? '').length > 200) throw badRequest('MESSAGE_TOO_LONG');
    const query = world.queries.get(args.callback_query_id);
    const tooOld = query && Temporal.Instant.compare(query.asked.add(answerWithin), world.now()) < 0;
    if (!query || tooOld || query.answer) {
      throw badRequest('query is too old and response timeout expired or query ID is invalid');
    }
    // Other than for games, only links that start this bot are opened.
    const start = new RegExp(`^https://(t|telegram)\\.me/${world.bot.username}\\?start=[A-Za-z0-9_-]{0,64}$`, 'i');
    if (args.url && !start.test(args.url)) throw badRequest('URL_INVALID');
    query.answer = {
      text: args.text ?? '',
      show_alert: args.show_alert ?? false,
      ...(args.url === undefined ? {} : { url: args.url }),
    };
    if (query.answer.text !== '') world.people.get(query.from)?.alerts.push(query.answer);
    world.changed({ kind: 'answer', chat_id: query.from });
    return true;
  },
} satisfies Handlers;
