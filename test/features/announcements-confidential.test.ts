import { expect, test } from 'vitest';
import { answered } from '../../src/db/schema.ts';
import { createEvent, seat } from '../support/events.ts';
import { pressAny } from '../support/press.ts';
import { createWorld } from '../support/world.ts';
import { begin, draft, settle, states } from './announcements-support.ts';

/** An announcement to those of an event who answered its anonymous feedback: so many of five. */
async function story(answers: number) {
  const world = await createWorld();
  const owner = await world.owner();
  const event = await createEvent(world, { beginsAt: world.clock.now().subtract({ hours: 30 }) });
  const people = await settle(world, 5);
  for (const one of people) await seat(world, event, one, { attended: true });
  for (const one of people.slice(0, answers))
    await world.db
      .insert(answered)
      .values({ form: 'feedback', eventId: event.id, personId: (await world.row(one)).id });
  const audience = { response: { eventId: event.id, month: 0, answered: true } };
  const id = await draft(world, (await world.row(owner)).id, audience);
  return { world, owner, people, id };
}

/** What an organizer reads about it, from the preview to the report on its recall. */
async function read(answers: number): Promise<{ text: string; buttons: string[] }[]> {
  const { world, owner, id } = await story(answers);
  const pages: { text: string; buttons: string[] }[] = [];
  const note = () => pages.push({ text: owner.last().text, buttons: owner.last().buttons.flat() });
  await pressAny(world, owner, `announcement:${id}`);
  note();
  await owner.press({ data: `announce_send:${id}` });
  note();
  await begin(world);
  await world.tick();
  expect(await states(world)).toEqual(answers === 0 ? {} : { sent: answers });
  const live = owner.chat.findLast(({ message }) => JSON.stringify(message).includes('Announcement · Sent'));
  pages.push({ text: live!.message.text!, buttons: [] });
  note();
  await pressAny(world, owner, `announce_correct:${id}`);
  await owner.send('Other');
  note();
  await owner.press('Correct it');
  await world.tick();
  await world.tick();
  await pressAny(world, owner, `announcement:${id}`);
  note();
  await pressAny(world, owner, `announce_recall:${id}`);
  note();
  await owner.press('Recall it');
  await world.tick();
  await world.tick();
  await pressAny(world, owner, `announcement:${id}`);
  note();
  return pages;
}

test('of an anonymous audience nobody learns whether it is none, one or two', async () => {
  const [none, one, two] = [await read(0), await read(1), await read(2)];
  expect(none[0]!.text).toContain('Recipients: < 3');
  expect(none[0]!.buttons).toContain('Send now (recipients: < 3)');
  expect(none[3]!.text).toContain('Sent · < 3 / < 3');
  expect(one).toEqual(none);
  expect(two).toEqual(none);
}, 60_000);

test('of a larger one the numbers that are large enough are told, and no smaller one', async () => {
  const { world, owner, people, id } = await story(4);
  await pressAny(world, owner, `announcement:${id}`);
  await owner.press('Send now (recipients: 4)');
  world.telegram.fail({
    method: 'sendMessage',
    chat_id: people[0]!.id,
    error_code: 400,
    description: 'Bad Request: odd',
  });
  await begin(world);
  expect(await states(world)).toEqual({ sent: 3, failed: 1 });
  expect(owner.last().text).toContain('Sent · 3 / 4');
  for (const word of ['Failed', 'odd', '· 1']) expect(owner.last().text).not.toContain(word);
  // What did not arrive can be sent again all the same.
  await owner.press('Send the failed again: < 3');
  await world.tick();
  expect(await states(world)).toEqual({ sent: 4 });
});
