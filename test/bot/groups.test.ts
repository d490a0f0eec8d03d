import { expect, test } from 'vitest';
import { person } from '../../src/db/schema.ts';
import { createEvent } from '../support/events.ts';
import { register } from '../support/register.ts';
import { createWorld } from '../support/world.ts';

test('in a group the bot sends whoever calls it to the private chat, and says nothing about anybody', async () => {
  const world = await createWorld();
  const aiperi = await world.arrive('en');
  await register(aiperi, await createEvent(world));
  const stranger = world.telegram.user({ language_code: 'en' });
  const group = await world.telegram.group({ title: 'Cohort 3', members: [aiperi, stranger] });
  for (const command of ['/my', '/profile', '/mydata', '/organize', '/start', '/erase'])
    await group.send(aiperi, command);
  await group.send(stranger, '/start');
  await group.send(aiperi, 'just talking');
  const said = group.texts().filter((text) => !text.startsWith('/') && text !== 'just talking');
  expect(new Set(said)).toEqual(new Set(['Please write to me in a private chat.']));
  expect(said).toHaveLength(7);
  expect(await world.db.select().from(person)).toHaveLength(1);
});

test('what is said in a group is not an answer to the dialog in the private chat', async () => {
  const world = await createWorld();
  const event = await createEvent(world);
  const aiperi = await world.arrive('en');
  await aiperi.open(`event_${event.code}`);
  await aiperi.press('Register');
  const group = await world.telegram.group({ title: 'Cohort 3', members: [aiperi] });
  await group.send(aiperi, 'Good morning');
  await aiperi.send('Асанова Айпери');
  expect(aiperi.last().text).toContain('Latin');
});
