import { and, count, eq, gt, or } from 'drizzle-orm';
import type { Person } from '../../bot/context.ts';
import type { DbOrTx, Tx } from '../../db/connect.ts';
import { contactRequest, person } from '../../db/schema.ts';
import { owe } from '../../delivery/outbox.ts';
import { entryOf, findListed, type Entry } from './store.ts';

export type ContactRequest = typeof contactRequest.$inferSelect;

/** New requests that somebody may send within 24 hours. */
export const DAILY = 5;

/** How two people can be in contact, from the side of the one who looks. */
export type Standing =
  | { kind: 'may ask' }
  | { kind: 'self' }
  | { kind: 'limit' }
  /** The other has switched contact requests off in /settings. */
  | { kind: 'takes none' }
  | { kind: 'asked'; request: ContactRequest }
  | { kind: 'was asked'; request: ContactRequest }
  | { kind: 'in contact'; request: ContactRequest };

/**
 * One request from one person to another, until it is forgotten at the end of its retention: whoever was declined
 * does not ask again and again.
 */
export async function standing(db: DbOrTx, me: Person, other: Person, now: Temporal.Instant): Promise<Standing> {
  if (me.id === other.id) return { kind: 'self' };
  const between = await db
    .select()
    .from(contactRequest)
    .where(
      or(
        and(eq(contactRequest.fromId, me.id), eq(contactRequest.toId, other.id)),
        and(eq(contactRequest.fromId, other.id), eq(contactRequest.toId, me.id)),
      ),
    );
  const accepted = between.find(({ state }) => state === 'accepted');
  if (accepted) return { kind: 'in contact', request: accepted };
  const open = between.find(({ toId, state }) => toId === me.id && state === 'pending');
  if (open) return { kind: 'was asked', request: open };
  const sent = between.find(({ fromId }) => fromId === me.id);
  if (sent) return { kind: 'asked', request: sent };
  if (other.muted.includes('contacts')) return { kind: 'takes none' };
  return (await sentToday(db, me.id, now)) < DAILY ? { kind: 'may ask' } : { kind: 'limit' };
}

async function sentToday(db: DbOrTx, personId: number, now: Temporal.Instant): Promise<number> {
  const today = gt(contactRequest.createdAt, now.subtract({ hours: 24 }));
  const rows = await db
    .select({ n: count() })
    .from(contactRequest)
    .where(and(eq(contactRequest.fromId, personId), today));
  return rows[0]!.n;
}

export type Asked = { kind: 'asked' } | { kind: 'gone' } | { kind: 'refused'; standing: Standing; other: Person };

/** `to`: the id of who is asked. `username`: the asker's, at this moment. */
type NewRequest = { from: Person; to: number; body: string; username: string | null; now: Temporal.Instant };

/** Keeps the request and owes it to the other, if they are still to be seen and may be asked. */
export async function ask(tx: Tx, { from, to, body, username, now }: NewRequest): Promise<Asked> {
  // Whoever asks twice at once stands in line here, or both would count the same requests of today.
  // FOR UPDATE would be too much: two who ask each other would wait for each other's row, which the new request refers to.
  await tx.select({ id: person.id }).from(person).where(eq(person.id, from.id)).for('no key update');
  const other = await findListed(tx, to);
  if (!other) return { kind: 'gone' };
  const between = await standing(tx, from, other.person, now);
  if (between.kind !== 'may ask') return { kind: 'refused', standing: between, other: other.person };
  const [made] = await tx
    .insert(contactRequest)
    .values({ fromId: from.id, toId: to, body, fromUsername: username, createdAt: now })
    .returning();
  const id = made!.id;
  const owed = { personId: to, kind: 'contact_request', key: `contact_request:${id}`, data: { request: id } };
  // Bulk: it can wait until the night is over where they are.
  await owe(tx, [{ ...owed, dueAt: now, bulk: true }], now);
  return { kind: 'asked' };
}

/** A request with the two people it is between. `asker`: what the directory shows of who asks, the least if it hides them. */
export type Contact = { request: ContactRequest; from: Person; to: Person; asker: Entry };

/** Null once one of them has erased their data. */
export async function findContact(db: DbOrTx, id: number): Promise<Contact | null> {
  const [request] = await db.select().from(contactRequest).where(eq(contactRequest.id, id));
  if (!request) return null;
  const people = await db
    .select()
    .from(person)
    .where(or(eq(person.id, request.fromId), eq(person.id, request.toId)));
  const of = (personId: number) => people.find(({ id }) => id === personId);
  const [from, to] = [of(request.fromId), of(request.toId)];
  if (!from || !to) return null;
  return { request, from, to, asker: entryOf(from, (await findListed(db, from.id))?.profile ?? null) };
}

type Decision = { by: Person; state: 'accepted' | 'declined'; username: string | null; now: Temporal.Instant };

/**
 * The addressee's decision, the first of which counts; the asker is told. Returns how the request stands now, and null
 * for a request that is not there or was not sent to this person.
 */
export async function decide(tx: Tx, id: number, { by, state, username, now }: Decision): Promise<Contact | null> {
  const [decided] = await tx
    .update(contactRequest)
    // Their name is given away by accepting only.
    .set({ state, decidedAt: now, toUsername: state === 'accepted' ? username : null })
    .where(and(eq(contactRequest.id, id), eq(contactRequest.toId, by.id), eq(contactRequest.state, 'pending')))
    .returning();
  if (decided) {
    const kind = `contact_${state}`;
    const answer = { personId: decided.fromId, kind, key: `${kind}:${id}`, data: { request: id } };
    await owe(tx, [{ ...answer, dueAt: now }], now);
  }
  const contact = await findContact(tx, id);
  return contact?.to.id === by.id ? contact : null;
}
