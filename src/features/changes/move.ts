import { formatWhen } from '../../bot/format/dates.ts';
import type { Deps } from '../../bot/context.ts';
import { isOrganizer } from '../../bot/roles.ts';
import { send } from '../../bot/view.ts';
import type { Answers, Json } from '../../db/schema.ts';
import { defineForm, type Asking, type Form, type Question } from '../../forms/form.ts';
import { link } from '../../forms/kinds/link.ts';
import { offering, type Ready } from '../../forms/kinds/offering.ts';
import { text } from '../../forms/kinds/text.ts';
import { instantIn, when } from '../../forms/kinds/when.ts';
import { cityOf } from '../../programme.ts';
import { findEvent, wording, type Event } from '../events/store.ts';
import { moveOutcomeView, unchangeableView } from './messages.ts';
import { changeable, move, type Details, type Moved } from './store.ts';

/*
 * Answers on buttons are kept as what they mean, never as today's value: if another organizer moves the event while
 * this form is open, "as it is" then stands for the new time instead of moving it back.
 */
const KEEP = true;
const NONE = false;

const none = (label: string): Ready => ({ token: 'none', label, value: NONE, shown: label });

/** Another time, place or link: each can stay as it is. */
export function moveForm(deps: Deps): Form {
  const { programme, clock } = deps;

  function questions({ t, lang, subject: event, answers, now }: Asking<Event>): Question[] {
    const showWhen = (at: Temporal.Instant) => formatWhen(lang, at, event.zone, cityOf(programme, event.zone, lang));
    const { beginsAt, endsAt } = details(event, answers);
    const keep = (shown: string): Ready => ({ token: 'keep', label: t('changes:keep'), value: KEEP, shown });
    const current = (shown: string | null) => t('changes:current', { value: shown ?? '—' });
    return [
      {
        key: 'begins',
        label: t('changes:begins'),
        ask: `${t('changes:ask_begins')}\n${current(showWhen(event.beginsAt))}`,
        kind: offering(t, when(t, event.zone, now, showWhen), [keep(showWhen(event.beginsAt))]),
      },
      {
        key: 'ends',
        label: t('changes:ends'),
        ask: `${t('changes:ask_ends')}\n${current(showWhen(event.endsAt))}`,
        kind: offering(t, when(t, event.zone, now, showWhen, { after: beginsAt }), [
          { ...keep(showWhen(endsAt)), label: t('changes:same_length') },
        ]),
      },
      {
        key: 'place',
        label: t('changes:place'),
        ask: `${t('changes:ask_place')}\n${current(event.place)}`,
        kind: offering(t, text(t, { min: 2, max: 300 }), [
          ...(event.place === null ? [] : [keep(event.place)]),
          none(t('changes:no_place')),
        ]),
      },
      {
        key: 'link',
        label: t('changes:link'),
        ask: `${t('changes:ask_link')}\n${current(event.link)}`,
        kind: offering(t, link(t), [...(event.link === null ? [] : [keep(event.link)]), none(t('changes:no_link'))]),
      },
    ];
  }

  return defineForm<Event, Moved>({
    key: 'move',
    async load(db, person, eventId) {
      const event = await findEvent(db, eventId);
      return event && changeable(event, clock.now()) && (await isOrganizer(deps, person)) ? event : null;
    },
    async gone(ctx, eventId) {
      await send(ctx, unchangeableView(ctx.t, { id: eventId }));
    },
    title: ({ t, lang, subject }) => `${t('changes:move_title')} · ${wording(subject, lang).title}`,
    questions,
    confirm: (t) => t('changes:confirm_move'),
    submit: (tx, { subject, answers, now }) => move(tx, subject.id, details(subject, answers), now),
    async done(ctx, outcome, { subject }) {
      await send(ctx, moveOutcomeView(subject, outcome, ctx));
    },
  });
}

/** What the event becomes by these answers. Moving the beginning alone moves the end along with it. */
function details(event: Event, { begins, ends, place, link }: Answers): Details {
  const beginsAt = typeof begins === 'string' ? instantIn(event.zone, begins) : event.beginsAt;
  const length = event.beginsAt.until(event.endsAt);
  return {
    beginsAt,
    endsAt: typeof ends === 'string' ? instantIn(event.zone, ends) : beginsAt.add(length),
    place: typedOr(event.place, place),
    link: typedOr(event.link, link),
  };
}

function typedOr(current: string | null, answer: Json | undefined): string | null {
  if (answer === NONE) return null;
  return typeof answer === 'string' ? answer : current;
}
