import { session, sessionText, type event } from '../../src/db/schema.ts';
import type { World } from './world.ts';

type Given = {
  /** Minutes after the beginning of the event. */
  at?: number;
  minutes?: number;
  titles?: Record<string, string>;
  description?: string;
  place?: string;
  speakers?: string;
};

/** A session of an event, as if an organizer had written it before the event was published. */
export async function createSession(
  { db, clock }: World,
  of: Pick<typeof event.$inferSelect, 'id' | 'beginsAt'>,
  { at = 0, minutes = 60, titles = { en: 'Opening', ru: 'Открытие' }, description = '', place, speakers }: Given = {},
): Promise<typeof session.$inferSelect> {
  const beginsAt = of.beginsAt.add({ minutes: at });
  const [made] = await db
    .insert(session)
    .values({
      eventId: of.id,
      beginsAt,
      endsAt: beginsAt.add({ minutes }),
      place: place ?? null,
      speakers: speakers ?? null,
      changedAt: clock.now(),
    })
    .returning();
  const texts = Object.entries(titles).map(([language, title]) => ({
    sessionId: made!.id,
    language,
    title,
    description,
  }));
  await db.insert(sessionText).values(texts);
  return made!;
}
