import { createHash, randomBytes } from 'node:crypto';
import { and, asc, desc, eq, isNull, not, sql } from 'drizzle-orm';
import type { Person } from '../../bot/context.ts';
import { PAGE_SIZE, pageAt, type Page } from '../../bot/pages.ts';
import type { Db, DbOrTx, Tx } from '../../db/connect.ts';
import { audit, invite, person, role } from '../../db/schema.ts';
import { owe } from '../../delivery/outbox.ts';
import type { Programme } from '../../programme.ts';

/** An open invitation is a key to people's data: it is good for a week, or less if the programme keeps it for less. */
const LIFETIME = { days: 7 };

type Role = typeof role.$inferSelect;
/** What a role is and what it is about. */
export type About = Pick<Role, 'kind' | 'country' | 'eventId'>;
export type Holder = { role: Role; person: Person };

export const aboutOf = ({ kind, country, eventId }: About): About => ({ kind, country, eventId });

export type Invitation = { token: string; expiresAt: Temporal.Instant };

/** The token is in the link and nowhere else: 128 random bits, of which the database keeps a hash. */
export async function createInvite(
  db: DbOrTx,
  programme: Programme,
  by: Person,
  about: About,
  now: Temporal.Instant,
): Promise<Invitation> {
  const token = randomBytes(16).toString('base64url');
  const today = now.toZonedDateTimeISO('UTC');
  const [expiresAt] = [today.add(LIFETIME), today.add(programme.retention.invitations)]
    .map((end) => end.toInstant())
    .toSorted((a, b) => Temporal.Instant.compare(a, b));
  await db.insert(invite).values({ ...about, tokenHash: hash(token), createdBy: by.id, expiresAt: expiresAt! });
  return { token, expiresAt: expiresAt! };
}

export type Redemption = { kind: 'granted' | 'already'; about: About } | { kind: 'no such invitation' };

/**
 * Used, expired and unknown look the same: whoever has no invitation learns nothing about those of others. `mayAlready`: who
 * needs no such role does not use it up.
 */
export async function redeemInvite(
  db: Db,
  programme: Programme,
  token: string,
  who: Person,
  { mayAlready, now }: { mayAlready: boolean; now: Temporal.Instant },
): Promise<Redemption> {
  return db.transaction(async (tx) => {
    // The row lock settles who came first: a second one waits for it, then finds the invitation used.
    const [found] = await tx
      .select()
      .from(invite)
      .where(eq(invite.tokenHash, hash(token)))
      .for('update');
    if (!found) return { kind: 'no such invitation' };
    const about = aboutOf(found);
    const open = found.usedAt === null && Temporal.Instant.compare(found.expiresAt, now) > 0;
    // Who used it may open it again; who has the role by other ways does not use it up.
    if ((open || found.usedBy === who.id) && ((open && mayAlready) || (await has(tx, who, about))))
      return { kind: 'already', about };
    if (!open) return { kind: 'no such invitation' };
    await grant(tx, who, about, { by: found.createdBy, now });
    await takeZone(tx, programme, who, about);
    await tx.update(invite).set({ usedBy: who.id, usedAt: now }).where(eq(invite.tokenHash, found.tokenHash));
    return { kind: 'granted', about };
  });
}

async function grant(
  tx: Tx,
  who: Person,
  about: About,
  { by, now }: { by: number | null; now: Temporal.Instant },
): Promise<void> {
  const rows = await tx
    .insert(role)
    .values({ ...about, personId: who.id, invitedBy: by, since: now })
    .onConflictDoNothing()
    .returning();
  // By another invitation, at the same moment.
  if (rows.length > 0) await note(tx, 'granted', who.id, about, { by, now });
}

/** Focal points need not register, so nobody asks them for their country: until they choose a zone, it is that of the role's. */
async function takeZone(tx: Tx, { countries }: Programme, who: Person, { country }: About): Promise<void> {
  const zone = countries.find(({ code }) => code === country)?.zone;
  const unknown = and(eq(person.id, who.id), isNull(person.country), not(person.zoneChosen));
  if (zone) await tx.update(person).set({ zone }).where(unknown);
}

async function has(tx: Tx, who: Person, { kind, country, eventId }: About): Promise<boolean> {
  const same = sql`${role.country} is not distinct from ${country}::text and ${role.eventId} is not distinct from ${eventId}::bigint`;
  return (await tx.$count(role, and(eq(role.personId, who.id), eq(role.kind, kind), same))) > 0;
}

export async function allRoles(db: DbOrTx): Promise<Holder[]> {
  return db
    .select({ role, person })
    .from(role)
    .innerJoin(person, eq(person.id, role.personId))
    .orderBy(asc(role.kind), asc(role.since), asc(role.id));
}

export async function findHolder(db: DbOrTx, roleId: number): Promise<Holder | null> {
  const rows = await db
    .select({ role, person })
    .from(role)
    .innerJoin(person, eq(person.id, role.personId))
    .where(eq(role.id, roleId));
  return rows[0] ?? null;
}

/** Takes a role away, and owes the message that says so. False: it was taken away already. */
export async function takeRole(db: Db, roleId: number, by: Person, now: Temporal.Instant): Promise<boolean> {
  return db.transaction(async (tx) => {
    const [taken] = await tx.delete(role).where(eq(role.id, roleId)).returning();
    if (!taken) return false;
    await note(tx, 'taken', taken.personId, taken, { by: by.id, now });
    const [personId, data] = [taken.personId, aboutOf(taken)];
    await owe(tx, [{ personId, kind: 'role_taken', key: `role_taken:${roleId}`, data, dueAt: now }], now);
    return true;
  });
}

async function note(
  tx: Tx,
  what: 'granted' | 'taken',
  personId: number,
  { kind, country, eventId }: About,
  { by, now }: { by: number | null; now: Temporal.Instant },
): Promise<void> {
  const day = now.toZonedDateTimeISO('UTC').toPlainDate().toString();
  await tx.insert(audit).values({ personId, what, way: kind, country, eventId, byId: by, day, at: now });
}

export type Entry = { entry: typeof audit.$inferSelect; person: Person };

/** The latest first. */
export async function auditPage(db: DbOrTx, wanted: string | undefined): Promise<Page<Entry>> {
  const place = pageAt(await db.$count(audit), wanted);
  const items = await db
    .select({ entry: audit, person })
    .from(audit)
    .innerJoin(person, eq(person.id, audit.personId))
    .orderBy(desc(audit.at), desc(audit.id))
    .limit(PAGE_SIZE)
    .offset(place.first);
  return { ...place, items };
}

/** Retention. */
export async function forgetAudit(db: DbOrTx, before: Temporal.Instant): Promise<void> {
  await db.delete(audit).where(sql`${audit.at} < ${before.toString()}::timestamptz`);
}

const hash = (token: string): string => createHash('sha256').update(token).digest('base64url');
