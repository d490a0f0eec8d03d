import { and, eq, sql } from 'drizzle-orm';
import type { DbOrTx, Tx } from '../../db/connect.ts';
import { event, registration, response, type Answers } from '../../db/schema.ts';
import {
  hasAnswered,
  noteAnswered,
  participation,
  type Asked,
  type Participation,
  type Standing,
  type Submission,
} from '../../forms/responses.ts';

export const FEEDBACK = 'feedback';
/** Rated from 1 to 5. */
export const RATINGS = ['relevance', 'content', 'speakers', 'organization'] as const;
export const OPEN_QUESTIONS = ['useful', 'better'] as const;
/** Grows when the questions change: answers tell which ones they are answers to. */
const VERSION = 1;

/** Whose registration asks for feedback: they had a seat, and nobody marked them absent. */
export const TOOK_PART = sql`(${registration.status} = 'registered' and ${registration.attended} is distinct from false)`;

const ofEvent = (eventId: number): Asked => ({ form: FEEDBACK, eventId, month: 0 });

/** `none`: not their event, they were absent, or it is not over. */
export async function feedbackStanding(
  db: DbOrTx,
  { eventId, personId, now }: { eventId: number; personId: number; now: Temporal.Instant },
): Promise<Standing> {
  const rows = await db
    .select({ id: registration.id })
    .from(registration)
    .innerJoin(event, eq(event.id, registration.eventId))
    .where(
      and(
        eq(event.id, eventId),
        eq(event.status, 'published'),
        sql`${event.endsAt} <= ${now.toString()}::timestamptz`,
        eq(registration.personId, personId),
        TOOK_PART,
      ),
    );
  if (rows.length === 0) return 'none';
  return (await hasAnswered(db, ofEvent(eventId), personId)) ? 'answered' : 'open';
}

/**
 * Takes feedback: the person into the ledger, the answers, without person and time, among those of the event. Nothing
 * that Postgres stores says which answers are whose.
 *
 * Leaving out the columns is not enough for that: rows lie on disk in the order in which they came, and each carries
 * the id of the transaction that wrote it (xmin), in the ledger and among the answers alike, so either would pair them.
 * Therefore ONE statement takes all answers of the event out and writes them anew together with the new one, in random
 * order: every answer carries the transaction of the latest submission, and no place tells of an order. Twins of a
 * statement would not see each other's answers and would leave them apart, so submissions stand in line at the event's
 * row. Rejected: answers in a batch once a day (they would lie with their person until then), an anonymous token per
 * invitation (whoever can read the outbox could redeem it).
 *
 * What remains: until VACUUM old row versions lie in the files, and later in backups and the WAL, out of reach of SQL;
 * and who watches the table all the time sees an answer come when somebody answers. So organizers see results from
 * three answers on (results.ts), and database access is for the administrators of the server alone. While somebody
 * answers, their draft holds the answers; the submission deletes it, or the retention of unfinished forms does.
 */
export async function submitFeedback(
  tx: Tx,
  { eventId, personId }: { eventId: number; personId: number },
  answers: Answers,
  formVersionId: number | null = null,
): Promise<Submission> {
  // Not FOR UPDATE: registrations and messages that refer to the event need not wait for an answer.
  await tx.select({ id: event.id }).from(event).where(eq(event.id, eventId)).for('no key update');
  if (!(await noteAnswered(tx, ofEvent(eventId), personId))) return { kind: 'already' };
  await tx.execute(sql`
    with old as (
      delete from response where form = ${FEEDBACK} and event_id = ${eventId} returning id, answers, form_version_id
    ), stirred as (
      select id, answers, form_version_id from old
      union all
      select gen_random_uuid(), ${sql.param({ ...answers, _version: VERSION }, response.answers)}::jsonb,
             ${formVersionId}::bigint
    )
    insert into response (id, form, event_id, answers, form_version_id)
    select id, ${FEEDBACK}, ${eventId}, answers, form_version_id from stirred order by random()`);
  return { kind: 'saved' };
}

/** What each person answered, in no order that tells anything. */
export async function feedbackAnswers(db: DbOrTx, eventId: number): Promise<Answers[]> {
  const rows = await db
    .select({ answers: response.answers })
    .from(response)
    .where(and(eq(response.eventId, eventId), eq(response.form, FEEDBACK)))
    .orderBy(response.id);
  return rows.map(({ answers }) => answers);
}

export function feedbackParticipation(db: DbOrTx, eventId: number): Promise<Participation> {
  return participation(db, ofEvent(eventId), TOOK_PART);
}

export type FeedbackResults = {
  /** How many answered. */
  count: number;
  /** Averages, 1 to 5. */
  ratings: Record<(typeof RATINGS)[number], number>;
  /** `average` from 0 to 10; `net`: per cent of 9 and 10 minus per cent of 0 to 6, from -100 to 100 (Net Promoter Score). */
  recommendation: { average: number; net: number };
  /** What people wrote, as they typed it, in no order that tells anything. */
  comments: Record<(typeof OPEN_QUESTIONS)[number], string[]>;
};

/** Null: nobody has answered. */
export async function feedbackResults(db: DbOrTx, eventId: number): Promise<FeedbackResults | null> {
  const rows = await feedbackAnswers(db, eventId);
  if (rows.length === 0) return null;
  const given = (key: string) => rows.map((answers) => answers[key]);
  const numbers = (key: string) => given(key).map(Number);
  const texts = (key: string) => given(key).filter((text) => typeof text === 'string');
  const recommended = numbers('recommendation');
  const net = average(recommended.map((value) => Number(value >= 9) - Number(value <= 6)));
  return {
    count: rows.length,
    ratings: {
      relevance: average(numbers('relevance')),
      content: average(numbers('content')),
      speakers: average(numbers('speakers')),
      organization: average(numbers('organization')),
    },
    recommendation: { average: average(recommended), net: 100 * net },
    comments: { useful: texts('useful'), better: texts('better') },
  };
}

const average = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
