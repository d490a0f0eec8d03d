import type { Deps, PersonCtx } from '../../bot/context.ts';
import type { Feature } from '../feature.ts';
import { idOf, show } from '../../bot/view.ts';
import { outgoing } from '../../delivery/messages.ts';
import { readerOf } from '../events/messages.ts';
import { findEvent } from '../events/store.ts';
import { pollForm } from './form.ts';
import { nativePoll, notFoundView, outcomeView, pollsView, reallyCloseView, resultsView } from './messages.ts';
import * as store from './store.ts';

/**
 * Live polls. Each participant gets a native Telegram poll of their own, since the bot talks to people in private, and
 * Telegram counts the votes of one message only: the votes of all copies come together here.
 */
export function polls(deps: Deps): Feature {
  const { db, clock } = deps;

  const reader = (to: PersonCtx) => readerOf(deps, to);

  async function find(id: number) {
    const results = await store.findResults(db, id);
    const event = results && (await findEvent(db, results.poll.eventId));
    return results && event ? { results, event } : null;
  }

  async function results(ctx: PersonCtx, id: number): Promise<void> {
    const found = await find(id);
    await show(ctx, found ? resultsView(found.event, found.results, reader(ctx)) : notFoundView(ctx.t));
  }

  return {
    name: 'polls',
    forms: [pollForm(deps)],
    messages: {
      // Not bulk: people sit in the room and wait for it, so neither quiet hours nor an announcement hold it up.
      poll: {
        async render({ data }, { person, t }) {
          const running = await store.findRunningFor(db, Number(data.poll), person);
          const event = running && (await findEvent(db, running.eventId));
          return event ? nativePoll(running, event, t) : { drop: 'the poll is closed, or the participation cancelled' };
        },
        async sent(tx, { data, personId }, { message_id: messageId, poll }) {
          const copy = {
            telegramPollId: poll!.id,
            pollId: Number(data.poll),
            personId: personId!,
            messageId: messageId!,
          };
          await store.keepCopy(tx, copy, clock.now());
        },
      },
      poll_stop: {
        async render({ data }, { person }) {
          const copy = await store.findCopy(db, Number(data.poll), person);
          return copy
            ? { method: 'stopPoll', payload: { message_id: copy.messageId } }
            : { drop: 'the poll did not reach them' };
        },
      },
      // Not bulk either: the room looks at what it has voted.
      poll_results: {
        async render({ data }, { t, lang }) {
          const found = await find(Number(data.poll));
          return found ? outgoing(outcomeView(found.event, found.results, { t, lang })) : { drop: 'the poll is gone' };
        },
      },
    },
    routes: [
      { on: 'press', name: 'new_poll', needs: 'organizer of it', do: (ctx, id) => ctx.fill('poll', idOf(id)) },
      {
        on: 'press',
        name: 'polls',
        needs: 'organizer of it',
        async do(ctx, id, page) {
          const event = await findEvent(db, idOf(id));
          if (!event) return show(ctx, notFoundView(ctx.t));
          await show(ctx, pollsView(event, await store.findPolls(db, event.id, page), reader(ctx)));
        },
      },
      {
        on: 'press',
        name: 'poll',
        needs: 'organizer of it',
        of: store.eventOfPoll,
        do: (ctx, id) => results(ctx, idOf(id)),
      },
      {
        on: 'press',
        name: 'close_poll',
        needs: 'organizer of it',
        of: store.eventOfPoll,
        async do(ctx, id) {
          const found = await find(idOf(id));
          if (!found || found.results.poll.closedAt !== null) return results(ctx, idOf(id));
          await show(ctx, reallyCloseView(found.event, found.results.poll, ctx.t));
        },
      },
      {
        on: 'press',
        name: 'end_poll',
        needs: 'organizer of it',
        of: store.eventOfPoll,
        async do(ctx, id) {
          await store.closePoll(db, idOf(id), clock.now());
          await results(ctx, idOf(id));
        },
      },
      {
        on: 'update',
        name: 'poll_answer',
        // Somebody who was erased since may still vote in a message that lies in their chat: it must not greet them.
        needs: 'anyone',
        async do(ctx) {
          const { poll_id: id, option_ids: chosen } = ctx.pollAnswer!;
          if (ctx.person) await store.vote(db, ctx.person, id, chosen[0] ?? null);
        },
      },
    ],
  };
}
