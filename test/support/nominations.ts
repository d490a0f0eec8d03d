import { asc, eq, isNull } from 'drizzle-orm';
import { nomination, person } from '../../src/db/schema.ts';
import { listId } from '../../src/features/nominations/list.ts';
import type { TelegramUser } from '../../src/playground/telegram/index.ts';
import { give } from './roles.ts';
import type { World } from './world.ts';

/** Somebody who has arrived and is the focal point of these countries. */
export async function focalPoint(world: World, ...countries: string[]): Promise<TelegramUser> {
  const someone = await world.arrive('en');
  for (const country of countries) await give(world, someone, { kind: 'focal_point', country });
  await world.db.update(person).set({ fullName: 'Orozbekova Begimai' }).where(eq(person.telegramId, someone.id));
  return someone;
}

/** Opens the list of a country by its button on the page of nominations. */
export async function openList(someone: TelegramUser, { id }: { id: number }, country: string): Promise<void> {
  await someone.send('/nominations');
  await someone.press({ data: `nominees:${listId({ eventId: id, country })}` });
}

/** From the open list: a name that nobody bears yet. */
export async function nominateNew(someone: TelegramUser, fullName: string): Promise<void> {
  await someone.press({ data: /^nominate:/ });
  await someone.send(fullName);
  await someone.send('National Statistical Committee');
  await someone.press({ data: /:s$/ });
  await someone.press({ data: /:o:OK$/ });
  await someone.press({ data: /:ok$/ });
}

/** Somebody of a country whose profile the programme knows. */
export async function knownPerson(
  world: World,
  { fullName, latinName = null, country }: { fullName: string; latinName?: string | null; country: string },
): Promise<TelegramUser> {
  const someone = await world.arrive('en');
  const profile = { fullName, latinName, country, agency: 'Agency', position: 'Expert', email: 'secret@example.org' };
  await world.db.update(person).set(profile).where(eq(person.telegramId, someone.id));
  return someone;
}

/** Who stands on the lists: country, name and place, in order. */
export async function listed({ db }: Pick<World, 'db'>): Promise<[string, string | null, number | null][]> {
  const rows = await db
    .select({ country: nomination.country, name: person.fullName, rank: nomination.rank })
    .from(nomination)
    .innerJoin(person, eq(person.id, nomination.personId))
    .where(isNull(nomination.withdrawnAt))
    .orderBy(asc(nomination.country), asc(nomination.rank));
  return rows.map(({ country, name, rank }) => [country, name, rank]);
}
