import { and, eq, isNotNull, sql } from 'drizzle-orm';
import { expect } from 'vitest';
import type { App } from '../../src/app.ts';
import { message } from '../../src/db/schema.ts';
import { createClaims } from '../../src/delivery/claims.ts';
import { addMaterial } from '../../src/features/materials/store.ts';
import type { TelegramUser } from '../../src/playground/telegram/index.ts';
import { createWorld, type World } from '../support/world.ts';
import { anotherApp, change, latest, pressSend, settle, write } from './announcements-support.ts';

/** 23:00 in Almaty, and 8:00. */
const NIGHT = '2026-11-24T18:00:00Z';
const MORNING = '2026-11-25T03:00:00Z';
export const [OLD, NEW] = ['Helo', 'Hello'];

/**
 * Where the digest is. `refused`, `lost`: it is on its way, and then Telegram says 429, or its answer is lost. `opening`: it has
 * arrived, and a part of it is on its way to who pressed its button.
 */
export const PLACES = ['queued', 'claimed', 'sending', 'refused', 'lost', 'settled', 'opening'] as const;
export type Place = (typeof PLACES)[number];
export type Reader = { place: Place; listed: boolean; user: TelegramUser; personId: number; copy: number };
export type Scene = { world: World; owner: TelegramUser; id: number; readers: Reader[] };

/** Two people for each place, whose digests are there: alone, and in a list. `go`: what is on its way arrives. */
export async function morning(...places: Place[]) {
  const world = await createWorld();
  const { db, clock, telegram } = world;
  const owner = await world.owner();
  await change(world, owner, { quietFrom: null, quietTo: null });
  const cases = places.flatMap((place) =>
    (place === 'opening' ? [true] : [false, true]).map((listed) => ({ place, listed })),
  );
  const users = await settle(world, cases.length);
  clock.set(NIGHT);
  await write(owner, { en: OLD }, ['everyone']);
  await pressSend(world, owner);
  const file = {
    kind: 'link',
    title: 'Agenda',
    url: 'https://example.org',
    phase: 'before',
    addedAt: clock.now(),
  } as const;
  await db.transaction((tx) => addMaterial(tx, file, clock.now()));
  await world.tick();
  const { id } = await latest(world);
  const readers: Reader[] = [];
  for (const [i, one] of cases.entries()) {
    const user = users[i]!;
    const personId = (await world.row(user)).id;
    const [copy] = await db.select().from(message).where(copyOf(id, personId));
    expect(copy).toMatchObject({ state: 'queued', held: true });
    // The other message is not wanted any more, so nothing but the announcement is left.
    if (!one.listed) await change(world, user, { muted: ['materials'] });
    readers.push({ ...one, user, personId, copy: copy!.id });
  }
  clock.set(MORNING);

  const at = (...places: Place[]) => readers.filter(({ place }) => places.includes(place));
  const hold = (...who: Reader[]) =>
    db.execute(sql`
      update message set retry_at = case when person_id = any(${sql.param(who.map(({ personId }) => personId))}::bigint[])
        then null else timestamptz '2999-01-01' end
      where state = 'queued'`);
  const deliver = async (app: App, ...who: Reader[]) => {
    await hold(...who);
    await app.drain();
  };
  await deliver(world.app, ...at('settled', 'opening'));
  // Telegram has given back what is in the queue.
  const limited = { error_code: 429, description: 'Too Many Requests', parameters: { retry_after: 3600 } };
  for (const one of at('queued', 'claimed')) {
    telegram.fail({ chat_id: one.user.id, ...limited });
    // By another sender each, for which it is not a reason to wait with all.
    await deliver(await anotherApp(world), one);
  }
  const claims = createClaims(db, 'another', []);
  await hold(...at('claimed'));
  const claimed = await claims.take(clock.now(), 100);
  expect(claimed.map(({ message: { kind } }) => kind)).toEqual(at('claimed').map(() => 'digest'));
  await hold();
  const gate = Promise.withResolvers<void>();
  const onTheWay: Promise<unknown>[] = [];
  const meets = { sending: {}, refused: limited, lost: { cut: true }, opening: {} };
  for (const one of at('sending', 'refused', 'lost', 'opening'))
    telegram.fail({
      method: 'sendMessage',
      chat_id: one.user.id,
      until: gate.promise,
      ...meets[one.place as keyof typeof meets],
    });
  const senders = await anotherApp(world);
  await hold(...at('sending', 'refused', 'lost'));
  onTheWay.push(senders.drain());
  for (const one of at('opening')) onTheWay.push(tap(senders, one));
  const waiting = () => telegram.calls.filter(({ method, ok, error }) => method === 'sendMessage' && !ok && !error);
  await expect.poll(() => waiting().length).toBe(at(...(Object.keys(meets) as Place[])).length);
  await hold();

  /** Returns how many of those in hand could still go. */
  async function go(): Promise<number> {
    const begun = await claims.begin(claimed.map((one) => one.message));
    const back = [...begun].map((digest) => claimed.find((one) => one.message.id === digest)!.message);
    await claims.settle(back.map(({ id: digest, fence }) => ({ id: digest, fence, from: 'sending', state: 'queued' })));
    gate.resolve();
    await Promise.all(onTheWay);
    await settled(world);
    return begun.size;
  }
  return { world, owner, id, readers, go };
}

/** Everything that is due has been done. */
export async function settled({ db, tick }: World): Promise<void> {
  for (let i = 0; i < 3; i++) {
    await db.update(message).set({ retryAt: null }).where(isNotNull(message.retryAt));
    await db.execute(sql`update announcement set progress_at = null`);
    await tick();
  }
}

const copyOf = (id: number, personId: number) => and(eq(message.announcementId, id), eq(message.personId, personId));

let taps = 0;
export const tap = (app: App, { user, copy }: Reader) =>
  app.receive([
    {
      update_id: 800_000_000 + ++taps,
      callback_query: {
        id: `tap-${taps}`,
        from: user.user,
        chat_instance: '1',
        message: user.last().message,
        data: `held:${copy}`,
      },
    },
  ]);

/** State of the copy, and what of it is in the chat. */
export async function stand({ world }: Scene, { user, copy }: Reader): Promise<string> {
  const [row] = await world.db.select().from(message).where(eq(message.id, copy));
  const texts = user.texts();
  const count = (text: string) => texts.filter((one) => one === text).length;
  const lists = texts.filter((one) => one.includes(`. ${OLD}`) || one.includes(`. ${NEW}`)).length;
  const seen = { list: lists, old: count(OLD), new: count(NEW) };
  return [row!.state, ...Object.entries(seen).flatMap(([what, n]) => Array.from({ length: n }, () => what))].join(' ');
}
