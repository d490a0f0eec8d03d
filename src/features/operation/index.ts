import type { Deps, PersonCtx } from '../../bot/context.ts';
import { entry } from '../../bot/routes.ts';
import { idOf, show } from '../../bot/view.ts';
import type { Feature } from '../feature.ts';
import { watchOutbox } from './alerts.ts';
import { heldView, outboxView } from './messages.ts';
import { createOwners } from './owners.ts';
import { heldOutbox, releaseOutbox, waiting, type Release } from './store.ts';
import { createWatch, type Watch } from './watch.ts';

/** What owners see of the machine: that messages are late, that the database is away, and an outbox that is held. */
export function operation(deps: Deps): Feature & { watch: Watch } {
  const { db, clock } = deps;
  const owners = createOwners(deps);

  async function outbox(ctx: PersonCtx, release?: Release): Promise<void> {
    const now = clock.now();
    const reader = { t: ctx.t, lang: ctx.lang, zone: ctx.person.zone };
    const held = await heldOutbox(db, now);
    await show(ctx, held ? heldView(held, reader) : outboxView((await waiting(db, now)).waiting, reader, release));
  }

  return {
    name: 'operation',
    watch: createWatch(deps, owners),
    routes: [
      ...entry('outbox', 'owner', (ctx) => outbox(ctx)),
      {
        on: 'press',
        name: 'release',
        needs: 'owner',
        async do(ctx, since, dropDue) {
          const which = { since: idOf(since), dropDue: dropDue === undefined ? null : idOf(dropDue) };
          await outbox(ctx, await releaseOutbox(db, which));
        },
      },
    ],
    jobs: [watchOutbox(deps, owners)],
  };
}
