import type { Deps } from '../../bot/context.ts';
import type { T } from '../../bot/i18n.ts';
import { send } from '../../bot/view.ts';
import { defineForm, type Form } from '../../forms/form.ts';
import type { Kind } from '../../forms/form.ts';
import { wholeNumber } from '../../forms/kinds/number.ts';
import { offering } from '../../forms/kinds/offering.ts';
import { countSeats, findEvent, wording, type Event, type Seats } from '../events/store.ts';
import { seatsOutcomeView, unchangeableView } from './messages.ts';
import { changeable, setSeats, type Seated } from './store.ts';

type Subject = { event: Event; seats: Seats };

const NO_LIMIT = true;
const MOST = 100_000;

/** How many seats an event has. New ones go to those who wait. */
export function seatsForm(deps: Deps): Form {
  const { clock } = deps;
  return defineForm<Subject, Seated>({
    key: 'seats',
    needs: 'organizer of it',
    ephemeral: true,
    async load(db, _person, eventId) {
      const event = await findEvent(db, eventId);
      if (!event || !changeable(event, clock.now())) return null;
      return { event, seats: await countSeats(db, event) };
    },
    async gone(ctx, eventId) {
      await send(ctx, unchangeableView(ctx.t, { id: eventId }));
    },
    title: ({ t, subject }) => `${t('changes:seats')} · ${wording(subject.event, t).title}`,
    questions({ t, subject: { event, seats } }) {
      const noLimit = t('changes:no_limit');
      return [
        {
          key: 'seats',
          label: t('changes:seats'),
          ask: [
            t('changes:ask_seats'),
            t('changes:current', { value: event.seats ?? noLimit }),
            t('changes:taken', { count: seats.taken }),
            t('changes:waiting', { count: seats.waiting }),
          ].join('\n'),
          kind: offering(t, atLeast(t, seats.taken), [
            { token: 'all', label: noLimit, value: NO_LIMIT, shown: noLimit },
          ]),
        },
      ];
    },
    submit: (tx, { subject, answers, now }) =>
      setSeats(tx, subject.event.id, answers.seats === NO_LIMIT ? null : Number(answers.seats), now),
    async done(ctx, outcome, { subject, answers }) {
      const seats = answers.seats === NO_LIMIT ? null : Number(answers.seats);
      await send(ctx, seatsOutcomeView(subject.event, seats, outcome, ctx));
    },
  });
}

function atLeast(t: T, taken: number): Kind {
  const number = wholeNumber(t, { min: 1, max: MOST });
  return {
    ...number,
    read(message) {
      const read = number.read(message);
      if (read.kind !== 'ok' || Number(read.value) >= taken) return read;
      return { kind: 'invalid', say: t('changes:seats_are_taken', { count: taken }) };
    },
  };
}
