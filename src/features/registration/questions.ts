import { and, eq, isNull } from 'drizzle-orm';
import type { Person } from '../../bot/context.ts';
import type { DbOrTx } from '../../db/connect.ts';
import { registrationChange } from '../../db/schema.ts';
import { stands, type Registration } from '../events/store.ts';
import { askedVersion } from '../forms/store.ts';
import { PROFILE_KEYS } from '../people/store.ts';

/**
 * Whether organizers took somebody in who has not said what others say as they register: who they are, and what the event asks.
 * The seat is theirs all the same.
 */
export async function lacksDetails(db: DbOrTx, person: Person, known: Registration | null): Promise<boolean> {
  if (!known || !stands(known.status)) return false;
  const byOthers = and(
    eq(registrationChange.registrationId, known.id),
    isNull(registrationChange.from),
    eq(registrationChange.by, 'organizer'),
  );
  if ((await db.$count(registrationChange, byOthers)) === 0) return false;
  if (PROFILE_KEYS.some((key) => key !== 'email' && person[key] === null)) return true;
  return (
    known.formVersionId === null &&
    (await askedVersion(db, { eventId: known.eventId, purpose: 'registration' })) !== null
  );
}
