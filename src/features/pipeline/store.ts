import { sql } from 'drizzle-orm';
import type { DbOrTx } from '../../db/connect.ts';
import type { EventRow } from '../events/store.ts';

/** From the first name to what came of it. */
export const STAGES = ['nominated', 'applied', 'shortlisted', 'accepted', 'documents', 'attended', 'plan'] as const;
export type Stage = (typeof STAGES)[number];

/** How many of a country got so far; null: who never said where they are from. */
export type Line = { country: string | null } & Record<Stage, number>;

/**
 * People by country: the one that nominated them, or the one they applied for. Counted from what is there now, so who had
 * their data erased is in no stage any more. Who withdrew has applied all the same.
 */
export async function pipelineOf(db: DbOrTx, { id }: EventRow): Promise<Line[]> {
  return db.execute<Line>(sql`
    with nominated as (
      select country, count(*) as n from nomination where event_id = ${id} and withdrawn_at is null group by country
    ), applied as (
      select registration.country,
        count(*) as applied,
        count(shortlist.registration_id) as shortlisted,
        count(*) filter (where status = 'registered') as accepted,
        count(*) filter (where status = 'registered' and not exists (
          select from requirement
          where requirement.event_id = registration.event_id and not exists (
            select from requirement_state
            where requirement_id = requirement.id and registration_id = registration.id and state <> 'refused'))) as documents,
        count(*) filter (where attended) as attended,
        count(*) filter (where exists (
          select from response
          where form = 'action_plan' and response.event_id = registration.event_id
            and response.person_id = registration.person_id)) as plan
      from registration left join shortlist on shortlist.registration_id = registration.id
      where registration.event_id = ${id}
      group by registration.country
    )
    select country, coalesce(n, 0)::int as nominated, coalesce(applied, 0)::int as applied,
      coalesce(shortlisted, 0)::int as shortlisted, coalesce(accepted, 0)::int as accepted,
      coalesce(documents, 0)::int as documents, coalesce(attended, 0)::int as attended, coalesce(plan, 0)::int as plan
    from nominated full join applied using (country)
    order by country nulls last`);
}

/** The stages that this event has, in their order. */
export async function stagesOf(db: DbOrTx, { id, selective, plansUntil }: EventRow): Promise<Stage[]> {
  const [has] = await db.execute<{ nominated: boolean; shortlisted: boolean; documents: boolean; plan: boolean }>(sql`
    select
      exists (select from nomination where event_id = ${id}) as nominated,
      exists (select from shortlist join registration on registration.id = registration_id
        where event_id = ${id}) as shortlisted,
      exists (select from requirement where event_id = ${id}) as documents,
      exists (select from response where event_id = ${id} and form = 'action_plan') as plan`);
  const { nominated, shortlisted, documents, plan } = has!;
  const there: Partial<Record<Stage, boolean>> = {
    nominated,
    shortlisted: shortlisted || selective,
    documents,
    plan: plan || plansUntil !== null,
  };
  return STAGES.filter((stage) => there[stage] ?? true);
}
