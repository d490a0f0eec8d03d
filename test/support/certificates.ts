import { and, eq } from 'drizzle-orm';
import { answered, attendance, certificate, person, registration, session, type event } from '../../src/db/schema.ts';
import type { TelegramUser } from '../../src/playground/telegram/index.ts';
import { createEvent, seat } from './events.ts';
import type { World } from './world.ts';

type Given = { id: number };

/** A workshop that was over an hour ago, with a rule. */
export function createPast(
  world: World,
  given: Partial<typeof event.$inferInsert> & { texts?: Record<string, string> } = {},
) {
  const beginsAt = world.clock.now().subtract({ hours: 4 });
  return createEvent(world, { certificateShare: 80, beginsAt, endsAt: beginsAt.add({ hours: 3 }), ...given });
}

/** Somebody with a name who had a seat. */
export async function participant(
  world: World,
  one: Given,
  {
    language = 'ky',
    attended = true,
    fullName = 'Асанова Айпери',
    latinName = 'ASANOVA AIPERI',
  }: { language?: string; attended?: boolean | null; fullName?: string | null; latinName?: string | null } = {},
): Promise<TelegramUser> {
  const user = await world.arrive(language);
  await world.db.update(person).set({ fullName, latinName, country: 'KG' }).where(eq(person.telegramId, user.id));
  await seat(world, one, user, { attended });
  return user;
}

/** Somebody with a seat who does not use the bot. */
export async function withoutTelegram(world: World, one: Given, fullName: string, attended = true): Promise<number> {
  const now = world.clock.now();
  const [made] = await world.db
    .insert(person)
    .values({ language: 'ka', zone: 'Asia/Tbilisi', country: 'GE', fullName, createdAt: now, seenAt: now })
    .returning();
  const seated = { status: 'registered' as const, attended, createdAt: now, changedAt: now };
  await world.db.insert(registration).values({ ...seated, eventId: one.id, personId: made!.id });
  return made!.id;
}

export async function issue(organizer: TelegramUser, one: Given): Promise<void> {
  await openCertificates(organizer, one);
  await organizer.press({ data: `issue_certificates:${one.id}` });
}

export async function openCertificates(organizer: TelegramUser, one: Given): Promise<void> {
  await organizer.send('/organize');
  await organizer.press({ data: `manage:${one.id}` });
  await organizer.press({ data: `manage_part:${one.id}:results` });
  await organizer.press({ data: `certificates:${one.id}` });
}

/** Approves what was offered: the name in the person's own script, in their own language. */
export async function approveOwn(user: TelegramUser, language = 'ky'): Promise<void> {
  await user.press({ data: /^certificate_name:/ });
  await user.press('Асанова Айпери');
  await user.press({ data: new RegExp(`:o:${language}$`) });
  await user.press({ data: /:ok$/ });
}

export function certificates({ db }: World, one: Given) {
  return db.select().from(certificate).where(eq(certificate.eventId, one.id)).orderBy(certificate.id);
}

/** How somebody stands with each of some sessions; null: nobody said anything. */
export async function attends(
  world: World,
  one: Given,
  user: TelegramUser,
  sessions: number[],
  states: ('present' | 'absent' | 'excused' | null)[],
): Promise<void> {
  const { id: personId } = await world.row(user);
  const [found] = await world.db
    .select()
    .from(registration)
    .where(and(eq(registration.eventId, one.id), eq(registration.personId, personId)));
  const rows = states.flatMap((state, i) =>
    state === null
      ? []
      : [
          {
            sessionId: sessions[i]!,
            registrationId: found!.id,
            state,
            by: 'organizer' as const,
            at: world.clock.now(),
          },
        ],
  );
  await world.db.insert(attendance).values(rows);
}

export async function createSessions(world: World, { id }: Given, count: number, cancelled = 0): Promise<number[]> {
  const now = world.clock.now();
  const first = now.subtract({ hours: 4 });
  const rows = Array.from({ length: count }, (_, i) => ({
    eventId: id,
    beginsAt: first.add({ minutes: 10 * i }),
    endsAt: first.add({ minutes: 10 * (i + 1) }),
    changedAt: now,
    cancelledAt: i >= count - cancelled ? now : null,
  }));
  const made = await world.db.insert(session).values(rows).returning({ id: session.id });
  return made.map((row) => row.id);
}

export async function givesFeedback(world: World, { id: eventId }: Given, user: TelegramUser): Promise<void> {
  const { id: personId } = await world.row(user);
  await world.db.insert(answered).values({ form: 'feedback', eventId, month: 0, personId });
}
