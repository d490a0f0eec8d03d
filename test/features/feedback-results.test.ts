import { eq } from 'drizzle-orm';
import { expect, test } from 'vitest';
import type { Person } from '../../src/bot/context.ts';
import { answered, person, registration, type Answers } from '../../src/db/schema.ts';
import { submitFeedback } from '../../src/features/feedback/store.ts';
import { groups } from '../../src/features/feedback/survey-results.ts';
import { submitSurvey, type SurveyAnswer } from '../../src/features/surveys/store.ts';
import { createEvent, seat } from '../support/events.ts';
import { pressAny } from '../support/press.ts';
import { createWorld, type World } from '../support/world.ts';

/** People who took part, for numbers: nobody of them writes to the bot. */
async function participants({ db, clock }: World, eventId: number, who: Partial<Person>[]): Promise<number[]> {
  const now = clock.now();
  const rows = await db
    .insert(person)
    .values(who.map((one) => ({ language: 'en', zone: 'UTC', createdAt: now, seenAt: now, ...one }) as never))
    .returning({ id: person.id });
  const seat = { eventId, status: 'registered', attended: true, createdAt: now, changedAt: now } as const;
  await db.insert(registration).values(rows.map(({ id }) => ({ ...seat, personId: id })));
  return rows.map(({ id }) => id);
}

/** A year and more ago, so that every survey has come due. */
const pastEvent = (world: World) => createEvent(world, { beginsAt: world.clock.now().subtract({ hours: 400 * 24 }) });

const rated = (value: number, recommendation: number, texts: Answers = {}): Answers => ({
  relevance: value,
  content: value,
  speakers: value,
  organization: value,
  recommendation,
  useful: null,
  better: null,
  ...texts,
});

function give({ db }: World, eventId: number, personId: number, answers: Answers) {
  return db.transaction((tx) => submitFeedback(tx, { eventId, personId }, answers));
}

const followUp = (answers: Answers): Answers => ({
  same_job: 'yes',
  applied: 'fully',
  obstacles: ['nothing'],
  ...answers,
});

function report({ db, clock }: World, eventId: number, month: number, personId: number, answers: Answers) {
  const given = { personId, answers: followUp(answers), now: clock.now() };
  return db.transaction((tx) => submitSurvey(tx, { eventId, month }, given));
}

test('below three answers the organizer sees the response rate alone; from three on the averages', async () => {
  const world = await createWorld();
  const owner = await world.owner('en');
  const event = await pastEvent(world);
  const ids = await participants(world, event.id, [{}, {}, {}, {}]);
  await give(world, event.id, ids[0]!, rated(5, 10, { useful: 'The lab' }));
  await give(world, event.id, ids[1]!, rated(4, 9));

  await pressAny(world, owner, `results:${event.id}`);
  expect(owner.last().text).toContain('Asked: 4, answered: 2 (50%)');
  expect(owner.last().text).toContain('from 3 answers on');
  expect(owner.last().text).not.toContain('Speakers');
  await pressAny(world, owner, `comments:${event.id}:0:useful:0`);
  expect(owner.last().text).not.toContain('The lab');

  await give(world, event.id, ids[2]!, rated(4, 6, { useful: '<b>=HYPERLINK("x")</b> & {{more}}' }));
  await pressAny(world, owner, `results:${event.id}`);
  expect(owner.last().text).toContain('Asked: 4, answered: 3 (75%)');
  expect(owner.last().text).toContain('■■■■□ Speakers · 4.3 of 5');
  expect(owner.last().text).toContain('Recommendation · 8.3 of 10');
  expect(owner.last().text).toContain('Net recommendation · +33');
  await owner.press('Most useful (2)');
  expect(owner.last().text).toContain('<b>=HYPERLINK("x")</b> & {{more}}');
  expect(owner.last().text).toContain('The lab');
  await owner.press('Back to the results');
  await owner.press('To do better (0)');
  expect(owner.last().text).toContain('Nobody has written');
  await owner.press('Back to the results');
  expect(owner.last().buttons.flat()).toEqual(expect.arrayContaining(['After 3 months', 'Back to the event']));
});

test('erasing somebody who answered leaves their feedback, and the response rate stays a share', async () => {
  const world = await createWorld();
  const owner = await world.owner('en');
  const event = await pastEvent(world);
  const ids = await participants(world, event.id, [{}, {}, {}, {}]);
  for (const id of ids.slice(0, 3)) await give(world, event.id, id, rated(3, 5));
  await world.db.delete(person).where(eq(person.id, ids[0]!));
  expect(await world.db.select().from(answered)).toHaveLength(2);
  await pressAny(world, owner, `results:${event.id}`);
  expect(owner.last().text).toContain('Asked: 4, answered: 3 (75%)');
  expect(owner.last().text).toContain('Net recommendation · -100');
});

test('who is asked: those with a seat who were not absent; a survey that is not due shows its date', async () => {
  const world = await createWorld();
  const owner = await world.owner('en');
  const event = await createEvent(world, { endsAt: Temporal.Instant.from('2026-12-10T11:00:00Z') });
  await participants(world, event.id, [{}, {}]);
  for (const registered of [{}, { attended: false }, { status: 'cancelled' }, { status: 'waiting' }] as const)
    await seat(world, event, await world.arrive('ko'), registered);
  world.clock.set('2027-06-10T11:00:00Z');
  await world.tick();
  await pressAny(world, owner, `results:${event.id}`);
  expect(owner.last().text).toContain('Asked: 3, answered: 0 (0%)');
  expect(owner.last().text).toContain('After 6 months · Asked: 2, answered: 0 (0%)');
  expect(owner.last().text).toContain('After 12 months · 10 December 2027');
  expect(owner.last().buttons.flat()).toEqual(['After 3 months', 'After 6 months', 'Back to the event']);
  await owner.press('After 6 months');
  expect(owner.last().text).toContain('from 3 answers on');
});

test('years later, when the outbox has been forgotten, the response rate is the same', async () => {
  const world = await createWorld();
  const owner = await world.owner('en');
  const event = await pastEvent(world);
  const ids = await participants(world, event.id, [{}, {}, {}, {}]);
  for (const id of ids.slice(0, 3)) await give(world, event.id, id, rated(3, 5));
  world.clock.advance({ years: 3 });
  await world.tick();
  await pressAny(world, owner, `results:${event.id}`);
  expect(owner.last().text).toContain('Asked: 4, answered: 3 (75%)');
});

test('long open answers come page by page, each once', async () => {
  const world = await createWorld();
  const owner = await world.owner('ru');
  const event = await pastEvent(world);
  const ids = await participants(
    world,
    event.id,
    Array.from({ length: 7 }, () => ({})),
  );
  for (const id of ids) await give(world, event.id, id, rated(3, 7, { better: `answer-${id} ${'я'.repeat(985)}` }));
  await pressAny(world, owner, `comments:${event.id}:0:better:0`);
  let seen = owner.last().text;
  for (const page of [1, 2]) {
    await owner.press({ data: `comments:${event.id}:0:better:${page}` });
    seen += owner.last().text;
  }
  expect(seen.match(/answer-\d+/g)?.toSorted()).toEqual(ids.map((id) => `answer-${id}`).toSorted());
  await pressAny(world, owner, `comments:${event.id}:0:better:99`);
  await pressAny(world, owner, `comments:${event.id}:0:better:-1`);
  expect(owner.last().text).toMatch(/answer-\d+/);
});

test('follow-up surveys: applied, obstacles, job, and groups of three and more', async () => {
  const world = await createWorld();
  const owner = await world.owner('en');
  const event = await pastEvent(world);
  const who: Partial<Person>[] = [
    ...Array.from({ length: 4 }, () => ({ country: 'KZ', sex: 'female' as const })),
    ...Array.from({ length: 3 }, () => ({ country: 'GE', sex: 'male' as const })),
    ...Array.from({ length: 3 }, (_, i) => ({ country: ['AM', 'TJ', 'UZ'][i]!, sex: 'male' as const })),
    { country: 'KZ', sex: 'female' },
  ];
  const ids = await participants(world, event.id, who);
  for (const [i, id] of ids.slice(0, 10).entries()) {
    await report(world, event.id, 6, id, {
      applied: i < 4 ? 'fully' : i < 6 ? 'partly' : 'not_yet',
      same_job: i === 0 ? 'no' : 'yes',
      obstacles: i < 5 ? ['nothing'] : ['time', 'budget'],
      examples: i < 6 ? `Example ${i} <i>` : null,
    });
  }
  await pressAny(world, owner, `results:${event.id}`);
  expect(owner.last().text).toMatch(/After 6 months · Asked: 11, answered: 10 \(91%\)/);
  await owner.press('After 6 months');
  const { text } = owner.last();
  expect(text).toContain('Applied what they learned · 6 (60%)');
  expect(text).toContain('Not yet · 4 (40%)');
  expect(text).toContain('No budget · 5 (50%)');
  expect(text).toContain('Yes · 9 (90%)');
  expect(text).toContain('Kazakhstan · 4, applied: 100%');
  expect(text).toContain('Georgia · 3, applied: 67%');
  expect(text).toContain('Others · 3, applied: 0%');
  expect(text).not.toContain('Armenia');
  expect(text).toContain('Male · 6, applied: 33%');
  await owner.press('What I applied (6)');
  expect(owner.last().text).toContain('Example 5 <i>');
  await owner.press('Back to the results');
  expect(owner.last().text).toContain('After 6 months');
});

test('one wish for support is shown with the name; nothing else of fewer than three is', async () => {
  const world = await createWorld();
  const owner = await world.owner('en');
  const event = await pastEvent(world);
  const ids = await participants(world, event.id, [{ fullName: 'Aigerim <Seidakhmetova>' }]);
  await report(world, event.id, 3, ids[0]!, { examples: 'My example', support: 'An expert for a week' });
  await pressAny(world, owner, `survey_results:${event.id}:3`);
  expect(owner.last().text).toContain('from 3 answers on');
  await owner.press('Support (1)');
  expect(owner.last().text).toContain('Aigerim <Seidakhmetova>');
  expect(owner.last().text).toContain('An expert for a week');
  await pressAny(world, owner, `comments:${event.id}:3:examples:0`);
  expect(owner.last().text).not.toContain('My example');
});

test("a participant who presses an organizer's button sees nothing", async () => {
  const world = await createWorld();
  const { id: event } = await pastEvent(world);
  const participant = await world.arrive('en');
  for (const id of await participants(world, event, [{}, {}, {}])) await give(world, event, id, rated(3, 7));
  const before = participant.last().text;
  const buttons = ['results', 'survey_results', 'comments'].map((name) => `${name}:${event}`);
  for (const data of [buttons[0]!, `${buttons[1]}:3`, `${buttons[2]}:0:useful:0`, `${buttons[2]}:3:support:0`]) {
    world.telegram.calls.length = 0;
    await pressAny(world, participant, data);
    expect(participant.last().text).toBe(before);
    const refusal = { method: 'answerCallbackQuery', payload: { text: 'You do not have access.', show_alert: true } };
    expect(world.telegram.calls).toMatchObject([refusal]);
  }
});

test('an organizer who presses a button of nothing gets a way on', async () => {
  const world = await createWorld();
  const { id: event } = await pastEvent(world);
  const owner = await world.owner('en');
  for (const data of ['results:999', 'survey_results:999:3', 'comments:999:0:useful:0']) {
    await pressAny(world, owner, data);
    expect(owner.last().text).toContain('does not exist');
    expect(JSON.stringify(owner.last().reply_markup)).toContain('"organize"');
  }
  for (const data of [`survey_results:${event}:4`, `comments:${event}:0:support:0`, `comments:${event}:3:useful:0`]) {
    await pressAny(world, owner, data);
    expect(owner.last().buttons.flat()).toContain('Back to the event');
  }
});

/** Answers of so many people from each country. */
const from = (countries: Record<string, number>) =>
  Object.entries(countries).flatMap(([country, count]) =>
    Array.from({ length: count }, (): SurveyAnswer => ({ answers: {}, name: null, country, sex: null })),
  );

const sizes = (countries: Record<string, number>) =>
  groups(from(countries), ({ country }) => country).map(({ label, members }) => `${label}:${members.length}`);

test('a group of one or two is never what a total tells over the groups that are shown', () => {
  expect(sizes({ KZ: 5, KG: 4 })).toEqual(['KZ:5', 'KG:4']);
  expect(sizes({ KZ: 5, KG: 4, TJ: 2, UZ: 1 })).toEqual(['KZ:5', 'KG:4', 'null:3']);
  expect(sizes({ KZ: 5, KG: 4, TJ: 2 })).toEqual(['KZ:5', 'null:6']);
  expect(sizes({ KZ: 5, TJ: 1 })).toEqual([]);
  expect(sizes({ TJ: 2, UZ: 2 })).toEqual([]);
});
