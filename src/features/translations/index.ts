import type { Deps } from '../../bot/context.ts';
import { entry } from '../../bot/routes.ts';
import { idOf, show } from '../../bot/view.ts';
import type { Feature } from '../feature.ts';
import { eventsPage } from '../organize/store.ts';
import { translateView } from './messages.ts';

/** The texts of events in further languages, by people who see nothing else: see "translator" in bot/routes.ts. */
export function translations({ db, clock, programme }: Deps): Feature {
  return {
    name: 'translations',
    routes: [
      ...entry('translate', 'translator', async (ctx, page) => {
        await show(ctx, translateView(await eventsPage(db, 'all', page, clock.now()), programme, ctx));
      }),
      {
        on: 'press',
        name: 'translate_event',
        needs: 'translator or organizer of it',
        do: (ctx, id) => ctx.fill('event_texts', idOf(id)),
      },
    ],
  };
}
