import { Writable } from 'node:stream';
import { sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { createLog } from '../../src/bot/log.ts';
import { createEvent } from '../support/events.ts';
import { pressAny } from '../support/press.ts';
import { createWorld, type World } from '../support/world.ts';

/** What a modified app may put behind a button's name. */
const MADE_UP = ['', ':abc:x', ':-1:NaN', ':9223372036854775808:99999999999999999999', ':7:7:7:7'];

function listen() {
  const errors: string[] = [];
  const stream = new Writable({ write: (chunk, _, done) => (done(), void errors.push(String(chunk))) });
  return { errors, log: createLog('error', stream) };
}

const pressesOf = ({ app }: World) => app.routes.filter(({ on, name }) => on === 'press' && name !== 'erase_now');

test.for(['a participant', 'an owner'])('no made-up button breaks anything: %s', { timeout: 240_000 }, async (who) => {
  const { errors, log } = listen();
  const world = await createWorld({}, log);
  const user = who === 'an owner' ? await world.owner() : await world.arrive('en');
  await createEvent(world);
  for (const { name } of pressesOf(world))
    for (const args of MADE_UP) {
      const data = `${name}${args}`.slice(0, 64);
      await pressAny(world, user, data);
      expect(errors, data).toEqual([]);
    }
});

test('somebody who has not agreed gets nothing but the questions that lead there, and is not stored', async () => {
  const world = await createWorld();
  const stranger = world.telegram.user({ language_code: 'en' });
  await stranger.send('/start');
  for (const { name, needs } of pressesOf(world)) {
    if (needs === 'anyone') continue;
    await pressAny(world, stranger, `${name}:1:1`);
    expect(stranger.last().text, name).toContain('Choose your language');
  }
  expect(await world.db.execute(sql`select from person`)).toHaveLength(0);
});

test('every way in that needs a role refuses those without it, in one sentence', async () => {
  const world = await createWorld();
  const user = await world.arrive('en');
  const guarded = world.app.routes.filter(({ needs }) => needs !== 'anyone' && needs !== 'person');
  expect(guarded.length).toBeGreaterThan(40);
  for (const { on, name } of guarded) {
    const before = user.texts().length;
    const pressed = on === 'press' ? await pressAny(world, user, `${name}:1`) : null;
    if (on === 'command') await user.send(`/${name}`);
    expect(pressed?.alert ?? true, name).toBe(true);
    expect(
      user
        .texts()
        .slice(before)
        .every((text) => text.startsWith('You do not have access.')),
      name,
    ).toBe(true);
  }
});
