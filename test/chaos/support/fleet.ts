import type { Db } from '../../../src/db/connect.ts';
import { endLeases } from './leases.ts';
import type { Bot, Rig } from './rig.ts';

const HOUR = 3_600_000;
export const DAY = 24 * HOUR;
const JUMPS = [2 * HOUR, -2 * HOUR, DAY, -DAY];

type Slot = { entry: string; bot: Bot; clock: number };

/** Programs that run at the same time, each again when it was killed, each with a clock of its own that jumps. */
export function createFleet(rig: Rig, db: Db, entries: string[], env: Record<string, string> = {}) {
  const { random } = rig;
  const start = (entry: string, clock = 0): Slot => ({
    entry,
    clock,
    bot: rig.start(entry, { ...env, CLOCK: String(clock) }),
  });
  const slots = entries.map((entry) => start(entry));
  const anyOf = <T>(all: T[]) => all[Math.floor(random() * all.length)];

  function set(slot: Slot, clock: number): void {
    slot.clock = clock;
    slot.bot.tell({ clock, tick: true });
  }

  let onTheirWay = 0;

  return {
    slots,
    set,
    /** Messages that those who were killed were sending just then. */
    onTheirWay: () => onTheirWay,
    atWork: (seconds = 60) =>
      rig.atWork(
        slots.map(({ bot }) => bot),
        seconds,
      ),
    /**
     * kill -9 of one that is at work, while another one is as well: if each died as soon as it had started, hardly anything
     * would be on its way. Its leases are over at once, and it starts again. False: there was none.
     */
    async kill(): Promise<boolean> {
      const atWork = slots.filter(({ bot }) => bot.isAtWork());
      const victim = anyOf(atWork);
      if (!victim || atWork.length < 2) return false;
      victim.bot.kill();
      onTheirWay += (await endLeases(db, victim.bot.name)).sending;
      Object.assign(victim, start(victim.entry, victim.clock));
      return true;
    },
    /** The clock of one of them jumps, unless that led out of the time from `first` to `last`. */
    jump({ first, last }: { first: number; last: number }): boolean {
      const slot = anyOf(slots)!;
      const to = slot.clock + anyOf(JUMPS)!;
      if (to < first || to > last) return false;
      set(slot, to);
      return true;
    },
    stop: () => slots.forEach(({ bot }) => bot.kill()),
    logs: () => slots.map(({ bot }) => bot.output().slice(-1000)).join('\n'),
  };
}
