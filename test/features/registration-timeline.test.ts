import { eq } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { person, registrationChange } from '../../src/db/schema.ts';
import { askForm, formOf, longText } from '../support/forms.ts';
import { createEvent } from '../support/events.ts';
import { pressAny } from '../support/press.ts';
import { give } from '../support/roles.ts';
import { changesOf, comes, givesUp, registrationOf, seeks, told } from '../support/seats.ts';
import { createWorld } from '../support/world.ts';

test('each change of a registration is on its timeline, and the person reads it', async () => {
  const world = await createWorld();
  const one = await createEvent(world, { seats: 1 });
  const first = await comes(world, one, 'Aigerim S');
  const second = await comes(world, one, 'Botir T');
  world.clock.advance({ hours: 2 });
  await givesUp(first, one);
  expect(await changesOf(world, first)).toEqual([
    [null, 'registered', 'person'],
    ['registered', 'cancelled', 'person'],
  ]);
  expect(await changesOf(world, second)).toEqual([
    [null, 'waiting', 'person'],
    ['waiting', 'registered', 'bilim'],
  ]);
  await second.open(`event_${one.code}`);
  await second.press('History');
  const { text } = second.last();
  expect(text).toContain('24 November 2026, 11:00 · You joined the waiting list');
  expect(text).toContain('24 November 2026, 13:00 · A seat became free: you are registered');
  await second.press('Back');
  expect(second.last().text).toContain('You are registered');
});

test('nobody reads the history of somebody else', async () => {
  const world = await createWorld();
  const one = await createEvent(world);
  const { id } = await registrationOf(world, await comes(world, one, 'Aigerim S'));
  const stranger = await world.arrive('en');
  await pressAny(world, stranger, `history:${id}`);
  expect(stranger.last().text).toContain('does not exist');
});

test('an organizer declines somebody with a reason: their seat goes on, they are told, and only organizers can change it', async () => {
  const world = await createWorld();
  const owner = await world.owner();
  await world.db.update(person).set({ fullName: 'Owner O' });
  const one = await createEvent(world, { seats: 1 });
  const aigerim = await comes(world, one, 'Aigerim S');
  const next = await comes(world, one, 'Botir T');
  await pressAny(world, owner, `participants:${one.id}`);
  expect(owner.last().buttons.slice(0, 1)).toEqual([['1', '⏳ 1']]);
  await owner.press('1');
  expect(owner.last().text).toContain('Aigerim S · Kazakhstan · Agency');
  await owner.press('Decline');
  await owner.send('<b>Only</b> for regional offices');
  await owner.press('Decline');
  expect(owner.last().text).toContain('Declined. The person is told.');
  expect(owner.last().text).toContain('Declined · Owner O');

  expect(aigerim.last().text).toContain('The organizers declined your participation');
  expect(aigerim.last().text).toContain('<b>Only</b> for regional offices');
  expect(next.last().text).toContain('A seat is free: you are registered now');
  expect(await told(world, aigerim)).toEqual(['confirmation sent', 'decision sent']);
  expect(await changesOf(world, aigerim)).toEqual([
    [null, 'registered', 'person'],
    ['registered', 'declined', 'organizer'],
  ]);

  await aigerim.press('Show the event');
  expect(aigerim.last().text).toContain('The organizers declined your participation');
  expect(aigerim.last().buttons.flat()).toEqual(['History', 'All events']);
  for (const press of ['register', 'wait', 'cant_come', 'give_up'])
    await pressAny(world, aigerim, `${press}:${one.id}`);
  expect((await registrationOf(world, aigerim)).status).toBe('declined');
  await aigerim.send('/my');
  expect(aigerim.last().text).toContain('You have no registrations');
  await pressAny(world, aigerim, `history:${(await registrationOf(world, aigerim)).id}`);
  expect(aigerim.last().text).toContain('<b>Only</b> for regional offices');
});

test('who was declined can be let in again: to a seat, or, when all are taken, to the end of the waiting list', async () => {
  const world = await createWorld();
  const owner = await world.owner();
  const one = await createEvent(world, { seats: 1 });
  const [aigerim, botir] = [await comes(world, one, 'Aigerim S'), await comes(world, one, 'Botir T')];
  const page = `participant:${(await registrationOf(world, aigerim)).id}`;
  await pressAny(world, owner, page);
  await owner.press('Decline');
  await owner.press('Skip');
  await owner.press('Decline');
  const waits = await comes(world, one, 'Chyngyz U');
  world.clock.advance({ minutes: 1 });
  await owner.press('Approve');
  expect(owner.last().text).toContain('All seats are taken: the person is on the waiting list');
  expect(aigerim.last().text).toContain('approved your participation, but all seats are taken');
  expect(aigerim.last().text).toContain('number 2');
  await givesUp(botir, one);
  expect(waits.last().text).toContain('A seat is free');

  await owner.press('Decline');
  await owner.press('Skip');
  await owner.press('Decline');
  await givesUp(waits, one);
  await owner.press('Approve');
  expect(owner.last().text).toContain('Approved. The person has a seat');
  expect(aigerim.last().text).toContain('approved your participation: you are registered');
  // The button is old.
  await pressAny(world, owner, page.replace('participant', 'approve'));
  expect(owner.last().text).toContain('can’t be changed any more');
  expect((await changesOf(world, aigerim)).map(([, to]) => to)).toEqual([
    'registered',
    'declined',
    'waiting',
    'declined',
    'registered',
  ]);
});

test('what is begun is not declined any more', async () => {
  const world = await createWorld();
  const owner = await world.owner();
  const one = await createEvent(world);
  const aigerim = await comes(world, one, 'Aigerim S');
  const { id } = await registrationOf(world, aigerim);
  await pressAny(world, owner, `participant:${id}`);
  await owner.press('Decline');
  await owner.press('Skip');
  world.clock.set(one.beginsAt);
  await owner.press('Decline');
  expect(owner.last().text).toContain('can’t be changed any more');
  expect(owner.last().buttons.flat()).toEqual(['Note', 'Back to the list']);
  expect((await registrationOf(world, aigerim)).status).toBe('registered');
});

test('the page shows the answers; a note is for organizers, and in what the person can ask for', async () => {
  const world = await createWorld();
  const owner = await world.owner();
  const one = await createEvent(world);
  await askForm(world, one.id, formOf(longText('why', { en: 'Why?' })));
  const aigerim = await world.arrive('en');
  await world.db
    .update(person)
    .set({ fullName: 'Aigerim S', latinName: 'AIGERIM', country: 'KZ', agency: 'A', position: 'P', sex: 'female' })
    .where(eq(person.telegramId, aigerim.id));
  await aigerim.open(`event_${one.code}`);
  await aigerim.press('Register');
  await aigerim.send('To learn & to teach');
  await aigerim.press({ data: /:ok$/ });
  const { id } = await registrationOf(world, aigerim);
  await pressAny(world, owner, `participant:${id}`);
  expect(owner.last().text).toContain('Why?: To learn & to teach');
  await owner.press('Note');
  await owner.send('Needs a visa');
  expect(owner.last().text).toContain('Note: Needs a visa');
  await aigerim.send('/mydata');
  const files = aigerim.chat.flatMap(({ message: { document } }) => document ?? []);
  const json = files.find(({ file_name }) => file_name?.endsWith('.json'))!;
  const mine = JSON.parse((await world.download(json.file_id)).toString()) as Record<string, unknown>;
  expect(mine.history).toMatchObject([{ event: one.code, to: 'registered', by: 'person' }]);
  expect(JSON.stringify(mine)).toContain('Needs a visa');
  await owner.press('Note');
  await owner.press('Skip');
  expect(owner.last().text).not.toContain('visa');
});

test('the timeline goes with the person; of an organizer who was erased only that it was one is left', async () => {
  const world = await createWorld();
  const owner = await world.owner();
  const one = await createEvent(world);
  const [aigerim, botir] = [await comes(world, one, 'Aigerim S'), await comes(world, one, 'Botir T')];
  const organizer = await world.arrive('en');
  await give(world, organizer, { kind: 'organizer', eventId: one.id });
  const { id } = await registrationOf(world, aigerim);
  await pressAny(world, organizer, `participant:${id}`);
  await organizer.press('Decline');
  await organizer.press('Skip');
  await organizer.press('Decline');
  await pressAny(world, organizer, 'erase_now');
  await pressAny(world, owner, `participant:${id}`);
  expect(owner.last().text).toContain('Declined · an organizer');
  await pressAny(world, aigerim, 'erase_now');
  await pressAny(world, botir, 'erase_now');
  expect(await world.db.select().from(registrationChange)).toEqual([]);
});

test('a long list of changes: the last ones are shown', async () => {
  const world = await createWorld();
  const owner = await world.owner();
  const one = await createEvent(world);
  const aigerim = await comes(world, one, 'Aigerim S');
  const { id } = await registrationOf(world, aigerim);
  const rows = Array.from({ length: 40 }, (_, i) => ({
    registrationId: id,
    at: world.clock.now(),
    by: 'organizer' as const,
    to: 'declined' as const,
    reason: `${i} ${'<'.repeat(400)}`,
  }));
  await world.db.insert(registrationChange).values(rows);
  await pressAny(world, aigerim, `history:${id}`);
  expect(aigerim.last().text).toContain('39 <');
  expect(aigerim.last().text).not.toContain('You registered');
  await pressAny(world, owner, `participant:${id}`);
  expect(owner.last().text).toContain('39 <');
});

test('who gave up and comes again goes on with the same timeline', async () => {
  const world = await createWorld();
  const one = await createEvent(world);
  const aigerim = await comes(world, one, 'Aigerim S');
  await givesUp(aigerim, one);
  await seeks(aigerim, one);
  expect(await changesOf(world, aigerim)).toEqual([
    [null, 'registered', 'person'],
    ['registered', 'cancelled', 'person'],
    ['cancelled', 'registered', 'person'],
  ]);
});
