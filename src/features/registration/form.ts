import { html } from '../../bot/html.ts';
import { data, menu, send } from '../../bot/view.ts';
import type { Deps, PersonCtx } from '../../bot/context.ts';
import type { Answers } from '../../db/schema.ts';
import { dropDrafts, keepDraft } from '../../forms/draft.ts';
import { defineForm, type Form } from '../../forms/form.ts';
import type { Reader } from '../events/messages.ts';
import {
  countSeats,
  findEvent,
  findRegistration,
  registrability,
  waitingPosition,
  wording,
  type Event,
  type Registration,
} from '../events/store.ts';
import { madeQuestions, prefixed, unprefixed } from '../forms/questions.ts';
import { askedVersion, MADE, type Version } from '../forms/store.ts';
import { knownProfile, profileQuestions } from '../people/questions.ts';
import { saveProfile } from '../people/store.ts';
import { closedView, showButton } from './messages.ts';
import { register, type Outcome } from './seats.ts';
import { noteVersion } from './store.ts';

type Subject = { event: Event; form: Version | null; earlier: Answers };

/** Registration: who somebody is, then what the event wants to know. `wait`: for a place on the waiting list. */
export function registrationForm(deps: Deps, { key, wait }: { key: string; wait: boolean }): Form {
  const { programme, clock } = deps;
  return defineForm<Subject, Outcome>({
    key,
    needs: 'person',
    resumes: 'silently',
    async load(db, person, eventId) {
      const event = await findEvent(db, eventId);
      if (!event || registrability(event, clock.now()) !== 'open') return null;
      const known = await findRegistration(db, eventId, person);
      // An old button, or the other of the two forms: they stand there already and need not answer once more.
      if (known && known.status !== 'cancelled') return null;
      const form = await askedVersion(db, { eventId, purpose: 'registration' });
      return { event, form, earlier: known?.answers ?? {} };
    },
    async gone(ctx, eventId) {
      const known = await findRegistration(deps.db, eventId, ctx.person);
      if (known && known.status !== 'cancelled') return already(ctx, known);
      await send(ctx, closedView(await findEvent(deps.db, eventId), reader(ctx)));
    },
    title: ({ t, subject }) => `${t('registration:title')} · ${wording(subject.event, t).title}`,
    questions: (at) => [
      ...profileQuestions(programme, at),
      ...(at.subject.form ? madeQuestions(at.subject.form.spec, MADE, at) : []),
    ],
    known: ({ person, subject }) => ({ ...knownProfile(person), ...prefixed(MADE, subject.earlier) }),
    confirm: (t) => t(wait ? 'events:join_waiting' : 'registration:confirm'),
    async submit(tx, { person, subject, answers, now }) {
      await saveProfile(tx, programme, person, answers);
      const eventId = subject.event.id;
      const made = unprefixed(MADE, answers);
      const outcome = await register(tx, { eventId, personId: person.id, now }, made, wait);
      if ('registration' in outcome && outcome.kind !== 'already')
        await noteVersion(tx, outcome.registration, subject.form?.id ?? null);
      // The last seat went while they wrote: what they wrote waits in the form for the waiting list, next to their profile.
      const kept = prefixed(MADE, made);
      if (outcome.kind === 'full')
        await keepDraft(tx, person, { form: 'waiting', subject: eventId, answers: kept }, now);
      // The other of the two forms leads nowhere now.
      else if (outcome.kind !== 'closed') await dropDrafts(tx, person, ['registration', 'waiting'], eventId);
      return outcome;
    },
    async done(ctx, outcome, { subject: { event } }) {
      switch (outcome.kind) {
        case 'registered':
        case 'waiting':
          return; // The confirmation is in the outbox since the same transaction, so no crash can lose it.
        case 'full': {
          const { waiting } = await countSeats(deps.db, event);
          return void (await send(ctx, {
            text: html`${ctx.t('registration:full', { position: waiting + 1 })}`,
            buttons: [[{ text: ctx.t('events:join_waiting'), data: data('wait', event.id) }], [menu(ctx.t)]],
          }));
        }
        case 'closed':
          return void (await send(ctx, closedView(await findEvent(deps.db, event.id), reader(ctx))));
        case 'already':
          return already(ctx, outcome.registration);
      }
    },
  });

  async function already(ctx: PersonCtx, known: Registration): Promise<void> {
    const position = await waitingPosition(deps.db, known);
    const text = position === null ? ctx.t('registration:already') : ctx.t('events:you_are_waiting', { position });
    await send(ctx, { text: html`${text}`, buttons: [[showButton(ctx.t, known.eventId)], [menu(ctx.t)]] });
  }

  function reader({ t, lang, person }: PersonCtx): Reader {
    return { t, lang, zone: person.zone, programme, now: clock.now() };
  }
}
