import type { Deps, PersonCtx } from '../../bot/context.ts';
import { formatWhen } from '../../bot/format/dates.ts';
import { collator } from '../../bot/format/words.ts';
import type { Answers } from '../../db/schema.ts';
import { defineForm, type Asking, type Form, type Kind, type Question } from '../../forms/form.ts';
import { choice } from '../../forms/kinds/choice.ts';
import { link } from '../../forms/kinds/link.ts';
import { wholeNumber } from '../../forms/kinds/number.ts';
import { reminderOffsets } from '../../forms/kinds/reminder-offsets.ts';
import { text, textOf } from '../../forms/kinds/text.ts';
import { exampleWhen, instantIn, when, type Limits } from '../../forms/kinds/when.ts';
import { cityOf, type Programme } from '../../programme.ts';
import { findEvent, type Event } from '../events/store.ts';
import { eventPreview } from './event-preview.ts';
import { changeDraft, createDraft, type EventInput } from './store.ts';
import { answersOfTexts, askTexts, readTexts } from './text-questions.ts';

const KINDS = ['workshop', 'webinar', 'conference', 'study_visit', 'training'] as const;

/** `event` null: a new one. */
type Subject = { event: Event | null };
type Outcome = { kind: 'saved'; eventId: number } | { kind: 'published meanwhile'; eventId: number };

/** Where organizers land when a form about an event is done, or can't be filled in. */
export type Landing = { open(ctx: PersonCtx, eventId: number): Promise<void>; refuse(ctx: PersonCtx): Promise<void> };

/** The one form of an event: makes a draft, and changes it as long as it is one. About 0: a new event. */
export function eventForm(deps: Deps, landing: Landing): Form {
  const { programme } = deps;
  return defineForm<Subject, Outcome>({
    key: 'event',
    needs: 'organizer of it',
    async load(db, _person, eventId) {
      if (eventId === 0) return { event: null };
      const event = await findEvent(db, eventId);
      return event?.status === 'draft' ? { event } : null;
    },
    gone: (ctx) => landing.refuse(ctx),
    title: ({ t, subject }) => t(subject.event ? 'organize:to_edit_event' : 'organize:new_event'),
    questions: (at) => [
      {
        key: 'kind',
        label: at.t('organize:kind'),
        ask: at.t('organize:ask_kind'),
        kind: choice(
          at.t,
          KINDS.map((kind) => ({ key: kind, label: at.t(`events:kind_${kind}`) })),
        ),
      },
      ...askTexts(programme, at.t, at.answers),
      ...askDetails(programme, at),
    ],
    known: ({ subject }) => (subject.event ? answersOf(subject.event) : {}),
    preview: ({ t, lang, person, answers, now }) =>
      eventPreview(readEvent(programme, answers), { t, lang, zone: person.zone, programme, now }),
    confirm: (t) => t('organize:save_draft'),
    async submit(tx, { subject, answers, person, now }) {
      const input = readEvent(programme, answers);
      if (!subject.event) return { kind: 'saved', eventId: await createDraft(tx, person, input, now) };
      const { id } = subject.event;
      return { kind: (await changeDraft(tx, id, input)) ? 'saved' : 'published meanwhile', eventId: id };
    },
    done: (ctx, { kind, eventId }) => (kind === 'saved' ? landing.open(ctx, eventId) : landing.refuse(ctx)),
  });
}

type Detail = 'zone' | 'begin' | 'end' | 'place' | 'link' | 'seats' | 'deadline' | 'reminders';

/** When and where it is, in its own zone, and for how many. */
function askDetails(programme: Programme, { t, lang, answers, now }: Asking<unknown>): Question[] {
  const zones = programme.zones
    .map(({ zone }) => ({ key: zone, label: cityOf(programme, zone, lang) }))
    .toSorted((a, b) => collator(lang).compare(a.label, b.label));
  const zone = textOf(answers.zone) || programme.defaultZone;
  const city = cityOf(programme, zone, lang);
  const show = (instant: Temporal.Instant) => formatWhen(lang, instant, zone, city);
  const begin = answers.begin ? instantIn(zone, answers.begin) : undefined;
  const question = (key: Detail, kind: Kind, limits: Limits = {}): Question => ({
    key,
    label: t(`organize:event_${key}`),
    ask: t(`organize:ask_${key}`, { city, example: exampleWhen(zone, now, limits) }),
    kind,
  });
  const optional = (...asked: Parameters<typeof question>): Question => ({ ...question(...asked), optional: true });
  return [
    question('zone', choice(t, zones, { columns: 2 })),
    question('begin', when(t, zone, now, show)),
    question('end', when(t, zone, now, show, { after: begin }), { after: begin }),
    optional('place', text(t, { max: 200 })),
    optional('link', link(t)),
    optional('seats', wholeNumber(t, { min: 1, max: 100_000 })),
    optional('deadline', when(t, zone, now, show, { before: begin }), { before: begin }),
    question('reminders', reminderOffsets(t, lang)),
  ];
}

function readEvent(programme: Programme, answers: Answers): EventInput {
  const zone = textOf(answers.zone);
  const { place, seats, deadline, reminders } = answers;
  return {
    kind: KINDS.find((kind) => kind === answers.kind) ?? 'workshop',
    texts: readTexts(programme, answers),
    zone,
    beginsAt: instantIn(zone, answers.begin!),
    endsAt: instantIn(zone, answers.end!),
    deadlineAt: typeof deadline === 'string' ? instantIn(zone, deadline) : null,
    reminderOffsets: Array.isArray(reminders) ? reminders.map(Number) : [],
    place: textOf(place) || null,
    link: textOf(answers.link) || null,
    seats: typeof seats === 'number' ? seats : null,
  };
}

/** The other way round: the form as it was filled in. */
function answersOf(event: Event): Answers {
  const { kind, zone, place, link, seats } = event;
  const wall = (instant: Temporal.Instant) => instant.toZonedDateTimeISO(zone).toString();
  return {
    ...answersOfTexts(event.texts),
    kind,
    zone,
    begin: wall(event.beginsAt),
    end: wall(event.endsAt),
    deadline: event.deadlineAt && wall(event.deadlineAt),
    reminders: event.reminderOffsets,
    place,
    link,
    seats,
  };
}
