import type { Deps } from '../../bot/context.ts';
import type { Job } from '../../delivery/planner.ts';
import { released } from '../events/seats.ts';
import { endOffers, withEndedOffers } from './accept.ts';
import { lockEvent, promote } from './seats.ts';

/**
 * What falls due by time: offers end, and seats that were kept for a country go to those who wait. Rejected: an occasion of the agenda, which
 * holds the agenda's row and would wait for the event's, where who registers holds that one and waits for the agenda's.
 */
export function seatsFallDue({ db }: Pick<Deps, 'db'>): Job {
  return {
    name: 'seats',
    async run(now) {
      for (const eventId of await withEndedOffers(db, now))
        await db.transaction(async (tx) => {
          const locked = await lockEvent(tx, eventId);
          if (locked) await endOffers(tx, locked, now);
        });
      for (const eventId of await released(db, now))
        await db.transaction(async (tx) => {
          const locked = await lockEvent(tx, eventId);
          if (locked) await promote(tx, locked, now);
        });
    },
  };
}
