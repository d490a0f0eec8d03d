import type { Deps, PersonCtx } from '../../bot/context.ts';
import { send } from '../../bot/view.ts';
import { defineForm, type Form } from '../../forms/form.ts';
import { findEvent, wording, type Event } from '../events/store.ts';
import type { Reader } from '../events/messages.ts';
import { savedNote, sessionsView, unknownView } from './manage-messages.ts';
import { answersLike, answersOf, askSession, readSession } from './questions.ts';
import { eventOfSession, findSession, sessionsOf, type Session } from './store.ts';
import { addSession, changeSession, type Saved } from './write.ts';

/** A new session of an event. The day and the place are those of the one before, until they are changed. */
export function addSessionForm(deps: Deps): Form {
  return defineForm<{ event: Event; before: Session | undefined }, Saved>({
    key: 'session',
    needs: 'organizer of it',
    async load(db, _person, eventId) {
      const event = await findEvent(db, eventId);
      if (!event || event.status === 'cancelled') return null;
      const all = (await sessionsOf(db, [eventId])).filter(({ cancelledAt }) => !cancelledAt);
      return { event, before: all.toSorted((a, b) => a.id - b.id).at(-1) };
    },
    async gone(ctx) {
      await send(ctx, unknownView(ctx.t));
    },
    title: ({ t, subject }) => `${t('sessions:add')} · ${wording(subject.event, t).title}`,
    questions: askSession,
    known: ({ subject }) => answersLike(subject.event, subject.before),
    confirm: (t) => t('organize:save'),
    submit: (tx, { subject, answers, now }) =>
      addSession(tx, subject.event.id, readSession(subject.event, answers), now),
    async done(ctx, outcome, { subject }) {
      await landed(deps, ctx, outcome, subject.event);
    },
  });
}

/** Another time, place or speaker, or a better wording. */
export function changeSessionForm(deps: Deps): Form {
  return defineForm<{ event: Event; one: Session }, Saved>({
    key: 'change_session',
    needs: 'organizer of it',
    of: eventOfSession,
    async load(db, _person, sessionId) {
      const one = await findSession(db, sessionId);
      const event = one && (await findEvent(db, one.eventId));
      return one && event && !one.cancelledAt && event.status !== 'cancelled' ? { event, one } : null;
    },
    async gone(ctx) {
      await send(ctx, unknownView(ctx.t));
    },
    title: ({ t, subject }) => `${t('sessions:change')} · ${wording(subject.one, t).title}`,
    questions: askSession,
    known: ({ subject }) => answersOf(subject.event, subject.one),
    confirm: (t) => t('organize:save'),
    submit: (tx, { subject, answers, now }) =>
      changeSession(tx, subject.one.id, readSession(subject.event, answers), now),
    async done(ctx, outcome, { subject }) {
      await landed(deps, ctx, outcome, subject.event);
    },
  });
}

/** Where one is then: at the list, with what came of it on top. */
async function landed({ db, programme, clock }: Deps, ctx: PersonCtx, outcome: Saved, { id }: Event): Promise<void> {
  const { t, lang, person } = ctx;
  const event = await findEvent(db, id);
  if (!event) return void (await send(ctx, unknownView(t)));
  const reader: Reader = { t, lang, zone: person.zone, programme, now: clock.now() };
  const all = await sessionsOf(db, [id]);
  const at = outcome.kind === 'saved' ? all.findIndex((one) => one.id === outcome.sessionId) : 0;
  await send(ctx, sessionsView(event, all, { at }, reader, savedNote(outcome, t)));
}
