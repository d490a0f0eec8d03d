import { eq } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { answered, draft, message, person, response } from '../../src/db/schema.ts';
import { subjectOf, surveyOf } from '../../src/features/surveys/store.ts';
import type { TelegramUser } from '../../src/playground/telegram/index.ts';
import { createEvent, seat } from '../support/events.ts';
import { submit } from '../support/feedback.ts';
import { pressAny } from '../support/press.ts';
import { createWorld, type World } from '../support/world.ts';

const option = (token: string) => ({ data: new RegExp(`^f:\\d+:\\d+:o:${token === '.' ? '\\.' : token}$`) });
const skip = { data: /^f:\d+:\d+:s$/ };
const JOB = { position: 'Head of department', agency: 'Akimat of Astana City' };

/** Somebody who attended an event three months ago, has a job, and is invited now. */
async function attendee(world: World, lang: string, job: typeof JOB | null = JOB) {
  const event = await createEvent(world, { followUpMonths: [3] });
  const user = await world.arrive(lang);
  const { id } = await seat(world, event, user, { attended: true });
  if (job) await world.db.update(person).set(job).where(eq(person.id, id));
  world.clock.set(event.endsAt.toZonedDateTimeISO(event.zone).add({ months: 3 }).toInstant());
  await world.tick();
  return { event, user, id, open: () => user.press({ data: `survey:${event.id}:3` }) };
}

/** From "did you apply" to the summary, with nothing applied. */
async function finish(user: TelegramUser): Promise<void> {
  await user.press(option('not_yet'));
  await user.press(option('time'));
  await user.press(option('.'));
  await user.press(skip);
  await user.press(skip);
}

test.each(['en', 'hy', 'tg'])('the whole survey in %s, by somebody who kept the job', async (lang) => {
  const world = await createWorld();
  const { event, user, id, open } = await attendee(world, lang);
  await open();
  expect(user.last().text).toContain('Head of department');
  expect(user.last().text).toContain('Akimat of Astana City');
  await user.press(option('yes'));
  await user.press(option('fully'));
  await user.press({ data: /:b$/ });
  await user.press(option('partly'));
  await user.send('A one-stop window <b>&</b> {{count}}');
  await user.send('Citizens wait 10 minutes instead of 3 days');
  for (const token of ['nothing', 'time', 'budget', 'budget']) await user.press(option(token));
  await user.press(option('.'));
  await user.send('Old computers');
  await user.press(skip);
  expect(user.last().text).toContain('A one-stop window <b>&</b> {{count}}');
  await submit(user);

  const [stored] = await world.db.select().from(response);
  expect(stored).toMatchObject({ form: 'follow_up', eventId: event.id, month: 3, personId: id });
  expect(stored!.submittedAt).toEqual(world.clock.now());
  expect(stored!.answers).toEqual({
    same_job: 'yes',
    applied: 'partly',
    examples: 'A one-stop window <b>&</b> {{count}}',
    changes: 'Citizens wait 10 minutes instead of 3 days',
    obstacles: ['time'],
    other_obstacles: 'Old computers',
    support: null,
    _version: 1,
  });
  expect(await world.db.select().from(answered)).toEqual([
    { form: 'follow_up', eventId: event.id, month: 3, personId: id },
  ]);
  expect(await world.row(user)).toMatchObject(JOB);
});

test('the first question says that the answers carry the name, and who sees them', async () => {
  const world = await createWorld();
  const { user, open } = await attendee(world, 'en');
  expect(user.last().text).toContain('It is 3 months since this event.');
  await open();
  expect(user.last().text).toMatch(/stored with your name.*organizers.*\n\nYour position: Head of department\n/);
});

test('a new job goes to the profile, at submission and not before, and not into the answers', async () => {
  const world = await createWorld();
  const { user, open } = await attendee(world, 'en');
  await open();
  await user.press('No');
  await user.send('Ministry of Digital Development');
  await user.send('Deputy minister {{x}} $t(common:yes)');
  await finish(user);
  expect(await world.row(user)).toMatchObject(JOB);
  await submit(user);
  expect(user.last().text).toContain('Thank you');
  expect(await world.row(user)).toMatchObject({
    position: 'Deputy minister {{x}} $t(common:yes)',
    agency: 'Ministry of Digital Development',
  });
  const [stored] = await world.db.select().from(response);
  expect(stored!.answers).toEqual({
    same_job: 'no',
    applied: 'not_yet',
    obstacles: ['time'],
    other_obstacles: null,
    support: null,
    _version: 1,
  });
});

test('a job with a strange title is shown as it is; one that is not known is asked for', async () => {
  const world = await createWorld();
  const strange = '<i>{{agency}}</i> $t(common:yes)';
  const one = await attendee(world, 'en', { position: strange, agency: 'A & B' });
  await one.open();
  expect(one.user.last().text).toContain(`Your position: ${strange}\nYour organization: A & B`);
  const other = await attendee(world, 'en', null);
  await other.open();
  expect(other.user.last().text).toContain('Which organization');
  await other.user.send('Ministry of Justice');
  await other.user.send('Adviser');
  await finish(other.user);
  await submit(other.user);
  expect(await world.row(other.user)).toMatchObject({ position: 'Adviser', agency: 'Ministry of Justice' });
});

test('taking an answer back takes the questions with it: no example without anything applied', async () => {
  const world = await createWorld();
  const { user, open } = await attendee(world, 'ru');
  await open();
  await user.press(option('no'));
  await user.send('Ministry of Justice');
  await user.send('Adviser to the minister');
  await user.press(option('fully'));
  await user.send('An example');
  await user.press(skip);
  await user.press(option('nothing'));
  await user.press(option('.'));
  await user.press(skip);
  await user.press(skip);
  for (const [index, token] of [
    [3, 'not_yet'],
    [0, 'yes'],
  ] as const) {
    await user.press({ data: /:e$/ });
    await user.press({ data: new RegExp(`:q:${index}$`) });
    await user.press(option(token));
  }
  await submit(user);
  expect(await world.row(user)).toMatchObject(JOB);
  const [stored] = await world.db.select().from(response);
  expect(stored!.answers).toMatchObject({ same_job: 'yes', applied: 'not_yet', obstacles: ['nothing'] });
  expect(stored!.answers).not.toHaveProperty('examples');
});

test('the longest answers still fit the summary', async () => {
  const world = await createWorld();
  const { user, open } = await attendee(world, 'ka');
  const long = '😀'.repeat(700);
  await open();
  await user.press(option('no'));
  await user.send('a'.repeat(200));
  await user.send('p'.repeat(150));
  await user.press(option('fully'));
  await user.send(long);
  await user.send(long);
  for (const token of ['time', 'management', 'budget', 'rules', 'technology', '.']) await user.press(option(token));
  await user.send(long);
  await user.send(long);
  await submit(user);
  expect(await world.db.select().from(response)).toHaveLength(1);
});

test('a second submission changes nothing: two presses at once, the button again, a tick', async () => {
  const world = await createWorld();
  const { user, open } = await attendee(world, 'en');
  await open();
  await user.press('Yes');
  await finish(user);
  await Promise.all([submit(user), submit(user)]);
  expect(user.texts().filter((text) => text.includes('Your answers are saved'))).toHaveLength(1);
  await open();
  expect(user.texts().filter((text) => text.includes('already answered'))).toHaveLength(1);
  await world.tick();
  expect(await world.db.select().from(response)).toHaveLength(1);
  expect(await world.db.select().from(draft)).toEqual([]);
});

test('nobody gets a survey by a copied button: not a stranger, not the absent, nor one that is not due', async () => {
  const world = await createWorld();
  const { event, user, open } = await attendee(world, 'en');
  const others = [await world.arrive('en'), await world.arrive('en'), await world.arrive('en')] as const;
  await seat(world, event, others[1], { attended: false });
  await seat(world, event, others[2]);
  await open();
  const [theirs] = await world.db.select().from(draft);
  for (const other of others) {
    await pressAny(world, other, `survey:${event.id}:3`);
    expect(other.last().text).toContain('for those who attended');
    await pressAny(world, other, `f:${theirs!.id}:${theirs!.revision}:o:yes`);
  }
  for (const forged of [`survey:${event.id}:6`, `survey:${event.id}:0`, 'survey:999:3']) {
    await pressAny(world, user, forged);
    expect(user.last().text).toContain('for those who attended');
  }
  expect(await world.db.select().from(draft)).toEqual([theirs]);
});

test('somebody erased takes their answers along', async () => {
  const world = await createWorld();
  const { user, id, open } = await attendee(world, 'en');
  await open();
  await user.press('Yes');
  await finish(user);
  await submit(user);
  await world.db.delete(message).where(eq(message.personId, id));
  await world.db.delete(person).where(eq(person.id, id));
  expect(await world.db.select().from(response)).toEqual([]);
  expect(await world.db.select().from(answered)).toEqual([]);
});

test('event and month are one number and two again', () => {
  for (const survey of [
    { eventId: 1, month: 3 },
    { eventId: 7, month: 12 },
    { eventId: 90_071_992_547_408, month: 99 },
  ])
    expect(surveyOf(subjectOf(survey))).toEqual(survey);
});
