import { InputFile } from 'grammy';
import QRCode from 'qrcode';
import type { Deps, PersonCtx } from '../../bot/context.ts';
import type { Route } from '../../bot/routes.ts';
import { registration } from '../../db/schema.ts';
import type { Feature } from '../feature.ts';
import { html } from '../../bot/html.ts';
import { startLink } from '../../bot/link.ts';
import { isOwner, organizedBy } from '../../bot/roles.ts';
import { entry } from '../../bot/routes.ts';
import { idOf, keyboard, menu, send, show } from '../../bot/view.ts';
import { countQuestions, NO_QUESTIONS } from '../../forms/spec/spec.ts';
import { readerOf } from '../events/messages.ts';
import { quotaFigures } from '../events/seats.ts';
import { countSeats, eventOfRegistration, findEvent, type Event } from '../events/store.ts';
import { currentVersion, versionsOf } from '../forms/store.ts';
import { countSessions } from '../sessions/store.ts';
import { applicationRoutes, declineManyForm } from './applications.ts';
import { actions, partIn, partView } from './actions.ts';
import { canMark, markAttendance, markEveryone } from './attendance.ts';
import { eventForm, type Landing } from './create-form.ts';
import { registrationsFile } from './export.ts';
import { exportView, manageView, noEventView, organizeView, shareView } from './messages.ts';
import { participantForms } from './participant-forms.ts';
import { participantRoutes } from './participant.ts';
import { countPending } from './pending.ts';
import { attendanceView, participantsView } from './people-messages.ts';
import { countAttendance, sessionAttendanceView } from './session-attendance.ts';
import { publishingNote, publishView, shownLanguage } from './publish-messages.ts';
import * as store from './store.ts';
import { textsForm } from './texts-form.ts';

/** Of the organizer's own unfinished forms, the latest. */
const UNFINISHED = 3;

/** What organizers do in the chat: events from the draft to the list of those who attended. */
export function organize(deps: Deps): Feature {
  const { db, clock, i18n } = deps;

  const reader = (to: PersonCtx) => readerOf(deps, to);

  async function manage(ctx: PersonCtx, event: Event, note?: string, how = show): Promise<void> {
    const form = await currentVersion(db, { eventId: event.id, purpose: 'registration' });
    const figures = {
      seats: await countSeats(db, event),
      counts: await store.countParticipants(db, event.id),
      quotas: await quotaFigures(db, event),
      applications: await countPending(db, event.id),
      questions: form ? countQuestions(form.spec) : 0,
    };
    await how(ctx, manageView(event, actions(event, reader(ctx)), figures, reader(ctx), note));
  }

  async function attendance(ctx: PersonCtx, event: Event, page: string | undefined): Promise<void> {
    if ((await countSessions(db, event.id)) > 0)
      return show(ctx, sessionAttendanceView(event, await countAttendance(db, event.id), page, reader(ctx)));
    if (!canMark(event, clock.now())) return manage(ctx, event, ctx.t('organize:attendance_later'));
    await show(ctx, attendanceView(event, await store.participants(db, event, 'registered'), page, reader(ctx)));
  }

  const landing: Landing = {
    async open(ctx, eventId) {
      const event = await findEvent(db, eventId);
      if (event) await manage(ctx, event, undefined, async (ctx, view) => void (await send(ctx, view)));
    },
    async refuse(ctx) {
      await send(ctx, { text: html`${ctx.t('organize:cannot_edit')}`, buttons: [[menu(ctx.t)]] });
    },
  };

  /** A press about one event. */
  function onEvent(name: string, go: (ctx: PersonCtx, event: Event, page?: string) => Promise<void>): Route {
    return {
      on: 'press',
      name,
      needs: 'organizer of it',
      async do(ctx, id, page) {
        const event = await findEvent(db, idOf(id));
        await (event ? go(ctx, event, page) : notFound(ctx));
      },
    };
  }

  return {
    name: 'organize',
    forms: [eventForm(deps, landing), textsForm(deps, landing), ...participantForms(deps), declineManyForm(deps)],
    routes: [
      ...participantRoutes(deps),
      ...applicationRoutes(deps),
      ...entry('organize', 'organizer', async (ctx, page) => {
        const theirs = await organizedBy(deps, ctx.person);
        const events = await store.eventsPage(db, theirs, page, clock.now());
        const unfinished = (await ctx.unfinished('organizer')).slice(0, UNFINISHED);
        const rights = { owner: isOwner(deps, ctx.person), all: theirs === 'all' };
        await show(ctx, organizeView(events, { ...rights, unfinished }, reader(ctx)));
      }),
      { on: 'press', name: 'new_event', needs: 'organizer of all', do: (ctx) => ctx.fill('event', 0) },
      onEvent('edit_event', (ctx, event) => ctx.fill('event', event.id)),
      onEvent('edit_texts', (ctx, event) => ctx.fill('event_texts', event.id)),
      onEvent('manage', (ctx, event) => manage(ctx, event)),
      onEvent('manage_part', (ctx, event, part) => show(ctx, partView(event, partIn(part), reader(ctx)))),

      onEvent('publish', async (ctx, event, language = '') => {
        const against = store.hindrance(event, clock.now());
        if (against) return manage(ctx, event, publishingNote(ctx.t, against));
        const shown = shownLanguage(event, [language, ...ctx.t.reads]);
        const form = await currentVersion(db, { eventId: event.id, purpose: 'registration' });
        const participant = { ...reader(ctx), t: i18n.t(shown), lang: shown };
        await show(
          ctx,
          publishView(
            event,
            { seats: await countSeats(db, event), form: form?.spec ?? NO_QUESTIONS },
            participant,
            reader(ctx),
          ),
        );
      }),
      onEvent('publish_now', async (ctx, { id }) => {
        const outcome = await store.publish(db, id, clock.now());
        const event = await findEvent(db, id);
        if (event) await manage(ctx, event, publishingNote(ctx.t, outcome));
      }),

      onEvent('share', async (ctx, event) => {
        if (event.status !== 'published') return manage(ctx, event, ctx.t('organize:share_later'));
        const link = startLink(deps, `event_${event.code}`);
        const { text, buttons } = shareView(event, link, reader(ctx));
        const picture = await QRCode.toBuffer(link, { type: 'png', width: 600, margin: 4, errorCorrectionLevel: 'M' });
        await ctx.replyWithPhoto(new InputFile(picture, `event-${event.code}.png`), {
          caption: text.html,
          parse_mode: 'HTML',
          reply_markup: keyboard(buttons),
        });
      }),

      onEvent('participants', async (ctx, event, page) => {
        const people = await store.participants(db, event, 'pending', 'registered', 'offered', 'waiting', 'declined');
        await show(ctx, participantsView(event, people, page, reader(ctx)));
      }),

      onEvent('export', async (ctx, event) => {
        const people = await store.participants(db, event, ...registration.status.enumValues);
        const file = await registrationsFile(
          event,
          people,
          await versionsOf(db, { eventId: event.id, purpose: 'registration' }),
          reader(ctx),
        );
        const { text, buttons } = exportView(event, await countSeats(db, event), ctx.t);
        await ctx.replyWithDocument(new InputFile(file, `registrations-${event.code}.xlsx`), {
          caption: text.html,
          parse_mode: 'HTML',
          reply_markup: keyboard(buttons),
        });
      }),

      onEvent('attendance', attendance),
      onEvent('attend_all', async (ctx, event, page) => {
        await markEveryone(db, event, clock.now());
        await attendance(ctx, event, page);
      }),
      {
        on: 'press',
        name: 'attend',
        needs: 'organizer of it',
        of: eventOfRegistration,
        async do(ctx, id, attended, page) {
          const { kind, eventId } = await markAttendance(db, idOf(id), attended === '1', clock.now());
          if (kind === 'not possible') await ctx.answerCallbackQuery({ text: ctx.t('organize:not_registered_now') });
          const event = eventId === null ? null : await findEvent(db, eventId);
          await (event ? attendance(ctx, event, page) : notFound(ctx));
        },
      },
    ],
  };
}

async function notFound(ctx: PersonCtx): Promise<void> {
  await show(ctx, noEventView(ctx.t));
}
