import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import { onTestFinished } from 'vitest';
import { connect } from '../../../src/db/connect.ts';
import { event, person, registration } from '../../../src/db/schema.ts';
import { wrongs } from '../../support/wrongs.ts';
import { CONTENDERS, createRig, type Bot } from './rig.ts';

const PEOPLE = 200;
const SEATS = 5;
const SHARES = 3;
const NOW = Temporal.Instant.from('2026-11-24T06:00:00Z');

type Options = { rounds: number; kills: number; way?: 'bilim' | 'naive' };

/** 200 people of four countries contend for 5 seats, one of which is kept, in processes that are killed meanwhile. */
export async function contended({ rounds, kills, way = 'bilim' }: Options) {
  const rig = await createRig();
  const { db, close } = connect(rig.url, { max: 2, applicationName: 'chaos' });
  onTestFinished(close);
  await db.insert(person).values(
    Array.from({ length: PEOPLE }, (_, i) => ({
      telegramId: i + 1,
      language: 'en',
      zone: 'UTC',
      country: ['KZ', 'KG', 'UZ', 'TJ'][i % 4]!,
      createdAt: NOW,
      seenAt: NOW,
    })),
  );
  const beginsAt = NOW.add({ hours: 240 });
  const made = await db
    .insert(event)
    .values(
      Array.from({ length: rounds }, (_, i) => ({
        code: `round${i + 1}`,
        kind: 'workshop' as const,
        status: 'published' as const,
        zone: 'Asia/Almaty',
        beginsAt,
        endsAt: beginsAt.add({ hours: 2 }),
        seats: SEATS,
        createdAt: NOW,
      })),
    )
    .returning({ id: event.id });
  if (way === 'bilim')
    await db.execute(sql`insert into quota (event_id, country, seats) select id, 'KZ', 1 from event`);

  const done = Array.from({ length: SHARES }, () => 0);
  const slowest = () => Math.min(...done);
  const bots: Bot[] = [];
  const start = (share: number): Bot => {
    const from = { SHARE: String(share), SHARES: String(SHARES), FROM: String(done[share]) };
    const bot = rig.start(CONTENDERS, { ...from, NOW: NOW.toString(), WAY: way });
    bot.child.on('message', (said: { done?: number }) => {
      done[share] = said.done ?? done[share]!;
      for (const one of bots) if (one.isAtWork()) one.child.send({ round: slowest() });
    });
    return bot;
  };
  bots.push(...done.map((_, share) => start(share)));
  await rig.atWork(bots);

  // Spread over the rounds, each in the middle of one.
  const places = Array.from({ length: kills }, (_, i) => Math.floor((i * rounds) / kills));
  for (const place of places) {
    await rig.eventually(
      () => slowest() >= place && bots.every((bot) => bot.isAtWork()),
      () => `round ${place} to begin`,
      120,
    );
    await sleep(5 + rig.random() * 60);
    const busy = bots.flatMap((_, share) => (done[share] === slowest() ? [share] : []));
    const victim = busy[Math.floor(rig.random() * busy.length)]!;
    bots[victim]!.kill();
    bots[victim] = start(victim);
  }
  await rig.eventually(
    () => slowest() >= rounds,
    () => 'all rounds to be over',
    120,
  );
  bots.forEach((bot) => bot.kill());

  const found = (await Promise.all(made.map(({ id }) => wrongs(db, id, NOW)))).flat();
  const count = (pattern: RegExp) => found.filter((wrong) => pattern.test(wrong)).length;
  return {
    rounds,
    kills: places.length,
    registrations: await db.$count(registration),
    oversold: count(/seats$/),
    'waits in vain': count(/in vain$/),
    'not told': count(/not told$/),
    'other wrongs': count(/timeline/),
  };
}
