import type { DbOrTx } from '../../db/connect.ts';
import { owe } from '../../delivery/outbox.ts';
import type { Row } from './store.ts';

/** What somebody else did with an announcement. */
export type Notice =
  | 'approved'
  | 'declined'
  | 'taken_back'
  | 'outgrown'
  | 'paused'
  | 'resumed'
  | 'stopped'
  | 'recalled'
  | 'correction_approved'
  | 'correction_dropped';

/** Tells the author and who pressed Send, as far as it was not they who did it. `by` null: it came about by itself. */
export async function oweNotices(
  db: DbOrTx,
  { id, revision, authorId, confirmedBy }: Pick<Row, 'id' | 'revision' | 'authorId' | 'confirmedBy'>,
  what: Notice,
  by: number | null,
  now: Temporal.Instant,
): Promise<void> {
  const readers = new Set([authorId, confirmedBy].filter((reader) => reader !== null && reader !== by));
  await owe(
    db,
    [...(readers as Set<number>)].map((personId) => ({
      personId,
      kind: 'announcement_notice',
      // With the time: it may be paused several times in one round.
      key: `announcement_notice:${id}:${revision}:${what}:${now.epochMilliseconds}:${personId}`,
      data: { announcement: id, what, by },
      dueAt: now,
    })),
    now,
  );
}
