import type { Deps, PersonCtx } from '../../bot/context.ts';
import type { Feature } from '../feature.ts';
import { html } from '../../bot/html.ts';
import { entry } from '../../bot/routes.ts';
import { show } from '../../bot/view.ts';
import { eventsView, eventView, menu, type Reader } from './messages.ts';
import * as store from './store.ts';

/** What is coming, and the page of one event. */
export function events(deps: Deps): Feature {
  const { db, clock, programme } = deps;

  async function page(ctx: PersonCtx, event: store.Event | null): Promise<void> {
    // A draft is nobody's business yet: it looks like an event that does not exist.
    if (!event || event.status === 'draft')
      return show(ctx, { text: html`${ctx.t('events:not_found')}`, buttons: [[menu(ctx.t)]] });
    const registration = await store.findRegistration(db, event.id, ctx.person);
    const position = registration && (await store.waitingPosition(db, registration));
    const seats = await store.countSeats(db, event);
    await show(ctx, eventView(event, { registration, position, seats }, readerOf(ctx)));
  }

  const readerOf = (ctx: PersonCtx): Reader => ({
    t: ctx.t,
    lang: ctx.lang,
    zone: ctx.person.zone,
    programme,
    now: clock.now(),
  });

  return {
    name: 'events',
    routes: [
      ...entry('events', 'person', async (ctx) => {
        await show(ctx, eventsView(await store.comingEvents(db, clock.now()), readerOf(ctx)));
      }),
      {
        on: 'press',
        name: 'event',
        needs: 'person',
        do: async (ctx, id) => page(ctx, await store.findEvent(db, Number(id))),
      },
      {
        on: 'link',
        name: 'event',
        needs: 'person',
        do: async (ctx, code = '') => page(ctx, await store.findEventByCode(db, code)),
      },
    ],
  };
}
