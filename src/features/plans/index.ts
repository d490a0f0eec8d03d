import { InputFile } from 'grammy';
import type { Deps, PersonCtx } from '../../bot/context.ts';
import type { Route } from '../../bot/routes.ts';
import { idOf, keyboard, send, show } from '../../bot/view.ts';
import { outgoing, type Message, type MessageKind, type Recipient } from '../../delivery/messages.ts';
import { readerOf } from '../events/messages.ts';
import { eventOfRegistration, findEvent, type Event } from '../events/store.ts';
import type { Feature } from '../feature.ts';
import { versionsOf } from '../forms/store.ts';
import { noEventView, toManage } from '../organize/messages.ts';
import { plansFile } from './export.ts';
import { planForm, plansUntilForm } from './forms.ts';
import { plansAreDue } from './job.ts';
import { askLine, askView, plansView, planView } from './messages.ts';
import * as store from './store.ts';

/** Action plans: what participants will do at home, asked after a visit, and reminded of. */
export function plans(deps: Deps): Feature {
  const { db } = deps;

  const reader = (to: Pick<Recipient, 't' | 'lang' | 'person'>) => readerOf(deps, to);

  async function gone(ctx: PersonCtx): Promise<void> {
    await show(ctx, noEventView(ctx.t));
  }

  const onEvent = (name: string, go: (ctx: PersonCtx, event: Event, page?: string) => Promise<void>): Route => ({
    on: 'press',
    name,
    needs: 'organizer of it',
    async do(ctx, id, page) {
      const event = await findEvent(db, idOf(id));
      await (event ? go(ctx, event, page) : gone(ctx));
    },
  });

  const versions = ({ id }: Event) => versionsOf(db, { eventId: id, purpose: 'action_plan' });

  /** What somebody is asked for, if they still are. */
  async function asked({ eventId }: Message, { person, now }: Recipient) {
    const event = eventId === null ? null : await findEvent(db, eventId);
    const until = event && store.openUntil(event, now);
    if (!event || !until || !(await store.tookPart(db, event.id, person.id))) return null;
    return (await store.planOf(db, event.id, person.id)) ? null : { event, until };
  }

  const ask = (again: boolean): MessageKind => ({
    async render(message, to) {
      const found = await asked(message, to);
      return found ? outgoing(askView(found.event, found.until, again, reader(to))) : { drop: 'answered' };
    },
    async title(message, to) {
      const found = await asked(message, to);
      return found && askLine(found.event, again, to.t);
    },
  });

  return {
    name: 'plans',
    forms: [
      planForm(deps),
      plansUntilForm(deps, async (ctx, eventId, note) => {
        const event = await findEvent(db, eventId);
        const all = await store.plannersOf(db, eventId);
        if (event) await send(ctx, plansView(event, all, undefined, reader(ctx), note));
      }),
    ],
    messages: { plan_invitation: ask(false), plan_reminder: ask(true) },
    occasions: [plansAreDue],
    routes: [
      { on: 'press', name: 'action_plan', needs: 'person', do: (ctx, id) => ctx.fill(store.ACTION_PLAN, idOf(id)) },
      onEvent('plans', async (ctx, event, page) =>
        show(ctx, plansView(event, await store.plannersOf(db, event.id), page, reader(ctx))),
      ),
      onEvent('plans_until', (ctx, event) => ctx.fill('plans_until', event.id)),
      onEvent('export_plans', async (ctx, event) => {
        const all = await store.plannersOf(db, event.id);
        const file = await plansFile(event, all, await versions(event), reader(ctx));
        await ctx.replyWithDocument(new InputFile(file, `plans-${event.code}.xlsx`), {
          reply_markup: keyboard([[toManage(ctx.t, event.id)]]),
        });
      }),
      {
        on: 'press',
        name: 'plan_of',
        needs: 'organizer of it',
        of: eventOfRegistration,
        async do(ctx, id) {
          const eventId = await eventOfRegistration(db, [id]);
          const event = typeof eventId === 'number' ? await findEvent(db, eventId) : null;
          const all = event ? await store.plannersOf(db, event.id) : [];
          const one = all.find(({ registrationId }) => registrationId === idOf(id));
          if (event && one?.plan) return show(ctx, planView(event, one, await versions(event), reader(ctx)));
          await (event ? show(ctx, plansView(event, all, undefined, reader(ctx))) : gone(ctx));
        },
      },
    ],
  };
}
