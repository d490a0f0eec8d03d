import { inArray } from 'drizzle-orm';
import { GrammyError } from 'grammy';
import type { Deps } from '../../bot/context.ts';
import type { Language, T } from '../../bot/i18n.ts';
import { payload, type View } from '../../bot/view.ts';
import { person } from '../../db/schema.ts';

export type Reader = { t: T; lang: Language; zone: string };

export type Owners = {
  /** Reads their language and zone, and remembers them for when the database is away. */
  look(): Promise<void>;
  /**
   * Writes to all of them at once and directly: the outbox may be what is in trouble. False: Telegram could not be reached,
   * so that it should be told again.
   */
  tell(view: (reader: Reader) => View): Promise<boolean>;
};

export function createOwners({
  config,
  programme,
  db,
  i18n,
  api,
  log,
}: Pick<Deps, 'config' | 'programme' | 'db' | 'i18n' | 'api' | 'log'>): Owners {
  const known = new Map<number, { language: Language; zone: string }>();

  function readerOf(id: number): Reader {
    const { language, zone } = known.get(id) ?? { language: programme.defaultLanguage, zone: 'UTC' };
    return { t: i18n.t(language), lang: language, zone };
  }

  return {
    async look() {
      const rows = await db
        .select({ id: person.telegramId, language: person.language, zone: person.zone })
        .from(person)
        .where(inArray(person.telegramId, config.OWNER_IDS));
      known.clear();
      for (const { id, ...reads } of rows) known.set(id!, reads);
    },

    async tell(view) {
      const told = await Promise.all(
        config.OWNER_IDS.map(async (id) => {
          const { text, ...other } = payload(view(readerOf(id)));
          try {
            await api.sendMessage(id, text, other);
            return 'yes';
          } catch (error) {
            log.error({ error }, 'an owner could not be told');
            // Blocked the bot, or never started it: the next time is no better.
            return error instanceof GrammyError && error.error_code >= 400 && error.error_code < 429
              ? 'never'
              : 'later';
          }
        }),
      );
      return told.includes('yes') || !told.includes('later');
    },
  };
}
