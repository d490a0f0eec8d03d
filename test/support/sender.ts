import { asc } from 'drizzle-orm';
import { onTestFinished } from 'vitest';
import type { Deps } from '../../src/bot/context.ts';
import { html } from '../../src/bot/html.ts';
import { createLog } from '../../src/bot/log.ts';
import { createMetrics } from '../../src/bot/metrics.ts';
import { connectTelegram } from '../../src/bot/telegram.ts';
import { message, person } from '../../src/db/schema.ts';
import { createDigest } from '../../src/delivery/digest.ts';
import { outgoing, type Message, type Messages } from '../../src/delivery/messages.ts';
import { owe } from '../../src/delivery/outbox.ts';
import { createSender } from '../../src/delivery/sender.ts';
import { createTelegram } from '../../src/playground/telegram/index.ts';
import { createDatabase } from './database.ts';
import { createClock, TOKEN } from './world.ts';

export const PROBE: Messages = {
  probe: { render: async ({ data }) => outgoing({ text: html`${data.text as string}` }) },
};

/** The sender alone, on a database and the emulated Telegram, with messages that say what they are told to. */
export async function createSenderRig({ kinds = PROBE, perSecond = 1000, altered = false } = {}) {
  const { db } = await createDatabase({ altered });
  const clock = createClock();
  const telegram = createTelegram({ token: TOKEN, now: clock.now });
  const server = await telegram.listen();
  onTestFinished(() => server.close());
  const { sendingApi } = connectTelegram({ TELEGRAM_API_ROOT: server.url }, TOKEN);
  const t = (key: string) => key;
  const deps = {
    db,
    clock,
    log: createLog('silent'),
    i18n: { t: () => t },
    sendingApi,
    metrics: createMetrics(),
    config: { ALLOW_PAID_BROADCAST: false },
    programme: { bulkPerDay: 5 },
  } as unknown as Deps;

  async function people(count: number, given: Partial<typeof person.$inferInsert> = {}) {
    const now = clock.now();
    const users = Array.from({ length: count }, () => telegram.user({ started: true }));
    const rows = await db
      .insert(person)
      .values(
        users.map(({ id }) => ({ telegramId: id, language: 'en', zone: 'UTC', createdAt: now, seenAt: now, ...given })),
      )
      .returning();
    return users.map((user, i) => ({ user, id: rows[i]!.id }));
  }
  const owed = (personId: number, text: string, given: Partial<Pick<Message, 'bulk' | 'repeats' | 'kind'>> = {}) =>
    owe(db, [{ personId, kind: 'probe', key: text, data: { text }, dueAt: clock.now(), ...given }], clock.now());
  const rows = () => db.select().from(message).orderBy(asc(message.id));
  const states = async () => (await rows()).map(({ key, state }) => `${key} ${state}`);
  return {
    db,
    clock,
    telegram,
    people,
    owed,
    rows,
    states,
    sender: () => createSender(deps, createDigest(deps, kinds), { perSecond }),
  };
}
