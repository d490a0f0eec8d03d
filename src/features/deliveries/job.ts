import { and, eq, gt, inArray, lte, or, sql } from 'drizzle-orm';
import type { Deps } from '../../bot/context.ts';
import { event, person } from '../../db/schema.ts';
import type { Occasion } from '../../delivery/agenda.ts';
import { owe } from '../../delivery/outbox.ts';
import { withTexts } from '../events/store.ts';
import { asOf, lateReminders } from './store.ts';

/** Days after the beginning: an outage may have lasted over the event. Later it is no news. */
const LATE = 7;

/**
 * Tells who made an event, and the owners, that reminders of it came too late: once, when it has begun, since until then
 * another one may come. Rejected: telling at each message that the sender lets go of. An outage would ring for every one of
 * them, and of what was never owed, because the planner was off as well, there is none.
 */
export function whenItHasBegun({ config, programme }: Pick<Deps, 'config' | 'programme'>): Occasion {
  return {
    name: 'reminders that came too late',
    async owe(tx, events, now) {
      const lately = and(lte(event.beginsAt, now), gt(event.beginsAt, now.subtract({ hours: 24 * LATE })));
      const begun = and(inArray(event.id, events), eq(event.status, 'published'), lately);
      for (const one of await withTexts(tx, await tx.select().from(event).where(begun))) {
        if ((await lateReminders(tx, one, asOf(now, programme))) === 0) continue;
        const readers = await tx
          .select({ id: person.id })
          .from(person)
          .where(or(eq(person.id, one.createdBy ?? 0), inArray(person.telegramId, config.OWNER_IDS)));
        // Without event_id: it is about the event's messages, not one of them.
        const owed = readers.map(({ id }) => ({
          personId: id,
          kind: 'late_reminders',
          key: `late_reminders:${one.id}:${one.revision}:${id}`,
          data: { event: one.id },
          dueAt: now,
        }));
        await owe(tx, owed, now);
      }
    },
    moments: () => sql`select event.begins_at where event.status = 'published'`,
  };
}
