import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import type { Db } from '../../../src/db/connect.ts';

/*
 * Whose a lease is: a process names itself anew each time it starts, and says so to nobody. So the database notes which
 * connection claimed under which name, and a test can end the leases of one process without waiting for them.
 */

export async function watchLeases(db: Db): Promise<void> {
  await db.execute(sql`create table chaos_worker (worker text primary key, process text not null)`);
  await db.execute(sql`
    create function chaos_watch() returns trigger language plpgsql as $$
    begin
      insert into chaos_worker values (new.worker, current_setting('application_name')) on conflict do nothing;
      return null;
    end $$`);
  await db.execute(sql`
    create trigger chaos_watch after update of worker on message for each row
    when (new.state = 'claimed' and new.worker is distinct from old.worker) execute function chaos_watch()`);
}

/** What a process had in hand. Of what was `sending` Telegram may have heard. */
export type InHand = { claimed: number; sending: number };

/**
 * What the process holds is over, as if its lease had run out. Those messages in which its last statement still writes come
 * a moment later: to wait for them could be a deadlock.
 */
export async function endLeases(db: Db, process: string): Promise<InHand> {
  const ended: InHand = { claimed: 0, sending: 0 };
  for (;;) {
    const rows = await db.execute<{ over: keyof InHand | null }>(sql`
      with held as (
        select id from message
        where state in ('claimed', 'sending') and lease_until > clock_timestamp()
          and worker in (select worker from chaos_worker where process = ${process})
      ), free as (
        select id from message where id in (select id from held) for update skip locked
      ), over as (
        update message set lease_until = clock_timestamp() - interval '1 second'
        where id in (select id from free) returning id, state
      )
      select over.state as over from held left join over using (id)`);
    const over = rows.flatMap((row) => row.over ?? []);
    for (const state of over) ended[state] += 1;
    if (over.length === rows.length) return ended;
    await sleep(10);
  }
}
