import { formatWhen } from '../../bot/format/dates.ts';
import type { T } from '../../bot/i18n.ts';
import type { Answers, Json } from '../../db/schema.ts';
import type { Asking, Question } from '../../forms/form.ts';
import { offering, type Ready } from '../../forms/kinds/offering.ts';
import { text } from '../../forms/kinds/text.ts';
import { exampleWhen, instantIn, when, type Limits } from '../../forms/kinds/when.ts';
import { cityOf, type Programme } from '../../programme.ts';
import type { Event } from '../events/store.ts';

/*
 * Answers on buttons are kept as what they mean, never as today's value: if another organizer changes the event while
 * this form is open, "as it is" then stands for the new time instead of bringing back the old one.
 */
const KEEP = true;
export const NONE = false;
/** A deadline that stays as long before the beginning as it was. */
const ALONG = 'along';

export const keep = (t: T, shown: string): Ready => ({ token: 'keep', label: t('changes:keep'), value: KEEP, shown });
export const none = (label: string): Ready => ({ token: 'none', label, value: NONE, shown: label });
export const current = (t: T, shown: string | null): string => t('changes:current', { value: shown ?? '—' });

/** Times as they are asked and shown in the forms about an event: by the clock of its own zone. */
export function clockOf(programme: Programme, { zone }: Event, { lang, now }: Pick<Asking<unknown>, 'lang' | 'now'>) {
  const city = cityOf(programme, zone, lang);
  return {
    city,
    show: (at: Temporal.Instant) => formatWhen(lang, at, zone, city),
    example: (limits?: Limits) => exampleWhen(zone, now, limits),
  };
}

const along = ({ deadlineAt, beginsAt }: Event, begins: Temporal.Instant) =>
  deadlineAt && begins.subtract(deadlineAt.until(beginsAt));

/**
 * Until when people can register for an event that begins at `begins`. Offered is only what is before the beginning,
 * and what goes along with it only if it is still ahead.
 */
export function askDeadline(programme: Programme, at: Asking<Event>, begins: Temporal.Instant): Question {
  const { t, subject: event, now } = at;
  const { city, show, example } = clockOf(programme, event, at);
  const { deadlineAt } = event;
  const before = (one: Temporal.Instant, other: Temporal.Instant) => Temporal.Instant.compare(one, other) < 0;
  const moved = begins.equals(event.beginsAt) ? null : along(event, begins);
  const offers = [
    moved &&
      before(now, moved) && { token: ALONG, label: t('changes:deadline_along'), value: ALONG, shown: show(moved) },
    deadlineAt && before(deadlineAt, begins) && keep(t, show(deadlineAt)),
    none(t('changes:until_it_begins')),
  ];
  return {
    key: 'deadline',
    label: t('organize:event_deadline'),
    ask: [
      t('changes:ask_deadline', { city, example: example({ before: begins }) }),
      current(t, deadlineAt && show(deadlineAt)),
    ].join('\n'),
    kind: offering(
      t,
      when(t, event.zone, now, show, { before: begins }),
      offers.filter((offer) => offer !== null && offer !== false),
    ),
  };
}

export function deadlineOf(event: Event, answer: Json | undefined, begins: Temporal.Instant): Temporal.Instant | null {
  if (answer === NONE) return null;
  if (answer === ALONG) return along(event, begins);
  return typeof answer === 'string' ? instantIn(event.zone, answer) : event.deadlineAt;
}

/** The organizer's own words to those who are told. */
export function askNote(t: T): Question {
  return {
    key: 'note',
    label: t('changes:note'),
    ask: t('changes:ask_note'),
    optional: true,
    kind: text(t, { max: 500 }),
  };
}

export const noteOf = ({ note }: Answers): string | null => (typeof note === 'string' ? note : null);
