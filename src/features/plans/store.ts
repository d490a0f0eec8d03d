import { and, asc, eq, sql } from 'drizzle-orm';
import type { I18n } from '../../bot/i18n.ts';
import type { Person } from '../../bot/context.ts';
import type { Db, DbOrTx, Tx } from '../../db/connect.ts';
import { event, person, registration, response, type Answers } from '../../db/schema.ts';
import { noteAnswered } from '../../forms/responses.ts';
import { headerOf, type FormSpec, type Item } from '../../forms/spec/spec.ts';
import type { EventRow } from '../events/store.ts';
import { inAllLanguages, prefixed, unprefixed } from '../forms/questions.ts';
import { currentVersion, MADE, saveVersion } from '../forms/store.ts';
import { lockEvent } from '../registration/seats.ts';

export const ACTION_PLAN = 'action_plan';

const asked = (eventId: number) => ({ form: ACTION_PLAN, eventId, month: 0 });
const use = (eventId: number) => ({ eventId, purpose: 'action_plan' }) as const;

/** Who took part: marked as there, or had a seat and nobody said that they were not there. */
export const TOOK_PART = sql`(registration.attended
  or (registration.status = 'registered' and registration.attended is null))`;

/** Until when plans are taken; null: they are not, now. */
export function openUntil({ status, endsAt, plansUntil }: EventRow, now: Temporal.Instant): Temporal.Instant | null {
  const isOver = Temporal.Instant.compare(endsAt, now) <= 0;
  const isOpen = plansUntil !== null && Temporal.Instant.compare(now, plansUntil) < 0;
  return status === 'published' && isOver && isOpen ? plansUntil : null;
}

export async function tookPart(db: DbOrTx, eventId: number, personId: number): Promise<boolean> {
  const own = and(eq(registration.eventId, eventId), eq(registration.personId, personId), TOOK_PART);
  return (await db.$count(registration, own)) > 0;
}

/** What somebody handed in. */
export async function planOf(db: DbOrTx, eventId: number, personId: number): Promise<Answers | null> {
  const [found] = await db
    .select({ answers: response.answers })
    .from(response)
    .where(and(eq(response.form, ACTION_PLAN), eq(response.eventId, eventId), eq(response.personId, personId)));
  return found ? unprefixed(MADE, found.answers) : null;
}

/** Takes a plan, or a better one in place of the first. False: it is too late. */
export async function handIn(
  tx: Tx,
  { eventId, personId, now }: { eventId: number; personId: number; now: Temporal.Instant },
  { answers, formVersionId }: { answers: Answers; formVersionId: number },
): Promise<boolean> {
  const locked = await lockEvent(tx, eventId);
  if (!locked || openUntil(locked, now) === null || !(await tookPart(tx, eventId, personId))) return false;
  const set = { answers: prefixed(MADE, answers), formVersionId, submittedAt: now };
  await tx
    .insert(response)
    .values({ ...asked(eventId), personId, ...set })
    .onConflictDoUpdate({ target: [response.form, response.eventId, response.month, response.personId], set });
  await noteAnswered(tx, asked(eventId), personId);
  return true;
}

/** Somebody who took part. `plan` null: not handed in. */
export type Planner = {
  registrationId: number;
  person: Person;
  country: string | null;
  plan: Answers | null;
  handedInAt: Temporal.Instant | null;
};

export async function plannersOf(db: DbOrTx, eventId: number): Promise<Planner[]> {
  const rows = await db
    .select({ registrationId: registration.id, country: registration.country, person, response })
    .from(registration)
    .innerJoin(person, eq(person.id, registration.personId))
    .leftJoin(
      response,
      and(eq(response.personId, person.id), eq(response.eventId, eventId), eq(response.form, ACTION_PLAN)),
    )
    .where(and(eq(registration.eventId, eventId), TOOK_PART))
    .orderBy(asc(registration.id));
  return rows.map(({ response, ...one }) => ({
    ...one,
    plan: response && unprefixed(MADE, response.answers),
    handedInAt: response?.submittedAt ?? null,
  }));
}

/** From when on plans are asked for; null: not any more. What was handed in stays. */
export async function setPlansUntil(
  tx: Tx,
  i18n: I18n,
  eventId: number,
  until: Temporal.Instant | null,
  { by, now }: { by: number; now: Temporal.Instant },
): Promise<void> {
  if (!(await lockEvent(tx, eventId))) return;
  await tx.update(event).set({ plansUntil: until }).where(eq(event.id, eventId));
  if (until === null || (await currentVersion(tx, use(eventId)))) return;
  await saveVersion(tx, use(eventId), startingForm(i18n), { was: null, by, now });
}

/** What a plan asks, until organizers change it. */
function startingForm(i18n: I18n): FormSpec {
  const long = { type: 'text', as: 'multiline', required: true } as const;
  const items: Item[] = [
    { ...long, name: 'project', label: inAllLanguages(i18n, 'plans:q_project') },
    { ...long, name: 'steps', label: inAllLanguages(i18n, 'plans:q_steps') },
    { type: 'text', name: 'partners', label: inAllLanguages(i18n, 'plans:q_partners') },
    { type: 'date', name: 'by_when', required: true, label: inAllLanguages(i18n, 'plans:q_when') },
    { ...long, name: 'success', label: inAllLanguages(i18n, 'plans:q_success') },
  ];
  const languages = i18n.languages.map((code) => ({ code, header: headerOf(code) }));
  return { languages, items, choices: {}, settings: {} };
}

/** Whether somebody can hand one in now. */
export async function isAsked(db: Db | Tx, event: EventRow, personId: number, now: Temporal.Instant): Promise<boolean> {
  return openUntil(event, now) !== null && (await tookPart(db, event.id, personId));
}
