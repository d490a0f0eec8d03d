import type { Deps } from '../../bot/context.ts';
import type { Job } from '../../delivery/planner.ts';
import { gate } from '../../delivery/pace.ts';
import { heldView, lateOverView, lateView } from './messages.ts';
import type { Owners } from './owners.ts';
import { heldOutbox, lateSeen, oldestWaiting, raise, settle } from './store.ts';

/** Later than this, the owners hear of it. */
const LATE = Temporal.Duration.from({ minutes: 5 });
/** And seen to be late for so long: after a downtime the first look finds what the sender is about to send. */
const SURE = Temporal.Duration.from({ minutes: 1 });
/** Well again only when nothing is later than this, so that it does not flicker. */
const WELL = Temporal.Duration.from({ minutes: 1 });

/**
 * Tells the owners that messages are late, that they are not any more, and that a restored outbox waits for them. What
 * was told is a row: once, whatever the number of processes and of restarts. When a process dies between the row and the
 * message, nobody hears of it; rejected: to write the row afterwards, which tells it again with each turn of a restart
 * loop.
 */
export function watchOutbox({ db, log }: Pick<Deps, 'db' | 'log'>, owners: Owners): Job {
  async function tellHeld(now: Temporal.Instant): Promise<void> {
    if (!(await raise(db, 'held', now))) return;
    const held = await heldOutbox(db, now);
    log.warn('the outbox is held: nothing is sent until an owner releases it, under /outbox');
    const told = !held || (await owners.tell((reader) => heldView(held, reader)));
    if (!told) await settle(db, 'held');
  }

  async function tellLate(now: Temporal.Instant): Promise<void> {
    const due = await oldestWaiting(db, now, LATE);
    if (!due || before(now.subtract(WELL), due)) {
      const over = await settle(db, 'late', 'late_seen');
      if (!over.includes('late')) return;
      log.info('messages are on time again');
      if (!(await owners.tell(lateOverView))) await raise(db, 'late', now);
      return;
    }
    if (before(now.subtract(LATE), due)) return;
    if (before(now.subtract(SURE), await lateSeen(db, due, now))) return;
    if (!(await raise(db, 'late', now))) return;
    log.error({ due: due.toString() }, 'messages are late');
    if (!(await owners.tell((reader) => lateView(due, reader)))) await settle(db, 'late');
  }

  return {
    name: 'watch the outbox',
    async run(now) {
      await owners.look();
      const { kind } = await gate(db);
      switch (kind) {
        case 'held':
          return tellHeld(now);
        // Telegram would not take it either; what is late now goes out when it is back.
        case 'outage':
          return;
        case 'open':
        case 'blocked':
          return tellLate(now);
      }
    },
  };
}

const before = (one: Temporal.Instant, other: Temporal.Instant) => Temporal.Instant.compare(one, other) < 0;
