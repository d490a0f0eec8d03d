import { sql } from 'drizzle-orm';
import type { Db } from '../../../src/db/connect.ts';

/** Writes down every change of a message's state, and which process made it. */
export async function watchStates(db: Db): Promise<void> {
  await db.execute(sql`
    create table chaos_audit (
      id bigint generated always as identity primary key, message_id bigint not null, old_state text not null,
      new_state text not null, over boolean not null, process text not null)`);
  await db.execute(sql`create index on chaos_audit (message_id, id)`);
  await db.execute(sql`
    create function chaos_audit() returns trigger language plpgsql as $$
    begin
      insert into chaos_audit (message_id, old_state, new_state, over, process) values
        (new.id, old.state, new.state, coalesce(old.lease_until < clock_timestamp(), false), current_setting('application_name'));
      return null;
    end $$`);
  await db.execute(sql`
    create trigger chaos_audit after update of state on message for each row execute function chaos_audit()`);
}

/**
 * How many times a process changed a message that was not in its hands any more: it was claimed by another one since, or
 * its lease was over and this was not how a lease is given up, or it had come to its end.
 */
export async function lateWrites(db: Db): Promise<number> {
  const [row] = await db.execute<{ count: number }>(sql`
    select count(*)::int as count
    from chaos_audit as written
    cross join lateral (
      select process from chaos_audit as earlier
      where earlier.message_id = written.message_id and earlier.id < written.id and new_state = 'claimed'
      order by id desc limit 1
    ) as claim
    where old_state not in ('claimed', 'sending', 'queued')
      or (old_state <> 'queued' and new_state <> 'claimed' and not over and written.process <> claim.process)
      or (old_state <> 'queued' and over and new_state not in ('queued', 'unknown', 'claimed'))`);
  return row!.count;
}
