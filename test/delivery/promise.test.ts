import { eq, sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { message, pace, person } from '../../src/db/schema.ts';
import { createClaims } from '../../src/delivery/claims.ts';
import { endOutage, gate, hold } from '../../src/delivery/pace.ts';
import { createSenderRig } from '../support/sender.ts';

type Rig = Awaited<ReturnType<typeof createSenderRig>>;

/** As if the lease had run out. */
const expire = ({ db }: Rig) =>
  db.execute(sql`update message set lease_until = clock_timestamp() - interval '1 second'`);

test('who wakes up after the lease changes nothing, also when the message is in the same hands again', async () => {
  const rig = await createSenderRig();
  const [aida] = await rig.people(1);
  await rig.owed(aida!.id, 'hello');
  const now = rig.clock.now();
  const asleep = createClaims(rig.db, 'asleep', []);
  const awake = createClaims(rig.db, 'awake', []);

  const [claimed] = await asleep.take(now, 1);
  const { id, fence } = claimed!.message;
  await expire(rig);
  expect(await asleep.begin([{ id, fence }]), 'it may not even send').toEqual(new Set());
  await awake.recover();
  const [again] = await awake.take(now, 1);
  expect(again!.message.fence).toBe(fence + 1);
  expect(await asleep.settle([{ id, fence, from: 'claimed', state: 'failed' }])).toEqual(new Set());
  expect(await rig.states()).toEqual(['hello claimed']);

  // In the hands of the one that slept, by a newer claim: its name alone would let the old one write.
  await expire(rig);
  await awake.recover();
  const [third] = await asleep.take(now, 1);
  expect(await asleep.settle([{ id, fence, from: 'claimed', state: 'failed' }])).toEqual(new Set());
  const byName = await rig.db.execute(
    sql`select id from message where id = ${id} and worker = 'asleep' and state = 'claimed'`,
  );
  expect(byName, 'the control: who asks for the name only would write').toHaveLength(1);
  expect(await asleep.begin([third!.message])).toEqual(new Set([id]));
});

test('a 429 delays the message that met it, and three in a row delay all', async () => {
  const { telegram, people, owed, states, sender, db } = await createSenderRig();
  const users = await people(3);
  for (const [i, { id }] of users.entries()) await owed(id, String(i));
  const limited = { error_code: 429, description: 'Too Many Requests: retry after 1', parameters: { retry_after: 1 } };
  telegram.fail({ method: 'sendMessage', chat_id: users[0]!.user.id, ...limited });
  const running = sender();
  running.start();
  await expect.poll(states).toEqual(['0 queued', '1 sent', '2 sent']);
  expect(await gate(db)).toEqual({ kind: 'open' });
  await expect.poll(states).toEqual(['0 sent', '1 sent', '2 sent']);

  telegram.fail({ method: 'sendMessage', ...limited, times: 3 });
  for (const [i, { id }] of users.entries()) await owed(id, `again ${i}`);
  running.kick();
  await expect.poll(() => gate(db)).toMatchObject({ kind: 'blocked' });
  await expect.poll(async () => (await states()).every((state) => state.endsWith('sent'))).toBe(true);
  await running.stop();
  expect(users.map(({ user }) => user.texts().length)).toEqual([2, 2, 2]);
});

test('when Telegram asks everybody to wait, what is in hand stays there', async () => {
  const { telegram, people, owed, states, sender, db } = await createSenderRig();
  for (const [i, { id }] of (await people(300)).entries()) await owed(id, String(i));
  const limited = {
    error_code: 429,
    description: 'Too Many Requests: retry after 60',
    parameters: { retry_after: 60 },
  };
  telegram.fail({ method: 'sendMessage', ...limited, times: Number.POSITIVE_INFINITY });
  const running = sender();
  running.start();
  await expect.poll(() => gate(db)).toMatchObject({ kind: 'blocked' });
  await expect.poll(async () => (await states()).every((state) => state.endsWith('queued'))).toBe(true);
  await running.stop();
  const asked = telegram.calls.filter(({ method }) => method === 'sendMessage').length;
  expect(asked, 'all 300 were in hand').toBeLessThan(200);
});

test('while Telegram is away it is asked once a second, no message is used up, and all arrive afterwards', async () => {
  const { telegram, people, owed, rows, sender, db } = await createSenderRig();
  const users = await people(40);
  for (const [i, { id }] of users.entries()) await owed(id, String(i));
  telegram.fail({ status: 502, times: Number.POSITIVE_INFINITY });
  const senders = [sender(), sender()];
  for (const one of senders) one.start();
  await expect.poll(() => gate(db)).toEqual({ kind: 'outage' });
  const sends = () => telegram.calls.filter(({ method }) => method === 'sendMessage').length;
  await expect.poll(() => telegram.calls.filter(({ method }) => method === 'getMe').length).toBeGreaterThan(0);
  const [before, start] = [telegram.calls.length, performance.now()];
  const burnt = sends();
  await expect.poll(() => telegram.calls.length - before, { timeout: 8000 }).toBeGreaterThanOrEqual(3);
  expect(performance.now() - start, 'three probes take two seconds at least').toBeGreaterThan(1900);
  expect(sends(), 'only questions that nobody misses').toBe(burnt);
  // The control: each message on its own schedule would have gone on trying.
  const due = await db.execute(sql`select id from message where retry_at <= clock_timestamp() or retry_at is null`);
  expect(due.length).toBeGreaterThan(0);

  telegram.heal();
  await expect.poll(() => gate(db)).toEqual({ kind: 'open' });
  await db.update(message).set({ retryAt: null });
  await expect.poll(async () => (await rows()).every(({ state }) => state === 'sent'), { timeout: 8000 }).toBe(true);
  await Promise.all(senders.map((one) => one.stop()));
  expect(users.every(({ user }) => user.texts().length === 1)).toBe(true);
});

test('when another process finds Telegram back, this one sends again as well', async () => {
  const { telegram, people, owed, rows, sender, db } = await createSenderRig();
  for (const [i, { id }] of (await people(5)).entries()) await owed(id, String(i));
  const silent = { status: 502, times: Number.POSITIVE_INFINITY };
  telegram.fail(silent);
  const running = sender();
  running.start();
  await expect.poll(() => gate(db)).toEqual({ kind: 'outage' });
  await expect.poll(async () => (await rows()).every(({ state }) => state === 'queued')).toBe(true);
  telegram.heal();
  telegram.fail({ ...silent, method: 'getMe' });
  await db.update(message).set({ retryAt: null });
  const arrived = async () => {
    // As the other one does once its probe is answered; and again, if the last of the lost answers was told after that.
    await endOutage(db);
    return (await rows()).every(({ state }) => state === 'sent');
  };
  await expect.poll(arrived).toBe(true);
  await running.stop();
});

test('an answer that was lost: unknown, unless it may be repeated', async () => {
  const { telegram, people, owed, states, sender, db } = await createSenderRig();
  const [aida, bek] = await people(2);
  await owed(aida!.id, 'once');
  await owed(bek!.id, 'twice', { repeats: 1 });
  telegram.fail({ method: 'sendMessage', cut: 'after', times: 2 });
  const again = async () => {
    await sender().drain();
    // The pause before the repetition is over.
    await db.update(message).set({ retryAt: null });
    await sender().drain();
  };
  await again();
  expect(await states()).toEqual(['once unknown', 'twice sent']);
  expect(aida!.user.texts()).toEqual(['once']);
  expect(bek!.user.texts()).toEqual(['twice', 'twice']);

  await owed(aida!.id, 'third', { repeats: 1 });
  telegram.fail({ method: 'sendMessage', cut: 'after', times: 2 });
  await again();
  expect((await states()).at(-1), 'once, not for ever').toBe('third unknown');
});

test('who blocked the bot or left is asked no more, and the two are told apart', async () => {
  const { telegram, people, owed, states, sender, db, clock } = await createSenderRig();
  const [aida, bek] = await people(2);
  await aida!.user.block();
  await bek!.user.deactivate();
  for (const { id } of [aida!, bek!]) await owed(id, `first ${id}`);
  await sender().drain();
  expect((await states()).map((state) => state.split(' ').at(-1))).toEqual(['blocked', 'deactivated']);
  const asked = telegram.calls.length;
  for (const { id } of [aida!, bek!]) await owed(id, `second ${id}`);
  await sender().drain();
  expect((await states()).slice(2).map((state) => state.split(' ').at(-1))).toEqual(['blocked', 'blocked']);
  expect(telegram.calls).toHaveLength(asked);

  await aida!.user.unblock();
  await db.update(person).set({ unreachableSince: null }).where(eq(person.id, aida!.id));
  clock.advance({ minutes: 1 });
  await owed(aida!.id, 'third');
  await sender().drain();
  expect((await states()).at(-1)).toBe('third sent');
});

test('so many a day that are not urgent, whatever the number of senders; the rest comes on the next', async () => {
  const { people, owed, rows, sender, clock } = await createSenderRig();
  clock.set('2026-11-24T10:00:00Z');
  const [aida] = await people(1);
  for (let i = 0; i < 8; i++) await owed(aida!.id, `news ${i}`, { bulk: true });
  await owed(aida!.id, 'urgent');
  await Promise.all([sender().drain(), sender().drain(), sender().drain()]);
  const sent = async () => (await rows()).filter(({ state }) => state === 'sent').length;
  expect(await sent()).toBe(6);
  const held = (await rows()).filter(({ state }) => state === 'queued');
  expect(held.every((one) => one.held && one.dueAt.toString() === '2026-11-25T08:00:00Z')).toBe(true);
  clock.set('2026-11-25T08:00:00Z');
  await sender().drain();
  expect(await sent()).toBe(9);
});

test('an outbox that is held sends nothing until it is released', async () => {
  const { people, owed, states, sender, db, clock } = await createSenderRig();
  const [aida] = await people(1);
  await hold(db, clock.now());
  await owed(aida!.id, 'hello');
  await sender().drain();
  expect(await states()).toEqual(['hello queued']);
  await db.update(pace).set({ heldSince: null });
  await sender().drain();
  expect(await states()).toEqual(['hello sent']);
});
