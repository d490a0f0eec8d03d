import { createHash } from 'node:crypto';
import { eq } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { consent, invite, role, person } from '../../src/db/schema.ts';
import type { TelegramUser } from '../../src/playground/telegram/index.ts';
import type { BotCommand } from 'grammy/types';
import { COMMANDS } from '../../src/bot/commands.ts';
import { pressAny } from '../support/press.ts';
import { roleOf } from '../support/roles.ts';
import { createWorld, type World } from '../support/world.ts';

const INVALID = 'This invitation is not valid';

/** Goes the way to an invitation and takes the payload of the link from the message. */
async function newInvite(owner: TelegramUser): Promise<string> {
  await owner.send('/organize');
  await owner.press({ data: 'roles' });
  await owner.press({ data: 'invite_role' });
  await owner.press({ data: 'invite_for:organizer' });
  const [, payload] = /https:\/\/t\.me\/bilim_bot\?start=(\S+)/.exec(owner.last().text) ?? [];
  return payload!;
}

const organizers = async ({ db }: World) => (await db.select().from(role)).map(({ personId }) => personId);

test('an invitation outlives the consent, makes one organizer, and is kept only as a hash', async () => {
  const world = await createWorld();
  const owner = await world.owner();
  const payload = await newInvite(owner);
  expect(payload).toMatch(/^invite_[\w-]{22}$/);
  const [kept] = await world.db.select().from(invite);
  const token = payload.slice('invite_'.length);
  expect(kept).toMatchObject({ tokenHash: createHash('sha256').update(token).digest('base64url'), usedAt: null });
  expect(String(kept!.expiresAt)).toBe('2026-12-01T06:00:00Z');

  const gulnora = world.telegram.user({ language_code: 'uz' });
  await gulnora.open(payload);
  expect(await organizers(world)).toEqual([]);
  await gulnora.press({ data: new RegExp(`^lang:en:`) });
  await gulnora.press({ data: /^agree:en:/ });
  expect(gulnora.last().text).toContain('You have a new role.\nOrganizer of all events');
  const { id } = await world.row(gulnora);
  const [granted] = await world.db.select().from(role);
  expect(granted).toMatchObject({ personId: id, invitedBy: (await world.row(owner)).id, since: world.clock.now() });
  expect(await world.db.select().from(consent)).toHaveLength(2);

  await gulnora.send('/organize');
  expect(gulnora.last().buttons.flat()).toContain('New event');
  expect(gulnora.last().buttons.flat()).not.toContain('People and roles');

  const late = await world.arrive('en');
  await late.open(payload);
  expect(late.last().text).toContain(INVALID);
  await gulnora.open(payload);
  expect(gulnora.last().text).toContain('already');
  expect(await organizers(world)).toEqual([id]);
  expect(JSON.stringify(await world.database.pool.unsafe('select * from inbox, invite'))).not.toContain(token);
});

test('used, expired, unknown and malformed invitations get the same sentence', async () => {
  const world = await createWorld();
  const owner = await world.owner();
  const [used, expired] = [await newInvite(owner), await newInvite(owner)];
  await (await world.arrive('ru')).open(used);
  const someone = await world.arrive('en');
  await someone.open(used);
  const sentence = someone.last().text;
  expect(sentence).toContain(INVALID);
  world.clock.advance({ days: 7 });
  const answers = [];
  for (const payload of [expired, 'invite_AAAAAAAAAAAAAAAAAAAAAA', 'invite_', 'invite_x', `${used}x`]) {
    await someone.open(payload);
    answers.push(someone.last().text);
  }
  expect(new Set(answers)).toEqual(new Set([sentence]));
  expect(await organizers(world)).toHaveLength(1);
});

test('an invitation is good to the last second of its week', async () => {
  const world = await createWorld();
  const payload = await newInvite(await world.owner());
  world.clock.advance({ days: 6, hours: 23, minutes: 59 });
  const someone = await world.arrive('hy');
  await someone.open(payload);
  expect(await organizers(world)).toHaveLength(1);
});

test('an owner who tries the link does not use it up', async () => {
  const world = await createWorld();
  const owner = await world.owner();
  const payload = await newInvite(owner);
  await owner.open(payload);
  const someone = await world.arrive('ka');
  await someone.open(payload);
  expect(await organizers(world)).toEqual([(await world.row(someone)).id]);
});

test('of eight people who open the link at once, one becomes an organizer', async () => {
  const world = await createWorld();
  const payload = await newInvite(await world.owner());
  const crowd = await Promise.all(Array.from({ length: 8 }, () => world.arrive('en')));
  await Promise.all(crowd.map((one) => one.open(payload)));
  expect(await organizers(world)).toHaveLength(1);
  expect(crowd.filter((one) => one.last().text.includes(INVALID))).toHaveLength(7);
});

test('control: reading whether it is used, and then writing, lets two in', async () => {
  const world = await createWorld();
  const payload = await newInvite(await world.owner());
  const tokenHash = createHash('sha256').update(payload.slice('invite_'.length)).digest('base64url');
  const crowd = await Promise.all(['ru', 'kk'].map((lang) => world.arrive(lang)));
  let reading = crowd.length;
  const all = Promise.withResolvers<void>();

  async function naive(one: TelegramUser): Promise<void> {
    const { id } = await world.row(one);
    const [found] = await world.db.select().from(invite).where(eq(invite.tokenHash, tokenHash));
    if (--reading === 0) all.resolve();
    await all.promise;
    if (found!.usedAt !== null) return;
    await world.db.update(invite).set({ usedBy: id, usedAt: world.clock.now() }).where(eq(invite.tokenHash, tokenHash));
    await world.db.insert(role).values({ kind: 'organizer', personId: id, since: world.clock.now() });
  }
  await Promise.all(crowd.map(naive));
  expect(await organizers(world)).toHaveLength(2);
});

test('an owner sees the organizers and takes the role away; the used link does not give it back', async () => {
  const world = await createWorld();
  const owner = await world.owner();
  const payload = await newInvite(owner);
  const aziz = await world.arrive('en');
  await aziz.open(payload);
  const { id } = await world.row(aziz);
  await world.db.update(person).set({ fullName: 'Aziz <i>Karimov</i>' }).where(eq(person.id, id));

  await owner.send('/organize');
  await owner.press('People and roles');
  expect(owner.last().text).toContain('Aziz <i>Karimov</i>');
  const taken = await roleOf(world, id);
  await owner.press({ data: `remove_role:${taken}` });
  expect(await organizers(world)).toEqual([id]);
  await owner.press('Remove');
  await pressAny(world, owner, `drop_role:${taken}`);
  expect(await organizers(world)).toEqual([]);
  expect(owner.last().text).not.toContain('Aziz');
  // Told once, however often the button was pressed.
  expect(aziz.texts().filter((text) => text.includes('You do not have this role any more'))).toHaveLength(1);

  await aziz.send('/organize');
  expect(aziz.last().text).toContain('You do not have access');
  await aziz.open(payload);
  expect(aziz.last().text).toContain(INVALID);
  expect(await organizers(world)).toEqual([]);
});

test('organizers find /organize in their own menu, in their language, as long as they are organizers', async () => {
  const world = await createWorld();
  const owner = await world.owner('ru');
  /** What their own menu lists after all that Telegram was told. */
  const menu = (user: TelegramUser) => {
    const told = world.telegram.calls.findLast(
      ({ method, payload }) =>
        /^(set|delete)MyCommands$/.test(method) && (payload.scope as { chat_id?: number })?.chat_id === user.id,
    );
    return (told?.payload.commands ?? []) as BotCommand[];
  };
  expect(menu(owner)[0]).toEqual({ command: 'organize', description: 'Организаторам' });

  const payload = await newInvite(owner);
  const aziz = await world.arrive('en');
  expect(menu(aziz)).toEqual([]);
  await aziz.open(payload);
  expect(menu(aziz)[0]).toEqual({ command: 'organize', description: 'For organizers' });
  expect(menu(aziz)).toHaveLength(COMMANDS.length + 1);
  await pressAny(world, aziz, 'lang:ko');
  expect(menu(aziz)[0]!.description).toBe('주최자 메뉴');

  const { id } = await world.row(aziz);
  await pressAny(world, owner, `drop_role:${await roleOf(world, id)}`);
  expect(menu(aziz)).toEqual([]);
});

test('an invitation makes an organizer also when Telegram does not take the menu', async () => {
  const world = await createWorld({ LOG_LEVEL: 'silent' });
  const payload = await newInvite(await world.owner());
  const aziz = await world.arrive('en');
  world.telegram.fail({ method: 'setMyCommands', error_code: 400 });
  await aziz.open(payload);
  expect(aziz.last().text).toContain('You have a new role.\nOrganizer of all events');
});

test('a focal point has the clock of their country until they choose another, or give another country', async () => {
  const world = await createWorld();
  const owner = await world.owner();
  const invited = async (country: string) => {
    await owner.send('/organize');
    for (const data of ['roles', 'invite_role', 'invite_country', `invite_for:focal_point:${country}`])
      await owner.press({ data });
    return /start=(invite_\S+)/.exec(owner.last().text)![1]!;
  };
  const [nino, far, elsewhere] = [await world.arrive('ka'), await world.arrive('en'), await world.arrive('en')];
  await world.db
    .update(person)
    .set({ zone: 'Asia/Seoul', zoneChosen: true })
    .where(eq(person.id, (await world.row(far)).id));
  await world.db
    .update(person)
    .set({ zone: 'Asia/Seoul', country: 'KR' })
    .where(eq(person.id, (await world.row(elsewhere)).id));
  for (const user of [nino, far, elsewhere]) await user.open(await invited('GE'));
  const zones = [];
  for (const user of [nino, far, elsewhere]) zones.push((await world.row(user)).zone);
  expect(zones).toEqual(['Asia/Tbilisi', 'Asia/Seoul', 'Asia/Seoul']);
});
