import { and, eq, inArray, sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { event, material, message, person, registration } from '../../src/db/schema.ts';
import { createClaims } from '../../src/delivery/claims.ts';
import type { Topic } from '../../src/delivery/messages.ts';
import { ask, decide } from '../../src/features/alumni/contact-store.ts';
import { becomeAlumni } from '../../src/features/alumni/store.ts';
import { callOff, move, setSeats } from '../../src/features/changes/store.ts';
import { closePoll, startPoll } from '../../src/features/polls/store.ts';
import { register } from '../../src/features/registration/seats.ts';
import { NO_ANSWERS } from '../../src/features/registration/write.ts';
import type { TelegramUser } from '../../src/playground/telegram/index.ts';
import { listed } from '../support/alumni.ts';
import { createEvent, seat } from '../support/events.ts';
import { pressAny } from '../support/press.ts';
import { createWorld, type World } from '../support/world.ts';

/*
 * What is owed to people and not sent yet, when they erase their data, block the bot, switch its topic off or cancel their
 * participation: every kind of message against every way to say no.
 */

/** 14:00 in Almaty: nobody sleeps. */
const NOON = Temporal.Instant.from('2026-12-10T09:00:00Z');
const FAR = Temporal.Instant.from('2999-01-01T00:00:00Z');

type Scene = { world: World; eventId: number; users: TelegramUser[]; ids: number[] };
type Kind = {
  topic?: Topic;
  /** It tells of a seat that can still be given up. */
  seat?: true;
  owe(scene: Scene): Promise<unknown>;
};

/** Runs the planner with an event that begins so long after now. */
async function plan({ world, eventId }: Scene, begins: Temporal.DurationLike, attended?: true): Promise<void> {
  const beginsAt = NOON.add(begins);
  const endsAt = beginsAt.add({ hours: 3 });
  await world.db.update(event).set({ beginsAt, endsAt }).where(eq(event.id, eventId));
  if (attended) await world.db.update(registration).set({ attended });
  await world.app.tick();
}

const begin = ({ world: { db }, eventId, ids }: Scene) =>
  db.transaction((tx) =>
    startPoll(tx, { eventId, question: 'Which?', options: ['a', 'b'], createdBy: ids[0]!, now: NOON }),
  );

/** Everybody registers anew, or joins the waiting list of an event that is full. */
async function registerAll({ world, eventId, ids }: Scene): Promise<void> {
  await world.db.delete(registration);
  for (const personId of ids)
    await world.db.transaction((tx) => register(tx, { eventId, personId, now: NOON }, NO_ANSWERS, true));
}

const KINDS: Record<string, Kind> = {
  confirmation: { seat: true, owe: registerAll },
  promoted: {
    seat: true,
    async owe(scene) {
      const { world, eventId } = scene;
      const first = (await world.row(await world.arrive('en'))).id;
      await world.db.update(event).set({ seats: 1 }).where(eq(event.id, eventId));
      await registerAll({ ...scene, ids: [first, ...scene.ids] });
      await world.app.drain();
      await world.db.transaction((tx) => setSeats(tx, eventId, null, NOON));
    },
  },
  reminder: { topic: 'reminders', seat: true, owe: (scene) => plan(scene, { hours: 24 }) },
  event_moved: {
    seat: true,
    owe({ world, eventId }) {
      const beginsAt = NOON.add({ hours: 400 });
      const to = {
        beginsAt,
        endsAt: beginsAt.add({ hours: 1 }),
        place: null,
        link: null,
        deadlineAt: null,
        note: null,
      };
      return world.db.transaction((tx) => move(tx, eventId, to, NOON));
    },
  },
  event_cancelled: {
    seat: true,
    owe: ({ world, eventId }) => world.db.transaction((tx) => callOff(tx, eventId, null, NOON)),
  },
  material: {
    topic: 'materials',
    seat: true,
    async owe({ world, eventId }) {
      const link = { kind: 'link' as const, title: 'Slides', url: 'https://example.org', phase: 'before' as const };
      await world.db.insert(material).values({ eventId, ...link, addedAt: NOON });
      await world.app.tick();
    },
  },
  poll: { seat: true, owe: begin },
  poll_results: {
    seat: true,
    async owe(scene) {
      const { poll } = await begin(scene);
      await scene.world.app.drain();
      for (const user of scene.users) await user.vote(user.last(), [0]);
      await closePoll(scene.world.db, poll.id, NOON);
    },
  },
  feedback_invitation: { topic: 'surveys', owe: (scene) => plan(scene, { hours: -5 }) },
  survey_invitation: { topic: 'surveys', owe: (scene) => plan(scene, { hours: -24 * 92 }, true) },
  survey_reminder: {
    topic: 'surveys',
    async owe(scene) {
      await plan(scene, { hours: -24 * 92 }, true);
      await scene.world.app.drain();
      scene.world.clock.advance({ hours: 24 * 7 });
      await scene.world.app.tick();
    },
  },
  alumni_welcome: {
    async owe({ world: { db }, ids }) {
      for (const id of ids) await becomeAlumni(db, id, NOON);
    },
  },
  contact_request: {
    topic: 'contacts',
    async owe({ world, ids }) {
      const { db } = world;
      const from = await world.row(await listed(world, 'en', 'Karimova Nilufar'));
      for (const id of ids) await becomeAlumni(db, id, NOON);
      await db.update(message).set({ state: 'sent' }).where(eq(message.kind, 'alumni_welcome'));
      await db.execute(sql`update alumni_profile set visible = true`);
      for (const to of ids)
        await db.transaction((tx) => ask(tx, { from, to, body: 'Hello', username: null, now: NOON }));
    },
  },
  contact_accepted: {
    async owe({ world, users }) {
      const { db } = world;
      const to = await world.row(await listed(world, 'en', 'Karimova Nilufar'));
      for (const user of users) {
        const from = await world.row(user);
        await db.transaction((tx) => ask(tx, { from, to: to.id, body: 'Hello', username: null, now: NOON }));
      }
      await world.app.drain();
      for (const [i] of users.entries())
        await db.transaction((tx) => decide(tx, i + 1, { by: to, state: 'accepted', username: null, now: NOON }));
    },
  },
};

/** Ways to say no, and whether that stops a message of this kind. */
const WAYS: {
  way: string;
  go(scene: Scene, user: TelegramUser, kind: Kind): Promise<unknown>;
  stops(kind: Kind): boolean;
}[] = [
  { way: 'erases', go: ({ world }, user) => pressAny(world, user, 'erase_now'), stops: () => true },
  { way: 'blocks', go: (_, user) => user.block(), stops: () => true },
  {
    way: 'mutes',
    go: ({ world }, user, { topic = 'announcements' }) => pressAny(world, user, `topic:${topic}:0`),
    stops: ({ topic }) => topic !== undefined,
  },
  {
    way: 'cancels',
    go: ({ world, eventId }, user) => pressAny(world, user, `give_up:${eventId}`),
    stops: (kind) => kind.seat === true,
  },
  // The control: nothing but their own no keeps it from them.
  { way: 'does nothing', go: async () => undefined, stops: () => false },
];

const CASES = Object.entries(KINDS).flatMap(([name, kind]) =>
  (['waits', 'is in hand'] as const).map((where) => ({ name, kind, where })),
);

test.each(CASES)('$name that $where: no to it is heard before it is sent', async ({ name, kind, where }) => {
  const world = await createWorld();
  world.clock.set(NOON.subtract({ hours: 240 }));
  const link = 'https://example.org/room';
  const { id: eventId } = await createEvent(world, { beginsAt: NOON.add({ hours: 300 }), link });
  const scene: Scene = { world, eventId, users: [], ids: [] };
  for (const { way } of WAYS) {
    const user = await world.arrive('en', { first_name: way });
    scene.users.push(user);
    scene.ids.push((await seat(world, { id: eventId }, user)).id);
  }
  world.clock.set(NOON);
  await kind.owe(scene);
  const owed = and(eq(message.kind, name), inArray(message.personId, scene.ids));
  expect(await world.db.$count(message, and(owed, eq(message.state, 'queued')))).toBe(WAYS.length);
  // The sender is not as quick as they are; it may have rendered them already, and wait for its turn.
  const claims = createClaims(world.db, 'another', []);
  const inHand = where === 'waits' ? [] : await claims.take(world.clock.now(), 100);
  await world.db
    .update(message)
    .set({ retryAt: FAR })
    .where(inArray(message.state, ['queued', 'claimed']));

  for (const [i, { go }] of WAYS.entries()) await go(scene, scene.users[i]!, kind);
  const begun = await claims.begin(inHand.map((one) => one.message));
  const going = inHand.map((one) => one.message).filter(({ id }) => begun.has(id));
  const whose = (personId: number | null) => WAYS[scene.ids.indexOf(personId!)]!;
  // Who has blocked the bot gets nothing from Telegram.
  const stopped = going.filter((one) => one.kind === name && whose(one.personId).stops(kind));
  expect(new Set(stopped.map(({ personId }) => whose(personId).way))).toEqual(
    new Set(inHand.length > 0 ? ['blocks'] : []),
  );
  await claims.settle(going.map(({ id, fence }) => ({ id, fence, from: 'sending', state: 'queued' })));
  const before = world.telegram.calls.length;
  await world.db.update(message).set({ retryAt: null }).where(owed);
  await world.app.drain();

  const reached = world.telegram.calls
    .slice(before)
    .flatMap(({ method, payload }) => (method.startsWith('send') ? [payload.chat_id] : []));
  const sent = WAYS.filter((_, i) => reached.includes(scene.users[i]!.id)).map(({ way }) => way);
  expect(sent).toEqual(WAYS.filter(({ stops }) => !stops(kind)).map(({ way }) => way));
  expect(await world.db.$count(message, and(owed, inArray(message.state, ['queued', 'claimed'])))).toBe(0);
  const erased = await world.db.$count(person, eq(person.id, scene.ids[0]!));
  expect(erased + (await world.db.$count(message, eq(message.personId, scene.ids[0]!)))).toBe(0);
});
