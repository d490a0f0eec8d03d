import { InputFile } from 'grammy';
import { listCommands } from '../../bot/commands.ts';
import type { Deps } from '../../bot/context.ts';
import type { Feature } from '../feature.ts';
import { html } from '../../bot/html.ts';
import { entry } from '../../bot/routes.ts';
import { keyboard, menu, show } from '../../bot/view.ts';
import { eraseAndNote } from './erase.ts';
import { everythingAbout } from './export.ts';
import { readable } from './readable.ts';
import { keepRetention } from './retention.ts';

/** What people may ask of their data: to see all of it, and to have it deleted. And the periods after which it goes. */
export function privacy(deps: Deps): Feature {
  const { db, clock, programme } = deps;
  return {
    name: 'privacy',
    routes: [
      // Two files: a page to read, and JSON, which other programs read (GDPR, article 20: machine-readable).
      ...entry('mydata', 'person', async (ctx) => {
        const everything = await everythingAbout(db, ctx.person);
        const page = readable(everything, { t: ctx.t, lang: ctx.lang, zone: ctx.person.zone, programme });
        await ctx.replyWithDocument(new InputFile(Buffer.from(page), 'my-data.html'));
        const file = new InputFile(Buffer.from(JSON.stringify(everything, null, 2)), 'my-data.json');
        await ctx.replyWithDocument(file, {
          caption: ctx.t('privacy:all_your_data'),
          reply_markup: keyboard([[menu(ctx.t)]]),
        });
      }),
      ...entry('erase', 'person', async (ctx) => {
        await show(ctx, {
          text: html`<b>${ctx.t('privacy:erase_title')}</b>\n\n${ctx.t('privacy:erase_explained')}`,
          buttons: [[{ text: ctx.t('privacy:erase'), data: 'erase_now' }], [menu(ctx.t)]],
        });
      }),
      {
        on: 'press',
        name: 'erase_now',
        needs: 'person',
        async do(ctx) {
          await ctx.conversation.exitAll();
          await eraseAndNote(deps, ctx.person, clock.now());
          await listCommands(deps, ctx.person, false);
          await show(ctx, { text: html`${ctx.t('privacy:erased')}` });
        },
      },
    ],
    jobs: [{ name: 'retention', every: 'hour', run: (now) => keepRetention(deps, now) }],
  };
}
