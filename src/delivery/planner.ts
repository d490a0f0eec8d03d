import type { Deps } from '../bot/context.ts';

/**
 * Runs on each tick of the planner, each minute; running it twice must do no more than running it once. `every`: more
 * often, for what somebody waits for; it must cost next to nothing when nothing is due. Or less often, for what tidies up
 * after days or years.
 */
export type Job = { name: string; every?: 'second' | 'hour'; run(now: Temporal.Instant): Promise<void> };

export type Planner = {
  tick(): Promise<void>;
  /** Those that somebody waits for. */
  quickTick(): Promise<void>;
};

/**
 * Runs every job of every feature. What is due is decided by rows and the clock, never by the tick: a missed tick, a
 * second process or a clock that jumps changes nothing. A job that fails does not keep the others from running.
 */
export function createPlanner({ clock, log }: Pick<Deps, 'clock' | 'log'>, jobs: Job[]): Planner {
  /** When those of each hour last ran. Of this process alone: running one more often does no harm. */
  const ran = new Map<Job, Temporal.Instant>();

  /** An hour by a clock that may jump, also back. */
  function isTime(job: Job, now: Temporal.Instant): boolean {
    const last = job.every === 'hour' && ran.get(job);
    return !last || last.until(now).abs().total('minutes') >= 60;
  }

  async function run(due: Job[]): Promise<void> {
    const now = clock.now();
    for (const job of due) {
      if (!isTime(job, now)) continue;
      try {
        await job.run(now);
        ran.set(job, now);
      } catch (error) {
        log.error({ job: job.name, error }, 'job failed, it will run again at the next tick');
      }
    }
  }

  const quick = jobs.filter(({ every }) => every === 'second');
  return { tick: () => run(jobs), quickTick: () => run(quick) };
}
