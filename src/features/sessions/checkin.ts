import type { Deps, Person } from '../../bot/context.ts';
import { equal } from '../../bot/sign.ts';
import { findEvent, findRegistration, type Event, type Registration } from '../events/store.ts';
import { checkInTimes, mark } from './attended.ts';
import { findSession, marksOf, type Session } from './store.ts';

/*
 * The code on the screen: which session, and a proof of when. It is worked out from the clock and stored nowhere; the one
 * before is good as well, so a code lives for 30 to 60 seconds, and a photo of it that is forwarded is too old.
 *
 * Who opens it before they gave their consent is not stored. They get a proof of their own that says when they scanned,
 * good for them alone and for some minutes, which goes with them through the consent.
 */

/** Seconds. */
export const SLOT = 30;
/** Minutes in which somebody new gives their consent. */
const CONSENT = 10;

type Signing = Pick<Deps, 'sign'>;

export const slotAt = (now: Temporal.Instant): number => Math.floor(now.epochMilliseconds / 1000 / SLOT);

/** What a deep link carries: 35 characters at most, so that it fits the buttons of the consent (callback_data, 64 bytes). */
export function codeOf({ sign }: Signing, sessionId: number, slot: number): string {
  return `${sessionId}-${sign('checkin', `${sessionId}:${slot}`)}`;
}

/** The id in a link; the rest is what proves it. Split at the first dash: a signature may have some. */
function parts(argument: string): [id: number, rest: string] {
  const [id = '', ...rest] = argument.split('-');
  return [/^\d{1,12}$/.test(id) ? Number(id) : 0, rest.join('-')];
}

export type Scan = { sessionId: number; fresh: boolean };

export function readCode(deps: Signing, argument: string, now: Temporal.Instant): Scan {
  const [sessionId] = parts(argument);
  const slot = slotAt(now);
  const fresh = [slot, slot - 1].some((one) => equal(codeOf(deps, sessionId, one), argument));
  return { sessionId, fresh };
}

/** `telegramId`: of who scanned. */
export function scannedBy({ sign }: Signing, sessionId: number, telegramId: number, now: Temporal.Instant): string {
  const at = Math.floor(now.epochMilliseconds / 1000).toString(36);
  return `${sessionId}-${at}-${sign('scanned', `${sessionId}:${at}:${telegramId}`)}`;
}

export function readScanned(deps: Signing, argument: string, telegramId: number, now: Temporal.Instant): Scan {
  const [sessionId, rest] = parts(argument);
  const scannedAt = Temporal.Instant.fromEpochMilliseconds((Number.parseInt(rest.split('-')[0] ?? '', 36) || 0) * 1000);
  const recent = now.subtract({ minutes: CONSENT });
  const fresh =
    Temporal.Instant.compare(scannedAt, recent) >= 0 &&
    equal(scannedBy(deps, sessionId, telegramId, scannedAt), argument);
  return { sessionId, fresh };
}

/** The address of the screen of a session, and the other way round; null: Bilim did not make it. */
export function screenToken({ sign }: Signing, sessionId: number): string {
  return `${sessionId}-${sign('screen', String(sessionId))}`;
}

export function readScreen(deps: Signing, token: string): number | null {
  const [sessionId] = parts(token);
  return equal(screenToken(deps, sessionId), token) ? sessionId : null;
}

export type CheckedIn =
  | { kind: 'present'; event: Event; session: Session; before: boolean }
  | { kind: 'too old' }
  /** Not yet, or not any more. */
  | { kind: 'not now'; event: Event; session: Session; from: Temporal.Instant; until: Temporal.Instant }
  | { kind: 'cancelled'; event: Event; session: Session }
  /** An organizer has said that they are not there. */
  | { kind: 'absent'; event: Event; session: Session }
  | { kind: 'no seat'; event: Event; session: Session; status: Registration['status'] | null }
  | { kind: 'unknown' };

/** Marks who scans as present, once. What a link says of its session is told only to who has a good one. */
export async function checkIn(
  { db }: Pick<Deps, 'db'>,
  person: Person,
  { sessionId, fresh }: Scan,
  now: Temporal.Instant,
): Promise<CheckedIn> {
  const session = await findSession(db, sessionId);
  const of = session && (await findEvent(db, session.eventId));
  if (!session || !of || of.status === 'draft') return { kind: 'unknown' };
  if (!fresh) return { kind: 'too old' };
  const about = { event: of, session };
  if (session.cancelledAt || of.status === 'cancelled') return { kind: 'cancelled', ...about };
  const { from, until } = checkInTimes(session);
  const inTime = Temporal.Instant.compare(from, now) <= 0 && Temporal.Instant.compare(now, until) <= 0;
  if (!inTime) return { kind: 'not now', ...about, from, until };
  const own = await findRegistration(db, of.id, person);
  if (own?.status !== 'registered') return { kind: 'no seat', ...about, status: own?.status ?? null };
  const was = (await marksOf(db, session.id)).get(own.id)?.state;
  const said = { state: 'present', by: 'code' } as const;
  const marked = await db.transaction((tx) => mark(tx, { event: of, one: session, registrationId: own.id }, said, now));
  if (marked === null) return { kind: 'absent', ...about };
  return { kind: 'present', ...about, before: was === 'present' };
}
