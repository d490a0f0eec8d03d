import { eq } from 'drizzle-orm';
import { material, message } from '../../src/db/schema.ts';
import type { TelegramUser } from '../../src/playground/telegram/index.ts';
import type { World } from '../support/world.ts';

export const owed = ({ db }: World) =>
  db.select().from(message).where(eq(message.kind, 'material')).orderBy(message.personId);
export const stored = ({ db }: World) => db.select().from(material).orderBy(material.id);
export const choose = (user: TelegramUser, ...options: string[]) =>
  options.reduce(
    (before, option) => before.then(() => user.press({ data: new RegExp(`:o:${option}$`) })),
    Promise.resolve<unknown>(null),
  );
export const confirm = (user: TelegramUser) => user.press({ data: /:ok$/ });
export const dataOf = (user: TelegramUser) => JSON.stringify(user.last().reply_markup);
