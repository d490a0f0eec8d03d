import type { Deps, PersonCtx } from '../../bot/context.ts';
import { html } from '../../bot/html.ts';
import { entry, type Route } from '../../bot/routes.ts';
import { idOf, menu, send, show } from '../../bot/view.ts';
import { readerOf } from '../events/messages.ts';
import { eventOfRegistration, findEvent, findEvents } from '../events/store.ts';
import { versionsOf } from '../forms/store.ts';
import { applicationView, reviewsView, tasksView } from './review-messages.ts';
import { findApplication, ownReview, saveReview, tasksOf, type Reviewed } from './reviews.ts';
import { criteriaOf, isScored, reviewedBy } from './store.ts';

/** What reviewers do: one application after the other, without a name, and nobody sees what others gave. */
export function reviewerRoutes(deps: Deps): { routes: Route[]; reviewed: Reviewing } {
  const { db, clock } = deps;

  async function gone(ctx: PersonCtx, how: typeof send | typeof show): Promise<void> {
    await how(ctx, { text: html`${ctx.t('events:not_found')}`, buttons: [[menu(ctx.t)]] });
  }

  async function tasks(ctx: PersonCtx, eventId: number, { page, note, how = show }: Shown = {}): Promise<void> {
    const event = await findEvent(db, eventId);
    if (!event?.selective) return gone(ctx, how);
    const all = await tasksOf(db, event.id, ctx.person.id);
    const open = isScored(event, clock.now());
    await how(ctx, tasksView(event, all, { open, page }, readerOf(deps, ctx), note));
  }

  /** Only as long as it is to be scored: afterwards nobody needs to read it any more but the organizers. */
  async function application(ctx: PersonCtx, id: number, { page, note, how = show }: Shown = {}): Promise<void> {
    const found = await findApplication(db, id);
    const event = found && (await findEvent(db, found.registration.eventId));
    if (!found || !event) return gone(ctx, how);
    const all = await tasksOf(db, event.id, ctx.person.id);
    if (!isScored(event, clock.now()) || !all.some((task) => task.id === id))
      return tasks(ctx, event.id, { note, how });
    const shown = {
      application: found,
      versions: await versionsOf(db, { eventId: event.id, purpose: 'registration' }),
      criteria: await criteriaOf(db, event.id),
      review: await ownReview(db, id, ctx.person.id),
      tasks: all,
      page,
    };
    await how(ctx, applicationView(event, shown, readerOf(deps, ctx), note));
  }

  /** After an opinion: the next application, or that these were all. */
  async function next(ctx: PersonCtx, id: number, note: string, how: typeof send | typeof show): Promise<void> {
    const found = await findApplication(db, id);
    if (!found) return gone(ctx, how);
    const all = await tasksOf(db, found.registration.eventId, ctx.person.id);
    const task = all.find(({ done }) => !done);
    await (task ? application(ctx, task.id, { note, how }) : tasks(ctx, found.registration.eventId, { note, how }));
  }

  const reviewed: Reviewing = async (ctx, id, outcome, how = send) => {
    switch (outcome) {
      case 'saved':
        return next(ctx, id, ctx.t('selection:opinion_saved'), how);
      case 'criteria changed':
        return application(ctx, id, { note: ctx.t('selection:criteria_changed'), how });
      case 'over':
        return next(ctx, id, ctx.t('selection:not_scored_now'), how);
    }
  };

  /** A press about one application. */
  const about = (name: string, go: (ctx: PersonCtx, id: number, page?: string) => Promise<void>): Route => ({
    on: 'press',
    name,
    needs: 'reviewer of it',
    of: eventOfRegistration,
    do: (ctx, id, page) => go(ctx, idOf(id), page),
  });

  const routes: Route[] = [
    ...entry('review', 'reviewer', async (ctx) => {
      const events = (await findEvents(db, await reviewedBy(db, ctx.person))).filter((event) => event.selective);
      const [only] = events;
      if (only && events.length === 1) return tasks(ctx, only.id);
      const listed = [];
      for (const event of events) listed.push({ event, tasks: await tasksOf(db, event.id, ctx.person.id) });
      await show(ctx, reviewsView(listed, ctx));
    }),
    {
      on: 'press',
      name: 'reviews',
      needs: 'reviewer of it',
      do: (ctx, id, page) => tasks(ctx, idOf(id), { page }),
    },
    about('to_score', (ctx, id, page) => application(ctx, id, { page })),
    about('score', (ctx, id) => ctx.fill('review', id)),
    about('knows_them', async (ctx, id) => {
      const said = {
        registrationId: id,
        reviewerId: ctx.person.id,
        opinion: { kind: 'conflict' },
        now: clock.now(),
      } as const;
      await reviewed(ctx, id, await db.transaction((tx) => saveReview(tx, said)), show);
    }),
  ];
  return { routes, reviewed };
}

type Shown = { page?: string | undefined; note?: string | undefined; how?: typeof send | typeof show };
export type Reviewing = (
  ctx: PersonCtx,
  registrationId: number,
  outcome: Reviewed,
  how?: typeof send | typeof show,
) => Promise<void>;
