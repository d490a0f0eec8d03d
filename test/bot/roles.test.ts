import { eq } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { eventIn, type EventOf, type Route } from '../../src/bot/routes.ts';
import {
  announcement,
  attendance,
  audit,
  certificate,
  criterion,
  draft,
  material,
  nomination,
  poll,
  registration,
  requirement,
  role,
} from '../../src/db/schema.ts';
import { eventOfAnnouncement } from '../../src/features/announcements/store.ts';
import { eventOfCertificate } from '../../src/features/certificates/store.ts';
import { eventOfRegistration } from '../../src/features/events/store.ts';
import { currentVersion, eventOfForm, eventOfVersion } from '../../src/features/forms/store.ts';
import { eventOfMaterial } from '../../src/features/materials/store.ts';
import { eventOfList, listId } from '../../src/features/nominations/list.ts';
import { eventOfNomination } from '../../src/features/nominations/store.ts';
import { eventOfPoll } from '../../src/features/polls/store.ts';
import { eventOfMark, eventOfSession } from '../../src/features/sessions/store.ts';
import { eventOfRequirement } from '../../src/features/requirements/store.ts';
import { eventOfCriterion, eventOfReviewer } from '../../src/features/selection/store.ts';
import type { TelegramUser } from '../../src/playground/telegram/index.ts';
import { createEvent, seat } from '../support/events.ts';
import { formOf, longText } from '../support/forms.ts';
import { pressAny } from '../support/press.ts';
import { give } from '../support/roles.ts';
import { createSession } from '../support/sessions.ts';
import { createWorld, type World } from '../support/world.ts';

/*
 * Who may do what, as a table of every role and every way in, each tried by pressing it. The roles of one event are tried on
 * that event and on another one. What may happen is worked out from the declarations alone, and written out in
 * roles.table.txt: a change of what anybody may do is a change of that file.
 */

const ROLES = [
  'participant',
  'translator',
  'focal point',
  'reviewer',
  'organizer',
  'organizer of all',
  'owner',
] as const;
type RoleName = (typeof ROLES)[number];

/** What the roles of one event may not do with another one, nor a focal point with that of another country. */
type Which = 'own' | 'other';

/** What each role may, by what a way in declares. */
const MAY: Record<Route['needs'], (role: RoleName, which: Which) => boolean> = {
  anyone: () => true,
  person: () => true,
  organizer: (role) => role === 'organizer' || role === 'organizer of all' || role === 'owner',
  'organizer of it': (role, which) => (role === 'organizer' && which === 'own') || isAbove(role),
  'organizer of all': isAbove,
  'translator or organizer of it': (role, which) =>
    role === 'translator' || (role === 'organizer' && which === 'own') || isAbove(role),
  translator: (role) => role === 'translator' || role === 'owner',
  reviewer: (role) => role === 'reviewer' || role === 'owner',
  'reviewer of it': (role, which) => (role === 'reviewer' && which === 'own') || role === 'owner',
  'focal point': (role) => role === 'focal point' || role === 'owner',
  'focal point or organizer of it': (role, which) =>
    ((role === 'focal point' || role === 'organizer') && which === 'own') || isAbove(role),
  owner: (role) => role === 'owner',
};

function isAbove(role: RoleName): boolean {
  return role === 'organizer of all' || role === 'owner';
}

/** These end what the table needs: the person, their consent's language. */
const APART = new Set(['erase_now', 'lang', 'agree', 'decline', 'languages']);

/** What they end is gone, and what is gone can be looked for by every organizer: these come last. */
const ENDS = /^(delete|drop)/;

type Ids = Record<Which, number>;

const COUNTRIES: Record<Which, string> = { own: 'KZ', other: 'KG' };

/** Two events with one of everything that a button may name; how to name it, by the way in which its event is looked up. */
async function stage(world: World): Promise<Map<EventOf, Ids>> {
  const { db, clock } = world;
  const now = clock.now();
  const made = async (which: Which): Promise<[EventOf, number][]> => {
    const one = await createEvent(world, { form: formOf(longText('why', { en: 'Why?' })) });
    const { id: eventId } = one;
    const audience = { event: { id: eventId, status: 'registered' as const } };
    const person = await seat(world, one, await world.arrive('en'));
    const country = COUNTRIES[which];
    const [registered] = await db
      .update(registration)
      .set({ country })
      .where(eq(registration.personId, person.id))
      .returning();
    const [nominated] = await db
      .insert(nomination)
      .values({ eventId, personId: (await world.row(await world.arrive('en'))).id, country, createdAt: now })
      .returning();
    const [asked] = await db
      .insert(poll)
      .values({ eventId, question: which, options: ['a', 'b'], createdAt: now })
      .returning();
    const [added] = await db
      .insert(material)
      .values({ eventId, kind: 'link', title: which, url: 'https://example.org', phase: 'after', addedAt: now })
      .returning();
    const [announced] = await db
      .insert(announcement)
      .values({ audience, state: 'cancelled', createdAt: now, confirmedAt: now })
      .returning();
    const certified = {
      programme: {},
      partners: [],
      title: {},
      kind: 'workshop',
      from: '2026-12-04',
      to: '2026-12-04',
    };
    const [proposed] = await db
      .insert(certificate)
      .values({
        code: which,
        eventId,
        personId: person.id,
        state: 'proposed',
        name: which,
        language: 'en',
        certified: { ...certified, place: null, attended: null, of: null },
        createdAt: now,
      })
      .returning();
    const [scored] = await db
      .insert(criterion)
      .values({ eventId, position: 1, title: { en: which } })
      .returning();
    const [reviews] = await db
      .insert(role)
      .values({ kind: 'reviewer', eventId, personId: person.id, since: now })
      .returning();
    const [required] = await db
      .insert(requirement)
      .values({ eventId, position: 1, title: { en: which } })
      .returning();
    const version = await currentVersion(db, { eventId, purpose: 'registration' });
    const held = await createSession(world, one);
    const [marked] = await db
      .insert(attendance)
      .values({ sessionId: held.id, registrationId: registered!.id, state: 'excused', by: 'organizer', at: now })
      .returning();
    return [
      [eventIn, eventId],
      [eventOfRegistration, registered!.id],
      [eventOfList, listId({ eventId, country })],
      [eventOfNomination, nominated!.id],
      [eventOfPoll, asked!.id],
      [eventOfMaterial, added!.id],
      [eventOfAnnouncement, announced!.id],
      [eventOfCertificate, proposed!.id],
      [eventOfVersion, version!.id],
      [eventOfCriterion, scored!.id],
      [eventOfReviewer, reviews!.id],
      [eventOfRequirement, required!.id],
      [eventOfForm, version!.formId],
      [eventOfSession, held.id],
      [eventOfMark, marked!.id],
    ];
  };
  const [own, other] = [await made('own'), new Map(await made('other'))];
  return new Map(own.map(([of, id]) => [of, { own: id, other: other.get(of)! }]));
}

async function cast(world: World, eventId: number): Promise<Record<RoleName, TelegramUser>> {
  const others = ROLES.filter((role) => role !== 'owner');
  const users = await Promise.all(others.map(() => world.arrive('en')));
  const people = Object.fromEntries(others.map((role, i) => [role, users[i]!])) as Record<RoleName, TelegramUser>;
  await give(world, people.translator, { kind: 'translator' });
  await give(world, people['focal point'], { kind: 'focal_point', country: COUNTRIES.own });
  await give(world, people.reviewer, { kind: 'reviewer', eventId });
  await give(world, people.organizer, { kind: 'organizer', eventId });
  await give(world, people['organizer of all'], { kind: 'organizer' });
  return { ...people, owner: await world.owner() };
}

/** Tries a way in; true: it was refused, which the log has. */
async function isRefused(world: World, user: TelegramUser, { on, name }: Route, argument: string): Promise<boolean> {
  const refusals = async () => {
    const rows = await world.db
      .select({ times: audit.times })
      .from(audit)
      .where(eq(audit.way, `${on} ${name}`));
    return rows.reduce((sum, { times }) => sum + times, 0);
  };
  const before = await refusals();
  if (on === 'press') await pressAny(world, user, `${name}:${argument}`);
  else if (on === 'link') await user.open(`${name}_${argument}`);
  else await user.send(`/${name}`);
  return (await refusals()) > before;
}

test('every role, every way in, of one’s own event or country and of another one', { timeout: 900_000 }, async () => {
  const world = await createWorld({ LOG_LEVEL: 'silent' });
  const things = await stage(world);
  const people = await cast(world, things.get(eventIn)!.own);
  const ways = world.app.routes.filter(({ on, name }) => on !== 'message' && on !== 'update' && !APART.has(name));
  const lines: string[] = [];
  const place = ({ on, name }: Route) => `${ENDS.test(name) ? 2 : 1} ${on} ${name}`;
  for (const way of ways.toSorted((a, b) => place(a).localeCompare(place(b)))) {
    const { needs, of = eventIn } = way;
    const ids = things.get(of);
    if (!ids) throw new Error(`${way.name} looks its event up in a new way: give stage() one of these.`);
    const cells: string[] = [];
    for (const role of ROLES) {
      const allowed: Which[] = [];
      const tried: Which[] = needs.endsWith('of it') ? ['own', 'other'] : ['own'];
      for (const which of tried) {
        const refused = await isRefused(world, people[role], way, String(ids[which]));
        expect(refused, `${role}: ${way.on} ${way.name}, ${which}`).toBe(!MAY[needs](role, which));
        if (!refused) allowed.push(which);
      }
      cells.push(allowed.length === tried.length ? 'yes' : (allowed[0] ?? '-'));
    }
    lines.push(
      [`${way.on} ${way.name}`.padEnd(28), ...cells.map((cell, i) => cell.padEnd(ROLES[i]!.length))].join('  '),
    );
  }
  const head = ['way in'.padEnd(28), ...ROLES].join('  ');
  await expect(`${[head, ...lines].map((line) => line.trimEnd()).join('\n')}\n`).toMatchFileSnapshot('roles.table.txt');
});

test('a form that was begun is not gone on with by who may no more', { timeout: 60_000 }, async () => {
  const world = await createWorld();
  const things = await stage(world);
  const { own } = things.get(eventIn)!;
  const [owner, stranger] = [await world.owner(), await world.arrive('en')];
  const guarded = world.app.forms.filter(({ needs }) => needs !== 'person');
  expect(guarded.length).toBeGreaterThan(10);
  const opened: string[] = [];
  for (const { key, of = eventIn } of guarded)
    for (const user of [owner, stranger]) {
      const { id: personId } = await world.row(user);
      const now = world.clock.now();
      const [left] = await world.db
        .insert(draft)
        .values({ form: key, personId, subject: things.get(of)!.own, active: false, createdAt: now, updatedAt: now })
        .returning();
      await pressAny(world, user, `resume:${left!.id}`);
      const [so] = await world.db.select().from(draft).where(eq(draft.id, left!.id));
      if (so?.promptMessageId == null) continue;
      expect(user, key).toBe(owner);
      opened.push(key);
    }
  expect(own).toBeGreaterThan(0);
  expect(opened.length, 'the control: owners go on with most of them').toBeGreaterThan(5);
});

test('a refusal says what to do, and the owner reads of it, once a day however often it was tried', async () => {
  const world = await createWorld();
  const owner = await world.owner();
  const one = await createEvent(world);
  const stranger = await world.arrive('en');
  for (let i = 0; i < 3; i++) await pressAny(world, stranger, `manage:${one.id}`);
  await stranger.send('/organize');
  expect(stranger.last().text).toContain('You do not have access');
  world.clock.advance({ hours: 24 });
  await pressAny(world, stranger, `manage:${one.id}`);
  await pressAny(world, owner, 'role_log');
  const { text } = owner.last();
  expect(text).toContain('was refused · press manage · Digital services workshop · times: 3');
  expect(text).toContain('was refused · command organize');
  expect(text.match(/press manage/g)).toHaveLength(2);
  world.clock.advance({ hours: 24 * 366 });
  await world.tick();
  expect(await world.db.select().from(audit)).toEqual([]);
});

test('who organizes one event sees that one, and nothing that is about others', async () => {
  const world = await createWorld();
  const [own, other] = [
    await createEvent(world, { texts: { en: 'Own workshop' } }),
    await createEvent(world, { texts: { en: 'Other workshop' } }),
  ];
  await seat(world, other, await world.arrive('en'));
  const user = await world.arrive('en');
  await give(world, user, { kind: 'organizer', eventId: own.id });
  await user.send('/organize');
  expect(user.last().text).toContain('Own workshop');
  expect(user.last().text).not.toContain('Other workshop');
  expect(user.last().buttons.flat()).not.toContain('New event');
  await user.press('1. Own workshop');
  for (const row of user.last().message.reply_markup!.inline_keyboard)
    for (const button of row) {
      const data = 'callback_data' in button ? button.callback_data : '';
      const pressed = await pressAny(world, user, data);
      expect(pressed?.text ?? '', data).not.toContain('You do not have access');
    }
});
