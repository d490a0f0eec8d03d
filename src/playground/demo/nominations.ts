import type { Tx } from '../../db/connect.ts';
import { nomination, role } from '../../db/schema.ts';
import type { Held, Known } from './insert.ts';

/** By their passports: who nominates for a country, and whom they have nominated for the visit, in their order. */
const COUNTRIES = [
  { focalPoint: 'ZHEENBAEVA NURGUL', nominees: ['KADYROVA ZHYLDYZ', 'ASANOVA AIPERI'] },
  { focalPoint: 'PETRENKO SVETLANA', nominees: [] },
];

/** Kyrgyzstan has named two of three, one of whom has not registered yet, and one more came by herself; Kazakhstan none yet. */
export async function insertNominations(
  tx: Tx,
  visit: Held,
  people: Known[],
  invitedBy: Known,
  now: Temporal.Instant,
): Promise<void> {
  const named = (latin: string) => people.find((one) => one.latin === latin)!;
  for (const { focalPoint, nominees } of COUNTRIES) {
    const { row } = named(focalPoint);
    const country = row.country!;
    const since = now.subtract({ hours: 24 * 30 });
    await tx
      .insert(role)
      .values({ kind: 'focal_point', country, personId: row.id, invitedBy: invitedBy.row.id, since });
    for (const [i, latin] of nominees.entries())
      await tx.insert(nomination).values({
        eventId: visit.id,
        personId: named(latin).row.id,
        country,
        byId: row.id,
        rank: i + 1,
        createdAt: now.subtract({ hours: 24 * 9 - i }),
      });
  }
}
