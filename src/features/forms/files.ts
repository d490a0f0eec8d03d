import { and, asc, eq, inArray } from 'drizzle-orm';
import type { T } from '../../bot/i18n.ts';
import type { DbOrTx } from '../../db/connect.ts';
import { person, registration, response, type Answers } from '../../db/schema.ts';
import type { SentFile } from '../../forms/kinds/file.ts';
import { answeredQuestions } from '../../forms/spec/answers.ts';
import { unprefixed } from './questions.ts';
import { MADE, versionsOf, type Use } from './store.ts';

/** A file that somebody sent as an answer. Telegram keeps it; what is here goes with the registration or the survey. */
export type AnswerFile = { file: SentFile; question: string; who: string };

/** All that an event's people sent as answers, by question and name. Feedback has none: see `change`. */
export async function filesOf(db: DbOrTx, use: Use, t: T): Promise<AnswerFile[]> {
  const all = await versionsOf(db, use);
  const [versions, ids] = [all.map(({ spec }) => spec), all.map(({ id }) => id)];
  const questions = answeredQuestions(versions, t).filter(({ item }) => item.type === 'file' || item.type === 'image');
  if (questions.length === 0) return [];
  const rows = await answersOf(db, use, ids);
  return questions.flatMap(({ name, label }) =>
    rows.flatMap(({ answers, latinName, fullName }): AnswerFile[] => {
      const file = answers[name] as SentFile | null | undefined;
      return file ? [{ file, question: label, who: latinName ?? fullName ?? '—' }] : [];
    }),
  );
}

type Row = { answers: Answers; latinName: string | null; fullName: string | null };

/** `versions`: those of this use, since an event's surveys and plans lie side by side. */
async function answersOf(db: DbOrTx, { eventId, purpose }: Use, versions: number[]): Promise<Row[]> {
  const names = { latinName: person.latinName, fullName: person.fullName };
  if (purpose === 'registration')
    return db
      .select({ answers: registration.answers, ...names })
      .from(registration)
      .innerJoin(person, eq(person.id, registration.personId))
      .where(eq(registration.eventId, eventId))
      .orderBy(asc(person.latinName), asc(registration.id));
  const rows = await db
    .select({ answers: response.answers, ...names })
    .from(response)
    .innerJoin(person, eq(person.id, response.personId))
    .where(and(eq(response.eventId, eventId), inArray(response.formVersionId, versions)))
    .orderBy(asc(person.latinName), asc(response.id));
  return rows.map((row) => ({ ...row, answers: unprefixed(MADE, row.answers) }));
}
