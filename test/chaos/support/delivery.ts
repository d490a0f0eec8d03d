import { setTimeout as sleep } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import { connect } from '../../../src/db/connect.ts';
import { createFleet } from './fleet.ts';
import { watchLeases } from './leases.ts';
import { announce, arrive, copies, openOf, reasonsOf, statesOf, surplus, usersOf } from './people.ts';
import { createRig } from './rig.ts';

export type DeliveryOptions = {
  recipients: number;
  kills: number;
  /** The programs that run at the same time. */
  entries: string[];
  /** How long it may take. */
  seconds: number;
  /** At up to 1,000 messages a second, as by default; or at 30. */
  paid?: boolean;
};

const BODY = 'The programme of the week';

/**
 * An announcement to many while processes are killed at random moments, answers of Telegram are cut off after it has
 * accepted, chats are flooded and people block the bot.
 */
export async function underKills({ recipients, kills, entries, seconds, paid = true }: DeliveryOptions) {
  const rig = await createRig();
  const { telegram, counts, random } = rig;
  const { db, close } = connect(rig.url, { max: 2, applicationName: 'chaos' });
  onTestFinished(close);
  const users = await arrive(db, telegram, recipients);
  await watchLeases(db);
  const each = { method: 'sendMessage', times: Number.POSITIVE_INFINITY } as const;
  telegram.fail({ ...each, chance: 0.02, cut: 'after' });
  telegram.fail({ ...each, chance: 0.05, flood: 1 });
  telegram.fail({ ...each, chance: 0.01, block: true });

  const began = performance.now();
  const left = () => seconds - (performance.now() - began) / 1000;
  const fleet = createFleet(rig, db, entries, { TEXT: BODY, ALLOW_PAID_BROADCAST: String(paid) });
  await fleet.atWork(left());
  await announce(db, BODY);
  const start = performance.now();
  // So many are still open when somebody is killed; the end is left to finish in peace.
  const moments = Array.from({ length: kills }, () => recipients * (0.1 + 0.9 * random())).toSorted((a, b) => b - a);
  for (const moment of [...moments, 0]) {
    let open = recipients;
    const passed = async () => {
      await sleep(random() * 100);
      // What Telegram has seen says as much, and asks nothing of the database; at the end its word counts.
      open = moment > 0 ? recipients - counts.accepted - counts.blocked : await openOf(db);
      return open <= moment && (moment === 0 || fleet.kill());
    };
    await rig.eventually(passed, () => `messages to be settled, ${open} are open\n${fleet.logs()}`, left());
  }
  const took = (performance.now() - start) / 1000;
  fleet.stop();

  const { sent = 0, unknown = 0, blocked = 0 } = await statesOf(db);
  return {
    recipients,
    kills,
    'on their way when killed': fleet.onTheirWay(),
    cut: counts.cut,
    limited: counts.limited,
    sent,
    blocked,
    unknown,
    'of these arrived': (await usersOf(db, users, 'unknown')).filter((user) => user.texts().length > 0).length,
    because: await reasonsOf(db),
    'in other states': recipients - sent - unknown - blocked,
    duplicates: surplus(copies(users, BODY)),
    'lost outside unknown': (await usersOf(db, users, 'sent')).filter((user) => user.texts().length === 0).length,
    seconds: Math.round(took),
  };
}
