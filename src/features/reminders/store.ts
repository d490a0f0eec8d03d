import type { Person } from '../../bot/context.ts';
import type { DbOrTx } from '../../db/connect.ts';
import type { Message } from '../../delivery/messages.ts';
import { findEvent, findRegistration, type Event } from '../events/store.ts';

export type Reminded = { kind: 'true'; event: Event } | { kind: 'untrue'; reason: string };

/** Whether a reminder still holds at the moment of sending: between the planner and the sender anything may change. */
export async function reminded(
  db: DbOrTx,
  { eventId, data }: Pick<Message, 'eventId' | 'data'>,
  person: Person,
  now: Temporal.Instant,
): Promise<Reminded> {
  const event = eventId === null ? null : await findEvent(db, eventId);
  if (event?.status !== 'published') return { kind: 'untrue', reason: 'event cancelled' };
  if (event.revision !== data.revision) return { kind: 'untrue', reason: 'event moved' };
  if (!event.reminderOffsets.includes(Number(data.minutes))) return { kind: 'untrue', reason: 'reminder withdrawn' };
  if (Temporal.Instant.compare(event.beginsAt, now) <= 0) return { kind: 'untrue', reason: 'event has begun' };
  const registration = await findRegistration(db, event.id, person);
  if (registration?.status !== 'registered') return { kind: 'untrue', reason: 'not registered' };
  return { kind: 'true', event };
}
