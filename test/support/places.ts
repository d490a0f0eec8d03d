import { eq } from 'drizzle-orm';
import { createSign } from '../../src/bot/sign.ts';
import { person, registration, registrationChange } from '../../src/db/schema.ts';
import { namePerson, type Named } from '../../src/features/people/named.ts';
import { loadProgramme } from '../../src/programme.ts';
import { join } from 'node:path';
import { ROOT, TOKEN, type World } from './world.ts';

export const programme = loadProgramme(join(ROOT, 'programme.json'));

/** What follows `/start` in the link of a named person. */
export const placeFor = (personId: number): string =>
  `place_${personId}-${createSign(TOKEN)('place', String(personId))}`;

/** Somebody whom an organizer has named. */
export async function name(world: World, fullName: string, more: Partial<Named> = {}): Promise<number> {
  const named = { fullName, country: 'KZ', agency: 'Statistics Bureau', ...more };
  return world.db.transaction((tx) => namePerson(tx, programme, named, world.clock.now()));
}

/** A registration that an organizer made for somebody, with its line in the timeline. */
export async function enter(
  world: World,
  eventId: number,
  personId: number,
  status: (typeof registration.$inferInsert)['status'],
  given: Partial<typeof registration.$inferInsert> = {},
): Promise<number> {
  const now = world.clock.now();
  const [who] = await world.db.select().from(person).where(eq(person.id, personId));
  const [made] = await world.db
    .insert(registration)
    .values({
      eventId,
      personId,
      status,
      country: who!.country,
      createdAt: now,
      changedAt: now,
      ...(status === 'offered' && { offeredUntil: now.add({ hours: 72 }) }),
      ...(status === 'waiting' && { waitingSince: now }),
      ...given,
    })
    .returning();
  await world.db
    .insert(registrationChange)
    .values({ registrationId: made!.id, from: null, to: status, by: 'organizer', at: now });
  return made!.id;
}
