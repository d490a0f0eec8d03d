import { and, asc, eq, inArray, sql, type SQL } from 'drizzle-orm';
import type { Db, DbOrTx, Tx } from '../../db/connect.ts';
import { instantToSql } from '../../db/instant.ts';
import { attendance, person, registration, session } from '../../db/schema.ts';
import { becomeAlumni, leaveAlumni } from '../alumni/store.ts';
import type { EventRow } from '../events/store.ts';
import type { Mark, SessionRow } from './store.ts';

/*
 * Who attended, session by session. The event's own mark (registration.attended), which alumni, feedback, surveys and audiences
 * read, follows: true for who was present in at least one session, because they saw the event and can be asked about it; how
 * much of it a certificate takes is the certificate's own rule. False only where every session says absent or excused.
 * Otherwise null, as before anybody says anything: who was absent on the first day may come on the second, and is not
 * left out of the feedback meanwhile.
 */

/** Hours before a session and after it in which people can be present: who comes early, and who scans on the way out. */
const AROUND = { hours: 1 } as const;

/** When a session can be checked in to. */
export function checkInTimes({ beginsAt, endsAt }: SessionRow): { from: Temporal.Instant; until: Temporal.Instant } {
  return { from: beginsAt.subtract(AROUND), until: endsAt.add(AROUND) };
}

/** Nobody was present at what has not begun; excused can be said before. */
export function canMark(event: EventRow, one: SessionRow, state: Mark, now: Temporal.Instant): boolean {
  if (event.status !== 'published' || one.cancelledAt) return false;
  return state === 'excused' || Temporal.Instant.compare(checkInTimes(one).from, now) <= 0;
}

/**
 * When people are thanked for taking part: not while the event goes on, and not before an organizer who pressed the wrong
 * name had ten minutes to take the mark back.
 */
export function thanksAt({ endsAt }: EventRow, now: Temporal.Instant): Temporal.Instant {
  const soon = now.add({ minutes: 10 });
  return Temporal.Instant.compare(endsAt, soon) > 0 ? endsAt : soon;
}

type Said = { state: Mark; by: 'code' | 'organizer' };

/**
 * Says how it was with somebody at a session; saying it twice is saying it once. The id of the mark; null: they have no seat, or
 * a code met what an organizer had said. Under the lock of the person's row, as organize/attendance.ts explains.
 */
export async function mark(
  tx: Tx,
  { event, one, registrationId }: { event: EventRow; one: SessionRow; registrationId: number },
  { state, by }: Said,
  now: Temporal.Instant,
): Promise<number | null> {
  const [found] = await tx
    .select({ personId: registration.personId })
    .from(registration)
    .where(and(eq(registration.id, registrationId), eq(registration.eventId, event.id)));
  if (!found) return null;
  await lockPeople(tx, [found.personId]);
  const [marked] = await put(tx, one, eq(registration.id, registrationId), { state, by }, now);
  if (!marked) return null;
  await follow(tx, event, [registrationId], now);
  return marked.id;
}

/** Everybody who is not marked yet was present. Who is absent or excused stays so, as in organize/attendance.ts. */
export async function markRest(db: Db, event: EventRow, one: SessionRow, now: Temporal.Instant): Promise<void> {
  if (!canMark(event, one, 'present', now)) return;
  await db.transaction(async (tx) => {
    const unmarked = and(
      eq(registration.eventId, event.id),
      sql`not exists (select from ${attendance} where ${attendance.sessionId} = ${one.id}
        and ${attendance.registrationId} = ${registration.id})`,
    );
    const rows = await tx
      .select({ id: registration.id, personId: registration.personId })
      .from(registration)
      .where(and(unmarked, eq(registration.status, 'registered')));
    if (rows.length === 0) return;
    await lockPeople(
      tx,
      rows.map(({ personId }) => personId),
    );
    const ids = rows.map(({ id }) => id);
    await put(tx, one, and(unmarked, inArray(registration.id, ids))!, { state: 'present', by: 'organizer' }, now);
    await follow(tx, event, ids, now);
  });
}

/** In the order of their ids, so that two who do this at once wait for each other and not in a circle. */
async function lockPeople(tx: Tx, people: number[]): Promise<void> {
  await tx
    .select({ id: person.id })
    .from(person)
    .where(inArray(person.id, people))
    .orderBy(asc(person.id))
    .for('no key update');
}

/**
 * A code is never stronger than an organizer: who was marked absent because a friend held their phone does not become present by
 * scanning again. Excused is no such judgement, so who comes all the same is present.
 */
async function put(
  tx: Tx,
  one: SessionRow,
  which: SQL,
  { state, by }: Said,
  now: Temporal.Instant,
): Promise<{ id: number }[]> {
  const at = sql`${instantToSql(now)}::timestamptz`;
  return tx.execute<{ id: number }>(sql`
    insert into attendance (session_id, registration_id, state, by, at)
    select ${one.id}, ${registration.id}, ${state}, ${by}, ${at} from ${registration}
    where ${which} and ${registration.status} = 'registered'
    on conflict (session_id, registration_id) do update set
      state = excluded.state, by = excluded.by,
      at = case when attendance.state = excluded.state then attendance.at else excluded.at end,
      reason = case when excluded.state = 'excused' then attendance.reason end
    where excluded.by = 'organizer' or attendance.by = 'code' or attendance.state <> 'absent'
    returning id::int`);
}

/**
 * The event's own mark of these registrations becomes what their sessions say, and with it who is an alumna. Not of people: whose
 * registration it is may have changed while this waited for them, by the link of somebody who was named.
 */
async function follow(tx: Tx, event: EventRow, registrations: number[], now: Temporal.Instant): Promise<void> {
  const those = inArray(registration.id, registrations);
  const marks = (state: Mark) => sql`exists (select from attendance
    where attendance.registration_id = registration.id and attendance.state = ${state})`;
  const unmarked = sql`exists (select from session where session.event_id = registration.event_id
    and session.cancelled_at is null and not exists (select from attendance
      where attendance.session_id = session.id and attendance.registration_id = registration.id))`;
  const rows = await tx
    .update(registration)
    .set({ attended: sql`case when ${marks('present')} then true when ${unmarked} then null else false end` })
    .where(those)
    .returning({ personId: registration.personId, attended: registration.attended });
  for (const { personId, attended } of rows)
    await (attended ? becomeAlumni(tx, personId, now, thanksAt(event, now)) : leaveAlumni(tx, personId));
}

/** Why somebody is excused, for organizers; null takes it away. */
export async function setReason(db: DbOrTx, id: number, reason: string | null): Promise<void> {
  await db
    .update(attendance)
    .set({ reason })
    .where(and(eq(attendance.id, id), eq(attendance.state, 'excused')));
}

export type MarkOf = { id: number; state: Mark; reason: string | null; session: SessionRow; personId: number };

export async function findMark(db: DbOrTx, id: number): Promise<MarkOf | null> {
  const [found] = await db
    .select({
      id: attendance.id,
      state: attendance.state,
      reason: attendance.reason,
      session,
      personId: registration.personId,
    })
    .from(attendance)
    .innerJoin(session, eq(session.id, attendance.sessionId))
    .innerJoin(registration, eq(registration.id, attendance.registrationId))
    .where(eq(attendance.id, id));
  return found ?? null;
}
