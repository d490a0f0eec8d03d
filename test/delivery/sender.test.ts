import { setTimeout as sleep } from 'node:timers/promises';
import { eq, sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { connectionLost } from '../../src/db/backend.ts';
import { message, pace } from '../../src/db/schema.ts';
import type { Messages } from '../../src/delivery/messages.ts';
import { reserve } from '../../src/delivery/pace.ts';
import { createSenderRig, PROBE } from '../support/sender.ts';

test('what quiet hours hold takes no turn: something urgent behind it goes at once', async () => {
  const { db, clock, people, owed, sender, states } = await createSenderRig({ perSecond: 5 });
  clock.set('2026-11-24T23:00:00Z');
  const sleepers = await people(100);
  for (const [i, { id }] of sleepers.entries()) await owed(id, `news ${i}`, { bulk: true });
  await owed(sleepers[0]!.id, 'urgent');
  const start = performance.now();
  await sender().drain();
  expect(performance.now() - start, '100 turns would take 20 s').toBeLessThan(10_000);
  expect((await states()).filter((state) => state.endsWith('sent'))).toEqual(['urgent sent']);
  const [held] = await db.select().from(message).where(eq(message.key, 'news 7'));
  expect(held).toMatchObject({ state: 'queued', dueAt: Temporal.Instant.from('2026-11-25T08:00:00Z') });
  expect(await db.select().from(pace)).toHaveLength(1);
});

test('a database that goes away while a message is rendered costs nothing', async () => {
  let away = true;
  const kinds: Messages = {
    probe: {
      async render(one) {
        if (away) throw new Error('Failed query', { cause: connectionLost('gone') });
        return PROBE.probe!.render(one, {} as never);
      },
    },
  };
  const { db, people, owed, sender, states } = await createSenderRig({ kinds });
  const [aida] = await people(1);
  await owed(aida!.id, 'hello');
  await expect(sender().drain()).rejects.toThrow('Failed query');
  expect(await states()).toEqual(['hello claimed']);
  away = false;
  // The lease of the claim runs out.
  await db.execute(sql`update message set lease_until = clock_timestamp() - interval '1 second'`);
  const second = sender();
  second.start();
  await expect.poll(states).toEqual(['hello sent']);
  await second.stop();
});

test('a message that can not be rendered fails, and the others go', async () => {
  const kinds: Messages = {
    probe: {
      async render(one) {
        if (one.key === 'broken') throw new TypeError('a slip of ours');
        return PROBE.probe!.render(one, {} as never);
      },
    },
  };
  const { people, owed, sender, states } = await createSenderRig({ kinds });
  const [aida] = await people(1);
  for (const text of ['one', 'broken', 'two']) await owed(aida!.id, text);
  await sender().drain();
  expect(await states()).toEqual(['one sent', 'broken failed', 'two sent']);
});

test.for([401, 404, 409])('Telegram answers %i, which is not the message’s fault: it waits', async (error_code) => {
  const { db, telegram, people, owed, sender, states } = await createSenderRig();
  const [aida] = await people(1);
  await owed(aida!.id, 'hello');
  telegram.fail({ method: 'sendMessage', error_code, description: 'invented' });
  const first = sender();
  first.start();
  await expect.poll(() => telegram.calls.length).toBe(1);
  await first.stop();
  expect(await states()).toEqual(['hello queued']);
  await db.update(pace).set({ blockedUntil: Temporal.Instant.from('2020-01-01T00:00:00Z') });
  await sender().drain();
  expect(await states()).toEqual(['hello sent']);
});

test('one answer that does not come holds up nobody', async () => {
  const { telegram, people, owed, sender, states } = await createSenderRig();
  const users = await people(30);
  telegram.fail({ method: 'sendMessage', chat_id: users[0]!.user.id, hang: 5000 });
  for (const [i, { id }] of users.entries()) await owed(id, String(i));
  const running = sender();
  running.start();
  const sent = async () => (await states()).filter((state) => state.endsWith('sent')).length;
  await expect.poll(sent, { timeout: 4000 }).toBe(29);
  expect((await states())[0]).toBe('0 sending');
  await running.stop();
  expect((await states())[0]).toBe('0 sent');
});

test('stop does not wait for turns: what waits returns to the queue', async () => {
  const { people, owed, sender, states } = await createSenderRig({ perSecond: 2 });
  const users = await people(8);
  for (const [i, { id }] of users.entries()) await owed(id, String(i));
  const running = sender();
  running.start();
  await expect.poll(async () => (await states()).some((state) => state.endsWith('sent'))).toBe(true);
  const start = performance.now();
  await running.stop();
  expect(performance.now() - start).toBeLessThan(1500);
  expect((await states()).every((state) => /sent|queued/.test(state))).toBe(true);
});

test('the pace is kept by several senders together', async () => {
  const { telegram, people, owed, sender } = await createSenderRig({ perSecond: 40 });
  const users = await people(60);
  for (const [i, { id }] of users.entries()) await owed(id, String(i));
  const start = performance.now();
  await Promise.all([sender().drain(), sender().drain()]);
  await sleep(0);
  const seconds = (performance.now() - start) / 1000;
  expect(telegram.calls).toHaveLength(60);
  expect(60 / seconds, 'messages per second').toBeLessThan(45);
  expect(users.every(({ user }) => user.chat.length === 1)).toBe(true);
});

test('however many answers people get, what they are owed waits a second at most', async () => {
  const { db } = await createSenderRig();
  await reserve(db, 1, 29);
  const waits = [];
  for (let round = 0; round < 3; round++) waits.push((await reserve(db, 1, 29, 5000))[0]!);
  expect(waits[0], 'they count with Telegram').toBeGreaterThan(500);
  for (const ms of waits) expect(ms).toBeLessThan(1300);
});
