import { eq } from 'drizzle-orm';
import type { Deps, Person } from '../../bot/context.ts';
import { nomination } from '../../db/schema.ts';
import { outgoing, type Message, type MessageKind, type Messages, type Recipient } from '../../delivery/messages.ts';
import type { Reader } from '../events/messages.ts';
import { findEvent, findRegistration, isFarAhead, type Event } from '../events/store.ts';
import { countriesOf, endOf, listFigures, mayChange, NOBODY } from './store.ts';
import {
  dueView,
  movedView,
  nominatedView,
  openView,
  summaryView,
  withdrawnView,
  type Stand,
} from './told-messages.ts';

/** What Bilim tells focal points and nominees by itself; each is looked at once more when it is sent. */
export function nominationMessages({ db, programme }: Pick<Deps, 'db' | 'programme'>): Messages {
  const reader = ({ t, lang, person, now }: Recipient): Reader => ({ t, lang, zone: person.zone, programme, now });

  async function standsOf(event: Event, who: Person): Promise<Stand[]> {
    const figures = await listFigures(db, [event.id]);
    return (await countriesOf(db, who)).map((country) => ({
      country,
      figures: figures.find((one) => one.country === country) ?? NOBODY,
    }));
  }

  type Found = { event: Event; stands: Stand[] };

  /** To a focal point. Null: it is not true any more. */
  const toFocalPoint = (
    view: (found: Found, message: Message, to: Recipient) => ReturnType<typeof openView> | null,
    patient?: MessageKind['patient'],
  ): MessageKind => ({
    ...(patient && { patient }),
    async render(message, to) {
      const event = message.eventId === null ? null : await findEvent(db, message.eventId);
      if (event?.status !== 'published') return { drop: 'event cancelled' };
      const stands = await standsOf(event, to.person);
      if (stands.length === 0) return { drop: 'no focal point any more' };
      const shown = view({ event, stands }, message, to);
      return shown ? outgoing(shown) : { drop: 'not true any more' };
    },
  });

  /** To a nominee. */
  const toNominee = (withdrawn: boolean, view: typeof nominatedView): MessageKind => ({
    patient: isFarAhead,
    async render({ data, eventId }, to) {
      const event = eventId === null ? null : await findEvent(db, eventId);
      if (event?.status !== 'published') return { drop: 'event cancelled' };
      const [known] = await db
        .select()
        .from(nomination)
        .where(eq(nomination.id, Number(data.nomination)));
      if (!known || (known.withdrawnAt !== null) !== withdrawn) return { drop: 'changed again' };
      return outgoing(view(event, await findRegistration(db, event.id, to.person), reader(to)));
    },
  });

  const isOpen = (event: Event, { now }: Recipient) => mayChange(event, 'focal point', now);
  const same = (a: Temporal.Instant | null, b: unknown) =>
    a === null ? b === null : typeof b === 'string' && a.equals(b);

  return {
    nominations_open: toFocalPoint(
      ({ event, stands }, _message, to) => (isOpen(event, to) ? openView(event, stands, reader(to)) : null),
      ({ expiresAt }, now) => expiresAt !== null && now.until(expiresAt).total('hours') > 48,
    ),
    nominations_due: toFocalPoint(({ event, stands }, { data }, to) => {
      const end = endOf(event);
      const still = end !== null && Math.round(end.epochMilliseconds / 1000) === Number(data.until);
      const room = stands.filter(
        ({ figures: { named } }) => named === 0 || (event.nominees !== null && named < event.nominees),
      );
      return still && room.length > 0 ? dueView(event, room, reader(to)) : null;
    }),
    nominations_moved: toFocalPoint(
      ({ event, stands }, { data }, to) => {
        if (!same(event.nominationsUntil, data.until)) return null;
        const was = typeof data.was === 'string' ? Temporal.Instant.from(data.was) : null;
        return movedView(event, was, stands, reader(to));
      },
      ({ data }, now) => typeof data.until !== 'string' || now.until(data.until).total('hours') > 48,
    ),
    nominations_closed: toFocalPoint(({ event, stands }, _message, to) =>
      isOpen(event, to) || event.nominationsUntil === null ? null : summaryView(event, stands, reader(to)),
    ),
    nominated: toNominee(false, nominatedView),
    nomination_withdrawn: toNominee(true, withdrawnView),
  };
}
