import { expect, test } from 'vitest';
import { eq } from 'drizzle-orm';
import {
  nomination,
  person,
  registration,
  requirement,
  requirementState,
  response,
  shortlist,
} from '../../src/db/schema.ts';
import { createEvent } from '../support/events.ts';
import { pressAny } from '../support/press.ts';
import { createWorld } from '../support/world.ts';

test('a picture of how far each country is, as wide as a phone', async () => {
  const world = await createWorld();
  const owner = await world.owner();
  const one = await createEvent(world, { selective: true, moderated: true, kind: 'study_visit' });
  const now = world.clock.now();
  const known = { language: 'en', zone: 'UTC', createdAt: now, seenAt: now };
  const [asked] = await world.db
    .insert(requirement)
    .values({ eventId: one.id, position: 1, title: { en: 'Visa' } })
    .returning();
  const [nobody] = await world.db.insert(person).values(known).returning();
  await world.db.insert(nomination).values({ eventId: one.id, personId: nobody!.id, country: 'TJ', createdAt: now });
  // Of each country so many got to each stage: applied, shortlisted, accepted, documents, attended, plan.
  for (const [country, ...counts] of [
    ['KZ', 12, 6, 4, 3, 2, 1],
    ['GE', 3, 1, 1, 0, 0, 0],
  ] as const)
    for (let i = 0; i < counts[0]; i++) {
      const [someone] = await world.db
        .insert(person)
        .values({ ...known, country })
        .returning();
      const status = i < counts[2] ? 'registered' : 'pending';
      const [row] = await world.db
        .insert(registration)
        .values({
          eventId: one.id,
          personId: someone!.id,
          country,
          status,
          attended: i < counts[4] ? true : null,
          createdAt: now,
          changedAt: now,
        })
        .returning();
      const registrationId = row!.id;
      if (i < counts[1]) await world.db.insert(shortlist).values({ registrationId, position: registrationId, at: now });
      if (i < counts[3])
        await world.db
          .insert(requirementState)
          .values({ requirementId: asked!.id, registrationId, state: 'ready', at: now });
      if (i < counts[5])
        await world.db
          .insert(response)
          .values({ form: 'action_plan', eventId: one.id, personId: someone!.id, answers: {} });
    }
  await pressAny(world, owner, `pipeline:${one.id}`);
  const { text } = owner.last();
  expect(text).toContain('2. Applied: 15\n████████████████');
  expect(text).toContain('7. Plan handed in: 1\n█░');
  expect(text).toContain('GE   0   3   1   1   0   0   0');
  expect(text).toContain('KZ   0  12   6   4   3   2   1');
  expect(text).toContain('TJ   1   0   0   0   0   0   0');
  expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(32);
  await owner.press('KZ · Kazakhstan');
  expect(owner.last().text).toContain('4. Took the seat: 4');
  await owner.press('All countries');

  // An event without any of it has the stages that every event has.
  const plain = await createEvent(world);
  await pressAny(world, owner, `pipeline:${plain.id}`);
  expect(owner.last().text).toContain('1. Applied: 0');
  expect(owner.last().text).toContain('3. Attended: 0');
  expect(owner.last().text).not.toContain('Plan');
  await world.db.delete(requirement).where(eq(requirement.eventId, one.id));
});
