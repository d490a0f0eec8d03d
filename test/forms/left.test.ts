import { eq } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { draft, eventText, person } from '../../src/db/schema.ts';
import type { TelegramUser } from '../../src/playground/telegram/index.ts';
import { createEvent } from '../support/events.ts';
import { pressAny } from '../support/press.ts';
import { AIPERI, answerProfile } from '../support/register.ts';
import { createWorld, type World } from '../support/world.ts';

const drafts = ({ db }: World) => db.select().from(draft).orderBy(draft.id);

/** Somebody whose profile is known. */
async function known(world: World, language = 'en'): Promise<TelegramUser> {
  const someone = await world.arrive(language);
  const profile = { ...AIPERI, email: null } as Partial<typeof person.$inferInsert>;
  await world.db.update(person).set(profile).where(eq(person.telegramId, someone.id));
  return someone;
}

/** Changes one answer from the summary, by its position. */
async function change(someone: TelegramUser, position: number, to: string) {
  await someone.press({ data: /:e$/ });
  await someone.press({ data: new RegExp(`:q:${position}$`) });
  await someone.send(to);
}

const AGENCY = 3;
const POSITION = 4;

test('a form that was left half-way keeps what was answered in it, and nothing that was changed elsewhere since', async () => {
  const world = await createWorld();
  const event = await createEvent(world);
  const someone = await known(world);
  await pressAny(world, someone, 'edit_profile');
  await change(someone, AGENCY, 'Ministry of Justice');
  await someone.send('/cancel');

  await someone.open(`event_${event.code}`);
  await someone.press('Register');
  await change(someone, POSITION, 'Head of department');
  await someone.press('Confirm');

  await someone.send('/profile');
  await someone.press('Edit');
  await someone.press('Continue');
  expect(someone.last().text).toContain('Head of department');
  expect(someone.last().text).toContain('Ministry of Justice');
  await someone.press('Save');
  expect(await world.row(someone)).toMatchObject({ position: 'Head of department', agency: 'Ministry of Justice' });
});

test('a summary that was on the screen all the while saves what is true now', async () => {
  const world = await createWorld();
  const someone = await known(world);
  await pressAny(world, someone, 'edit_profile');
  await world.db.update(person).set({ position: 'Head of department' }).where(eq(person.telegramId, someone.id));
  await someone.press('Save');
  expect(await world.row(someone)).toMatchObject({ position: 'Head of department' });
});

test('two organizers who edit one event do not undo each other', async () => {
  const world = await createWorld();
  const event = await createEvent(world);
  const owner = await world.owner();
  await pressAny(world, owner, `edit_texts:${event.id}`);
  await owner.press('Edit');
  await owner.press({ data: /:q:1$/ });
  await owner.send('Digital services forum');
  await owner.send('/cancel');
  await world.db.update(eventText).set({ title: 'Форум' }).where(eq(eventText.language, 'ru'));
  await pressAny(world, owner, `edit_texts:${event.id}`);
  await owner.press('Continue');
  await owner.press({ data: /:ok$/ });
  const titles = (await world.db.select().from(eventText)).map(({ title }) => title);
  expect(titles.toSorted()).toEqual(['Digital services forum', 'Форум']);
});

test('a question that was answered elsewhere since is not asked again', async () => {
  const world = await createWorld();
  const event = await createEvent(world);
  const someone = await world.arrive('en');
  await someone.open(`event_${event.code}`);
  await someone.press('Register');
  await someone.send('/profile');
  await someone.press('Edit');
  await answerProfile(someone);
  await someone.press('Save');
  await someone.open(`event_${event.code}`);
  await someone.press('Register');
  expect(someone.last().buttons.flat()).toContain('Confirm');
});

test('who left a form by a command finds it on the home page, also when the answer comes too late', async () => {
  const world = await createWorld();
  const event = await createEvent(world);
  const someone = await world.arrive('en');
  await someone.open(`event_${event.code}`);
  await someone.press('Register');
  await someone.send('/help');
  await someone.send('Асанова Айпери');
  expect(someone.last().text).toContain('I did not understand that');
  expect(someone.last().text).toContain('Registration · Digital services workshop');
  await someone.press(/^Continue: Registration/);
  await someone.send('Асанова Айпери');
  expect(someone.last().text).toContain('Latin');
  await someone.send('/start');
  expect(someone.last().buttons[0]![0]).toMatch(/^Continue: Registration/);
});

test('cancelling a form in which nothing was answered leaves nothing behind', async () => {
  const world = await createWorld();
  const someone = await known(world);
  await someone.send('/profile');
  await someone.press('Edit');
  await someone.press('Cancel');
  expect(someone.last().text).toBe('Cancelled.');
  await someone.press('Main menu');
  expect(someone.last().text).not.toContain('not finished');
  expect(await drafts(world)).toEqual([]);
});

test('a search is never unfinished', async () => {
  const world = await createWorld();
  const owner = await world.owner();
  await pressAny(world, owner, 'find_alumni');
  await owner.send('/my');
  expect(owner.last().text).not.toContain('Not finished');
  await owner.send('/start');
  expect(owner.last().buttons[0]).toEqual(['Events']);
});

test('a press can be in vain, and a command too: there is a way on each time', async () => {
  const world = await createWorld();
  const someone = await world.arrive('en');
  await someone.send('/cancel');
  expect(someone.last().text).toBe('There is nothing to cancel.');
  await someone.press('Main menu');
});

test('answers are deleted after a question, and only those that the question was about', async () => {
  const world = await createWorld();
  const someone = await world.arrive('en');
  await pressAny(world, someone, 'edit_profile');
  await someone.send('Асанова Айпери');
  await someone.send('/cancel');
  await someone.press('Delete my answers');
  const [seen] = await drafts(world);
  expect(someone.last().buttons.flat()).toEqual(['Delete my answers', 'Continue', 'Main menu']);
  await someone.press('Continue');
  await someone.send('ASANOVA AIPERI');
  await pressAny(world, someone, `drop_now:${seen!.id}:${seen!.revision}`);
  const [kept] = await drafts(world);
  expect(kept!.answers).toEqual({ fullName: 'Асанова Айпери', latinName: 'ASANOVA AIPERI' });

  await someone.send('/cancel');
  await someone.press('Delete my answers');
  await someone.press('Delete my answers');
  expect(await drafts(world)).toEqual([]);
  await someone.press('Main menu');
});

test('a form that was left half-way is opened again after a question; "Start anew" begins with nothing', async () => {
  const world = await createWorld();
  const owner = await world.owner();
  await pressAny(world, owner, 'new_event');
  await owner.press('Workshop');
  await owner.send('/organize');
  await owner.press('New event');
  expect(owner.last().text).toBe('You have not finished this: New event');
  const [left] = await drafts(world);
  await owner.press('Start anew');
  const [fresh] = await drafts(world);
  expect(fresh).toMatchObject({ id: left!.id, answers: {}, current: 'kind', active: true });
  await owner.press('Webinar');
  // The button of the question that was answered long ago.
  await pressAny(world, owner, `anew:${left!.id}:${left!.revision}`);
  expect((await drafts(world))[0]!.answers).toEqual({ kind: 'webinar' });
});

test('a registration goes on where it was left without a question', async () => {
  const world = await createWorld();
  const event = await createEvent(world);
  const someone = await world.arrive('en');
  await someone.open(`event_${event.code}`);
  await someone.press('Register');
  await someone.send('Асанова Айпери');
  await someone.open(`event_${event.code}`);
  await someone.press('Register');
  expect(someone.last().text).toContain('Latin');
});

test.each(['resume', 'anew', 'drop', 'drop_now'])('%s of somebody else’s form does nothing', async (verb) => {
  const world = await createWorld();
  const [someone, other] = [await world.arrive('en'), await world.arrive('ru')];
  await pressAny(world, someone, 'edit_profile');
  await someone.send('Асанова Айпери');
  const before = await drafts(world);
  await pressAny(world, other, `${verb}:${before[0]!.id}:${before[0]!.revision}`);
  expect(await drafts(world)).toEqual(before);
  expect(other.texts().join('\n')).not.toContain('Асанова');
});

test('an organizer’s unfinished work is not listed among the registrations', async () => {
  const world = await createWorld();
  const event = await createEvent(world);
  const owner = await world.owner();
  await pressAny(world, owner, 'new_event');
  await owner.press('Workshop');
  await owner.open(`event_${event.code}`);
  await owner.press('Register');
  await owner.send('Kim Minjun');
  await owner.send('/my');
  expect(owner.last().text).toContain('Registration · Digital services workshop');
  expect(owner.last().text).not.toContain('New event');
});

test('when the name is changed, the name in Latin letters is looked at again', async () => {
  const world = await createWorld();
  const someone = await known(world);
  await pressAny(world, someone, 'edit_profile');
  await change(someone, 0, 'Асанова Айпери Болотовна');
  expect(someone.last().text).toContain('ASANOVA AIPERI');
  expect(someone.last().buttons.flat()).toEqual(['Use the suggestion', 'Keep this answer', 'Back', 'Cancel']);
  await someone.press('Use the suggestion');
  await someone.press('Save');
  expect(await world.row(someone)).toMatchObject({
    fullName: 'Асанова Айпери Болотовна',
    latinName: 'ASANOVA AIPERI BOLOTOVNA',
  });

  // The same name once more: nothing to look at.
  await pressAny(world, someone, 'edit_profile');
  await change(someone, 0, 'Асанова Айпери Болотовна');
  expect(someone.last().buttons.flat()).toContain('Save');
  await change(someone, 0, 'Асанова Айпери');
  await someone.press('Keep this answer');
  await someone.press('Save');
  expect(await world.row(someone)).toMatchObject({
    fullName: 'Асанова Айпери',
    latinName: 'ASANOVA AIPERI BOLOTOVNA',
  });
});

test('a press that can’t count is answered with an alert, not with a message', async () => {
  const world = await createWorld();
  const event = await createEvent(world, { texts: { en: 'Forum' } });
  const owner = await world.owner();
  await pressAny(world, owner, `edit_texts:${event.id}`);
  await owner.press('Edit');
  await owner.press({ data: /:q:0$/ });
  await owner.press('✓ English');
  const before = owner.chat.length;
  const [now] = await drafts(world);
  const said = await pressAny(world, owner, `f:${now!.id}:${now!.revision}:o:.`);
  expect(said.alert).toBe(true);
  expect(said.text).toContain('Done');
  expect(owner.chat).toHaveLength(before);
});

test('buttons are taken away once, and never where there are none', async () => {
  const world = await createWorld();
  const owner = await world.owner();
  await pressAny(world, owner, 'find_alumni');
  const before = world.telegram.calls.length;
  await owner.send('tax');
  const edits = world.telegram.calls.slice(before).filter(({ method }) => method === 'editMessageReplyMarkup');
  expect(edits).toHaveLength(1);
});
