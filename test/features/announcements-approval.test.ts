import { expect, test } from 'vitest';
import { person } from '../../src/db/schema.ts';
import { pressAny } from '../support/press.ts';
import { createWorld } from '../support/world.ts';
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

/** Above three recipients, a second organizer has to approve. */
async function story() {
  const world = await withRules(await createWorld(), { approvalAbove: 3 });
  const owner = await world.owner();
  const [author, second] = [await world.arrive('en'), await world.arrive('ru')];
  for (const one of [author, second]) await makeOrganizer(world, one);
  await change(world, author, { fullName: 'Aida Author' });
  await change(world, second, { fullName: 'Bek Second' });
  const [reader] = await settle(world, 1);
  return { world, owner, author, second, reader: reader! };
}

test('an announcement to many waits for a second organizer, who reads every text before the decision', async () => {
  const { world, owner, author, second, reader } = await story();
  await write(author, { en: 'News', ru: 'Новость' }, ['everyone']);
  expect(author.last().text).toContain('More than 3 recipients: a second organizer has to approve it');
  await author.press('Ask for approval');
  expect(await latest(world)).toMatchObject({ state: 'approval', startsAt: null });
  expect(author.last().text).toContain('Awaiting approval');
  expect(author.last().text).toContain('Nothing is sent before another organizer approves it');
  world.clock.advance({ hours: 1 });
  await world.tick();
  expect(await states(world)).toEqual({});

  // All others are asked, in their languages; none of them can approve what they have not seen.
  for (const approver of [owner, second])
    expect(approver.last().buttons.flat()).toEqual([
      expect.stringMatching(/Show the texts and decide|Показать тексты и решить/),
      expect.stringMatching(/For organizers|Организаторам/),
    ]);
  expect(second.last().text).toContain('Автор: Aida Author');
  expect(second.last().text).toContain('Получатели на этот момент: 4');
  await settle(world, 1);
  await second.press('Показать тексты и решить');
  expect(second.texts().slice(-3, -1)).toEqual(['News', 'Новость']);
  // Counted again.
  expect(second.last().text).toContain('Получатели: 5');
  await second.press('Одобрить');
  const one = await latest(world);
  expect(one).toMatchObject({ state: 'scheduled', approvedBy: (await world.row(second)).id });
  expect(one.startsAt!.since(world.clock.now()).total('seconds')).toBe(30);
  expect(second.last().buttons.flat()).toContain('Отменить отправку');

  // The author is told, and the message in which they asked shows it as well.
  expect(author.last().text).toContain('Your announcement is approved.\nOrganizer: Bek Second');
  expect(author.texts().some((text) => text.includes('Announcement · Scheduled'))).toBe(true);
  await begin(world);
  expect(copies(reader, 'News')).toBe(1);
  expect(await states(world)).toEqual({ sent: 5 });
});

test('the time to undo comes after the approval: the approver can use it as well', async () => {
  const { world, author, second } = await story();
  await write(author, { en: 'News' }, ['everyone']);
  await author.press('Ask for approval');
  await second.press('Показать тексты и решить');
  await second.press('Одобрить');
  await second.press('Отменить отправку');
  expect(await latest(world)).toMatchObject({ state: 'draft', approvedBy: null });
  expect(author.last().text).toContain('Your announcement is a draft again. Nothing was sent.\nOrganizer: Bek Second');
  await begin(world);
  expect(await states(world)).toEqual({});
  // A draft is nobody's business but its author's.
  expect(second.texts().at(-1)).not.toContain('News');
});

test('declined, it is a draft again, and its author is told by whom', async () => {
  const { world, owner, author, second } = await story();
  await write(author, { en: 'News' }, ['everyone']);
  const { id } = await latest(world);
  await author.press('Ask for approval');
  await second.press('Показать тексты и решить');
  await second.press('Отклонить');
  expect(await latest(world)).toMatchObject({ id, state: 'draft', confirmedBy: null });
  expect(second.last().text).toContain('Отклонено');
  expect(author.last().text).toContain(
    'Your announcement was not approved. It is a draft again.\nOrganizer: Bek Second',
  );
  expect(author.texts().some((text) => text.includes('Awaiting approval'))).toBe(false);
  await author.press('Open the announcement');
  expect(author.last().buttons.flat()).toContain('Ask for approval');
  // The owner was asked as well, and comes too late.
  await owner.press('Show the texts and decide');
  expect(owner.alerts.at(-1)!.text).toBe(TOO_LATE);
  expect(await latest(world)).toMatchObject({ state: 'draft' });
});

test('neither its author nor who asked can approve; of two approvers one does', async () => {
  const { world, owner, author, second } = await story();
  await write(author, { en: 'News' }, ['everyone']);
  const { id } = await latest(world);
  // An owner asks for the author: neither of the two is asked.
  await pressAny(world, owner, `announce_send:${id}`);
  expect(await latest(world)).toMatchObject({ state: 'approval' });
  for (const own of [owner, author])
    for (const verb of ['announce_review', 'announce_approve', 'announce_decline'])
      expect(await pressAny(world, own, `${verb}:${id}:1`)).toMatchObject({
        text: expect.stringContaining('Another organizer has to approve it'),
        alert: true,
      });
  expect(await latest(world)).toMatchObject({ state: 'approval' });
  const third = await world.arrive('en');
  await makeOrganizer(world, third);
  await Promise.all([second, third].map((one) => pressAny(world, one, `announce_approve:${id}:1`)));
  expect(await latest(world)).toMatchObject({ state: 'scheduled' });
  const refused = world.telegram.calls.filter(
    ({ method, payload }) =>
      method === 'answerCallbackQuery' && /not possible any more|уже невозможно/.test(String(payload.text)),
  );
  expect(refused).toHaveLength(1);
});

test('an approval from an earlier round approves nothing', async () => {
  const { world, author, second } = await story();
  await write(author, { en: 'News' }, ['everyone']);
  const { id } = await latest(world);
  await author.press('Ask for approval');
  await second.press('Показать тексты и решить');
  await author.press('Take it back');
  expect(author.last().text).toContain('Preview of the announcement');
  await author.press({ data: /^announce_schedule:/ });
  await choose(author, 'at');
  await author.send('2026-12-01 10:00');
  expect(author.last().text).toContain('a second organizer has to approve it');
  await author.press('Schedule');
  expect(await latest(world)).toMatchObject({ id, state: 'approval' });
  // What second saw was to go out at once.
  expect(await pressAny(world, second, `announce_approve:${id}:1`)).toMatchObject({ text: expect.any(String) });
  expect(await latest(world)).toMatchObject({ state: 'approval' });
  expect(second.last().text).toContain('Начало отправки');
  await second.press({ data: `announce_review:${id}:2` });
  await second.press('Одобрить');
  expect((await latest(world)).startsAt!.toString()).toBe('2026-12-01T05:00:00Z');
});

test('with nobody else who could approve, Send says what to do', async () => {
  const world = await withRules(await createWorld(), { approvalAbove: 1 });
  const owner = await world.owner();
  await settle(world, 1);
  await write(owner, { en: 'News' }, ['everyone']);
  await owner.press('Ask for approval');
  expect(await latest(world)).toMatchObject({ state: 'draft' });
  expect(owner.last().text).toContain(
    'There is no other organizer who could approve it. An owner of the bot can invite one.',
  );
  expect(owner.last().buttons.flat()).toContain('Invite somebody');
  // Somebody who blocked the bot can't be asked.
  const second = await world.arrive('en');
  await makeOrganizer(world, second);
  await world.db.update(person).set({ unreachableSince: world.clock.now() });
  await change(world, owner, { unreachableSince: null });
  const [a] = await settle(world, 2);
  expect(a).toBeDefined();
  await pressAny(world, owner, `announce_send:${(await latest(world)).id}`);
  expect(await latest(world)).toMatchObject({ state: 'draft' });
});

test('up to the number of the programme nobody is asked', async () => {
  const world = await withRules(await createWorld(), { approvalAbove: 2 });
  const owner = await world.owner();
  await settle(world, 1);
  await write(owner, { en: 'News' }, ['everyone']);
  await owner.press('Send now (recipients: 2)');
  expect(await latest(world)).toMatchObject({ state: 'scheduled' });
});
