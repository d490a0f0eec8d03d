import { html } from '../../bot/html.ts';
import { data, menu, send } from '../../bot/view.ts';
import type { Deps, PersonCtx } from '../../bot/context.ts';
import type { Answers } from '../../db/schema.ts';
import { dropDrafts, keepDraft } from '../../forms/draft.ts';
import { defineForm, type Form } from '../../forms/form.ts';
import { textOf } from '../../forms/kinds/text.ts';
import { readerOf } from '../events/messages.ts';
import { seatsFor } from '../events/seats.ts';
import {
  findEvent,
  findRegistration,
  mayReturn,
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
import { closedView, declinedView, showButton } from './messages.ts';
import { offerView } from './offer-messages.ts';
import { register, type Outcome } from './seats.ts';
import { reasonOf } from './store.ts';

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
      if (known && !mayReturn(known.status)) return null;
      const form = await askedVersion(db, { eventId, purpose: 'registration' });
      return { event, form, earlier: known?.answers ?? {} };
    },
    async gone(ctx, eventId) {
      const known = await findRegistration(deps.db, eventId, ctx.person);
      if (known && !mayReturn(known.status)) return already(ctx, known);
      await send(ctx, closedView(await findEvent(deps.db, eventId), readerOf(deps, ctx)));
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
      const given = { answers: made, formVersionId: subject.form?.id ?? null };
      const outcome = await register(tx, { eventId, personId: person.id, now }, given, wait);
      // The last seat went while they wrote: what they wrote waits in the form for the waiting list, next to their profile.
      const kept = prefixed(MADE, made);
      if (outcome.kind === 'full')
        await keepDraft(tx, person, { form: 'waiting', subject: eventId, answers: kept }, now);
      // The other of the two forms leads nowhere now.
      else if (outcome.kind !== 'closed') await dropDrafts(tx, person, ['registration', 'waiting'], eventId);
      return outcome;
    },
    async done(ctx, outcome, { subject: { event }, answers }) {
      switch (outcome.kind) {
        case 'registered':
        case 'waiting':
        case 'pending':
          return; // The confirmation is in the outbox since the same transaction, so no crash can lose it.
        case 'full': {
          // Their country may be among what they have just answered.
          const from = { country: textOf(answers.country) || ctx.person.country };
          const { waiting, kept } = await seatsFor(deps.db, event, from, clock.now());
          const full = kept ? 'seats:full_now_for_country' : 'registration:full';
          return void (await send(ctx, {
            text: html`${ctx.t(full, { position: waiting + 1 })}`,
            buttons: [[{ text: ctx.t('events:join_waiting'), data: data('wait', event.id) }], [menu(ctx.t)]],
          }));
        }
        case 'closed':
          return void (await send(ctx, closedView(await findEvent(deps.db, event.id), readerOf(deps, ctx))));
        case 'already':
          return already(ctx, outcome.registration);
      }
    },
  });

  async function already(ctx: PersonCtx, known: Registration): Promise<void> {
    const event = await findEvent(deps.db, known.eventId);
    if (event && known.status === 'declined')
      return void (await send(ctx, declinedView(event, await reasonOf(deps.db, known.id), ctx)));
    if (event && known.status === 'offered')
      return void (await send(ctx, offerView(event, known, readerOf(deps, ctx))));
    const position = await waitingPosition(deps.db, known);
    const held = ctx.t(known.status === 'pending' ? 'seats:under_review' : 'registration:already');
    const text = position === null ? held : ctx.t('events:you_are_waiting', { position });
    await send(ctx, { text: html`${text}`, buttons: [[showButton(ctx.t, known.eventId)], [menu(ctx.t)]] });
  }
}
