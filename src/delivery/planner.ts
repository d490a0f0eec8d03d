import type { Deps } from '../bot/context.ts';

/**
 * Runs on each tick of the planner, each minute; running it twice must do no more than running it once. `every`: more
 * often, for what somebody waits for; it must cost next to nothing when nothing is due.
 */
export type Job = { name: string; every?: 'second'; run(now: Temporal.Instant): Promise<void> };

export type Planner = { tick(): Promise<void> };

/**
 * Runs every job of every feature. What is due is decided by rows and the clock, never by the tick: a missed tick, a
 * second process or a clock that jumps changes nothing. A job that fails does not keep the others from running.
 */
export function createPlanner({ clock, log }: Pick<Deps, 'clock' | 'log'>, jobs: Job[]): Planner {
  return {
    async tick() {
      const now = clock.now();
      for (const job of jobs) {
        try {
          await job.run(now);
        } catch (error) {
          log.error({ job: job.name, error }, 'job failed, it will run again at the next tick');
        }
      }
    },
  };
}
