import { eq } from 'drizzle-orm';
import { GrammyError } from 'grammy';
import type { Deps } from '../../bot/context.ts';
import type { Job } from '../../delivery/planner.ts';
import { payload } from '../../bot/view.ts';
import { person } from '../../db/schema.ts';
import { progressView } from './messages.ts';
import { cancelErased, finish, progressOf, takeTurn, unfinished } from './report.ts';
import { findAnnouncement } from './store.ts';

export type ProgressMessages = ReturnType<typeof createProgress>;

/** Keeps the message up to date in which who pressed Send watches an announcement go out, and notices when it is out. */
export function createProgress({ db, clock, sendingApi, i18n }: Pick<Deps, 'db' | 'clock' | 'sendingApi' | 'i18n'>) {
  async function update(id: number): Promise<void> {
    if (await finish(db, id, clock.now())) return edit(id);
    if (!(await takeTurn(db, id))) return;
    await edit(id);
    await followUp(id);
  }

  /** An interim count may have reached Telegram after the final one, which somebody else sent: then that is repeated. */
  async function followUp(id: number): Promise<void> {
    const announcement = await findAnnouncement(db, id);
    if (announcement?.state === 'finished') await edit(id);
  }

  async function edit(id: number): Promise<void> {
    const announcement = await findAnnouncement(db, id);
    if (!announcement?.confirmedBy || announcement.progressMessageId === null) return;
    const [watcher] = await db.select().from(person).where(eq(person.id, announcement.confirmedBy));
    if (!watcher?.telegramId) return;
    const t = i18n.t(watcher.language);
    const { text, ...other } = payload(
      progressView({ t, lang: watcher.language }, announcement, await progressOf(db, id, clock.now())),
    );
    try {
      await sendingApi.editMessageText(watcher.telegramId, announcement.progressMessageId, text, other);
    } catch (error) {
      // Unchanged, deleted, or not now (429): the next one comes soon, and the report comes anyway.
      if (!(error instanceof GrammyError)) throw error;
    }
  }

  /** What no round of the sender notices: people who were erased, messages that a process left behind when it died. */
  const job: Job = {
    name: 'finish announcements',
    async run() {
      for (const id of await unfinished(db)) {
        await cancelErased(db, id);
        await update(id);
      }
    },
  };

  return { update, followUp, job };
}
