import type { Deps } from '../../bot/context.ts';
import { idOf, show } from '../../bot/view.ts';
import { findEvent } from '../events/store.ts';
import type { Feature } from '../feature.ts';
import { noEventView } from '../organize/messages.ts';
import { countryIn } from '../organize/store.ts';
import { pipelineView } from './messages.ts';
import { pipelineOf, stagesOf } from './store.ts';
import { readerOf } from '../events/messages.ts';

/** How far the people of each country are, from the nomination to the action plan: one message for the organizer. */
export function pipeline(deps: Deps): Feature {
  const { db } = deps;
  return {
    name: 'pipeline',
    routes: [
      {
        on: 'press',
        name: 'pipeline',
        needs: 'organizer of it',
        async do(ctx, id, country) {
          const event = await findEvent(db, idOf(id));
          if (!event) return show(ctx, noEventView(ctx.t));
          const about = { stages: await stagesOf(db, event), country: countryIn(country) };
          await show(ctx, pipelineView(event, await pipelineOf(db, event), about, readerOf(deps, ctx)));
        },
      },
    ],
  };
}
