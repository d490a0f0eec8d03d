import { execFileSync } from 'node:child_process';
import { eq, sql } from 'drizzle-orm';
import { event, eventText, person, registration } from '../src/db/schema.ts';
import { saveVersion } from '../src/features/forms/store.ts';
import { headerOf, type FormSpec, type Item } from '../src/forms/spec/spec.ts';
import { createRig, percentile, registerAll, round, type Rig } from './support.ts';

const PEOPLE = 1000;
const QUESTIONS = 12;
/** People who answer at the same time where one form is compared with another. */
const FEW = 10;
const LONG = 100;
const SHORT = 5;

type User = ReturnType<Rig['telegram']['user']>;

/**
 * A thousand people who register at once, each answering as soon as they were asked, against a bare echo that is sent as many
 * messages; and what an open dialog costs: bytes in the database, memory of the bot, and the answers of a long form against
 * those of a short one.
 */
export async function benchDialogs() {
  const awaited = new Map<number, () => void>();
  const rig = await createRig({
    onCall: ({ method, payload, ok }) => {
      if (ok && method === 'sendMessage') awaited.get(Number(payload.chat_id))?.();
    },
  });
  /** ms until the bot's next message. */
  async function answered(user: User, act: () => Promise<unknown>): Promise<number> {
    const { promise, resolve } = Promise.withResolvers<void>();
    awaited.set(user.id, resolve);
    const begun = performance.now();
    await act();
    await promise;
    return performance.now() - begun;
  }

  try {
    const users = Array.from({ length: PEOPLE }, (_, i) => rig.telegram.user({ id: 7_500_000_000 + i, started: true }));
    await registerAll(
      rig,
      users.map(({ id }) => id),
    );
    await rig.db.update(person).set({ fullName: 'A B', latinName: 'A B', country: 'KZ', agency: 'C', position: 'D' });
    await rig.db.update(person).set({ sex: 'undisclosed', email: 'a@example.org' });

    const [echo] = await byEcho();
    const bot = rig.start('src/main.ts');
    await answered(users[0]!, () => users[0]!.send('/help'));
    const rested = memoryOf(bot);
    const one = await newEvent(rig, QUESTIONS);
    const begun = performance.now();
    const times = await Promise.all(users.map((user) => upToTheSummary(user, one, QUESTIONS)));
    const dialogs = performance.now() - begun;
    const open = { memory: memoryOf(bot), bytes: await bytesOfDialogs(rig) };
    // Confirmations go at Telegram's pace: they are no part of the time.
    await Promise.all(users.map((user) => answered(user, () => user.press({ data: /:ok$/ }))));
    const seats = await rig.db.$count(registration, eq(registration.status, 'registered'));
    if (seats !== PEOPLE) throw new Error(`${seats} of ${PEOPLE} are registered`);

    const lengths = await byLength();
    await rig.stop(bot);
    const [echoAfter] = await byEcho();
    const bare = { p95: (echo.p95 + echoAfter.p95) / 2, ms: (echo.ms + echoAfter.ms) / 2 };
    const p95 = percentile(times.flat(), 0.95);
    return {
      'dialogs per second': round((PEOPLE * 1000) / dialogs, 1),
      'bare echoes of as many messages per second': round((PEOPLE * 1000) / bare.ms, 1),
      'ratio of dialogs': round(bare.ms / dialogs, 2),
      'p95 of an answer, ms': round(p95),
      'p95 of an echo, ms': round(bare.p95),
      'ratio of p95': round(p95 / bare.p95, 1),
      'database, bytes per open dialog': round(open.bytes / PEOPLE),
      'bot at rest, MiB': round(rested / 1024),
      'with a thousand open dialogs, MiB': round(open.memory / 1024),
      ...lengths,
    };

    async function byEcho(): Promise<[{ p95: number; ms: number }]> {
      const child = rig.start('bench/echo.ts');
      await answered(users[0]!, () => users[0]!.send('are you there?'));
      const start = performance.now();
      const times = await Promise.all(
        users.map(async (user) => {
          const own: number[] = [];
          for (let i = 0; i < QUESTIONS + 2; i++) own.push(await answered(user, () => user.send(String(i))));
          return own;
        }),
      );
      const ms = performance.now() - start;
      await rig.stop(child);
      return [{ p95: percentile(times.flat(), 0.95), ms }];
    }

    /** In turns, since the machine is shared. */
    async function byLength() {
      const took: Record<number, number[]> = { [SHORT]: [], [LONG]: [] };
      for (let turn = 0; turn < 4; turn++)
        for (const length of [SHORT, LONG])
          for (let done = 0; done < LONG; done += length) {
            const form = await newEvent(rig, length);
            const times = await Promise.all(users.slice(0, FEW).map((user) => upToTheSummary(user, form, length)));
            took[length]!.push(...times.flat());
          }
      const mean = (of: number[]) => of.reduce((sum, ms) => sum + ms, 0) / of.length;
      return {
        [`an answer of ${SHORT} questions, ms`]: round(mean(took[SHORT]!), 1),
        [`an answer of ${LONG} questions, ms`]: round(mean(took[LONG]!), 1),
        'ratio of lengths': round(mean(took[LONG]!) / mean(took[SHORT]!), 2),
      };
    }
  } finally {
    await rig.close();
  }

  /** ms of each answer. */
  async function upToTheSummary(user: User, { id, code }: { id: number; code: string }, questions: number) {
    await answered(user, () => user.open(`event_${code}`));
    await answered(user, () => user.press({ data: `register:${id}` }));
    const times: number[] = [];
    for (let i = 0; i < questions; i++)
      times.push(
        await answered(user, () => (i % 3 === 2 ? user.press({ data: /:o:two$/ }) : user.send(`Answer ${i} of mine`))),
      );
    return times;
  }
}

/** KiB */
function memoryOf({ pid }: { pid?: number | undefined }): number {
  return Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' }));
}

async function bytesOfDialogs({ db }: Rig): Promise<number> {
  const [row] = await db.execute<{ bytes: number }>(sql`
    select ((select coalesce(sum(pg_column_size(draft)), 0) from draft)
      + (select coalesce(sum(pg_column_size(conversation)), 0) from conversation))::int as bytes`);
  return row!.bytes;
}

let events = 0;

/** An event that asks so many questions: every third one to choose from. */
async function newEvent({ db }: Rig, questions: number): Promise<{ id: number; code: string }> {
  const now = Temporal.Now.instant();
  const beginsAt = now.add({ hours: 240 });
  const code = `bench${++events}`;
  const [made] = await db
    .insert(event)
    .values({
      code,
      kind: 'workshop',
      status: 'published',
      zone: 'Asia/Almaty',
      beginsAt,
      endsAt: beginsAt.add({ hours: 3 }),
      createdAt: now,
      publishedAt: now,
    })
    .returning({ id: event.id });
  const eventId = made!.id;
  await db.insert(eventText).values({ eventId, language: 'en', title: 'Digital services workshop' });
  const items = Array.from({ length: questions }, (_, i): Item => {
    const asked = { name: `q${i}`, label: { en: `Question ${i}?` }, required: true as const };
    return i % 3 === 2 ? { type: 'select_one', list: 'list', ...asked } : { type: 'text', ...asked };
  });
  const spec: FormSpec = {
    languages: [{ code: 'en', header: headerOf('en') }],
    items,
    choices: { list: ['one', 'two', 'three'].map((name) => ({ name, label: { en: name } })) },
    settings: {},
  };
  await db.transaction((tx) =>
    saveVersion(tx, { eventId, purpose: 'registration' }, spec, { was: null, by: null, now }),
  );
  return { id: eventId, code };
}
