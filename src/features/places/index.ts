import type { Deps, PersonCtx } from '../../bot/context.ts';
import { hasRole, organizes } from '../../bot/roles.ts';
import { send, show } from '../../bot/view.ts';
import type { Feature } from '../feature.ts';
import { findEvents, findRegistration } from '../events/store.ts';
import { placeOf } from '../people/named.ts';
import { findPerson } from '../people/store.ts';
import { isItYouView, nominatedView, notYouView, usedView, yoursView } from './messages.ts';
import { findPlace, isNamedLike, takePlace, type Place } from './store.ts';
import { readerOf } from '../events/messages.ts';

/** Buttons that a message has room for. */
const MOST = 8;

/** The link of somebody whom others named: who opens it, and agrees, is that person from then on. See people/named.ts. */
export function places(deps: Deps): Feature {
  const { db, clock, programme } = deps;

  /** Organizers and focal points try the links that they pass on. */
  async function mayBeAnother({ person }: PersonCtx, { named }: Extract<Place, { kind: 'open' }>): Promise<boolean> {
    const alike = isNamedLike(person, named);
    if (alike !== null) return !alike;
    return (await organizes(deps, person, 'any')) || (await hasRole(deps, person, 'focal_point', 'any'));
  }

  async function follow(ctx: PersonCtx, link: string, sure: boolean): Promise<void> {
    const namedId = placeOf(deps, link);
    const place: Place = namedId === null ? { kind: 'used' } : await findPlace(db, namedId, ctx.person);
    if (place.kind !== 'open') return tell(ctx, place);
    if (!sure && (await mayBeAnother(ctx, place))) {
      const reader = readerOf(deps, ctx);
      return show(ctx, isItYouView(place.named, ctx.person, link, reader));
    }
    const taken = await takePlace(db, programme, { namedId: place.named.id, who: ctx.person, now: clock.now() });
    // What they were named with is theirs from this page on: their country's clock, and the seats of its quota.
    ctx.person = (await findPerson(db, ctx.person.id)) ?? ctx.person;
    await tell(ctx, taken);
  }

  async function tell(ctx: PersonCtx, place: Exclude<Place, { kind: 'open' }>): Promise<void> {
    if (place.kind === 'used') return show(ctx, usedView(ctx.t, programme.contact.email));
    const events = (await findEvents(db, place.events))
      .filter(({ status }) => status !== 'draft')
      .toSorted((a, b) => Temporal.Instant.compare(a.beginsAt, b.beginsAt));
    const coming = events.filter(({ endsAt }) => Temporal.Instant.compare(endsAt, clock.now()) > 0);
    const shown = (coming.length > 0 ? coming : events).slice(0, MOST);
    const [only] = shown;
    if (!only || shown.length > 1) return show(ctx, yoursView(shown, ctx.t));
    if (!(await findRegistration(db, only.id, ctx.person))) {
      await send(ctx, nominatedView(only, ctx.t));
      ctx.keepPressed = true;
    }
    await ctx.follow(`event_${only.code}`);
  }

  return {
    name: 'places',
    routes: [
      { on: 'link', name: 'place', needs: 'person', do: (ctx, link = '') => follow(ctx, link, false) },
      { on: 'press', name: 'place_mine', needs: 'person', do: (ctx, link = '') => follow(ctx, link, true) },
      { on: 'press', name: 'place_not_mine', needs: 'person', do: (ctx) => show(ctx, notYouView(ctx.t)) },
    ],
  };
}
