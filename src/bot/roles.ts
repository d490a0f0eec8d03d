import { eq } from 'drizzle-orm';
import { organizer } from '../db/schema.ts';
import type { Ctx, Deps, Person, PersonCtx } from './context.ts';
import type { Need } from './routes.ts';

/** Owners are named by the setting OWNER_IDS: by numeric id, since a username can change hands. */
export function isOwner({ config }: Pick<Deps, 'config'>, person: Person): boolean {
  return person.telegramId !== null && config.OWNER_IDS.includes(person.telegramId);
}

export async function isOrganizer(deps: Pick<Deps, 'config' | 'db'>, person: Person): Promise<boolean> {
  if (isOwner(deps, person)) return true;
  const rows = await deps.db.select().from(organizer).where(eq(organizer.personId, person.id));
  return rows.length > 0;
}

export type Access = { kind: 'allowed' } | { kind: 'no consent' } | { kind: 'no role' };

export async function access(deps: Pick<Deps, 'config' | 'db'>, ctx: Ctx, need: Need): Promise<Access> {
  if (need === 'anyone') return { kind: 'allowed' };
  if (!ctx.person) return { kind: 'no consent' };
  const allowed =
    need === 'person' || (need === 'owner' ? isOwner(deps, ctx.person) : await isOrganizer(deps, ctx.person));
  return allowed ? { kind: 'allowed' } : { kind: 'no role' };
}

export function hasPerson(ctx: Ctx): ctx is PersonCtx {
  return ctx.person !== null;
}
