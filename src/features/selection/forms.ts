import { eq } from 'drizzle-orm';
import type { Deps, PersonCtx } from '../../bot/context.ts';
import { languageName } from '../../bot/format/words.ts';
import type { T } from '../../bot/i18n.ts';
import { event as events, type Answers, type Wordings } from '../../db/schema.ts';
import { defineForm, type Form, type Question } from '../../forms/form.ts';
import { scale } from '../../forms/kinds/choice.ts';
import { wholeNumber } from '../../forms/kinds/number.ts';
import { offering } from '../../forms/kinds/offering.ts';
import { text, textOf } from '../../forms/kinds/text.ts';
import { instantIn, when } from '../../forms/kinds/when.ts';
import { clockOf, current, none } from '../changes/questions.ts';
import { eventOfRegistration, findEvent, wording, type Event } from '../events/store.ts';
import { lockEvent } from '../registration/seats.ts';
import { whenOf, worded } from './messages.ts';
import { findApplication, ownReview, saveReview, type Reviewed } from './reviews.ts';
import * as store from './store.ts';

/** Where who filled in a form goes on. */
export type Landing = {
  criteria(ctx: PersonCtx, eventId: number, saved: store.Saved): Promise<void>;
  selection(ctx: PersonCtx, eventId: number, note?: string): Promise<void>;
  reviewed(ctx: PersonCtx, registrationId: number, reviewed: Reviewed): Promise<void>;
};

/** Characters. */
const LONGEST = { title: 80, comment: 1000 };

const keyOf = (language: string) => `title_${language}`;

/** The organizer's own language first; translations may be left for later. */
function askTitle(t: T, lang: string, { texts }: Event): Question[] {
  const languages = Object.keys(texts).toSorted((a, b) => Number(b === lang) - Number(a === lang));
  return languages.map((language, i) => ({
    key: keyOf(language),
    label: t('selection:criterion', { language: languageName(language) }),
    ask: t('selection:ask_criterion', { language: languageName(language) }),
    ...(i > 0 && { optional: true }),
    kind: text(t, { max: LONGEST.title }),
  }));
}

/** What was skipped is not worded any more; what was not asked stays. */
function titleIn(answers: Answers, { texts }: Event, was: Wordings = {}): Wordings {
  const asked = Object.keys(texts).map((language) => [language, textOf(answers[keyOf(language)])] as const);
  return Object.fromEntries([...Object.entries(was), ...asked].filter(([, text]) => text !== ''));
}

const askNumber = (t: T, key: 'most' | 'weight', most: number): Question => ({
  key,
  label: t(`selection:${key}`),
  ask: t(`selection:ask_${key}`),
  kind: scale(t, 1, most),
});

const readCriterion = (answers: Answers, event: Event, was?: Wordings) => ({
  title: titleIn(answers, event, was),
  most: Number(answers.most),
  weight: Number(answers.weight),
});

export function addCriterionForm(_deps: Deps, landing: Landing): Form {
  return defineForm<Event, store.Saved>({
    key: 'add_criterion',
    needs: 'organizer of it',
    ephemeral: true,
    load: (db, _person, eventId) => findEvent(db, eventId),
    gone: (ctx, eventId) => landing.criteria(ctx, eventId, 'gone'),
    title: ({ t, subject }) => `${t('selection:criteria')} · ${wording(subject, t).title}`,
    questions: ({ t, lang, subject }) => [
      ...askTitle(t, lang, subject),
      askNumber(t, 'most', store.MOST_POINTS),
      askNumber(t, 'weight', store.MOST_WEIGHT),
    ],
    confirm: (t) => t('organize:save'),
    submit: (tx, { subject, answers }) => store.addCriterion(tx, subject.id, readCriterion(answers, subject)),
    done: (ctx, saved, { subject }) => landing.criteria(ctx, subject.id, saved),
  });
}

type Editing = { one: store.Criterion; event: Event; fixed: boolean };

export function editCriterionForm(_deps: Deps, landing: Landing): Form {
  return defineForm<Editing, store.Saved>({
    key: 'edit_criterion',
    needs: 'organizer of it',
    of: store.eventOfCriterion,
    ephemeral: true,
    async load(db, _person, id) {
      const one = await store.findCriterion(db, id);
      const event = one && (await findEvent(db, one.eventId));
      return one && event ? { one, event, fixed: await store.hasReviews(db, one.eventId) } : null;
    },
    gone: (ctx) => landing.criteria(ctx, 0, 'gone'),
    title: ({ t, subject }) => `${t('selection:criteria')} · ${worded(subject.one.title, t)}`,
    questions: ({ t, lang, subject: { event, fixed } }) => [
      ...askTitle(t, lang, event),
      ...(fixed ? [] : [askNumber(t, 'most', store.MOST_POINTS)]),
      askNumber(t, 'weight', store.MOST_WEIGHT),
    ],
    known: ({ subject: { one, event } }) => ({
      ...Object.fromEntries(Object.keys(event.texts).map((language) => [keyOf(language), one.title[language] ?? null])),
      most: one.most,
      weight: one.weight,
    }),
    confirm: (t) => t('organize:save'),
    submit: (tx, { subject: { one, event }, answers }) =>
      store.changeCriterion(tx, one, { ...readCriterion({ most: one.most, ...answers }, event, one.title) }),
    done: (ctx, saved, { subject }) => landing.criteria(ctx, subject.event.id, saved),
  });
}

/** Until when reviewers score. */
export function scoresUntilForm({ programme }: Deps, landing: Landing): Form {
  return defineForm<Event, boolean>({
    key: 'scores_until',
    needs: 'organizer of it',
    ephemeral: true,
    async load(db, _person, eventId) {
      const event = await findEvent(db, eventId);
      return event?.selective ? event : null;
    },
    gone: (ctx, eventId) => landing.selection(ctx, eventId),
    title: ({ t, subject }) => `${t('selection:scores_until')} · ${wording(subject, t).title}`,
    questions: (at) => {
      const { t, subject: event, now } = at;
      const { city, show, example } = clockOf(programme, event, at);
      const limits = { before: event.beginsAt };
      return [
        {
          key: 'until',
          label: t('selection:scores_until'),
          ask: [
            t('selection:ask_scores_until', { city, example: example(limits) }),
            current(t, event.scoresUntil && whenOf(event, event.scoresUntil, { ...at, zone: event.zone, programme })),
          ].join('\n'),
          kind: offering(t, when(t, event.zone, now, show, limits), [none(t('changes:until_it_begins'))]),
        },
      ];
    },
    async submit(tx, { subject, answers: { until } }) {
      const locked = await lockEvent(tx, subject.id);
      const scoresUntil = typeof until === 'string' ? instantIn(subject.zone, until) : null;
      await tx.update(events).set({ scoresUntil }).where(eq(events.id, subject.id));
      return locked !== null;
    },
    done: (ctx, _saved, { subject }) => landing.selection(ctx, subject.id, ctx.t('changes:saved')),
  });
}

type Scoring = { registrationId: number; event: Event; criteria: store.Criterion[]; earlier: Answers };

const pointsKey = ({ id }: store.Criterion) => `points_${id}`;

/** What a reviewer says of an application. The subject is the registration, which they see above, without a name. */
export function reviewForm({ clock }: Deps, landing: Landing): Form {
  return defineForm<Scoring, Reviewed>({
    key: 'review',
    needs: 'reviewer of it',
    of: eventOfRegistration,
    resumes: 'silently',
    async load(db, person, registrationId) {
      const found = await findApplication(db, registrationId);
      const event = found && (await findEvent(db, found.registration.eventId));
      const open = event && store.isScored(event, clock.now()) && found.registration.status === 'pending';
      if (!open || found.person.id === person.id) return null;
      const criteria = await store.criteriaOf(db, event.id);
      const own = await ownReview(db, registrationId, person.id);
      const given = own && !own.conflict ? { ...pointsOf(criteria, own.points), comment: own.comment } : {};
      return { registrationId, event, criteria, earlier: given };
    },
    gone: (ctx, registrationId) => landing.reviewed(ctx, registrationId, 'over'),
    title: ({ t, subject }) => t('selection:application', { number: subject.registrationId }),
    questions: ({ t, subject }) => [
      ...subject.criteria.map((one): Question => {
        const title = worded(one.title, t);
        const kind = one.most <= store.MOST_POINTS ? scale(t, 0, one.most) : wholeNumber(t, { min: 0, max: one.most });
        return { key: pointsKey(one), label: title, ask: t('selection:ask_points', { most: one.most }), kind };
      }),
      {
        key: 'comment',
        label: t('selection:comment'),
        ask: t('selection:ask_comment'),
        optional: true,
        kind: text(t, { max: LONGEST.comment }),
      },
    ],
    known: ({ subject }) => subject.earlier,
    confirm: (t) => t('organize:save'),
    submit(tx, { subject, person, answers, now }) {
      const points = Object.fromEntries(subject.criteria.map((one) => [one.id, Number(answers[pointsKey(one)])]));
      const comment = textOf(answers.comment) || null;
      const opinion = { kind: 'score', points, comment } as const;
      return saveReview(tx, { registrationId: subject.registrationId, reviewerId: person.id, opinion, now });
    },
    done: (ctx, reviewed, { subject }) => landing.reviewed(ctx, subject.registrationId, reviewed),
  });
}

const pointsOf = (criteria: store.Criterion[], points: Record<string, number>): Answers =>
  Object.fromEntries(
    criteria.flatMap((one) => {
      const given = points[one.id];
      return given === undefined ? [] : [[pointsKey(one), given] as const];
    }),
  );
