import { InputFile } from 'grammy';
import type { Deps, PersonCtx } from '../../bot/context.ts';
import type { Route } from '../../bot/routes.ts';
import { idOf, keyboard, send, show } from '../../bot/view.ts';
import type { Form } from '../../forms/form.ts';
import type { Reader } from '../events/messages.ts';
import { findEvent, type Event } from '../events/store.ts';
import { participants } from '../organize/store.ts';
import { allMarks, attendanceFile } from './attendance-file.ts';
import { fileView, peopleView } from './attendance-messages.ts';
import { canMark, mark, markRest } from './attended.ts';
import { excuseForm } from './excuse-form.ts';
import { unknownView } from './manage-messages.ts';
import { eventOfMark, eventOfSession, findSession, marksOf, sessionsOf, type Mark, type Session } from './store.ts';

const MARKS: readonly Mark[] = ['present', 'absent', 'excused'];

/** The organizer's tick, session by session. The list of sessions is in organize, where the attendance of events is. */
export function attendanceRoutes(deps: Deps, reader: (ctx: PersonCtx) => Reader): { routes: Route[]; forms: Form[] } {
  const { db, clock } = deps;

  async function people(
    ctx: PersonCtx,
    event: Event,
    one: Session,
    page?: string,
    how: typeof show = show,
  ): Promise<void> {
    const all = await participants(db, event, 'registered');
    const marks = await marksOf(db, one.id);
    const open = canMark(event, one, 'present', clock.now());
    await how(ctx, peopleView(event, one, { all, marks, open }, page, reader(ctx)));
  }

  async function byId(ctx: PersonCtx, id: number, go: (event: Event, one: Session) => Promise<void>): Promise<void> {
    const one = await findSession(db, id);
    const event = one && (await findEvent(db, one.eventId));
    await (one && event ? go(event, one) : show(ctx, unknownView(ctx.t)));
  }

  const needs = 'organizer of it';
  return {
    forms: [
      excuseForm((ctx, id) =>
        byId(ctx, id, (event, one) =>
          people(ctx, event, one, undefined, async (to, view) => void (await send(to, view))),
        ),
      ),
    ],
    routes: [
      {
        on: 'press',
        name: 'session_people',
        needs,
        of: eventOfSession,
        do: (ctx, id, page) => byId(ctx, idOf(id), (event, one) => people(ctx, event, one, page)),
      },
      {
        on: 'press',
        name: 'tick',
        needs,
        of: eventOfSession,
        do: (ctx, id, registration, state, page) =>
          byId(ctx, idOf(id), async (event, one) => {
            const said = MARKS.find((each) => each === state);
            const about = { event, one, registrationId: idOf(registration) };
            const can = said !== undefined && canMark(event, one, said, clock.now());
            const marked =
              can && (await db.transaction((tx) => mark(tx, about, { state: said, by: 'organizer' }, clock.now())));
            if (typeof marked !== 'number')
              await ctx.answerCallbackQuery({
                text: ctx.t(can ? 'organize:not_registered_now' : 'sessions:tick_later'),
              });
            await people(ctx, event, one, page);
          }),
      },
      {
        on: 'press',
        name: 'tick_all',
        needs,
        of: eventOfSession,
        do: (ctx, id, page) =>
          byId(ctx, idOf(id), async (event, one) => {
            await markRest(db, event, one, clock.now());
            await people(ctx, event, one, page);
          }),
      },
      { on: 'press', name: 'excuse_why', needs, of: eventOfMark, do: (ctx, id) => ctx.fill('excuse_why', idOf(id)) },
      {
        on: 'press',
        name: 'attendance_file',
        needs,
        async do(ctx, id) {
          const event = await findEvent(db, idOf(id));
          if (!event) return show(ctx, unknownView(ctx.t));
          const about = {
            sessions: await sessionsOf(db, [event.id]),
            people: await participants(db, event, 'registered'),
            marks: await allMarks(db, event.id),
          };
          const { text, buttons } = fileView(event, reader(ctx));
          await ctx.replyWithDocument(
            new InputFile(await attendanceFile(event, about, reader(ctx)), `attendance-${event.code}.xlsx`),
            { caption: text.html, parse_mode: 'HTML', reply_markup: keyboard(buttons) },
          );
        },
      },
    ],
  };
}
