import type { Deps, PersonCtx } from '../../bot/context.ts';
import { startLink } from '../../bot/link.ts';
import type { EventOf, Route } from '../../bot/routes.ts';
import { idOf, send, show } from '../../bot/view.ts';
import { eventOfRegistration, findEvent, type Event } from '../events/store.ts';
import { countryIn } from '../organize/store.ts';
import { noEventView } from '../organize/messages.ts';
import { offerToShortlist } from '../registration/seats.ts';
import { offerHours } from '../registration/store.ts';
import { inviteView } from '../roles/messages.ts';
import { createInvite, takeRole } from '../roles/store.ts';
import type { Landing } from './forms.ts';
import * as views from './messages.ts';
import { rankingOf } from './ranking.ts';
import * as ranked from './ranking-messages.ts';
import { tasksOf } from './reviews.ts';
import { forecast, move, proposal, putOn, takeOff, useProposal } from './shortlist.ts';
import * as store from './store.ts';
import { turnOff, turnOn } from './switch.ts';
import { readerOf } from '../events/messages.ts';

type How = typeof send | typeof show;

/** What organizers do: they say how applications are scored and by whom, and make a shortlist of them. */
export function organizerRoutes(deps: Deps): { routes: Route[]; landing: Omit<Landing, 'reviewed'> } {
  const { db, clock, i18n, programme } = deps;
  const by = (ctx: PersonCtx) => ({ actorId: ctx.person.id, now: clock.now() });
  const hasBegun = ({ beginsAt }: Event) => Temporal.Instant.compare(beginsAt, clock.now()) <= 0;

  async function gone(ctx: PersonCtx, how: How = show): Promise<void> {
    await how(ctx, noEventView(ctx.t));
  }

  async function selection(ctx: PersonCtx, eventId: number, note?: string, how: How = show): Promise<void> {
    const event = await findEvent(db, eventId);
    if (!event) return gone(ctx, how);
    const reader = readerOf(deps, ctx);
    if (!event.selective)
      return void (await how(ctx, views.offView(event, await store.countSeated(db, event.id), reader, note)));
    const about = {
      figures: await store.figuresOf(db, event.id),
      criteria: await store.criteriaOf(db, event.id),
      reviewers: await store.reviewersOf(db, event.id),
      begun: hasBegun(event),
    };
    await how(ctx, views.selectionView(event, about, reader, note));
  }

  async function criteria(ctx: PersonCtx, event: Event, note?: string, how: How = show): Promise<void> {
    const [all, fixed] = [await store.criteriaOf(db, event.id), await store.hasReviews(db, event.id)];
    await how(ctx, views.criteriaView(event, all, fixed, readerOf(deps, ctx), note));
  }

  async function criterion(ctx: PersonCtx, one: store.Criterion): Promise<void> {
    const fixed = await store.hasReviews(db, one.eventId);
    await show(ctx, views.criterionView(one, programme.languages, fixed, readerOf(deps, ctx)));
  }

  function savedNote({ t }: PersonCtx, saved: store.Saved): string {
    switch (saved) {
      case 'saved':
        return t('changes:saved');
      case 'fixed':
        return t('selection:fixed');
      case 'full':
        return t('selection:full', { count: store.MOST_CRITERIA });
      case 'gone':
        return t('questionnaires:changed_meanwhile');
    }
  }

  const reviewers = async (ctx: PersonCtx, event: Event, note?: string) =>
    show(ctx, views.reviewersView(event, await store.reviewersOf(db, event.id), readerOf(deps, ctx), note));

  /** Who reviews as well must not be led by what others gave. */
  async function mustScoreFirst(ctx: PersonCtx, event: Event): Promise<boolean> {
    if (!store.isScored(event, clock.now()) || !(await store.isReviewer(db, event.id, ctx.person))) return false;
    return (await tasksOf(db, event.id, ctx.person.id)).some(({ done }) => !done);
  }

  async function candidate(ctx: PersonCtx, id: number, note?: string): Promise<void> {
    const eventId = await eventOfRegistration(db, [String(id)]);
    const event = typeof eventId === 'number' ? await findEvent(db, eventId) : null;
    if (!event) return gone(ctx);
    if (await mustScoreFirst(ctx, event)) return show(ctx, ranked.hiddenView(event, readerOf(deps, ctx)));
    const one = (await rankingOf(db, event.id)).find(({ registration }) => registration.id === id);
    if (!one) return shortlist(ctx, event, undefined, ctx.t('seats:not_possible'));
    await show(ctx, ranked.candidateView(event, one, await store.criteriaOf(db, event.id), readerOf(deps, ctx), note));
  }

  async function shortlist(ctx: PersonCtx, event: Event, page?: string, note?: string): Promise<void> {
    if (await mustScoreFirst(ctx, event)) return show(ctx, ranked.hiddenView(event, readerOf(deps, ctx)));
    const listed = (await rankingOf(db, event.id))
      .filter((one) => one.listed !== null)
      .toSorted((a, b) => a.listed! - b.listed!);
    const ready = listed.filter(({ registration }) => registration.status === 'pending').length;
    const about = { page, ready, begun: hasBegun(event) };
    await show(ctx, ranked.shortlistView(event, listed, about, readerOf(deps, ctx), note));
  }

  /** A press about one event. */
  function onEvent(name: string, go: (ctx: PersonCtx, event: Event, ...args: string[]) => Promise<void>): Route {
    return {
      on: 'press',
      name,
      needs: 'organizer of it',
      async do(ctx, id, ...args) {
        const event = await findEvent(db, idOf(id));
        await (event ? go(ctx, event, ...args) : gone(ctx));
      },
    };
  }

  /** A press about a selection; what is none shows how to make it one. */
  const onSelection: typeof onEvent = (name, go) =>
    onEvent(name, (ctx, event, ...args) => (event.selective ? go(ctx, event, ...args) : selection(ctx, event.id)));

  /** A press about something that has an event, by its id. */
  const on = (
    name: string,
    of: EventOf,
    go: (ctx: PersonCtx, id: number, argument?: string) => Promise<void>,
  ): Route => ({
    on: 'press',
    name,
    needs: 'organizer of it',
    of,
    do: (ctx, id, argument) => go(ctx, idOf(id), argument),
  });

  const onCriterion = (name: string, go: (ctx: PersonCtx, one: store.Criterion) => Promise<void>): Route =>
    on(name, store.eventOfCriterion, async (ctx, id) => {
      const one = await store.findCriterion(db, id);
      await (one ? go(ctx, one) : gone(ctx));
    });

  const onReviewer = (name: string, go: (ctx: PersonCtx, event: Event, one: store.Reviewer) => Promise<void>): Route =>
    on(name, store.eventOfReviewer, async (ctx, id) => {
      const eventId = await store.eventOfReviewer(db, [String(id)]);
      const event = typeof eventId === 'number' ? await findEvent(db, eventId) : null;
      if (!event) return gone(ctx);
      const one = (await store.reviewersOf(db, event.id)).find(({ roleId }) => roleId === id);
      await (one ? go(ctx, event, one) : reviewers(ctx, event));
    });

  const onCandidate = (name: string, go: (ctx: PersonCtx, id: number, argument?: string) => Promise<boolean>): Route =>
    on(name, eventOfRegistration, async (ctx, id, argument) => {
      const done = await go(ctx, id, argument);
      await candidate(ctx, id, done ? undefined : ctx.t('seats:not_possible'));
    });

  const routes: Route[] = [
    onEvent('selection', (ctx, event) => selection(ctx, event.id)),
    onEvent('selection_on', async (ctx, event) => {
      const outcome = await db.transaction((tx) => turnOn(tx, i18n, event.id, by(ctx)));
      const note = ctx.t(outcome === 'unchangeable' ? 'seats:not_possible' : 'selection:is_on');
      await selection(ctx, event.id, note);
    }),
    onSelection('selection_off', async (ctx, event) => show(ctx, views.reallyOffView(event, readerOf(deps, ctx)))),
    onEvent('selection_off_now', async (ctx, event) => {
      await db.transaction((tx) => turnOff(tx, event.id));
      await selection(ctx, event.id, ctx.t('changes:saved'));
    }),

    onSelection('criteria', (ctx, event) => criteria(ctx, event)),
    onSelection('add_criterion', (ctx, event) => ctx.fill('add_criterion', event.id)),
    onCriterion('criterion', criterion),
    onCriterion('edit_criterion', (ctx, { id }) => ctx.fill('edit_criterion', id)),
    onCriterion('drop_criterion', async (ctx, one) => {
      const saved = await db.transaction((tx) => store.dropCriterion(tx, one));
      const event = await findEvent(db, one.eventId);
      await (event ? criteria(ctx, event, savedNote(ctx, saved)) : gone(ctx));
    }),
    onSelection('scores_until', (ctx, event) => ctx.fill('scores_until', event.id)),

    onSelection('reviewers', (ctx, event) => reviewers(ctx, event)),
    onSelection('invite_reviewer', async (ctx, event) => {
      const about = { kind: 'reviewer', country: null, eventId: event.id } as const;
      const { token, expiresAt } = await createInvite(db, programme, ctx.person, about, clock.now());
      const link = startLink(deps, `invite_${token}`);
      const { text } = inviteView(about, new Map([[event.id, event]]), { link, expiresAt }, readerOf(deps, ctx));
      const back = { text: ctx.t('selection:reviewers'), data: `reviewers:${event.id}` };
      await send(ctx, { text, buttons: [[back]] });
    }),
    onReviewer('remove_reviewer', async (ctx, event, one) =>
      show(ctx, views.reallyRemoveView(event, one, readerOf(deps, ctx))),
    ),
    onReviewer('drop_reviewer', async (ctx, event, { roleId }) => {
      await takeRole(db, roleId, ctx.person, clock.now());
      await reviewers(ctx, event);
    }),

    onSelection('ranking', async (ctx, event, country, page) => {
      const reader = readerOf(deps, ctx);
      if (await mustScoreFirst(ctx, event)) return show(ctx, ranked.hiddenView(event, reader));
      const wanted = { country: countryIn(country), page };
      await show(ctx, ranked.rankingView(event, await rankingOf(db, event.id), wanted, reader));
    }),
    on('candidate', eventOfRegistration, (ctx, id) => candidate(ctx, id)),
    onCandidate('list_on', (ctx, id) => db.transaction((tx) => putOn(tx, id, by(ctx)))),
    onCandidate('list_off', (_ctx, id) => db.transaction((tx) => takeOff(tx, id))),
    onCandidate('list_move', (_ctx, id, down) => db.transaction((tx) => move(tx, id, down === '1' ? 1 : -1))),
    onSelection('shortlist', (ctx, event, page) => shortlist(ctx, event, page)),
    onSelection('propose', async (ctx, event) => {
      const reader = readerOf(deps, ctx);
      if (await mustScoreFirst(ctx, event)) return show(ctx, ranked.hiddenView(event, reader));
      await show(ctx, ranked.proposalView(event, await proposal(db, event, clock.now()), reader));
    }),
    onSelection('propose_now', async (ctx, event) => {
      await db.transaction((tx) => useProposal(tx, event.id, by(ctx)));
      await shortlist(ctx, event);
    }),
    onSelection('offer_seats', async (ctx, event) => {
      const { offered, waiting } = await forecast(db, event, clock.now());
      const hours = offerHours(event) ?? 0;
      await show(ctx, ranked.reallyOfferView(event, { offered, waiting, hours }, readerOf(deps, ctx)));
    }),
    onSelection('offer_seats_now', async (ctx, event) => {
      const outcome = await db.transaction((tx) => offerToShortlist(tx, { eventId: event.id, ...by(ctx) }));
      const note = outcome.kind === 'offered' ? ctx.t('selection:offered', outcome) : ctx.t('seats:not_possible');
      await shortlist(ctx, event, undefined, note);
    }),
  ];

  const sent = async (ctx: PersonCtx, eventId: number, go: (event: Event) => Promise<void>) => {
    const event = await findEvent(db, eventId);
    await (event ? go(event) : gone(ctx, send));
  };

  return {
    routes,
    landing: {
      criteria: (ctx, eventId, saved) =>
        sent(ctx, eventId, (event) => criteria(ctx, event, savedNote(ctx, saved), send)),
      selection: (ctx, eventId, note) => selection(ctx, eventId, note, send),
    },
  };
}
