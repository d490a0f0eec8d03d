import { InputFile } from 'grammy';
import type { Deps, PersonCtx } from '../../bot/context.ts';
import { organizes } from '../../bot/roles.ts';
import type { Route } from '../../bot/routes.ts';
import { idOf, keyboard, show } from '../../bot/view.ts';
import { outgoing, type MessageKind } from '../../delivery/messages.ts';
import type { Feature } from '../feature.ts';
import { readerOf } from '../events/messages.ts';
import { findEvent, type Event } from '../events/store.ts';
import { undeliveredFile } from './export.ts';
import { whenItHasBegun } from './job.ts';
import { deliveriesView, lateView, notFoundView, reallyView, undeliveredView } from './messages.ts';
import { asOf, lateReminders, sendAgain, tallies, undelivered } from './store.ts';

/** What became of an event's messages, for its organizers: how many arrived, who did not get them and why. */
export function deliveries(deps: Deps): Feature {
  const { db, clock, programme } = deps;

  const at = (now = clock.now()) => asOf(now, programme);

  const reader = (to: PersonCtx) => readerOf(deps, to);

  async function page(ctx: PersonCtx, event: Event, on: { page?: string | undefined; sentAgain?: number }) {
    await show(ctx, deliveriesView(event, await tallies(db, event, at()), on, ctx));
  }

  const late: MessageKind = {
    async render({ data }, { person, t, lang, now }) {
      const event = await findEvent(db, Number(data.event));
      if (!event || !(await organizes(deps, person, event.id)))
        return { drop: 'the event is gone, or no organizer any more' };
      const count = await lateReminders(db, event, at(now));
      return count > 0 ? outgoing(lateView(event, count, { t, lang })) : { drop: 'none came too late' };
    },
  };

  /** A press about one event. */
  function onEvent(name: string, go: (ctx: PersonCtx, event: Event, argument?: string) => Promise<void>): Route {
    return {
      on: 'press',
      name,
      needs: 'organizer of it',
      async do(ctx, id, argument) {
        const event = await findEvent(db, idOf(id));
        await (event ? go(ctx, event, argument) : show(ctx, notFoundView(ctx.t)));
      },
    };
  }

  return {
    name: 'deliveries',
    messages: { late_reminders: late },
    occasions: [whenItHasBegun(deps)],
    routes: [
      onEvent('deliveries', (ctx, event, wanted) => page(ctx, event, { page: wanted })),
      onEvent('undelivered', async (ctx, event) => {
        const missing = await undelivered(db, event, at());
        const file = await undeliveredFile(event, missing, reader(ctx));
        const { text, buttons } = undeliveredView(event, missing.length, ctx);
        await ctx.replyWithDocument(new InputFile(file, `messages-${event.code}.xlsx`), {
          caption: text.html,
          parse_mode: 'HTML',
          reply_markup: keyboard(buttons),
        });
      }),
      onEvent('really_again', async (ctx, event) => {
        const { again } = await tallies(db, event, at());
        await (again.unknown > 0 ? show(ctx, reallyView(event, again.unknown, ctx)) : page(ctx, event, {}));
      }),
      onEvent('send_again', async (ctx, event, state) => {
        if (state !== 'failed' && state !== 'unknown') return page(ctx, event, {});
        await page(ctx, event, { sentAgain: await sendAgain(db, event, state, clock.now()) });
      }),
    ],
  };
}
