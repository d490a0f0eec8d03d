import { and, inArray, isNotNull, sql } from 'drizzle-orm';
import { event } from '../../db/schema.ts';
import type { Occasion } from '../../delivery/agenda.ts';
import type { Programme } from '../../programme.ts';
import { findEvents } from '../events/store.ts';
import { isOver, proposeToAll } from './store.ts';

/**
 * Who gives feedback, or whose attendance is put right, after certificates were issued gets one without another press. Nothing
 * falls due by the clock: triggers on answers and attendance open the event (migration `certificates`).
 */
export const latecomers = (programme: Programme): Occasion => ({
  name: 'certificates',
  async owe(tx, events, now) {
    const rows = await tx
      .select({ id: event.id })
      .from(event)
      .where(and(inArray(event.id, events), isNotNull(event.certificatesSince), isNotNull(event.certificateShare)));
    const issuing = await findEvents(
      tx,
      rows.map(({ id }) => id),
    );
    for (const one of issuing) if (isOver(one, now)) await proposeToAll(tx, one, programme, now);
  },
  moments: () => sql`select event.ends_at where false`,
});
