import { eq, sql } from 'drizzle-orm';
import { announcement, person } from '../src/db/schema.ts';
import { start } from '../src/features/announcements/start.ts';
import { createDraft } from '../src/features/announcements/store.ts';
import { loadProgramme } from '../src/programme.ts';
import { createRig, fill, percentile, registerAll, ROOT, round, timed, type Rig } from './support.ts';

const RECIPIENTS = { 1000: ['GE'], 10_000: ['GE', 'KG'], 100_000: ['GE', 'KG', 'UZ'] };
const MOST = 100_000;
/** Announcements to all of them that lie in the outbox already, so that its indexes are as deep as after some months. */
const EARLIER = 5;
const RUNS = 5;

/**
 * Sending starts: everybody in the audience gets a row in the outbox, in one transaction. ms, medians. In turn with a table
 * that has all the foreign keys it could have: see the comment at `message` in src/db/schema.ts.
 */
export async function benchEnqueue(): Promise<Record<string, number>> {
  const rig = await createRig();
  try {
    await setUp(rig);
    const runs: Record<string, number[]> = {};
    for (let i = 0; i < RUNS; i++) {
      for (const [recipients, countries] of Object.entries(RECIPIENTS))
        (runs[`${Number(recipients).toLocaleString('en')} recipients, ms`] ??= []).push(
          await enqueue(rig, countries, Number(recipients)),
        );
      await rig.db.execute(sql`
        alter table message
          add constraint a foreign key (announcement_id) references announcement not valid,
          add constraint b foreign key (event_id) references event not valid,
          add constraint c foreign key (digest_id) references message not valid`);
      (runs['with all foreign keys, ms'] ??= []).push(await enqueue(rig, RECIPIENTS[MOST], MOST));
      await rig.db.execute(sql`alter table message drop constraint a, drop constraint b, drop constraint c`);
    }
    return Object.fromEntries(Object.entries(runs).map(([name, ms]) => [name, round(percentile(ms, 0.5))]));
  } finally {
    await rig.close();
  }
}

async function setUp(rig: Rig): Promise<void> {
  const { db } = rig;
  await registerAll(
    rig,
    Array.from({ length: MOST }, (_, i) => 7_300_000_000 + i),
  );
  await db.execute(
    sql`update person set country = case when id <= 1000 then 'GE' when id <= 10000 then 'KG' else 'UZ' end`,
  );
  await fill(rig, async (tx) => {
    await tx.execute(sql`
      insert into message (person_id, kind, key, data, announcement_id, bulk, due_at, state, created_at, sent_at)
      select id, 'announcement', format('announcement:%s:%s', -earlier, id), '{"language": "en"}', -earlier, true, now(),
        'sent', now(), now()
      from generate_series(1, ${EARLIER}::int) as earlier, person`);
  });
}

async function enqueue({ db }: Rig, countries: string[], recipients: number): Promise<number> {
  const now = Temporal.Now.instant();
  const house = { programme: loadProgramme(`${ROOT}/programme.json`), config: { OWNER_IDS: [] } };
  const [author] = await db.select().from(person).limit(1);
  const texts = [{ language: 'en', body: 'Hello', entities: [], media: null }];
  const id = await db.transaction((tx) =>
    createDraft(tx, author!.id, { texts, audience: { countries }, buttons: [] }, now),
  );
  await db
    .update(announcement)
    .set({ state: 'scheduled', startsAt: now, approvedAt: now })
    .where(eq(announcement.id, id));
  const ms = await timed(() => start(db, id, house, now));
  const [row] = await db.execute<{ n: number }>(
    sql`select count(*)::int as n from message where announcement_id = ${id}`,
  );
  if (row!.n !== recipients) throw new Error(`${row!.n} messages are owed and not ${recipients}`);
  return ms;
}
