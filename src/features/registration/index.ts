import type { Deps, Person, PersonCtx } from '../../bot/context.ts';
import type { Feature } from '../feature.ts';
import { html } from '../../bot/html.ts';
import { pageOf } from '../../bot/pages.ts';
import { entry } from '../../bot/routes.ts';
import { idOf, menu, show, type View } from '../../bot/view.ts';
import { outgoing, type MessageKind, type Recipient } from '../../delivery/messages.ts';
import { hasCertificate } from '../certificates/store.ts';
import { readerOf, type Reader } from '../events/messages.ts';
import { seatsFor } from '../events/seats.ts';
import {
  findEvent,
  findRegistration,
  isFarAhead,
  registrability,
  stands,
  waitingPosition,
  type Event,
} from '../events/store.ts';
import { hasReadable } from '../materials/store.ts';
import { detailsForm } from './details-form.ts';
import { registrationForm } from './form.ts';
import { historyView } from './history.ts';
import { seatsFallDue } from './job.ts';
import {
  declinedView,
  givenUpView,
  myView,
  pastView,
  pendingView,
  reallyView,
  seatView,
  waitingView,
  withdrawnView,
} from './messages.ts';
import type { MyPage, Way } from './messages.ts';
import { accept } from './accept.ts';
import { missedView, offerView } from './offer-messages.ts';
import { cancel } from './seats.ts';
import {
  describe,
  findComing,
  findMine,
  findOwn,
  findPast,
  historyOf,
  pastPage,
  reasonOf,
  type Mine,
} from './store.ts';

/** Seats at events: registering, the waiting list, giving a seat back, and /my. */
export function registrations(deps: Deps): Feature {
  const { db, clock } = deps;

  const reader = (to: { t: Reader['t']; lang: string; person: Person }) => readerOf(deps, to);

  const status = (way: Way): MessageKind => ({
    async render(message, to: Recipient) {
      const now = await findMine(db, Number(message.data.registration));
      if (!now) return { drop: 'event cancelled' };
      const { event, registration, position } = now;
      switch (registration.status) {
        case 'registered': {
          const materials = await hasReadable(db, event.id, to.person, to.now);
          const muted = to.person.muted.includes('reminders');
          return outgoing(seatView(event, reader(to), { way, muted, materials }));
        }
        case 'waiting':
          return outgoing(waitingView(event, reader(to), position ?? 1, way));
        case 'pending':
          return outgoing(pendingView(event, reader(to)));
        case 'offered':
        case 'missed':
          // Offers have messages of their own.
          return { drop: 'offered meanwhile' };
        case 'declined':
          if (way !== 'decision') return { drop: 'participation declined' };
          return outgoing(declinedView(event, await reasonOf(db, registration.id), reader(to)));
        case 'cancelled':
          return { drop: 'participation cancelled' };
      }
    },
  });

  /** About an offer, as long as it stands as it was made. */
  const offer = (
    view: (mine: Mine, to: Recipient) => View | Promise<View>,
    status: 'offered' | 'missed' | 'cancelled',
  ): MessageKind => ({
    async render(message, to) {
      const mine = await findMine(db, Number(message.data.registration));
      if (!mine) return { drop: 'event cancelled' };
      const { registration } = mine;
      const same = message.data.revision === undefined || message.data.revision === registration.revision;
      if (registration.status !== status || !same) return { drop: 'answered meanwhile' };
      return outgoing(await view(mine, to));
    },
  });

  async function acceptSeat(ctx: PersonCtx, event: Event): Promise<void> {
    const request = { eventId: event.id, personId: ctx.person.id, now: clock.now() };
    await db.transaction((tx) => accept(tx, request));
    // How things stand now: the confirmation is in the outbox, and who came too late reads that.
    await page(ctx, event);
  }

  async function withEvent(ctx: PersonCtx, id: string, go: (event: Event) => Promise<void>): Promise<void> {
    const found = await findEvent(db, idOf(id));
    if (found && found.status !== 'draft') return go(found);
    await show(ctx, { text: html`${ctx.t('events:not_found')}`, buttons: [[menu(ctx.t)]] });
  }

  /** The page of the event says how things stand, and what can be done. */
  const page = (ctx: PersonCtx, { code }: Event) => ctx.follow(`event_${code}`);

  async function askToGiveUp(ctx: PersonCtx, event: Event): Promise<void> {
    const known = await findRegistration(db, event.id, ctx.person);
    const open = registrability(event, clock.now());
    const ahead = open === 'open' || open === 'deadline passed';
    // The button may be old.
    if (!known || !stands(known.status) || !ahead) return page(ctx, event);
    await show(ctx, reallyView(event, known.status, await waitingPosition(db, known), reader(ctx)));
  }

  async function giveUp(ctx: PersonCtx, event: Event): Promise<void> {
    const request = { eventId: event.id, personId: ctx.person.id, now: clock.now() };
    const outcome = await db.transaction((tx) => cancel(tx, request));
    switch (outcome.kind) {
      case 'cancelled':
        return show(
          ctx,
          givenUpView(event, outcome.was, await seatsFor(db, event, ctx.person, clock.now()), reader(ctx)),
        );
      case 'not registered':
      case 'begun':
        return page(ctx, event);
    }
  }

  async function myPage(ctx: PersonCtx, wanted: string | undefined): Promise<MyPage> {
    const now = clock.now();
    const coming = (await findComing(db, ctx.person, now)).map((row) => ({ row, form: null }));
    const forms = (await ctx.unfinished()).map((form) => ({ row: null, form }));
    const { items, ...page } = pageOf([...coming, ...forms], wanted);
    return {
      mine: await describe(
        db,
        items.flatMap(({ row }) => row ?? []),
      ),
      unfinished: items.flatMap(({ form }) => form ?? []),
      page,
      past: (await findPast(db, ctx.person, now)).length > 0,
      certificates: await hasCertificate(db, ctx.person.id),
    };
  }

  return {
    name: 'registration',
    forms: [
      registrationForm(deps, { key: 'registration', wait: false }),
      registrationForm(deps, { key: 'waiting', wait: true }),
      detailsForm(deps),
    ],
    messages: {
      confirmation: status('confirmation'),
      promoted: { ...status('promoted'), patient: isFarAhead },
      decision: { ...status('decision'), patient: isFarAhead },
      entered: { ...status('entered'), patient: isFarAhead },
      offer: offer(({ event, registration }, to) => offerView(event, registration, reader(to)), 'offered'),
      offer_ends: offer(({ event, registration }, to) => offerView(event, registration, reader(to), 'soon'), 'offered'),
      invitation: offer(
        ({ event, registration }, to) => offerView(event, registration, reader(to), 'invited'),
        'offered',
      ),
      invitation_withdrawn: {
        ...offer(({ event }, to) => withdrawnView(event, reader(to)), 'cancelled'),
        patient: isFarAhead,
      },
      offer_missed: {
        ...offer(
          async ({ event }, to) => missedView(event, await seatsFor(db, event, to.person, to.now), reader(to)),
          'missed',
        ),
        patient: isFarAhead,
      },
    },
    jobs: [seatsFallDue(deps)],
    routes: [
      {
        on: 'press',
        name: 'register',
        needs: 'person',
        do: (ctx, id) => withEvent(ctx, id, (found) => ctx.fill('registration', found.id)),
      },
      {
        on: 'press',
        name: 'wait',
        needs: 'person',
        do: (ctx, id) => withEvent(ctx, id, (found) => ctx.fill('waiting', found.id)),
      },
      {
        on: 'press',
        name: 'details',
        needs: 'person',
        do: (ctx, id) => withEvent(ctx, id, (found) => ctx.fill('details', found.id)),
      },
      {
        on: 'press',
        name: 'cant_come',
        needs: 'person',
        do: (ctx, id) => withEvent(ctx, id, (found) => askToGiveUp(ctx, found)),
      },
      {
        on: 'press',
        name: 'give_up',
        needs: 'person',
        do: (ctx, id) => withEvent(ctx, id, (found) => giveUp(ctx, found)),
      },
      {
        on: 'press',
        name: 'history',
        needs: 'person',
        async do(ctx, id) {
          const own = await findOwn(db, ctx.person, idOf(id));
          if (!own) return show(ctx, { text: html`${ctx.t('events:not_found')}`, buttons: [[menu(ctx.t)]] });
          await show(ctx, historyView(own, ctx.person, await historyOf(db, idOf(id)), reader(ctx)));
        },
      },
      {
        on: 'press',
        name: 'accept_seat',
        needs: 'person',
        do: (ctx, id) => withEvent(ctx, id, (found) => acceptSeat(ctx, found)),
      },
      ...entry('my', 'person', async (ctx, wanted) => {
        await show(ctx, myView(await myPage(ctx, wanted), reader(ctx)));
      }),
      {
        on: 'press',
        name: 'past_events',
        needs: 'person',
        do: async (ctx, wanted) =>
          show(ctx, pastView(await pastPage(db, ctx.person, clock.now(), wanted), reader(ctx))),
      },
    ],
  };
}
