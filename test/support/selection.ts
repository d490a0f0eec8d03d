import { eq } from 'drizzle-orm';
import { registration, shortlist } from '../../src/db/schema.ts';
import type { TelegramUser } from '../../src/playground/telegram/index.ts';
import { createEvent } from './events.ts';
import { pressAny } from './press.ts';
import { give } from './roles.ts';
import { arrives } from './seats.ts';
import type { World } from './world.ts';

type Event = Awaited<ReturnType<typeof createEvent>>;

/** A study visit that an owner has made a selection, as a press of the button makes it. */
export async function createSelection(
  world: World,
  owner: TelegramUser,
  given: Parameters<typeof createEvent>[1] = {},
): Promise<Event> {
  const one = await createEvent(world, {
    kind: 'study_visit',
    seats: 2,
    beginsAt: world.clock.now().add({ hours: 24 * 60 }),
    ...given,
  });
  await pressAny(world, owner, `selection_on:${one.id}`);
  return one;
}

/** Somebody applies, answering what a selection asks. */
export async function applies(
  world: World,
  one: Event,
  fullName: string,
  how: { language?: string; country?: string; motivation?: string } = {},
): Promise<TelegramUser> {
  const someone = await arrives(world, fullName, how);
  await someone.open(`event_${one.code}`);
  await someone.press({ data: `register:${one.id}` });
  await answersQuestions(someone, how.motivation ?? `Motivation of somebody`);
  return someone;
}

export async function answersQuestions(someone: TelegramUser, motivation: string): Promise<void> {
  await someone.send(motivation);
  await someone.send('One window for all services');
  await someone.press({ data: /:ok$/ });
}

export async function reviewer(world: World, one: Event, language = 'en'): Promise<TelegramUser> {
  const someone = await world.arrive(language);
  await give(world, someone, { kind: 'reviewer', eventId: one.id });
  return someone;
}

/** Gives the application that stands in the chat these points, in the order of the criteria. */
export async function scores(someone: TelegramUser, points: number[], comment?: string): Promise<void> {
  await someone.press({ data: /^score:/ });
  for (const n of points) await someone.press({ data: new RegExp(`:o:${n}$`) });
  if (comment) await someone.send(comment);
  else await someone.press({ data: /:s$/ });
  await someone.press({ data: /:ok$/ });
}

/** The shortlist, by registration. */
export async function listedIn({ db }: World, eventId: number): Promise<number[]> {
  const rows = await db
    .select({ id: shortlist.registrationId })
    .from(shortlist)
    .innerJoin(registration, eq(registration.id, shortlist.registrationId))
    .where(eq(registration.eventId, eventId))
    .orderBy(shortlist.position);
  return rows.map(({ id }) => id);
}
