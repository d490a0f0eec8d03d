import { InputFile } from 'grammy';
import type { Deps, PersonCtx } from '../../bot/context.ts';
import type { Route } from '../../bot/routes.ts';
import { idOf, send, show } from '../../bot/view.ts';
import { readerOf } from '../events/messages.ts';
import { eventOfRegistration, findEvent, type Event } from '../events/store.ts';
import type { Feature } from '../feature.ts';
import { noEventView } from '../organize/messages.ts';
import { findParticipant } from '../organize/store.ts';
import { placeLink } from '../people/named.ts';
import { withdrawInvitation } from '../registration/named.ts';
import { ADD, addForm } from './form.ts';
import { IMPORT, importForm } from './import-form.ts';
import { templateFile } from './list-files.ts';
import { templateView } from './list-messages.ts';
import { addView, closedView, enteredView, letterView, unansweredView } from './messages.ts';
import { unanswered, type Invited } from './store.ts';

/** Organizers register somebody else, or invite them and keep a seat for their answer. See registration/named.ts. */
export function invitations(deps: Deps): Feature {
  const { db, clock, programme, i18n } = deps;

  const reader = (to: PersonCtx) => readerOf(deps, to);

  function onEvent(name: string, go: (ctx: PersonCtx, event: Event, page?: string) => Promise<void>): Route {
    return {
      on: 'press',
      name,
      needs: 'organizer of it',
      async do(ctx, id, page) {
        const event = await findEvent(db, idOf(id));
        if (!event) return notFound(ctx);
        await (event.status === 'published' ? go(ctx, event, page) : show(ctx, closedView(event.id, ctx.t)));
      },
    };
  }

  const notFound = (ctx: PersonCtx) => show(ctx, noEventView(ctx.t));

  /** What the organizer passes on, as a message of its own: there is nothing in it but what the person should read. */
  async function letter(ctx: PersonCtx, event: Event, invited: Invited): Promise<void> {
    const { person } = invited;
    const lang = i18n.has(person.language) ? person.language : programme.defaultLanguage;
    const theirs = { t: i18n.t(lang), lang, zone: person.zone, programme, now: clock.now() };
    await send(ctx, letterView(event, invited, placeLink(deps, person.id), theirs));
  }

  const form = addForm(deps, async (ctx, event, entered) => {
    const found = await findParticipant(db, entered.registration.id);
    if (!found) return notFound(ctx);
    await send(ctx, enteredView(entered, found, ctx.t));
    if (found.person.telegramId === null) await letter(ctx, event, found);
  });

  return {
    name: 'invitations',
    forms: [form, importForm(deps)],
    routes: [
      onEvent('add_people', async (ctx, event) => {
        await show(ctx, addView(event, (await unanswered(db, event.id)).length, ctx.t));
      }),
      onEvent('add_person', (ctx, event) => ctx.fill(ADD, event.id)),
      onEvent('import_people', async (ctx, event) => {
        const { text } = templateView(ctx.t);
        const file = new InputFile(await templateFile(reader(ctx)), `list-${event.code}.xlsx`);
        await ctx.replyWithDocument(file, { caption: text.html, parse_mode: 'HTML' });
        await ctx.fill(IMPORT, event.id);
      }),
      onEvent('unanswered', async (ctx, event, page) => {
        await show(ctx, unansweredView(event, await unanswered(db, event.id), page, reader(ctx)));
      }),
      {
        on: 'press',
        name: 'place_link',
        needs: 'organizer of it',
        of: eventOfRegistration,
        async do(ctx, id) {
          const found = await findParticipant(db, idOf(id));
          const event = found && (await findEvent(db, found.registration.eventId));
          if (!found || !event) return notFound(ctx);
          // They have come meanwhile.
          if (found.person.telegramId !== null)
            return void (await ctx.answerCallbackQuery({ text: ctx.t('places:came') }));
          await letter(ctx, event, found);
        },
      },
      {
        on: 'press',
        name: 'withdraw_invitation',
        needs: 'organizer of it',
        of: eventOfRegistration,
        async do(ctx, id) {
          const found = await findParticipant(db, idOf(id));
          const event = found && (await findEvent(db, found.registration.eventId));
          if (!event) return notFound(ctx);
          const decision = { registrationId: idOf(id), actorId: ctx.person.id, now: clock.now() };
          const outcome = await db.transaction((tx) => withdrawInvitation(tx, decision));
          const note = outcome === 'withdrawn' ? 'places:invitation_withdrawn' : 'seats:not_possible';
          await ctx.answerCallbackQuery({ text: ctx.t(note) });
          await show(ctx, unansweredView(event, await unanswered(db, event.id), undefined, reader(ctx)));
        },
      },
    ],
  };
}
