import { and, asc, eq, sql } from 'drizzle-orm';
import type { DbOrTx, Tx } from '../../db/connect.ts';
import { person, registration } from '../../db/schema.ts';
import type { Programme } from '../../programme.ts';
import type { Registration } from '../events/store.ts';
import type { Named } from '../people/named.ts';
import { enter, type Entered, type Entry } from '../registration/named.ts';
import { nameOnce } from './known.ts';

/**
 * Who is taken in: somebody known, by their id, or new. `last`: see People in known.ts. `ours`: whom the same list has named
 * since, and who are known not to be the same.
 */
export type Whom = { kind: 'known'; id: number } | { kind: 'new'; named: Named; last: number; ours?: number[] };

export type Adding = {
  eventId: number;
  whom: Whom;
  entry: Entry;
  actorId: number;
  /** Also who gave it up, or was declined. */
  again: boolean;
  now: Temporal.Instant;
};

/** Registers or invites one person. Who could not get in, and is not known otherwise, is not kept. */
export async function add(tx: Tx, programme: Programme, adding: Adding): Promise<Entered> {
  const { eventId, whom, entry, now, ...by } = adding;
  const who = whom.kind === 'known' ? { id: whom.id, made: false } : await nameOnce(tx, programme, { ...whom, now });
  const entered = await enter(tx, { eventId, personId: who.id, now }, entry, by);
  if (who.made && !('registration' in entered)) await tx.delete(person).where(eq(person.id, who.id));
  return entered;
}

export type Invited = { registration: Registration; person: typeof person.$inferSelect };

/** Whom organizers keep a seat for, and who has not answered: whose time ends first is first. */
export async function unanswered(db: DbOrTx, eventId: number): Promise<Invited[]> {
  return db
    .select({ registration, person })
    .from(registration)
    .innerJoin(person, eq(person.id, registration.personId))
    .where(
      and(
        eq(registration.eventId, eventId),
        eq(registration.status, 'offered'),
        sql`'organizer' = (
          select by from registration_change as last
          where last.registration_id = ${registration.id} order by last.id desc limit 1)`,
      ),
    )
    .orderBy(asc(registration.offeredUntil), asc(registration.id));
}
