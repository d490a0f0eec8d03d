import { eq, isNull, sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { conversation, draft, inbox, registration } from '../../src/db/schema.ts';
import { createEvent } from '../support/events.ts';
import { askForm, formOf, longText, oneOf, type Made } from '../support/forms.ts';
import { answerProfile } from '../support/register.ts';
import { createWorld, type World } from '../support/world.ts';

const diet = longText('diet', { en: 'What do you eat?' });
const sizes = (...names: string[]) =>
  oneOf('size', { en: 'T-shirt size' }, Object.fromEntries(names.map((name) => [name, { en: name }])));
const size = sizes('S', 'M', 'L');

/** A registration that has come to the event's own questions. */
async function half(world: World, questions: Made[]) {
  const made = await createEvent(world, { form: formOf(...questions) });
  const someone = await world.arrive('en');
  await someone.open(`event_${made.code}`);
  await someone.press('Register');
  await answerProfile(someone);
  const change = (to: Made[]) => askForm(world, made.id, formOf(...to));
  const answers = async () => (await world.db.select().from(registration))[0]?.answers;
  return { someone, change, answers };
}

test('a question that a deploy took away does not take the answer of another one', async () => {
  const world = await createWorld();
  const { someone, change, answers } = await half(world, [diet, size]);
  expect(someone.last().text).toContain('What do you eat?');
  await change([size]);
  await someone.send('Plov');
  expect(someone.last().text).toContain('T-shirt size');
  await someone.press('M');
  await someone.press('Confirm');
  expect(await answers()).toEqual({ size: 'M' });
});

test('a question that a deploy put in the middle is asked, and shifts nothing', async () => {
  const world = await createWorld();
  const { someone, change, answers } = await half(world, [size]);
  await change([diet, size]);
  await someone.press('L');
  expect(someone.last().text).toContain('What do you eat?');
  await someone.send('Plov');
  await someone.press('Confirm');
  expect(await answers()).toEqual({ diet: 'Plov', size: 'L' });
});

test('a new question is asked even of somebody who stands before the summary', async () => {
  const world = await createWorld();
  const { someone, change, answers } = await half(world, [size]);
  await someone.press('S');
  await change([size, diet]);
  await someone.press('Confirm');
  expect(someone.last().text).toContain('What do you eat?');
  expect(await answers()).toBeUndefined();
  await someone.send('Plov');
  await someone.press('Confirm');
  expect(await answers()).toEqual({ size: 'S', diet: 'Plov' });
});

test('an option that is gone is asked again', async () => {
  const world = await createWorld();
  const { someone, change, answers } = await half(world, [size]);
  await someone.press('S');
  await change([sizes('M', 'L')]);
  await someone.press('Confirm');
  expect(someone.last().text).toContain('T-shirt size');
  await someone.press('M');
  await someone.press('Confirm');
  expect(await answers()).toEqual({ size: 'M' });
});

test.each(['gone', 'of an older version'])(
  'the conversation’s state is %s: the next message is still an answer',
  async (how) => {
    const world = await createWorld();
    const { someone, answers } = await half(world, [diet]);
    if (how === 'gone') await world.db.delete(conversation);
    else await world.db.execute(sql`update conversation set state = jsonb_set(state, '{version}', '[0, 0]')`);
    await someone.send('Plov');
    await someone.press('Confirm');
    expect(await answers()).toEqual({ diet: 'Plov' });
  },
);

test('an update that was handled before a crash, and comes again, answers nothing twice', async () => {
  const world = await createWorld();
  const { someone } = await half(world, [diet, longText('drink', { en: 'What do you drink?' })]);
  const original = world.telegram.onUpdate!;
  let seen: Parameters<typeof original>[0] | undefined;
  world.telegram.onUpdate = async (update) => {
    seen = update;
    await original(update);
  };
  await someone.send('Plov');
  const [once] = await world.db.select().from(draft);
  // As after kill -9: the row in the inbox is not done.
  await world.db
    .update(inbox)
    .set({ doneAt: null, payload: seen, userId: someone.id })
    .where(eq(inbox.updateId, seen!.update_id));
  await world.app.tick();
  const [again] = await world.db.select().from(draft);
  expect(again!.answers).toEqual(once!.answers);
  expect(again!.revision).toBe(once!.revision);
  expect(await world.db.select().from(inbox).where(isNull(inbox.doneAt))).toEqual([]);
  expect(someone.last().text).toContain('What do you drink?');
});

test('what the conversation stores stays flat however long the form is', async () => {
  const world = await createWorld();
  const many = Array.from({ length: 15 }, (_, i) => longText(`q${i}`, { en: `Question ${i}` }));
  const { someone } = await half(world, many);
  const length = async () =>
    (
      await world.db.execute<{ length: number }>(sql`select max(length(state::text))::int as length from conversation`)
    )[0]!.length;
  await someone.send('1');
  const first = await length();
  for (let i = 2; i <= 14; i++) await someone.send(String(i));
  expect(await length()).toBeLessThan(first * 1.2);
});
