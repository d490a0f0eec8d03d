import { eq } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { nomination, person } from '../../src/db/schema.ts';
import { createEvent } from '../support/events.ts';
import { focalPoint, knownPerson, nominateNew, openList } from '../support/nominations.ts';
import { createWorld } from '../support/world.ts';

const NOMINATIONS = { nominationsUntil: Temporal.Instant.from('2026-12-03T06:00:00Z') };

async function stage() {
  const world = await createWorld();
  const one = await createEvent(world, NOMINATIONS);
  const begimai = await focalPoint(world, 'KG');
  const aiperi = await knownPerson(world, { fullName: 'Асанова Айпери', country: 'KG' });
  await openList(begimai, one, 'KG');
  await begimai.press('Nominate a person');
  await begimai.send('Asanova Aiperi');
  await begimai.press('1');
  await begimai.press({ data: /:ok$/ });
  await begimai.press('Open the list');
  await nominateNew(begimai, 'Кадырова Жылдыз');
  return { world, one, begimai, aiperi };
}

test('/mydata has who nominated the person for what; a focal point’s has their work without the names', async () => {
  const { world, one, begimai, aiperi } = await stage();
  const dataOf = async (user: typeof aiperi) => {
    await user.send('/mydata');
    return (await world.download(user.last().document!.file_id)).toString();
  };
  const own = JSON.parse(await dataOf(aiperi)) as { nominations: unknown[] };
  expect(own.nominations).toEqual([
    { event: one.code, country: 'KG', nominatedAt: '2026-11-24T06:00:00Z', withdrawnAt: null, rank: 1, note: null },
  ]);
  const page = (await world.download(aiperi.chat.at(-2)!.message.document!.file_id)).toString();
  expect(page).toContain('<h2>Nominations</h2>');
  const theirs = await dataOf(begimai);
  expect((JSON.parse(theirs) as { wrote: { nominations: unknown[] } }).wrote.nominations).toHaveLength(2);
  expect(theirs).not.toMatch(/Асанова|Кадырова/);
});

test('who erases their data is on no list any more; a list outlives its focal point', async () => {
  const { world, begimai, aiperi } = await stage();
  const rows = () => world.db.select().from(nomination).orderBy(nomination.id);
  await aiperi.send('/erase');
  await aiperi.press({ data: 'erase_now' });
  expect(await rows()).toHaveLength(1);
  await begimai.send('/erase');
  await begimai.press({ data: 'erase_now' });
  expect(await rows()).toMatchObject([{ byId: null, country: 'KG' }]);
});

test('nominations go with the registrations of their event', async () => {
  const { world } = await stage();
  world.clock.advance({ hours: 24 * 365 * 4 });
  await world.db.update(person).set({ seenAt: world.clock.now() });
  await world.tick();
  // Who was named and never came has been erased by then, see places.test.ts.
  expect(await world.db.$count(nomination)).toBe(1);
  expect(await world.db.$count(person, eq(person.fullName, 'Кадырова Жылдыз'))).toBe(0);
  world.clock.advance({ hours: 24 * 365 * 2 });
  await world.db.update(person).set({ seenAt: world.clock.now() });
  await world.tick();
  expect(await world.db.$count(nomination)).toBe(0);
  expect(await world.db.$count(person, eq(person.fullName, 'Асанова Айпери'))).toBe(1);
});
