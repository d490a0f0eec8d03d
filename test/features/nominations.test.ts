import { and, eq, isNull } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { nomination, person, quota, registration, role } from '../../src/db/schema.ts';
import { listId } from '../../src/features/nominations/list.ts';
import { createEvent, seat } from '../support/events.ts';
import { focalPoint, knownPerson, listed, nominateNew, openList } from '../support/nominations.ts';
import { pressAny } from '../support/press.ts';
import { give, roleOf } from '../support/roles.ts';
import { comes, told } from '../support/seats.ts';
import { createWorld, type World } from '../support/world.ts';

/** An event of 4 January that asks for nominations until 10 December, two from each country. */
async function stage(given: Parameters<typeof createEvent>[1] = {}) {
  const world = await createWorld();
  const one = await createEvent(world, {
    beginsAt: Temporal.Instant.from('2027-01-04T05:00:00Z'),
    nominationsUntil: Temporal.Instant.from('2026-12-10T13:00:00Z'),
    nominees: 2,
    ...given,
  });
  return { world, one };
}

const AFTER = '2026-12-10T13:00:00Z';
const idOfOnly = async ({ db }: World) =>
  (await db.select().from(nomination).where(isNull(nomination.withdrawnAt)))[0]!.id;

test('an owner invites a focal point of a country, who finds the list in the menu and nominates somebody new', async () => {
  const { world, one } = await stage();
  const owner = await world.owner();
  await owner.send('/organize');
  await owner.press('People and roles');
  await owner.press('Invite somebody');
  await owner.press('Focal point of a country');
  expect(owner.last().buttons.flat()).not.toContain('Other country');
  await owner.press('Kyrgyzstan');
  expect(owner.last().text).toContain('Focal point: Kyrgyzstan');
  const [, payload] = /start=(invite_\S+)/.exec(owner.last().text)!;

  const begimai = await world.arrive('en');
  await begimai.send('/start');
  expect(begimai.last().buttons.flat()).not.toContain('Nominations');
  await begimai.open(payload);
  expect(begimai.last().text).toContain('You have a new role.\nFocal point: Kyrgyzstan');
  expect(await world.db.select().from(role)).toMatchObject([{ kind: 'focal_point', country: 'KG', eventId: null }]);
  await begimai.send('/start');
  await begimai.press('Nominations');
  expect(begimai.last().text).toContain('Nominations until: Thursday, 10 December 2026, 19:00 · Bishkek (UTC+6)');
  expect(begimai.last().text).toContain('Nominated: 0 of 2');
  await begimai.press('1. Digital services workshop');
  await nominateNew(begimai, 'Талантбек кызы <b>Сезим</b>');
  expect(begimai.last().text).toContain('Талантбек кызы <b>Сезим</b>\nNational Statistical Committee');
  expect(begimai.last().text).toContain('The link has not been opened yet');
  const [named] = await world.db.select().from(person).where(isNull(person.telegramId));
  expect(named).toMatchObject({ country: 'KG', language: 'ky', zone: 'Asia/Bishkek', email: null, sex: null });
  const byId = (await world.row(begimai)).id;
  expect(await world.db.select().from(nomination)).toMatchObject([
    { eventId: one.id, personId: named!.id, country: 'KG', byId, rank: 1, withdrawnAt: null },
  ]);

  // The text to forward is in the nominee's language, and the link is theirs alone.
  await begimai.press('Link to forward');
  expect(begimai.last().text).toMatch(
    new RegExp(`Өлкөңүз Сизди ушул иш-чарага көрсөттү[^]*start=place_${named!.id}-[\\w-]{22}$`),
  );
  expect(begimai.last().buttons).toEqual([]);
  expect(await told(world, begimai)).toEqual([]);

  // The owner's list of who is what has it.
  await owner.send('/organize');
  await owner.press('People and roles');
  expect(owner.last().text).toContain('Focal point: Kyrgyzstan');
});

test('who bears the name in that country is offered first, in whatever script; people of other countries are not', async () => {
  const { world, one } = await stage();
  const begimai = await focalPoint(world, 'KG');
  const aiperi = await knownPerson(world, { fullName: 'Асанова Айпери', country: 'KG' });
  await knownPerson(world, { fullName: 'Асанова Айпери', country: 'KZ' });
  await openList(begimai, one, 'KG');
  // One word is no name: nobody leafs through the people of a country.
  await begimai.press({ data: /^nominate:/ });
  await begimai.send('Asanova');
  expect(begimai.last().text).toContain('Which organization');
  await begimai.press('Back');
  await begimai.send('Asanova Aiperi');
  expect(begimai.last().text).toContain('Is it one of these people?');
  expect(begimai.last().text.match(/Асанова Айпери · Agency · Expert/g)).toHaveLength(1);
  expect(begimai.last().text).not.toContain('@example.org');
  await begimai.press('1');
  await begimai.press('Nominate a person');
  expect(begimai.last().text).toContain('Not registered yet');
  expect(await listed(world)).toEqual([['KG', 'Асанова Айпери', 1]]);
  expect(await world.db.$count(person, isNull(person.telegramId))).toBe(0);
  expect(aiperi.last().text).toContain('Your country has nominated you for this event.');
  expect(aiperi.last().text).toContain('Please open the event and register.');
  await begimai.press('Link to forward');
  expect(begimai.last().text).toContain(`start=event_${one.code}`);

  // A second time is once.
  await openList(begimai, one, 'KG');
  await begimai.press({ data: /^nominate:/ });
  await begimai.send('АЙПЕРИ асанова');
  await begimai.press('1');
  await begimai.press('Nominate a person');
  expect(begimai.last().text).toContain('This person is on the list already.');
  expect(await told(world, aiperi)).toEqual(['nominated sent']);
});

test('somebody else of the same name is somebody new', async () => {
  const { world, one } = await stage();
  const begimai = await focalPoint(world, 'KG');
  await knownPerson(world, { fullName: 'Асанова Айпери', country: 'KG' });
  await openList(begimai, one, 'KG');
  await begimai.press({ data: /^nominate:/ });
  await begimai.send('Асанова Айпери');
  await begimai.press('2');
  await begimai.press({ data: /:s$/ });
  await begimai.press({ data: /:s$/ });
  await begimai.press('Yes, I have asked');
  await begimai.press('Nominate a person');
  expect(await world.db.$count(person, and(eq(person.fullName, 'Асанова Айпери'), isNull(person.telegramId)))).toBe(1);
});

test('who came by themselves is endorsed on what the decision needs, and the organizer reads of it', async () => {
  const { world, one } = await stage({ moderated: true });
  const begimai = await focalPoint(world, 'KG');
  const aiperi = await comes(world, one, 'Асанова Айпери', { country: 'KG' });
  await comes(world, one, 'Сейдахметова Айгерім', { country: 'KZ' });
  const left = await comes(world, one, 'Кадырова Жылдыз', { country: 'KG' });
  await world.db
    .update(registration)
    .set({ status: 'declined' })
    .where(eq(registration.personId, (await world.row(left)).id));
  world.clock.advance({ minutes: 5 });
  await openList(begimai, one, 'KG');
  await begimai.press('Came by themselves · 1');
  const { text } = begimai.last();
  expect(text).toContain('1. Асанова Айпери · Agency · Expert\nUnder review');
  expect(text).not.toMatch(/Айгерім|Жылдыз|example/);
  await begimai.press('1');
  expect(begimai.last().text).not.toContain('example');
  await begimai.press('Endorse');
  expect(begimai.last().text).toContain('Endorsed · Under review');
  expect(aiperi.last().text).toContain('Your country endorses your participation.');
  expect(aiperi.last().text).not.toContain('register');

  const owner = await world.owner();
  await pressAny(world, owner, `event_nominations:${one.id}`);
  expect(owner.last().text).toContain('Kyrgyzstan · 1 / 2 · endorsed: 1\n👤 Orozbekova Begimai');
  expect(owner.last().text).toContain('Kazakhstan · 0 / 2\n⚠️ There is no focal point');
  await pressAny(world, owner, `applications:${one.id}`);
  expect(owner.last().text).toContain('Kyrgyzstan · Agency · Endorsed by: Kyrgyzstan');
  expect(owner.last().text).toMatch(/Kazakhstan · Agency$/m);
  await owner.press('1');
  expect(owner.last().text).toContain('Endorsed by: Kyrgyzstan');
});

test('focal points stay within their own country and people, organizers of the event see every list', async () => {
  const { world, one } = await stage();
  const begimai = await focalPoint(world, 'KG');
  const aigerim = await comes(world, one, 'Сейдахметова Айгерім', { country: 'KZ' });
  const { id } = (
    await world.db
      .select()
      .from(registration)
      .where(eq(registration.personId, (await world.row(aigerim)).id))
  )[0]!;
  const kazakh = listId({ eventId: one.id, country: 'KZ' });
  for (const data of [`nominees:${kazakh}`, `nominate:${kazakh}`, `came:${kazakh}`, `applicant:${id}`, `endorse:${id}`])
    expect((await pressAny(world, begimai, data)).text, data).toContain('You do not have access');
  expect(await listed(world)).toEqual([]);
  const organizer = await world.arrive('en');
  await give(world, organizer, { kind: 'organizer', eventId: one.id });
  await pressAny(world, organizer, `endorse:${id}`);
  expect(await listed(world)).toEqual([['KZ', 'Сейдахметова Айгерім', 1]]);
  // Of a draft a focal point learns nothing.
  const draft = await createEvent(world, {
    status: 'draft',
    nominationsUntil: one.nominationsUntil,
    texts: { en: 'Secret' },
  });
  await begimai.send('/nominations');
  expect(begimai.last().text).not.toContain('Secret');
  await pressAny(world, begimai, `nominees:${listId({ eventId: draft.id, country: 'KG' })}`);
  expect(begimai.last().text).toContain('This is not there any more');
});

test('the order is the country’s: a place is set, not moved by, and closes up when somebody is withdrawn', async () => {
  const { world, one } = await stage({ nominees: null });
  const begimai = await focalPoint(world, 'KG');
  await world.db.insert(quota).values({ eventId: one.id, country: 'KG', seats: 4 });
  await openList(begimai, one, 'KG');
  expect(begimai.last().text).toContain('Seats kept for the country: 4, taken: 0');
  for (const name of ['Айпери Асанова', 'Бегимай Орозбекова', 'Жылдыз Кадырова']) {
    await nominateNew(begimai, name);
    await begimai.press('Open the list');
  }
  const [first, , third] = await world.db.select().from(nomination).orderBy(nomination.id);
  await begimai.press('3');
  await begimai.press({ data: `prefer:${third!.id}:2` });
  await pressAny(world, begimai, `prefer:${third!.id}:2`);
  const names = async () => (await listed(world)).map(([, name, rank]) => [rank, name]);
  expect(await names()).toEqual([
    [1, 'Айпери Асанова'],
    [2, 'Жылдыз Кадырова'],
    [3, 'Бегимай Орозбекова'],
  ]);
  await pressAny(world, begimai, `withdraw_nominee:${first!.id}`);
  expect(await names()).toHaveLength(3);
  await begimai.press('Withdraw the nomination');
  await pressAny(world, begimai, `drop_nominee:${first!.id}`);
  expect(await names()).toEqual([
    [1, 'Жылдыз Кадырова'],
    [2, 'Бегимай Орозбекова'],
  ]);
  expect(begimai.last().text).toContain('This is not there any more');
});

test('a nominee is told of the nomination, of its end once, and comes to the end of the list when nominated again', async () => {
  const { world, one } = await stage();
  const begimai = await focalPoint(world, 'KG');
  const aiperi = await comes(world, one, 'Асанова Айпери', { country: 'KG' });
  const other = await comes(world, one, 'Кадырова Жылдыз', { country: 'KG' });
  const ids = await world.db.select().from(registration).orderBy(registration.id);
  for (const { id } of ids) await pressAny(world, begimai, `endorse:${id}`);
  const first = (await world.db.select().from(nomination).orderBy(nomination.id))[0]!;
  await pressAny(world, begimai, `drop_nominee:${first.id}`);
  await pressAny(world, begimai, `drop_nominee:${first.id}`);
  expect(aiperi.last().text).toContain('Your country has withdrawn your nomination.');
  expect(aiperi.last().text).toContain('Your registration has not changed.');
  world.clock.advance({ minutes: 1 });
  await pressAny(world, begimai, `endorse:${ids[0]!.id}`);
  expect((await told(world, aiperi)).filter((line) => /nomin/.test(line))).toEqual([
    'nominated sent',
    'nomination_withdrawn sent',
    'nominated sent',
  ]);
  expect((await told(world, other)).filter((line) => /nomin/.test(line))).toEqual(['nominated sent']);
  expect(await listed(world)).toEqual([
    ['KG', 'Кадырова Жылдыз', 1],
    ['KG', 'Асанова Айпери', 2],
  ]);
});

test('a nomination that is withdrawn before it was heard of is not spoken of', async () => {
  const { world, one } = await stage();
  // 22:00 in Bishkek.
  world.clock.set('2026-11-24T16:00:00Z');
  const begimai = await focalPoint(world, 'KG');
  const aiperi = await comes(world, one, 'Асанова Айпери', { country: 'KG' });
  await world.db.update(person).set({ zone: 'Asia/Bishkek' });
  await pressAny(world, begimai, `endorse:${(await world.db.select().from(registration))[0]!.id}`);
  await pressAny(world, begimai, `drop_nominee:${await idOfOnly(world)}`);
  world.clock.set('2026-11-25T05:00:00Z');
  await world.tick();
  expect((await told(world, aiperi)).filter((line) => /nomin/.test(line))).toEqual(['nominated cancelled']);
});

test('after the deadline focal points change nothing and read whom to ask; organizers still can', async () => {
  const { world, one } = await stage();
  const begimai = await focalPoint(world, 'KG');
  await comes(world, one, 'Асанова Айпери', { country: 'KG' });
  const [{ id: registered } = { id: 0 }] = await world.db.select().from(registration);
  await openList(begimai, one, 'KG');
  await nominateNew(begimai, 'Кадырова Жылдыз');
  const id = await idOfOnly(world);
  // Half-way when the deadline passes.
  await openList(begimai, one, 'KG');
  await begimai.press('Nominate a person');
  world.clock.set(AFTER);
  await begimai.send('Мамбеталиева Гүлзат');
  expect(begimai.last().text).toContain(
    'The deadline has passed, so the list can’t be changed here. Please ask the organizers: bilim@',
  );
  expect(begimai.last().buttons.flat()).toEqual(['1', 'Came by themselves · 1', 'Nominations']);
  for (const data of [`endorse:${registered}`, `prefer:${id}:1`, `drop_nominee:${id}`]) {
    await pressAny(world, begimai, data);
    expect(await listed(world), data).toEqual([['KG', 'Кадырова Жылдыз', 1]]);
  }
  await pressAny(world, begimai, `nominee:${id}`);
  expect(begimai.last().buttons.flat()).toEqual(['Link to forward', 'Open the list']);

  const owner = await world.owner();
  await pressAny(world, owner, `nominees:${listId({ eventId: one.id, country: 'KG' })}`);
  expect(owner.last().text).toContain('Organizers can still change this list.');
  await nominateNew(owner, 'Мамбеталиева Гүлзат');
  expect(await listed(world)).toHaveLength(2);
  // Not beyond the number that the country has.
  await owner.press('Open the list');
  expect(owner.last().text).toContain('All places of the country are used.');
  expect(owner.last().buttons.flat()).not.toContain('Nominate a person');
  await pressAny(world, owner, `endorse:${registered}`);
  expect(owner.last().text).toContain('All places of the country are used.');
  expect(await listed(world)).toHaveLength(2);
});

test('who loses the role loses the page at once, in the middle of a form; what they nominated stays', async () => {
  const { world, one } = await stage();
  const owner = await world.owner();
  const begimai = await focalPoint(world, 'KG');
  await openList(begimai, one, 'KG');
  await nominateNew(begimai, 'Кадырова Жылдыз');
  await openList(begimai, one, 'KG');
  await begimai.press('Nominate a person');
  await pressAny(world, owner, `drop_role:${await roleOf(world, (await world.row(begimai)).id)}`);
  await begimai.send('Мамбеталиева Гүлзат');
  await begimai.send('/nominations');
  expect(begimai.last().text).toContain('You do not have access');
  expect((await pressAny(world, begimai, `nominees:${listId({ eventId: one.id, country: 'KG' })}`)).text).toContain(
    'access',
  );
  await begimai.send('/start');
  expect(begimai.last().buttons.flat()).not.toContain('Nominations');
  expect(await listed(world)).toEqual([['KG', 'Кадырова Жылдыз', 1]]);
});

test('whose list it is, the nomination says; whose quota, the registration', async () => {
  const { world, one } = await stage();
  const [begimai, ainur] = [await focalPoint(world, 'KG'), await focalPoint(world, 'KZ')];
  const aiperi = await knownPerson(world, { fullName: 'Асанова Айпери', country: 'KG' });
  await openList(begimai, one, 'KG');
  await begimai.press('Nominate a person');
  await begimai.send('Асанова Айпери');
  await begimai.press('1');
  await begimai.press({ data: /:ok$/ });
  // She has moved to Kazakhstan, and registers from there.
  await seat(world, one, aiperi);
  await world.db.update(registration).set({ country: 'KZ' });
  await world.db.update(person).set({ country: 'KZ' }).where(eq(person.telegramId, aiperi.id));
  await pressAny(world, begimai, `nominee:${await idOfOnly(world)}`);
  expect(begimai.last().text).toContain('⚠️ Registered for another country: Kazakhstan');
  await openList(ainur, one, 'KZ');
  expect(ainur.last().buttons.flat()).toEqual(['Nominate a person', 'Nominations']);
  await ainur.press('Nominate a person');
  await ainur.send('Асанова Айпери');
  await ainur.press('1');
  await ainur.press({ data: /:ok$/ });
  expect(ainur.last().text).toContain('another country has done it');
  expect(await listed(world)).toEqual([['KG', 'Асанова Айпери', 1]]);
});

test('an organizer asks for nominations, also for a draft, and stops asking; the lists stay', async () => {
  const { world, one } = await stage({ status: 'draft', nominationsUntil: null, nominees: null });
  const owner = await world.owner();
  await pressAny(world, owner, `manage:${one.id}`);
  await owner.press('Admission and seats');
  await owner.press('Nominations');
  expect(owner.last().text).toContain('Focal points are not asked to nominate for this event.');
  await owner.press('Ask for nominations');
  // Not after the event has begun.
  await owner.send('2027-01-05 10:00');
  expect(owner.last().text).not.toContain('Nominees per country');
  await owner.send('2026-12-10 18:00');
  await owner.send('3');
  await owner.press('Save');
  expect(owner.last().text).not.toContain('told');
  await owner.press('Nominations');
  expect(owner.last().text).toContain(
    'Nominations until: Thursday, 10 December 2026, 18:00 · Astana (UTC+5)\nNominees per country: 3',
  );
  await owner.press('Deadline and number');
  await owner.press('No nominations');
  await owner.press('Save');
  await owner.press('Nominations');
  expect(owner.last().text).toContain('Focal points are not asked');
});
