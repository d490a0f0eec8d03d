import type { Deps, PersonCtx } from '../../bot/context.ts';
import type { Feature } from '../feature.ts';
import { html } from '../../bot/html.ts';
import { entry } from '../../bot/routes.ts';
import { idOf, menu, show } from '../../bot/view.ts';
import { hasCertificate } from '../certificates/store.ts';
import { feedbackStanding } from '../feedback/store.ts';
import { hasReadable } from '../materials/store.ts';
import { lacksDetails } from '../registration/questions.ts';
import { hasAgenda } from '../sessions/store.ts';
import { isAsked } from '../plans/store.ts';
import { findSeat, hasRequirements } from '../requirements/store.ts';
import { seatsFor } from './seats.ts';
import { eventsView, eventView, type Standing, readerOf } from './messages.ts';
import * as store from './store.ts';

/** What is coming, and the page of one event. */
export function events(deps: Deps): Feature {
  const { db, clock } = deps;

  async function page(ctx: PersonCtx, event: store.Event | null): Promise<void> {
    // A draft is nobody's business yet: it looks like an event that does not exist.
    if (!event || event.status === 'draft')
      return show(ctx, { text: html`${ctx.t('events:not_found')}`, buttons: [[menu(ctx.t)]] });
    await show(ctx, eventView(event, await standingOf(ctx, event), reader(ctx)));
  }

  async function standingOf({ person }: PersonCtx, event: store.Event): Promise<Standing> {
    const now = clock.now();
    const registration = await store.findRegistration(db, event.id, person);
    const seats = await seatsFor(db, event, person, now);
    const agenda = await hasAgenda(db, event.id);
    const certificate = await hasCertificate(db, person.id, event.id);
    const none = { position: null, feedback: false, materials: false, details: false };
    if (!registration) return { registration, seats, agenda, certificate, ...none };
    const asked = { eventId: event.id, personId: person.id, now };
    return {
      registration,
      position: await store.waitingPosition(db, registration),
      seats,
      feedback: (await feedbackStanding(db, asked)) === 'open',
      materials: await hasReadable(db, event.id, person, now),
      agenda,
      details: await lacksDetails(db, person, registration),
      certificate,
      plan: await isAsked(db, event, person.id, now),
      documents: (await findSeat(db, event.id, person.id, now)) !== null && (await hasRequirements(db, event.id)),
    };
  }

  const reader = (to: PersonCtx) => readerOf(deps, to);

  return {
    name: 'events',
    routes: [
      ...entry('events', 'person', async (ctx, page) => {
        await show(ctx, eventsView(await store.comingPage(db, clock.now(), page), reader(ctx)));
      }),
      {
        on: 'press',
        name: 'event',
        needs: 'person',
        do: async (ctx, id) => page(ctx, await store.findEvent(db, idOf(id))),
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
