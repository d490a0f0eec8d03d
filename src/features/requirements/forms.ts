import type { Deps, PersonCtx } from '../../bot/context.ts';
import { languageName } from '../../bot/format/words.ts';
import { idOf } from '../../bot/view.ts';
import type { Answers } from '../../db/schema.ts';
import { defineForm, type Asking, type Form, type Kind, type Question } from '../../forms/form.ts';
import { yesNo } from '../../forms/kinds/choice.ts';
import { offering } from '../../forms/kinds/offering.ts';
import { text, textOf } from '../../forms/kinds/text.ts';
import { instantIn, when } from '../../forms/kinds/when.ts';
import { clockOf, none } from '../changes/questions.ts';
import { formatWhenBoth } from '../../bot/format/dates.ts';
import { cities } from '../events/messages.ts';
import { eventOfRegistration, findEvent, wording, type Event } from '../events/store.ts';
import { nameOf } from './messages.ts';
import * as store from './store.ts';

/** Where who filled in a form goes on. */
export type Landing = {
  requirements(ctx: PersonCtx, eventId: number, saved: store.Saved): Promise<void>;
  refused(ctx: PersonCtx, registrationId: number, done: boolean): Promise<void>;
  mine(ctx: PersonCtx, eventId: number, done: boolean): Promise<void>;
};

/** Characters. */
const LONGEST = { title: 100, value: 200, note: 500 };

const keyOf = (language: string) => `title_${language}`;

/** A document that is asked for: `one` null for a new one. */
type Subject = { event: Event; one: store.Requirement | null };

function questionsOf(programme: Deps['programme'], at: Asking<Subject>): Question[] {
  const { t, lang, answers, now } = at;
  const { event } = at.subject;
  const languages = Object.keys(event.texts).toSorted((a, b) => Number(b === lang) - Number(a === lang));
  const { city, show, example } = clockOf(programme, event, at);
  const [due, kept] = [{ before: event.endsAt }, { before: event.endsAt.add({ hours: 24 * store.KEPT_DAYS }) }];
  return [
    ...languages.map((language, i): Question => {
      const inLanguage = { language: languageName(language) };
      return {
        key: keyOf(language),
        label: t('requirements:name', inLanguage),
        ask: t('requirements:ask_name', inLanguage),
        ...(i > 0 && { optional: true }),
        kind: text(t, { max: LONGEST.title }),
      };
    }),
    {
      key: 'due',
      label: t('requirements:due'),
      ask: t('requirements:ask_due', { city, example: example(due) }),
      kind: offering(t, when(t, event.zone, now, show, due), [none(t('requirements:no_due'))]),
    },
    {
      key: 'value',
      label: t('requirements:value'),
      ask: t('requirements:ask_asks_value'),
      kind: yesNo(t),
    },
    ...(answers.value === 'yes'
      ? [
          {
            key: 'kept',
            label: t('requirements:kept'),
            ask: t('requirements:ask_kept', { city, example: example({ after: event.endsAt }) }),
            kind: when(t, event.zone, now, show, kept),
          },
        ]
      : []),
  ];
}

function readInput(answers: Answers, { event, one }: Subject): store.Input {
  const asked = Object.keys(event.texts).map((language) => [language, textOf(answers[keyOf(language)])] as const);
  const asksValue = answers.value === 'yes';
  return {
    title: Object.fromEntries([...Object.entries(one?.title ?? {}), ...asked].filter(([, title]) => title !== '')),
    dueAt: typeof answers.due === 'string' ? instantIn(event.zone, answers.due) : null,
    asksValue,
    keptUntil: asksValue && answers.kept ? instantIn(event.zone, answers.kept) : null,
  };
}

function knownOf({ event, one }: Subject): Answers {
  if (!one) return {};
  const wall = (at: Temporal.Instant) => at.toZonedDateTimeISO(event.zone).toString();
  return {
    ...Object.fromEntries(Object.keys(event.texts).map((language) => [keyOf(language), one.title[language] ?? null])),
    due: one.dueAt ? wall(one.dueAt) : false,
    value: one.asksValue ? 'yes' : 'no',
    ...(one.keptUntil && { kept: wall(one.keptUntil) }),
  };
}

export function requirementForms({ programme }: Deps, landing: Landing): Form[] {
  const common = {
    needs: 'organizer of it',
    ephemeral: true,
    gone: (ctx: PersonCtx) => landing.requirements(ctx, 0, 'gone'),
    title: ({ t, subject }: Asking<Subject>) => `${t('requirements:title')} · ${wording(subject.event, t).title}`,
    questions: (at: Asking<Subject>) => questionsOf(programme, at),
    known: ({ subject }: Asking<Subject>) => knownOf(subject),
    confirm: (t: Asking<Subject>['t']) => t('organize:save'),
    done: (ctx: PersonCtx, saved: store.Saved, { subject }: Asking<Subject>) =>
      landing.requirements(ctx, subject.event.id, saved),
  } as const;
  return [
    defineForm<Subject, store.Saved>({
      ...common,
      key: 'add_requirement',
      async load(db, _person, eventId) {
        const event = await findEvent(db, eventId);
        return event && { event, one: null };
      },
      submit: (tx, { subject, answers }) => store.addRequirement(tx, subject.event.id, readInput(answers, subject)),
    }),
    defineForm<Subject, store.Saved>({
      ...common,
      key: 'edit_requirement',
      of: store.eventOfRequirement,
      async load(db, _person, id) {
        const one = await store.findRequirement(db, id);
        const event = one && (await findEvent(db, one.eventId));
        return one && event && { event, one };
      },
      submit: (tx, { subject, answers }) => store.changeRequirement(tx, subject.one!.id, readInput(answers, subject)),
    }),
  ];
}

type Refusing = { registrationId: number; requirement: store.Requirement };

/** What is to be corrected. The subject is the registration; the document comes with the button. */
export function refuseForm(_deps: Deps, landing: Landing): Form {
  return defineForm<Refusing, boolean>({
    key: 'refuse_document',
    needs: 'organizer of it',
    of: eventOfRegistration,
    ephemeral: true,
    rereads: true,
    async load(db, _person, registrationId, answers) {
      const requirement = await store.findRequirement(db, idOf(textOf(answers.requirement)));
      const eventId = await eventOfRegistration(db, [String(registrationId)]);
      return requirement && requirement.eventId === eventId ? { registrationId, requirement } : null;
    },
    gone: (ctx, registrationId) => landing.refused(ctx, registrationId, false),
    title: ({ t, subject }) => nameOf(subject.requirement, t),
    questions: ({ t, subject }) => [
      {
        key: 'requirement',
        label: t('requirements:title'),
        ask: t('requirements:title'),
        // It is never typed: a button gives it.
        kind: {
          read: () => ({ kind: 'invalid', say: t('forms:expect_choice') }),
          show: () => nameOf(subject.requirement, t),
        },
      },
      {
        key: 'note',
        label: t('requirements:correction'),
        ask: t('requirements:ask_correction'),
        kind: text(t, { max: LONGEST.note }),
      },
    ],
    submit: (tx, { subject: { registrationId, requirement }, answers, now }) =>
      store.decide(
        tx,
        { requirementId: requirement.id, registrationId },
        { state: 'refused', note: textOf(answers.note) },
        now,
      ),
    done: (ctx, done, { subject }) => landing.refused(ctx, subject.registrationId, done),
  });
}

type Valued = { requirement: store.Requirement & { keptUntil: Temporal.Instant }; event: Event };

/** The one value that somebody writes. It submits at once, so no draft keeps it. */
export function valueForm({ db: house, clock, programme }: Deps, landing: Landing): Form {
  return defineForm<Valued, boolean>({
    key: 'document_value',
    needs: 'person',
    ephemeral: true,
    async load(db, person, id) {
      const one = await store.findRequirement(db, id);
      const seat = one && (await store.findSeat(db, one.eventId, person.id, clock.now()));
      const event = seat && (await findEvent(db, one.eventId));
      if (!event || !one.asksValue || one.keptUntil === null) return null;
      return { requirement: { ...one, keptUntil: one.keptUntil }, event };
    },
    async gone(ctx, id) {
      const one = await store.findRequirement(house, id);
      await landing.mine(ctx, one?.eventId ?? 0, false);
    },
    title: ({ t, subject }) => nameOf(subject.requirement, t),
    questions: ({ t, lang, person, subject: { requirement, event }, now }) => {
      const reader = { t, lang, zone: person.zone, programme, now };
      const until = formatWhenBoth(lang, requirement.keptUntil, person.zone, event.zone, cities(reader));
      return [
        {
          key: 'value',
          label: nameOf(requirement, t),
          ask: t('requirements:ask_value', { when: until }),
          kind: wordsOnly(t),
        },
      ];
    },
    submit: (tx, { subject, person, answers, now }) =>
      store.markReady(tx, { requirementId: subject.requirement.id, personId: person.id, now }, textOf(answers.value)),
    done: (ctx, done, { subject }) => landing.mine(ctx, subject.event.id, done),
  });
}

/** A scan of a passport has no place in a chat: what is no text is refused with a sentence. */
function wordsOnly(t: Asking<unknown>['t']): Kind {
  const kind = text(t, { max: LONGEST.value });
  return {
    ...kind,
    read: (message) =>
      message.text === undefined ? { kind: 'invalid', say: t('requirements:no_scans') } : kind.read(message),
  };
}
