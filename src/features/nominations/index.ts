import type { Deps, PersonCtx } from '../../bot/context.ts';
import { startLink } from '../../bot/link.ts';
import { isOwner } from '../../bot/roles.ts';
import { entry, type Route } from '../../bot/routes.ts';
import { idOf, send, show } from '../../bot/view.ts';
import { eventOfRegistration, findEvent } from '../events/store.ts';
import type { Feature } from '../feature.ts';
import { represented } from '../people/questions.ts';
import { placeLink } from '../people/named.ts';
import { applicantView, cameView } from './came-messages.ts';
import { nominationsFallDue } from './job.ts';
import { beforeLinkView, linkView } from './link-messages.ts';
import { countryOfList, eventOfList, listId, listOf, type List } from './list.ts';
import { closedNote, goneView, listsView, reallyWithdrawView } from './messages.ts';
import { nominateForm, noteOn } from './nominate-form.ts';
import { overviewView } from './overview-messages.ts';
import { createPages } from './pages.ts';
import * as store from './store.ts';
import { termsForm } from './terms-form.ts';
import { nominationMessages } from './told.ts';
import { nominate, prefer, withdraw } from './write.ts';

/**
 * Countries nominate: their focal points name people for an event, or endorse who came by themselves, in an order of preference and
 * until a deadline. Whose list somebody is on is the nomination's country; in whose quota they are is that of their registration.
 */
export function nominations(deps: Deps): Feature {
  const { db, clock, programme, i18n } = deps;
  const pages = createPages(deps);
  const { reader, openTo, showList, showNominee } = pages;

  const byOf = async (ctx: PersonCtx, eventId: number) => ({
    personId: ctx.person.id,
    actor: await pages.actorAt(ctx.person, eventId),
    now: clock.now(),
  });

  /** A press about the list of a country. */
  const onList = (name: string, go: (ctx: PersonCtx, list: List, page?: string) => Promise<void>): Route => ({
    on: 'press',
    name,
    needs: 'focal point or organizer of it',
    of: eventOfList,
    country: countryOfList,
    do: (ctx, id, page) => go(ctx, listOf(idOf(id)), page),
  });

  /** A press about somebody on a list. */
  const onNominee = (
    name: string,
    go: (ctx: PersonCtx, one: store.Nominee, argument?: string) => Promise<void>,
  ): Route => ({
    on: 'press',
    name,
    needs: 'focal point or organizer of it',
    of: store.eventOfNomination,
    country: store.countryOfNomination,
    async do(ctx, id, argument) {
      const one = await store.findNominee(db, idOf(id));
      await (one ? go(ctx, one, argument) : show(ctx, goneView(ctx.t)));
    },
  });

  /** A press about somebody who came by themselves. */
  const onApplicant = (name: string, go: (ctx: PersonCtx, id: number) => Promise<void>): Route => ({
    on: 'press',
    name,
    needs: 'focal point or organizer of it',
    of: eventOfRegistration,
    country: store.countryOfRegistration,
    do: (ctx, id) => go(ctx, idOf(id)),
  });

  return {
    name: 'nominations',
    forms: [nominateForm(deps, pages), termsForm(deps)],
    messages: nominationMessages(deps),
    occasions: [nominationsFallDue],
    routes: [
      ...entry('nominations', 'focal point', async (ctx, page) => {
        const lists = await store.listsOf(db, await store.countriesOf(db, ctx.person), clock.now());
        await show(ctx, listsView(lists, page, reader(ctx)));
      }),

      onList('nominees', (ctx, list, page) => showList(ctx, list, { page })),
      onList('nominate', (ctx, list) => ctx.fill('nominate', listId(list))),
      onList('came', async (ctx, list, page) => {
        const found = await openTo(ctx, list.eventId);
        if (!found) return show(ctx, goneView(ctx.t));
        const all = await store.cameByThemselves(db, list);
        await show(ctx, cameView({ ...found, country: list.country }, all, page, reader(ctx)));
      }),

      onApplicant('applicant', async (ctx, id) => {
        const one = await store.findApplicant(db, id);
        const found = one && (await openTo(ctx, one.registration.eventId));
        if (!one?.registration.country || !found) return show(ctx, goneView(ctx.t));
        const { eventId, country } = one.registration;
        const { nominees: most } = found.event;
        const full = most !== null && (await store.nominees(db, { eventId, country })).length >= most;
        await show(ctx, applicantView(found, one, { full }, reader(ctx)));
      }),
      onApplicant('endorse', async (ctx, id) => {
        const one = await store.findApplicant(db, id);
        const found = one && (await openTo(ctx, one.registration.eventId));
        if (!one?.registration.country || !found) return show(ctx, goneView(ctx.t));
        const list = { eventId: one.registration.eventId, country: one.registration.country };
        const by = await byOf(ctx, list.eventId);
        const outcome = await db.transaction((tx) => nominate(tx, list, one.person.id, by));
        if ('nominationId' in outcome) {
          const note = outcome.kind === 'nominated' ? ctx.t('nominations:was_endorsed') : noteOn(outcome, ctx);
          return showNominee(ctx, outcome.nominationId, { note });
        }
        await showList(ctx, list, { note: noteOn(outcome, ctx) });
      }),

      onNominee('nominee', (ctx, { nomination }) => showNominee(ctx, nomination.id)),
      onNominee('nominee_link', async (ctx, one) => {
        const found = await openTo(ctx, one.nomination.eventId);
        if (!found) return show(ctx, goneView(ctx.t));
        const { person } = one;
        const own = person.telegramId === null;
        const link = own ? placeLink(deps, person.id) : startLink(deps, `event_${found.event.code}`);
        const theirReader = {
          ...reader(ctx),
          t: i18n.t(person.language),
          lang: person.language,
          zone: person.zone,
        };
        await show(ctx, beforeLinkView(one, ctx.t));
        await send(ctx, linkView(found.event, one, link, theirReader));
      }),
      onNominee('prefer', async (ctx, { nomination: { id, eventId } }, place) => {
        const by = await byOf(ctx, eventId);
        const outcome = await db.transaction((tx) => prefer(tx, id, idOf(place), by));
        const note = outcome.kind === 'closed' ? closedNote(by.actor, false, reader(ctx)) : undefined;
        await showNominee(ctx, id, note === undefined ? {} : { note });
      }),
      onNominee('withdraw_nominee', (ctx, one) => show(ctx, reallyWithdrawView(one, ctx.t))),
      onNominee('drop_nominee', async (ctx, { nomination: { id, eventId, country } }) => {
        const by = await byOf(ctx, eventId);
        const outcome = await db.transaction((tx) => withdraw(tx, id, by));
        const note =
          outcome.kind === 'closed' ? closedNote(by.actor, false, reader(ctx)) : ctx.t('nominations:was_withdrawn');
        await showList(ctx, { eventId, country }, { note });
      }),

      {
        on: 'press',
        name: 'event_nominations',
        needs: 'organizer of it',
        async do(ctx, id, page) {
          const event = await findEvent(db, idOf(id));
          if (!event) return show(ctx, goneView(ctx.t));
          const figures = await store.listFigures(db, [event.id]);
          const countries = new Set([
            ...represented(programme, ctx.lang).map(({ key }) => key),
            ...figures.map(({ country }) => country),
          ]);
          const found = {
            countries: [...countries],
            figures,
            focalPoints: await store.focalPoints(db),
            mayInvite: isOwner(deps, ctx.person),
          };
          await show(ctx, overviewView(event, found, page, reader(ctx)));
        },
      },
      {
        on: 'press',
        name: 'nomination_terms',
        needs: 'organizer of it',
        do: (ctx, id) => ctx.fill('nomination_terms', idOf(id)),
      },
    ],
  };
}
