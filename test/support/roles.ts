import { eq } from 'drizzle-orm';
import { role } from '../../src/db/schema.ts';
import type { TelegramUser } from '../../src/playground/telegram/index.ts';
import type { World } from './world.ts';

type About = Pick<typeof role.$inferInsert, 'kind' | 'country' | 'eventId'>;

/** Gives somebody who has arrived a role, as if they had opened an invitation. */
export async function give({ db, clock, row }: World, user: TelegramUser, about: About): Promise<number> {
  const { id: personId } = await row(user);
  const [made] = await db
    .insert(role)
    .values({ ...about, personId, since: clock.now() })
    .returning({ id: role.id });
  return made!.id;
}

/** The id of the one role that a person has. */
export async function roleOf({ db }: World, personId: number): Promise<number> {
  const [found] = await db.select({ id: role.id }).from(role).where(eq(role.personId, personId));
  return found!.id;
}

/** Of the message to somebody whose role was taken: for tests that need a message which is not bulk, whatever it says. */
export const A_ROLE = { kind: 'organizer', country: null, eventId: null };
