import { sql } from 'drizzle-orm';
import type { Db, Tx } from '../db/connect.ts';
import type { Programme } from '../programme.ts';
import {
  askForContact,
  insertAnnouncement,
  insertCertificates,
  insertFeedback,
  insertInvitations,
  insertMaterials,
  insertPoll,
  insertSurveys,
} from './demo/activity.ts';
import { comingEvents, pastEvents } from './demo/events.ts';
import { insertAlumni, insertEvents, insertPeople, insertRegistrations } from './demo/insert.ts';
import { insertNominations } from './demo/nominations.ts';
import { CAST } from './demo/people.ts';
import { insertSessions } from './demo/sessions.ts';
import { insertSelection } from './demo/selection.ts';

export type Seeding = { kind: 'seeded'; people: number; events: number } | { kind: 'not empty' };

/** Any number, the same in every version of Bilim. */
const SEEDING_LOCK = 0x73656564; // "seed"

/**
 * Fills an EMPTY database with the demo: the programme's past events, two to come relative to `now`, invented people and
 * what they said. A database that knows a person or an event is left as it is. All or nothing, and once: two that seed
 * at the same time stand in line.
 */
export async function seedDemo(db: Db, programme: Programme, now: Temporal.Instant): Promise<Seeding> {
  return db.transaction(async (tx): Promise<Seeding> => {
    await tx.execute(sql`select pg_advisory_xact_lock(${SEEDING_LOCK}::int8)`);
    if (!(await isEmpty(tx))) return { kind: 'not empty' };

    const people = await insertPeople(tx, programme, now);
    const cast = (id: number) => people.find((one) => one.id === id)!;
    const organizer = cast(CAST.organizer);
    const past = await insertEvents(tx, pastEvents(), organizer, now);
    const coming = await insertEvents(tx, comingEvents(programme, now), organizer, now);

    // What a programme would have deleted by now (retention in programme.json) is not there.
    const kept = (period: string) => now.toZonedDateTimeISO('UTC').subtract(Temporal.Duration.from(period)).toInstant();
    const since = kept(programme.retention.registrations);
    const remembered = past.filter(({ endsAt }) => Temporal.Instant.compare(endsAt, since) > 0);
    await insertRegistrations(tx, [...remembered, ...coming], people, now);
    await insertNominations(
      tx,
      coming.find(({ key }) => key === 'visit')!,
      people,
      organizer,
      now,
    );
    await insertSessions(tx, [...remembered, ...coming], now);
    await insertSelection(tx, coming.at(-1)!, people, organizer, now);
    await insertAlumni(tx, past, people);
    await insertFeedback(tx, past, people);
    await insertSurveys(tx, remembered, people, kept(programme.retention.surveys), now);
    await insertMaterials(tx, [...past, ...coming], organizer, now);
    await insertCertificates(tx, programme, past.at(-1)!, people, now);
    await insertPoll(tx, past.at(-1)!, people, organizer);
    await insertAnnouncement(tx, programme, organizer, now);
    await insertInvitations(tx, coming.at(-1)!, people, organizer, now);
    await askForContact(tx, people, cast(CAST.alumna), now);
    return { kind: 'seeded', people: people.length, events: past.length + coming.length };
  });
}

async function isEmpty(tx: Tx): Promise<boolean> {
  const [found] = await tx.execute<{ empty: boolean }>(
    sql`select not exists (select from person) and not exists (select from event) as empty`,
  );
  return found!.empty;
}

/** For "start over". Drizzle's own table of migrations lies in another schema. */
export async function emptyDatabase(db: Db): Promise<void> {
  await db.execute(sql`
    do $$ begin
      execute (select 'truncate ' || string_agg(quote_ident(tablename), ', ') || ' restart identity cascade'
               from pg_tables where schemaname = 'public');
    end $$`);
}
