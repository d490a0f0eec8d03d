import { and, eq, ne, sql } from 'drizzle-orm';
import { pageAt, PAGE_SIZE, type Page } from '../../bot/pages.ts';
import type { DbOrTx, Tx } from '../../db/connect.ts';
import { segment, type Audience } from '../../db/schema.ts';

export type Segment = typeof segment.$inferSelect;
type Input = Pick<Segment, 'name' | 'audience'>;

/** The bot can't reach them: a standing segment, for organizers who telephone or write to them. */
export const UNREACHABLE: Audience = { reachable: false };

/**
 * Feedback is anonymous, and its results grow answer by answer: who reads names beside them could tell whose answer was
 * the latest. So an audience of those who answered feedback, or did not, is counted as a whole and written to, never
 * listed.
 */
export const isConfidential = ({ response }: Audience): boolean => response?.month === 0;

export async function findSegment(db: DbOrTx, id: number): Promise<Segment | null> {
  const [found] = await db.select().from(segment).where(eq(segment.id, id));
  return found ?? null;
}

const BY_NAME = sql`lower(${segment.name})`;

export function allSegments(db: DbOrTx): Promise<Segment[]> {
  return db.select().from(segment).orderBy(BY_NAME, segment.id);
}

export async function segmentsPage(db: DbOrTx, wanted: string | undefined): Promise<Page<Segment>> {
  const place = pageAt(await db.$count(segment), wanted);
  const items = await db.select().from(segment).orderBy(BY_NAME, segment.id).limit(PAGE_SIZE).offset(place.first);
  return { ...place, items };
}

/** Names that differ only in their case would be mistaken for each other in a list. `own`: the one that is renamed. */
export function isTaken(segments: Segment[], name: string, own: Segment | null): boolean {
  const same = (one: Segment) => one.name.toLocaleLowerCase() === name.toLocaleLowerCase();
  return segments.some((one) => one.id !== own?.id && same(one));
}

export type Saved = { kind: 'saved'; id: number } | { kind: 'taken' } | { kind: 'gone' };

export async function createSegment(
  tx: Tx,
  input: Input & { createdBy: number },
  now: Temporal.Instant,
): Promise<Saved> {
  const [made] = await tx
    .insert(segment)
    .values({ ...input, createdAt: now })
    .onConflictDoNothing({ target: segment.name })
    .returning({ id: segment.id });
  return made ? { kind: 'saved', id: made.id } : { kind: 'taken' };
}

export async function changeSegment(tx: Tx, id: number, { name, audience }: Input): Promise<Saved> {
  // An update has no ON CONFLICT. Saving is rare: who saves waits for who is saving, and then sees the name.
  await tx.execute(sql`lock table ${segment} in share row exclusive mode`);
  if ((await tx.$count(segment, and(eq(segment.name, name), ne(segment.id, id)))) > 0) return { kind: 'taken' };
  const changed = await tx.update(segment).set({ name, audience }).where(eq(segment.id, id)).returning();
  return changed.length === 1 ? { kind: 'saved', id } : { kind: 'gone' };
}

export async function deleteSegment(db: DbOrTx, id: number): Promise<void> {
  await db.delete(segment).where(eq(segment.id, id));
}
