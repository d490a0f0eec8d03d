import { eq } from 'drizzle-orm';
import type { Deps, PersonCtx } from '../../bot/context.ts';
import type { T } from '../../bot/i18n.ts';
import { send } from '../../bot/view.ts';
import { registration, type Answers, type Json } from '../../db/schema.ts';
import { defineForm, type Form, type Question } from '../../forms/form.ts';
import { text } from '../../forms/kinds/text.ts';
import { eventOfRegistration } from '../events/store.ts';
import { decline, type Declined } from '../registration/seats.ts';
import { noEventView } from './messages.ts';
import { showParticipant } from './participant.ts';
import { describe } from './people-messages.ts';
import { findParticipant, type Participant } from './store.ts';

/** Characters of what organizers say to, or note about, somebody. */
const MOST = 500;
const typed = (answer: Json | undefined) => (typeof answer === 'string' ? answer : null);

/** Asked once where many are declined, too. */
export const askReason = (t: T): Question => ({
  key: 'reason',
  label: t('seats:reason'),
  ask: t('seats:ask_reason'),
  optional: true,
  kind: text(t, { max: MOST }),
});
export const reasonIn = ({ reason }: Answers): string | null => typed(reason);

/** What organizers write on the page of a person. The subject is their registration. */
export function participantForms(deps: Deps): Form[] {
  const { db, clock, programme } = deps;

  const common = {
    needs: 'organizer of it',
    of: eventOfRegistration,
    ephemeral: true,
    load: (_db: unknown, _person: unknown, id: number) => findParticipant(db, id),
    async gone(ctx: PersonCtx) {
      await send(ctx, noEventView(ctx.t));
    },
  } as const;

  return [
    defineForm<Participant, Declined>({
      ...common,
      key: 'decline',
      title: ({ t, lang, person, subject }) =>
        `${t('seats:decline_title')} · ${describe(subject, { t, lang, zone: person.zone, programme, now: clock.now() })}`,
      questions: ({ t }) => [askReason(t)],
      confirm: (t) => t('seats:decline'),
      submit: (tx, { subject, person, answers, now }) =>
        decline(tx, {
          registrationId: subject.registration.id,
          actorId: person.id,
          reason: reasonIn(answers),
          now,
        }),
      async done(ctx, outcome, { subject }) {
        const note = ctx.t(outcome.kind === 'declined' ? 'seats:was_declined' : 'seats:not_possible');
        await showParticipant(deps, ctx, subject.registration.id, { note, how: send });
      },
    }),
    defineForm<Participant, void>({
      ...common,
      key: 'participant_note',
      title: ({ t }) => t('seats:note'),
      questions: ({ t }) => [
        { key: 'note', label: t('seats:note'), ask: t('seats:ask_note'), optional: true, kind: text(t, { max: MOST }) },
      ],
      async submit(tx, { subject, answers }) {
        await tx
          .update(registration)
          .set({ note: typed(answers.note) })
          .where(eq(registration.id, subject.registration.id));
      },
      async done(ctx, _outcome, { subject }) {
        await showParticipant(deps, ctx, subject.registration.id, { note: ctx.t('changes:saved'), how: send });
      },
    }),
  ];
}
