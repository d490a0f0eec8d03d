import { and, eq, sql } from 'drizzle-orm';
import type { DbOrTx, Tx } from '../../db/connect.ts';
import { person, response, type Answers } from '../../db/schema.ts';
import {
  noteAnswered,
  participation,
  type Asked,
  type Participation,
  type Standing,
  type Submission,
} from '../../forms/responses.ts';

export const FOLLOW_UP = 'follow_up';
export const APPLIED = ['fully', 'partly', 'not_yet'] as const;
export const OBSTACLES = ['time', 'management', 'budget', 'rules', 'technology', 'nothing'] as const;
export const OPEN_QUESTIONS = ['examples', 'changes', 'other_obstacles', 'support'] as const;
/** Grows when the questions change: answers tell which ones they are answers to. */
const VERSION = 1;

/** One follow-up survey: so many months after the end of the event. */
export type Survey = { eventId: number; month: number };

/**
 * A form is about one number, and a survey is two: the subject is `event * 100 + month`. A month has two digits
 * (`surveyOf` would take a third for the event's).
 */
export const subjectOf = ({ eventId, month }: Survey): number => eventId * 100 + month;
export const surveyOf = (subject: number): Survey => ({ eventId: Math.floor(subject / 100), month: subject % 100 });

const asked = (survey: Survey): Asked => ({ form: FOLLOW_UP, ...survey });

/**
 * Every follow-up survey, and when it is due: calendar months after the end, by the clock of the event's zone, so it
 * comes at the hour at which the event ended. The last day of a shorter month stands for a day that it lacks (31 August
 * and 6 months: 28 February). A time that clocks skip is taken an hour later; of one that they show twice, the second.
 */
export const SURVEYS = sql`(
  select event.id as event_id, month,
         (event.ends_at at time zone event.zone + make_interval(months => month)) at time zone event.zone as due_at
  from event cross join unnest(event.follow_up_months) as month
  where event.status = 'published' and month between 1 and 99
) as survey`;

/** Whose registration asks for follow-up surveys. */
export const ATTENDED = sql`registration.attended`;

/** `none`: no such survey, it is not due yet, or they did not attend. */
export async function surveyStanding(
  db: DbOrTx,
  { eventId, month }: Survey,
  personId: number,
  now: Temporal.Instant,
): Promise<Standing> {
  const [found] = await db.execute<{ answered: boolean }>(sql`
    select exists (
      select from answered
      where form = ${FOLLOW_UP} and answered.event_id = survey.event_id and answered.month = survey.month
        and answered.person_id = ${personId}) as answered
    from ${SURVEYS} join registration using (event_id)
    where event_id = ${eventId} and month = ${month} and due_at <= ${now.toString()}::timestamptz
      and registration.person_id = ${personId} and ${ATTENDED}`);
  if (!found) return 'none';
  return found.answered ? 'answered' : 'open';
}

/** Unlike feedback, the answers stay with their person: what changes over the months shows only so. */
export async function submitSurvey(
  tx: Tx,
  survey: Survey,
  {
    personId,
    answers,
    formVersionId = null,
    now,
  }: { personId: number; answers: Answers; formVersionId?: number | null; now: Temporal.Instant },
): Promise<Submission> {
  if (!(await noteAnswered(tx, asked(survey), personId))) return { kind: 'already' };
  await tx.insert(response).values({
    ...asked(survey),
    personId,
    answers: { ...answers, _version: VERSION },
    formVersionId,
    submittedAt: now,
  });
  return { kind: 'saved' };
}

export type SurveyStand = { month: number; dueAt: Temporal.Instant; participation: Participation };

/** The event's surveys in their order, with how many of those who attended have answered. */
export async function surveysOfEvent(db: DbOrTx, eventId: number): Promise<SurveyStand[]> {
  const due = await db.execute<{ month: number; dueAt: Temporal.Instant }>(
    sql`select distinct month, due_at as "dueAt" from ${SURVEYS} where event_id = ${eventId} order by month`,
  );
  const stands = [];
  for (const { month, dueAt } of due)
    stands.push({ month, dueAt, participation: await participation(db, asked({ eventId, month }), ATTENDED) });
  return stands;
}

export type SurveyAnswer = {
  answers: Answers;
  name: string | null;
  country: string | null;
  sex: 'female' | 'male' | 'undisclosed' | null;
};

/** What people answered, in no order that tells anything. */
export async function surveyAnswers(db: DbOrTx, { eventId, month }: Survey): Promise<SurveyAnswer[]> {
  return db
    .select({ answers: response.answers, name: person.fullName, country: person.country, sex: person.sex })
    .from(response)
    .innerJoin(person, eq(person.id, response.personId))
    .where(and(eq(response.form, FOLLOW_UP), eq(response.eventId, eventId), eq(response.month, month)))
    .orderBy(response.id);
}

/** Whether they carried into their work what they learned (Kirkpatrick, level 3). */
export const hasApplied = ({ answers }: SurveyAnswer) => answers.applied === 'fully' || answers.applied === 'partly';
