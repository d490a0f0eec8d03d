import { asc, eq, sql } from 'drizzle-orm';
import { expect, onTestFinished, test, vi } from 'vitest';
import { connect } from '../../src/db/connect.ts';
import {
  alumniProfile,
  attendance,
  certificate,
  message,
  nomination,
  person,
  place,
  registration,
  registrationChange,
  session,
} from '../../src/db/schema.ts';
import { owe } from '../../src/delivery/outbox.ts';
import { becomeAlumni } from '../../src/features/alumni/store.ts';
import { lateReminders, tallies } from '../../src/features/deliveries/store.ts';
import { findEvent } from '../../src/features/events/store.ts';
import { takePlace } from '../../src/features/places/store.ts';
import { moveRegistrations } from '../../src/features/registration/named.ts';
import { mark } from '../../src/features/sessions/attended.ts';
import { createEvent } from '../support/events.ts';
import { enter, name, placeFor, programme } from '../support/places.ts';
import { pressAny } from '../support/press.ts';
import { arrives, comes, givesUp, told } from '../support/seats.ts';
import { createWorld, type World } from '../support/world.ts';

const statuses = async (world: World, eventId: number) =>
  (
    await world.db
      .select({ person: registration.personId, status: registration.status })
      .from(registration)
      .where(eq(registration.eventId, eventId))
      .orderBy(asc(registration.id))
  ).map(({ person, status }) => [person, status]);

test('who opens their link, chooses a language and agrees has the seat that is kept for them, and takes it', async () => {
  const world = await createWorld();
  const one = await createEvent(world, { seats: 1 });
  const named = await name(world, 'Сатпаева Айгерим');
  await enter(world, one.id, named, 'offered');
  const someone = world.telegram.user({ language_code: 'kk' });
  await someone.open(placeFor(named));
  await someone.press({ data: /^lang:en:place_/ });
  expect(await world.db.$count(person), 'nothing before the consent').toBe(1);
  await someone.press({ data: /^agree:en:place_/ });
  expect(someone.last().text).toContain('The seat is kept for you until:');
  expect(someone.last().buttons.flat()).toEqual(expect.arrayContaining(['Take the seat', 'I can’t come']));
  await someone.press('Take the seat');
  expect(someone.texts().at(-1)).toContain('You are registered');
  const own = await world.row(someone);
  expect(own).toMatchObject({ fullName: 'Сатпаева Айгерим', country: 'KZ', zone: 'Asia/Almaty', sex: null });
  expect(await world.db.$count(person)).toBe(1);
  expect(await statuses(world, one.id)).toEqual([[own.id, 'registered']]);
  // Once more: the same, as often as they like.
  await someone.open(placeFor(named));
  expect(someone.last().text).toContain('You are registered');
  await someone.send('/mydata');
  const file = await world.download(someone.last().document!.file_id);
  expect(JSON.parse(file.toString())).toMatchObject({ places: [{ usedAt: '2026-11-24T06:00:00Z' }] });
});

test('a link that was used, or was made up, opens nothing and says whom to ask', async () => {
  const world = await createWorld();
  const one = await createEvent(world);
  const named = await name(world, 'Сатпаева Айгерим');
  await enter(world, one.id, named, 'registered');
  const [first, second] = [await world.arrive('en'), await world.arrive('en')];
  await first.open(placeFor(named));
  expect(first.last().text).toContain('You are registered');
  for (const link of [placeFor(named), `place_${named}-${'x'.repeat(22)}`, 'place_', 'place_1']) {
    await second.open(link);
    expect(second.last().text, link).toContain('This link was used already');
    expect(second.last().text).toContain('@');
  }
  expect(await statuses(world, one.id)).toEqual([[(await world.row(first)).id, 'registered']]);
  // Another's button.
  await pressAny(world, second, `place_mine:${placeFor(named).slice('place_'.length)}`);
  expect(second.last().text).toContain('This link was used already');
});

test('somebody of another name is asked first: an organizer tries the link before passing it on', async () => {
  const world = await createWorld();
  const one = await createEvent(world);
  const named = await name(world, 'Сатпаева Айгерим');
  await enter(world, one.id, named, 'offered');
  const owner = await world.owner();
  await owner.open(placeFor(named));
  expect(owner.last().text).toContain('Сатпаева Айгерим');
  expect(owner.last().text).toContain('Is it you?');
  await owner.press('No, somebody else');
  expect(owner.last().text).toContain('pass the link on');
  const other = await comes(world, await createEvent(world), 'Nino Beridze', { country: 'GE' });
  await other.open(placeFor(named));
  expect(other.last().text).toContain('Your name here: Nino Beridze');
  expect(await statuses(world, one.id)).toEqual([[named, 'offered']]);
  // A married name, say.
  await other.press('Yes, it is me');
  expect(await statuses(world, one.id)).toEqual([[(await world.row(other)).id, 'offered']]);
  // What they gave themselves wins.
  expect(await world.row(other)).toMatchObject({ fullName: 'Nino Beridze', country: 'GE' });
});

test('who is known already, by the same name in another script, is not asked, and everything goes over', async () => {
  const world = await createWorld();
  const [one, two, three] = [await createEvent(world), await createEvent(world), await createEvent(world)];
  const named = await name(world, 'Сатпаева Айгерим', { position: 'Head of unit', email: 'a.s@example.org' });
  await enter(world, one.id, named, 'registered');
  await enter(world, two.id, named, 'registered', { attended: true });
  await world.db.transaction((tx) => becomeAlumni(tx, named, world.clock.now()));
  const now = world.clock.now();
  await world.db.insert(nomination).values({ eventId: three.id, personId: named, country: 'KZ', createdAt: now });
  const certified = {
    programme: {},
    partners: [],
    title: {},
    kind: 'workshop',
    from: '',
    to: '',
    place: null,
    attended: null,
    of: null,
  };
  await world.db.insert(certificate).values({
    code: 'abc',
    eventId: two.id,
    personId: named,
    state: 'valid',
    name: 'A. Satpayeva',
    language: 'en',
    certified,
    issuedAt: now,
    createdAt: now,
  });
  const known = await comes(world, await createEvent(world), 'Aigerim Satpayeva', { country: 'KG' });
  await known.open(placeFor(named));
  expect(known.texts().at(-2)).toContain('You are on the list for:');
  expect(known.last().text).toContain('You now belong to the alumni community');
  const { id, ...own } = await world.row(known);
  expect(own).toMatchObject({ fullName: 'Aigerim Satpayeva', country: 'KG', position: 'Expert' });
  expect(await world.db.select().from(nomination)).toMatchObject([{ personId: id }]);
  expect(await world.db.select().from(certificate)).toMatchObject([{ personId: id, state: 'valid' }]);
  const moved = await world.db.select().from(registration).where(eq(registration.eventId, two.id));
  expect(moved).toMatchObject([{ personId: id, attended: true, country: 'KZ' }]);
  expect(await world.db.select().from(place)).toMatchObject([{ namedId: named, personId: id }]);
  expect(await world.db.select().from(alumniProfile)).toMatchObject([{ personId: id, visible: false }]);
  const welcomes = await world.db.select().from(message).where(eq(message.kind, 'alumni_welcome'));
  expect(welcomes).toMatchObject([{ personId: id }]);
  await known.open(placeFor(named));
  await known.press({ data: `event:${three.id}` });
  expect(known.last().buttons.flat()).toContain('Register');
});

test('a nomination alone: they hear of it, with the page of the event', async () => {
  const world = await createWorld();
  const one = await createEvent(world);
  const named = await name(world, 'Сатпаева Айгерим');
  const now = world.clock.now();
  await world.db.insert(nomination).values({ eventId: one.id, personId: named, country: 'KZ', createdAt: now });
  const someone = await world.arrive('en');
  await someone.open(placeFor(named));
  expect(someone.texts().at(-2)).toContain('Your country has nominated you');
  expect(someone.last().buttons.flat()).toContain('Register');
});

test.for([
  { own: 'registered', named: 'registered', kept: 'registered', next: 'registered' },
  { own: 'registered', named: 'offered', kept: 'registered', next: 'registered' },
  { own: 'waiting', named: 'offered', kept: 'offered', next: 'waiting' },
  { own: 'cancelled', named: 'registered', kept: 'registered', next: 'waiting' },
  { own: 'registered', named: 'declined', kept: 'registered', next: 'waiting' },
] as const)(
  'registered themselves ($own) and named ($named): $kept, once, and a seat that is left over goes on ($next)',
  async ({ own, named, kept, next }) => {
    const world = await createWorld();
    const held = [own, named].filter((status) => status === 'registered' || status === 'offered').length;
    const one = await createEvent(world, { seats: held });
    const personId = await name(world, 'Сатпаева Айгерим');
    const namedRow = await enter(world, one.id, personId, named, { attended: named === 'registered' ? true : null });
    const known = await comes(world, await createEvent(world), 'Aigerim Satpayeva');
    const { id } = await world.row(known);
    const ownRow = await enter(world, one.id, id, own);
    const waiting = await comes(world, await createEvent(world), 'Botir');
    await enter(world, one.id, (await world.row(waiting)).id, 'waiting');
    const at = world.clock.now();
    const [talk] = await world.db
      .insert(session)
      .values({ eventId: one.id, beginsAt: at, endsAt: at.add({ hours: 1 }), changedAt: at })
      .returning();
    await world.db
      .insert(attendance)
      .values({ sessionId: talk!.id, registrationId: namedRow, state: 'present', by: 'organizer', at });
    await known.open(placeFor(personId));
    expect((await statuses(world, one.id)).map(([, status]) => status)).toEqual(expect.arrayContaining([kept, next]));
    expect(await statuses(world, one.id)).toHaveLength(2);
    const [row] = await world.db.select().from(registration).where(eq(registration.id, ownRow));
    expect(row).toMatchObject({ personId: id, status: kept, attended: named === 'registered' ? true : null });
    expect(await world.db.select().from(attendance)).toMatchObject([{ registrationId: ownRow }]);
    const timeline = await world.db
      .select()
      .from(registrationChange)
      .where(eq(registrationChange.registrationId, ownRow))
      .orderBy(asc(registrationChange.id));
    expect(timeline.at(-1)!.to, 'the timeline ends with what is').toBe(kept);
  },
);

test('two accounts race for one link: one has it, the other is told; the control gives it to both', async () => {
  const world = await createWorld();
  for (let round = 0; round < 8; round++) {
    const one = await createEvent(world, { seats: 2 });
    const named = await name(world, `Named ${round}`);
    await enter(world, one.id, named, 'offered');
    const two = [await world.arrive('en'), await world.arrive('en')];
    await Promise.all(two.map((user) => user.open(placeFor(named))));
    const said = two.map((user) => user.last().text);
    expect(said.filter((text) => text.includes('The seat is kept for you'))).toHaveLength(1);
    expect(said.filter((text) => text.includes('This link was used already'))).toHaveLength(1);
    expect(await statuses(world, one.id)).toHaveLength(1);
  }
  // Without the lock on the named person, who looks before the other has written believes it is theirs.
  const named = await name(world, 'Named');
  const look = () => world.db.$count(person, eq(person.id, named));
  expect(await Promise.all([look(), look()])).toEqual([1, 1]);
});

test('what was owed before they came is no trouble to anybody; reminders that fall due afterwards come', async () => {
  const world = await createWorld();
  const one = await createEvent(world, { reminderOffsets: [7200, 1440, 60] });
  const named = await name(world, 'Сатпаева Айгерим');
  await enter(world, one.id, named, 'registered');
  world.clock.set(one.beginsAt.subtract({ hours: 100 }));
  await world.app.tick();
  // The sender was off for so long that it is of no use any more.
  await world.db.update(message).set({ expiresAt: world.clock.now() });
  await world.app.drain();
  const at = { now: world.clock.now(), kept: world.clock.now().subtract({ hours: 9999 }) };
  const about = (await findEvent(world.db, one.id))!;
  expect((await tallies(world.db, about, at)).kinds).toMatchObject([{ kind: 'reminder', fates: { no_chat: 1 } }]);
  expect(await lateReminders(world.db, about, at)).toBe(0);
  const someone = await world.arrive('en');
  await someone.open(placeFor(named));
  const before = someone.texts().length;
  await world.tick();
  expect(someone.texts(), 'not the one that was due before').toHaveLength(before);
  world.clock.set(one.beginsAt.subtract({ hours: 1 }));
  await world.tick();
  expect(someone.last().text).toContain('Time left');
  expect(await world.db.$count(message, eq(message.state, 'failed'))).toBe(0);
});

test('who gives up the seat that came by a link makes room for the next in line', async () => {
  const world = await createWorld();
  const one = await createEvent(world, { seats: 1 });
  const named = await name(world, 'Сатпаева Айгерим');
  await enter(world, one.id, named, 'registered');
  const next = await comes(world, one, 'Botir');
  const someone = await world.arrive('en');
  await someone.open(placeFor(named));
  await givesUp(someone, one);
  expect(await statuses(world, one.id)).toEqual([
    [(await world.row(someone)).id, 'cancelled'],
    [(await world.row(next)).id, 'registered'],
  ]);
});

test('who never came is erased some time after the event; who was there, or is awaited still, is not', async () => {
  const world = await createWorld();
  const [one, later] = [
    await createEvent(world),
    await createEvent(world, { beginsAt: world.clock.now().add({ hours: 24 * 200 }) }),
  ];
  const ids: Record<string, number> = {};
  for (const who of ['absent', 'attended', 'scanned', 'certified', 'nominated', 'invited later', 'nowhere'])
    ids[who] = await name(world, who);
  const now = world.clock.now();
  await enter(world, one.id, ids.absent!, 'registered', { attended: false });
  await enter(world, one.id, ids.attended!, 'registered', { attended: true });
  const scanned = await enter(world, one.id, ids.scanned!, 'registered');
  await enter(world, later.id, ids['invited later']!, 'registered');
  const nominated = { eventId: later.id, personId: ids.nominated!, country: 'KZ', createdAt: now };
  await world.db.insert(nomination).values(nominated);
  const [talk] = await world.db
    .insert(session)
    .values({ eventId: one.id, beginsAt: now, endsAt: now.add({ hours: 1 }), changedAt: now })
    .returning();
  await world.db
    .insert(attendance)
    .values({ sessionId: talk!.id, registrationId: scanned, state: 'present', by: 'organizer', at: now });
  const certified = {
    programme: {},
    partners: [],
    title: {},
    kind: 'workshop',
    from: '',
    to: '',
    place: null,
    attended: null,
    of: null,
  };
  const proof = {
    code: 'c',
    state: 'valid',
    name: 'C',
    language: 'en',
    certified,
    issuedAt: now,
    createdAt: now,
  } as const;
  await world.db.insert(certificate).values({ ...proof, eventId: one.id, personId: ids.certified! });
  const left = async () => {
    await world.tick();
    return (await world.db.select().from(person).orderBy(asc(person.id))).map(({ fullName }) => fullName);
  };
  world.clock.set(one.endsAt.add({ hours: 24 * 90 }));
  expect(await left()).toEqual(['absent', 'attended', 'scanned', 'certified', 'nominated', 'invited later']);
  world.clock.advance({ hours: 1 });
  expect(await left()).toEqual(['attended', 'scanned', 'certified', 'nominated', 'invited later']);
  world.clock.set(later.endsAt.add({ hours: 24 * 91 }));
  expect(await left()).toEqual(['attended', 'scanned', 'certified']);
  // The link of who was erased leads nowhere.
  const someone = await world.arrive('en');
  await someone.open(placeFor(ids.absent!));
  expect(someone.last().text).toContain('This link was used already, or it is not valid any more.');
});

test('the file of one’s data says who named them, and when', async () => {
  const world = await createWorld();
  const owner = await world.owner();
  await world.db.update(person).set({ fullName: 'Organizer Olga' }).where(eq(person.telegramId, owner.id));
  const one = await createEvent(world);
  const named = await name(world, 'Сатпаева Айгерим');
  const id = await enter(world, one.id, named, 'registered');
  const actorId = (await world.row(owner)).id;
  await world.db.update(registrationChange).set({ actorId }).where(eq(registrationChange.registrationId, id));
  const someone = await world.arrive('en');
  await someone.open(placeFor(named));
  await someone.send('/mydata');
  const data = JSON.parse((await world.download(someone.last().document!.file_id)).toString()) as { history: unknown };
  expect(data.history).toMatchObject([
    { to: 'registered', by: 'organizer', organizer: 'Organizer Olga', at: '2026-11-24T06:00:00Z' },
  ]);
});

test('a place is taken while the planner owes something to who was named: neither waits for the other in a circle', async () => {
  const world = await createWorld();
  const one = await createEvent(world);
  const named = await name(world, 'Сатпаева Айгерим');
  await enter(world, one.id, named, 'registered');
  const who = await world.row(await world.arrive('en'));
  const now = world.clock.now();
  const other = connect(world.database.url, { max: 2 });
  onTestFinished(() => other.close());
  // The planner holds the event's row of the agenda, and then writes a message, which refers to its person.
  const { promise: waits, resolve: goOn } = Promise.withResolvers<void>();
  const { promise: holds, resolve: held } = Promise.withResolvers<void>();
  const planner = other.db.transaction(async (tx) => {
    await tx.execute(sql`select from agenda where event_id = ${one.id} for no key update`);
    held();
    await waits;
    await owe(tx, [{ personId: named, eventId: one.id, kind: 'reminder', key: 'r', data: {}, dueAt: now }], now);
  });
  await holds;
  const taking = takePlace(world.db, programme, { namedId: named, who, now });
  await vi.waitUntil(async () => {
    const waiting = sql`select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
    return (await world.db.execute(waiting)).length > 0;
  });
  goOn();
  await planner;
  expect(await taking).toEqual({ kind: 'yours', events: [one.id] });
  expect(await world.db.select().from(message).where(eq(message.key, 'r'))).toMatchObject([{ personId: who.id }]);
});

test('a certificate that waits for its name is asked about as soon as its owner has a chat; notes of organizers stay', async () => {
  const world = await createWorld();
  const one = await createEvent(world, { certificateShare: 0, beginsAt: world.clock.now().subtract({ hours: 5 }) });
  const named = await name(world, 'Сатпаева Айгерим');
  await enter(world, one.id, named, 'registered', { attended: true, note: 'Speaks Kazakh only' });
  const owner = await world.owner();
  await pressAny(world, owner, `issue_certificates:${one.id}`);
  const known = await arrives(world, 'Aigerim Satpayeva');
  await enter(world, one.id, (await world.row(known)).id, 'registered', { attended: false, note: 'Vegetarian' });
  await known.open(placeFor(named));
  expect(await told(world, known)).toContain('certificate_ready sent');
  await known.press({ data: /^certificate_name:/ });
  expect(await world.db.select().from(registration)).toMatchObject([
    { attended: true, note: 'Vegetarian\nSpeaks Kazakh only' },
  ]);
});

test('a paper that an organizer handed out stays valid where the chat of its owner only has a proposal', async () => {
  const world = await createWorld();
  const one = await createEvent(world, { certificateShare: 0, beginsAt: world.clock.now().subtract({ hours: 5 }) });
  const named = await name(world, 'Сатпаева Айгерим');
  await enter(world, one.id, named, 'registered', { attended: true });
  const known = await arrives(world, 'Aigerim Satpayeva');
  await enter(world, one.id, (await world.row(known)).id, 'registered', { attended: true });
  const owner = await world.owner();
  await pressAny(world, owner, `issue_certificates:${one.id}`);
  const now = world.clock.now();
  await world.db.update(certificate).set({ state: 'valid', issuedAt: now }).where(eq(certificate.personId, named));
  await known.open(placeFor(named));
  expect(await world.db.select().from(certificate)).toMatchObject([
    { personId: (await world.row(known)).id, state: 'valid' },
  ]);
});

test('somebody is ticked off while they take their place: they attended, and belong to the alumni', async () => {
  const world = await createWorld();
  const now = world.clock.now();
  const one = await createEvent(world, { beginsAt: now.subtract({ hours: 1 }) });
  const [talk] = await world.db
    .insert(session)
    .values({ eventId: one.id, beginsAt: one.beginsAt, endsAt: now, changedAt: now })
    .returning();
  const named = await name(world, 'Сатпаева Айгерим');
  const registrationId = await enter(world, one.id, named, 'registered');
  const who = await world.row(await world.arrive('en'));
  const other = connect(world.database.url, { max: 2 });
  onTestFinished(() => other.close());
  const { promise: waits, resolve: goOn } = Promise.withResolvers<void>();
  const { promise: moved, resolve: hasMoved } = Promise.withResolvers<void>();
  const taking = other.db.transaction(async (tx) => {
    await moveRegistrations(tx, { from: named, to: who.id, now });
    hasMoved();
    await waits;
  });
  await moved;
  const about = { event: one, one: talk!, registrationId };
  const marking = world.db.transaction((tx) => mark(tx, about, { state: 'present', by: 'organizer' }, now));
  await vi.waitUntil(async () => {
    const waiting = sql`select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
    return (await world.db.execute(waiting)).length > 0;
  });
  goOn();
  await Promise.all([taking, marking]);
  expect(await world.db.select().from(registration)).toMatchObject([{ personId: who.id, attended: true }]);
  expect(await world.db.select().from(alumniProfile)).toMatchObject([{ personId: who.id }]);
});

test('the first page after the link has the clock of the country that they were named with', async () => {
  const world = await createWorld();
  const one = await createEvent(world);
  const named = await name(world, 'ნინო ბერიძე', { country: 'GE' });
  await enter(world, one.id, named, 'offered');
  const nino = await world.arrive('ka');
  await nino.open(placeFor(named));
  expect(nino.last().text).toContain('თბილისი (UTC+4)');
});
