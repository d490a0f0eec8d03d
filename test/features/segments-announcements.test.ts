import { expect, test } from 'vitest';
import { announcement, segment } from '../../src/db/schema.ts';
import { deleteSegment } from '../../src/features/segments/store.ts';
import { pressAny } from '../support/press.ts';
import { createWorld, type World } from '../support/world.ts';
import { answer, change, choose, copies, pressSend, write } from './announcements-support.ts';
import { saved } from './segments-support.ts';

const audiences = async ({ db }: World) => (await db.select().from(announcement)).map(({ audience }) => audience);

test('an announcement to a segment goes to those who are in it, and stays what it is when the segment changes or goes', async () => {
  const world = await createWorld();
  const owner = await world.owner();
  const [kazakh, kyrgyz] = [await world.arrive('ru'), await world.arrive('ru')];
  await change(world, kazakh, { country: 'KZ' });
  await change(world, kyrgyz, { country: 'KG' });
  const id = await saved(world, 'Kazakhstan', { countries: ['KZ'] });
  await pressAny(world, owner, `segment:${id}`);
  expect(owner.last().text).toContain('Would get an announcement: 1');
  await owner.press('Write an announcement');
  await answer(owner, { ru: 'Только вам' }, []);
  expect(owner.last().text).toContain('Kazakhstan');
  await world.db.update(segment).set({ audience: { countries: ['KG'] } });
  await deleteSegment(world.db, id);
  await pressSend(world, owner);
  expect([copies(kazakh, 'Только вам'), copies(kyrgyz, 'Только вам')]).toEqual([1, 0]);
  expect(await audiences(world)).toEqual([{ countries: ['KZ'] }]);
});

test('a segment is one of the answers to who gets an announcement', async () => {
  const world = await createWorld();
  const owner = await world.owner();
  for (let i = 1; i <= 9; i++) await saved(world, `Segment ${i}`, { sex: ['female'] });
  const id = await saved(world, 'Women <i>and</i> men', { sex: ['female', 'male'] });
  await owner.send('/announce');
  await choose(owner, 'en', '.');
  await owner.send('Hello');
  await choose(owner, 'countries', 'segment');
  expect(owner.last().text).toContain('Which segment?');
  await owner.press('Next');
  await owner.press('Women <i>and</i> men');
  await choose(owner, '.');
  await owner.press({ data: /:ok$/ });
  expect(await audiences(world)).toEqual([{ sex: ['female', 'male'] }]);
  // Changing the draft shows what was copied, as conditions.
  await deleteSegment(world.db, id);
  await owner.press('Edit');
  expect(owner.last().text).toContain('Sex · Female, Male');
});

test('a segment that is deleted while an announcement to it is written is asked for again, or the dialog says that it is gone', async () => {
  const world = await createWorld();
  const owner = await world.owner();
  const [first, second] = [
    await saved(world, 'One', { sex: ['female'] }),
    await saved(world, 'Two', { sex: ['male'] }),
  ];
  await owner.send('/announce');
  await choose(owner, 'en', '.');
  await owner.send('Hello');
  await choose(owner, 'segment', String(first), '.');
  await deleteSegment(world.db, first);
  await owner.press({ data: /:ok$/ });
  expect(owner.last().text).toContain('Which segment?');
  expect(await audiences(world)).toEqual([]);
  await choose(owner, String(second));
  await owner.press({ data: /:ok$/ });
  expect(await audiences(world)).toEqual([{ sex: ['male'] }]);

  await pressAny(world, owner, `announce_segment:${second}`);
  await choose(owner, 'en', '.');
  await deleteSegment(world.db, second);
  await owner.send('Hello again');
  expect(owner.last().text).toContain('no longer available');
  expect(await audiences(world)).toHaveLength(1);
});

test('the preview of an announcement to people who can’t be reached says that nobody gets it', async () => {
  const world = await createWorld();
  const owner = await world.owner();
  await change(world, await world.arrive('ru'), { unreachableSince: world.clock.now() });
  await write(owner, { en: 'Hello' }, ['reachable', '.', 'no']);
  expect(owner.last().text).toContain('These people can’t be reached by the bot: an announcement arrives at nobody.');
  expect(
    owner
      .last()
      .buttons.flat()
      .filter((label) => label.startsWith('Send')),
  ).toEqual([]);
});
