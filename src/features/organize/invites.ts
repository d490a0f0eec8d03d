import { createHash, randomBytes } from 'node:crypto';
import { and, asc, eq, gt, isNull } from 'drizzle-orm';
import type { Person } from '../../bot/context.ts';
import type { Db, DbOrTx } from '../../db/connect.ts';
import { invite, organizer, person } from '../../db/schema.ts';
import { owe } from '../../delivery/outbox.ts';
import type { Programme } from '../../programme.ts';

/** An open invitation is a key to everybody's data: it is good for a week, or less if the programme keeps it for less. */
const LIFETIME = { days: 7 };

export type Invitation = { token: string; expiresAt: Temporal.Instant };

/** The token is in the link and nowhere else: 128 random bits, of which the database keeps a hash. */
export async function createInvite(
  db: DbOrTx,
  programme: Programme,
  by: Person,
  now: Temporal.Instant,
): Promise<Invitation> {
  const token = randomBytes(16).toString('base64url');
  const today = now.toZonedDateTimeISO('UTC');
  const [expiresAt] = [today.add(LIFETIME), today.add(programme.retention.invitations)]
    .map((end) => end.toInstant())
    .toSorted((a, b) => Temporal.Instant.compare(a, b));
  await db.insert(invite).values({ tokenHash: hash(token), createdBy: by.id, expiresAt: expiresAt! });
  return { token, expiresAt: expiresAt! };
}

export type Redemption = 'organizer' | 'organizer already' | 'no such invitation';

/** Used, expired and unknown look the same: whoever has no invitation learns nothing about those of others. */
export async function redeemInvite(db: Db, token: string, who: Person, now: Temporal.Instant): Promise<Redemption> {
  return db.transaction(async (tx) => {
    const known = await tx.select().from(organizer).where(eq(organizer.personId, who.id));
    if (known.length > 0) return 'organizer already';
    // The one statement that settles who came first: a second press waits for the row, then finds it used.
    const [used] = await tx
      .update(invite)
      .set({ usedBy: who.id, usedAt: now })
      .where(and(eq(invite.tokenHash, hash(token)), isNull(invite.usedAt), gt(invite.expiresAt, now)))
      .returning({ by: invite.createdBy });
    if (!used) return 'no such invitation';
    await tx.insert(organizer).values({ personId: who.id, invitedBy: used.by, since: now }).onConflictDoNothing();
    return 'organizer';
  });
}

export type Organizer = { person: Person; since: Temporal.Instant };

export async function organizers(db: DbOrTx): Promise<Organizer[]> {
  return db
    .select({ person, since: organizer.since })
    .from(organizer)
    .innerJoin(person, eq(person.id, organizer.personId))
    .orderBy(asc(organizer.since), asc(person.id));
}

/** Takes the role away, and owes the message that says so. False: it was taken away already. */
export async function removeOrganizer(db: Db, personId: number, now: Temporal.Instant): Promise<boolean> {
  return db.transaction(async (tx) => {
    const [removed] = await tx.delete(organizer).where(eq(organizer.personId, personId)).returning();
    if (!removed) return false;
    // They may get it again one day, and lose it again.
    const key = `organizer_removed:${personId}:${removed.since.toString()}`;
    await owe(tx, [{ personId, kind: 'organizer_removed', key, data: {}, dueAt: now }], now);
    return true;
  });
}

const hash = (token: string): string => createHash('sha256').update(token).digest('base64url');
