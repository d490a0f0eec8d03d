import { Api, GrammyError, HttpError } from 'grammy';
import { createTelegram } from '../../src/playground/telegram/index.ts';
import type { Telegram } from '../../src/playground/telegram/index.ts';

export const token = '4242:AAH-emulated-token-for-tests-only-000';

/** grammY's API client on an emulated Telegram, in process. */
export const apiOf = (telegram: Telegram) => new Api(token, { fetch: telegram.fetch });

/** A Telegram with a clock that only moves by hand, its API, and one person who has started the bot. */
export function setUp(options: Partial<Parameters<typeof createTelegram>[0]> = {}) {
  let now = Temporal.Instant.from('2026-03-02T09:00:00Z');
  const telegram = createTelegram({ token, now: () => now, ...options });
  const aida = telegram.user({ first_name: 'Aida', last_name: 'Serikova', language_code: 'kk', started: true });
  return {
    telegram,
    api: apiOf(telegram),
    aida,
    pass: (duration: Temporal.DurationLike): void => {
      now = now.add(duration);
    },
  };
}

/** What Telegram answered instead of doing it: `400 Bad Request: …`. */
export async function refusal(call: Promise<unknown>): Promise<string> {
  try {
    await call;
  } catch (error) {
    if (error instanceof GrammyError) return `${error.error_code} ${error.description}`;
    if (error instanceof HttpError) return `HTTP ${String(error.error)}`;
    throw error;
  }
  return 'accepted';
}
