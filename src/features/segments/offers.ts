import { inArray, sql } from 'drizzle-orm';
import type { Deps } from '../../bot/context.ts';
import type { DbOrTx } from '../../db/connect.ts';
import { event, type Answers, type Audience } from '../../db/schema.ts';
import { chosen } from '../../forms/kinds/choice.ts';
import { chosenSoFar } from '../../forms/kinds/paged-several.ts';
import { comingEvents, pastEvents, withTexts, type Event } from '../events/store.ts';
import { SURVEYS } from '../surveys/store.ts';
import { loadAgencies, type Agency } from './agencies.ts';
import { allSegments, type Segment } from './saved.ts';

/** What an audience can be made of at this moment. */
export type Offers = {
  /** What is coming, then what was, the latest first. */
  events: Event[];
  past: Event[];
  /** Of the event whose form is asked about: after how many months there were follow-up surveys. */
  months: number[];
  agencies: Agency[];
  segments: Segment[];
};

/**
 * `answers`: those given so far. What they need is looked up, and what they name is offered even if it would not be any
 * more: an event that was called off, an organization that nobody has in their profile now.
 */
export async function loadOffers(
  { db, clock, programme }: Pick<Deps, 'db' | 'clock' | 'programme'>,
  answers: Answers,
): Promise<Offers> {
  const now = clock.now();
  const [coming, past] = [await comingEvents(db, now), await pastEvents(db, now)];
  const listed = [...coming, ...past];
  const unlisted = (id: number) => id > 0 && !listed.some((event) => event.id === id);
  const asked = Number(answers.response_event);
  const conditions = chosen(answers.conditions);
  const countries = conditions.includes('countries') ? chosen(answers.countries) : null;
  return {
    events: [...listed, ...(await findEvents(db, [Number(answers.event)].filter(unlisted)))],
    past: [...past, ...(await findEvents(db, [asked].filter(unlisted)))],
    months: asked > 0 ? await surveysDue(db, asked, now) : [],
    agencies: conditions.includes('agencies')
      ? await loadAgencies(db, programme, countries, chosenSoFar(answers.agencies))
      : [],
    segments: await allSegments(db),
  };
}

async function surveysDue(db: DbOrTx, eventId: number, now: Temporal.Instant): Promise<number[]> {
  const rows = await db.execute<{ month: number }>(sql`
    select distinct month from ${SURVEYS}
    where event_id = ${eventId} and due_at <= ${now.toString()}::timestamptz
    order by month`);
  return [...rows].map(({ month }) => month);
}

/** The events that an audience names, for its description. */
export function eventsOf(db: DbOrTx, ...audiences: Audience[]): Promise<Event[]> {
  const ids = audiences.flatMap(({ event, response }) => [event?.id, response?.eventId]);
  return findEvents(
    db,
    ids.filter((id) => id !== undefined),
  );
}

async function findEvents(db: DbOrTx, ids: number[]): Promise<Event[]> {
  if (ids.length === 0) return [];
  return withTexts(db, await db.select().from(event).where(inArray(event.id, ids)));
}
