import { and, eq, inArray, sql } from 'drizzle-orm';
import type { DbOrTx, Tx } from '../../db/connect.ts';
import { certificate, person } from '../../db/schema.ts';
import { owe } from '../../delivery/outbox.ts';
import type { Programme } from '../../programme.ts';
import { findEvent } from '../events/store.ts';
import { newCode } from './code.ts';
import { standings } from './standing.ts';
import { certify, type Certificate } from './store.ts';

/** How often somebody may have the name on theirs changed by themselves. */
const REISSUES = 3;

export type Approved =
  | { kind: 'issued'; certificate: Certificate }
  | { kind: 'changed meanwhile' }
  | { kind: 'too often' };

/**
 * The name is approved: the proposal becomes a certificate, or another one takes the place of what was issued with a wrong name.
 * Whoever comes second finds that it has changed.
 */
export async function approve(
  tx: Tx,
  { id, ...named }: { id: number; name: string; language: string },
  programme: Programme,
  now: Temporal.Instant,
): Promise<Approved> {
  const [was] = await tx.select().from(certificate).where(eq(certificate.id, id)).for('update');
  switch (was?.state) {
    case 'proposed': {
      const one = await findEvent(tx, was.eventId);
      const [standing] = await standings(tx, was.eventId, sql`person.id = ${was.personId}`);
      // What was put right since it was proposed is printed as it is now.
      const certified = one ? certify(one, standing ?? was.certified, programme) : was.certified;
      const [made] = await tx
        .update(certificate)
        .set({ ...named, certified, state: 'valid', issuedAt: now })
        .where(eq(certificate.id, id))
        .returning();
      return { kind: 'issued', certificate: made! };
    }
    case 'valid': {
      if ((await timesReplaced(tx, was)) >= REISSUES) return { kind: 'too often' };
      await tx.update(certificate).set({ state: 'replaced', endedAt: now }).where(eq(certificate.id, id));
      const { eventId, personId, certified, note } = was;
      const [made] = await tx
        .insert(certificate)
        .values({
          ...named,
          code: newCode(),
          eventId,
          personId,
          certified,
          note,
          state: 'valid',
          issuedAt: now,
          createdAt: now,
        })
        .returning();
      return { kind: 'issued', certificate: made! };
    }
    case 'replaced':
    case 'revoked':
    case undefined:
      return { kind: 'changed meanwhile' };
  }
}

function timesReplaced(db: DbOrTx, { eventId, personId }: Certificate): Promise<number> {
  return db.$count(
    certificate,
    and(eq(certificate.eventId, eventId), eq(certificate.personId, personId), eq(certificate.state, 'replaced')),
  );
}

/** What was only proposed as well, so that it does not come back by itself. True: this one it was. */
export async function revoke(
  tx: Tx,
  { id, reason }: { id: number; reason: string },
  now: Temporal.Instant,
): Promise<boolean> {
  const [ended] = await tx
    .update(certificate)
    .set({ state: 'revoked', reason, endedAt: now })
    .where(and(eq(certificate.id, id), inArray(certificate.state, ['proposed', 'valid'])))
    .returning();
  if (!ended) return false;
  const [who] = await tx.select({ telegramId: person.telegramId }).from(person).where(eq(person.id, ended.personId));
  if (who?.telegramId == null) return true;
  const { personId, eventId } = ended;
  const told = { personId, eventId, kind: 'certificate_revoked', key: `certificate_revoked:${id}` };
  await owe(tx, [{ ...told, data: { certificate: id }, dueAt: now }], now);
  return true;
}
