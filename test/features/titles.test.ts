import { and, eq, sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { alumniProfile, contactRequest, event, material, message, person, registration } from '../../src/db/schema.ts';
import { ask } from '../../src/features/alumni/contact-store.ts';
import { becomeAlumni } from '../../src/features/alumni/store.ts';
import { submitFeedback } from '../../src/features/feedback/store.ts';
import { submitSurvey } from '../../src/features/surveys/store.ts';
import type { TelegramUser } from '../../src/playground/telegram/index.ts';
import { listed, offered } from '../support/alumni.ts';
import { createEvent, seat } from '../support/events.ts';
import { textsOf } from '../support/texts.ts';
import { createWorld, type World } from '../support/world.ts';

/** 22:00 in Almaty: quiet hours. */
const NIGHT = Temporal.Instant.from('2026-12-10T17:00:00Z');
const MORNING = Temporal.Instant.from('2026-12-11T03:00:00Z');

const LONG = { en: `Open data, step by step: a workshop for\nregions & cities ${'and so on '.repeat(9)}` };

/** Everything that can wait for the morning, owed to these people in the night. */
async function night(languages: string[]) {
  const world = await createWorld();
  const { db, clock } = world;
  const hoursFrom = (hours: number) => NIGHT.add({ hours });
  clock.set(hoursFrom(-24 * 200));
  const asker = await world.row(await listed(world, 'en', 'Karimova Nilufar'));
  const next = await createEvent(world, { beginsAt: hoursFrom(23), texts: LONG });
  const today = await createEvent(world, { beginsAt: hoursFrom(-6), texts: LONG });
  const [summer, spring] = [
    await createEvent(world, { beginsAt: Temporal.Instant.from('2026-09-10T14:00:00Z'), texts: LONG }),
    await createEvent(world, {
      beginsAt: Temporal.Instant.from('2026-09-03T09:00:00Z'),
      texts: LONG,
      followUpMonths: [3],
    }),
  ];
  const users: TelegramUser[] = [];
  for (const language of languages) {
    const user = await world.arrive(language);
    const { id } = await seat(world, next, user);
    await seat(world, today, user);
    for (const past of [summer, spring]) await seat(world, past, user, { attended: true });
    await becomeAlumni(db, id, NIGHT, NIGHT);
    await db.update(alumniProfile).set({ visible: false }).where(eq(alumniProfile.personId, id));
    users.push(user);
  }
  // The invitation of a week ago has arrived.
  clock.set('2026-12-03T17:00:00Z');
  await db.execute(sql`update person set quiet_from = null`);
  await world.tick();
  await db.execute(sql`update person set quiet_from = 21`);
  clock.set(NIGHT);
  const link = { kind: 'link' as const, url: 'https://example.org', addedAt: NIGHT, phase: 'before' as const };
  await db.insert(material).values({ eventId: next.id, title: 'Slides of the first day', ...link });
  for (const user of users) {
    const { id } = await world.row(user);
    await db.update(alumniProfile).set({ visible: true }).where(eq(alumniProfile.personId, id));
    await db.update(person).set({ fullName: 'A', country: 'KZ' }).where(eq(person.id, id));
    const asked = { from: asker, to: id, body: 'Hello', username: null, now: NIGHT };
    expect(await db.transaction((tx) => ask(tx, asked))).toEqual({ kind: 'asked' });
    // Otherwise there would be too many in a day.
    await db.update(contactRequest).set({ createdAt: NIGHT.subtract({ hours: 25 }) });
    await db.update(alumniProfile).set({ visible: false }).where(eq(alumniProfile.personId, id));
  }
  const before = world.telegram.calls.length;
  await world.tick();
  await world.tick();
  expect(world.telegram.calls.slice(before)).toEqual([]);
  return { world, users, next, today, summer, spring };
}

async function wake(world: World): Promise<void> {
  world.clock.set(MORNING);
  await world.tick();
}

const numbered = (user: TelegramUser) =>
  user
    .last()
    .text.split('\n')
    .flatMap((line) => /^\d+\. (.*)$/.exec(line)?.[1] ?? []);

const KINDS = [
  'alumni_welcome',
  'contact_request',
  'feedback_invitation',
  'material',
  'reminder',
  'survey_invitation',
  'survey_reminder',
];

test('what waited for the morning comes as one message, each in a line of its own, and a button shows it', async () => {
  const { world, users } = await night(['en']);
  const [aida] = users as [TelegramUser];
  await wake(world);
  expect(numbered(aida).toSorted()).toEqual([
    'Contact request: Karimova Nilufar',
    'Event reminder · Open data, step by step: a workshop for re…',
    'Feedback · Open data, step by step: a workshop for regions…',
    'Follow-up survey · Open data, step by step: a workshop for…',
    'Follow-up survey · Open data, step by step: a workshop for…',
    'New material: Slides of the first day',
    'Welcome to the alumni community',
  ]);
  const held = await world.db.select().from(message).where(eq(message.held, true));
  expect(held.map(({ kind }) => kind).toSorted()).toEqual(KINDS);
  const starts: (string | undefined)[] = [];
  for (const data of offered(aida)) {
    await aida.press({ data });
    starts.push(aida.last().text.split('\n')[0]);
  }
  expect(new Set(starts)).toEqual(
    new Set([
      '⏰ Event reminder',
      '🎓 Thank you for taking part. You now belong to the alumni community of the programme.',
      '🤝 Contact request',
      'Feedback',
      'Follow-up survey',
      'Open data, step by step: a workshop for',
    ]),
  );
});

test('every line is short, and in the language of its reader', async () => {
  const languages = ['en', 'ru', 'kk', 'ky', 'tg', 'uz', 'az', 'hy', 'ka', 'ko'];
  const { world, users } = await night(languages);
  await wake(world);
  for (const [i, language] of languages.entries()) {
    const t = textsOf(language);
    const found = numbered(users[i]!);
    expect(found, language).toHaveLength(KINDS.length);
    for (const line of found) expect(line.length, line).toBeLessThanOrEqual(60);
    expect(found).toEqual(
      expect.arrayContaining([
        expect.stringContaining(`${t('reminders:title')} · Open data`),
        expect.stringContaining(`${t('feedback:title')} · Open data`),
        expect.stringContaining(`${t('surveys:title')} · Open data`),
        t('materials:adding', { about: 'Slides of the first day' }),
        t('alumni:welcome_title'),
        t('alumni:contact_title', { name: 'Karimova Nilufar' }),
      ]),
    );
  }
});

test('what is not true any more in the morning is not named', async () => {
  const { world, users, next, today, summer, spring } = await night(['en']);
  const { db } = world;
  const [aida] = users as [TelegramUser];
  const { id: personId } = await world.row(aida);
  const [slides] = await db.select().from(material);
  await db.delete(material).where(eq(material.id, slides!.id));
  await db.update(event).set({ revision: 2 }).where(eq(event.id, next.id));
  await db.transaction((tx) => submitFeedback(tx, { eventId: today.id, personId }, {}));
  for (const survey of [
    { eventId: summer.id, month: 3 },
    { eventId: spring.id, month: 3 },
  ])
    await db.transaction((tx) => submitSurvey(tx, survey, { personId, answers: {}, now: NIGHT }));
  await db.update(contactRequest).set({ state: 'declined' });
  await wake(world);
  // Of seven one is left, and alone it needs no list.
  expect(aida.last().text).toContain('You now belong to the alumni community');
  const held = await db.select().from(message).where(eq(message.held, true));
  expect(held.map(({ kind, state }) => `${kind} ${state}`).toSorted()).toEqual(
    KINDS.map((kind) => `${kind} ${kind === 'alumni_welcome' ? 'sent' : 'cancelled'}`),
  );
});

test('a button of the morning that is pressed when its message is not true any more says so', async () => {
  const { world, users, next } = await night(['en']);
  const [aida] = users as [TelegramUser];
  await wake(world);
  const held = and(eq(message.kind, 'reminder'), eq(message.held, true));
  const [reminder] = await world.db.select().from(message).where(held);
  await world.db.update(registration).set({ status: 'cancelled' }).where(eq(registration.eventId, next.id));
  await aida.press({ data: `+held:${reminder!.id}` });
  expect(aida.last().text).toBe(textsOf('en')('digest:gone'));
});
