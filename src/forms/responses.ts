import { and, eq, sql, type SQL } from 'drizzle-orm';
import type { DbOrTx, Tx } from '../db/connect.ts';
import { answered } from '../db/schema.ts';

/** A form that people are invited to answer once, after an event. `month`: which follow-up; 0 for feedback. */
export type Asked = { form: string; eventId: number; month: number };

/** How somebody stands to such a form. `none`: they are not asked, or not yet. */
export type Standing = 'open' | 'answered' | 'none';

export type Submission = { kind: 'saved' } | { kind: 'already' };

export type Participation = { asked: number; answered: number };

const entries = ({ form, eventId, month }: Asked) =>
  and(eq(answered.form, form), eq(answered.eventId, eventId), eq(answered.month, month));

/** Enters the person in the ledger of those who have answered. False: they were in it, so this submission is none. */
export async function noteAnswered(tx: Tx, asked: Asked, personId: number): Promise<boolean> {
  const rows = await tx
    .insert(answered)
    .values({ ...asked, personId })
    .onConflictDoNothing()
    .returning({ personId: answered.personId });
  return rows.length === 1;
}

export async function hasAnswered(db: DbOrTx, asked: Asked, personId: number): Promise<boolean> {
  const rows = await db
    .select({ personId: answered.personId })
    .from(answered)
    .where(and(entries(asked), eq(answered.personId, personId)));
  return rows.length > 0;
}

/**
 * How many people of the event were asked, those of its registrations for whom `whom` holds, and how many answered.
 * Asked are those who have answered and those who are silent: more could have answered than there are registrations,
 * once people whose answers are anonymous were erased. Rejected: counting the invitations that were sent; they are
 * forgotten after months (retention), while reports are written after years.
 */
export async function participation(db: DbOrTx, { form, eventId, month }: Asked, whom: SQL): Promise<Participation> {
  const [counted] = await db.execute<{ answers: number; silent: number }>(sql`
    select
      (select count(*)::int from response
       where form = ${form} and event_id = ${eventId} and month = ${month}) as answers,
      (select count(*)::int from registration
       where event_id = ${eventId} and ${whom}
         and not exists (
           select from answered
           where answered.form = ${form} and answered.event_id = ${eventId} and answered.month = ${month}
             and answered.person_id = registration.person_id)) as silent`);
  const { answers, silent } = counted!;
  return { asked: answers + silent, answered: answers };
}
