import { sql } from 'drizzle-orm';
import * as v from 'valibot';
import type { Clock } from '../bot/context.ts';
import type { Db } from '../db/connect.ts';
import type { Event } from '../features/events/store.ts';

/** Real time, moved by hand: it goes on from wherever it was put. */
export type MovableClock = Clock & { moveTo(instant: Temporal.Instant): void; backToNow(): void; isMoved(): boolean };

export function createMovableClock(): MovableClock {
  let ahead = 0;
  const real = () => Temporal.Now.instant();
  return {
    now: () => real().add({ milliseconds: ahead }),
    moveTo(instant) {
      ahead = instant.epochMilliseconds - real().epochMilliseconds;
    },
    backToNow() {
      ahead = 0;
    },
    isMoved: () => ahead !== 0,
  };
}

/** The moments of an event at which something is owed. */
export const MOMENTS = ['week_before', 'day_before', 'hour_before', 'after', 'three_months_after'] as const;

/** Where the page asks to move the clock. `local`: by the wall clock of the programme's zone. */
export const Move = v.variant('to', [
  v.object({ to: v.literal('now') }),
  v.object({ to: v.literal('later'), by: v.picklist(['hour', 'day']) }),
  v.object({ to: v.literal('moment'), event: v.number(), moment: v.picklist(MOMENTS) }),
  v.object({ to: v.literal('time'), local: v.pipe(v.string(), v.isoDateTime()) }),
]);
export type Move = v.InferOutput<typeof Move>;

/** Years that the clock can show. Beyond them nothing happens but the end of retention periods. */
const [EARLIEST, LATEST] = [2020, 2100];

/** Where a move leads; null when there is no such place. */
export function destination(
  move: Exclude<Move, { to: 'now' }>,
  { now, zone, event }: { now: Temporal.Instant; zone: string; event: Event | null },
): Temporal.Instant | null {
  switch (move.to) {
    case 'later':
      return now
        .toZonedDateTimeISO(zone)
        .add(move.by === 'hour' ? { hours: 1 } : { days: 1 })
        .toInstant();
    case 'moment':
      return event && momentOf(event, move.moment);
    case 'time': {
      const local = Temporal.PlainDateTime.from(move.local);
      return local.year < EARLIEST || local.year > LATEST ? null : local.toZonedDateTime(zone).toInstant();
    }
  }
}

/** A second late, so that what is due at that moment is due. */
function momentOf({ beginsAt, endsAt, zone }: Event, moment: (typeof MOMENTS)[number]): Temporal.Instant {
  const late = { seconds: 1 };
  switch (moment) {
    case 'week_before':
      return beginsAt.subtract({ hours: 168 }).add(late);
    case 'day_before':
      return beginsAt.subtract({ hours: 24 }).add(late);
    case 'hour_before':
      return beginsAt.subtract({ hours: 1 }).add(late);
    case 'after':
      return endsAt.add({ minutes: 30 }).add(late);
    case 'three_months_after':
      return endsAt.toZonedDateTimeISO(zone).add({ months: 3 }).toInstant().add(late);
  }
}

/**
 * Whoever comes back weeks later finds everything as it was, and the demo's events past. Then the clock starts a week
 * before the last of them; null when something is still to come, or nothing ever was.
 */
export async function beforeLastEvent(db: Db, now: Temporal.Instant): Promise<Temporal.Instant | null> {
  const [last] = await db.execute<{ begins: number | null }>(
    sql`select (extract(epoch from max(begins_at)) * 1000)::float8 as begins from event where status = 'published'`,
  );
  if (last?.begins == null) return null;
  const begins = Temporal.Instant.fromEpochMilliseconds(last.begins);
  return Temporal.Instant.compare(begins, now) > 0 ? null : begins.subtract({ hours: 24 * 8 });
}
