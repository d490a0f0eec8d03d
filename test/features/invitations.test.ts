import { and, asc, eq } from 'drizzle-orm';
import { expect, onTestFinished, test } from 'vitest';
import { connect } from '../../src/db/connect.ts';
import { event, message, person, quota, registration, registrationChange } from '../../src/db/schema.ts';
import { knownPeople } from '../../src/features/invitations/known.ts';
import { add } from '../../src/features/invitations/store.ts';
import { namePerson } from '../../src/features/people/named.ts';
import { accept, endOffers } from '../../src/features/registration/accept.ts';
import { enter } from '../../src/features/registration/named.ts';
import { lockEvent } from '../../src/features/registration/seats.ts';
import type { TelegramUser } from '../../src/playground/telegram/index.ts';
import { createEvent } from '../support/events.ts';
import { askForm, formOf, longText } from '../support/forms.ts';
import { placeFor, programme } from '../support/places.ts';
import { pressAny } from '../support/press.ts';
import { changesOf, comes, givesUp, told } from '../support/seats.ts';
import { createWorld, type World } from '../support/world.ts';

type Answers = { name: string; country?: string; who?: string; how?: 'invite' | 'register'; until?: string };

/** Answers the form up to its end, and adds. */
async function adds(
  world: World,
  organizer: TelegramUser,
  one: { id: number },
  { name, country = 'KZ', who, how = 'invite', until = 'P3D' }: Answers,
): Promise<void> {
  const option = (token: string) => organizer.press({ data: new RegExp(`:o:${token}$`) });
  await pressAny(world, organizer, `add_people:${one.id}`);
  await organizer.press({ data: `add_person:${one.id}` });
  await organizer.send(name);
  await option(country);
  if (who) await option(`${who}-\\w+`);
  if (!who || who === 'new') for (let i = 0; i < 3; i++) await organizer.press({ data: /:s$/ });
  await option(how);
  if (how === 'invite') await (/^[A-Z]/.test(until) ? option(until) : organizer.send(until));
  await organizer.press({ data: /:ok$/ });
}

const linkIn = (text: string) => /start=(place_[\w-]+)/.exec(text)?.[1] ?? '';

async function stage(given: Partial<typeof event.$inferInsert> = {}) {
  const world = await createWorld();
  const owner = await world.owner();
  const one = await createEvent(world, { seats: 2, ...given });
  const all = () => world.db.select().from(registration).orderBy(asc(registration.id));
  return { world, owner, one, all };
}

test('somebody new is invited: the organizer gets a letter to pass on, in the language of who is to read it', async () => {
  const { world, owner, one, all } = await stage();
  await pressAny(world, owner, `manage:${one.id}`);
  await owner.press('Admission and seats');
  await owner.press('Add people');
  expect(owner.last().text).toContain('Invited, no answer yet: 0');
  await adds(world, owner, one, { name: 'Сатпаева Айгерим' });
  expect(owner.texts().at(-2)).toContain('Invited: Сатпаева Айгерим');
  expect(owner.texts().at(-2)).toContain('The person is not in the chat yet.');
  const letter = owner.last();
  expect(letter.text).toContain('Сатпаева Айгерим, ұйымдастырушылар Сізді іс-шараға шақырады:');
  expect(letter.text).toContain('27 қараша');
  expect(letter.buttons).toEqual([]);
  const [made] = await all();
  expect(made).toMatchObject({ status: 'offered', country: 'KZ', offeredUntil: world.clock.now().add({ hours: 72 }) });
  expect(linkIn(letter.text)).toBe(placeFor(made!.personId));

  const someone = await world.arrive('kk');
  await someone.open(linkIn(letter.text));
  await someone.press('Орынды алу');
  expect((await all())[0]).toMatchObject({ status: 'registered' });
  expect(await changesOf(world, someone)).toEqual([
    [null, 'offered', 'organizer'],
    ['offered', 'registered', 'person'],
  ]);
  await pressAny(world, someone, `history:${made!.id}`);
  expect(someone.last().text).toContain('Ұйымдастырушылар Сізді шақырып');
});

test('who is known by the name in another script is shown first, and gets a message with the buttons', async () => {
  const { world, owner, one, all } = await stage();
  const known = await comes(world, await createEvent(world), 'Aigerim Satpayeva');
  const { id } = await world.row(known);
  await pressAny(world, owner, `add_person:${one.id}`);
  await owner.send('Сатпаева Айгерим');
  await owner.press({ data: /:o:KZ$/ });
  expect(owner.last().text).toContain('Is it one of them?');
  expect(owner.last().text).toContain('Aigerim Satpayeva · Kazakhstan · Agency');
  await owner.press({ data: new RegExp(`:o:${id}-\\w+$`) });
  await owner.press('Invite');
  await owner.press('7 days');
  await owner.press('Add');
  expect(owner.last().text).toContain('The person gets a message in the chat.');
  expect(known.last().text).toContain('The organizers invite you and keep a seat for you');
  expect(known.last().text).toContain('The seat is kept for you until:');
  await known.press('Take the seat');
  expect((await all()).filter(({ eventId }) => eventId === one.id)).toMatchObject([
    { personId: id, status: 'registered' },
  ]);
  expect(await world.db.$count(person)).toBe(2);
  // Registered at once is no question.
  const two = await createEvent(world);
  await adds(world, owner, two, { name: 'Сатпаева Айгерим', who: String(id), how: 'register' });
  expect(known.last().text).toContain('The organizers gave you a seat');
  await adds(world, owner, two, { name: 'Сатпаева Айгерим', who: String(id), how: 'register' });
  expect(owner.last().text).toContain('On the list already: Aigerim Satpayeva');
  // Another of that name.
  await adds(world, owner, two, { name: 'Сатпаева Айгерим', who: 'new', how: 'register' });
  expect(await world.db.$count(person)).toBe(3);
  expect(linkIn(owner.last().text)).not.toBe('');
});

test('who changes the name at the end is asked anew who is meant', async () => {
  const { world, owner, one } = await stage();
  for (const name of ['Aigerim Satpayeva', 'Lola Karimova']) await comes(world, await createEvent(world), name);
  await pressAny(world, owner, `add_person:${one.id}`);
  await owner.send('Сатпаева Айгерим');
  await owner.press({ data: /:o:KZ$/ });
  await owner.press('1');
  await owner.press('Register at once');
  await owner.press('Edit');
  await owner.press('Full name');
  await owner.send('Каримова Лола');
  expect(owner.last().text).toContain('1. Lola Karimova · Kazakhstan');
  await owner.press('1');
  await owner.press('Add');
  expect(owner.last().text).toContain('Registered: Lola Karimova');
});

test('an invitation holds a seat and keeps to the quotas; who does not answer in time makes room', async () => {
  const { world, owner, one, all } = await stage({ seats: 2 });
  await world.db.insert(quota).values({ eventId: one.id, country: 'KG', seats: 1 });
  await adds(world, owner, one, { name: 'Сатпаева Айгерим' });
  await adds(world, owner, one, { name: 'Омаров Даурен' });
  expect(owner.last().text).toContain('There is no seat left for this country: Kazakhstan.');
  expect(await world.db.$count(person), 'who did not get in is not kept').toBe(2);
  await adds(world, owner, one, { name: 'Асанова Айпери', country: 'KG' });
  const waiting = await comes(world, one, 'Botir');
  expect((await all()).map(({ status }) => status)).toEqual(['offered', 'offered', 'waiting']);

  await pressAny(world, owner, `unanswered:${one.id}`);
  expect(owner.last().text).toContain('1. Сатпаева Айгерим · Kazakhstan');
  expect(owner.last().text).toContain('Not in the chat yet');
  world.clock.advance({ hours: 72 });
  await world.tick();
  expect((await all()).map(({ status }) => status)).toEqual(['missed', 'missed', 'registered']);
  expect(waiting.last().text).toContain('A seat is free: you are registered now');
  await pressAny(world, owner, `unanswered:${one.id}`);
  expect(owner.last().text).toContain('Everybody has answered.');
});

test('an invitation is withdrawn: the seat goes on, the person is told, and both timelines say it', async () => {
  const { world, owner, one, all } = await stage({ seats: 1 });
  const known = await comes(world, await createEvent(world), 'Aigerim Satpayeva');
  await adds(world, owner, one, { name: 'Сатпаева Айгерим', who: String((await world.row(known)).id) });
  const next = await comes(world, one, 'Botir');
  const [, invited] = await all();
  await pressAny(world, owner, `participant:${invited!.id}:0`);
  await owner.press('Withdraw the invitation');
  expect(known.last().text).toContain('The organizers withdrew the invitation');
  expect((await all()).slice(1).map(({ status }) => status)).toEqual(['cancelled', 'registered']);
  await pressAny(world, known, `history:${invited!.id}`);
  expect(known.last().text).toContain('The organizers withdrew the invitation');
  await pressAny(world, owner, `participant:${invited!.id}:0`);
  expect(owner.last().text).toContain('Cancelled · an organizer');
  // An old button, pressed again.
  await pressAny(world, owner, `withdraw_invitation:${invited!.id}:0`);
  expect(await told(world, next)).toHaveLength(2);
  await pressAny(world, known, `accept_seat:${one.id}`);
  expect((await all())[1]).toMatchObject({ status: 'cancelled' });
});

test('the link can be shown again, until it was used', async () => {
  const { world, owner, one, all } = await stage();
  await adds(world, owner, one, { name: 'Сатпаева Айгерим', how: 'register' });
  const [made] = await all();
  const { text } = owner.last();
  expect(text).toContain('Сізді іс-шараға тіркеді');
  await pressAny(world, owner, `participant:${made!.id}:0`);
  expect(owner.last().text).toContain('Not in the chat yet');
  await owner.press('Link for this person');
  expect(owner.last().text).toBe(text);
  const someone = await world.arrive('ru');
  await someone.open(linkIn(text));
  expect(someone.last().text).toContain('Вы зарегистрированы');
  expect((await pressAny(world, owner, `place_link:${made!.id}`)).text).toContain('has come to the chat');
});

test('after the deadline and the beginning organizers still register; they invite no more, and not for a draft', async () => {
  const { world, owner, one, all } = await stage();
  await world.db.update(event).set({ deadlineAt: world.clock.now() }).where(eq(event.id, one.id));
  world.clock.set(one.beginsAt.add({ minutes: 5 }));
  await pressAny(world, owner, `add_person:${one.id}`);
  await owner.send('Сатпаева Айгерим');
  await owner.press({ data: /:o:KZ$/ });
  for (let i = 0; i < 3; i++) await owner.press({ data: /:s$/ });
  await owner.press('Add');
  expect((await all()).map(({ status }) => status)).toEqual(['registered']);
  const draft = await createEvent(world, { status: 'draft' });
  await pressAny(world, owner, `add_people:${draft.id}`);
  expect(owner.last().text).toContain('possible only for a published event');
  await pressAny(world, owner, `add_person:${draft.id}`);
  expect(owner.last().text).toContain('possible only for a published event');
});

test('who gave up a seat is invited again by hand, who applied is let in; a bad time is refused, and nothing lost', async () => {
  const { world, owner, one, all } = await stage({ moderated: true });
  const known = await comes(world, one, 'Aigerim Satpayeva');
  const { id } = await world.row(known);
  await adds(world, owner, one, { name: 'Aigerim Satpayeva', who: String(id), how: 'register' });
  expect((await all())[0]).toMatchObject({ status: 'registered' });
  await givesUp(known, one);
  await pressAny(world, owner, `add_person:${one.id}`);
  await owner.send('Aigerim Satpayeva');
  await owner.press({ data: /:o:KZ$/ });
  await owner.press({ data: new RegExp(`:o:${id}-\\w+$`) });
  await owner.press('Invite');
  await owner.send('2026-12-30 10:00');
  expect(owner.last().text).toContain('This must be earlier than');
  await owner.send('2026-12-01 10:00');
  expect(owner.last().text).toContain('Seat kept until');
  await owner.press('Add');
  expect((await all())[0]).toMatchObject({
    status: 'offered',
    offeredUntil: Temporal.Instant.from('2026-12-01T05:00Z'),
  });
  expect(known.last().text).toContain('The organizers invite you');
});

test('two organizers name the same person at once: one person, one seat; the control makes two', async () => {
  const { world, one } = await stage({ seats: 5 });
  const other = connect(world.database.url, { max: 2 });
  onTestFinished(() => other.close());
  const actorId = (await world.db.select().from(person))[0]!.id;
  const named = { fullName: 'Сатпаева Айгерим', country: 'KZ' };
  const now = world.clock.now();
  const { last } = await knownPeople(world.db);
  const entry = { kind: 'register' } as const;
  const adding = { eventId: one.id, entry, actorId, again: true, now };
  const outcomes = await Promise.all(
    [world.db, other.db].map((db, i) =>
      db.transaction((tx) =>
        add(tx, programme, {
          ...adding,
          whom: { kind: 'new', named: { ...named, ...(i === 1 && { fullName: 'Aigerim Satpayeva' }) }, last },
        }),
      ),
    ),
  );
  expect(outcomes.map(({ kind }) => kind).toSorted((a, b) => a.localeCompare(b))).toEqual(['already', 'registered']);
  expect(await world.db.$count(registration)).toBe(1);
  // Who looks first and names afterwards, without waiting for the other.
  const omarov = { fullName: 'Омаров Даурен', country: 'KZ' };
  const looked = await Promise.all([world.db, other.db].map((db) => knownPeople(db)));
  for (const people of looked)
    if (people.like(omarov.fullName).length === 0)
      await world.db.transaction((tx) => namePerson(tx, programme, omarov, now));
  expect(await world.db.$count(person, eq(person.fullName, omarov.fullName))).toBe(2);
});

const rowOf = ({ id: _, ...row }: typeof event.$inferSelect) => row;

test('a seat is accepted while its time runs out: never both, never lost, and the seat goes on once', async () => {
  const { world, one } = await stage({ seats: 1 });
  const actorId = (await world.db.select().from(person))[0]!.id;
  const other = connect(world.database.url, { max: 2 });
  onTestFinished(() => other.close());
  const now = world.clock.now();
  const ends = now.add({ hours: 1 });
  for (let round = 0; round < 20; round++) {
    const [a, b] = await world.db
      .insert(person)
      .values(
        [1, 2].map((n) => ({ telegramId: round * 10 + n, language: 'en', zone: 'UTC', createdAt: now, seenAt: now })),
      )
      .returning();
    const [seat] = await world.db
      .insert(event)
      .values({ ...rowOf(one), code: `race${round}` })
      .returning();
    const request = { eventId: seat!.id, personId: a!.id, now };
    await world.db.transaction((tx) => enter(tx, request, { kind: 'invite', until: ends }, { actorId, again: true }));
    await world.db.insert(registration).values({
      eventId: seat!.id,
      personId: b!.id,
      status: 'waiting',
      waitingSince: now,
      createdAt: now,
      changedAt: now,
    });
    // The press came just before the end, the job just after.
    const press = () => other.db.transaction((tx) => accept(tx, { ...request, now: ends.subtract({ seconds: 1 }) }));
    const job = () => world.db.transaction(async (tx) => endOffers(tx, (await lockEvent(tx, seat!.id))!, ends));
    await Promise.all(round % 2 ? [press(), job()] : [job(), press()]);
    const rows = await world.db
      .select()
      .from(registration)
      .where(eq(registration.eventId, seat!.id))
      .orderBy(registration.id);
    const stand = rows.map(({ status }) => status).join(' ');
    expect(['registered waiting', 'missed registered']).toContain(stand);
    const lines = await world.db
      .select()
      .from(registrationChange)
      .where(eq(registrationChange.registrationId, rows[0]!.id));
    expect(lines).toHaveLength(2);
  }
  expect(await world.db.$count(message, eq(message.kind, 'invitation'))).toBe(20);
  // Who looks whether the offer stands, and takes the seat without the lock.
  const [a, b] = (await world.db.select().from(person)).slice(-2);
  const [seat] = await world.db
    .insert(event)
    .values({ ...rowOf(one), code: 'control' })
    .returning();
  const row = { eventId: seat!.id, createdAt: now, changedAt: now };
  await world.db.insert(registration).values([
    { ...row, personId: a!.id, status: 'offered', offeredUntil: ends },
    { ...row, personId: b!.id, status: 'waiting', waitingSince: now },
  ]);
  const naive = and(eq(registration.eventId, seat!.id), eq(registration.personId, a!.id));
  const [seen] = await world.db.select().from(registration).where(naive);
  await world.db.transaction(async (tx) => endOffers(tx, (await lockEvent(tx, seat!.id))!, ends));
  if (seen!.status === 'offered')
    await world.db.update(registration).set({ status: 'registered', offeredUntil: null }).where(naive);
  const taken = and(eq(registration.eventId, seat!.id), eq(registration.status, 'registered'));
  expect(await world.db.$count(registration, taken), 'the control oversells').toBe(2);
});

test('who was taken in by organizers says the rest afterwards: what they wrote of them is confirmed, the event’s questions asked', async () => {
  const { world, owner, one, all } = await stage({ seats: 5 });
  await askForm(world, one.id, formOf(longText('why', { en: 'Why do you want to come?' })));
  await adds(world, owner, one, { name: 'Сатпаева Айгерим' });
  const someone = await world.arrive('en');
  await someone.open(linkIn(owner.last().text));
  expect(someone.last().buttons.flat(), 'the seat first').not.toContain('Complete your details');
  await someone.press('Take the seat');
  await pressAny(world, someone, `event:${one.id}`);
  await someone.press('Complete your details');
  await someone.send('SATPAYEVA AIGERIM');
  await someone.send('Statistics Bureau');
  await someone.send('Expert');
  await someone.press('Female');
  await someone.press('Skip');
  await someone.send('To learn');
  expect(someone.last().text).toContain('Full name · Сатпаева Айгерим');
  await someone.press('Save');
  expect((await all())[0]).toMatchObject({ status: 'registered', answers: { why: 'To learn' } });
  expect(await world.row(someone)).toMatchObject({ latinName: 'SATPAYEVA AIGERIM', country: 'KZ', sex: 'female' });
  expect(someone.last().text).toContain('The changes are saved.');
  await pressAny(world, someone, `event:${one.id}`);
  expect(someone.last().text).toContain('You are registered');
  expect(someone.last().buttons.flat()).not.toContain('Complete your details');
  // Who registered by themselves was asked then.
  const other = await comes(world, await createEvent(world), 'Botir');
  await other.send('/my');
  await other.press(/^1\./);
  expect(other.last().buttons.flat()).not.toContain('Complete your details');
});
