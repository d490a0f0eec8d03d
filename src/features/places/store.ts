import { and, eq, inArray, sql } from 'drizzle-orm';
import type { Person } from '../../bot/context.ts';
import type { Db, DbOrTx, Tx } from '../../db/connect.ts';
import { certificate, message, nomination, person, place, type Answers } from '../../db/schema.ts';
import { releaseOwed } from '../../delivery/outbox.ts';
import { sameName } from '../../names/same.ts';
import type { Programme } from '../../programme.ts';
import { becomeAlumni, findProfile } from '../alumni/store.ts';
import { askForNames } from '../certificates/store.ts';
import { findPerson, PROFILE_KEYS, saveProfile } from '../people/store.ts';
import { moveRegistrations } from '../registration/named.ts';

export type Place =
  /** Nobody has used the link yet. */
  | { kind: 'open'; named: Person }
  /** The same person has. `events`: what it was for. */
  | { kind: 'yours'; events: number[] }
  /** Somebody else has, or who was named is erased: nobody learns which. */
  | { kind: 'used' };

export async function findPlace(db: DbOrTx, namedId: number, who: Person): Promise<Place> {
  const named = await findPerson(db, namedId);
  if (named && named.telegramId === null) return { kind: 'open', named };
  const [used] = await db
    .select()
    .from(place)
    .where(and(eq(place.namedId, namedId), eq(place.personId, who.id)));
  return used ? { kind: 'yours', events: used.events } : { kind: 'used' };
}

/** Whether somebody's own name, as far as they gave it, is that of the person who was named. Null: they gave none. */
export function isNamedLike({ fullName, latinName }: Person, named: Person): boolean | null {
  const names = [fullName, latinName].filter((name) => name !== null);
  return names.length === 0 ? null : names.some((name) => sameName(name, named.fullName ?? ''));
}

/**
 * The named person becomes this one: registrations, nominations, certificates and what is owed go over, and the named one is no
 * more. Once, however many use the link at the same moment. Rejected: to give the named row their Telegram id, where nothing of
 * theirs is known yet. Consent, dialog and roles hang on their own row from their first press on, and there would be two ways.
 */
export async function takePlace(
  db: Db,
  programme: Programme,
  { namedId, who, now }: { namedId: number; who: Person; now: Temporal.Instant },
): Promise<Exclude<Place, { kind: 'open' }>> {
  for (;;) {
    const outcome = await db.transaction(async (tx) => {
      const named = await findPerson(tx, namedId);
      const moved = await moveRegistrations(tx, { from: namedId, to: who.id, now });
      if (moved.kind !== 'moved' || !named) return moved;
      const nominated = await moveNominations(tx, namedId, who.id);
      await moveCertificates(tx, namedId, who.id, now);
      if (await findProfile(tx, namedId)) await becomeAlumni(tx, who.id, now);
      // The network has welcomed them by now, or will.
      await tx.delete(message).where(and(eq(message.personId, namedId), eq(message.kind, 'alumni_welcome')));
      await releaseOwed(tx, eq(message.personId, namedId));
      await tx.update(message).set({ personId: who.id }).where(eq(message.personId, namedId));
      const [current] = await tx.select().from(person).where(eq(person.id, who.id));
      const gaps = current ? gapsOf(current, named) : {};
      if (Object.keys(gaps).length > 0) await saveProfile(tx, programme, who, gaps);
      const events = [...new Set([...moved.events, ...nominated])];
      await tx.insert(place).values({ namedId, personId: who.id, events, usedAt: now });
      await tx.delete(person).where(eq(person.id, namedId));
      return { kind: 'yours', events } as const;
    });
    switch (outcome.kind) {
      case 'yours':
        return outcome;
      case 'nobody':
        return (await findPlace(db, namedId, who)) as Exclude<Place, { kind: 'open' }>;
      case 'moved':
      case 'changed meanwhile':
    }
  }
}

/** What they have not said themselves. They confirm it with the next form that asks who they are. */
function gapsOf(own: Person, named: Person): Answers {
  const gaps = PROFILE_KEYS.filter((key) => own[key] === null && named[key] !== null);
  return Object.fromEntries(gaps.map((key) => [key, named[key]]));
}

/** Their own stays; one that was withdrawn makes room. Returns the events of those that stand. */
async function moveNominations(tx: Tx, from: number, to: number): Promise<number[]> {
  const rows = await tx.select().from(nomination).where(eq(nomination.personId, from));
  const standing = rows.filter(({ withdrawnAt }) => withdrawnAt === null).map(({ eventId }) => eventId);
  if (standing.length > 0)
    await tx
      .delete(nomination)
      .where(and(eq(nomination.personId, to), sql`withdrawn_at is not null`, inArray(nomination.eventId, standing)));
  await tx.execute(sql`
    update nomination set person_id = ${to}
    where person_id = ${from} and event_id not in (select event_id from nomination where person_id = ${to})`);
  return standing;
}

/**
 * One that counts is enough for an event, and what is printed goes before what is only proposed: a second one is void from now on,
 * and its code says so.
 */
async function moveCertificates(tx: Tx, from: number, to: number, now: Temporal.Instant): Promise<void> {
  const printed = sql`${certificate.personId} = ${to} and exists (
    select from certificate as theirs
    where theirs.person_id = ${from} and theirs.event_id = ${certificate.eventId} and theirs.state = 'valid')`;
  await tx.delete(certificate).where(sql`${printed} and ${certificate.state} = 'proposed'`);
  const double = sql`${certificate.personId} = ${from} and exists (
    select from certificate as own
    where own.person_id = ${to} and own.event_id = ${certificate.eventId} and own.state in ('proposed', 'valid'))`;
  await tx.delete(certificate).where(sql`${double} and ${certificate.state} = 'proposed'`);
  await tx
    .update(certificate)
    .set({ state: 'replaced', endedAt: now })
    .where(sql`${double} and ${certificate.state} = 'valid'`);
  const moved = await tx.update(certificate).set({ personId: to }).where(eq(certificate.personId, from)).returning();
  await askForNames(
    tx,
    moved.filter(({ state }) => state === 'proposed'),
    now,
  );
}
