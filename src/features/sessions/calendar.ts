import ical, { ICalCalendarMethod, ICalEventStatus, ICalEventTransparency, type ICalEventData } from 'ical-generator';
import { startLink } from '../../bot/link.ts';
import type { Deps } from '../../bot/context.ts';
import type { T } from '../../bot/i18n.ts';
import { wording, type Event, type Registration } from '../events/store.ts';
import type { Session } from './store.ts';

/** What is in somebody's calendar of one event. `registration`: theirs. */
export type Entry = { event: Event; sessions: Session[]; registration: Registration };

/**
 * Events and their sessions as a calendar (RFC 5545). Times are in UTC: a session has no rules that repeat, so no zone has to
 * be described, and every app shows it by the clock of the phone.
 *
 * What an app knows an entry by (UID) is made of ids and the code of the event, which never change; neither the name of the
 * bot nor its address is in it. Of two entries with one UID the one with the higher SEQUENCE counts: it grows with what
 * the organizers change and with what the person does, and never shrinks.
 */
export function calendarOf(entries: Entry[], name: string, { t, deps }: { t: T; deps: Pick<Deps, 'me'> }): string {
  const calendar = ical({
    name: plain(name),
    prodId: { company: 'Bilim', product: 'Bilim' },
    method: ICalCalendarMethod.PUBLISH,
    // Seconds after which an app that follows the address looks again.
    ttl: 60 * 60,
  });
  for (const { event, sessions, registration } of entries) {
    const off = event.status === 'cancelled' || registration.status !== 'registered';
    const url = startLink(deps, `event_${event.code}`);
    const common = { event, registration, url, t };
    calendar.createEvent({
      ...entry(event, { ...common, off }),
      id: `event.${event.code}@bilim`,
      sequence: event.revision - 1 + Number(event.status === 'cancelled') + registration.revision - 1,
      // Its sessions say when somebody is busy.
      transparency: sessions.length > 0 ? ICalEventTransparency.TRANSPARENT : ICalEventTransparency.OPAQUE,
      ...changed(event.createdAt, event.publishedAt, event.movedAt, event.cancelledAt, registration.changedAt),
    });
    for (const one of sessions)
      calendar.createEvent({
        ...entry(one, { ...common, off: off || one.cancelledAt !== null }),
        id: `session-${one.id}.${event.code}@bilim`,
        sequence: one.revision - 1 + registration.revision - 1,
        ...changed(one.changedAt, registration.changedAt),
      });
  }
  return calendar.toString();
}

type Common = { event: Event; registration: Registration; url: string; t: T; off: boolean };

function entry(one: Event | Session, { event, url, t, off }: Common): ICalEventData {
  const { title, description } = wording(one, t);
  const speakers =
    'speakers' in one && one.speakers ? `${t('sessions:speakers')}: ${one.speakers.split('\n').join(', ')}` : null;
  // The joining link is for those who still have a seat.
  const link = off ? null : event.link;
  return {
    start: new Date(one.beginsAt.epochMilliseconds),
    end: new Date(one.endsAt.epochMilliseconds),
    summary: plain(title),
    location: plain(one.place ?? event.place ?? link ?? ''),
    description: plain(
      [one === event ? null : wording(event, t).title, speakers, description, link, url].filter(Boolean).join('\n\n'),
    ),
    url,
    status: off ? ICalEventStatus.CANCELLED : ICalEventStatus.CONFIRMED,
  };
}

/**
 * DTSTAMP is when the entry was last changed, not when somebody looked: without a METHOD it means the same as LAST-MODIFIED (RFC
 * 5545 3.8.7.2), and a calendar that has not changed stays the same letter by letter.
 */
function changed(...times: (Temporal.Instant | null)[]): Pick<ICalEventData, 'stamp' | 'lastModified'> {
  const latest = new Date(Math.max(...times.map((time) => time?.epochMilliseconds ?? 0)));
  return { stamp: latest, lastModified: latest };
}

/** What somebody typed, without the control characters that a TEXT can't hold (RFC 5545 3.3.11). */
// oxlint-disable-next-line no-control-regex
const plain = (text: string): string => text.replace(/\r\n?/g, '\n').replace(/[\u0000-\u0008\u000B-\u001F\u007F]/g, '');
