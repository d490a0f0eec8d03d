import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import { onTestFinished } from 'vitest';
import { connect, type Db } from '../../../src/db/connect.ts';
import type { LoggedCall, OutageKind } from '../../../src/playground/telegram/index.ts';
import { endLeases, watchLeases } from './leases.ts';
import { announce, arrive, copies, openOf, reasonsOf, statesOf, surplus, usersOf } from './people.ts';
import { createRig, NAIVE_SENDER, type Bot } from './rig.ts';

const BODY = 'The programme of the week';
/** Seconds until nothing comes back: the bot gives a call up after 20. */
const SILENCE = { hang: 21 } as Partial<Record<OutageKind, number>>;

export type OutageOptions = {
  kind: OutageKind;
  entry: string;
  recipients: number;
  /** By the bots' clocks, and by the database's as far as messages wait for it. */
  simulatedMinutes: number;
  /** In which these pass, once what was on its way is known to be lost. */
  realSeconds: number;
  paid?: boolean;
};

/** In the middle of an announcement Telegram goes away for half an hour, and comes back. */
export async function underOutage(options: OutageOptions) {
  const { kind, entry, recipients, simulatedMinutes, realSeconds, paid = false } = options;
  const rig = await createRig();
  const { telegram, counts } = rig;
  const { db, close } = connect(rig.url, { max: 2, applicationName: 'chaos' });
  onTestFinished(close);
  const users = await arrive(db, telegram, recipients);
  await watchLeases(db);
  const roundTrip = () => telegram.fail({ method: 'sendMessage', hang: 30, times: Number.POSITIVE_INFINITY });
  roundTrip();
  const bots = [1, 2].map(() => rig.start(entry, { TEXT: BODY, ALLOW_PAID_BROADCAST: String(paid) }));
  await rig.atWork(bots);
  await announce(db, BODY);
  await rig.eventually(
    () => counts.accepted > recipients / 10,
    () => 'the first to be sent',
    30,
  );

  const asked: LoggedCall[] = [];
  const record = (call: LoggedCall) => void asked.push(call);
  telegram.outage(kind);
  const gone = Temporal.Now.instant();
  rig.onCalls.add(record);
  await users[0]!.send('/help');
  const ms = ((SILENCE[kind] ?? 0) + realSeconds) * 1000;
  for (let minute = 1; minute <= simulatedMinutes; minute += 1) {
    await sleep(ms / simulatedMinutes);
    for (const bot of bots) bot.tell({ clock: minute * 60_000, tick: true });
    await db.execute(sql`update message set retry_at = retry_at - interval '1 minute' where retry_at is not null`);
  }
  const [noticed] = await db.execute<{ seconds: number }>(sql`
    select extract(epoch from clock_timestamp() - outage_since)::float8 as seconds from pace where outage_since is not null`);
  const before = counts.accepted;
  const back = Temporal.Now.instant();
  telegram.heal();
  roundTrip();

  const healed = performance.now();
  await rig.eventually(
    () => counts.accepted > before + 3,
    () => 'messages to be sent again',
    30,
  );
  const again = (performance.now() - healed) / 1000;
  rig.onCalls.delete(record);
  await rig.eventually(
    async () => (await openOf(db)) === 0,
    () => 'all to be sent',
    90,
  );
  const answered = () => users[0]!.texts().some((text) => text !== BODY);
  const wasAnswered = entry !== NAIVE_SENDER && (await rig.eventually(answered, () => '/help to be answered', 10));

  const { sent = 0, unknown = 0 } = await statesOf(db);
  const meanwhile = asked.filter(({ at }) => Temporal.Instant.compare(at, back) < 0);
  const calls = (method: string) => meanwhile.filter((call) => call.method === method).length;
  // Where nobody listens the emulator sees nothing.
  const seen = (n: number) => (kind === 'refuse' ? null : round(n));
  const figures = {
    outage: kind,
    recipients,
    sent,
    unknown,
    because: await reasonsOf(db),
    'in other states': recipients - sent - unknown,
    lost: (await usersOf(db, users, 'sent')).filter((user) => user.texts().length === 0).length,
    duplicates: surplus(copies(users, BODY)),
    'noticed after s': noticed ? round(gone.until(back).total('seconds') - noticed.seconds) : null,
    'messages tried': seen(calls('sendMessage')),
    'probes per s': seen(calls('getMe') / (noticed?.seconds ?? Number.NaN)),
    'polls per s': seen(calls('getUpdates') / gone.until(back).total('seconds')),
    'sent again after s': round(again),
    'update answered': wasAnswered,
  };
  const alone = entry === NAIVE_SENDER ? null : await sendAlone(db, bots);
  return { ...figures, 'send again, each by itself': alone, exits: rig.exits.length };
}

/** How many of them send again, with the other one stopped: what they think of Telegram is their own. */
async function sendAlone(db: Db, bots: Bot[]): Promise<number> {
  let sending = 0;
  for (const one of bots) {
    const others = bots.filter((bot) => bot !== one);
    for (const { child, name } of others) {
      child.kill('SIGSTOP');
      await endLeases(db, name);
    }
    await announce(db, 'Once more', 10);
    for (let i = 0; i < 100 && (await openOf(db)) > 0; i += 1) await sleep(100);
    if ((await openOf(db)) === 0) sending += 1;
    for (const { child } of others) child.kill('SIGCONT');
  }
  return sending;
}

const round = (n: number) => Math.round(n * 10) / 10;
