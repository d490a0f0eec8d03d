import { and, desc, eq, inArray, sql } from 'drizzle-orm';
import type { Person } from '../../bot/context.ts';
import type { EventOf } from '../../bot/routes.ts';
import { idOf } from '../../bot/view.ts';
import type { DbOrTx, Tx } from '../../db/connect.ts';
import { certificate, event, person, type Certified } from '../../db/schema.ts';
import { owe } from '../../delivery/outbox.ts';
import type { Programme } from '../../programme.ts';
import { findEvent, type Event } from '../events/store.ts';
import { newCode } from './code.ts';
import { standings, verdict, type Standing } from './standing.ts';

export type Certificate = typeof certificate.$inferSelect;

export const isOver = ({ status, endsAt }: Pick<Event, 'status' | 'endsAt'>, now: Temporal.Instant): boolean =>
  status === 'published' && Temporal.Instant.compare(endsAt, now) <= 0;

/** What is certified, as things are now: from then on it stays as it is, whatever becomes of the event. */
export function certify(
  event: Event,
  standing: Pick<Standing, 'attended' | 'of'> | null,
  programme: Programme,
): Certified {
  const day = (at: Temporal.Instant) => at.toZonedDateTimeISO(event.zone).toPlainDate().toString();
  return {
    programme: programme.name.full,
    partners: programme.partners.map(({ names }) => names),
    title: Object.fromEntries(Object.entries(event.texts).map(([language, { title }]) => [language, title])),
    kind: event.kind,
    from: day(event.beginsAt),
    to: day(event.endsAt),
    place: event.place,
    attended: standing?.attended ?? null,
    of: standing?.of ?? null,
  };
}

export type Issued = { kind: 'issued'; proposed: number } | { kind: 'not over' } | { kind: 'no rule' };

/** From now on everybody who qualifies is asked to approve their name, and whoever qualifies later. Once each. */
export async function issue(tx: Tx, eventId: number, programme: Programme, now: Temporal.Instant): Promise<Issued> {
  const one = await findEvent(tx, eventId);
  if (!one || !isOver(one, now)) return { kind: 'not over' };
  if (one.certificateShare === null) return { kind: 'no rule' };
  await tx
    .update(event)
    .set({ certificatesSince: sql`coalesce(${event.certificatesSince}, ${now.toString()}::timestamptz)` })
    .where(eq(event.id, eventId));
  return { kind: 'issued', proposed: await proposeToAll(tx, one, programme, now) };
}

/** To those who qualify and never had one: what was revoked does not come back by itself. Returns how many are new. */
export async function proposeToAll(tx: Tx, one: Event, programme: Programme, now: Temporal.Instant): Promise<number> {
  const lucky = (await standings(tx, one.id)).filter((row) => !row.had && verdict(one, row) === 'qualifies');
  return (await propose(tx, one, lucky, { programme, now })).length;
}

type Proposing = { programme: Programme; now: Temporal.Instant; note?: string };

/** Two who propose at once, propose once: that is in the unique index `certificate_once`. */
async function propose(
  tx: Tx,
  one: Event,
  to: Standing[],
  { programme, now, note }: Proposing,
): Promise<Certificate[]> {
  if (to.length === 0) return [];
  const made = await tx
    .insert(certificate)
    .values(
      to.map((row) => ({
        code: newCode(),
        eventId: one.id,
        personId: row.personId,
        state: 'proposed' as const,
        name: row.fullName ?? row.latinName ?? '',
        language: row.language,
        certified: certify(one, row, programme),
        note: note ?? null,
        createdAt: now,
      })),
    )
    .onConflictDoNothing()
    .returning();
  const told = made.filter(({ personId }) => to.find((row) => row.personId === personId)?.telegramId != null);
  await askForNames(tx, told, now);
  return made;
}

/** Each of them is asked once, as soon as they have a chat. */
export async function askForNames(tx: Tx, proposed: Certificate[], now: Temporal.Instant): Promise<void> {
  await owe(
    tx,
    proposed.map(({ id, personId, eventId }) => ({
      personId,
      kind: 'certificate_ready',
      key: `certificate:${id}`,
      data: { certificate: id },
      eventId,
      bulk: true,
      dueAt: now,
    })),
    now,
  );
}

/** For one person, whatever the rule says. Null: they have one, or have no seat. */
export async function issueByHand(
  tx: Tx,
  registrationId: number,
  given: Proposing & { note: string },
): Promise<Certificate | null> {
  const found = await standingOf(tx, registrationId);
  if (!found || found.standing.current !== null || !isOver(found.event, given.now)) return null;
  const [made] = await propose(tx, found.event, [found.standing], given);
  return made ?? null;
}

/** Of one registration, if it has a seat. */
export async function standingOf(
  db: DbOrTx,
  registrationId: number,
): Promise<{ event: Event; standing: Standing } | null> {
  const [row] = await db.execute<{ id: number }>(
    sql`select event_id::int as id from registration where id = ${registrationId}`,
  );
  const one = row ? await findEvent(db, row.id) : null;
  const [standing] = one ? await standings(db, one.id, sql`registration.id = ${registrationId}`) : [];
  return one && standing ? { event: one, standing } : null;
}

export type Known = { certificate: Certificate; person: Person };

export async function findCertificate(db: DbOrTx, id: number): Promise<Known | null> {
  const [found] = await db
    .select({ certificate, person })
    .from(certificate)
    .innerJoin(person, eq(person.id, certificate.personId))
    .where(eq(certificate.id, id));
  return found ?? null;
}

/** Of who asks: another's number shows nothing. */
export async function findOwn(db: DbOrTx, id: number, personId: number): Promise<Certificate | null> {
  const found = await findCertificate(db, id);
  return found?.certificate.personId === personId ? found.certificate : null;
}

/** By its code; what is only proposed certifies nothing yet. */
export async function findByCode(db: DbOrTx, code: string): Promise<Certificate | null> {
  const [found] = await db.select().from(certificate).where(eq(certificate.code, code));
  return found && found.issuedAt !== null ? found : null;
}

/** Of one person, the latest first, without those that another took the place of. `eventId`: of this event alone. */
export async function certificatesOf(db: DbOrTx, personId: number, eventId?: number): Promise<Certificate[]> {
  const which = [eq(certificate.personId, personId), inArray(certificate.state, ['proposed', 'valid', 'revoked'])];
  return db
    .select()
    .from(certificate)
    .where(and(...which, eventId === undefined ? undefined : eq(certificate.eventId, eventId)))
    .orderBy(sql`${certificate.state} = 'revoked'`, desc(certificate.id));
}

/** What the page of an event, and /my, offer to somebody. */
export async function hasCertificate(db: DbOrTx, personId: number, eventId?: number): Promise<boolean> {
  return (await certificatesOf(db, personId, eventId)).length > 0;
}

/** All of an event, by name. */
export async function certificatesAt(db: DbOrTx, eventId: number): Promise<Known[]> {
  return db
    .select({ certificate, person })
    .from(certificate)
    .innerJoin(person, eq(person.id, certificate.personId))
    .where(eq(certificate.eventId, eventId))
    .orderBy(certificate.name, certificate.id);
}

export const eventOfCertificate: EventOf = async (db, [id]) => {
  const [found] = await db
    .select()
    .from(certificate)
    .where(eq(certificate.id, idOf(id)));
  return found?.eventId ?? null;
};
