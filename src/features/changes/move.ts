import type { Deps } from '../../bot/context.ts';
import type { T } from '../../bot/i18n.ts';
import { send } from '../../bot/view.ts';
import type { Answers, Json } from '../../db/schema.ts';
import { defineForm, type Asking, type Form, type Question } from '../../forms/form.ts';
import { choice } from '../../forms/kinds/choice.ts';
import { link } from '../../forms/kinds/link.ts';
import { offering } from '../../forms/kinds/offering.ts';
import { text } from '../../forms/kinds/text.ts';
import { instantIn, when } from '../../forms/kinds/when.ts';
import { findEvent, wording, type Event } from '../events/store.ts';
import { countSessions } from '../sessions/store.ts';
import { moveOutcomeView, unchangeableView } from './messages.ts';
import { askDeadline, askNote, clockOf, current, deadlineOf, keep, none, NONE, noteOf } from './questions.ts';
import { changeable, move, type Move, type Moved } from './store.ts';

/** `sessions`: how many it has that may move along. */
type Subject = { event: Event; sessions: number };

/** Another time, place or link: each can stay as it is. */
export function moveForm(deps: Deps): Form {
  const { programme, clock } = deps;

  function questions(at: Asking<Subject>): Question[] {
    const { t, answers, now } = at;
    const { event, sessions } = at.subject;
    const { city, show, example } = clockOf(programme, event, at);
    const { beginsAt, endsAt } = details(event, answers);
    return [
      {
        key: 'begins',
        label: t('changes:begins'),
        ask: `${t('organize:ask_begin', { city, example: example() })}\n${current(t, show(event.beginsAt))}`,
        kind: offering(t, when(t, event.zone, now, show), [keep(t, show(event.beginsAt))]),
      },
      {
        key: 'ends',
        label: t('changes:ends'),
        ask: `${t('organize:ask_end', { city, example: example({ after: beginsAt }) })}\n${current(t, show(event.endsAt))}`,
        kind: offering(t, when(t, event.zone, now, show, { after: beginsAt }), [
          { ...keep(t, show(endsAt)), label: t('changes:same_length') },
        ]),
      },
      // Without a deadline people register until it begins, whenever that is.
      ...(event.deadlineAt && !beginsAt.equals(event.beginsAt)
        ? [askDeadline(programme, { ...at, subject: event }, beginsAt)]
        : []),
      ...(sessions > 0 && !beginsAt.equals(event.beginsAt) ? [askSessions(t, sessions)] : []),
      {
        key: 'place',
        label: t('changes:place'),
        ask: `${t('changes:ask_place')}\n${current(t, event.place)}`,
        kind: offering(t, text(t, { min: 2, max: 300 }), [
          ...(event.place === null ? [] : [keep(t, event.place)]),
          none(t('changes:no_place')),
        ]),
      },
      {
        key: 'link',
        label: t('changes:link'),
        ask: `${t('changes:ask_link')}\n${current(t, event.link)}`,
        kind: offering(t, link(t), [...(event.link === null ? [] : [keep(t, event.link)]), none(t('changes:no_link'))]),
      },
      askNote(t),
    ];
  }

  return defineForm<Subject, Moved>({
    key: 'move',
    needs: 'organizer of it',
    async load(db, _person, eventId) {
      const event = await findEvent(db, eventId);
      if (!event || !changeable(event, clock.now())) return null;
      return { event, sessions: await countSessions(db, eventId) };
    },
    async gone(ctx, eventId) {
      await send(ctx, unchangeableView(ctx.t, { id: eventId }));
    },
    title: ({ t, subject }) => `${t('organize:to_move')} · ${wording(subject.event, t).title}`,
    questions,
    confirm: (t) => t('changes:confirm_move'),
    submit: (tx, { subject, answers, now }) => move(tx, subject.event.id, details(subject.event, answers), now),
    async done(ctx, outcome, { subject }) {
      await send(ctx, moveOutcomeView(subject.event, outcome, ctx));
    },
  });
}

function askSessions(t: T, count: number): Question {
  return {
    key: 'sessions',
    label: t('sessions:sessions'),
    ask: t('sessions:ask_along', { count }),
    kind: choice(t, [
      { key: 'along', label: t('sessions:along') },
      { key: 'stay', label: t('sessions:stay') },
    ]),
  };
}

/** What the event becomes by these answers. Moving the beginning alone moves the end along with it. */
function details(event: Event, answers: Answers): Move {
  const { begins, ends, deadline, place, link } = answers;
  const beginsAt = typeof begins === 'string' ? instantIn(event.zone, begins) : event.beginsAt;
  const length = event.beginsAt.until(event.endsAt);
  return {
    beginsAt,
    endsAt: typeof ends === 'string' ? instantIn(event.zone, ends) : beginsAt.add(length),
    place: typedOr(event.place, place),
    link: typedOr(event.link, link),
    deadlineAt: deadlineOf(event, deadline, beginsAt),
    note: noteOf(answers),
    sessions: answers.sessions === 'along',
  };
}

function typedOr(current: string | null, answer: Json | undefined): string | null {
  if (answer === NONE) return null;
  return typeof answer === 'string' ? answer : current;
}
