import { and, asc, eq, gt, ne } from 'drizzle-orm';
import type { Deps, Person, PersonCtx } from '../../bot/context.ts';
import type { Feature } from '../feature.ts';
import { html } from '../../bot/html.ts';
import { entry } from '../../bot/routes.ts';
import { show } from '../../bot/view.ts';
import { event, registration } from '../../db/schema.ts';
import { outgoing, type MessageKind, type Recipient } from '../../delivery/messages.ts';
import { menu, type Reader } from '../events/messages.ts';
import { findEvent, waitingPosition, withTexts, type Event, type Registration } from '../events/store.ts';
import { registrationForm } from './form.ts';
import { givenUpView, myView, reallyView, seatView, waitingView } from './messages.ts';
import { cancel } from './seats.ts';

/** Seats at events: registering, the waiting list, giving a seat back, and /my. */
export function registrations(deps: Deps): Feature {
  const { db, clock, programme } = deps;

  const reader = (to: { t: Reader['t']; lang: string; person: Person }): Reader => ({
    t: to.t,
    lang: to.lang,
    zone: to.person.zone,
    programme,
    now: clock.now(),
  });

  /** The state of things when the message is sent counts, not when it was owed. */
  async function current(id: number): Promise<{ event: Event; registration: Registration } | null> {
    const [found] = await db.select().from(registration).where(eq(registration.id, id));
    const about = found && (await findEvent(db, found.eventId));
    return about && found ? { event: about, registration: found } : null;
  }

  const status = (promoted: boolean): MessageKind => ({
    async render(message, to: Recipient) {
      const now = await current(Number(message.data.registration));
      switch (now?.registration.status) {
        case 'registered':
          return outgoing(seatView(now.event, reader(to), promoted));
        case 'waiting':
          return outgoing(waitingView(now.event, reader(to), (await waitingPosition(db, now.registration)) ?? 1));
        case 'cancelled':
        case undefined:
          return { drop: 'participation cancelled' };
      }
    },
  });

  async function withEvent(ctx: PersonCtx, id: string, go: (event: Event) => Promise<void>): Promise<void> {
    const found = await findEvent(db, Number(id));
    if (found && found.status !== 'draft') return go(found);
    await show(ctx, { text: html`${ctx.t('events:not_found')}`, buttons: [[menu(ctx.t)]] });
  }

  async function mine(person: Person, now: Temporal.Instant) {
    const rows = await db
      .select({ event, registration })
      .from(registration)
      .innerJoin(event, eq(event.id, registration.eventId))
      .where(
        and(
          eq(registration.personId, person.id),
          ne(registration.status, 'cancelled'),
          eq(event.status, 'published'),
          gt(event.endsAt, now),
        ),
      )
      .orderBy(asc(event.beginsAt));
    const events = await withTexts(
      db,
      rows.map((row) => row.event),
    );
    return rows.map((row, i) => ({ event: events[i]!, registration: row.registration }));
  }

  return {
    name: 'registration',
    forms: [
      registrationForm(deps, { key: 'registration', wait: false }),
      registrationForm(deps, { key: 'waiting', wait: true }),
    ],
    messages: { confirmation: status(false), promoted: status(true) },
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
        name: 'cant_come',
        needs: 'person',
        do: (ctx, id) => withEvent(ctx, id, (found) => show(ctx, reallyView(found, reader(ctx)))),
      },
      {
        on: 'press',
        name: 'give_up',
        needs: 'person',
        do: (ctx, id) =>
          withEvent(ctx, id, async (found) => {
            const request = { eventId: found.id, personId: ctx.person.id, now: clock.now() };
            await db.transaction((tx) => cancel(tx, request));
            await show(ctx, givenUpView(found, reader(ctx)));
          }),
      },
      ...entry('my', 'person', async (ctx) => {
        await show(ctx, myView(await mine(ctx.person, clock.now()), await ctx.unfinished(), reader(ctx)));
      }),
    ],
  };
}
