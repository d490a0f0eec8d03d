import type { Person } from '../../src/bot/context.ts';
import { event, eventText, registration } from '../../src/db/schema.ts';
import type { TelegramUser } from '../../src/playground/telegram/index.ts';
import type { FormSpec } from '../../src/forms/spec/spec.ts';
import { askForm } from './forms.ts';
import type { World } from './world.ts';

/** A published workshop in Astana, ten days from the world's beginning. `form`: what it asks those who register. */
export async function createEvent(
  world: World,
  {
    texts,
    form,
    ...given
  }: Partial<typeof event.$inferInsert> & { texts?: Record<string, string>; form?: FormSpec } = {},
): Promise<typeof event.$inferSelect> {
  const { db, clock } = world;
  const now = clock.now();
  const beginsAt = given.beginsAt ?? now.add({ hours: 240 });
  const [made] = await db
    .insert(event)
    .values({
      code: `ev${Math.random().toString(36).slice(2, 8)}`,
      kind: 'workshop',
      status: 'published',
      zone: 'Asia/Almaty',
      place: 'Astana, Abai avenue 33a',
      createdAt: now,
      publishedAt: now,
      ...given,
      beginsAt,
      endsAt: given.endsAt ?? beginsAt.add({ hours: 3 }),
    })
    .returning();
  const titles = texts ?? { en: 'Digital services workshop', ru: 'Воркшоп по цифровым услугам' };
  await db
    .insert(eventText)
    .values(Object.entries(titles).map(([language, title]) => ({ eventId: made!.id, language, title })));
  if (form) await askForm(world, made!.id, form);
  return made!;
}

/** Gives somebody who has arrived a seat, as if they had registered; `attended` as an organizer marks it. */
export async function seat(
  world: World,
  { id }: { id: number },
  user: TelegramUser,
  {
    attended = null,
    status = 'registered',
  }: Partial<Pick<typeof registration.$inferInsert, 'attended' | 'status'>> = {},
): Promise<Person> {
  const [now, person] = [world.clock.now(), await world.row(user)];
  const waitingSince = status === 'waiting' ? now : null;
  await world.db
    .insert(registration)
    .values({ eventId: id, personId: person.id, status, attended, waitingSince, createdAt: now, changedAt: now });
  return person;
}
