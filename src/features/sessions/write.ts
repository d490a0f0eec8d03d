import { and, eq, isNull, ne, notInArray, sql } from 'drizzle-orm';
import type { Tx } from '../../db/connect.ts';
import { event, session, sessionText } from '../../db/schema.ts';
import type { EventRow, Wording } from '../events/store.ts';
import { lockEvent } from '../registration/seats.ts';
import type { SessionRow } from './store.ts';
import { detailsOf, tellAgenda, type Before } from './tell.ts';

/** What an organizer says about a session. */
export type SessionInput = Pick<SessionRow, 'beginsAt' | 'endsAt' | 'place' | 'speakers'> & {
  texts: Record<string, Wording>;
};

export type Saved =
  | { kind: 'saved'; eventId: number; sessionId: number; told: number }
  /** The event was moved meanwhile. */
  | { kind: 'outside'; eventId: number }
  | { kind: 'gone'; eventId: number };

/** A session lies within its event. */
export function isWithin(
  { beginsAt, endsAt }: Pick<EventRow, 'beginsAt' | 'endsAt'>,
  one: Pick<SessionRow, 'beginsAt' | 'endsAt'>,
): boolean {
  return Temporal.Instant.compare(beginsAt, one.beginsAt) <= 0 && Temporal.Instant.compare(one.endsAt, endsAt) <= 0;
}

/** Under the lock of the event, so that it is not moved away or called off while a session is written into it. */
export async function addSession(tx: Tx, eventId: number, input: SessionInput, now: Temporal.Instant): Promise<Saved> {
  const of = await lockEvent(tx, eventId);
  if (!of || of.status === 'cancelled') return { kind: 'gone', eventId };
  if (!isWithin(of, input)) return { kind: 'outside', eventId };
  const { texts, ...columns } = input;
  const [made] = await tx
    .insert(session)
    .values({ ...columns, eventId, changedAt: now })
    .returning();
  await saveTexts(tx, made!.id, texts);
  const told = await tellAgenda(tx, of, new Map([[made!.id, null]]), made!.endsAt, now);
  return { kind: 'saved', eventId, sessionId: made!.id, told };
}

/** Another wording alone changes nothing that people planned by: calendars get it, and nobody is told. */
export async function changeSession(tx: Tx, id: number, input: SessionInput, now: Temporal.Instant): Promise<Saved> {
  const locked = await lockSession(tx, id);
  if (!locked) return { kind: 'gone', eventId: 0 };
  const { of, one } = locked;
  if (of.status === 'cancelled' || one.cancelledAt) return { kind: 'gone', eventId: of.id };
  if (!isWithin(of, input)) return { kind: 'outside', eventId: of.id };
  const { texts, ...columns } = input;
  const [changed] = await tx
    .update(session)
    .set({ ...columns, revision: one.revision + 1, changedAt: now })
    .where(eq(session.id, id))
    .returning();
  await saveTexts(tx, id, texts);
  const same = JSON.stringify(detailsOf(one)) === JSON.stringify(detailsOf(changed!));
  const before: Before = new Map(same ? [] : [[id, detailsOf(one)]]);
  const told = await tellAgenda(tx, of, before, later(one.endsAt, changed!.endsAt), now);
  return { kind: 'saved', eventId: of.id, sessionId: id, told };
}

export type Cancelled = { kind: 'cancelled'; eventId: number; told: number } | { kind: 'gone'; eventId: number | null };

/** Cancels a session, once. In a draft, which nobody has seen, it simply goes. */
export async function cancelSession(tx: Tx, id: number, now: Temporal.Instant): Promise<Cancelled> {
  const locked = await lockSession(tx, id);
  if (!locked) return { kind: 'gone', eventId: null };
  const { of, one } = locked;
  if (one.cancelledAt || of.status === 'cancelled') return { kind: 'gone', eventId: of.id };
  if (of.status === 'draft') {
    await tx.delete(session).where(eq(session.id, id));
    return { kind: 'cancelled', eventId: of.id, told: 0 };
  }
  await tx
    .update(session)
    .set({ cancelledAt: now, changedAt: now, revision: one.revision + 1 })
    .where(eq(session.id, id));
  const told = await tellAgenda(tx, of, new Map([[id, detailsOf(one)]]), one.endsAt, now);
  return { kind: 'cancelled', eventId: of.id, told };
}

/** The event moves by so much, and its sessions with it. Nobody is told: who hears of the event hears of that. */
export async function moveAlong(tx: Tx, eventId: number, by: Temporal.Duration, now: Temporal.Instant): Promise<void> {
  const seconds = sql`${by.total('seconds')} * interval '1 second'`;
  await tx
    .update(session)
    .set({
      beginsAt: sql`${session.beginsAt} + ${seconds}`,
      endsAt: sql`${session.endsAt} + ${seconds}`,
      revision: sql`${session.revision} + 1`,
      changedAt: now,
    })
    .where(and(eq(session.eventId, eventId), isNull(session.cancelledAt)));
}

/** The event is called off, which people are told of. */
export async function cancelWithEvent(tx: Tx, eventId: number, now: Temporal.Instant): Promise<void> {
  await tx
    .update(session)
    .set({ cancelledAt: now, changedAt: now, revision: sql`${session.revision} + 1` })
    .where(and(eq(session.eventId, eventId), isNull(session.cancelledAt)));
}

/** The event first, as everybody who writes its sessions does. */
async function lockSession(tx: Tx, id: number): Promise<{ of: EventRow; one: SessionRow } | null> {
  const [found] = await tx
    .select({ eventId: session.eventId })
    .from(session)
    .innerJoin(event, and(eq(event.id, session.eventId), ne(event.status, 'cancelled')))
    .where(eq(session.id, id));
  const of = found && (await lockEvent(tx, found.eventId));
  const [one] = of ? await tx.select().from(session).where(eq(session.id, id)) : [];
  return of && one ? { of, one } : null;
}

/** The session's texts become these: a language that is not among them goes. */
async function saveTexts(tx: Tx, sessionId: number, texts: Record<string, Wording>): Promise<void> {
  const languages = Object.keys(texts);
  await tx
    .delete(sessionText)
    .where(and(eq(sessionText.sessionId, sessionId), notInArray(sessionText.language, languages)));
  await tx
    .insert(sessionText)
    .values(languages.map((language) => ({ sessionId, language, ...texts[language]! })))
    .onConflictDoUpdate({
      target: [sessionText.sessionId, sessionText.language],
      set: { title: sql`excluded.title`, description: sql`excluded.description` },
    });
}

const later = (a: Temporal.Instant, b: Temporal.Instant) => (Temporal.Instant.compare(a, b) > 0 ? a : b);
