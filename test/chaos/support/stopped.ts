import { setTimeout as sleep } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import { connect } from '../../../src/db/connect.ts';
import { createClaims } from '../../../src/delivery/claims.ts';
import { lateWrites, watchStates } from './audit.ts';
import { endLeases, watchLeases } from './leases.ts';
import { announce, arrive, copies, openOf, statesOf, surplus } from './people.ts';
import { createRig, type Bot } from './rig.ts';

const BODY = 'The programme of the week';

/**
 * Two processes send; one of them is stopped at a random moment for longer than its lease, the other takes over and is
 * stopped in turn, just when the first one wakes up and goes on as if nothing had been.
 */
export async function underStops({ stops, entry, seconds }: { stops: number; entry: string; seconds: number }) {
  const rig = await createRig();
  const { telegram, counts, random } = rig;
  const { db, close } = connect(rig.url, { max: 2, applicationName: 'chaos' });
  onTestFinished(close);
  const recipients = stops * 200;
  const users = await arrive(db, telegram, recipients);
  await watchLeases(db);
  await watchStates(db);
  // Without a round trip hardly anything would be on its way.
  telegram.fail({ method: 'sendMessage', hang: 5, times: Number.POSITIVE_INFINITY });

  const began = performance.now();
  const left = () => seconds - (performance.now() - began) / 1000;
  const start = () => rig.start(entry, { TEXT: BODY, ALLOW_PAID_BROADCAST: 'true' });
  let [awake, asleep] = [start(), start()];
  await rig.atWork([awake, asleep], left());
  await announce(db, BODY);
  await rig.eventually(
    () => counts.accepted > 0,
    () => 'the first to be sent',
    left(),
  );
  let held = 0;
  const stop = async (bot: Bot) => {
    bot.child.kill('SIGSTOP');
    await sleep(5); // what it had asked of the database is done
    const { claimed, sending } = await endLeases(db, bot.name);
    held += claimed + sending;
    // As the other one would within some seconds.
    await createClaims(db, 'chaos', []).recover();
  };
  await stop(asleep);
  let stopped = 1;
  for (; stopped < stops; stopped += 1) {
    const until = counts.accepted + 10 + random() * 40;
    const done = async () => counts.accepted >= until || (await openOf(db)) === 0;
    await rig.eventually(done, () => 'messages to be sent', left());
    await stop(awake);
    asleep.child.kill('SIGCONT');
    [awake, asleep] = [asleep, awake];
  }
  asleep.child.kill('SIGCONT');
  await rig.eventually(
    async () => (await openOf(db)) === 0,
    () => 'all to be sent',
    left(),
  );
  await sleep(500); // for the last one who wakes up late

  const got = copies(users, BODY);
  return {
    recipients,
    stops: stopped,
    'in its hands when stopped': held,
    'late writes accepted': await lateWrites(db),
    duplicates: surplus(got),
    ...(await statesOf(db)),
    seconds: Math.round((performance.now() - began) / 1000),
  };
}
