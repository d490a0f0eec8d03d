import { eq, sql } from 'drizzle-orm';
import type { Deps, PersonCtx } from '../../bot/context.ts';
import type { Feature } from '../feature.ts';
import { listCommands } from '../../bot/commands.ts';
import { organizes } from '../../bot/roles.ts';
import { entry } from '../../bot/routes.ts';
import { show } from '../../bot/view.ts';
import { message, person } from '../../db/schema.ts';
import { TOPICS } from '../../delivery/messages.ts';
import { releaseOwed } from '../../delivery/outbox.ts';
import { findPerson } from '../people/store.ts';
import { languageView, quietView, QUIET_HOURS, settingsView, zonesView } from './messages.ts';

/** Language, time zone, quiet hours, and what kinds of messages somebody wants. */
export function settings(deps: Deps): Feature {
  const { db, programme, clock, i18n } = deps;

  async function set(ctx: PersonCtx, values: Parameters<ReturnType<typeof db.update<typeof person>>['set']>[0]) {
    const { id } = ctx.person;
    await db.transaction(async (tx) => {
      await tx.update(person).set(values).where(eq(person.id, id));
      // What a worker holds for them was prepared for how they wanted it before.
      await releaseOwed(tx, eq(message.personId, id));
    });
    await page(ctx);
  }

  async function page(ctx: PersonCtx): Promise<void> {
    const now = await findPerson(db, ctx.person.id);
    await show(ctx, settingsView(ctx.t, ctx.lang, now ?? ctx.person, programme, clock.now()));
  }

  return {
    name: 'settings',
    routes: [
      ...entry('settings', 'person', page),
      {
        on: 'press',
        name: 'language',
        needs: 'person',
        do: (ctx) => show(ctx, languageView(ctx.t, i18n.languages, ctx.lang)),
      },
      {
        on: 'press',
        name: 'set_language',
        needs: 'person',
        async do(ctx, lang = '') {
          if (!i18n.has(lang)) return page(ctx);
          ctx.lang = lang;
          ctx.t = i18n.t(lang);
          await set(ctx, { language: lang });
          if (await organizes(deps, ctx.person, 'any'))
            await listCommands(deps, { ...ctx.person, language: lang }, true);
        },
      },
      {
        on: 'press',
        name: 'zones',
        needs: 'person',
        do: (ctx) => show(ctx, zonesView(ctx.t, ctx.lang, programme, clock.now())),
      },
      {
        on: 'press',
        name: 'zone',
        needs: 'person',
        async do(ctx, index) {
          const chosen = programme.zones[Number(index)];
          await (chosen ? set(ctx, { zone: chosen.zone, zoneChosen: true }) : page(ctx));
        },
      },
      { on: 'press', name: 'quiet', needs: 'person', do: (ctx) => show(ctx, quietView(ctx.t)) },
      {
        on: 'press',
        name: 'quiet_set',
        needs: 'person',
        async do(ctx, index) {
          const hours = QUIET_HOURS[Number(index)];
          if (!hours) return page(ctx);
          const [quietFrom, quietTo] = hours;
          await set(ctx, { quietFrom, quietTo });
        },
      },
      {
        on: 'press',
        name: 'topic',
        needs: 'person',
        // The button says what it wants, not "the other way round": pressing it twice is pressing it once.
        async do(ctx, name, wanted) {
          const topic = TOPICS.find((one) => one === name);
          if (!topic) return page(ctx);
          const without = sql`array_remove(${person.muted}, ${topic})`;
          await set(ctx, { muted: wanted === '1' ? without : sql`array_append(${without}, ${topic})` });
        },
      },
    ],
  };
}
