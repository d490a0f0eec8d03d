import type { Deps, PersonCtx } from '../../bot/context.ts';
import type { Route } from '../../bot/routes.ts';
import type { Feature } from '../feature.ts';
import { show } from '../../bot/view.ts';
import { outgoing, type MessageKind, type Recipient } from '../../delivery/messages.ts';
import type { Reader } from '../events/messages.ts';
import { findEvent, findRegistration, type Event } from '../events/store.ts';
import { calledOffView, eventCancelledView, eventMovedView, reallyView, unchangeableView } from './messages.ts';
import { moveForm } from './move.ts';
import { seatsForm } from './seats.ts';
import { callOff, changeable, concerned, detailsIn } from './store.ts';

/** An event is moved, called off, or gets more seats: everyone concerned is told, and the reminders follow. */
export function changes(deps: Deps): Feature {
  const { db, clock, programme } = deps;

  const reader = ({ t, lang, person }: Pick<Recipient, 't' | 'lang' | 'person'>): Reader => ({
    t,
    lang,
    zone: person.zone,
    programme,
    now: clock.now(),
  });

  const moved: MessageKind = {
    async render(message, to) {
      const event = message.eventId === null ? null : await findEvent(db, message.eventId);
      if (event?.status !== 'published') return { drop: 'event cancelled' };
      if (event.revision !== message.data.revision) return { drop: 'moved again' };
      const registration = await findRegistration(db, event.id, to.person);
      if (!registration || registration.status === 'cancelled') return { drop: 'participation cancelled' };
      return outgoing(eventMovedView(event, detailsIn(message.data), registration.status, reader(to)));
    },
  };

  const cancelled: MessageKind = {
    async render(message, to) {
      const event = message.eventId === null ? null : await findEvent(db, message.eventId);
      if (event?.status !== 'cancelled') return { drop: 'event not cancelled' };
      const registration = await findRegistration(db, event.id, to.person);
      if (!registration || registration.status === 'cancelled') return { drop: 'participation cancelled' };
      return outgoing(eventCancelledView(event, reader(to)));
    },
  };

  /** Organizers only, and only what can still be changed. */
  const press = (name: string, go: (ctx: PersonCtx, event: Event) => Promise<void>): Route => ({
    on: 'press',
    name,
    needs: 'organizer',
    async do(ctx, id) {
      const event = await findEvent(db, Number(id));
      if (event && changeable(event, clock.now())) return go(ctx, event);
      await show(ctx, unchangeableView(ctx.t, event));
    },
  });

  return {
    name: 'changes',
    forms: [moveForm(deps), seatsForm(deps)],
    messages: { event_moved: moved, event_cancelled: cancelled },
    routes: [
      press('move', (ctx, event) => ctx.fill('move', event.id)),
      press('seats', (ctx, event) => ctx.fill('seats', event.id)),
      press('call_off', async (ctx, event) => {
        await show(ctx, reallyView(event, await concerned(db, event), reader(ctx)));
      }),
      press('call_off_now', async (ctx, event) => {
        const outcome = await db.transaction((tx) => callOff(tx, event.id, clock.now()));
        if (outcome.kind === 'cancelled') await show(ctx, calledOffView(event, outcome.told, ctx));
        else await show(ctx, unchangeableView(ctx.t, event));
      }),
    ],
  };
}
