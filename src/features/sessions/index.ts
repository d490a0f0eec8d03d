import { InputFile } from 'grammy';
import type { Deps, PersonCtx } from '../../bot/context.ts';
import { html } from '../../bot/html.ts';
import { entry, type Route } from '../../bot/routes.ts';
import { idOf, keyboard, menu, send, show } from '../../bot/view.ts';
import { outgoing, type MessageKind } from '../../delivery/messages.ts';
import { text } from '../../programme.ts';
import { readerOf } from '../events/messages.ts';
import { findEvent, findRegistration, isFarAhead, type Event } from '../events/store.ts';
import type { Feature } from '../feature.ts';
import { agendaView } from './agenda-messages.ts';
import { attendanceRoutes } from './attendance.ts';
import { calendarOf } from './calendar.ts';
import { feedView, fileView, noFeedView, noSeatView, reallyNewView } from './calendar-messages.ts';
import { agendaChangedView } from './change-messages.ts';
import { checkIn, readCode, readScanned, scannedBy, screenToken, type Scan } from './checkin.ts';
import { checkedInView } from './checkin-messages.ts';
import { comingEntries, entryOf, feedOf, renewFeed, shownEvent } from './feed-store.ts';
import { addSessionForm, changeSessionForm } from './form.ts';
import { codeView, reallyCancelView, sessionsView, sessionView, unknownView } from './manage-messages.ts';
import { feedAddresses, sessionPages } from './pages.ts';
import { countPresent, countSeated, eventOfSession, findSession, ownMarks, sessionsOf, type Session } from './store.ts';
import { beforeIn } from './tell.ts';
import { cancelSession } from './write.ts';

/** The event itself: its sessions, everybody's agenda and calendar, and who was there. */
export function sessions(deps: Deps): Feature {
  const { db, clock, config, programme } = deps;

  const reader = (to: Pick<PersonCtx, 't' | 'lang' | 'person'>) => readerOf(deps, to);

  const changed: MessageKind = {
    patient: isFarAhead,
    async render(message, to) {
      const event = message.eventId === null ? null : await findEvent(db, message.eventId);
      if (event?.status !== 'published') return { drop: 'event cancelled' };
      const own = await findRegistration(db, event.id, to.person);
      if (own?.status !== 'registered') return { drop: 'participation cancelled' };
      const view = agendaChangedView(event, await sessionsOf(db, [event.id]), beforeIn(message), reader(to));
      return view ? outgoing(view) : { drop: 'nothing has changed in the end' };
    },
  };

  async function agenda(ctx: PersonCtx, eventId: number, page: string | undefined): Promise<void> {
    if (eventId === 0) {
      const coming = await comingEntries(db, ctx.person, clock.now());
      const marks = await ownMarks(
        db,
        ctx.person.id,
        coming.map(({ event }) => event.id),
      );
      return show(ctx, agendaView(coming, { marks, own: true }, page, reader(ctx)));
    }
    const event = await shownEvent(db, eventId);
    if (!event) return show(ctx, { text: html`${ctx.t('events:not_found')}`, buttons: [[menu(ctx.t)]] });
    const all = [{ event, sessions: await sessionsOf(db, [event.id]) }];
    const own = (await entryOf(db, ctx.person, event.id)) !== null;
    const marks = await ownMarks(db, ctx.person.id, [event.id]);
    await show(ctx, agendaView(all, { marks, own }, page, reader(ctx), event));
  }

  async function file(ctx: PersonCtx, eventId: number): Promise<void> {
    const { t } = ctx;
    const own = await entryOf(db, ctx.person, eventId);
    if (!own) return show(ctx, noSeatView(eventId, t));
    const body = calendarOf([own], text(programme, programme.name.short, ctx.lang), { t, deps });
    const caption = fileView(own.event, config.PUBLIC_URL !== undefined, t);
    await ctx.replyWithDocument(new InputFile(Buffer.from(body), `${own.event.code}.ics`), {
      caption: caption.text.html,
      parse_mode: 'HTML',
      reply_markup: keyboard(caption.buttons),
    });
  }

  async function feed(ctx: PersonCtx, tokenOf: typeof feedOf): Promise<void> {
    if (config.PUBLIC_URL === undefined) return show(ctx, noFeedView(ctx.t));
    const token = await tokenOf(db, ctx.person, clock.now());
    await show(ctx, feedView(feedAddresses(config.PUBLIC_URL, token), ctx.t));
  }

  async function scanned(ctx: PersonCtx, scan: Scan): Promise<void> {
    await send(ctx, checkedInView(await checkIn(deps, ctx.person, scan, clock.now()), reader(ctx)));
  }

  /** A press about one session, for who organizes its event. */
  function onSession(
    name: string,
    go: (ctx: PersonCtx, event: Event, one: Session, arg?: string) => Promise<void>,
  ): Route {
    return {
      on: 'press',
      name,
      needs: 'organizer of it',
      of: eventOfSession,
      async do(ctx, id, arg) {
        const one = await findSession(db, idOf(id));
        const event = one && (await findEvent(db, one.eventId));
        await (one && event ? go(ctx, event, one, arg) : show(ctx, unknownView(ctx.t)));
      },
    };
  }

  async function sessionPage(ctx: PersonCtx, event: Event, one: Session, note?: string): Promise<void> {
    const present = (await countPresent(db, event.id)).get(one.id) ?? 0;
    const figures = { present, seated: await countSeated(db, event.id), pages: config.PUBLIC_URL !== undefined };
    await show(ctx, sessionView(event, one, figures, reader(ctx), note));
  }

  const attended = attendanceRoutes(deps, reader);

  return {
    name: 'sessions',
    forms: [addSessionForm(deps), changeSessionForm(deps), ...attended.forms],
    messages: { agenda_changed: changed },
    pages: sessionPages(deps),
    routes: [
      ...entry('agenda', 'person', (ctx, id, page) => agenda(ctx, idOf(id), page)),
      { on: 'press', name: 'calendar', needs: 'person', do: (ctx, id) => file(ctx, idOf(id)) },
      { on: 'press', name: 'calendar_feed', needs: 'person', do: (ctx) => feed(ctx, feedOf) },
      {
        on: 'press',
        name: 'new_calendar',
        needs: 'person',
        do: (ctx, sure) => (sure === 'yes' ? feed(ctx, renewFeed) : show(ctx, reallyNewView(ctx.t))),
      },

      {
        on: 'link',
        name: 'checkin',
        // Whether the code is fresh must be known before somebody new reads and agrees, which takes longer than it lives.
        needs: 'anyone',
        async do(ctx, argument = '') {
          const now = clock.now();
          const scan = readCode(deps, argument, now);
          if (ctx.person) return scanned(ctx as PersonCtx, scan);
          const proof = scan.fresh ? scannedBy(deps, scan.sessionId, ctx.from!.id, now) : `${scan.sessionId}-0`;
          await ctx.follow(`scanned_${proof}`);
        },
      },
      {
        on: 'link',
        name: 'scanned',
        needs: 'person',
        do: (ctx, argument = '') => scanned(ctx, readScanned(deps, argument, ctx.from!.id, clock.now())),
      },

      {
        on: 'press',
        name: 'sessions',
        needs: 'organizer of it',
        async do(ctx, id, page) {
          const event = await findEvent(db, idOf(id));
          if (!event) return show(ctx, unknownView(ctx.t));
          await show(ctx, sessionsView(event, await sessionsOf(db, [event.id]), page, reader(ctx)));
        },
      },
      { on: 'press', name: 'add_session', needs: 'organizer of it', do: (ctx, id) => ctx.fill('session', idOf(id)) },
      onSession('session', (ctx, event, one) => sessionPage(ctx, event, one)),
      onSession('edit_session', (ctx, _event, one) => ctx.fill('change_session', one.id)),
      onSession('cancel_session', async (ctx, event, one, sure) => {
        if (one.cancelledAt || event.status === 'cancelled') return sessionPage(ctx, event, one);
        if (sure !== 'yes') return show(ctx, reallyCancelView(event, one, reader(ctx)));
        const outcome = await db.transaction((tx) => cancelSession(tx, one.id, clock.now()));
        const told = outcome.kind === 'cancelled' ? outcome.told : 0;
        const note = told > 0 ? ctx.t('sessions:saved_and_told', { count: told }) : ctx.t('sessions:saved');
        await show(ctx, sessionsView(event, await sessionsOf(db, [event.id]), undefined, reader(ctx), note));
      }),
      onSession('show_code', async (ctx, event, one) => {
        if (config.PUBLIC_URL === undefined) return sessionPage(ctx, event, one);
        await show(ctx, codeView(one, `${config.PUBLIC_URL}/screen/${screenToken(deps, one.id)}`, reader(ctx)));
      }),
      ...attended.routes,
    ],
  };
}
