import { and, eq, inArray } from 'drizzle-orm';
import type { Deps, PersonCtx } from '../../bot/context.ts';
import { html } from '../../bot/html.ts';
import { menu, send } from '../../bot/view.ts';
import { registration } from '../../db/schema.ts';
import { defineForm, type Form } from '../../forms/form.ts';
import { findEvent, findRegistration, STANDING, wording, type Event, type Registration } from '../events/store.ts';
import { madeQuestions, prefixed, unprefixed } from '../forms/questions.ts';
import { askedVersion, MADE, type Version } from '../forms/store.ts';
import { knownProfile, profileQuestions } from '../people/questions.ts';
import { saveProfile } from '../people/store.ts';
import { showButton } from './messages.ts';

type Subject = { event: Event; form: Version | null; known: Registration };

/**
 * What others answer as they register, asked of whom organizers took in: what these wrote of them is there to be confirmed.
 * Rejected: to ask before the seat is accepted. Whose time runs out while they look for an answer would lose it.
 */
export function detailsForm({ programme, clock }: Pick<Deps, 'programme' | 'clock'>): Form {
  return defineForm<Subject, void>({
    key: 'details',
    needs: 'person',
    resumes: 'silently',
    async load(db, person, eventId) {
      const event = await findEvent(db, eventId);
      const known = event && (await findRegistration(db, eventId, person));
      const over = !event || Temporal.Instant.compare(event.endsAt, clock.now()) <= 0;
      if (over || event.status !== 'published' || !known || !STANDING.some((one) => one === known.status)) return null;
      return { event, known, form: await askedVersion(db, { eventId, purpose: 'registration' }) };
    },
    gone: (ctx, eventId) => say(ctx, 'seats:not_possible', eventId),
    title: ({ t, subject }) => `${t('places:details')} · ${wording(subject.event, t).title}`,
    questions: (at) => [
      ...profileQuestions(programme, at),
      ...(at.subject.form ? madeQuestions(at.subject.form.spec, MADE, at) : []),
    ],
    known: ({ person, subject }) => ({ ...knownProfile(person), ...prefixed(MADE, subject.known.answers) }),
    confirm: (t) => t('common:save'),
    async submit(tx, { person, subject, answers }) {
      await saveProfile(tx, programme, person, answers);
      // Of a seat that was given up meanwhile nothing is asked.
      await tx
        .update(registration)
        .set({ answers: unprefixed(MADE, answers), formVersionId: subject.form?.id ?? null })
        .where(and(eq(registration.id, subject.known.id), inArray(registration.status, STANDING)));
    },
    done: (ctx, _outcome, { subject }) => say(ctx, 'changes:saved', subject.event.id),
  });
}

async function say(ctx: PersonCtx, text: 'seats:not_possible' | 'changes:saved', eventId: number): Promise<void> {
  await send(ctx, { text: html`${ctx.t(text)}`, buttons: [[showButton(ctx.t, eventId)], [menu(ctx.t)]] });
}
