import { and, eq, isNull, or, sql } from 'drizzle-orm';
import { audit, role } from '../db/schema.ts';
import type { Ctx, Deps, Person, PersonCtx } from './context.ts';
import { eventIn, type Declared } from './routes.ts';

export type Role = typeof role.$inferSelect;

/** Owners are named by the setting OWNER_IDS: by numeric id, since a username can change hands. */
export function isOwner({ config }: Pick<Deps, 'config'>, person: Pick<Person, 'telegramId'>): boolean {
  return person.telegramId !== null && config.OWNER_IDS.includes(person.telegramId);
}

/** Whether somebody organizes this event (its id), all of them, or any. */
export async function organizes(
  deps: Pick<Deps, 'config' | 'db'>,
  person: Person,
  what: number | 'all' | 'any',
): Promise<boolean> {
  return isOwner(deps, person) || hasRole(deps, person, 'organizer', what);
}

export async function hasRole(
  { db }: Pick<Deps, 'db'>,
  person: Person,
  kind: Role['kind'],
  of: number | 'all' | 'any',
): Promise<boolean> {
  const scope = {
    any: undefined,
    all: isNull(role.eventId),
  };
  const events = typeof of === 'number' ? or(isNull(role.eventId), eq(role.eventId, of)) : scope[of];
  return (await db.$count(role, and(eq(role.personId, person.id), eq(role.kind, kind), events))) > 0;
}

/** Whether somebody is the focal point of this country; null: of any. */
export async function isFocalPoint(
  { db }: Pick<Deps, 'db'>,
  person: Pick<Person, 'id'>,
  country: string | null = null,
): Promise<boolean> {
  const which = country === null ? undefined : eq(role.country, country);
  return (await db.$count(role, and(eq(role.personId, person.id), eq(role.kind, 'focal_point'), which))) > 0;
}

/** The events that somebody organizes: `all`, or their ids. */
export async function organizedBy(deps: Pick<Deps, 'config' | 'db'>, person: Person): Promise<'all' | number[]> {
  if (isOwner(deps, person)) return 'all';
  const rows = await deps.db
    .select({ eventId: role.eventId })
    .from(role)
    .where(and(eq(role.personId, person.id), eq(role.kind, 'organizer')));
  return rows.some(({ eventId }) => eventId === null) ? 'all' : rows.flatMap(({ eventId }) => eventId ?? []);
}

export type Access = { kind: 'allowed' } | { kind: 'no consent' } | { kind: 'no role' };

/** Whether this way in is open to who comes. `args`: of the button or link, which may name an event. */
export async function access(
  deps: Pick<Deps, 'config' | 'db'>,
  ctx: Ctx,
  way: Declared,
  args: string[] = [],
): Promise<Access> {
  if (way.needs === 'anyone') return { kind: 'allowed' };
  if (!ctx.person) return { kind: 'no consent' };
  return (await may(deps, ctx.person, way, args)) ? { kind: 'allowed' } : { kind: 'no role' };
}

/** The same, of somebody who gave their consent. */
export async function may(
  deps: Pick<Deps, 'config' | 'db'>,
  person: Person,
  { needs, of = eventIn, country }: Declared,
  args: string[] = [],
): Promise<boolean> {
  if (isOwner(deps, person)) return true;
  // Of what is not there nothing can be seen: the handler says so, to those who could have seen it somewhere.
  const it = async () => (await of(deps.db, args)) ?? 'any';
  switch (needs) {
    case 'anyone':
    case 'person':
      return true;
    case 'organizer':
      return hasRole(deps, person, 'organizer', 'any');
    case 'organizer of it':
      return hasRole(deps, person, 'organizer', await it());
    case 'organizer of all':
      return hasRole(deps, person, 'organizer', 'all');
    case 'translator or organizer of it':
      return (
        (await hasRole(deps, person, 'translator', 'any')) || (await hasRole(deps, person, 'organizer', await it()))
      );
    case 'translator':
      return hasRole(deps, person, 'translator', 'any');
    case 'reviewer':
      return hasRole(deps, person, 'reviewer', 'any');
    case 'reviewer of it':
      return hasRole(deps, person, 'reviewer', await it());
    case 'focal point':
      return isFocalPoint(deps, person);
    case 'focal point or organizer of it': {
      const standsForIt = country && (await isFocalPoint(deps, person, await country(deps.db, args)));
      return standsForIt || hasRole(deps, person, 'organizer', await it());
    }
    case 'owner':
      return false;
  }
}

/** For the owners: who tried what they may not. A day's attempts at one thing are one line, however many there are. */
export async function noteRefusal(
  { db, clock }: Pick<Deps, 'db' | 'clock'>,
  person: Person,
  way: string,
  eventId: number | null,
): Promise<void> {
  const now = clock.now();
  const day = now.toZonedDateTimeISO('UTC').toPlainDate().toString();
  await db.execute(sql`
    insert into ${audit} (person_id, what, way, event_id, day, at)
    select ${person.id}, 'refused', ${way}, (select id from event where id = ${eventId}), ${day}, ${now.toString()}::timestamptz
    on conflict (person_id, way, day, coalesce(event_id, 0)) where what = 'refused'
    do update set times = ${audit}.times + 1, at = excluded.at`);
}

export function hasPerson(ctx: Ctx): ctx is PersonCtx {
  return ctx.person !== null;
}
