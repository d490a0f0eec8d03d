import type { VersionedState } from '@grammyjs/conversations';
import { eq } from 'drizzle-orm';
import { conversation } from '../db/schema.ts';
import type { Deps } from './context.ts';

/** Where @grammyjs/conversations keeps its state: one row a chat. */
export function conversationStorage({ db }: Pick<Deps, 'db'>) {
  return {
    async read(key: string) {
      const rows = await db.select().from(conversation).where(eq(conversation.key, key));
      return rows[0]?.state as VersionedState<never> | undefined;
    },
    async write(key: string, state: unknown) {
      await db
        .insert(conversation)
        .values({ key, state })
        .onConflictDoUpdate({ target: conversation.key, set: { state } });
    },
    async delete(key: string) {
      await db.delete(conversation).where(eq(conversation.key, key));
    },
  };
}
