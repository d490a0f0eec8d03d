import { eq } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import { message } from '../../src/db/schema.ts';
import { erase } from '../../src/features/privacy/erase.ts';
import type { TelegramUser } from '../../src/playground/telegram/index.ts';
import { pressAny } from '../support/press.ts';
import { createWorld, type World } from '../support/world.ts';
import {
  begin,
  change,
  choose,
  copies,
  latest,
  makeOrganizer,
  settle,
  states,
  withRules,
  write,
} from './announcements-support.ts';

const TOO_LATE = 'This is not possible any more. Here you see how it stands.';

/** An owner, an author and a second organizer, who reads Russian. */
async function organizers(approvalAbove: number) {
  const world = await withRules(await createWorld(), { approvalAbove });
  const owner = await world.owner();
  const [author, second] = [await world.arrive('en'), await world.arrive('ru')];
  for (const one of [author, second]) await makeOrganizer(world, one);
  await change(world, author, { fullName: 'Aida Author' });
  await change(world, second, { fullName: 'Bek Second' });
  return { world, owner, author, second };
}

describe('an audience that has grown too large for one organizer', () => {
  test('gets nothing until a second one approves, and its author is told', async () => {
    const { world, author, second } = await organizers(4);
    await settle(world, 1);
    await write(author, { en: 'News' }, ['everyone']);
    await author.press('Send now (recipients: 4)');
    const [late] = await settle(world, 1);
    await begin(world);
    expect(await latest(world)).toMatchObject({ state: 'approval', startsAt: null, startedAt: null });
    expect(await states(world)).toEqual({});
    expect(author.last().text).toContain('Your announcement was not sent yet. It has more recipients by now');
    expect(author.last().text).not.toContain('Organizer:');
    // The message in which the author follows it says the same.
    expect(author.texts().some((text) => text.includes('Announcement · Awaiting approval'))).toBe(true);
    expect(second.last().text).toContain('Объявление ждёт Вашего одобрения');
    expect(second.last().text).toContain('Получатели на этот момент: 5');
    await second.press('Показать тексты и решить');
    await second.press('Одобрить');
    // However many come now.
    await settle(world, 1);
    await begin(world);
    expect(await states(world)).toEqual({ sent: 6 });
    expect(copies(late!, 'News')).toBe(1);
  });

  test('can be taken back to the draft instead', async () => {
    const { world, author, second } = await organizers(3);
    await write(author, { en: 'News' }, ['everyone']);
    await author.press('Send now (recipients: 3)');
    await settle(world, 1);
    await begin(world);
    await author.press('Open the announcement');
    await author.press('Take it back');
    expect(await latest(world)).toMatchObject({ state: 'draft' });
    await second.press('Показать тексты и решить');
    expect(await states(world)).toEqual({});
  });

  test('says what to do when nobody else can approve', async () => {
    const world = await withRules(await createWorld(), { approvalAbove: 1 });
    const owner = await world.owner();
    await write(owner, { en: 'News' }, ['everyone']);
    await owner.press('Send now (recipients: 1)');
    await settle(world, 1);
    await begin(world);
    expect(await latest(world)).toMatchObject({ state: 'approval' });
    expect(owner.last().text).toContain('There is no other organizer who could approve it.');
    const second = await world.arrive('en');
    await makeOrganizer(world, second);
    await pressAny(world, second, `announcement:${(await latest(world)).id}`);
    await second.press('Show the texts and decide');
    await second.press('Approve');
    await begin(world);
    expect(await states(world)).toEqual({ sent: 3 });
  });

  test('that was approved when it was let go, or is within the number, begins at once', async () => {
    const { world, author, second } = await organizers(3);
    await settle(world, 1);
    await write(author, { en: 'News' }, ['everyone']);
    await author.press('Ask for approval');
    await second.press('Показать тексты и решить');
    await second.press('Одобрить');
    // Who approved has deleted their data since.
    await erase(world.db, await world.row(second), world.clock.now());
    await settle(world, 3);
    expect(await latest(world)).toMatchObject({ approvedBy: null });
    await begin(world);
    expect((await latest(world)).startedAt).not.toBeNull();
  });
});

const edits = ({ db }: World) => db.select().from(message).where(eq(message.kind, 'announcement_edit'));

/** An announcement in two languages that went to more than three: two readers have it, one waits for the morning. */
async function sent() {
  const { world, owner, author, second } = await organizers(3);
  const [english] = await settle(world, 1);
  const [russian] = await settle(world, 1, { language: 'ru' });
  const [waiting] = await settle(world, 1, { quietFrom: 9, quietTo: 15 });
  await write(author, { en: 'Helo', ru: 'Превет' }, ['everyone']);
  await author.press('Ask for approval');
  await second.press('Показать тексты и решить');
  await second.press('Одобрить');
  await begin(world);
  const { id } = await latest(world);
  expect(await states(world)).toEqual({ sent: 5, queued: 1 });
  return { world, owner, author, second, id, english: english!, russian: russian!, waiting: waiting! };
}

async function correct(world: World, author: TelegramUser, id: number, language: string, text: string): Promise<void> {
  await pressAny(world, author, `announce_correct:${id}`);
  await choose(author, language);
  await author.send(text);
  expect(author.last().text).toContain('More than 3 recipients: a second organizer has to approve the correction');
  await author.press('Correct it');
}

describe('a correction of what went to many', () => {
  test('reaches nobody before a second organizer approves it', async () => {
    const { world, owner, author, second, id, english, waiting } = await sent();
    await correct(world, author, id, 'en', 'Anything else');
    expect(author.last().text).toContain('A correction waits for another organizer’s approval.');
    expect(author.last().buttons.flat()).toContain('Withdraw the correction');
    await world.tick();
    expect([copies(english, 'Helo'), await edits(world)]).toEqual([1, []]);
    for (const one of [owner, second])
      expect(one.last().text).toMatch(/The correction of an announcement needs|Исправление/);
    // What still waits goes out as it was approved.
    world.clock.advance({ hours: 5 });
    await world.tick();
    expect([copies(waiting, 'Helo'), copies(waiting, 'Anything else')]).toEqual([1, 0]);

    await second.press('Показать тексты и решить');
    expect(second.texts().slice(-2, -1)).toEqual(['Anything else']);
    expect(second.last().text).toContain('Одобрить это исправление?');
    expect(second.last().text).toContain('Автор: Aida Author');
    await second.press('Одобрить');
    await world.tick();
    for (const reader of [english, waiting])
      expect([copies(reader, 'Helo'), copies(reader, 'Anything else')]).toEqual([0, 1]);
    const told = author.texts().filter((text) => text.includes('The correction of your announcement is approved.'));
    expect(told).toEqual([expect.stringContaining('Organizer: Bek Second')]);
  });

  test('declined, or withdrawn, leaves all as it is', async () => {
    const { world, author, second, id, english } = await sent();
    await correct(world, author, id, 'en', 'Other');
    await second.press('Показать тексты и решить');
    await second.press('Отклонить');
    expect(author.last().text).toContain('The correction of your announcement does not go out.');
    expect(author.last().text).toContain('Organizer: Bek Second');
    expect(await latest(world)).toMatchObject({ correction: null });

    await correct(world, author, id, 'en', 'Another');
    await author.press('Withdraw the correction');
    expect(author.last().text).not.toContain('A correction waits');
    await second.press('Показать тексты и решить');
    expect(second.texts()).not.toContain('Another');
    await world.tick();
    expect([copies(english, 'Helo'), await edits(world)]).toEqual([1, []]);
  });

  test('is not approved by its author, nor by who saw an earlier one; of several texts all are approved together', async () => {
    const { world, author, second, id, english, russian } = await sent();
    await correct(world, author, id, 'en', 'First try');
    const { correction: first } = await latest(world);
    for (const verb of ['announce_correction', 'announce_correction_yes'])
      expect(await pressAny(world, author, `${verb}:${id}:${first!.revision}`)).toMatchObject({
        text: expect.stringContaining('Another organizer has to approve it'),
        alert: true,
      });
    await correct(world, author, id, 'en', 'Hello');
    await correct(world, author, id, 'ru', 'Привет');
    expect(await pressAny(world, second, `announce_correction_yes:${id}:${first!.revision}`)).toMatchObject({
      text: expect.stringContaining('уже невозможно'),
    });
    await world.tick();
    expect(await edits(world)).toEqual([]);
    const { correction } = await latest(world);
    await pressAny(world, second, `announce_correction:${id}:${correction!.revision}`);
    expect(second.texts().slice(-3, -1)).toEqual(['Hello', 'Привет']);
    await second.press('Одобрить');
    await world.tick();
    expect([copies(english, 'Hello'), copies(russian, 'Привет')]).toEqual([1, 1]);
  });

  test('of two who decide at once one does, and each copy is changed once', async () => {
    const { world, owner, author, second, id } = await sent();
    await correct(world, author, id, 'en', 'Hello');
    const { revision } = (await latest(world)).correction!;
    await Promise.all([
      pressAny(world, owner, `announce_correction_yes:${id}:${revision}`),
      pressAny(world, second, `announce_correction_yes:${id}:${revision}`),
    ]);
    await world.tick();
    expect(await edits(world)).toHaveLength(3);
    expect((await pressAny(world, owner, `announce_correction_no:${id}:${revision}`)).text).toBe(TOO_LATE);
  });

  test('is void once the announcement is recalled, and says so when there is nobody to approve it', async () => {
    const { world, owner, author, second, id } = await sent();
    await correct(world, author, id, 'en', 'Hello');
    const { revision } = (await latest(world)).correction!;
    await pressAny(world, author, `announce_recall_now:${id}`);
    expect(author.texts().at(-1)).not.toContain('A correction waits');
    expect((await pressAny(world, owner, `announce_correction_yes:${id}:${revision}`)).text).toBe(TOO_LATE);

    await write(author, { en: 'News', ru: 'Новость' }, ['everyone']);
    await author.press('Ask for approval');
    await second.press({ data: /announce_review/ });
    await second.press('Одобрить');
    await begin(world);
    for (const one of [owner, second]) await change(world, one, { unreachableSince: world.clock.now() });
    const { id: next } = await latest(world);
    await correct(world, author, next, 'en', 'Hello');
    expect(author.last().text).toContain('There is no other organizer who could approve it.');
    expect(await latest(world)).toMatchObject({ correction: null });
  });
});
