import type { Deps } from '../../bot/context.ts';
import type { Route } from '../../bot/routes.ts';
import type { Feature } from '../feature.ts';
import { idOf, show } from '../../bot/view.ts';
import { outgoing, type MessageKind, type Recipient } from '../../delivery/messages.ts';
import { readerOf } from '../events/messages.ts';
import { findEvent, findRegistration, isFarAhead, stands } from '../events/store.ts';
import { admissionForm } from './admission.ts';
import { callOffForm } from './call-off.ts';
import { eventCancelledView, eventMovedView, unchangeableView } from './messages.ts';
import { moveForm } from './move.ts';
import { quotasForm } from './quotas.ts';
import { rulesForm } from './rules.ts';
import { seatsForm } from './seats.ts';
import { changeable, knownBefore } from './store.ts';

/** What changes after publishing: everyone concerned is told of another time and of the end, and the reminders follow. */
export function changes(deps: Deps): Feature {
  const { db, clock } = deps;

  const reader = (to: Pick<Recipient, 't' | 'lang' | 'person'>) => readerOf(deps, to);

  const moved: MessageKind = {
    patient: isFarAhead,
    async render(message, to) {
      const event = message.eventId === null ? null : await findEvent(db, message.eventId);
      if (event?.status !== 'published') return { drop: 'event cancelled' };
      if (event.revision !== message.data.revision) return { drop: 'moved again' };
      const registration = await findRegistration(db, event.id, to.person);
      if (!registration || !stands(registration.status)) return { drop: 'participation cancelled' };
      return outgoing(
        eventMovedView(
          event,
          await knownBefore(db, message),
          registration.status,
          reader(to),
          message.data.along === true,
        ),
      );
    },
  };

  const cancelled: MessageKind = {
    patient: isFarAhead,
    async render(message, to) {
      const event = message.eventId === null ? null : await findEvent(db, message.eventId);
      if (event?.status !== 'cancelled') return { drop: 'event not cancelled' };
      const registration = await findRegistration(db, event.id, to.person);
      // Without one they were nominated, or nominate.
      if (registration && !stands(registration.status)) return { drop: 'participation cancelled' };
      return outgoing(eventCancelledView(event, reader(to)));
    },
  };

  /** Organizers only, and only what can still be changed: each is the form of its name. */
  const change = (name: string): Route => ({
    on: 'press',
    name,
    needs: 'organizer of it',
    async do(ctx, id) {
      const event = await findEvent(db, idOf(id));
      if (event && changeable(event, clock.now())) return ctx.fill(name, event.id);
      await show(ctx, unchangeableView(ctx.t, event));
    },
  });

  /** Of drafts as well: the form itself says when it is too late. */
  const ofDrafts = (name: string): Route => ({
    on: 'press',
    name,
    needs: 'organizer of it',
    do: (ctx, id) => ctx.fill(name, idOf(id)),
  });

  return {
    name: 'changes',
    forms: [moveForm(deps), rulesForm(deps), seatsForm(deps), quotasForm(deps), admissionForm(deps), callOffForm(deps)],
    messages: { event_moved: moved, event_cancelled: cancelled },
    routes: [...['move', 'rules', 'seats', 'call_off'].map(change), ...['quotas', 'admission'].map(ofDrafts)],
  };
}
