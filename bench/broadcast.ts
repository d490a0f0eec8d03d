import { setTimeout as sleep } from 'node:timers/promises';
import { count, eq } from 'drizzle-orm';
import { message, person } from '../src/db/schema.ts';
import { createDraft, send } from '../src/features/announcements/store.ts';
import { loadProgramme } from '../src/programme.ts';
import { answersOf, createRig, percentile, registerAll, ROOT, round, timed, type Rig } from './support.ts';

const RECIPIENTS = 900;
/** Telegram's limit for a bot over all chats, messages per second; the emulator enforces it. */
const LIMIT = 30;
const ASKER = 7_400_000_000;
const ROUND_TRIP_MS = 150;

/**
 * An announcement to many at Telegram's limit: how much of the limit is used, how often Telegram had to say 429, and how
 * long people's own taps wait meanwhile, against an idle bot.
 */
export async function benchBroadcast() {
  const rig = await createRig({ floodLimits: { perSecond: LIMIT } });
  try {
    const users = Array.from({ length: RECIPIENTS }, (_, i) =>
      rig.telegram.user({ id: 7_300_000_000 + i, started: true }),
    );
    const asker = rig.telegram.user({ id: ASKER, started: true });
    await registerAll(
      rig,
      [...users, asker].map(({ id }) => id),
    );
    // As over the internet: without a round trip, a sender that waits for each answer looks as good as any.
    rig.telegram.fail({ method: 'sendMessage', hang: ROUND_TRIP_MS, times: Number.POSITIVE_INFINITY });
    rig.start('src/main.ts');
    await answer(rig, asker);
    const idle = await answersWhile(rig, asker, async (asked) => asked < 20);

    const owed = await announce(rig);
    const begin = performance.now();
    const busy = await answersWhile(rig, asker, async () => (await sentOf(rig)) < owed);
    const seconds = (performance.now() - begin) / 1000;
    const copies = users.map((user) => user.chat.filter(({ text }) => text === 'Hello').length);
    return {
      'of the limit, %': round((100 * owed) / seconds / LIMIT),
      '429s': rig.telegram.calls.filter(({ error }) => error?.error_code === 429).length,
      'got it once': copies.filter((n) => n === 1).length,
      'got it twice': copies.filter((n) => n > 1).length,
      'p95 of an answer, idle, ms': round(percentile(idle, 0.95)),
      'p95 meanwhile, ms': round(percentile(busy, 0.95)),
    };
  } finally {
    await rig.close();
  }
}

type User = ReturnType<Rig['telegram']['user']>;

/** ms until the bot answers. */
async function answer(rig: Rig, user: User): Promise<number> {
  const before = answersOf(user);
  return timed(async () => {
    await user.send('/help');
    await rig.telegram.until(() => answersOf(user) > before, 30_000);
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

async function sentOf({ db }: Rig): Promise<number> {
  const rows = await db.select({ n: count() }).from(message).where(eq(message.state, 'sent'));
  return rows[0]!.n;
}

/** Returns how many it is owed to. */
async function announce({ db }: Rig): Promise<number> {
  const now = Temporal.Now.instant();
  const [author] = await db.select().from(person).where(eq(person.telegramId, ASKER));
  const texts = [{ language: 'en', body: 'Hello', entities: [] }];
  const programme = loadProgramme(`${ROOT}/programme.json`);
  const id = await db.transaction((tx) => createDraft(tx, author!.id, { texts, audience: {} }, now));
  await send(db, id, { id: author!.id, owner: false }, { now, messageId: 1, programme });
  const rows = await db.select({ n: count() }).from(message);
  return rows[0]!.n;
}
