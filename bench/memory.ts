import { execFileSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { eq } from 'drizzle-orm';
import { message } from '../src/db/schema.ts';
import { announce } from './broadcast.ts';
import { createRig, registerAll, round } from './support.ts';

/** Seconds of sending that are looked at: what grows with the recipients shows at once, since all are owed at the start. */
const WATCHED = 30;

/**
 * The memory of the bot while it sends an announcement, in MiB: it must not grow with the number of recipients. A thousand
 * are through in a second, before V8 has made use of what it allows itself: so ten thousand are what to compare with.
 */
export async function benchMemory() {
  const figures = [];
  for (const recipients of [1000, 10_000, 100_000]) figures.push(await peak(recipients));
  const [few, some, many] = figures as [number, number, number];
  return {
    '1,000 recipients, MiB': few,
    '10,000 recipients, MiB': some,
    '100,000 recipients, MiB': many,
    'ratio of the last two': round(many / some, 2),
  };
}

async function peak(recipients: number): Promise<number> {
  const rig = await createRig();
  try {
    const ids = Array.from(
      { length: recipients },
      (_, i) => rig.telegram.user({ id: 7_300_000_000 + i, started: true }).id,
    );
    await registerAll(rig, ids);
    const bot = rig.start('src/main.ts', { ALLOW_PAID_BROADCAST: 'true' });
    const owed = await announce(rig);
    let highest = 0;
    for (let second = 0; second < WATCHED; second++) {
      await sleep(1000);
      const kilobytes = Number(execFileSync('ps', ['-o', 'rss=', '-p', String(bot.pid)], { encoding: 'utf8' }));
      highest = Math.max(highest, kilobytes / 1024);
      if ((await rig.db.$count(message, eq(message.state, 'sent'))) >= owed) break;
    }
    return round(highest);
  } finally {
    await rig.close();
  }
}
