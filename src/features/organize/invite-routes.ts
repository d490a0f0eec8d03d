import type { Deps, PersonCtx } from '../../bot/context.ts';
import type { Route } from '../../bot/routes.ts';
import { listCommands } from '../../bot/commands.ts';
import { isOwner } from '../../bot/roles.ts';
import { idOf, send, show } from '../../bot/view.ts';
import { unfinishedOf } from '../announcements/store.ts';
import type { Reader } from '../events/messages.ts';
import { inviteView, leftView, organizersView, redeemedView, removeView } from './invite-messages.ts';
import { createInvite, organizers, redeemInvite, removeOrganizer } from './invites.ts';

/** Who may organize: owners invite by a link that works once, and can take the role away. */
export function inviteRoutes(deps: Deps, reader: (ctx: PersonCtx) => Reader): Route[] {
  const { db, clock, programme } = deps;

  const list = async (ctx: PersonCtx, page?: string) =>
    show(ctx, organizersView(await organizers(db), page, reader(ctx)));

  return [
    {
      on: 'press',
      name: 'invite_organizer',
      needs: 'owner',
      async do(ctx) {
        const { token, expiresAt } = await createInvite(db, programme, ctx.person, clock.now());
        const link = `https://t.me/${deps.me().username}?start=invite_${token}`;
        await send(ctx, inviteView(link, expiresAt, reader(ctx)));
      },
    },
    {
      on: 'link',
      name: 'invite',
      needs: 'person',
      async do(ctx, token = '') {
        // An owner who tries the link does not use it up.
        const redemption = isOwner(deps, ctx.person)
          ? 'organizer already'
          : await redeemInvite(db, token, ctx.person, clock.now());
        if (redemption === 'organizer') await listCommands(deps, ctx.person, true);
        await send(ctx, redeemedView(ctx.t, redemption));
      },
    },
    { on: 'press', name: 'organizers', needs: 'owner', do: list },
    {
      on: 'press',
      name: 'remove_organizer',
      needs: 'owner',
      async do(ctx, id) {
        const found = (await organizers(db)).find(({ person }) => person.id === idOf(id));
        await (found ? show(ctx, removeView(found, ctx.t)) : list(ctx));
      },
    },
    {
      on: 'press',
      name: 'drop_organizer',
      needs: 'owner',
      async do(ctx, id) {
        const found = (await organizers(db)).find(({ person }) => person.id === idOf(id));
        const removed = found && (await removeOrganizer(db, found.person.id, clock.now()));
        // An owner who is also on the list stays an organizer.
        const owner = found !== undefined && isOwner(deps, found.person);
        if (removed) await listCommands(deps, found.person, owner);
        await list(ctx);
        // What they let go goes on, and the reports on it reach nobody any more.
        const left = removed && !owner ? await unfinishedOf(db, found.person.id) : [];
        if (left.length > 0) await send(ctx, leftView(left, ctx.t));
      },
    },
  ];
}
