import { eq, sql } from 'drizzle-orm';
import type { Db } from '../db/connect.ts';
import { worker } from '../db/schema.ts';

/** How often a process says that it is alive. */
export const BEAT_MS = 2000;
/** Silent for so long: it died, or it hangs. */
const SILENT = sql`interval '20 seconds'`;
/** Silent for so long, and the session is gone with which it waited for its turn to poll: it died. */
const GONE = sql`interval '5 seconds'`;

/** What the session of a worker is called in pg_stat_activity. */
export const sessionOf = (id: string) => `bilim ${id}`;

/**
 * Which processes are alive: each has a row in `worker`, renewed by the database's clock with every turn (inbox.ts) and
 * beat (updates.ts). A process is dead when another one deletes its row; that one ends its session as well, since a
 * process that was stopped (SIGSTOP) would keep the right to poll for ever. If it wakes up, it is a new process to all.
 */
export function createWorkers(db: Db, id: string) {
  /** The last beat, by the machine's clock, which runs on while the machine sleeps; 0 after one that failed. */
  let last: number | null = null;
  let alive = 1;

  return {
    /**
     * Declares dead who has been silent for too long. `polling`: all processes have a session, and whose is gone needs
     * less. Not after a silence of one's own: then the database was away, or this machine was, and so may be the others.
     */
    async beat({ polling }: { polling: boolean }): Promise<void> {
      const before = last ?? Date.now();
      last = 0;
      await db
        .insert(worker)
        .values({ id, seenAt: sql`clock_timestamp()` })
        .onConflictDoUpdate({ target: worker.id, set: { seenAt: sql`clock_timestamp()` } });
      last = Date.now();
      if (last - before > 3 * BEAT_MS) return;
      const [living] = await db.execute<{ count: number }>(sql`
        with dead as (
          delete from worker
          where seen_at < clock_timestamp() - ${SILENT}
             or (${polling} and seen_at < clock_timestamp() - ${GONE} and not exists (
                   select from pg_stat_activity
                   where datname = current_database() and application_name = ${sessionOf('')} || worker.id))
          returning id
        ), ended as (
          select pg_terminate_backend(pid)
          from pg_stat_activity join dead on application_name = ${sessionOf('')} || dead.id
          where datname = current_database()
        )
        select (select count(*) from worker)::int - (select count(*) from dead)::int as count, count(*) from ended`);
      alive = living!.count;
    },

    /** How many processes there are, as far as this one knows. */
    alive: () => alive,

    /** Ends in order: what is left may be taken up by others at once. */
    async leave(): Promise<void> {
      await db.delete(worker).where(eq(worker.id, id));
    },
  };
}
