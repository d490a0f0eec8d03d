import type { Person } from '../../bot/context.ts';
import { quietUntil } from '../../delivery/quiet.ts';
import type { EventRow } from '../events/store.ts';

/** `from`: when they are asked; `remindAt` null: there is no good moment. */
export type Offer = { from: Temporal.Instant; until: Temporal.Instant; remindAt: Temporal.Instant | null };

/** Candidates of a selection are always asked whether they come: in these hours, if the event does not say otherwise. */
const SELECTION_HOURS = 72;

/** Hours that somebody has to take a seat; null: it is theirs at once. */
export const offerHours = (event: Pick<EventRow, 'offerHours' | 'selective'>): number | null =>
  event.offerHours ?? (event.selective ? SELECTION_HOURS : null);

const isBefore = (a: Temporal.Instant, b: Temporal.Instant) => Temporal.Instant.compare(a, b) < 0;

/**
 * An offer at night comes, and runs, from the morning on, by the clock of who gets it. It never runs beyond the beginning of
 * the event; where the night would leave nothing of it, it comes at once. Rejected: a fixed hour, by the clock of the event,
 * which is three in the morning for some.
 */
export function offerOf({ beginsAt }: EventRow, person: Person, hours: number, now: Temporal.Instant): Offer {
  const morning = quietUntil(person, now);
  const from = morning && isBefore(morning.add({ hours: 1 }), beginsAt) ? morning : now;
  const whole = from.add({ hours });
  const until = isBefore(whole, beginsAt) ? whole : beginsAt;
  // When three quarters of the time have passed, or in the morning after it.
  const late = until.subtract({ minutes: Math.round(from.until(until).total('minutes') / 4) });
  const remindAt = quietUntil(person, late) ?? late;
  const useful = isBefore(from, remindAt) && isBefore(remindAt.add({ minutes: 5 }), until);
  return { from, until, remindAt: useful ? remindAt : null };
}
