import { setTimeout as sleep } from 'node:timers/promises';
import { eq, sql } from 'drizzle-orm';
import { message } from '../src/db/schema.ts';
import { answersOf, createRig, percentile, registerAll, round, timed, type Rig } from './support.ts';

const ASKER = 7_400_000_000;
const ROUND_TRIP_MS = 20;
/** Seconds after which a contender that has not come through is measured by what it has done. */
const PATIENCE = 60;
/** Telegram's limits over all chats, messages per second; the emulator enforces them. */
const LIMITS = { free: { perSecond: 30, recipients: 900 }, paid: { perSecond: 1000, recipients: 20_000 } };

type Figures = {
  'of the limit, %': number;
  '429s': number;
  'got it once': number;
  'got it twice': number;
  'not at all': number;
  'p95 of an answer, idle, ms': number;
  'p95 meanwhile, ms': number;
};

/**
 * An announcement to many at Telegram's limit, by Bilim and by what a bot would do without it: how much of the limit is used,
 * how often Telegram had to say 429, and how long people's own taps wait meanwhile, against the idle bot.
 */
export async function benchBroadcast(): Promise<Record<string, Figures>> {
  const figures: Record<string, Figures> = {};
  for (const [name, limit] of Object.entries(LIMITS)) {
    const contenders: Record<string, Contender> = { Bilim: bilim };
    for (const way of ['loop', 'loop + auto-retry', 'throttler + auto-retry'])
      contenders[way] = (rig, paid) => naive(rig, way, paid);
    for (const [contender, begin] of Object.entries(contenders)) {
      console.error(`${contender}, ${name} …`);
      figures[`${contender}, ${name}`] = await measure(limit, begin);
    }
  }
  return figures;
}

type Limit = (typeof LIMITS)['free'];
type User = ReturnType<Rig['telegram']['user']>;
/** Starts the bot; the function it returns starts the announcement, and tells when it is over. */
type Contender = (rig: Rig, paid: boolean) => (recipients: number[]) => Promise<() => Promise<boolean>>;

async function measure({ perSecond, recipients }: Limit, contender: Contender): Promise<Figures> {
  const paid = perSecond > 30;
  const rig = await createRig({ floodLimits: true });
  try {
    const users = Array.from({ length: recipients }, (_, i) =>
      rig.telegram.user({ id: 7_300_000_000 + i, started: true }),
    );
    const asker = rig.telegram.user({ id: ASKER, started: true });
    const ids = users.map(({ id }) => id);
    await registerAll(rig, [...ids, ASKER]);
    // As over the internet: without a round trip, a sender that waits for each answer looks as good as any.
    rig.telegram.fail({ method: 'sendMessage', hang: ROUND_TRIP_MS, times: Number.POSITIVE_INFINITY });
    const begin = contender(rig, paid);
    await answer(rig, asker, 60_000);
    const idle = await answersWhile(rig, asker, async (asked) => asked < 20);
    const before = rig.telegram.calls.length;
    const started = performance.now();
    const over = await begin(ids);
    let seconds = 0;
    const busy = await answersWhile(rig, asker, async () => {
      const done = await over();
      seconds = (performance.now() - started) / 1000;
      return !done && seconds < PATIENCE;
    });
    const copies = users.map((user) => user.chat.filter(({ text }) => text === 'Hello').length);
    const calls = rig.telegram.calls.slice(before);
    const sent = calls.filter(({ method, ok }) => method === 'sendMessage' && ok);
    // From the first copy to the last. The limit is one for the bot: what it answered meanwhile is a part of it.
    const copy = ({ payload }: (typeof sent)[number]) => Number(payload.chat_id) !== ASKER;
    const ms = (call: (typeof sent)[number] | undefined) => call!.at.epochMilliseconds;
    const [first, last] = [ms(sent.find(copy)), ms(sent.findLast(copy))];
    const meanwhile = sent.filter((call) => ms(call) >= first && ms(call) <= last).length;
    return {
      'of the limit, %': round((100_000 * meanwhile) / (last - first) / perSecond),
      '429s': calls.filter(({ error }) => error?.error_code === 429).length,
      'got it once': copies.filter((n) => n === 1).length,
      'got it twice': copies.filter((n) => n > 1).length,
      'not at all': copies.filter((n) => n === 0).length,
      'p95 of an answer, idle, ms': round(percentile(idle, 0.95)),
      'p95 meanwhile, ms': round(percentile(busy, 0.95)),
    };
  } finally {
    await rig.close();
  }
}

/** The real bot, and an announcement in its outbox. */
const bilim: Contender = (rig, paid) => {
  rig.start('src/main.ts', { ALLOW_PAID_BROADCAST: String(paid) });
  return async () => {
    const owed = await announce(rig);
    return async () => (await rig.db.$count(message, eq(message.state, 'sent'))) >= owed;
  };
};

/** A bot that sends in a loop, see naive.ts. It begins when it is told, and tells when it is through. */
function naive(rig: Rig, way: string, paid: boolean) {
  const child = rig.start('bench/naive.ts', { WAY: way, PAID: String(paid) }, 'ipc');
  let through = false;
  child.on('message', () => (through = true));
  return async (recipients: number[]) => {
    child.send(recipients);
    return async () => through || child.exitCode !== null;
  };
}

/** ms until the bot answers; as long as anybody waits, if it does not. */
async function answer(rig: Rig, user: User, patience = 10_000): Promise<number> {
  const before = answersOf(user);
  return timed(async () => {
    await user.send('/help');
    await rig.telegram.until(() => answersOf(user) > before, patience).catch(() => undefined);
  });
}

/** One question a second, so that the limit of the asker's own chat is kept. */
async function answersWhile(rig: Rig, user: User, more: (asked: number) => Promise<boolean>): Promise<number[]> {
  const times: number[] = [];
  while (await more(times.length)) {
    times.push(await answer(rig, user));
    await sleep(1000);
  }
  return times;
}

/** As the announcements feature leaves it when sending starts. Returns how many copies are owed. */
export async function announce({ db }: Rig): Promise<number> {
  await db.execute(sql`
    with made as (
      insert into announcement (audience, state, created_at, confirmed_at, starts_at, started_at)
      values ('{}', 'sending', now(), now(), now(), now()) returning id
    ), worded as (
      insert into announcement_text (announcement_id, language, position, body) select id, 'en', 0, 'Hello' from made
    )
    insert into message (person_id, kind, key, data, announcement_id, bulk, due_at, created_at)
    select person.id, 'announcement', 'announcement:' || made.id || ':' || person.id, '{"language":"en"}', made.id, true,
           now(), now()
    from made, person where telegram_id <> ${ASKER}`);
  return db.$count(message);
}
