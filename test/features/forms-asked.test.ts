import { expect, test } from 'vitest';
import { response } from '../../src/db/schema.ts';
import { currentVersion } from '../../src/features/forms/store.ts';
import type { TelegramUser } from '../../src/playground/telegram/index.ts';
import { createEvent, seat } from '../support/events.ts';
import { answerFeedback, submit } from '../support/feedback.ts';
import { askForm, formOf, longText, oneOf, optional, wholeNumber } from '../support/forms.ts';
import { pressAny } from '../support/press.ts';
import { createWorld, type World } from '../support/world.ts';

const skip = { data: /^f:\d+:\d+:s$/ };
const TRACK = oneOf('track', { en: 'Best track' }, { law: { en: 'Law' }, data: { en: 'Data' } });
const HOURS = wholeNumber('hours', { en: 'Hours of work on it' });
const LAW = longText('law_why', { en: 'Why law?' }, { relevant: "${track} = 'law'" });
const FORM = formOf(TRACK, HOURS, LAW, optional(longText('more', { en: 'Anything more?' })));

async function attendees(world: World, many: number) {
  const event = await createEvent(world, { followUpMonths: [3] });
  const users: TelegramUser[] = [];
  for (let i = 0; i < many; i++) {
    const user = await world.arrive('en');
    await seat(world, event, user, { attended: true });
    users.push(user);
  }
  return { event, users };
}

/** From the first question that was made to the summary. */
async function answerMade(user: TelegramUser, track: 'Law' | 'Data', hours: number, more?: string): Promise<void> {
  await user.press(track);
  await user.send(String(hours));
  if (track === 'Law') await user.send('Laws matter');
  await (more === undefined ? user.press(skip) : user.send(more));
}

test('feedback asks the event’s own questions after Bilim’s, in one dialog, and stays anonymous', async () => {
  const world = await createWorld();
  const owner = await world.owner();
  const { event, users } = await attendees(world, 4);
  await askForm(world, event.id, FORM, 'feedback');
  world.clock.set(event.endsAt.add({ hours: 1 }));
  await world.tick();
  const rows: [track: 'Law' | 'Data', hours: number, more?: string][] = [
    ['Data', 2, '<b>more</b>'],
    ['Data', 4, 'of the same'],
    ['Law', 6],
  ];
  for (const [i, answers] of rows.entries()) {
    await answerFeedback(users[i]!, event.id);
    expect(users[i]!.last().text).toContain('Best track');
    await answerMade(users[i]!, ...answers);
    await submit(users[i]!);
  }
  const stored = await world.db.select().from(response);
  const version = await currentVersion(world.db, { eventId: event.id, purpose: 'feedback' });
  for (const { personId, submittedAt, formVersionId } of stored)
    expect({ personId, submittedAt, formVersionId }).toEqual({
      personId: null,
      submittedAt: null,
      formVersionId: version!.id,
    });
  expect(new Set(stored.map(({ answers }) => answers.own_hours))).toEqual(new Set([2, 4, 6]));

  await pressAny(world, owner, `results:${event.id}`);
  await owner.press('Additional questions');
  const { text } = owner.last();
  expect(text).toContain('Best track\nAnswers: 3\n■■■□□ Data · 2 (67%)\n■■□□□ Law · 1 (33%)');
  expect(text).toContain('Hours of work on it\nAnswers: 3\nAverage: 4');
  // Asked of one person only: whoever knows them would know who said it.
  expect(text).toMatch(/Why law\?\n.*3/);
  expect(text).not.toContain('Laws matter');
  await pressAny(world, owner, `made_texts:${event.id}:0:2`);
  expect(owner.last().text).not.toContain('Laws matter');
  await pressAny(world, owner, `made_texts:${event.id}:0:3`);
  expect(owner.last().text).not.toContain('of the same');

  await answerFeedback(users[3]!, event.id);
  await answerMade(users[3]!, 'Data', 5, 'third');
  await submit(users[3]!);
  await pressAny(world, owner, `made_results:${event.id}:0`);
  await owner.press('Anything more? (3)');
  expect(owner.last().text).toContain('<b>more</b>');
  await owner.press('Back to the results');
  expect(owner.last().text).toContain('answered: 4');
});

test('fewer than three answers show nothing of made questions', async () => {
  const world = await createWorld();
  const owner = await world.owner();
  const { event, users } = await attendees(world, 2);
  await askForm(world, event.id, FORM, 'feedback');
  world.clock.set(event.endsAt.add({ hours: 1 }));
  await world.tick();
  for (const user of users) {
    await answerFeedback(user, event.id);
    await answerMade(user, 'Data', 1, 'secret');
    await submit(user);
  }
  await pressAny(world, owner, `results:${event.id}`);
  expect(owner.last().buttons.flat()).not.toContain('Additional questions');
  for (const press of ['made_results', 'made_texts']) {
    await pressAny(world, owner, `${press}:${event.id}:0:3`);
    expect(owner.last().text).not.toContain('secret');
  }
});

test('a follow-up survey asks them too, and keeps the version that was asked', async () => {
  const world = await createWorld();
  const owner = await world.owner();
  const { event, users } = await attendees(world, 3);
  await askForm(world, event.id, FORM, 'survey');
  world.clock.set(event.endsAt.toZonedDateTimeISO(event.zone).add({ months: 3 }).toInstant());
  await world.tick();
  for (const [i, user] of users.entries()) {
    await user.press({ data: `survey:${event.id}:3` });
    await user.send('Chief specialist');
    await user.send('Ministry');
    await user.press({ data: /:o:not_yet$/ });
    await user.press({ data: /:o:time$/ });
    await user.press({ data: /:o:\.$/ });
    await user.press(skip);
    await user.press(skip);
    expect(user.last().text).toContain('Best track');
    await answerMade(user, 'Data', i, `more ${i}`);
    await submit(user);
  }
  const version = await currentVersion(world.db, { eventId: event.id, purpose: 'survey' });
  const stored = await world.db.select().from(response);
  expect(stored.map(({ formVersionId }) => formVersionId)).toEqual([version!.id, version!.id, version!.id]);
  await pressAny(world, owner, `survey_results:${event.id}:3`);
  await owner.press('Additional questions');
  expect(owner.last().text).toContain('Hours of work on it\nAnswers: 3\nAverage: 1');
  await owner.press('Anything more? (3)');
  expect(owner.last().text).toContain('more 2');
});

test('what each purpose asks has a page of its own', async () => {
  const world = await createWorld();
  const owner = await world.owner();
  const { event } = await attendees(world, 0);
  await askForm(world, event.id, FORM, 'feedback');
  await pressAny(world, owner, `questions:${event.id}`);
  expect(owner.last().text).toContain('There are no additional questions yet.');
  await owner.press('With the feedback');
  expect(owner.last().text).toContain('please ask for no names');
  expect(owner.last().text).toContain('1. Best track');
  await owner.press('With the follow-up surveys');
  expect(owner.last().text).toContain('months after the event');
});
