import { eq, sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { message } from '../../src/db/schema.ts';
import { pressAny } from '../support/press.ts';
import { roleOf } from '../support/roles.ts';
import { createWorld, type World } from '../support/world.ts';
import { begin, choose, latest, makeOrganizer, settle, states, withRules, write } from './announcements-support.ts';

const edits = ({ telegram }: World, chat: number) =>
  telegram.calls.filter(({ method, payload }) => method === 'editMessageText' && payload.chat_id === chat).length;

test('who is no organizer any more gets no progress and no report, and the owner sees what goes on', async () => {
  const world = await createWorld();
  const owner = await world.owner();
  const author = await world.arrive('en');
  const personId = await makeOrganizer(world, author);
  await settle(world, 2, { quietFrom: 9, quietTo: 15 });
  await write(author, { en: 'Ongoing' }, ['everyone']);
  await author.press({ data: /^announce_send:/ });
  await begin(world);
  expect(await states(world)).toEqual({ sent: 2, queued: 2 });
  await write(author, { en: 'Planned' }, ['everyone']);
  await author.press({ data: /^announce_schedule:/ });
  await choose(author, 'at');
  await author.send('2026-12-01 10:00');
  await author.press('Schedule');
  const { id } = await latest(world);

  await pressAny(world, owner, `drop_role:${await roleOf(world, personId)}`);
  expect(owner.last().text).toContain('This person does not have the role any more.');
  expect(owner.last().text).toContain('1. Planned · Scheduled\n2. Ongoing · Being sent');
  const [seen, changed] = [author.texts().length, edits(world, author.id)];
  await pressAny(world, owner, `announce_back:${id}`);
  world.clock.advance({ hours: 5 });
  await world.tick();
  await world.db.execute(sql`update announcement set progress_at = null`);
  await world.tick();
  expect(await states(world)).toEqual({ sent: 4 });
  // Neither the report nor the notice that somebody took the other one back.
  expect(author.texts().slice(seen)).toEqual([]);
  expect(edits(world, author.id)).toBe(changed);
  const told = await world.db.select().from(message).where(eq(message.personId, personId));
  expect(told.filter(({ kind }) => /_(report|notice)$/.test(kind)).map(({ error }) => error)).toEqual([
    'no organizer any more',
    'no organizer any more',
  ]);
});

test('who is no organizer any more is asked for no approval', async () => {
  const world = await withRules(await createWorld(), { approvalAbove: 1 });
  const owner = await world.owner();
  const second = await world.arrive('en');
  const personId = await makeOrganizer(world, second);
  // What they are asked has not left yet: the outbox is held.
  await world.db.execute(sql`
    insert into pace (key, next_at, blocked_until, rate, held_since) values ('outbox', now(), now(), 30, now())
    on conflict (key) do update set held_since = excluded.held_since`);
  await write(owner, { en: 'Secret' }, ['everyone']);
  await owner.press('Ask for approval');
  const request = async () =>
    (await world.db.select().from(message).where(eq(message.kind, 'announcement_approval'))).map(({ state }) => state);
  expect(await request()).toEqual(['queued']);
  await pressAny(world, owner, `drop_role:${await roleOf(world, personId)}`);
  await world.db.execute(sql`update pace set held_since = null`);
  await world.tick();
  expect(await request()).toEqual(['cancelled']);
  expect(second.texts().some((text) => text.includes('Secret'))).toBe(false);
});
