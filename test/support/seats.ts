import { asc, eq } from 'drizzle-orm';
import { message, person, registration, registrationChange } from '../../src/db/schema.ts';
import type { TelegramUser } from '../../src/playground/telegram/index.ts';
import type { World } from './world.ts';

type Given = { id: number; code: string };

/** Somebody whose profile is known, and who registers: for a seat, or a place on the waiting list. */
export async function comes(world: World, one: Given, fullName: string, how: Profile = {}): Promise<TelegramUser> {
  const someone = await arrives(world, fullName, how);
  await seeks(someone, one);
  return someone;
}

type Profile = { language?: string; country?: string };

/** Somebody whose profile is known. */
export async function arrives(
  world: World,
  fullName: string,
  { language = 'en', country = 'KZ' }: Profile = {},
): Promise<TelegramUser> {
  const someone = await world.arrive(language);
  const latinName = fullName.toUpperCase();
  const profile = { fullName, latinName, country, agency: 'Agency', position: 'Expert', email: 'a@example.org' };
  await world.db
    .update(person)
    .set({ ...profile, sex: 'female' })
    .where(eq(person.telegramId, someone.id));
  return someone;
}

/** Presses the way in on the page of the event, and confirms. */
export async function seeks(someone: TelegramUser, one: Given): Promise<void> {
  await someone.open(`event_${one.code}`);
  await someone.press({ data: new RegExp(`^(register|wait):${one.id}$`) });
  await someone.press({ data: /:ok$/ });
}

export async function givesUp(someone: TelegramUser, one: Given): Promise<void> {
  await someone.open(`event_${one.code}`);
  await someone.press({ data: `cant_come:${one.id}` });
  await someone.press({ data: `give_up:${one.id}` });
}

export async function registrationOf(world: World, someone: TelegramUser): Promise<typeof registration.$inferSelect> {
  const { id } = await world.row(someone);
  const [found] = await world.db.select().from(registration).where(eq(registration.personId, id));
  return found!;
}

/** Of the timeline of somebody: from, to, by whom. */
export async function changesOf(world: World, someone: TelegramUser) {
  const { id } = await registrationOf(world, someone);
  const rows = await world.db
    .select()
    .from(registrationChange)
    .where(eq(registrationChange.registrationId, id))
    .orderBy(asc(registrationChange.id));
  return rows.map(({ from, to, by }) => [from, to, by]);
}

/** What was owed to somebody: kind and state. */
export async function told(world: World, someone: TelegramUser) {
  const { id } = await world.row(someone);
  const rows = await world.db.select().from(message).where(eq(message.personId, id)).orderBy(asc(message.id));
  return rows.map(({ kind, state }) => `${kind} ${state}`);
}
