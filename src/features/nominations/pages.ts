import type { Deps, PersonCtx } from '../../bot/context.ts';
import { organizes } from '../../bot/roles.ts';
import { show, type View } from '../../bot/view.ts';
import { readerOf } from '../events/messages.ts';
import { quotaFigures } from '../events/seats.ts';
import { findEvent, type Event } from '../events/store.ts';
import type { List } from './list.ts';
import { goneView, nomineesView, nomineeView } from './messages.ts';
import { cameByThemselves, findNominee, nominees, type Actor } from './store.ts';

type How = {
  page?: string | undefined;
  /** What has just happened. */
  note?: string;
  how?: (ctx: PersonCtx, view: View) => Promise<unknown>;
};

export type Pages = ReturnType<typeof createPages>;

/** The pages that several presses and forms lead to, as things stand now. */
export function createPages(deps: Pick<Deps, 'db' | 'clock' | 'programme' | 'config'>) {
  const { db } = deps;

  const reader = (to: Pick<PersonCtx, 't' | 'lang' | 'person'>) => readerOf(deps, to);

  /** Who is both an organizer and a focal point may do what organizers may. */
  async function actorAt(person: PersonCtx['person'], eventId: number): Promise<Actor> {
    return (await organizes(deps, person, eventId)) ? 'organizer' : 'focal point';
  }

  /** The event of a list; null: it is none for who looks, as a draft is for a focal point. */
  async function openTo(ctx: PersonCtx, eventId: number): Promise<{ event: Event; actor: Actor } | null> {
    const event = await findEvent(db, eventId);
    if (!event) return null;
    const actor = await actorAt(ctx.person, eventId);
    const asked = event.status === 'published' && event.nominationsUntil !== null;
    return asked || actor === 'organizer' ? { event, actor } : null;
  }

  async function showList(ctx: PersonCtx, list: List, { page, note, how = show }: How = {}): Promise<void> {
    const found = await openTo(ctx, list.eventId);
    if (!found) return void (await how(ctx, goneView(ctx.t)));
    const all = await nominees(db, list);
    const came = (await cameByThemselves(db, list)).length;
    const quota = (await quotaFigures(db, found.event)).find(({ country }) => country === list.country);
    const about = { ...found, country: list.country };
    await how(ctx, nomineesView(about, { all, came, quota }, page, reader(ctx), note));
  }

  async function showNominee(ctx: PersonCtx, id: number, { note, how = show }: How = {}): Promise<void> {
    const one = await findNominee(db, id);
    const found = one && (await openTo(ctx, one.nomination.eventId));
    if (!one || !found) return void (await how(ctx, goneView(ctx.t)));
    const all = await nominees(db, one.nomination);
    const place = { place: all.findIndex(({ nomination }) => nomination.id === id) + 1, total: all.length };
    await how(ctx, nomineeView(found, one, place, reader(ctx), note));
  }

  return { reader, actorAt, openTo, showList, showNominee };
}
