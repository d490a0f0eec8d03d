import { expect, test } from 'vitest';
import { draft, role } from '../../src/db/schema.ts';
import { createEvent } from '../support/events.ts';
import { pressAny } from '../support/press.ts';
import { createWorld } from '../support/world.ts';
import { choose, confirm, dataOf, stored } from './materials-support.ts';

test('a file that an organizer simply sends is asked for its event, and not asked again', async () => {
  const world = await createWorld();
  const { db, clock } = world;
  await world.owner();
  const user = await world.arrive('ru');
  const { id } = await world.row(user);
  await db.insert(role).values({ kind: 'organizer', personId: id, since: clock.now() });
  const workshop = await createEvent(world);
  const far = clock.now().subtract({ hours: 24 * 120 });
  const old = await createEvent(world, { beginsAt: far, endsAt: far.add({ hours: 2 }) });
  const off = await createEvent(world, { status: 'cancelled' });

  const { video } = await user.sendVideo({ caption: 'Запись встречи\nчасть 1', size: 5_000_000, file_name: 'v.mp4' });
  const buttons = dataOf(user);
  expect(buttons).toContain(`:o:${workshop.id}"`);
  expect(buttons).toContain(':o:0"');
  for (const { id: other } of [old, off]) expect(buttons).not.toContain(`:o:${other}"`);
  expect(user.last().text).toContain('Воркшоп по цифровым услугам · 4 декабря 2026 г.');
  await choose(user, String(workshop.id));
  expect(user.last().text).toContain('Запись встречи');
  await user.press({ data: /:g$/ });
  await choose(user, 'ru', 'after');
  await confirm(user);
  expect(await stored(world)).toMatchObject([
    {
      eventId: workshop.id,
      kind: 'video',
      title: 'Запись встречи',
      fileId: video!.file_id,
      phase: 'after',
      addedBy: id,
    },
  ]);
  expect(await db.select().from(draft)).toEqual([]);
});

test('an album: the first file is asked about, the others wait for their turn, and none is lost', async () => {
  const world = await createWorld();
  const owner = await world.owner();
  const workshop = await createEvent(world);
  await owner.sendDocument({ file_name: 'a.pdf', size: 2_516_582 });
  expect(owner.last().text).toContain('Received: a.pdf (2.4 MB)\n\nWhich event is this material for?');
  await owner.sendDocument({ file_name: 'b.pdf', size: 1024 });
  expect(owner.last().text).toBe('Received: b.pdf (1 KB)\nIt is next, after the file that you are adding now.');
  await owner.sendPhoto({ caption: 'Map' });
  expect(owner.last().text).toContain('It is next');
  // What is no file is still an answer to the question, or none.
  await owner.send('hello');
  expect(owner.last().text).toContain('choose one of the buttons');
  const describe = async (title: string, ...answers: string[]) => {
    await choose(owner, ...answers.slice(0, -2));
    await owner.send(title);
    await choose(owner, ...answers.slice(-2));
    await confirm(owner);
  };
  await describe('A', String(workshop.id), 'en', 'before');
  expect(owner.last().buttons[0]).toEqual(['▶ Next: b.pdf']);
  await owner.press('▶ Next: b.pdf');
  await describe('B', '0', 'en', 'no');
  expect(owner.last().buttons[0]).toEqual(['▶ Next: Picture']);
  await owner.press('▶ Next: Picture');
  await describe('Map', String(workshop.id), 'en', 'after');
  expect(owner.last().buttons[0]).toEqual(['Add another material']);
  expect((await stored(world)).map(({ title, kind, eventId }) => [title, kind, eventId])).toEqual([
    ['A', 'document', workshop.id],
    ['B', 'document', null],
    ['Map', 'photo', workshop.id],
  ]);
  expect(await world.db.select().from(draft)).toEqual([]);
});

test('a second file for the same event, sent while the first is described, is meant for that event', async () => {
  const world = await createWorld();
  const owner = await world.owner();
  const workshop = await createEvent(world);
  await createEvent(world);
  await pressAny(world, owner, `add_material:${workshop.id}`);
  await owner.sendDocument({ file_name: 'a.pdf', size: 2_516_582 });
  expect(owner.last().text).toContain('Received: a.pdf (2.4 MB)\n\nWhat is the title');
  await owner.sendVideo({ file_name: 'b.mp4' });
  for (const title of ['A', 'B']) {
    await owner.send(title);
    await choose(owner, 'en', 'before');
    await confirm(owner);
    if (title === 'A') await owner.press('▶ Next: b.mp4');
  }
  expect((await stored(world)).map(({ title, kind, eventId }) => [title, kind, eventId])).toEqual([
    ['A', 'document', workshop.id],
    ['B', 'video', workshop.id],
  ]);
});

test('the first question about the file itself takes the next file for a better one', async () => {
  const world = await createWorld();
  const owner = await world.owner();
  await owner.sendDocument({ file_name: 'draft.pdf' });
  await owner.press({ data: /:b$/ });
  await owner.sendDocument({ file_name: 'final.pdf' });
  await choose(owner, '0');
  await owner.send('Final');
  await choose(owner, 'en', 'no');
  await confirm(owner);
  expect(await stored(world)).toMatchObject([{ fileName: 'final.pdf' }]);
  expect(await world.db.select().from(draft)).toEqual([]);
});

test('each file that is sent has a draft of its own, so the one before is not lost', async () => {
  const world = await createWorld();
  const owner = await world.owner();
  await createEvent(world);
  await owner.sendDocument({ file_name: 'first.pdf' });
  await owner.press({ data: /:x$/ });
  await owner.sendDocument({ file_name: 'second.pdf' });
  await choose(owner, '0');
  await owner.send('/organize');
  expect(owner.last().text).toContain('first.pdf');
  expect(owner.last().text).toContain('second.pdf');
  const drafts = await world.db.select().from(draft).orderBy(draft.id);
  await owner.press({ data: `resume:${drafts[0]!.id}` });
  await choose(owner, '0');
  await owner.send('First');
  await choose(owner, 'en', 'no');
  await confirm(owner);
  expect(await stored(world)).toMatchObject([{ title: 'First', fileName: 'first.pdf', eventId: null }]);
});

test('a file sent into a forgotten dialog about an event that is over is a material all the same', async () => {
  const world = await createWorld();
  const owner = await world.owner();
  const event = await createEvent(world);
  await pressAny(world, owner, `move:${event.id}`);
  world.clock.set(event.endsAt.add({ hours: 1 }));
  await owner.sendDocument({ file_name: 'Slides.pdf' });
  expect(owner.texts().slice(-2)[0]).toContain('can’t be changed any more');
  expect(owner.last().text).toContain('Received: Slides.pdf');
});
