import type { FilterQuery } from 'grammy';
import type { Ctx, PersonCtx } from './context.ts';

/** Who may use a route. Checked in the database on each press: a button proves nothing. */
export type Need = 'anyone' | 'person' | 'organizer' | 'owner';

type Handler<C> = (ctx: C, ...args: string[]) => Promise<void>;
type For<N extends Need> = N extends 'anyone' ? Ctx : PersonCtx;

/** A way into a feature, as data: the router dispatches by it, and the tests walk it role by role. */
export type Route = {
  [N in Need]:
    | { on: 'command'; name: string; needs: N; do: Handler<For<N>> }
    /** `name` is the part of callback_data before the first colon, the rest are the arguments. */
    | { on: 'press'; name: string; needs: N; do: Handler<For<N>> }
    /** `/start <name>_<argument>` */
    | { on: 'link'; name: string; needs: N; do: Handler<For<N>> }
    /** A message that no dialog waits for; return false to pass it on. */
    | { on: 'message'; name: FilterQuery; needs: N; do: (ctx: For<N>) => Promise<boolean> }
    /** An update of another kind. */
    | { on: 'update'; name: 'poll_answer' | 'my_chat_member'; needs: N; do: Handler<For<N>> };
}[Need];

/** A place that is reached by its command and by a button of the same name. */
export function entry<N extends Need>(
  name: string,
  needs: N,
  go: Extract<Route, { on: 'press'; needs: N }>['do'],
): Route[] {
  return [
    { on: 'command', name, needs, do: go },
    { on: 'press', name, needs, do: go },
  ] as Route[];
}
