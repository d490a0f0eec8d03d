import { html } from '../../bot/html.ts';
import { data, send } from '../../bot/view.ts';
import type { Deps, PersonCtx } from '../../bot/context.ts';
import type { Answers, OwnQuestion } from '../../db/schema.ts';
import { dropDrafts, keepDraft } from '../../forms/draft.ts';
import { defineForm, type Asking, type Form, type Question } from '../../forms/form.ts';
import { choice, yesNo } from '../../forms/kinds/choice.ts';
import { wholeNumber } from '../../forms/kinds/number.ts';
import { text } from '../../forms/kinds/text.ts';
import { menu } from '../events/messages.ts';
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
import { knownProfile, profileQuestions } from '../people/questions.ts';
import { saveProfile } from '../people/store.ts';
import { register, type Outcome } from './seats.ts';

type Subject = { event: Event; earlier: Answers };

/** The event's own questions stand beside the profile's: a prefix keeps their keys apart. */
const OWN = 'own_';

/** Registration: who somebody is, then what the event wants to know. `wait`: for a place on the waiting list. */
export function registrationForm(deps: Deps, { key, wait }: { key: string; wait: boolean }): Form {
  const { programme, clock } = deps;
  return defineForm<Subject, Outcome>({
    key,
    async load(db, person, eventId) {
      const event = await findEvent(db, eventId);
      if (!event || registrability(event, clock.now()) !== 'open') return null;
      const known = await findRegistration(db, eventId, person);
      // An old button, or the other of the two forms: they stand there already and need not answer once more.
      if (known && known.status !== 'cancelled') return null;
      return { event, earlier: known?.answers ?? {} };
    },
    async gone(ctx, eventId) {
      const known = await findRegistration(deps.db, eventId, ctx.person);
      if (known && known.status !== 'cancelled') return already(ctx, known);
      await send(ctx, { text: html`${ctx.t('registration:closed')}`, buttons: [[menu(ctx.t)]] });
    },
    title: ({ t, lang, subject }) => `${t('registration:title')} · ${wording(subject.event, lang).title}`,
    questions: (at) => [...profileQuestions(programme, at), ...at.subject.event.questions.map((own) => ask(own, at))],
    known: ({ person, subject }) => ({ ...knownProfile(person), ...prefixed(subject.earlier) }),
    confirm: (t) => t(wait ? 'events:join_waiting' : 'registration:confirm'),
    async submit(tx, { person, subject, answers, now }) {
      await saveProfile(tx, programme, person, answers);
      const eventId = subject.event.id;
      const outcome = await register(tx, { eventId, personId: person.id, now }, own(answers), wait);
      // The last seat went while they wrote: what they wrote waits in the form for the waiting list.
      if (outcome.kind === 'full') await keepDraft(tx, person, { form: 'waiting', subject: eventId, answers }, now);
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
          return void (await send(ctx, { text: html`${ctx.t('registration:closed')}`, buttons: [[menu(ctx.t)]] }));
        case 'already':
          return already(ctx, outcome.registration);
      }
    },
  });

  async function already(ctx: PersonCtx, known: Registration): Promise<void> {
    const position = await waitingPosition(deps.db, known);
    const text = position === null ? ctx.t('registration:already') : ctx.t('events:you_are_waiting', { position });
    const show = { text: ctx.t('registration:show'), data: data('event', known.eventId) };
    await send(ctx, { text: html`${text}`, buttons: [[show], [menu(ctx.t)]] });
  }
}

function ask(own: OwnQuestion, { t, lang }: Pick<Asking<unknown>, 't' | 'lang'>): Question {
  const word = (texts: Record<string, string>) => texts[lang] ?? texts.en ?? Object.values(texts)[0] ?? '';
  const kinds = {
    text: () => text(t, { max: 1000 }),
    number: () => wholeNumber(t, { min: 0, max: 1_000_000 }),
    yes_no: () => yesNo(t),
    choice: () =>
      choice(
        t,
        (own.options ?? []).map(({ key, label }) => ({ key, label: word(label) })),
      ),
  };
  const label = word(own.label);
  return { key: OWN + own.key, label, ask: label, optional: own.optional ?? false, kind: kinds[own.kind]() };
}

const prefixed = (answers: Answers): Answers =>
  Object.fromEntries(Object.entries(answers).map(([key, value]) => [OWN + key, value]));

const own = (answers: Answers): Answers =>
  Object.fromEntries(
    Object.entries(answers).flatMap(([key, value]) => (key.startsWith(OWN) ? [[key.slice(OWN.length), value]] : [])),
  );
