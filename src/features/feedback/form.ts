import { html } from '../../bot/html.ts';
import { menu, send, show } from '../../bot/view.ts';
import type { Deps } from '../../bot/context.ts';
import { defineForm, type Asking, type Form, type Question } from '../../forms/form.ts';
import type { Submission } from '../../forms/responses.ts';
import { scale } from '../../forms/kinds/choice.ts';
import { text } from '../../forms/kinds/text.ts';
import { findEvent, wording, type Event } from '../events/store.ts';
import { madeQuestions } from '../forms/questions.ts';
import { askedVersion, MADE, type Version } from '../forms/store.ts';
import { FEEDBACK, feedbackStanding, OPEN_QUESTIONS, RATINGS, submitFeedback } from './store.ts';

/** `form`: what the event's organizers ask beyond this. */
type Subject = { event: Event; form: Version | null };

/** Feedback on an event. With a summary, short as it is: what is anonymous can't be corrected after it was sent. */
export function feedbackForm({ db, clock }: Pick<Deps, 'db' | 'clock'>): Form {
  return defineForm<Subject, Submission>({
    key: FEEDBACK,
    needs: 'person',
    resumes: 'silently',
    async load(db, person, eventId) {
      const standing = await feedbackStanding(db, { eventId, personId: person.id, now: clock.now() });
      const event = standing === 'open' ? await findEvent(db, eventId) : null;
      return event && { event, form: await askedVersion(db, { eventId, purpose: 'feedback' }) };
    },
    async gone(ctx, eventId) {
      const standing = await feedbackStanding(db, { eventId, personId: ctx.person.id, now: clock.now() });
      const why = standing === 'answered' ? ctx.t('feedback:already') : ctx.t('feedback:not_available');
      await show(ctx, { text: html`${why}`, buttons: [[menu(ctx.t)]] });
    },
    title: ({ t, subject }) => `${t('feedback:title')} · ${wording(subject.event, t).title}`,
    questions: (at) => [...questions(at), ...(at.subject.form ? madeQuestions(at.subject.form.spec, MADE, at) : [])],
    confirm: (t) => t('feedback:send'),
    submit: (tx, { subject, person, answers }) =>
      submitFeedback(tx, { eventId: subject.event.id, personId: person.id }, answers, subject.form?.id ?? null),
    async done(ctx, { kind }) {
      const text = kind === 'saved' ? ctx.t('feedback:thanks') : ctx.t('feedback:already');
      await send(ctx, { text: html`${text}`, buttons: [[menu(ctx.t)]] });
    },
  });
}

function questions({ t }: Pick<Asking<Subject>, 't'>): Question[] {
  const [first, ...rest]: Question[] = [
    ...RATINGS.map((key) => ({
      key,
      label: t(`feedback:${key}`),
      ask: t(`feedback:ask_${key}`),
      kind: scale(t, 1, 5),
    })),
    {
      key: 'recommendation',
      label: t('feedback:recommendation'),
      ask: t('feedback:ask_recommendation'),
      kind: scale(t, 0, 10),
    },
    ...OPEN_QUESTIONS.map((key) => ({
      key,
      label: t(`feedback:${key}`),
      ask: t(`feedback:ask_${key}`),
      optional: true,
      kind: text(t, { max: 1000 }),
    })),
  ];
  return [{ ...first!, ask: `${t('feedback:intro')}\n\n${first!.ask}` }, ...rest];
}
