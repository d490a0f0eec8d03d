import type { Deps, PersonCtx } from '../../bot/context.ts';
import type { Route } from '../../bot/routes.ts';
import { idOf, send, show } from '../../bot/view.ts';
import { dropDrafts } from '../../forms/draft.ts';
import { defineForm, type Form } from '../../forms/form.ts';
import { textOf } from '../../forms/kinds/text.ts';
import { findEvent, wording, type Event } from '../events/store.ts';
import { decline } from '../registration/seats.ts';
import { noEventView } from './messages.ts';
import { askReason, reasonIn } from './participant-forms.ts';
import { applicationsView, reallyApproveView } from './pending-messages.ts';
import { applications, approveMany, countPending, pendingIds, scopeArgs, scopeIn } from './pending.ts';
import { countryIn } from './store.ts';
import { readerOf } from '../events/messages.ts';

type How = { country: string | null; page?: string | undefined; note?: string; how?: typeof send | typeof show };

/** Deciding on many applications at once. */
export function applicationRoutes(deps: Deps): Route[] {
  const { db, clock } = deps;

  function onEvent(name: string, go: (ctx: PersonCtx, event: Event, args: string[]) => Promise<void>): Route {
    return {
      on: 'press',
      name,
      needs: 'organizer of it',
      async do(ctx, id, ...args) {
        const event = await findEvent(db, idOf(id));
        if (event) return go(ctx, event, args);
        await show(ctx, noEventView(ctx.t));
      },
    };
  }

  return [
    onEvent('applications', (ctx, event, [country, page]) =>
      list(deps, ctx, event, { country: countryIn(country), page }),
    ),
    onEvent('approve_many', async (ctx, event, args) => {
      const scope = scopeIn(args);
      const people = await countPending(db, event.id, scope);
      if (people === 0) return list(deps, ctx, event, { country: scope.country });
      await show(ctx, reallyApproveView(event, scope, people, readerOf(deps, ctx)));
    }),
    onEvent('approve_many_now', async (ctx, event, args) => {
      const scope = scopeIn(args);
      const counts = await approveMany(db, event.id, scope, { actorId: ctx.person.id, now: clock.now() });
      await list(deps, ctx, event, { country: scope.country, note: ctx.t('seats:many_approved', counts) });
    }),
    onEvent('decline_many', async (ctx, event, args) => {
      // What was left of another list must not go on in place of this one.
      await dropDrafts(db, ctx.person, ['decline_many'], event.id);
      await ctx.fill('decline_many', event.id, { scope: scopeArgs(scopeIn(args)).join(':') });
    }),
  ];
}

/** The reason is asked once, and each of them reads it. The subject is the event; who is meant comes with the button. */
export function declineManyForm(deps: Deps): Form {
  const { db } = deps;
  return defineForm<{ event: Event; people: number }, { declined: number; country: string | null }>({
    key: 'decline_many',
    needs: 'organizer of it',
    ephemeral: true,
    rereads: true,
    async load(_db, _person, eventId, answers) {
      const event = await findEvent(db, eventId);
      const people = await countPending(db, eventId, scopeIn(textOf(answers.scope).split(':')));
      return event && people > 0 ? { event, people } : null;
    },
    async gone(ctx, eventId) {
      const event = await findEvent(db, eventId);
      if (event) await list(deps, ctx, event, { country: null, how: send });
    },
    title: ({ t, subject }) => `${t('seats:decline_title')} · ${wording(subject.event, t).title}`,
    questions: ({ t, subject: { people } }) => [
      {
        key: 'scope',
        label: t('seats:people'),
        ask: t('seats:people'),
        // It is never typed: a button of the list gives it.
        kind: { read: () => ({ kind: 'invalid', say: t('forms:expect_choice') }), show: () => String(people) },
      },
      askReason(t),
    ],
    confirm: (t) => t('seats:decline'),
    async submit(tx, { subject, person, answers, now }) {
      const scope = scopeIn(textOf(answers.scope).split(':'));
      const decision = { actorId: person.id, reason: reasonIn(answers), now };
      let declined = 0;
      for (const registrationId of await pendingIds(tx, subject.event.id, scope))
        if ((await decline(tx, { registrationId, ...decision })).kind === 'declined') declined += 1;
      return { declined, country: scope.country };
    },
    async done(ctx, { declined, country }, { subject }) {
      const note = ctx.t('seats:many_declined', { count: declined });
      await list(deps, ctx, subject.event, { country, note, how: send });
    },
  });
}

async function list(deps: Deps, ctx: PersonCtx, event: Event, { country, page, note, how = show }: How): Promise<void> {
  const found = await applications(deps.db, event.id, { country, page });
  await how(ctx, applicationsView(event, found, readerOf(deps, ctx), note));
}
