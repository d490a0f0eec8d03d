import type { FilterQuery } from 'grammy';
import type { Db } from '../db/connect.ts';
import type { Ctx, PersonCtx } from './context.ts';
import { idOf } from './view.ts';

/** The event that a way in is about, by its arguments; `all`: it concerns every event; null: there is no such thing (any more). */
export type EventOf = (db: Db, args: string[]) => Promise<number | 'all' | null>;

/** The country that a way in is about (ISO 3166), by its arguments; null: there is no such thing (any more). */
export type CountryOf = (db: Db, args: string[]) => Promise<string | null>;

/**
 * Who may use a way in. Checked in the database on each press: a button proves nothing. `organizer`: of whatever, whose pages
 * show what is theirs; `of it`: of the event that the way in is about, for a focal point of its country. Owners may do all of it.
 */
export type Need =
  | 'anyone'
  | 'person'
  | 'organizer'
  | 'organizer of it'
  | 'organizer of all'
  | 'translator or organizer of it'
  | 'translator'
  | 'reviewer'
  | 'reviewer of it'
  | 'focal point'
  | 'focal point or organizer of it'
  | 'owner';

/**
 * What a way in declares. `of`: the event that it is about, which is the first argument if it does not say otherwise.
 * `country`: the country; without it, it is about none, and nobody's for being a focal point.
 */
export type Declared = { needs: Need; of?: EventOf; country?: CountryOf };

/** The first argument is the id of the event; 0: what is about none of them, such as the library of the programme. */
export const eventIn: EventOf = async (_db, [id]) => idOf(id) || 'all';

type Handler<C> = (ctx: C, ...args: string[]) => Promise<void>;

type For<N extends Need> = N extends 'anyone' ? Ctx : PersonCtx;

/** A way into a feature, as data: the router dispatches by it, and the tests walk it role by role. */
export type Route = {
  [N in Need]: { needs: N; of?: EventOf; country?: CountryOf } & (
    | { on: 'command'; name: string; do: Handler<For<N>> }
    /** `name` is the part of callback_data before the first colon, the rest are the arguments. */
    | { on: 'press'; name: string; do: Handler<For<N>> }
    /** `/start <name>_<argument>` */
    | { on: 'link'; name: string; do: Handler<For<N>> }
    /** A message that no dialog waits for; return false to pass it on. */
    | { on: 'message'; name: FilterQuery; do: (ctx: For<N>) => Promise<boolean> }
    /** An update of another kind. */
    | { on: 'update'; name: 'poll_answer' | 'my_chat_member'; do: Handler<For<N>> }
  );
}[Need];

/** A place that is reached by its command and by a button of the same name. */
export function entry(name: string, needs: Exclude<Need, 'anyone'>, go: Handler<PersonCtx>): Route[] {
  return [
    { on: 'command', name, needs, do: go },
    { on: 'press', name, needs, do: go },
  ];
}
