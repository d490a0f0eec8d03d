import { sql } from 'drizzle-orm';
import { onTestFinished } from 'vitest';
import { connect } from '../../../src/db/connect.ts';
import { everyKind, fuzz } from '../../support/fuzz.ts';
import { said } from '../../support/updates.ts';
import { arrive } from './people.ts';
import { openDoors, postAll } from './post.ts';
import { createRig, MAIN } from './rig.ts';

/** Among updates like no other come those of people who ask for help: is the process still there, and are they answered? */
export async function fuzzed({
  updates: count,
  entry = MAIN,
  seed = 1,
}: {
  updates: number;
  entry?: string;
  seed?: number;
}) {
  const rig = await createRig({ floodLimits: false, seed });
  const { db, close } = connect(rig.url, { max: 2, applicationName: 'chaos' });
  onTestFinished(close);
  const people = await arrive(db, rig.telegram, 1000);
  const [askers, strangers] = [people.slice(0, 200), people.slice(200)];
  const strange = fuzz(await everyKind(), { count, first: 1, from: strangers.map(({ id }) => id), seed });
  const asked = askers.map((one, i) => said(one, count + 1 + i, '/help'));
  const every = Math.floor(count / askers.length);
  const mixed = strange.flatMap((update, i) => (i % every === 0 ? [update, ...asked.splice(0, 1)] : [update]));

  const doors = await openDoors(rig, 1, entry);
  const began = performance.now();
  await postAll(doors, [...mixed, ...asked]);
  const open = async () => (await db.execute(sql`select from inbox where done_at is null limit 1`)).length;
  const handled = async () => doors[0]!.bot.isGone() || (await open()) === 0;
  await rig.eventually(handled, () => 'all to be handled', 120).catch(() => undefined);
  const answered = () => askers.filter((one) => one.texts().length > 0).length;
  const [dead] = await db.execute<{ count: number }>(sql`select count(*)::int as count from dead_letter`);
  return {
    updates: count,
    'people who ask': askers.length,
    answered: answered(),
    exits: rig.exits.length,
    'dead letters': dead!.count,
    seconds: Math.round((performance.now() - began) / 1000),
  };
}
