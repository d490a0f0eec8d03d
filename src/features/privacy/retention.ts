import { and, asc, inArray, isNotNull, isNull, lt, or, sql, type SQL } from 'drizzle-orm';
import type { PgTable } from 'drizzle-orm/pg-core';
import type { Deps } from '../../bot/context.ts';
import type { Db } from '../../db/connect.ts';
import { instantToSql } from '../../db/instant.ts';
import {
  certificate,
  contactRequest,
  deadLetter,
  event,
  invite,
  nomination,
  person,
  registration,
  response,
} from '../../db/schema.ts';
import { forgetDrafts } from '../../forms/draft.ts';
import type { Programme } from '../../programme.ts';
import { forgetValues } from '../requirements/store.ts';
import { eraseAgain, eraseAndNote } from './erase.ts';

/** Rows that one statement deletes: it holds up nobody for long, however much has come to its end at once. */
const BATCH = 5000;
/** People who are erased in one go, for a second or so; the others an hour later. */
const PEOPLE = 200;

/** Every kind of data has an end date, set by the programme. Deletes what has passed it. */
export async function keepRetention(
  deps: Pick<Deps, 'db' | 'dataDir' | 'programme' | 'log'>,
  now: Temporal.Instant,
): Promise<void> {
  const { db, programme, log } = deps;
  const before = (kind: keyof Programme['retention']) =>
    now.toZonedDateTimeISO('UTC').subtract(Temporal.Duration.from(programme.retention[kind])).toInstant();

  // Where a restore was cut short; see restore.ts.
  await eraseAgain(db, now);
  await forgetDrafts(db, before('drafts'));
  await forget(db, invite, lt(invite.expiresAt, before('invitations')));
  await forget(db, deadLetter, lt(deadLetter.diedAt, before('deadLetters')));
  await forget(db, contactRequest, lt(contactRequest.createdAt, before('contactRequests')));
  await forget(db, response, and(isNotNull(response.personId), lt(response.submittedAt, before('surveys')))!);
  const issued = sql`coalesce(${certificate.issuedAt}, ${certificate.createdAt})`;
  await forget(db, certificate, sql`${issued} < ${instantToSql(before('certificates'))}::timestamptz`);
  await forgetValues(db, now);
  await forgetMessages(db, before('messages'));
  const ended = db
    .select({ id: event.id })
    .from(event)
    .where(lt(event.endsAt, before('registrations')));
  await forget(db, registration, inArray(registration.eventId, ended));
  await forget(db, nomination, inArray(nomination.eventId, ended));

  const silent = await db
    .select()
    .from(person)
    .where(or(lt(person.seenAt, before('profile')), neverCame(before('named'))))
    .orderBy(asc(person.seenAt))
    .limit(PEOPLE);
  for (const one of silent) await eraseAndNote(deps, one, now);
  if (silent.length > 0) log.info({ people: silent.length }, 'erased at the end of their retention period');
}

/**
 * Named by others, never in the chat, and at no event: they have not agreed to anything, and nothing is left for which they are
 * needed. Who was at one, ticked off by an organizer, is kept as long as all who were: their certificate has to be checked.
 */
function neverCame(before: Temporal.Instant): SQL | undefined {
  const since = sql`${instantToSql(before)}::timestamptz`;
  return and(
    isNull(person.telegramId),
    lt(person.createdAt, before),
    sql`not exists (
      select from registration join event on event.id = registration.event_id
      where registration.person_id = ${person.id} and (event.ends_at >= ${since} or registration.attended or exists (
        select from attendance where attendance.registration_id = registration.id and state = 'present')))`,
    sql`not exists (
      select from nomination join event on event.id = nomination.event_id
      where nomination.person_id = ${person.id} and event.ends_at >= ${since})`,
    sql`not exists (select from certificate where certificate.person_id = ${person.id})`,
  );
}

async function forget(db: Db, table: PgTable, which: SQL): Promise<void> {
  let forgotten = BATCH;
  while (forgotten === BATCH) {
    const [row] = await db.execute<{ count: number }>(sql`
      with forgotten as (
        delete from ${table} where ctid = any(array(select ctid from ${table} where ${which} limit ${BATCH})) returning 1
      )
      select count(*)::int as count from forgotten`);
    forgotten = row!.count;
  }
}

/**
 * Messages are numbered as they are owed: from the first on, until among the next ones there is none that old. Rejected: an
 * index on the time, which every message would pay for that is owed or changes its state.
 */
async function forgetMessages(db: Db, before: Temporal.Instant): Promise<void> {
  const old = sql`created_at < ${instantToSql(before)}::timestamptz`;
  let walked = { last: 0, old: 1 };
  while (walked.old > 0) {
    const [next] = await db.execute<typeof walked>(sql`
      with walked as (
        select id, created_at from message where id > ${walked.last} order by id limit ${BATCH}
      ), forgotten as (
        delete from message using walked
        where message.id = walked.id and walked.${old} and message.state not in ('queued', 'paused', 'claimed', 'sending')
      )
      select coalesce(max(id), 0) as last, count(*) filter (where ${old})::int as old from walked`);
    walked = next!;
  }
}
